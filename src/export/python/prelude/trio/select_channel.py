class SelectChannel(Channel):
    """One to which an arm of a select that loses gives back what it had received."""

    def __init__(self, size):
        super().__init__(size)
        self.returned = collections.deque()

    def give_back(self, value):
        if self.receiver.statistics().tasks_waiting_receive:
            self.sender.send_nowait(value)
        else:
            self.returned.append(value)

    def __len__(self):
        return len(self.returned) + super().__len__()

    async def take(self):
        await trio.lowlevel.checkpoint_if_cancelled()
        if not self.returned:
            return await super().take()
        value = self.returned.popleft()
        await trio.lowlevel.cancel_shielded_checkpoint()
        return value

    def take_nowait(self):
        return self.returned.popleft() if self.returned else super().take_nowait()
