def cancel(scope):
    """False if it was cancelled before."""
    if scope.cancel_called:
        return False
    scope.cancel()
    return True
