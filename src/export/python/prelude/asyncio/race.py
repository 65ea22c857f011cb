async def race(*children):
    """The first to end wins, the others are cancelled."""
    children = [asyncio.ensure_future(child) for child in children]
    try:
        await asyncio.wait(children, return_when=asyncio.FIRST_COMPLETED)
        winner = next(child for child in children if child.done())
    finally:
        for child in children:
            child.cancel()
    return winner.result()
