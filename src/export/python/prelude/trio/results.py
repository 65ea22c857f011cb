class Results:
    """How tasks end, one after the other."""

    def __init__(self, *children, timeout=math.inf):
        self.send, self.receive = trio.open_memory_channel(math.inf)
        self.left = len(children)
        self.deadline = trio.current_time() + timeout
        for child in children:
            if not isinstance(child, Task):
                nursery.start_soon(self.run, child)
            elif child.done():
                self.send.send_nowait(child)
            else:
                child.listeners.append(self.send)

    async def run(self, child):
        self.send.send_nowait(await outcome.acapture(lambda: child))

    async def next(self):
        if not self.left:
            raise IndexError("every result of this `as_completed` was taken")
        self.left -= 1
        with trio.fail_at(self.deadline):
            ended = await self.receive.receive()
        return ended.unwrap()

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        return await self.next()
