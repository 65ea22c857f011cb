daemons = set()  # nobody waits for these


def spawn_daemon(coroutine):
    """Starts a task that the run does not wait for."""
    task = asyncio.create_task(coroutine)
    daemons.add(task)
    task.add_done_callback(daemons.discard)
    return task
