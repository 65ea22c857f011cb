class Send:
    """`orders.send(value)` as an arm of a select."""

    def __init__(self, queue, value):
        self.queue, self.value = queue, value

    def ready(self):
        return not self.queue.full()

    def take(self):
        return self.queue.put_nowait(self.value)

    def start(self):
        return asyncio.create_task(self.queue.put(self.value))

    def lose(self, future):
        future.cancel()
