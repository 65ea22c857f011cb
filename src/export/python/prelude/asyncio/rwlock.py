class RwLock:
    """Many readers or one writer, first come, first served."""

    def __init__(self):
        self.read = Side(self, writes=False)
        self.write = Side(self, writes=True)
        self.readers, self.writing = 0, False
        self.waiters = collections.deque()

    def admits(self, writes):
        return not self.writing and not (writes and self.readers)

    def enter(self, writes):
        self.writing = writes
        self.readers += not writes

    def admit(self):
        """Lets in from the front of the queue whoever can be let in."""
        while self.waiters:
            waiter, writes = self.waiters[0]
            if not waiter.done():
                if not self.admits(writes):
                    return
                self.enter(writes)
                waiter.set_result(None)
            self.waiters.popleft()


class Side:
    """One side of it: `async with table.read:`"""

    def __init__(self, lock, writes):
        self.lock, self.writes = lock, writes

    async def acquire(self):
        lock = self.lock
        if not lock.waiters and lock.admits(self.writes):
            return lock.enter(self.writes)
        waiter = asyncio.get_running_loop().create_future()
        lock.waiters.append((waiter, self.writes))
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.release()
            else:
                lock.admit()
            raise

    def release(self):
        if self.writes:
            self.lock.writing = False
        else:
            self.lock.readers -= 1
        self.lock.admit()

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *_):
        self.release()
