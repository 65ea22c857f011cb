async def all_and_daemons():
    """main, what it starts beside itself, and what is cancelled when all that has ended."""
    global nursery, daemons
    async with trio.open_nursery() as daemons:
        async with trio.open_nursery() as nursery:
            await main()
        daemons.cancel_scope.cancel()
