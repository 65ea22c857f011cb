class timeout:
    """Asks its block to end at the deadline, or when it is cancelled."""

    def __init__(self, seconds=None):
        self.seconds = seconds
        self.due = self.raised = self.expired = False

    def __enter__(self):
        current_task().scopes.append(self)
        if self.seconds is not None:
            self.timer = threading.Timer(self.seconds, self.cancel)
            self.timer.daemon = True
            self.timer.start()
        return self

    def __exit__(self, kind, error, trace):
        current_task().scopes.remove(self)
        if self.seconds is not None:
            self.timer.cancel()
        self.expired = isinstance(error, Cancelled) and error.scope is self
        return self.expired

    def cancel(self):
        taken = not self.due
        self.due = True
        return taken
