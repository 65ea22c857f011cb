def show(value):
    """A value in words; of a failure what went wrong."""
    if isinstance(value, list):
        return f"[{', '.join(map(show, value))}]"
    if isinstance(value, BaseExceptionGroup):
        return f"group({','.join(map(show, value.exceptions))})"
    if isinstance(value, trio.Cancelled):
        return "cancelled"
    if isinstance(value, trio.TooSlowError):
        return "timeout"
    return str(value)
