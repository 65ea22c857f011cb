//! The report a reader sees: story, timelines on one axis, one table, what was expected, how it ended.

use crate::compare::comparison::{Comparison, Run, Timeline};
use crate::compare::fingerprint;
use crate::compare::timeline::{tasks, workers};
use crate::report::ending;
use crate::report::lines::{clean, width, wrap};
use crate::report::style::{Ink, Style};
use crate::report::summary;
use crate::report::table::Table;
use crate::report::timeline::{Axis, Used};
use crate::sim::trace::Kind;
use crate::source::Sources;
use crate::time::Time;

#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub style: Style,
    pub lanes: Lanes,
    /// More lanes than this are folded.
    pub most: usize,
    /// Show what `log` said.
    pub log: bool,
}

/// What gets a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    Workers,
    Tasks,
}

/// The widest a paragraph gets; longer lines are hard to read.
const MEASURE: usize = 88;

pub fn text(comparison: &Comparison, sources: &Sources, options: Options) -> String {
    let parts = [
        head(comparison, options.style),
        timelines(comparison, options),
        table(comparison, options.style),
        endings(comparison, sources, options.style),
        logs(comparison, options),
        expectations(comparison, options.style),
        footer(comparison, options.style),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn head(comparison: &Comparison, style: Style) -> String {
    let measure = style.width.min(MEASURE);
    let mut out = String::new();
    for line in wrap(&comparison.title, measure) {
        out.push_str(&style.paint(Ink::Strong, &line));
        out.push('\n');
    }
    for (at, line) in wrap(&comparison.story, measure).into_iter().enumerate() {
        out.push_str(if at == 0 && !out.is_empty() { "\n" } else { "" });
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn timelines(comparison: &Comparison, options: Options) -> String {
    let style = options.style;
    let traced: Vec<&Run> = comparison.runs.iter().filter(|run| !run.trace.is_empty()).collect();
    if traced.is_empty() {
        return String::new();
    }
    let lanes = match options.lanes {
        Lanes::Workers => workers,
        Lanes::Tasks => tasks,
    };
    let timelines: Vec<Timeline> = traced.iter().map(|run| lanes(&run.trace, end(run))).collect();
    let axis = Axis::new(&timelines, style);
    let mut used = Used::default();
    let mut out = axis.ruler();
    for (run, timeline) in traced.iter().zip(&timelines) {
        out.push_str(&format!("{}\n", header(run, style)));
        out.push_str(&axis.run(timeline, options.most, &mut used));
        out.push('\n');
    }
    out.push_str(&legend(&used, axis, style));
    out
}

/// Where the clock stopped.
fn end(run: &Run) -> Time {
    run.trace.last().map_or(Time::ZERO, |event| event.time)
}

fn header(run: &Run, style: Style) -> String {
    let name = clean(&run.name);
    let settings = run.runtime.to_string();
    if name == settings {
        return style.paint(Ink::Strong, &name);
    }
    format!("{}  {}", style.paint(Ink::Strong, &name), style.paint(Ink::Faint, &settings))
}

fn legend(used: &Used, axis: Axis, style: Style) -> String {
    let scale = format!("one character = {}", axis.scale());
    let mut out = String::new();
    let mut column = 0;
    for item in used.legend(style).into_iter().chain([style.paint(Ink::Faint, &scale)]) {
        let columns = width(&plain(&item));
        if column > 0 && column + 3 + columns > style.width {
            out.push('\n');
            column = 0;
        }
        let gap = if column == 0 { "" } else { "   " };
        out.push_str(&format!("{gap}{item}"));
        column += gap.len() + columns;
    }
    out.push('\n');
    out
}

/// A painted text without its paint.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\x1b[");
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        out.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    out
}

fn table(comparison: &Comparison, style: Style) -> String {
    let table = summary::table(comparison, style);
    if table.width() <= style.width {
        return table.draw(style);
    }
    let pages: Vec<String> =
        table.transposed().pages(style.width).iter().map(|page: &Table| page.draw(style)).collect();
    pages.join("\n")
}

fn endings(comparison: &Comparison, sources: &Sources, style: Style) -> String {
    let mut out = String::new();
    for run in &comparison.runs {
        let story = ending::story(run, sources);
        if story.is_empty() {
            continue;
        }
        out.push_str(&format!("{}\n", style.paint(Ink::Strong, &clean(&run.name))));
        for (at, line) in story.iter().enumerate() {
            let line = if at == 0 { style.paint(Ink::Bad, line) } else { line.clone() };
            out.push_str(&format!("  {line}\n"));
        }
    }
    out
}

fn logs(comparison: &Comparison, options: Options) -> String {
    if !options.log {
        return String::new();
    }
    let mut out = String::new();
    for run in &comparison.runs {
        out.push_str(&format!(
            "{}\n",
            options.style.paint(Ink::Strong, &format!("log of {}", clean(&run.name)))
        ));
        let names = names(run);
        for event in &run.trace {
            let Kind::Log { text } = &event.kind else { continue };
            let task = event.task.and_then(|task| names.get(task as usize)).map_or("", String::as_str);
            let time = format!("{:>12}", event.time.to_string());
            out.push_str(&format!("  {}  {task}: {}\n", options.style.paint(Ink::Faint, &time), clean(text)));
        }
    }
    out
}

/// The names of a run's tasks by serial number.
fn names(run: &Run) -> Vec<String> {
    let spawned = run.trace.iter().filter_map(|event| match &event.kind {
        Kind::Spawn { name, .. } => Some(clean(name)),
        _ => None,
    });
    spawned.collect()
}

fn expectations(comparison: &Comparison, style: Style) -> String {
    let mut out = String::new();
    for expectation in &comparison.expectations {
        let text = clean(&expectation.text);
        out.push_str(&match expectation.held {
            true => format!("{} {text}\n", style.paint(Ink::Good, style.glyph("✓", "ok  "))),
            false => {
                let mark = style.paint(Ink::Bad, style.glyph("✗", "FAIL"));
                format!("{mark} {text}: {}\n", clean(&expectation.explanation))
            }
        });
    }
    out
}

/// What it takes to see the same again.
fn footer(comparison: &Comparison, style: Style) -> String {
    let longest = comparison.runs.iter().map(|run| width(&clean(&run.name))).max().unwrap_or(0);
    let mut out = String::new();
    for run in &comparison.runs {
        let name = crate::report::lines::left(&clean(&run.name), longest);
        let print = fingerprint::show(run.fingerprint);
        let line = format!("{name}  seed {}  fingerprint {print}", run.seed);
        out.push_str(&format!("{}\n", style.paint(Ink::Faint, &line)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{laundry, sources};
    use crate::report::style::Color;

    fn options(style: Style) -> Options {
        Options { style, lanes: Lanes::Workers, most: 12, log: false }
    }

    #[test]
    fn the_laundry() {
        let unicode = Style { unicode: true, ..Style::plain(100) };
        insta::assert_snapshot!(text(&laundry(), &sources(), options(unicode)));
    }

    #[test]
    fn the_laundry_in_ascii_with_a_lane_for_each_task() {
        let options = Options { lanes: Lanes::Tasks, ..options(Style::plain(80)) };
        let text = text(&laundry(), &sources(), options);
        assert!(text.is_ascii());
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_laundry_in_colour() {
        let style = Style { color: Color::True, unicode: true, width: 100 };
        let colored = text(&laundry(), &sources(), options(style));
        println!("{colored}");
        assert_eq!(plain(&colored).lines().count(), colored.lines().count());
    }
}
