"""Runs programs on the trio that is installed here, under a virtual clock, and writes down what they log.

    python harness.py FROM TO [--lifo | --coins]     runs p<FROM>.py up to, not including, p<TO>.py

Stock trio does everything: it is its own run loop. Only what depends on the machine is replaced:

* the clock: whole nanoseconds, which move when nobody can run, or when a program works; with nothing to wait
  for it reports a deadlock;
* the coin that is flipped for each batch: it falls on one side every time, heads, or tails with `--lifo`; with
  `--coins`, for each batch of two tasks or more, as it did for the simulator;
* the order where trio goes through a `set`, and of equal deadlines, which is by address: by age;
* threads: a job takes virtual time, and is done at the end of it;
* random draws: those the simulator made, in the same order.

A program uses `draw`, `log`, `now`, `run`, `show`, `time` and `work` of this module.
"""

import heapq
import importlib.util
import itertools
import math
import os
import sys
import threading
import types
import warnings

sys.path.insert(0, os.getcwd())

import outcome
import trio
from values import Duration, one_line, read_draws, show

from trio._core import _run


class Deadlock(Exception):
    """Nobody can run, and nothing is due."""


class Ordered(dict):
    """A set that is gone through in order of insertion."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def remove(self, item):
        del self[item]


class Coin:
    """Falls as it is told. trio takes tasks from the end of a batch; heads reverses it first."""

    def random(self):
        tails = LIFO
        if COINS:
            batch = sys._getframe(1).f_locals["batch"]
            tasks = [task for task in batch if task.name not in TRIOS_OWN]
            tails = len(tasks) > 1 and next(current.coins, 0)
        return 1.0 if tails else 0.0


def pin_what_is_by_address():
    """Sets become ordered, and equal deadlines expire as they were registered."""
    born = _run.CancelStatus.__attrs_post_init__

    def status(self):
        self._children, self._tasks = Ordered(), Ordered()
        born(self)

    _run.CancelStatus.__attrs_post_init__ = status
    made = trio.Event.__init__

    def event(self):
        made(self)
        self._tasks = Ordered()

    trio.Event.__init__ = event
    for end in (trio.MemorySendChannel, trio.MemoryReceiveChannel):
        opened = end.__attrs_post_init__

        def channel(self, opened=opened):
            self._tasks = Ordered()
            opened(self)

        end.__attrs_post_init__ = channel
    serials = itertools.count()

    def add(self, deadline, scope):
        heapq.heappush(self._heap, (deadline, next(serials), scope))
        self._active += 1

    _run.Deadlines.add = add
    _run._r = Coin()
    trio._threads.start_thread_soon = start_thread


def run_in_jobs():
    """A job may run an async function by `trio.run`: there it sleeps as a thread does, and waits for nobody."""
    stock_run, stock_sleep, stock_checkpoint = trio.run, trio.sleep, trio.lowlevel.checkpoint

    def run(function, *arguments, **options):
        if current.job is None:
            return stock_run(function, *arguments, **options)
        try:
            function(*arguments).send(None)
        except StopIteration as ended:
            return ended.value

    async def sleep(duration):
        if current.job is None:
            await stock_sleep(duration)
        else:
            current.job.work(int(duration))

    async def checkpoint():
        if current.job is None:
            await stock_checkpoint()

    trio.run, trio.sleep, trio.lowlevel.checkpoint = run, sleep, checkpoint


class Current:
    """The program that is being run, and its time."""

    def __init__(self, draws, coins):
        self.clock = 0
        self.job = None  # the job that is running
        self.outside = []  # what threads do: (time, serial, callback)
        self.serials = itertools.count()
        self.over = False
        self.draws = iter(draws)
        self.coins = iter(coins)
        self.status = None

    def at(self, when, callback):
        """Somebody outside of the loop does something then."""
        heapq.heappush(self.outside, (when, next(self.serials), callback))

    def move(self, when):
        """Time passes, and what others do until then happens."""
        while self.outside and self.outside[0][0] <= when:
            then, _, callback = heapq.heappop(self.outside)
            self.clock = max(self.clock, int(then))
            callback()
        self.clock = max(self.clock, int(when))


class Clock(trio.abc.Clock):
    """Asked for a time to sleep it moves instead."""

    def start_clock(self):
        pass

    def current_time(self):
        return current.clock

    def deadline_to_sleep_time(self, deadline):
        # Nobody can run.
        if deadline <= current.clock:
            return 0
        if _run.GLOBAL_RUN_CONTEXT.runner.entry_queue.size():
            return 1  # trio's own socket is readable: it sleeps for no time at all
        if current.outside and current.outside[0][0] <= deadline:
            current.move(current.outside[0][0])
        elif deadline == math.inf:
            raise Deadlock
        else:
            current.clock = int(deadline)
        return 0


class Threads(trio.abc.Instrument):
    """Before the loop looks, it gets to hear what threads have done by now."""

    def before_io_wait(self, timeout):
        current.move(current.clock)


class Job:
    """A job on a thread, which runs only while the loop's own waits for it: up to its next `work`, or its end."""

    def __init__(self, function, deliver):
        self.function, self.deliver = function, deliver
        self.turn, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.pause = self.result = None
        threading.Thread(target=self.body, daemon=True).start()

    def body(self):
        self.turn.acquire()
        self.result = outcome.capture(self.function)
        self.back.release()

    def step(self):
        running, self.pause, running.job = current, None, self
        self.turn.release()
        self.back.acquire()
        running.job = None
        if self.result is None:
            running.at(running.clock + self.pause, self.step)
        else:
            self.deliver(self.result)

    def work(self, nanoseconds):
        self.pause = nanoseconds
        self.back.release()
        self.turn.acquire()


