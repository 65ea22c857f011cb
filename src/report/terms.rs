//! The words of traces and reports: one for each thing that can happen, and for what a task waits for.

use crate::sim::kernel::Limit;
use crate::sim::trace::{CauseKind, Kind, Queue, Role, State};

/// The word of an event, as traces write it.
pub fn kind_word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Worker { .. } => "worker",
        Kind::Spawn { .. } => "spawn",
        Kind::Switch { .. } => "switch",
        Kind::Run => "run",
        Kind::Work { .. } => "work",
        Kind::Hold { .. } => "block",
        Kind::Resume => "resume",
        Kind::Preempt => "preempt",
        Kind::Yield => "yield",
        Kind::Wait { .. } => "wait",
        Kind::Wake { .. } => "wake",
        Kind::Done => "done",
        Kind::Failed { .. } => "fail",
        Kind::Cancelled => "cancelled",
        Kind::CancelRequest { .. } => "cancel",
        Kind::Acquire { .. } => "acquire",
        Kind::Release { .. } => "release",
        Kind::Send { .. } => "send",
        Kind::Receive { .. } => "recv",
        Kind::Log { .. } => "log",
        Kind::Observe { .. } => "observe",
        Kind::Decision { .. } => "decision",
        Kind::Queue { .. } => "queue",
    }
}

/// The word of a queue of JavaScript's event loop.
pub fn queue_word(queue: Queue) -> &'static str {
    match queue {
        Queue::CallStack => "call stack",
        Queue::Ticks => "next ticks",
        Queue::Microtasks => "microtasks",
        Queue::Timers => "timers",
        Queue::Immediates => "immediates",
        Queue::Messages => "messages",
    }
}

/// The word of a task's state, as everywhere in reports.
pub fn state_word(state: State) -> &'static str {
    match state {
        State::Ready => "ready",
        State::Running => "running",
        State::Blocked => "blocked",
        State::Io => "io",
        State::Sleeping => "sleeping",
        State::Overhead => "overhead",
    }
}

pub fn cause_word(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::Sleep => "sleep",
        CauseKind::Io => "io",
        CauseKind::Lock => "lock",
        CauseKind::Resource => "resource",
        CauseKind::Semaphore => "semaphore",
        CauseKind::Read => "read",
        CauseKind::Write => "write",
        CauseKind::Send => "send",
        CauseKind::Receive => "recv",
        CauseKind::Event => "event",
        CauseKind::Condition => "condition",
        CauseKind::Barrier => "barrier",
        CauseKind::Future => "future",
        CauseKind::Join => "join",
        CauseKind::Children => "children",
        CauseKind::Select => "select",
        CauseKind::Offload => "offload",
    }
}

pub fn limit_word(limit: Limit) -> &'static str {
    match limit {
        Limit::Tasks => "tasks",
        Limit::Events => "events",
        Limit::Steps => "steps",
        Limit::Time => "time",
        Limit::Stopped => "stopped",
    }
}

pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Worker => "worker",
        Role::Main => "main",
        Role::Pool(_) => "pool",
    }
}
