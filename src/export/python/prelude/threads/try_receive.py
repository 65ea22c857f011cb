def try_receive(channel):
    """A value if there is one, else None."""
    try:
        return channel.get_nowait()
    except queue.Empty:
        return None
