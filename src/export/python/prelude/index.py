def index(at):
    """Python counts from the end below zero; here that is an error."""
    if at < 0:
        raise IndexError(f"index {at} is out of range")
    return at
