async def settle(*children):
    """How all ended, in order: values, failures and cancellations."""
    async with open_group() as nursery:
        handles = [child if isinstance(child, Future) else Task(nursery, child) for child in children]
        for child in children:
            if isinstance(child, Future):
                await child.ended.wait()
    await trio.lowlevel.checkpoint_if_cancelled()
    return [handle.value if handle.error is None else handle.error for handle in handles]
