//! What a scenario can be exported to: a line each.

/// A language and its runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Asyncio,
    Trio,
    Js,
    Go,
    Tokio,
    Threads,
}

/// A target as the command line shows it.
#[derive(Debug)]
pub struct About {
    pub target: Target,
    /// As `--to` takes it.
    pub name: &'static str,
    /// The language of the program.
    pub language: &'static str,
    /// How the program is run; `{}` is its file, or that of its package.
    pub run: &'static str,
}

#[rustfmt::skip]
pub const TARGETS: &[About] = &[
    About { target: Target::Asyncio, name: "asyncio", language: "Python 3.11 or newer",              run: "python3 {}" },
    About { target: Target::Trio,    name: "trio",    language: "Python 3.11 or newer, with trio",   run: "python3 {}" },
    About { target: Target::Js,      name: "js",      language: "JavaScript: Node 18 or newer",      run: "node {}" },
    About { target: Target::Go,      name: "go",      language: "Go 1.25 or newer",                  run: "go run {}" },
    About { target: Target::Tokio,   name: "tokio",   language: "Rust, with tokio 1",                run: "cargo run --manifest-path {}" },
    About { target: Target::Threads, name: "threads", language: "Python 3.11 or newer, with threads", run: "python3 {}" },
];

impl Target {
    pub fn about(self) -> &'static About {
        TARGETS.iter().find(|about| about.target == self).unwrap_or(&TARGETS[0])
    }

    pub fn named(name: &str) -> Option<Target> {
        TARGETS.iter().find(|about| about.name == name).map(|about| about.target)
    }
}

/// Whose clock the program lives by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The one on the wall: the program runs as it is.
    Real,
    /// That of a harness: time is whole nanoseconds, and moves only when everybody waits or somebody works.
    Virtual,
}
