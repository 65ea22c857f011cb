class Channel:
    """A queue that can be closed. Without room a sender waits until its value is taken."""

    def __init__(self, room=None):
        self.room, self.values, self.receivers = room, collections.deque(), 0
        self.closed, self.changed = False, threading.Condition(threading.RLock())

    def has_room(self):
        room = self.receivers if self.room == 0 else self.room
        return self.closed or room is None or len(self.values) < room

    def send(self, value):
        with self.changed:
            self.changed.wait_for(self.has_room)
            if self.closed:
                raise Failure("this channel is closed: nothing can be sent")
            self.values.append(value)
            self.changed.notify_all()

    def take(self):
        """The next value, and whether there was one."""
        with self.changed:
            self.receivers += 1
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.values or self.closed)
            self.receivers -= 1
            if not self.values:
                return None, False
            self.changed.notify_all()
            return self.values.popleft(), True

    def recv(self):
        return self.take()[0]

    def __iter__(self):
        while True:
            value, there = self.take()
            if not there:
                return
            yield value

    def try_send(self, value):
        with self.changed:
            if not self.has_room():
                return False
            self.send(value)
            return True

    def try_recv(self):
        with self.changed:
            return self.recv() if self.values else None

    def qsize(self):
        return len(self.values)

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()
