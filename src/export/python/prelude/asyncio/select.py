async def select(*arms):
    """Goes on with the first that can: the number of the arm, and its value."""
    for number, arm in enumerate(arms):
        if arm.ready():
            return number, arm.take()
    futures = [arm.start() for arm in arms]
    winner = None
    try:
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        winner = next(number for number, future in enumerate(futures) if future.done())
    finally:
        for number, (arm, future) in enumerate(zip(arms, futures)):
            if number != winner:
                arm.lose(future)
    return winner, futures[winner].result()
