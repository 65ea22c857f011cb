class Event:
    """An event that can be cleared: another takes its place."""

    def __init__(self):
        self.event = trio.Event()

    def is_set(self):
        return self.event.is_set()

    def set(self):
        self.event.set()

    def clear(self):
        if self.event.is_set():
            self.event = trio.Event()

    async def wait(self):
        await self.event.wait()
