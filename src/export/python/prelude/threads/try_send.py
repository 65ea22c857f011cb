def try_send(channel, value):
    """Puts it in if there is room."""
    try:
        channel.put_nowait(value)
    except queue.Full:
        return False
    return True
