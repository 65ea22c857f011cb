def wait_for(seconds, task, *arguments):
    """Does it, and fails if it saw its deadline pass."""
    with timeout(seconds):
        return task(*arguments)
    raise TimeoutError
