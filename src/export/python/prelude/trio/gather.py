async def gather(*children):
    """The values of all, in order. If one fails the others are cancelled, and its failure is raised."""
    values = [None] * len(children)

    async def keep(number, child):
        try:
            values[number] = await child
        except trio.Cancelled as cancelled:
            values[number] = cancelled
            raise

    try:
        async with trio.open_nursery() as nursery:
            handles = []
            for number, child in enumerate(children):
                if isinstance(child, Future):
                    handles.append((number, child))
                else:
                    nursery.start_soon(keep, number, child)
            for number, handle in handles:
                await keep(number, handle)
    except BaseExceptionGroup as group:
        failures = [error for error in group.exceptions if failed(error)]
        raise (failures or leaves(group))[0] from None
    for value in values:
        if isinstance(value, trio.Cancelled):  # a task was cancelled, not the nursery
            raise value
    return values
