class After:
    """A while as an arm of a select."""

    def __init__(self, seconds):
        self.seconds = seconds

    def ready(self):
        return False

    def start(self):
        return asyncio.create_task(asyncio.sleep(self.seconds))

    def lose(self, future):
        future.cancel()
