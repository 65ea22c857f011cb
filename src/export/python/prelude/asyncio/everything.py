async def everything():
    """main, and all that it has started."""
    await main()
    while tasks:
        await asyncio.wait(tasks)
