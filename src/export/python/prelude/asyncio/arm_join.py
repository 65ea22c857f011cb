class Join:
    """A task or a future as an arm of a select; if it loses it goes on."""

    def __init__(self, future):
        self.future = future

    def ready(self):
        return self.future.done()

    def take(self):
        return self.future.result()

    def start(self):
        return self.future

    def lose(self, future):
        pass
