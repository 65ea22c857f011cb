class Wait:
    """`closing.wait()` as an arm of a select."""

    def __init__(self, event):
        self.event = event

    def ready(self):
        return self.event.is_set()

    def take(self):
        return None

    def start(self):
        return asyncio.create_task(self.event.wait())

    def lose(self, future):
        future.cancel()
