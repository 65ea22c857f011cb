//! What is said of `Threads`.

use crate::runtimes::about::{About, Exactness, setting};

pub const ABOUT: About = About {
    name: "Threads",
    summary: "a thread for each task, or a pool of threads",
    exactness: Exactness::Approximate,
    verified: "CPython 3.11.7, 3.12.1 and 3.13.0 with `gil: true`, 15 recorded programs whose steps are well apart",
    next: "A core that comes free takes the thread that has been ready longest; under `policy: Priority` the most urgent. \
           (OSTEP, chapters 7 and 8)",
    not_modelled: &[
        "who of several threads that are woken at once goes first: here the one that waited longest",
        "the moment of a preemption to less than a switch interval",
        "caches, NUMA, fair-share weights, boosts after I/O",
    ],
    settings: &[
        setting(
            "workers",
            "a thread for each task",
            "a pool of so many threads that serve tasks to completion",
        ),
        setting("cores", "one for each thread", "how many threads compute at once"),
        setting(
            "quantum",
            "\"10ms\" (\"5ms\" with gil)",
            "the time slice when more threads are ready than cores",
        ),
        setting("costs", "none", "named figures for those below: Linux or Python"),
        setting("switch", "\"0s\"", "the cost of a context switch"),
        setting("wake", "\"0s\"", "what a thread spends before it goes on after a wait"),
        setting("start", "\"0s\"", "what a thread spends before its first step"),
        setting("policy", "RoundRobin", "RoundRobin, Fifo, Priority() or Priority(inheritance: true)"),
        setting("gil", "false", "one thread computes at a time, as under CPython's lock"),
    ],
    samples: &[
        "Threads(workers: 1)",
        "Threads()",
        "Threads(cores: 2, quantum: \"1ms\", switch: \"10us\")",
        "Threads(workers: 3, cores: 2)",
        "Threads(cores: 1, policy: Fifo)",
        "Threads(cores: 1, switch: \"10us\", policy: Priority(inheritance: true))",
        "Threads(gil: true)",
        "Threads(gil: true, costs: Python, wake: \"3us\")",
        "Threads(workers: 2, costs: Linux)",
    ],
    page: include_str!("../../../docs/runtimes/threads.md"),
};
