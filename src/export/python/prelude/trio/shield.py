async def shield(child):
    """Waits for it, cancelled or not."""
    with trio.CancelScope(shield=True):
        return await child
