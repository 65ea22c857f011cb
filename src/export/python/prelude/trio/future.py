class Future:
    """A value that comes later, once; `await` waits for it."""

    def __init__(self):
        self.ended = trio.Event()
        self.value = self.error = None

    def set(self, value=None):
        self.settle(value, None)

    def fail(self, error):
        self.settle(None, error)

    def settle(self, value, error):
        if self.done():
            raise RuntimeError("this future is settled already")
        self.value, self.error = value, error
        self.ended.set()

    def done(self):
        return self.ended.is_set()

    def unwrap(self):
        if self.error is not None:
            raise self.error
        return self.value

    async def wait(self):
        await self.ended.wait()
        return self.unwrap()

    def __await__(self):
        return self.wait().__await__()
