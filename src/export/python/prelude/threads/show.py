def show(value):
    """A value in words; of a failure what went wrong."""
    if isinstance(value, list):
        return f"[{', '.join(map(show, value))}]"
    if isinstance(value, BaseExceptionGroup):
        return f"group({','.join(map(show, value.exceptions))})"
    if isinstance(value, TimeoutError):
        return "timeout"
    if isinstance(value, BaseException) and not isinstance(value, Exception):
        return "cancelled"
    return str(value)
