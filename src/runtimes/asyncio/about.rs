//! What is said of `Asyncio`.

use crate::runtimes::about::{About, Exactness, START, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Asyncio",
    summary: "CPython's event loop and its library",
    exactness: Exactness::Exact,
    verified: "CPython 3.11.7, 3.12.1 and 3.13.0, by recorded traces and by `cosim verify --random`",
    next: "One queue, first in, first out. Exactly as many as are ready when a turn begins run in it; what becomes ready \
           meanwhile waits for the next. (CPython 3.12, Lib/asyncio/base_events.py, `_run_once`)",
    not_modelled: &[
        "the lock of the interpreter between the loop and the threads of its pools",
        "event loops on named workers: their order at one instant, and cancelling from one to another",
    ],
    settings: &[
        setting("version", "\"3.12\"", "which CPython: \"3.11\", \"3.12\" or \"3.13\""),
        setting("eager", "false", "tasks run at once, up to their first suspension; 3.12 or later"),
        setting("costs", "none", "named figures for those below: Python (or Uvloop)"),
        SWITCH,
        WAKE,
        START,
    ],
    samples: &[
        "Asyncio(version: \"3.11\")",
        "Asyncio(version: \"3.12\")",
        "Asyncio(version: \"3.13\")",
        "Asyncio(eager: true)",
        "Asyncio(costs: Python, start: \"80us\")",
        "Asyncio(eager: true, switch: \"300us\", wake: \"1ms\")",
    ],
    page: include_str!("../../../docs/runtimes/asyncio.md"),
};
