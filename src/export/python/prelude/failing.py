def failure(why):
    """The exception to raise: itself, or one with these words."""
    return why if isinstance(why, BaseException) else Failure(str(why))
