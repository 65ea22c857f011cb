class Closed(Exception):
    """Nothing is in the channel, and nothing will be."""


class Channel(asyncio.Queue):
    """A queue that can be closed, as by `Queue.shutdown` of Python 3.13."""

    closed = False

    async def send(self, value):
        await self.put(value)

    async def recv(self):
        try:
            return await self.get()
        except Closed:
            return None

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self.get()
        except Closed:
            raise StopAsyncIteration from None

    def try_send(self, value):
        if self.full():
            return False
        self.put_nowait(value)
        return True

    def try_recv(self):
        return self.get_nowait() if self.qsize() else None

    def close(self):
        self.closed = True
        for waiters in (self._getters, self._putters):
            while waiters:
                self._wakeup_next(waiters)

    def full(self):
        return not self.closed and super().full()

    def empty(self):
        return not self.closed and super().empty()

    def put_nowait(self, value):
        if self.closed:
            raise Failure("this channel is closed: nothing can be sent")
        super().put_nowait(value)

    def get_nowait(self):
        if self.closed and not self.qsize():
            raise Closed
        return super().get_nowait()
