tasks = set()  # the run is over when these have ended


def spawn(coroutine):
    """Starts a task beside this one."""
    task = asyncio.create_task(coroutine)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
