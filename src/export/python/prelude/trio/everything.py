async def everything():
    """main, and what it starts beside itself."""
    global nursery
    async with trio.open_nursery() as nursery:
        await main()
