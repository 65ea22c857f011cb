def task_number():
    """How many tasks were made before this one."""
    return int(asyncio.current_task().get_name().rpartition("-")[2]) - 1
