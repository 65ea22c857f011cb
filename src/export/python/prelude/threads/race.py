def race(*handles):
    """The first to end wins, the others are asked to end."""
    wait(handles, return_when=FIRST_COMPLETED)
    winner = next(handle for handle in handles if handle.done())
    for handle in handles:
        handle.cancel()
    return winner.result()
