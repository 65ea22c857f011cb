//! The helpers a module may need: small functions and classes, written as Python.

/// A piece of Python that is written into a module that uses it.
#[derive(Debug)]
pub struct Helper {
    /// What it defines, and how it is asked for.
    pub name: &'static str,
    /// What it uses: modules and other helpers.
    pub needs: &'static [&'static str],
    pub text: &'static str,
    /// A harness has its own.
    pub harness: bool,
}

/// Those that have nothing to do with the runtime, in the order in which they are written.
#[rustfmt::skip]
pub const SHARED: &[Helper] = &[
    Helper { name: "Failure",   needs: &[],                text: include_str!("prelude/failure.py"),   harness: false },
    Helper { name: "failure",   needs: &["Failure"],       text: include_str!("prelude/failing.py"),   harness: false },
    Helper { name: "now",       needs: &["time"],          text: include_str!("prelude/now.py"),       harness: true },
    Helper { name: "log",       needs: &["now"],           text: include_str!("prelude/log.py"),       harness: true },
    Helper { name: "work",      needs: &["time"],          text: include_str!("prelude/work.py"),      harness: true },
    Helper { name: "quotient",  needs: &[],                text: include_str!("prelude/quotient.py"),  harness: false },
    Helper { name: "remainder", needs: &["quotient"],      text: include_str!("prelude/remainder.py"), harness: false },
    Helper { name: "rounded",   needs: &["math"],          text: include_str!("prelude/rounded.py"),   harness: false },
    Helper { name: "poisson",   needs: &["math", "random"], text: include_str!("prelude/poisson.py"),  harness: false },
    Helper { name: "index",     needs: &[],                text: include_str!("prelude/index.py"),     harness: false },
    Helper { name: "summary",   needs: &["statistics"],    text: include_str!("prelude/summary.py"),   harness: false },
];

/// What can be imported as it is.
pub const MODULES: &[&str] = &[
    "asyncio",
    "collections",
    "contextlib",
    "heapq",
    "itertools",
    "math",
    "outcome",
    "queue",
    "random",
    "statistics",
    "threading",
    "time",
    "trio",
];
