class Task(Future):
    """The handle of a task: a cancel scope around it, and an event that is set at its end."""

    def __init__(self, nursery, coroutine, linked=False):
        super().__init__()
        self.scope = trio.CancelScope()
        self.linked = linked  # its failure is the nursery's, too
        self.listeners = []
        nursery.start_soon(self.run, coroutine)

    async def run(self, coroutine):
        try:
            with self.scope:
                try:
                    self.value = await coroutine
                except BaseException as error:
                    self.error = error
                    if self.linked:
                        raise
        finally:
            self.ended.set()
            for listener in self.listeners:
                listener.send_nowait(self)

    def cancel(self):
        """False if it has ended, or was asked to before."""
        if self.done() or self.scope.cancel_called:
            return False
        self.scope.cancel()
        return True

    def cancelled(self):
        return isinstance(self.error, trio.Cancelled)
