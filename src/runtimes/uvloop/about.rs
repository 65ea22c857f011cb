//! What is said of `Uvloop`.

use crate::runtimes::about::{About, Exactness, START, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Uvloop",
    summary: "asyncio on uvloop: expired timers run before what is ready",
    exactness: Exactness::Exact,
    verified: "uvloop 0.23.0 on CPython 3.12.1, by recorded traces",
    next: "Timers that are due run first; then exactly as many handles as are ready, first in, first out. (uvloop 0.23, \
           loop.pyx, `_on_idle`; libuv, src/timer.c, `uv__run_timers`)",
    not_modelled: &[
        "the lock of the interpreter between the loop and the threads of its pools",
        "where a whole millisecond of libuv's clock begins: here with the run",
        "recordings of other versions than 3.12: they differ as those of asyncio do",
    ],
    settings: &[
        setting("version", "\"3.12\"", "which CPython: \"3.11\", \"3.12\" or \"3.13\""),
        setting("eager", "false", "tasks run at once, up to their first suspension; 3.12 or later"),
        setting("costs", "none", "named figures for those below: Uvloop (or Python)"),
        SWITCH,
        WAKE,
        START,
    ],
    samples: &["Uvloop()", "Uvloop(eager: true)", "Uvloop(costs: Uvloop, switch: \"1ms\")"],
    page: include_str!("../../../docs/runtimes/uvloop.md"),
};
