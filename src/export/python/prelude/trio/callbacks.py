async def called(seconds, function, arguments):
    """Calls a function, after a while if one is given."""
    if seconds is not None:
        await trio.sleep_until(trio.current_time() + seconds)
    function(*arguments)


def call_soon(function, *arguments):
    Task(daemons, called(None, function, arguments))


def call_later(seconds, function, *arguments):
    Task(daemons, called(seconds, function, arguments))
