//! The most telling sentences of a run.

use crate::compare::blame::account::Account;
use crate::compare::blame::path::{Parts, Step};
use crate::compare::blame::wait::Wait;
use crate::compare::comparison::{Run, RunEnding};
use crate::report::lines::clean;
use crate::report::why::words::and;
use crate::report::why::{pattern, wait};
use crate::sim::trace::State;
use crate::time::Duration;

/// Sentences under the timelines.
const SENTENCES: usize = 3;

/// At most three: what the time went into, what went wrong or what was waited for longest, and how the run
/// differs from the first.
pub fn telling(account: &Account, run: &Run, base: Option<(&Account, &Run)>) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(made_of(&account.path));
    let gap = base.and_then(|(base_account, base)| difference(account, run, base_account, base));
    let room = SENTENCES - sentences.len() - usize::from(gap.is_some());
    let named = account.patterns.iter().map(|found| pattern::tell(found, account, run));
    let longest = longest(account).into_iter().map(|one| wait::tell(one, account, run));
    sentences.extend(named.chain(longest).take(room));
    sentences.extend(gap);
    sentences
}

/// `The critical path, 6h10min: 5h in which a worker was held by one who only waited and 1h10min of computing.`
fn made_of(path: &[Step]) -> Option<String> {
    let parts = Parts::of(path);
    let total = parts.total();
    if total == Duration::ZERO {
        return None;
    }
    let mut told: Vec<(&str, Duration)> =
        parts.each().into_iter().filter(|(_, d)| *d > Duration::ZERO).collect();
    told.sort_by_key(|(_, d)| std::cmp::Reverse(*d));
    let words: Vec<String> = told.iter().map(|(state, d)| format!("{d} {}", doing(state))).collect();
    Some(match words.as_slice() {
        [one] => format!("The critical path is {one}."),
        several => format!("The critical path, {total}: {}.", and(several)),
    })
}

/// What a worker, or the task the end waits for, does in a state.
fn doing(state: &str) -> &str {
    match state {
        "running" => "of computing",
        "held" => "in which a worker was held by one who only waited",
        "ready" => "of waiting for a worker",
        "blocked" => "of waiting for others",
        "io" => "of waiting for devices",
        "sleeping" => "of sleep",
        _overhead => "of changing tasks",
    }
}

/// The longest wait for a worker, and the longest for another task, longer first.
fn longest(account: &Account) -> Vec<&Wait> {
    let of = |state: State| {
        // `main` waits for the others to end; that says nothing.
        let others = account.waits.iter().filter(|wait| wait.state == state && wait.task != 0);
        others.max_by_key(|wait| (wait.length(), std::cmp::Reverse((wait.from, wait.task))))
    };
    let mut all: Vec<&Wait> = [of(State::Ready), of(State::Blocked)].into_iter().flatten().collect();
    all.sort_by_key(|wait| std::cmp::Reverse(wait.length()));
    all
}

/// `288min less than ‘one thread’: 300min less held, 12min more io.`
fn difference(account: &Account, run: &Run, base_account: &Account, base: &Run) -> Option<String> {
    let parts = account.parts.gap(&base_account.parts);
    let total: i128 = parts.iter().map(|(_, d)| d).sum();
    let ended = [run, base].iter().all(|run| run.ending == RunEnding::Completed);
    if total == 0 || !ended {
        return None;
    }
    let mut told: Vec<&(&str, i128)> = parts.iter().filter(|(_, d)| *d != 0).collect();
    told.sort_by_key(|(_, d)| std::cmp::Reverse(d.unsigned_abs()));
    let words: Vec<String> = told.iter().map(|(state, d)| format!("{} {state}", more(*d))).collect();
    let name = clean(&base.name);
    Some(format!("{} than '{name}': {}.", more(total), and(&words)))
}

fn more(nanos: i128) -> String {
    let size = Duration(u64::try_from(nanos.unsigned_abs()).unwrap_or(u64::MAX));
    if nanos < 0 { format!("{size} less") } else { format!("{size} more") }
}
