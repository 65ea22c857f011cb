class Receive:
    """`orders.recv()` as an arm of a select."""

    def __init__(self, queue):
        self.queue = queue

    def ready(self):
        return self.queue.qsize() > 0

    def take(self):
        return self.queue.get_nowait()

    def start(self):
        return asyncio.create_task(getattr(self.queue, "recv", self.queue.get)())

    def lose(self, future):
        # What it took in the meantime goes back to the front.
        if not future.cancel() and not future.cancelled() and future.result() is not None:
            self.queue._queue.appendleft(future.result())
            self.queue._wakeup_next(self.queue._getters)
