class RwLock:
    """Many readers or one writer, first come, first served."""

    def __init__(self):
        self.read, self.write = Side(self, writes=False), Side(self, writes=True)
        self.readers, self.writing = 0, False
        self.line, self.changed = collections.deque(), threading.Condition()


class Side:
    """One side of it: `with table.read:`"""

    def __init__(self, lock, writes):
        self.lock, self.writes = lock, writes

    def acquire(self):
        lock, ticket = self.lock, object()
        with lock.changed:
            lock.line.append(ticket)
            lock.changed.wait_for(
                lambda: lock.line[0] is ticket and not lock.writing and not (self.writes and lock.readers)
            )
            lock.line.popleft()
            lock.writing, lock.readers = self.writes, lock.readers + (not self.writes)
            lock.changed.notify_all()

    def release(self):
        with self.lock.changed:
            if self.writes:
                self.lock.writing = False
            else:
                self.lock.readers -= 1
            self.lock.changed.notify_all()

    def __enter__(self):
        self.acquire()

    def __exit__(self, *_):
        self.release()
