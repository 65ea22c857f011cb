def gather(*handles):
    """All of their values; the first failure at once."""
    wait(handles, return_when=FIRST_EXCEPTION)
    failed = [handle for handle in handles if handle.done() and handle.exception()]
    return [handle.result() for handle in failed or handles]
