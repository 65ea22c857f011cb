//! `cosim runtimes`: which there are, what can be set on them, and how true to life they are.

use serde::Serialize;

use crate::cli::args::RuntimesArguments;
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::report::style::{Ink, Style};

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Entry {
    pub name: &'static str,
    pub summary: &'static str,
    /// What it was compared with.
    pub exactness: &'static str,
    pub settings: &'static [Setting],
    #[serde(skip)]
    pub page: &'static str,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning }
}

pub const ALL: [Entry; 3] = [
    Entry {
        name: "Threads",
        summary: "a thread for each task, or a pool of threads",
        exactness: "a textbook model of preemptive threads",
        settings: &[
            setting(
                "workers",
                "a thread for each task",
                "a pool of so many threads that serve tasks to completion",
            ),
            setting("cores", "one for each thread", "how many threads compute at once"),
            setting(
                "quantum",
                "\"10ms\" (\"5ms\" with gil)",
                "the time slice when more threads are ready than cores",
            ),
            setting("switch", "\"0s\"", "the cost of a context switch"),
            setting("policy", "RoundRobin", "RoundRobin, Fifo, Priority() or Priority(inheritance: true)"),
            setting("gil", "false", "one thread computes at a time, as under CPython's lock"),
        ],
        page: include_str!("../../docs/runtimes/threads.md"),
    },
    Entry {
        name: "Coroutines",
        summary: "coroutines on one worker or several, first come, first served",
        exactness: "a textbook model of cooperative scheduling",
        settings: &[setting("workers", "1", "how many workers serve the one ready queue")],
        page: include_str!("../../docs/runtimes/coroutines.md"),
    },
    Entry {
        name: "Asyncio",
        summary: "CPython's event loop and its library",
        exactness: "in the order of CPython 3.11.7, 3.12.1 and 3.13.0, event by event, as far as the tests reach",
        settings: &[setting("version", "\"3.12\"", "which CPython: \"3.11\", \"3.12\" or \"3.13\"")],
        page: include_str!("../../docs/runtimes/asyncio.md"),
    },
];

pub fn runtimes(arguments: &RuntimesArguments, output: &Output) -> Status {
    if arguments.json {
        let mut text = serde_json::to_string_pretty(&ALL).expect("the table is plain data");
        text.push('\n');
        return output.print(&text);
    }
    output.print(&ALL.iter().map(|entry| show(entry, output.style)).collect::<Vec<_>>().join("\n"))
}

/// One runtime with its settings.
pub fn show(entry: &Entry, style: Style) -> String {
    let mut out = format!("{}  {}\n", style.paint(Ink::Strong, entry.name), entry.summary);
    out.push_str(&format!("  {}\n", style.paint(Ink::Faint, entry.exactness)));
    let name = entry.settings.iter().map(|s| s.name.len()).max().unwrap_or(0);
    let default = entry.settings.iter().map(|s| s.default.len()).max().unwrap_or(0);
    for setting in entry.settings {
        let (shown, value) = (setting.name, setting.default);
        out.push_str(&format!("    {shown:name$}  {value:default$}  {}\n", setting.meaning));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtimes::table::{RuntimeSpec, ron};

    #[test]
    fn every_setting_is_one() {
        for entry in ALL {
            for setting in entry.settings {
                let wrong = format!("{}({}: [])", entry.name, setting.name);
                let error =
                    ron().from_str::<RuntimeSpec>(&wrong).expect_err("no setting is a list").to_string();
                assert!(!error.contains("Unexpected field"), "{error}");
            }
            assert!(ron().from_str::<RuntimeSpec>(&format!("{}()", entry.name)).is_ok());
        }
    }
}
