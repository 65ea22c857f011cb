class Group(asyncio.TaskGroup):
    """A task group that can be cancelled from outside, as in later versions of Python."""

    cancelled = False

    def cancel(self):
        if self._aborting or self._parent_cancel_requested:
            return False
        self.cancelled = True
        self._abort()
        self._parent_cancel_requested = True
        self._parent_task.cancel()
        return True

    async def __aexit__(self, kind, error, trace):
        await super().__aexit__(kind, error, trace)
        return self.cancelled
