//! What `cosim why` prints: of whole runs, of one task, of one moment of a task.

use crate::compare::blame::account::Account;
use crate::compare::blame::graph::ends;
use crate::compare::blame::wait::{End, Wait};
use crate::compare::comparison::{Comparison, Run};
use crate::report::ending::story;
use crate::report::lines::{clean, wrap};
use crate::report::style::{Ink, Style};
use crate::report::why::pattern;
use crate::report::why::tables::{path, waits};
use crate::report::why::telling::telling;
use crate::report::why::wait::tell;
use crate::report::why::words::{count, name};
use crate::sim::trace::State;
use crate::source::Sources;
use crate::time::{Duration, Time};

/// The widest a paragraph gets; longer lines are hard to read.
const MEASURE: usize = 88;
/// How many of a task's waits are told.
const TOLD: usize = 40;

/// A run, and what can be said about its time.
pub struct Told<'a> {
    pub run: &'a Run,
    pub account: &'a Account,
}

/// All runs: how they ended if not well, sentences, patterns, the critical path, waits by what was waited for.
pub fn runs(told: &[Told<'_>], sources: &Sources, style: Style) -> String {
    let mut parts = Vec::new();
    for (at, one) in told.iter().enumerate() {
        let base = told.first().filter(|_| at > 0).map(|base| (base.account, base.run));
        let mut out = header(one.run, style);
        for line in story(one.run, sources) {
            out.push_str(&format!("  {line}\n"));
        }
        for sentence in telling(one.account, one.run, base) {
            out.push_str(&bullet(&sentence, style));
        }
        out.push_str(&patterns(one, style));
        let tables = [path(one.account, style), waits(one.account, one.run, style)];
        tables.iter().filter(|table| !table.is_empty()).for_each(|table| out.push_str(&format!("\n{table}")));
        parts.push(out);
    }
    parts.join("\n")
}

/// Every wait of one task, in every run.
pub fn task(told: &[Told<'_>], task: &str, sources: &Sources, style: Style) -> String {
    let mut parts = Vec::new();
    for one in told {
        let mut out = header(one.run, style);
        for number in present(one, task, &mut out, style) {
            out.push_str(&life(one, number, sources, style));
        }
        parts.push(out);
    }
    parts.join("\n")
}

/// What a task did at one moment, in every run, and what the one did it waited for.
pub fn moment(told: &[Told<'_>], task: &str, at: Time, sources: &Sources, style: Style) -> String {
    let mut parts = Vec::new();
    for one in told {
        let mut out = header(one.run, style);
        for number in present(one, task, &mut out, style) {
            let chain = chain(one, number, at);
            if chain.is_empty() {
                out.push_str(&bullet(&not_waiting(one, number, at), style));
            }
            for wait in chain {
                let place = place(wait, sources);
                out.push_str(&bullet(&format!("{}{place}", tell(wait, one.account, one.run)), style));
            }
        }
        parts.push(out);
    }
    parts.join("\n")
}

/// The serial numbers of the tasks with this name, `load(4)`, or this declaration, `load`.
pub fn numbers(told: &Told<'_>, task: &str) -> Vec<u32> {
    let names = &told.account.names;
    let all = 0..names.tasks.len() as u32;
    let exact: Vec<u32> = all.clone().filter(|&number| names.task(number) == task).collect();
    if !exact.is_empty() {
        return exact;
    }
    all.filter(|&number| names.task(number).split('(').next() == Some(task)).collect()
}

/// The same; that there is none is said.
fn present(told: &Told<'_>, task: &str, out: &mut String, style: Style) -> Vec<u32> {
    let numbers = numbers(told, task);
    if numbers.is_empty() {
        out.push_str(&bullet(&format!("There was no {} in this run.", clean(task)), style));
    }
    numbers
}

/// The wait of a task at a moment, then that of the one who ended it, and so on.
fn chain<'a>(told: &Told<'a>, task: u32, at: Time) -> Vec<&'a Wait> {
    let mut chain: Vec<&Wait> = Vec::new();
    let mut next = Some(task);
    while let Some(task) = next {
        let Some(index) = told.account.wait_at(task, at) else { break };
        let wait = &told.account.waits[index];
        if chain.contains(&wait) {
            break;
        }
        chain.push(wait);
        next = match wait.end {
            End::Woken(by) => Some(by),
            End::Worker(_) | End::Clock | End::Ended | End::Never => {
                wait.cause.as_ref().and_then(|cause| cause.holder)
            }
        };
    }
    chain
}

fn not_waiting(told: &Told<'_>, task: u32, at: Time) -> String {
    let name = name(&told.account.names, task);
    let own = || told.run.trace.iter().filter(|event| event.task == Some(task));
    let spawned = own().next().map(|event| event.time);
    let ended = own().find(|event| ends(event)).map(|event| event.time);
    let over = Time(told.run.metrics.makespan.0);
    match (spawned, ended) {
        (Some(spawned), _) if at < spawned => {
            format!("{name} did not exist yet at {at}: it was spawned at {spawned}.")
        }
        (_, Some(ended)) if ended <= at => format!("{name} had ended at {at}: it ended at {ended}."),
        _ if over <= at => format!("{name} was on a worker when the run was over, at {over}."),
        _ => format!("{name} waited for nothing at {at}: it was on a worker."),
    }
}

fn life(told: &Told<'_>, task: u32, sources: &Sources, style: Style) -> String {
    let waits: Vec<(&Wait, Duration)> = told
        .account
        .waits
        .iter()
        .zip(told.account.slack.iter().copied())
        .filter(|(wait, _)| wait.task == task)
        .collect();
    let mut out = summary(told, task, style);
    for (wait, slack) in waits.iter().take(TOLD) {
        let slack = if slack.0 == 0 && wait.end != End::Never { " (critical)" } else { "" };
        let place = place(wait, sources);
        out.push_str(&bullet(&format!("{}{place}{slack}", tell(wait, told.account, told.run)), style));
    }
    if waits.len() > TOLD {
        out.push_str(&bullet(&format!("and {}", count((waits.len() - TOLD) as u64, "more wait")), style));
    }
    out
}

/// `load(4): 8min from spawn to end; 2min running, 6min ready`
fn summary(told: &Told<'_>, task: u32, style: Style) -> String {
    let name = name(&told.account.names, task);
    let Some(metrics) = told.run.metrics.tasks.iter().find(|metrics| metrics.task == task) else {
        return format!("  {}\n", style.paint(Ink::Strong, &name));
    };
    let states = [
        (metrics.running, "running"),
        (metrics.ready, "ready"),
        (metrics.blocked, "blocked"),
        (metrics.io, "io"),
        (metrics.sleeping, "sleeping"),
        (metrics.overhead, "overhead"),
    ];
    let parts: Vec<String> =
        states.iter().filter(|(d, _)| *d > Duration::ZERO).map(|(d, word)| format!("{d} {word}")).collect();
    let length = match metrics.turnaround() {
        Some(turnaround) => format!("{turnaround} from spawn to end"),
        None => "did not end".to_string(),
    };
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("  {}  {length}{parts}\n", style.paint(Ink::Strong, &name))
}

fn patterns(told: &Told<'_>, style: Style) -> String {
    let shown = told.account.patterns.iter().skip(1);
    shown.map(|found| bullet(&pattern::tell(found, told.account, told.run), style)).collect()
}

fn place(wait: &Wait, sources: &Sources) -> String {
    match wait.span.filter(|_| wait.state != State::Ready) {
        Some(span) => format!(" [{}]", sources.place(span)),
        None => String::new(),
    }
}

fn header(run: &Run, style: Style) -> String {
    let (name, settings) = (clean(&run.name), run.runtime.to_string());
    if name == settings {
        return format!("{}\n", style.paint(Ink::Strong, &name));
    }
    format!("{}  {}\n", style.paint(Ink::Strong, &name), style.paint(Ink::Faint, &settings))
}

/// A sentence with a mark before it, as wide as can be read.
pub fn bullet(sentence: &str, style: Style) -> String {
    let mark = style.glyph("•", "-");
    let mut out = String::new();
    for (at, line) in wrap(sentence, style.width.min(MEASURE) - 4).into_iter().enumerate() {
        let before = if at == 0 { format!("  {mark} ") } else { "    ".to_string() };
        out.push_str(&format!("{before}{line}\n"));
    }
    out
}

/// The runs of a comparison whose traces were kept, and the names of the others.
pub fn accounts(comparison: &Comparison) -> (Vec<(&Run, Account)>, Vec<&str>) {
    let mut told = Vec::new();
    let mut untold = Vec::new();
    for run in &comparison.runs {
        match Account::of(run) {
            Some(account) => told.push((run, account)),
            None => untold.push(run.name.as_str()),
        }
    }
    (told, untold)
}
