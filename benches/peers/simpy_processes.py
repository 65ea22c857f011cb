"""The workloads as SimPy processes: `simpy_processes.py WORKLOAD N… [--repeat R]` prints a line of JSON."""

import json
import math
import resource
import sys
import time

import simpy

MASK = 0xFFFFFFFF


def seed(i):
    return (i + 1) * 2654435769 & MASK


def xs32(x):
    x ^= x << 13 & MASK
    x ^= x >> 17
    return x ^ (x << 5 & MASK)


def exp_ticks(x, rate):
    return math.floor(-math.log((x + 0.5) / 4294967296.0) / rate * 1e6) + 1


def sleepers(n, k):
    env = simpy.Environment()
    total = 0

    def sleeper(i):
        nonlocal total
        x = seed(i)
        for _ in range(k):
            x = xs32(x)
            yield env.timeout(1 + (x & 0xFFFF))
            total += env.now

    for i in range(n):
        env.process(sleeper(i))
    env.run()
    return n * k, [total]


def queue(n):
    env = simpy.Environment()
    server = simpy.Resource(env, 1)
    total = 0

    def customer(service):
        nonlocal total
        came = env.now
        with server.request() as request:
            yield request
            yield env.timeout(service)
        total += env.now - came

    def source():
        xa, xs = seed(0), seed(1)
        for _ in range(n):
            xa = xs32(xa)
            yield env.timeout(exp_ticks(xa, 1.0))
            xs = xs32(xs)
            env.process(customer(exp_ticks(xs, 1.25)))

    env.process(source())
    env.run()
    return n, [total]


def ring(p, h):
    env = simpy.Environment()
    links = [simpy.Store(env) for _ in range(p)]
    stopped = env.event()

    def station(i):
        here, following = links[i], links[(i + 1) % p]
        while True:
            token = yield here.get()
            if token == 0:
                stopped.succeed(i)
                return
            yield following.put(token - 1)

    for i in range(p):
        env.process(station(i))
    links[0].put(h)
    return h, [env.run(until=stopped)]


def phold(p, m, until):
    env = simpy.Environment()
    until *= 1_000_000
    streams = [seed(i) for i in range(p)]
    total = count = 0

    def message(at):
        nonlocal total, count
        to = at
        while True:
            x = streams[at] = xs32(streams[at])
            delay = 100_000 + exp_ticks(x, 1.0)
            if env.now + delay > until:
                return
            yield env.timeout(delay)
            total += env.now
            count += 1
            at = to
            x = streams[at] = xs32(streams[at])
            to = x % p

    for i in range(p):
        for _ in range(m):
            env.process(message(i))
    env.run()
    return count, [total, count]


def fork_join(r, c):
    env = simpy.Environment()
    total = 0

    def child(i):
        yield env.timeout(1 + (xs32(seed(i)) & 1023))

    def parent():
        nonlocal total
        for turn in range(r):
            yield env.all_of([env.process(child(turn * c + i)) for i in range(c)])
            total += env.now

    env.process(parent())
    env.run()
    return r * c, [total]


def mutex(n, k):
    env = simpy.Environment()
    lock = simpy.Resource(env, 1)
    total = 0

    def user(i):
        nonlocal total
        for _ in range(k):
            with lock.request() as request:
                yield request
                yield env.timeout(1)
        total += (i + 1) * env.now

    for i in range(n):
        env.process(user(i))
    env.run()
    return n * k, [total]


WORKLOADS = {"w1": sleepers, "w2": queue, "w3": ring, "w4": phold, "w5": fork_join, "w6": mutex}


def status(name):
    """A line of /proc/self/status, in bytes; 0 where there is none."""
    try:
        with open("/proc/self/status") as lines:
            return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
    except OSError:
        return 0


def main():
    words = sys.argv[1:]
    repeat = 1
    if "--repeat" in words:
        at = words.index("--repeat")
        repeat = int(words[at + 1])
        del words[at : at + 2]
    run, numbers = WORKLOADS[words[0]], [int(word) for word in words[1:]]
    before, resident, start = resource.getrusage(resource.RUSAGE_SELF), status("VmRSS:"), time.perf_counter()
    operations = 0
    for _ in range(repeat):
        done, checksum = run(*numbers)
        operations += done
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "operations": operations,
        "user": after.ru_utime - before.ru_utime,
        "system": after.ru_stime - before.ru_stime,
        "wall": wall,
        "bytes": max(0, status("VmHWM:") - resident),
        "checksum": ", ".join(str(number % 2**64) for number in checksum),
    }))


main()
