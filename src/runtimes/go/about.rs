//! What is said of `Go`.

use crate::runtimes::about::{About, Exactness, setting};

pub const ABOUT: About = About {
    name: "Go",
    summary: "Go's scheduler, channels and locks",
    exactness: Exactness::Equivalent,
    verified: "Go 1.27.3 with GOMAXPROCS=1, by recorded traces and by `cosim verify`",
    not_modelled: &[
        "which processor does what first with `procs` > 1: a schedule Go could take, not the one it takes",
        "the moment at which a system call gives up its processor: here at once",
        "the cost of anything: a goroutine starts, parks and switches in no time",
    ],
    settings: &[
        setting("procs", "1", "GOMAXPROCS: how many goroutines compute at once"),
        setting(
            "slice",
            "\"10ms\"",
            "after how long a goroutine that computes is moved aside; \"0s\" = never",
        ),
    ],
    samples: &["Go()", "Go(slice: \"0s\")", "Go(procs: 3)"],
    page: include_str!("../../../docs/runtimes/go.md"),
};
