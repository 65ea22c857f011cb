async def select(*arms):
    """Goes on with the first that can: the number of the arm, and its value."""
    for number, arm in enumerate(arms):
        if arm.ready():
            return number, arm.take()
    futures = [arm.start() for arm in arms]
    winner = None
    try:
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        winner = next(number for number, future in enumerate(futures) if future.done())
    finally:
        for number, (arm, future) in enumerate(zip(arms, futures)):
            if number != winner:
                arm.lose(future)
    return winner, futures[winner].result()


class Receive:
    """`orders.recv()` as an arm of a select."""

    def __init__(self, queue):
        self.queue = queue

    def ready(self):
        return self.queue.qsize() > 0

    def take(self):
        return self.queue.get_nowait()

    def start(self):
        return asyncio.create_task(getattr(self.queue, "recv", self.queue.get)())

    def lose(self, future):
        # What it took in the meantime goes back to the front.
        if not future.cancel() and not future.cancelled() and future.result() is not None:
            self.queue._queue.appendleft(future.result())
            self.queue._wakeup_next(self.queue._getters)


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
