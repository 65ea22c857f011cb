here = threading.local()  # the task that runs on this thread
numbers = itertools.count(1)


class Cancelled(BaseException):
    """This task was asked to end. Threads are not stopped from outside: it sees that at its next wait."""

    def __init__(self, scope=None):
        self.scope = scope


class Task(Future):
    """A task on a thread; also its handle."""

    def __init__(self, number=None):
        super().__init__()
        self.number = next(numbers) if number is None else number
        self.asked = False  # somebody wants it to end
        self.scopes = []  # blocks with a deadline that it is in

    def run(self, task, *arguments):
        here.task = self
        try:
            self.checkpoint()
            self.set_result(task(*arguments))
        except BaseException as error:
            self.set_exception(error)

    def cancel(self):
        taken = not self.done() and not self.asked
        self.asked = self.asked or taken
        return taken

    def cancelled(self):
        return self.done() and isinstance(self.exception(), Cancelled)

    def checkpoint(self):
        """Somewhere to be cancelled."""
        if self.asked:
            self.asked = False
            raise Cancelled
        for scope in self.scopes:
            if scope.due and not scope.raised:
                scope.raised = True
                raise Cancelled(scope)


def current_task():
    if not hasattr(here, "task"):
        here.task = Task(0)  # main
    return here.task


def spawn(task, *arguments, pool=None, daemon=False):
    """Starts a task on a thread of its own, or of a pool; gives its handle."""
    handle = Task()
    if pool is not None:
        pool.submit(handle.run, task, *arguments)
    else:
        threading.Thread(target=handle.run, args=(task, *arguments), daemon=daemon).start()
    return handle


def waiting(wait, *arguments):
    """Waits, unless this task is to end."""
    current_task().checkpoint()
    return wait(*arguments)
