class Failure(Exception):
    """What a task fails with."""
