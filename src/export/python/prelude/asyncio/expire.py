def expire(scope):
    """Cancels a block without a deadline, as if its time were up; False if that was done before."""
    try:
        if scope.when() is None:
            scope.reschedule(asyncio.get_running_loop().time())
            return True
    except RuntimeError:  # the block was left
        pass
    return False
