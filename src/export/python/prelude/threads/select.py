def select(*arms):
    """Goes on with the first that can: its number and its value. Threads have no select: this one polls."""
    start = time.monotonic()
    while True:
        for number, arm in enumerate(arms):
            came, value = arm(time.monotonic() - start)
            if came:
                return number, value
        time.sleep(0.0005)


def receive(channel):
    """`orders.recv()` as an arm of a select."""

    def arm(_waited):
        if isinstance(channel, queue.Queue):
            try:
                return True, channel.get_nowait()
            except queue.Empty:
                return False, None
        came = channel.qsize() > 0 or channel.closed
        return came, channel.try_recv() if came else None

    return arm


def send(channel, value):
    """`orders.send(value)` as an arm of a select."""

    def arm(_waited):
        if isinstance(channel, queue.Queue):
            try:
                return True, channel.put_nowait(value)
            except queue.Full:
                return False, None
        return channel.try_send(value), None

    return arm


def joined(handle):
    """A handle or a future as an arm of a select."""
    return lambda _waited: (handle.done(), handle.result() if handle.done() else None)


def happened(event):
    """`closing.wait()` as an arm of a select."""
    return lambda _waited: (event.is_set(), None)


def after(seconds):
    """A while as an arm of a select."""
    return lambda waited: (waited >= seconds, None)
