//! Lanes over one shared axis: the ruler, the bars with their labels, and where each run ends.

use std::collections::BTreeMap;

use crate::compare::comparison::{Lane, Timeline};
use crate::report::cells::{ALL, Cell, Shown, cells, mark_broken};
use crate::report::lines::{clean, cut, left, width};
use crate::report::style::{Color, Ink, Style};
use crate::report::unit::{Unit, cell, step};
use crate::sim::trace::Role;
use crate::time::{Duration, Time};

/// The scale all runs of a comparison are drawn to.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    style: Style,
    /// Columns of the names of lanes, with the gap behind.
    margin: usize,
    /// Columns of the lanes.
    columns: usize,
    /// Time of one character.
    nanos: u64,
    end: Time,
    unit: Unit,
    /// The unit in which the ends of the runs are told.
    flags: Unit,
}

const NAMES: usize = 22;
/// Room behind the longest run for `▏1000min`.
const FLAG: usize = 9;

impl Axis {
    pub fn new(timelines: &[Timeline], style: Style) -> Axis {
        let end = timelines.iter().map(|t| t.end).max().unwrap_or(Time::ZERO);
        let names = timelines
            .iter()
            .flat_map(|t| &t.lanes)
            .filter(|lane| told(lane))
            .map(|lane| width(&clean(&lane.name)));
        let margin = names.max().unwrap_or(0).min(NAMES) + 4;
        let room = style.width.saturating_sub(margin + FLAG).max(20) as u64;
        let ends: Vec<f64> = timelines.iter().map(|t| t.end.0 as f64).collect();
        let flags = Unit::of(&ends);
        let unit = flags.of_axis(end.0);
        let nanos = cell(end.0.div_ceil(room), unit);
        let columns = end.0.div_ceil(nanos) as usize;
        Axis { style, margin, columns, nanos, end, unit, flags }
    }

    /// Two lines: the times, and their ticks.
    pub fn ruler(self) -> String {
        let room = width(&self.tick(self.end.0)).max(4) + 3;
        let least = (room as u64).saturating_mul(self.nanos).div_ceil(self.unit.nanos);
        let tick = match (room as u64).saturating_mul(self.nanos) {
            small if small < self.unit.nanos => step(small),
            _ => step(least).saturating_mul(self.unit.nanos),
        };
        let mut labels = String::new();
        let mut marks: Vec<char> = vec![self.style.glyph('─', '-'); self.columns + 1];
        let mut time = 0u64;
        while time <= self.end.0 {
            let at = (time / self.nanos) as usize;
            labels = left(&labels, at);
            labels.push_str(&self.tick(time));
            marks[at] = if time == 0 { self.style.glyph('├', '|') } else { self.style.glyph('┼', '+') };
            let Some(next) = time.checked_add(tick) else { break };
            time = next;
        }
        let margin = " ".repeat(self.margin);
        let marks: String = marks.into_iter().collect();
        let faint = |text: &str| self.style.paint(Ink::Faint, text);
        format!("{margin}{}\n{margin}{}\n", faint(&labels), faint(&marks))
    }

    /// What one character stands for: `5min`.
    pub fn scale(self) -> String {
        Duration(self.nanos).to_string()
    }

    fn tick(self, time: u64) -> String {
        let decimals = self.unit.decimals(time as f64);
        format!("{}{}", self.unit.show(time as f64, decimals), self.unit.name)
    }

    /// The lanes of one run, the first `most` of them, and what became of the others. Notes in
    /// `used` what was drawn.
    pub fn run(self, timeline: &Timeline, tasks: &Tasks, most: usize, used: &mut Used) -> String {
        let lanes: Vec<&Lane> = timeline.lanes.iter().filter(|lane| told(lane)).collect();
        let shown = if lanes.len() > most { most.max(1) } else { lanes.len() };
        let mut out = String::new();
        for (at, lane) in lanes[..shown].iter().enumerate() {
            let name = cut(&clean(&lane.name), self.margin - 4, self.style.glyph('…', '~'));
            let mut cells = cells(lane, self.nanos, timeline.end);
            if lane.role.is_none() && tasks.broken.contains(&lane.number) {
                mark_broken(&mut cells, lane, self.nanos);
            }
            cells.iter().for_each(|cell| used.note(cell.shown));
            let flag = self.style.glyph("▏", "<");
            let end =
                if at == 0 { format!("{flag}{}", self.makespan(timeline.end)) } else { flag.to_string() };
            let bar = draw(lane, &cells, tasks, self.style);
            out.push_str(&format!(
                "  {}{bar}{}\n",
                left(&name, self.margin - 2),
                self.style.paint(Ink::Strong, &end)
            ));
        }
        if shown < lanes.len() {
            let dots = self.style.glyph("…", "...");
            let text = format!("{dots} {}", folded(&lanes[shown..], timeline.end));
            out.push_str(&format!("  {}\n", self.style.paint(Ink::Faint, &text)));
        }
        out
    }

