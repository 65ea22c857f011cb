def spawn_daemon(coroutine):
    """Starts a task that is cancelled when all others have ended."""
    return Task(daemons, coroutine)
