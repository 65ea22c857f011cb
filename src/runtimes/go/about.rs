//! What is said of `Go`.

use crate::runtimes::about::{About, Exactness, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Go",
    summary: "Go's scheduler, channels and locks",
    exactness: Exactness::Exact,
    verified: "Go 1.27.3 with GOMAXPROCS=1, by recorded traces and `cosim verify --against go`",
    next: "A processor takes the goroutine in its slot `runnext`, which is the one started or woken last; then those of its \
           queue, in order; every 61st time the head of the global queue. (Go 1.27, runtime/proc.go, `findRunnable`, `runqget`)",
    not_modelled: &[
        "which processor does what first with `procs` > 1: a schedule Go could take, not the one it takes",
        "that a system call which is over soon keeps its processor: here it gives it up at once",
    ],
    settings: &[
        setting("procs", "1", "GOMAXPROCS: how many goroutines compute at once"),
        setting(
            "slice",
            "\"10ms\"",
            "after how long a goroutine that computes is moved aside; \"0s\" = never",
        ),
        setting("costs", "none", "named figures for those below: Linux"),
        SWITCH,
        WAKE,
    ],
    samples: &["Go()", "Go(slice: \"0s\")", "Go(procs: 3)", "Go(procs: 2, costs: Linux, wake: \"1ms\")"],
    page: include_str!("../../../docs/runtimes/go.md"),
};
