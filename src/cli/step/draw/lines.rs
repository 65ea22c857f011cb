//! Who stands in which line: for a worker, for the clock, for each object and whoever has it.

use std::collections::BTreeMap;

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::draw::source::shown;
use crate::cli::step::stepper::Stepper;
use crate::compare::replay::view::{Item, Line, Of};
use crate::report::cells::Shown;
use crate::report::lines::{clean, cut, left, width};
use crate::report::style::Ink;
use crate::report::terms::queue_word;
use crate::report::why::words::{name, object};
use crate::value::ObjectId;

/// One row: a name, and who is there.
struct Row {
    title: String,
    ink: Ink,
    /// Who has it.
    holders: Vec<String>,
    /// Who waits for it.
    waiting: Vec<String>,
}

pub fn draw(pen: &mut Pen<'_>, stepper: &Stepper<'_>) {
    if pen.rows() == 0 {
        return;
    }
    let lines = stepper.scene().view.lines();
    if pen.rows() < 3 {
        pen.title(&summary(&lines));
    } else {
        pen.title("queues");
    }
    let rows = rows(stepper, lines);
    let room = pen.rows();
    let shown = if rows.len() > room { room.saturating_sub(1) } else { rows.len() };
    let margin = rows[..shown].iter().map(|row| width(&row.title)).max().unwrap_or(0).min(pen.columns() / 3);
    for row in &rows[..shown] {
        line(pen, row, margin);
    }
    if shown < rows.len() {
        let more = format!("{} more", rows.len() - shown);
        let faint = pen.paint.ink(Ink::Faint);
        pen.line(&[(&more, faint)]);
    }
}

/// `ready 3, timers 2, waiting 4`
fn summary(lines: &[Line]) -> String {
    let count = |which: fn(Of) -> bool| -> usize {
        lines.iter().filter(|line| which(line.of)).map(|line| line.tasks.len()).sum()
    };
    let ready = count(|of| matches!(of, Of::Ready(_)));
    let timers = count(|of| of == Of::Timers);
    let waiting = count(|of| matches!(of, Of::Object(_) | Of::Tasks));
    format!("ready {ready}, timers {timers}, waiting {waiting}")
}

fn rows(stepper: &Stepper<'_>, lines: Vec<Line>) -> Vec<Row> {
    let scene = stepper.scene();
    let names = &scene.reel.account.names;
    let named = |tasks: &[u32]| tasks.iter().map(|&task| name(names, task)).collect::<Vec<_>>();
    let mut rows = vec![running(stepper)];
    rows.retain(|row| !row.waiting.is_empty());
    let mut waiting: BTreeMap<ObjectId, Vec<u32>> = BTreeMap::new();
    let mut others = Vec::new();
    for Line { of, tasks } in lines {
        let row = |title: &str, ink, waiting| Row { title: title.to_string(), ink, holders: vec![], waiting };
        match of {
            Of::Ready(None) => rows.push(row("ready", Ink::Ready, named(&tasks))),
            Of::Ready(Some(queue)) => rows.push(row(queue_word(queue), Ink::Ready, named(&tasks))),
            Of::Timers => {
                let until = |&task: &u32| match scene.view.until(task) {
                    Some(time) => format!("{} until {time}", name(names, task)),
                    None => name(names, task),
                };
                rows.push(row("timers", Ink::Io, tasks.iter().map(until).collect()));
            }
            Of::Object(object) => drop(waiting.insert(object, tasks)),
            Of::Tasks => others.push(row("for others", Ink::Blocked, named(&tasks))),
        }
    }
    let mut objects: BTreeMap<ObjectId, Item> = BTreeMap::new();
    let used = |item: &Item| !item.holders.is_empty() || item.items > 0;
    objects.extend(scene.view.objects().filter(|(_, item)| used(item)).map(|(id, item)| (id, item.clone())));
    for id in waiting.keys() {
        objects.entry(*id).or_default();
    }
    for (id, item) in objects {
        let waiting = waiting.get(&id).map(|tasks| named(tasks)).unwrap_or_default();
        let title = title(stepper, id, &item);
        rows.push(Row { title, ink: Ink::Blocked, holders: named(&item.holders), waiting });
    }
    rows.extend(others);
    rows
}

/// Everybody who is on a worker.
fn running(stepper: &Stepper<'_>) -> Row {
    let scene = stepper.scene();
    let names = &scene.reel.account.names;
    let on = scene.view.tasks().iter().zip(0..).filter_map(|(seen, task)| {
        let worker = names.workers.get(seen.worker? as usize)?;
        let held = if shown(seen) == Some(Shown::Held) { "held by " } else { "" };
        Some(format!("{}: {held}{}", clean(&worker.0), name(names, task)))
    });
    Row { title: "workers".to_string(), ink: Ink::Running, holders: vec![], waiting: on.collect() }
}

/// `machine 3/10`, `mail: 2 items`
fn title(stepper: &Stepper<'_>, id: ObjectId, item: &Item) -> String {
    let program = &stepper.scene().reel.run.program;
    let name = object(program, Some(id)).unwrap_or_default();
    let size = program.objects.get(id.0 as usize).and_then(|declared| declared.size);
    match (item.items, item.holders.len(), size) {
        (1.., _, Some(size)) => format!("{name} {}/{size}", item.items),
        (1.., _, None) => format!("{name} {}", item.items),
        (_, 1.., Some(size)) if size > 1 => format!("{name} {}/{size}", item.holders.len()),
        _ => name,
    }
}

fn line(pen: &mut Pen<'_>, row: &Row, margin: usize) {
    let faint = pen.paint.ink(Ink::Faint);
    let title = cut(&row.title, margin, pen.paint.glyph('…', '~'));
    let title = left(&title, margin + 1);
    let room = pen.columns().saturating_sub(margin + 1);
    let arrow = pen.paint.glyph(" ← ", " <- ");
    let arrow = if row.holders.is_empty() && row.ink != Ink::Blocked { "" } else { arrow };
    let arrow = if row.waiting.is_empty() { "" } else { arrow };
    // Who waits is told even if many have it.
    let most = if row.waiting.is_empty() { room } else { room.saturating_sub(width(arrow)) / 2 };
    let holders = some(&row.holders, most);
    let waiting = some(&row.waiting, room.saturating_sub(width(&holders) + width(arrow)));
    let ink = pen.paint.ink(row.ink);
    pen.line(&[(&title, ink), (&holders, Style::new()), (arrow, faint), (&waiting, Style::new())]);
}

/// As many names as fit, and the number of the others: `wash(1), wash(2) +7`.
fn some(names: &[String], room: usize) -> String {
    let mut out = String::new();
    for (at, name) in names.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let left = names.len() - at - 1;
        let more = if left == 0 { 0 } else { format!(" +{left}").len() };
        if width(&out) + comma.len() + width(name) + more > room {
            let rest = if at == 0 { format!("{} tasks", names.len()) } else { format!(" +{}", left + 1) };
            return out + &rest;
        }
        out.push_str(comma);
        out.push_str(name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::some;

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let names = ["洗(1)", "wash(2)", "wash(3)"].map(str::to_string);
        assert_eq!(some(&names, 30), "洗(1), wash(2), wash(3)");
        assert_eq!(some(&names, 22), "洗(1), wash(2) +1");
        assert_eq!(some(&names, 16), "洗(1) +2");
        assert_eq!(some(&names, 7), "3 tasks");
        assert_eq!(some(&[], 7), "");
    }
}
