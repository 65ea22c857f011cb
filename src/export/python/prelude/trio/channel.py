class Channel:
    """Both ends of a memory channel."""

    def __init__(self, size):
        self.sender, self.receiver = trio.open_memory_channel(size)

    async def send(self, value):
        try:
            await self.sender.send(value)
        except trio.ClosedResourceError:
            raise Failure("this channel is closed: nothing can be sent") from None

    async def recv(self):
        """The next value, or None at the end of the channel."""
        try:
            return await self.take()
        except trio.EndOfChannel:
            return None

    def try_send(self, value):
        try:
            self.sender.send_nowait(value)
        except trio.WouldBlock:
            return False
        except trio.ClosedResourceError:
            raise Failure("this channel is closed: nothing can be sent") from None
        return True

    def try_recv(self):
        try:
            return self.take_nowait()
        except (trio.WouldBlock, trio.EndOfChannel):
            return None

    def close(self):
        self.sender.close()

    def __len__(self):
        return self.receiver.statistics().current_buffer_used

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self.take()
        except trio.EndOfChannel:
            raise StopAsyncIteration from None

    async def take(self):
        return await self.receiver.receive()

    def take_nowait(self):
        return self.receiver.receive_nowait()
