//! What is said of `Js`.

use crate::runtimes::about::{About, Exactness, START, SWITCH, WAKE, setting};

pub const ABOUT: About = About {
    name: "Js",
    summary: "JavaScript: Node's event loop, or a browser's",
    exactness: Exactness::Exact,
    verified: "Node 20.20.2 (V8 11.3, libuv 1.46), by recorded traces and `cosim verify --against js`: one thread \
               under `host: Node`. Approximate and not verified: `host: Browser`, `offload` and `spawn … on` workers",
    next: "A function that is called runs at once, up to its first `await`; then its caller goes on. After each callback all \
           of `process.nextTick` runs, then all promise jobs; only then the next timer, message or immediate. (ECMA-262, \
           27.2; Node 20, lib/internal/process/task_queues.js, `processTicksAndRejections`; libuv 1.46, `uv_run`)",
    not_modelled: &[
        "what a browser leaves open: the order between its task sources, throttling in the background",
        "the order of messages between worker threads",
        "process.exit() by hand, unhandled rejections other than that of `main` and of callbacks",
    ],
    settings: &[
        setting("host", "Node", "who keeps the timers and runs the jobs: Node or Browser"),
        setting(
            "yields",
            "Microtask",
            "what `await yield` is: Microtask (`await null`) or Immediate (a turn of the loop)",
        ),
        setting("costs", "none", "named figures for those below: Node"),
        SWITCH,
        WAKE,
        START,
    ],
    samples: &["Js()", "Js(host: Browser)", "Js(yields: Immediate)", "Js(costs: Node, wake: \"1ms\")"],
    page: include_str!("../../../docs/runtimes/js.md"),
};
