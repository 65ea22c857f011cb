def try_receive(queue):
    """A value if there is one, else None."""
    try:
        return queue.get_nowait()
    except asyncio.QueueEmpty:
        return None
