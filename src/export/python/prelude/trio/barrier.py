class Barrier:
    """Opens when so many have come; an event for each round."""

    def __init__(self, parties):
        self.parties, self.waiting, self.gate = parties, 0, trio.Event()

    async def wait(self):
        """The order of arrival, from 0."""
        gate, arrived = self.gate, self.waiting
        self.waiting += 1
        if self.waiting == self.parties:
            self.waiting, self.gate = 0, trio.Event()
            gate.set()
        try:
            await gate.wait()
        except trio.Cancelled:
            if gate is self.gate:
                self.waiting -= 1
            raise
        return arrived
