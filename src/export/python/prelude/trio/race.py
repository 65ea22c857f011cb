async def race(*children):
    """The first to end wins, the others are cancelled."""
    first = []

    async def run(child):
        ended = await outcome.acapture(lambda: child)
        first.append((child, ended))
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        for child in children:
            nursery.start_soon(run, child)
    winner, ended = first[0]
    for child in children:
        if isinstance(child, Task) and child is not winner:
            child.cancel()
    return ended.unwrap()
