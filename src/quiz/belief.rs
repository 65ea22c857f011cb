//! What people believe of coroutines that is not so, each as a change of the program or of its runtime that can be run.

use crate::lang::ast::File;
use crate::quiz::rewrite;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::coroutines;
use crate::runtimes::table::RuntimeSpec;
use crate::runtimes::threads;

/// A misconception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Belief {
    /// `time.sleep` lets others run.
    BlockFrees,
    /// Whoever awaits keeps its worker.
    AwaitHolds,
    /// `await t()` lets others go first, even where `t` does not wait.
    AwaitSwitches,
    /// Calls that are awaited one after the other overlap.
    AwaitsOverlap,
    /// `gather` takes one call after the other.
    GatherInTurn,
    /// What is spawned runs at once.
    SpawnRuns,
    /// Coroutines compute at the same time.
    Parallel,
    /// One task ends before the next begins.
    OneByOne,
    /// Several tasks share one worker, whatever the runtime.
    OneWorker,
}

impl Belief {
    pub const ALL: [Belief; 9] = [
        Belief::BlockFrees,
        Belief::AwaitHolds,
        Belief::AwaitSwitches,
        Belief::AwaitsOverlap,
        Belief::GatherInTurn,
        Belief::SpawnRuns,
        Belief::Parallel,
        Belief::OneByOne,
        Belief::OneWorker,
    ];

    /// As JSON names it.
    pub fn word(self) -> &'static str {
        match self {
            Belief::BlockFrees => "block-frees",
            Belief::AwaitHolds => "await-holds",
            Belief::AwaitSwitches => "await-switches",
            Belief::AwaitsOverlap => "awaits-overlap",
            Belief::GatherInTurn => "gather-in-turn",
            Belief::SpawnRuns => "spawn-runs",
            Belief::Parallel => "parallel",
            Belief::OneByOne => "one-by-one",
            Belief::OneWorker => "one-worker",
        }
    }

    /// When an answer would be right.
    pub fn note(self) -> &'static str {
        match self {
            Belief::BlockFrees => "so it would be if `block` let go of its worker, as `await sleep` does",
            Belief::AwaitHolds => "so it would be if whoever awaits kept its worker, as `block` does",
            Belief::AwaitSwitches => "so it would be if every `await` of a call let the others go first",
            Belief::AwaitsOverlap => "so it would be if calls awaited one after the other ran together",
            Belief::GatherInTurn => "so it would be if `gather` waited for one call before it made the next",
            Belief::SpawnRuns => "so it would be if a spawned task ran at once, up to its first wait",
            Belief::Parallel => "so it would be if every task had a thread and a core of its own",
            Belief::OneByOne => "so it would be if one task had to end before the next began",
            Belief::OneWorker => {
                "so it would be if all tasks shared one worker and none kept it while it waits"
            }
        }
    }

    /// The program as it is read by who believes this; `None` if it reads the same.
    pub fn program(self, file: &File) -> Option<File> {
        match self {
            Belief::BlockFrees => rewrite::block_sleeps(file),
            Belief::AwaitHolds => rewrite::await_blocks(file),
            Belief::AwaitSwitches => rewrite::calls_yield(file),
            Belief::AwaitsOverlap => rewrite::awaits_gather(file),
            Belief::GatherInTurn => rewrite::gathers_in_turn(file),
            Belief::SpawnRuns | Belief::Parallel | Belief::OneByOne | Belief::OneWorker => None,
        }
    }

    /// The runtime that does what is believed; `None` if it is the same.
    pub fn runtime(self, spec: &RuntimeSpec) -> Option<RuntimeSpec> {
        let believed = match (self, spec) {
            (Belief::SpawnRuns, RuntimeSpec::Asyncio(settings)) if settings.version >= Version::V312 => {
                let mut settings = settings.clone();
                settings.eager = true;
                RuntimeSpec::Asyncio(settings)
            }
            (Belief::Parallel, _) => RuntimeSpec::Threads(threads::settings::Settings::default()),
            (Belief::OneByOne, _) => {
                let one = threads::settings::Settings { workers: Some(1), ..Default::default() };
                RuntimeSpec::Threads(one)
            }
            (Belief::OneWorker, _) => RuntimeSpec::Coroutines(coroutines::settings::Settings::default()),
            (
                Belief::SpawnRuns
                | Belief::BlockFrees
                | Belief::AwaitHolds
                | Belief::AwaitSwitches
                | Belief::AwaitsOverlap
                | Belief::GatherInTurn,
                _,
            ) => return None,
        };
        (believed != *spec).then_some(believed)
    }
}
