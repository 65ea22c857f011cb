START = time.monotonic()


def now():
    """Seconds since the start."""
    return time.monotonic() - START
