async def everything():
    """main, and all that it has started, on whichever loop."""
    await main()
    while tasks:
        await asyncio.sleep(0.001)
