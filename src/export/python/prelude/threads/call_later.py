def call_later(seconds, function, *arguments):
    """Calls it after a while, if anything else still runs then."""
    timer = threading.Timer(seconds, function, arguments)
    timer.daemon = True
    timer.start()
