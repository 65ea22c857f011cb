//! What is said of `Trio`.

use crate::runtimes::about::{About, Exactness, START, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Trio",
    summary: "trio's batches, nurseries and cancel scopes",
    exactness: Exactness::Exact,
    verified: "trio 0.35.0, by recorded traces and by `cosim verify`, in three orders",
    next: "Everybody who is ready makes a batch, and each runs once: in order with `Fifo`, from the end with `Lifo`, by a \
           coin with `Seeded`. Who becomes ready meanwhile is in the next. (trio 0.35, trio/_core/_run.py, `unrolled_run`)",
    not_modelled: &[
        "the order in which trio walks a `set`, and that of equal deadlines: by address there, by age here",
        "the lock of the interpreter between the loop and its threads",
        "`nursery.start`, clones of channels, guest mode, `wait_all_tasks_blocked`",
    ],
    settings: &[
        setting("order", "Fifo", "how each batch runs: Fifo, Lifo, or Seeded (a coin for each)"),
        setting("costs", "none", "named figures for those below: Python"),
        SWITCH,
        WAKE,
        START,
    ],
    samples: &["Trio()", "Trio(order: Lifo)", "Trio(order: Seeded)", "Trio(costs: Python, start: \"1ms\")"],
    page: include_str!("../../../docs/runtimes/trio.md"),
};
