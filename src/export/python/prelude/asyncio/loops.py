class Loops(ThreadPoolExecutor):
    """Named workers, each with an event loop of its own; tasks go to them in turn."""

    def __init__(self, count):
        super().__init__(count)
        loops = [asyncio.new_event_loop() for _ in range(count)]
        for loop in loops:
            threading.Thread(target=loop.run_forever, daemon=True).start()
        self.loops = itertools.cycle(loops)

    def start(self, coroutine):
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, next(self.loops)))

    def spawn(self, coroutine):
        task = self.start(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task
