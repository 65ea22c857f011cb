//! What is said of `Tokio`.

use crate::runtimes::about::{About, Exactness, START, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Tokio",
    summary: "tokio 1.54.1: Rust futures that are polled, on one thread or several",
    exactness: Exactness::Exact,
    verified: "tokio 1.54.1, `CurrentThread` and `MultiThread(workers: 1)`, by recorded traces; `CurrentThread` also by 2,000 random programs and the gallery",
    next: "On one thread: `main`, if it was woken; then up to 61 tasks, first in, first out; then timers. With several workers: \
           the slot of the task woken last, then the own queue, then what others have. (tokio 1.54, \
           runtime/scheduler/current_thread/mod.rs, `CoreGuard::block_on`; multi_thread/worker.rs, `Core::next_task`)",
    not_modelled: &[
        "several workers (`MultiThread` with more than one) beyond their rules: one possible order is shown, approximate",
        "blocking threads are not verified; beyond 512 of them, their keep-alive, `block_in_place`, `LocalSet`",
        "clean-up that takes a drop back, which no destructor can: a `catch cancelled` that does not end in `fail cancelled`",
        "the self-tuning of how often workers look at the inject queue",
    ],
    settings: &[
        setting("flavor", "CurrentThread", "`CurrentThread`, or `MultiThread(workers: 4)`"),
        setting(
            "main",
            "BlockOn",
            "`BlockOn`: main is the future of `block_on`; `Spawned`: a task like any other",
        ),
        setting("costs", "none", "named figures for those below: Linux"),
        SWITCH,
        WAKE,
        START,
    ],
    samples: &[
        "Tokio()",
        "Tokio(main: Spawned)",
        "Tokio(flavor: MultiThread(workers: 1), main: Spawned)",
        "Tokio(flavor: MultiThread(workers: 3))",
        "Tokio(costs: Linux, wake: \"1ms\")",
    ],
    page: include_str!("../../../docs/runtimes/tokio.md"),
};
