//! The timeline: an axis, the lanes of the run, the play-head through them, the critical path.

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use crate::cli::step::draw::bars;
use crate::cli::step::draw::layout::Places;
use crate::cli::step::draw::paint::Paint;
use crate::cli::step::draw::pen::Pen;
use crate::cli::step::draw::scale::Scale;
use crate::cli::step::stepper::Stepper;
use crate::compare::blame::path::Step;
use crate::compare::comparison::{Lane, TaskEnding};
use crate::report::cells::{Cell, Shown, stretch};
use crate::report::lines::{clean, cut, left, width};
use crate::report::style::Ink;
use crate::report::why::words::name;
use crate::time::Time;

/// The widest that names of lanes get.
const NAMES: usize = 22;

/// What all rows of the timeline share.
struct Axis {
    scale: Scale,
    /// Columns before the bars.
    margin: usize,
    /// The column of the play-head.
    head: Option<usize>,
    /// What comes later stays hidden.
    until: Time,
}

pub fn draw(buffer: &mut Buffer, places: &Places, paint: Paint, stepper: &Stepper<'_>) {
    let scene = stepper.scene();
    let lanes = scene.reel.lanes(stepper.lanes);
    let rows = usize::from(places.lanes.height);
    let first = scene.chosen(stepper.lanes).saturating_sub(rows / 2).min(lanes.len().saturating_sub(rows));
    let seen = &lanes[first..(first + rows).min(lanes.len())];
    let columns = usize::from(places.lanes.width);
    let names = seen.iter().map(|lane| width(&clean(&lane.name))).max().unwrap_or(0);
    let path = if stepper.path { "path".len() } else { 0 };
    let margin = names.max(path).min(NAMES).min(columns / 4) + 3;
    // One more for the end of the run, or the play-head there.
    let scale = Scale::new(scene.window, columns.saturating_sub(margin + 1));
    let until = if stepper.predict.is_some() { scene.known_time() } else { Time(u64::MAX) };
    let axis = Axis { scale, margin, head: scale.column(scene.time()), until };
    ruler(&mut Pen::new(buffer, places.ruler, paint), &axis, lanes.len() - seen.len());
    let mut pen = Pen::new(buffer, places.lanes, paint);
    for (at, lane) in seen.iter().enumerate() {
        row(&mut pen, &axis, lane, first + at == scene.chosen(stepper.lanes), stepper);
    }
    if stepper.path {
        path_row(&mut Pen::new(buffer, places.path, paint), &axis, stepper);
    }
}

/// The times, and below them the marks with the play-head; in one line if there is but one.
fn ruler(pen: &mut Pen<'_>, axis: &Axis, hidden: usize) {
    let faint = pen.paint.ink(Ink::Faint);
    if hidden > 0 {
        let more = format!("{hidden} more");
        pen.write(0, axis.margin - 1, &more, faint);
    }
    let ticks = axis.scale.ticks();
    let alone = pen.rows() == 1;
    for (column, label) in &ticks {
        let covered = axis.head.is_some_and(|head| (*column..column + width(label)).contains(&head));
        if !(alone && covered) {
            pen.write(axis.margin + column, usize::MAX, label, faint);
        }
    }
    if pen.rows() > 1 {
        pen.next();
        let length = axis.scale.column(axis.scale.to).unwrap_or(axis.scale.columns);
        let line = pen.paint.glyph("─", "-").repeat(length + 1);
        pen.write(axis.margin, usize::MAX, &line, faint);
        let mark = pen.paint.glyph("┼", "+");
        ticks.iter().for_each(|(column, _)| {
            pen.write(axis.margin + column, usize::MAX, mark, faint);
        });
    }
    if let Some(head) = axis.head {
        let strong = pen.paint.ink(Ink::Strong);
        let mark = pen.paint.glyph("▼", "v");
        pen.write(axis.margin + head, usize::MAX, mark, strong);
    }
    pen.next();
}

