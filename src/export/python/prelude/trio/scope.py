class Scope:
    """A cancel scope that knows whether it was left."""

    def __init__(self):
        self.scope = trio.CancelScope()
        self.left = False

    def __enter__(self):
        self.scope.__enter__()
        return self

    def __exit__(self, *error):
        self.left = True
        return self.scope.__exit__(*error)

    def cancel(self):
        """False if it was cancelled before, or is left."""
        if self.left or self.scope.cancel_called:
            return False
        self.scope.cancel()
        return True

    @property
    def cancelled_caught(self):
        return self.scope.cancelled_caught