    /// The end of a run, as the table tells it.
    fn makespan(self, end: Time) -> String {
        let end = end.0 as f64;
        format!("{}{}", self.flags.show(end, self.flags.decimals(end)), self.flags.name)
    }
}

/// What bars say of the tasks of a run.
#[derive(Debug)]
pub struct Tasks {
    /// By serial number.
    pub names: Vec<String>,
    /// Those that failed or were cancelled.
    pub broken: Vec<u32>,
}

/// Is there anything to see? A worker that never works is; a main thread or a task that does nothing is not.
fn told(lane: &Lane) -> bool {
    lane.role == Some(Role::Worker) || !lane.segments.is_empty()
}

/// Which kinds of cells were drawn: those the legend explains.
#[derive(Debug, Default)]
pub struct Used(BTreeMap<Shown, ()>);

impl Used {
    fn note(&mut self, shown: Shown) {
        self.0.insert(shown, ());
    }

    pub fn legend(&self, style: Style) -> Vec<String> {
        ALL.into_iter()
            .filter(|shown| *shown != Shown::Absent && self.0.contains_key(shown))
            .map(|shown| {
                format!("{} {}", style.paint(shown.ink(), &shown.glyph(style).to_string()), shown.meaning())
            })
            .collect()
    }
}

/// One lane's bar: runs of equal cells, each with its segment's label if that fits. On the lane of
/// a worker, the name of the task may stand for the label of its work.
fn draw(lane: &Lane, cells: &[Cell], tasks: &Tasks, style: Style) -> String {
    let mut out = String::new();
    let mut from = 0;
    while from < cells.len() {
        let cell = cells[from];
        let to = from + cells[from..].iter().take_while(|other| **other == cell).count();
        let notch = style.unicode
            && to - from > 1
            && cells.get(to).is_some_and(|next| cell.shown == Shown::Running && next.shown == Shown::Running);
        let segment = cell.segment.map(|at| &lane.segments[at]);
        let label = segment.and_then(|segment| segment.label.as_deref()).map(clean);
        let name = segment.filter(|_| lane.role.is_some() && cell.shown == Shown::Running);
        let name = name.and_then(|segment| tasks.names.get(segment.task as usize)).cloned();
        let fitting = label.into_iter().chain(name).find(|text| width(text) + 2 <= to - from);
        out.push_str(&bar(cell.shown, to - from, notch, fitting.as_deref().unwrap_or(""), style));
        from = to;
    }
    out
}

/// `columns` of one kind, with a label that fits or is empty; `notch` parts it from a neighbour of
/// the same kind.
fn bar(shown: Shown, columns: usize, notch: bool, label: &str, style: Style) -> String {
    let glyph = shown.glyph(style);
    let last = if notch { '▉' } else { glyph };
    let fill = |n: usize| glyph.to_string().repeat(n);
    let paint = |text: String| style.paint(shown.ink(), &text);
    if label.is_empty() {
        return paint(format!("{}{last}", fill(columns - 1)));
    }
    let rest = columns - width(label) - 2;
    if style.color == Color::None {
        return format!("{glyph}{label}{}{last}", fill(rest));
    }
    let on = |text: &str| style.paint_on(shown.ink(), text);
    if shown == Shown::Held {
        // Its pattern tells it from work, and must stay.
        return format!("{}{}{}", paint(fill(1)), on(label), paint(fill(rest + 1)));
    }
    format!("{}{}", on(&format!(" {label}{}", " ".repeat(rest))), paint(last.to_string()))
}

/// `24 more workers, 18.9 % busy on average (12.0 to 20.1 %)`
fn folded(lanes: &[&Lane], end: Time) -> String {
    let share = |lane: &&Lane| -> f64 {
        let running = lane.segments.iter().filter(|s| Shown::of(s.what) == Shown::Running);
        let busy: u64 = running.map(|s| s.to.since(s.from).0).sum();
        100.0 * busy as f64 / end.0.max(1) as f64
    };
    let shares: Vec<f64> = lanes.iter().map(share).collect();
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
    let most = shares.iter().copied().fold(0.0, f64::max);
    let what = match (lanes.iter().all(|lane| lane.role.is_some()), lanes.len()) {
        (true, 1) => "worker",
        (true, _) => "workers",
        (false, 1) => "task",
        (false, _) => "tasks",
    };
    let verb = if what.starts_with('w') { "busy" } else { "running" };
    let range = match format!("{least:.1}") == format!("{most:.1}") {
        true => String::new(),
        false => format!(" ({least:.1} to {most:.1} %)"),
    };
    let average = if lanes.len() == 1 { "" } else { " on average" };
    format!("{} more {what}, {mean:.1} % {verb}{average}{range}; --all-lanes shows them", lanes.len())
}