fn row(pen: &mut Pen<'_>, axis: &Axis, lane: &Lane, chosen: bool, stepper: &Stepper<'_>) {
    let reel = stepper.scene().reel;
    let style = if chosen { pen.paint.ink(Ink::Strong) } else { Default::default() };
    let mark = if chosen { pen.paint.glyph("▶ ", "> ") } else { "  " };
    let shown = cut(&clean(&lane.name), axis.margin - 3, pen.paint.glyph('…', '~'));
    pen.write(0, axis.margin, &format!("{mark}{}", left(&shown, axis.margin - 3)), style);
    let end = reel.end();
    let cells = visible(lane, axis, end, broken(stepper, lane));
    bars::draw(pen, axis.margin, lane, &cells, |task| name(&reel.account.names, task));
    if end <= axis.until
        && let Some(column) = axis.scale.column(end)
    {
        let flag = pen.paint.glyph("▏", "<");
        let column = axis.margin + column.max(cells.len());
        pen.write(column, usize::MAX, flag, pen.paint.ink(Ink::Strong));
    }
    if stepper.path {
        for (column, cell) in cells.iter().enumerate() {
            let step = step_at(&reel.account.path, axis.scale.time(column));
            let task = cell.segment.and_then(|at| lane.segments.get(at)).map(|segment| segment.task);
            if step.is_some_and(|step| task == Some(step.task)) {
                pen.mark(axis.margin + column, Modifier::UNDERLINED);
            }
        }
    }
    if let Some(head) = axis.head {
        pen.mark(axis.margin + head, Modifier::REVERSED);
    }
    pen.next();
}

/// The columns of a lane up to the end of the run, or to what may be seen.
fn visible(lane: &Lane, axis: &Axis, end: Time, broken: bool) -> Vec<Cell> {
    let scale = axis.scale;
    let end = end.min(scale.to);
    if end <= scale.from {
        return Vec::new();
    }
    let mut cells = stretch(lane, scale.from, scale.nanos, end);
    let last = lane.segments.last().map_or(Time::ZERO, |segment| segment.to);
    if broken && let Some(column) = scale.column(last) {
        let place = column.min(cells.len().saturating_sub(1));
        if let Some(cell) = cells.get_mut(place) {
            *cell = Cell { shown: Shown::Broken, segment: None };
        }
    }
    if axis.until < end {
        cells.truncate(scale.column(axis.until).unwrap_or(0));
    }
    cells
}

/// Is it the lane of a task that failed or was cancelled?
fn broken(stepper: &Stepper<'_>, lane: &Lane) -> bool {
    let tasks = &stepper.scene().reel.run.metrics.tasks;
    let task = tasks.binary_search_by_key(&lane.number, |task| task.task).map(|at| &tasks[at]);
    let ending = task.map(|task| task.ending);
    lane.role.is_none() && matches!(ending, Ok(TaskEnding::Failed | TaskEnding::Cancelled))
}

/// Whose turn it is on the critical path, all along the axis.
fn path_row(pen: &mut Pen<'_>, axis: &Axis, stepper: &Stepper<'_>) {
    let account = &stepper.scene().reel.account;
    let strong = pen.paint.ink(Ink::Strong);
    pen.write(2, axis.margin, "path", strong);
    let end = axis.until.min(stepper.scene().reel.end()).min(axis.scale.to);
    let columns = axis.scale.column(end).unwrap_or(0);
    let task = |column: usize| step_at(&account.path, axis.scale.time(column)).map(|step| step.task);
    let mut from = 0;
    while from < columns {
        let now = task(from);
        let to = (from + 1..columns).find(|&column| task(column) != now).unwrap_or(columns);
        if let Some(task) = now {
            let line = pen.paint.glyph("━", "=").repeat(to - from - 1);
            let start = pen.paint.glyph("┣", "|");
            pen.write(axis.margin + from, usize::MAX, &format!("{start}{line}"), strong);
            let label = name(&account.names, task);
            if width(&label) + 2 <= to - from {
                pen.write(axis.margin + from + 1, usize::MAX, &label, strong);
            }
        }
        from = to;
    }
    pen.next();
}

/// The step of the path at a moment.
fn step_at(path: &[Step], time: Time) -> Option<&Step> {
    let next = path.partition_point(|step| step.to <= time);
    path.get(next).filter(|step| step.from <= time)
}
