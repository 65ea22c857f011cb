//! What is said of `Processes`.

use crate::runtimes::about::{About, Exactness, setting};

pub const ABOUT: About = About {
    name: "Processes",
    summary: "several event loops that share nothing, each in a process of its own",
    exactness: Exactness::Approximate,
    verified: "what its `runtime` is verified against, within a process; nothing, between processes",
    next: "In each process its event loop decides, as its `runtime` says. What passes between processes comes in the order in \
           which it was sent.",
    not_modelled: &[
        "other runtimes inside than asyncio, on its own loop or on uvloop's",
        "time on the way from process to process",
        "what `main` spends on messages",
        "that a pool of processes cannot cancel what has begun",
        "the number of cores: every process computes when it wants to",
    ],
    settings: &[
        setting("workers", "1", "how many processes beside that of `main`"),
        setting("runtime", "Asyncio()", "what runs in each: Asyncio(…) or Uvloop(…)"),
        setting("costs", "none", "named figures for those below: Fork or Spawn"),
        setting("start", "\"0s\"", "how long a process takes to start"),
        setting("message", "\"0s\"", "what it spends on arguments, and again on a result"),
    ],
    samples: &["Processes(workers: 2)", "Processes(workers: 3, start: \"3ms\", message: \"100us\")"],
    page: include_str!("../../../docs/runtimes/processes.md"),
};
