def settle(*handles):
    """All of their values, or what they failed with."""
    wait(handles)
    return [handle.exception() or handle.result() for handle in handles]
