"""Runs programs on this CPython's own asyncio under a virtual clock, and writes down what they log.

    python harness.py FROM TO [--eager]     runs p<FROM>.py up to, not including, p<TO>.py

Stock asyncio does everything: the loop is its `BaseEventLoop`, the tasks are its tasks. Only what
depends on the machine is replaced:

* the clock: whole nanoseconds, which move when the loop has nothing to do, or when a program works;
* the selector: instead of sleeping it moves the clock; with nothing to sleep for it reports a deadlock;
* the order of timers that are due at one instant: the order in which they were set;
* the order of tasks where asyncio goes through a `set` of them, which is by address: in order of insertion;
* the threads of executors: a job takes virtual time, and is done at the end of it;
* loops on threads of their own: they share the clock; at one instant the main loop goes first, then they in order;
* random draws: those the simulator made, in the same order.

Programs import from this module what they would otherwise bring along themselves: a few helpers, here
in the words of the harness.
"""

import asyncio
import concurrent.futures
import heapq
import importlib.util
import inspect
import itertools
import logging
import os
import sys
import threading
import types
import warnings

sys.path.insert(0, os.getcwd())
import values
from values import Duration, show


class Deadlock(BaseException):
    """Nothing is ready, and nothing will be."""


class Ordered(dict):
    """A set that is gone through in order of insertion."""

    def __init__(self, items=()):
        super().__init__((item, None) for item in items)

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def remove(self, item):
        del self[item]


def pin_the_order_of_sets():
    """Where asyncio makes a set, it gets an ordered one."""
    asyncio.tasks.set = Ordered
    asyncio.taskgroups.set = Ordered
    asyncio.base_events.MAXIMUM_SELECT_TIMEOUT = float("inf")
    # The one set that is written with braces.
    newer = hasattr(asyncio.tasks, "_AsCompletedIterator")
    name = "_AsCompletedIterator" if newer else "as_completed"
    source = inspect.getsource(getattr(asyncio.tasks, name))
    pinned = source.replace("{ensure_future(", "set(ensure_future(").replace("in set(fs)}", "in set(fs))")
    pinned = pinned.replace("in set(aws)}", "in set(aws))")
    if pinned != source:
        exec(compile(pinned, asyncio.tasks.__file__, "exec"), asyncio.tasks.__dict__)
        asyncio.as_completed = asyncio.tasks.as_completed
    stock = asyncio.tasks.all_tasks

    def all_tasks(loop=None):
        tasks = stock(loop)
        return [task for task in current.loop.born if task in tasks]

    asyncio.tasks.all_tasks = all_tasks


class Timer(asyncio.TimerHandle):
    """Timers for one instant run in the order in which they were set."""

    def __init__(self, when, serial, *rest):
        super().__init__(when, *rest)
        self.serial = serial

    def __lt__(self, other):
        return (self._when, self.serial) < (other._when, other.serial)


class Selector:
    """Moves the clock instead of waiting."""

    def __init__(self, loop):
        self.loop = loop

    def select(self, timeout):
        loop = self.loop
        if loop.thread is not None:
            loop.thread.sleep(timeout)
            return []
        until = None if timeout is None else loop.clock + max(timeout, 0)
        beside = loop.first_beside() if timeout != 0 else None
        ends = [until] if beside is None else [until, beside.when]
        ends = [end for end in ends if end is not None]
        if loop.outside and all(loop.outside[0][0] <= end for end in ends):
            loop.move(max(loop.clock, loop.outside[0][0]))
        elif beside is not None and (until is None or beside.when < until):
            loop.let(beside)
        elif until is None:
            raise Deadlock
        else:
            loop.clock = int(until)
        return []

    def close(self):
        pass


