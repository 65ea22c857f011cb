def spawn(task, *arguments, pool=None, daemon=False):
    """Starts a task on a thread of its own, or of a pool; gives its handle."""
    if pool is not None:
        return pool.submit(task, *arguments)
    handle = Future()

    def run():
        try:
            handle.set_result(task(*arguments))
        except BaseException as error:
            handle.set_exception(error)

    threading.Thread(target=run, daemon=daemon).start()
    return handle
