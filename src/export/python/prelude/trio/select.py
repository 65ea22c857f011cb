async def select(*arms):
    """Goes on with the first that can: the number of the arm, and its value."""
    await trio.lowlevel.checkpoint_if_cancelled()
    for number, arm in enumerate(arms):
        try:
            value = arm.now()
        except trio.WouldBlock:
            continue
        await trio.lowlevel.cancel_shielded_checkpoint()
        return number, value
    first = []

    async def run(number, arm):
        ended = await outcome.acapture(arm.wait)
        if first and isinstance(ended, outcome.Value):
            arm.lose(ended.value)
        first.append((number, ended))
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        for number, arm in enumerate(arms):
            nursery.start_soon(run, number, arm)
    number, ended = first[0]
    return number, ended.unwrap()


class Arm:
    """Something a select waits for: `now` if it need not, else `wait`."""

    def now(self):
        raise trio.WouldBlock

    def lose(self, value):
        """It was there, but another arm was first."""


class Receive(Arm):
    """`orders.recv()` as an arm of a select."""

    def __init__(self, channel):
        self.channel, self.wait = channel, channel.recv

    def now(self):
        try:
            return self.channel.take_nowait()
        except trio.EndOfChannel:
            return None

    def lose(self, value):
        if value is not None:
            self.channel.give_back(value)


class Send(Arm):
    """`orders.send(value)` as an arm of a select."""

    def __init__(self, channel, value):
        self.channel, self.value = channel, value

    def now(self):
        if not self.channel.try_send(self.value):
            raise trio.WouldBlock

    async def wait(self):
        await self.channel.send(self.value)


class Wait(Arm):
    """`closing.wait()` as an arm of a select."""

    def __init__(self, event):
        self.event, self.wait = event, event.wait

    def now(self):
        if not self.event.is_set():
            raise trio.WouldBlock


class Join(Arm):
    """A task or a future as an arm of a select; if it loses it goes on."""

    def __init__(self, handle):
        self.handle, self.wait = handle, handle.wait

    def now(self):
        if not self.handle.done():
            raise trio.WouldBlock
        return self.handle.unwrap()


class After(Arm):
    """A while as an arm of a select."""

    def __init__(self, seconds):
        self.seconds = seconds

    async def wait(self):
        await trio.sleep(self.seconds)
