def try_send(queue, value):
    """Puts it in if there is room."""
    try:
        queue.put_nowait(value)
    except asyncio.QueueFull:
        return False
    return True
