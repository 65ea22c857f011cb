//! What is said of `Threads`.

use crate::runtimes::about::{About, Exactness, setting};

pub const ABOUT: About = About {
    name: "Threads",
    summary: "a thread for each task, or a pool of threads",
    exactness: Exactness::Textbook,
    verified: "",
    not_modelled: &["caches, NUMA and the exact moment of a preemption"],
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
        setting("switch", "\"0s\"", "the cost of a context switch"),
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
    ],
    page: include_str!("../../../docs/runtimes/threads.md"),
};
