//! How a run ended, in words: who waits for whom, which limit stopped it, which tasks failed.

use crate::compare::comparison::{Deadlock, Run, RunEnding, StuckTask, TaskEnding};
use crate::report::lines::clean;
use crate::sim::kernel::Limit;
use crate::sim::trace::{CauseKind, Kind};
use crate::source::Sources;

/// At most so many stuck or failed tasks are told of one by one.
const TOLD: usize = 10;

/// One word for tables.
pub fn word(ending: &RunEnding) -> &'static str {
    match ending {
        RunEnding::Completed => "completed",
        RunEnding::Failed { .. } => "failed",
        RunEnding::Deadlock(deadlock) if deadlock.cycle.is_empty() => "stuck",
        RunEnding::Deadlock(_) => "deadlock",
        RunEnding::Limit(limit) => match limit {
            Limit::Tasks => "task limit",
            Limit::Events => "event limit",
            Limit::Steps => "step limit",
            Limit::Time => "time limit",
            Limit::Stopped => "stopped",
        },
    }
}

/// What is to be said of a run that did not go well; nothing if it did.
pub fn story(run: &Run, sources: &Sources) -> Vec<String> {
    let mut lines = match &run.ending {
        RunEnding::Completed => Vec::new(),
        RunEnding::Failed { text, span } => {
            let place = span.map(|span| format!(" ({})", sources.place(span))).unwrap_or_default();
            vec![format!("main failed: {}{place}", clean(text))]
        }
        RunEnding::Deadlock(deadlock) => stuck(deadlock, sources),
        RunEnding::Limit(limit) => vec![stopped(*limit).to_string()],
    };
    lines.extend(failures(run, sources));
    lines
}

fn stopped(limit: Limit) -> &'static str {
    match limit {
        Limit::Tasks => "stopped: more tasks alive at once than --max-tasks allows",
        Limit::Events => "stopped: more events than --max-events allows",
        Limit::Steps => "stopped: more instructions than --max-steps allows",
        Limit::Time => "stopped: it would have run past --max-time",
        Limit::Stopped => "stopped by whoever ran it: this is how far it came",
    }
}

fn stuck(deadlock: &Deadlock, sources: &Sources) -> Vec<String> {
    let cycle = &deadlock.cycle;
    if cycle.is_empty() {
        let mut lines = vec!["stuck: nobody is left to wake who still waits".to_string()];
        lines.extend(deadlock.stuck.iter().take(TOLD).map(|task| wait(task, None, sources)));
        lines.extend(more(deadlock.stuck.len()));
        return lines;
    }
    let mut lines = vec!["deadlock: each waits for the next, the last for the first".to_string()];
    for (at, task) in cycle.iter().enumerate() {
        lines.push(wait(task, Some(&cycle[(at + 1) % cycle.len()]), sources));
    }
    match deadlock.stuck.len().saturating_sub(cycle.len()) {
        0 => {}
        1 => lines.push("  behind them 1 more task waits".to_string()),
        n => lines.push(format!("  behind them {n} more tasks wait")),
    }
    lines
}

/// `  eat(3) holds fork[0] and waits for fork[1], held by eat(4) (dinner.cosim:12)`
fn wait(task: &StuckTask, next: Option<&StuckTask>, sources: &Sources) -> String {
    let mut line = format!("  {} ", clean(&task.name));
    if !task.holds.is_empty() {
        let holds: Vec<String> = task.holds.iter().map(|name| clean(name)).collect();
        line.push_str(&format!("holds {} and ", holds.join(", ")));
    }
    line.push_str(&waiting(task, next));
    if let Some(span) = task.span {
        line.push_str(&format!(" ({})", sources.place(span)));
    }
    line
}

fn waiting(task: &StuckTask, next: Option<&StuckTask>) -> String {
    let object = task.object.as_deref().map(clean);
    let object = |article: &str, otherwise: &str| {
        object.clone().map_or(otherwise.to_string(), |o| format!("{article}{o}"))
    };
    let next = next.map(|next| clean(&next.name));
    let Some(kind) = task.waits_for else { return "waits for a worker".to_string() };
    let what = match kind {
        CauseKind::Sleep => return "sleeps".to_string(),
        CauseKind::Io => return "waits for a device".to_string(),
        CauseKind::Lock | CauseKind::Resource | CauseKind::Semaphore => object("", "a lock"),
        CauseKind::Read => format!("{} to read", object("", "a lock")),
        CauseKind::Write => format!("{} to write", object("", "a lock")),
        CauseKind::Send => format!("room in {}", object("", "a channel")),
        CauseKind::Receive => format!("something in {}", object("", "a channel")),
        CauseKind::Event => format!("event {}", object("", "that is not set")),
        CauseKind::Condition => format!("a notification of {}", object("", "a condition")),
        CauseKind::Barrier => format!("others at {}", object("barrier ", "a barrier")),
        CauseKind::Future => object("", "a future"),
        CauseKind::Select => "one of several in a select".to_string(),
        CauseKind::Offload => format!("a job on {}", object("", "a pool")),
        CauseKind::Join | CauseKind::Children => {
            let whom = next
                .unwrap_or_else(|| if kind == CauseKind::Join { "a task" } else { "its tasks" }.to_string());
            return format!("waits for {whom} to end");
        }
    };
    let holding = matches!(
        kind,
        CauseKind::Lock | CauseKind::Resource | CauseKind::Semaphore | CauseKind::Read | CauseKind::Write
    );
    match next {
        Some(next) if holding => format!("waits for {what}, held by {next}"),
        Some(next) => format!("waits for {what}, which is up to {next}"),
        None => format!("waits for {what}"),
    }
}

fn failures(run: &Run, sources: &Sources) -> Vec<String> {
    let failed: Vec<_> = run.metrics.tasks.iter().filter(|task| task.ending == TaskEnding::Failed).collect();
    let why = |serial: u32| {
        run.trace.iter().find_map(|event| match &event.kind {
            Kind::Failed { text } if event.task == Some(serial) => Some((clean(text), event.span)),
            _ => None,
        })
    };
    let mut lines: Vec<String> = Vec::new();
    for task in failed.iter().take(TOLD) {
        let mut line = format!("{} failed", clean(&task.name));
        if let Some((text, span)) = why(task.task) {
            let place = span.map(|span| format!(" ({})", sources.place(span))).unwrap_or_default();
            line.push_str(&format!(": {text}{place}"));
        }
        lines.push(line);
    }
    lines.extend(more(failed.len()));
    lines
}

fn more(count: usize) -> Option<String> {
    (count > TOLD).then(|| format!("  and {} more", count - TOLD))
}
