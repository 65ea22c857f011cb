def leaves(error):
    """What a group is made of, however deep."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [error]


def failed(error):
    """Is it more than a cancellation?"""
    return not all(isinstance(leaf, trio.Cancelled) for leaf in leaves(error))


@contextlib.asynccontextmanager
async def open_group():
    """A nursery that tells failures from cancellations: it raises the ones, or if there are none the other."""
    try:
        async with trio.open_nursery() as nursery:
            yield nursery
    except BaseExceptionGroup as group:
        failures = list(filter(failed, leaves(group)))
        if failures:
            raise BaseExceptionGroup("a group failed", failures) from None
        raise leaves(group)[0] from None
