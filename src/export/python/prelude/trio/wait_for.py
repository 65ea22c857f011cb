async def wait_for(child, seconds):
    """Waits for so long; who is too slow is cancelled."""
    try:
        with trio.fail_after(seconds):
            return await child
    except trio.TooSlowError:
        if isinstance(child, Task):
            child.cancel()
        raise