class Loop(asyncio.BaseEventLoop):
    """Asyncio's own loop over a virtual clock."""

    def __init__(self, thread=None):
        super().__init__()
        self.thread = thread  # that of a loop on a named worker
        self._clock_resolution = 0.5
        self._selector = Selector(self)
        self.serials = itertools.count()
        self.outside = []  # what threads do: (time, serial, callback)
        self.beside = []  # the threads of other loops
        self.born = []
        self.set_exception_handler(lambda loop, context: None)
        if EAGER:
            self.set_task_factory(asyncio.eager_task_factory)
        if thread is None:
            self.clock = 0
            current.loop = self

    def time(self):
        return current.loop.clock

    def call_at(self, when, callback, *args, context=None):
        self._check_closed()
        timer = Timer(int(when), next(self.serials), callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def create_task(self, coro, **options):
        # An eager task makes others before it is made itself.
        born = current.loop.born
        place = len(born)
        born.append(None)
        born[place] = super().create_task(coro, **options)
        return born[place]

    def at(self, when, callback):
        """Somebody outside of the loop does something then."""
        heapq.heappush(self.outside, (when, next(self.serials), callback))

    def first_beside(self):
        """The thread of another loop that goes on first."""
        return min((one for one in self.beside if one.when is not None), key=lambda one: one.when, default=None)

    def let(self, beside):
        """It runs until it takes time, or has looked round once."""
        self.clock = max(self.clock, int(beside.when))
        beside.resume()

    def move(self, when):
        """Time passes, and what others do until then happens."""
        while True:
            beside = self.first_beside()
            if self.outside and self.outside[0][0] <= when and (beside is None or self.outside[0][0] <= beside.when):
                self.clock, _, callback = heapq.heappop(self.outside)
                callback()
            elif beside is not None and beside.when < when:
                self.let(beside)
            else:
                break
        self.clock = max(self.clock, when)

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        if self.thread is not None:
            self.thread.wake()


class Thread:
    """A thread that runs a job: it and the loop hand each other a baton, so that one of them runs."""

    own = threading.local()

    def __init__(self, pool, job, call):
        self.pool, self.job, self.call = pool, job, call
        self.go, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.result = self.failure = None
        self.over = False
        threading.Thread(target=self.main, daemon=True).start()

    def main(self):
        Thread.own.thread = self
        self.go.acquire()
        try:
            self.result = self.call()
        except BaseException as error:
            self.failure = error
        self.over = True
        self.back.release()

    def resume(self):
        """It runs until it takes time or ends."""
        self.go.release()
        self.back.acquire()
        if not self.over:
            return
        if self.failure is None:
            self.job.set_result(self.result)
        else:
            self.job.set_exception(self.failure)
        self.pool.end()

    def work(self, duration):
        loop = current.loop
        loop.at(loop.clock + duration, self.resume)
        self.back.release()
        self.go.acquire()


class LoopThread(Thread):
    """A thread with a loop of its own, which is one of those beside the main loop."""

    def __init__(self):
        self.go, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.when, self.asleep = None, True  # when it goes on, and whether a message wakes it
        self.loop = Loop(self)
        current.loop.beside.append(self)
        threading.Thread(target=self.main, daemon=True).start()

    def main(self):
        Thread.own.thread = self
        self.go.acquire()
        self.loop.run_forever()

    def resume(self):
        self.when, self.asleep = None, False
        self.go.release()
        self.back.acquire()

    def work(self, duration):
        self.when = current.loop.clock + duration
        self.back.release()
        self.go.acquire()

    def sleep(self, timeout):
        self.when, self.asleep = None if timeout is None else current.loop.clock + timeout, True
        self.back.release()
        self.go.acquire()

    def wake(self):
        if self.asleep:
            self.when = current.loop.clock


class Pool(concurrent.futures.Executor):
    """So many threads that take jobs first in, first out, and work in virtual time."""

    def __init__(self, max_workers=None, *args, **options):
        self.free = max_workers or 4
        self.jobs = []

    def submit(self, function, /, *args, **options):
        job = concurrent.futures.Future()
        self.jobs.append((job, lambda: function(*args, **options)))
        self.begin()
        return job

    def begin(self):
        loop = current.loop
        while self.free and self.jobs:
            self.free -= 1
            job, call = self.jobs.pop(0)
            loop.at(loop.clock, lambda job=job, call=call: self.run(job, call))

    def run(self, job, call):
        if job.set_running_or_notify_cancel():
            Thread(self, job, call).resume()
        else:
            self.end()

    def end(self):
        self.free += 1
        self.begin()

    def shutdown(self, wait=True, *, cancel_futures=False):
        pass


class Loops(Pool):
    """Named workers, each with a loop of its own; tasks go to them in turn."""

    def __init__(self, count):
        super().__init__(count)
        self.count, self.loops = count, None

    def start(self, coroutine):
        self.loops = self.loops or itertools.cycle([LoopThread().loop for _ in range(self.count)])
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, next(self.loops)))

    def spawn(self, coroutine):
        tasks = current.tasks
        task = self.start(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task


class Current:
    """The program that is being run."""

    def __init__(self, draws):
        self.loop = None
        self.over = False
        self.draws = iter(draws)
        self.tasks = Ordered()
        self.status = None


# ── what programs use ──────────────────────────────────────────────────────

# What asyncio says of mistakes, and what the language does.
MISTAKES = [
    ("is shutting down", "the group is shutting down"),
    ("is finished", "the group is finished"),
    ("invalid state", "this future is settled already"),
    ("Lock is not acquired", "this lock is released but not held"),
    ("Task cannot await on itself", "a task cannot wait for itself"),
]


def failure(value):
    """What went wrong, in the words of the language; None if it is no failure of asyncio's."""
    if isinstance(value, asyncio.CancelledError):
        return "cancelled"
    if isinstance(value, TimeoutError):
        return "timeout"
    if isinstance(value, (RuntimeError, asyncio.InvalidStateError)):
        return next((words for part, words in MISTAKES if part in str(value)), None)
    return None


values.failure = failure


def now():
    """The time since the start."""
    return Duration(current.loop.clock)


def log(text):
    """Writes a line of the log."""
    if not current.over:
        text = show(text).replace("\r\n", "␤").replace("\n", "␤").replace("\r", "␤")
        print(int(now()), text)


def work(duration):
    """Computes, or blocks, for so long."""
    if duration < 0:
        raise ValueError("a negative time")
    thread = getattr(Thread.own, "thread", None)
    if thread is not None:
        thread.work(int(duration))
    else:
        current.loop.move(current.loop.clock + int(duration))


# `time.sleep` blocks.
time = types.SimpleNamespace(sleep=work)


def draw(*arguments):
    """What the simulator drew here: a number, a duration, or one of a list."""
    drawn = next(current.draws)
    if arguments and isinstance(arguments[0], list):
        return arguments[0][drawn]
    return Duration(drawn) if any(isinstance(one, Duration) for one in arguments) else drawn


def spawn(coroutine):
    """Starts a task that the run waits for."""
    tasks = current.tasks
    task = asyncio.create_task(coroutine)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


def spawn_daemon(coroutine):
    """Starts a task that the run does not wait for."""
    return asyncio.create_task(coroutine)


def task_number():
    """How many tasks were made before this one."""
    return current.loop.born.index(asyncio.current_task())


async def everything(main):
    """main, and all that it has started."""
    tasks = current.tasks
    await main()
    while tasks:
        await asyncio.wait(tasks)


def run(main):
    """What `asyncio.run` does, under the virtual clock."""
    running = current
    runner = asyncio.Runner(loop_factory=Loop)
    graveyard.append((running, runner))
    try:
        try:
            runner.run(everything(main))
            running.status = "ok"
        except Deadlock:
            raise
        except asyncio.CancelledError:
            running.status = "error cancelled"
        except BaseException as error:
            running.status = f"error {show(error)}"
        runner.close()
    except Deadlock:
        running.status = "deadlock"
    # Before the interpreter exits it waits for the threads of its executors.
    while running.loop.outside:
        running.loop.move(running.loop.outside[0][0])
    running.over = True


# ── programs, one after the other ──────────────────────────────────────────

current = None
# What was left waiting is never collected: it would run its clean-up.
graveyard = []
EAGER = "--eager" in sys.argv


def number(text):
    return float(text) if any(letter in text for letter in ".enif") else int(text)


def read_draws():
    with open("draws.txt", encoding="utf-8") as file:
        lines = [line.split() for line in file]
    return {int(first): [number(text) for text in rest] for first, *rest in lines}


def play(program, draws):
    global current
    current = Current(draws.get(program, ()))
    print(f"@{program}", flush=True)
    spec = importlib.util.spec_from_file_location(f"p{program}", f"p{program}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if current.status is None:
        run(module.main)
    current.over = True
    status = current.status.replace("\r", "␤").replace("\n", "␤")
    print(f"={status}", flush=True)


def main():
    sys.modules["harness"] = sys.modules["__main__"]
    sys.stdout.reconfigure(encoding="utf-8")
    warnings.simplefilter("ignore")
    logging.disable()
    pin_the_order_of_sets()
    concurrent.futures.ThreadPoolExecutor = concurrent.futures.ProcessPoolExecutor = Pool
    draws = read_draws()
    for program in range(int(sys.argv[1]), int(sys.argv[2])):
        play(program, draws)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