def start_thread(function, deliver, name=None):
    current.at(current.clock, Job(function, deliver).step)


# ── what programs use ──────────────────────────────────────────────────────


def now():
    """The time since the start."""
    return Duration(current.clock)


def log(text):
    """Writes a line of the log."""
    if not current.over:
        print(int(now()), one_line(show(text)))


def work(duration):
    """Computes, or blocks, for so long."""
    if duration < 0:
        raise ValueError("a negative time")
    if current.job is not None:
        current.job.work(int(duration))
    else:
        current.move(current.clock + int(duration))


# `time.sleep` blocks.
time = types.SimpleNamespace(sleep=work)


def draw(*arguments):
    """What the simulator drew here: a number, a duration, or one of a list."""
    drawn = next(current.draws)
    if arguments and isinstance(arguments[0], list):
        return arguments[0][drawn]
    return Duration(drawn) if any(isinstance(one, Duration) for one in arguments) else drawn


def run(main):
    """What `trio.run(main)` does, under the virtual clock."""
    running = current
    scenario = main.__globals__
    body, failures = scenario["main"], []

    async def noted():
        """How the scenario's own main ends, whatever the nurseries around it make of that."""
        try:
            await body()
        except BaseException as error:
            failures.append(error)
            raise

    scenario["main"] = noted
    try:
        trio.run(noted if main is body else main, clock=Clock(), instruments=[Threads()])
        running.status = f"error {show(failures[0])}" if failures else "ok"
    except trio.TrioInternalError as error:
        graveyard.append(error)
        stuck = isinstance(error.__cause__, Deadlock)
        running.status = "deadlock" if stuck else f"error {error.__cause__!r}"
    except BaseException as error:
        running.status = f"error {show(error)}"
    running.over = True


# ── programs, one after the other ──────────────────────────────────────────

current = None
# What was left waiting is never collected: it would run its clean-up.
graveyard = []
LIFO = "--lifo" in sys.argv
COINS = "--coins" in sys.argv
# Tasks that a run has besides the program's.
TRIOS_OWN = ("<init>", "<TrioToken.run_sync_soon task>")


def play(program, draws, coins):
    global current
    current = Current(draws.get(program, ()), coins.get(program, ()))
    print(f"@{program}", flush=True)
    spec = importlib.util.spec_from_file_location("__main__", f"p{program}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    current.over = True
    print(f"={one_line(current.status)}", flush=True)


def main():
    sys.modules["harness"] = sys.modules["__main__"]
    sys.stdout.reconfigure(encoding="utf-8")
    sys.unraisablehook = lambda _: None
    warnings.simplefilter("ignore")
    pin_what_is_by_address()
    run_in_jobs()
    draws, coins = read_draws(), read_draws("coins.txt")
    for program in range(int(sys.argv[1]), int(sys.argv[2])):
        play(program, draws, coins)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
