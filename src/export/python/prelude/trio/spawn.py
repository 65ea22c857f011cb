def spawn(coroutine):
    """Starts a task in the nursery around main."""
    return Task(nursery, coroutine)
