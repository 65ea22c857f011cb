//! What is said of `Coroutines`.

use crate::runtimes::about::{About, Exactness, START, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Coroutines",
    summary: "coroutines on one worker or several, first come, first served",
    exactness: Exactness::Textbook,
    verified: "",
    next: "A worker that comes free takes the task that has been ready longest: one queue, first in, first out.",
    not_modelled: &["the steps between an event and the task it wakes, of which every real loop has its own"],
    settings: &[
        setting("workers", "1", "how many workers serve the one ready queue"),
        setting("costs", "none", "named figures for those below: Boost"),
        SWITCH,
        WAKE,
        START,
    ],
    samples: &[
        "Coroutines(workers: 1)",
        "Coroutines(workers: 3)",
        "Coroutines(workers: 2, costs: Boost, wake: \"1ms\")",
    ],
    page: include_str!("../../../docs/runtimes/coroutines.md"),
};
