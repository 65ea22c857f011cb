//! The source, with who is at which line.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::stepper::Stepper;
use crate::compare::blame::account::Account;
use crate::compare::replay::moment::{Seen, Stance};
use crate::report::cells::Shown;
use crate::report::lines::{clean, cut, left, width};
use crate::report::style::Ink;
use crate::report::why::words::name;
use crate::sim::trace::State;
use crate::source::Span;

/// The widest that names in the margin get.
const NAMES: usize = 16;

pub fn draw(pen: &mut Pen<'_>, stepper: &Stepper<'_>) {
    if pen.rows() == 0 {
        return;
    }
    let focus = focus(stepper);
    let source = stepper.sources.get(focus.source);
    let line = source.line(focus.start as usize).0;
    let title = format!("{}:{line}", clean(&source.name));
    pen.title(&title);
    let rows = pen.rows();
    let lines: Vec<&str> = source.text.lines().collect();
    let first = line.saturating_sub(1 + rows / 2).min(lines.len().saturating_sub(rows));
    let there = there(stepper, focus, first + 1..first + rows + 1);
    let account = &stepper.scene().reel.account;
    let names = there.values().map(|who| width(&who.name(account)) + width(&who.more())).max().unwrap_or(0);
    let names = names.min(NAMES).min(pen.columns() / 3);
    let (strong, faint) = (pen.paint.ink(Ink::Strong), pen.paint.ink(Ink::Faint));
    for (number, text) in (1..).zip(&lines).skip(first).take(rows) {
        let who = there.get(&number);
        let more = who.map(Who::more).unwrap_or_default();
        let room = names.saturating_sub(width(&more));
        let name =
            who.map(|who| cut(&who.name(account), room, pen.paint.glyph('…', '~'))).unwrap_or_default();
        let margin = left(&format!("{name}{more}"), names);
        let (glyph, ink) =
            who.map_or((' ', Ink::Faint), |who| (who.shown.glyph(pen.paint.0), who.shown.ink()));
        let mark = if number == line { pen.paint.glyph("▶", ">") } else { " " };
        let style = if number == line { strong } else { Style::new() };
        pen.line(&[
            (&format!("{glyph} "), pen.paint.ink(ink)),
            (&margin, style),
            (&format!(" {mark}{number:>3} "), if number == line { strong } else { faint }),
            (&clean(&text.replace('\t', "    ")), style),
        ]);
    }
}

/// Where to look: at the line of the chosen task, of whoever did something last, or at `main`.
fn focus(stepper: &Stepper<'_>) -> Span {
    let scene = stepper.scene();
    let tasks = scene.view.tasks();
    let span = |task: u32| tasks.get(task as usize).and_then(|seen| seen.span);
    let last = scene.reel.run.trace[..scene.at()].iter().rev().find_map(|event| event.task);
    let program = &scene.reel.run.program;
    let is_there = |seen: &Seen| seen.stance != Stance::Absent;
    let there = stepper.subject().filter(|&task| tasks.get(task as usize).is_some_and(is_there));
    let main = program.functions[usize::from(program.main)].span;
    there.and_then(span).or_else(|| last.and_then(span)).unwrap_or(main)
}

/// Who is at a line.
struct Who {
    task: u32,
    shown: Shown,
    /// So many are there too.
    others: usize,
}

impl Who {
    fn name(&self, account: &Account) -> String {
        name(&account.names, self.task)
    }

    fn more(&self) -> String {
        if self.others == 0 { String::new() } else { format!(" +{}", self.others) }
    }
}

/// Who is at these lines: the chosen task, or the first.
fn there(stepper: &Stepper<'_>, focus: Span, lines: Range<usize>) -> BTreeMap<usize, Who> {
    let source = stepper.sources.get(focus.source);
    let chosen = stepper.subject();
    let mut all: BTreeMap<usize, Who> = BTreeMap::new();
    for (seen, task) in stepper.scene().view.tasks().iter().zip(0..) {
        let Some(shown) = shown(seen) else { continue };
        let Some(span) = seen.span.filter(|span| span.source == focus.source) else { continue };
        let line = source.line(span.start as usize).0;
        if !lines.contains(&line) {
            continue;
        }
        match all.get_mut(&line) {
            None => drop(all.insert(line, Who { task, shown, others: 0 })),
            Some(who) => {
                who.others += 1;
                if chosen == Some(task) {
                    (who.task, who.shown) = (task, shown);
                }
            }
        }
    }
    all
}

/// What a task does, as its lane shows it; `None` if it is not there.
pub fn shown(seen: &Seen) -> Option<Shown> {
    match seen.stance {
        Stance::In(State::Running) => Some(Shown::Running),
        Stance::In(State::Blocked | State::Io | State::Sleeping) if seen.held => Some(Shown::Held),
        Stance::In(State::Ready) => Some(Shown::Ready),
        Stance::In(State::Blocked) => Some(Shown::Blocked),
        Stance::In(State::Io) => Some(Shown::Io),
        Stance::In(State::Sleeping) => Some(Shown::Sleeping),
        Stance::In(State::Overhead) => Some(Shown::Overhead),
        Stance::Absent | Stance::Done | Stance::Failed | Stance::Cancelled => None,
    }
}
