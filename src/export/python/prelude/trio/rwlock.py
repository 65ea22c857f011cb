class RwLock:
    """Many readers or one writer, first come, first served."""

    def __init__(self):
        self.read, self.write = Side(self, writes=False), Side(self, writes=True)
        self.readers, self.writing = 0, False
        self.waiting = {}  # tasks, and whether they write

    def locked(self):
        return self.writing or self.readers > 0

    def admits(self, writes):
        return not self.writing and not (writes and self.readers)

    def enter(self, writes):
        self.writing = writes
        self.readers += not writes

    def admit(self):
        """Lets in from the front of the queue whoever can be let in."""
        while self.waiting:
            task, writes = next(iter(self.waiting.items()))
            if not self.admits(writes):
                return
            self.enter(writes)
            del self.waiting[task]
            trio.lowlevel.reschedule(task)


class Side:
    """One side of it: `async with table.read:`"""

    def __init__(self, lock, writes):
        self.lock, self.writes = lock, writes

    async def acquire(self):
        await trio.lowlevel.checkpoint_if_cancelled()
        lock, task = self.lock, trio.lowlevel.current_task()
        if not lock.waiting and lock.admits(self.writes):
            lock.enter(self.writes)
            return await trio.lowlevel.cancel_shielded_checkpoint()
        lock.waiting[task] = self.writes

        def abort(_):
            del lock.waiting[task]
            return trio.lowlevel.Abort.SUCCEEDED

        try:
            await trio.lowlevel.wait_task_rescheduled(abort)
        except trio.Cancelled:
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
