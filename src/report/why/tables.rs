//! The critical path, and what was waited for, as tables.

use crate::compare::blame::account::Account;
use crate::compare::blame::path::Step;
use crate::compare::blame::total::Total;
use crate::compare::comparison::Run;
use crate::report::lines::clean;
use crate::report::style::{Ink, Style};
use crate::report::table::{Entry, Table};
use crate::report::terms::state_word;
use crate::report::why::words::{name, object};
use crate::sim::trace::{CauseKind, State};

/// Rows of the path that are shown; of a longer one the longest, in order of time.
const STEPS: usize = 12;
/// Things waited for that are shown.
const TOTALS: usize = 10;

/// The critical path, step by step.
pub fn path(account: &Account, style: Style) -> String {
    if account.path.is_empty() {
        return String::new();
    }
    let mut shown: Vec<&Step> = account.path.iter().collect();
    if shown.len() > STEPS {
        shown.sort_by_key(|step| (std::cmp::Reverse(step.to.since(step.from)), step.from));
        shown.truncate(STEPS);
        shown.sort_by_key(|step| step.from);
    }
    let rows = shown.iter().map(|step| {
        let label = step.label.as_deref().map(clean).unwrap_or_default();
        let waits = matches!(step.state, State::Io | State::Sleeping | State::Blocked);
        let entries = [
            step.from.to_string(),
            step.to.since(step.from).to_string(),
            if step.held && waits { "held" } else { state_word(step.state) }.to_string(),
            label,
        ];
        (name(&account.names, step.task), entries.map(Entry::new).to_vec())
    });
    let heads = ["from", "for", "doing", "what"].map(str::to_string).to_vec();
    let table = Table { heads, rows: rows.collect() };
    let rest = account.path.len().saturating_sub(STEPS);
    let more = if rest > 0 {
        format!(", the {STEPS} longest of {} steps", account.path.len())
    } else {
        String::new()
    };
    titled(&format!("critical path{more}"), &table, style)
}

/// What tasks waited for, most time first.
pub fn waits(account: &Account, run: &Run, style: Style) -> String {
    if account.totals.is_empty() {
        return String::new();
    }
    let rows = account.totals.iter().take(TOTALS).map(|total| {
        let longest = &account.waits[total.longest];
        let entries = [
            total.count.to_string(),
            total.time.to_string(),
            longest.length().to_string(),
            name(&account.names, longest.task),
        ];
        (what(total, run), entries.map(Entry::new).to_vec())
    });
    let heads = ["times", "in all", "longest", "of"].map(str::to_string).to_vec();
    let table = Table { heads, rows: rows.collect() };
    titled("waits for", &table, style)
}

fn titled(title: &str, table: &Table, style: Style) -> String {
    let drawn: String = table.draw(style).lines().map(|line| format!("  {line}\n")).collect();
    format!("  {}\n{drawn}", style.paint(Ink::Strong, title))
}

/// What is waited for, in a few words.
pub fn what(total: &Total, run: &Run) -> String {
    let thing = object(&run.program, total.object);
    let words = match (total.kind, thing) {
        (None, _) if total.state == State::Ready => return "a worker".to_string(),
        (None, _) if total.state == State::Overhead => return "the change of tasks".to_string(),
        (None, _) => "block".to_string(),
        (Some(_), Some(thing)) => thing,
        (Some(CauseKind::Sleep), None) => "the clock".to_string(),
        (Some(CauseKind::Io), None) => "devices".to_string(),
        (Some(CauseKind::Join), None) => "a task's end".to_string(),
        (Some(CauseKind::Children), None) => "several tasks' ends".to_string(),
        (Some(CauseKind::Select), None) => "one of several".to_string(),
        (Some(_), None) => "another task".to_string(),
    };
    if total.held { format!("{words} (held)") } else { words }
}
