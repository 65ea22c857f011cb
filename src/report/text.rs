//! The report a reader sees: story, timelines on one axis, one table, what was expected, how it ended.

use crate::compare::blame::account::Account;
use crate::compare::comparison::{Comparison, Run, RunEnding, TaskEnding, TaskMetrics, Timeline};
use crate::compare::fingerprint;
use crate::compare::timeline::{tasks, workers};
use crate::report::ending;
use crate::report::lines::{clean, width, wrap};
use crate::report::style::{Ink, Style};
use crate::report::summary;
use crate::report::timeline::{Axis, Tasks, Used};
use crate::report::why::telling::telling;
use crate::report::why::text::bullet;
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
/// Runs of so many events are explained along with the report; `cosim why` explains longer ones.
const EXPLAINED: usize = 200_000;

pub fn text(comparison: &Comparison, sources: &Sources, options: Options) -> String {
    let parts = [
        head(comparison, options.style),
        timelines(comparison, options),
        table(comparison, options.style),
        whys(comparison, options.style),
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

pub fn timelines(comparison: &Comparison, options: Options) -> String {
    let style = options.style;
    let lanes = match options.lanes {
        Lanes::Workers => workers,
        Lanes::Tasks => tasks,
    };
    let timelines: Vec<Timeline> = comparison.runs.iter().map(|run| lanes(&run.trace, end(run))).collect();
    let axis = Axis::new(&timelines, style);
    let mut used = Used::default();
    let mut out = axis.ruler();
    for (run, timeline) in comparison.runs.iter().zip(&timelines) {
        out.push_str(&format!("{}\n", header(run, style)));
        if run.trace.is_empty() {
            out.push_str("  too many events for a timeline\n");
        }
        let tasks = Tasks { names: names(run), broken: broken(run) };
        out.push_str(&axis.run(timeline, &tasks, options.most, &mut used));
        out.push('\n');
    }
    out.push_str(&legend(&used, axis, style));
    out
}

/// The tasks that failed or were cancelled.
fn broken(run: &Run) -> Vec<u32> {
    let ended = |task: &&TaskMetrics| matches!(task.ending, TaskEnding::Failed | TaskEnding::Cancelled);
    run.metrics.tasks.iter().filter(ended).map(|task| task.task).collect()
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

/// Runs beside each other; where they do not fit, below each other, unless that takes more pages.
fn table(comparison: &Comparison, style: Style) -> String {
    let table = summary::table(comparison, style);
    let (beside, below) = (table.pages(style.width), table.transposed().pages(style.width));
    let turned = beside.len() > 1 && below.len() <= beside.len();
    let pages = if turned { below } else { beside };
    pages.iter().map(|page| page.draw(style)).collect::<Vec<_>>().join("\n")
}

/// The most telling sentences of each run.
pub fn whys(comparison: &Comparison, style: Style) -> String {
    let short = |run: &&Run| run.trace.len() <= EXPLAINED;
    let accounts: Vec<(&Run, Account)> =
        comparison.runs.iter().filter(short).filter_map(|run| Some((run, Account::of(run)?))).collect();
    let mut out = String::new();
    for (at, (run, account)) in accounts.iter().enumerate() {
        let base = accounts.first().filter(|_| at > 0).map(|(base, account)| (account, *base));
        let sentences = telling(account, run, base);
        if !sentences.is_empty() {
            out.push_str(&format!("{}\n", style.paint(Ink::Strong, &clean(&run.name))));
        }
        sentences.iter().for_each(|sentence| out.push_str(&bullet(sentence, style)));
    }
    out
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
            let bad = at == 0 && run.ending != RunEnding::Completed;
            let line = if bad { style.paint(Ink::Bad, line) } else { line.clone() };
            out.push_str(&format!("  {line}\n"));
        }
    }
    out
}

pub fn logs(comparison: &Comparison, options: Options) -> String {
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

pub fn expectations(comparison: &Comparison, style: Style) -> String {
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
    use crate::compare::comparison::{Deadlock, StuckTask};
    use crate::report::fixture::{Script, laundry, sources};
    use crate::report::style::Color;
    use crate::sim::kernel::Limit;
    use crate::sim::trace::{CauseKind, Role};
    use crate::source::Span;

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

    /// How the runs ended, in words.
    fn ended(ending: RunEnding) -> String {
        let mut comparison = laundry();
        comparison.runs.truncate(1);
        comparison.runs[0].ending = ending;
        endings(&comparison, &sources(), Style::plain(100))
    }

    fn stuck(task: u32, holds: &str, waits_for: CauseKind, object: &str) -> StuckTask {
        StuckTask {
            task,
            name: format!("eat({task})"),
            waits_for: Some(waits_for),
            object: (!object.is_empty()).then(|| object.to_string()),
            holders: vec![],
            holds: holds.split_whitespace().map(str::to_string).collect(),
            span: Some(Span { start: 22, end: 26, ..Span::default() }),
        }
    }

    #[test]
    fn a_deadlock_is_a_circle() {
        let cycle = vec![
            stuck(1, "fork[0]", CauseKind::Lock, "fork[1]"),
            stuck(2, "fork[1] till", CauseKind::Lock, "fork[2]"),
            stuck(3, "fork[2]", CauseKind::Join, ""),
        ];
        let mut stuck_tasks = cycle.clone();
        stuck_tasks.push(stuck(4, "", CauseKind::Lock, "fork[1]"));
        insta::assert_snapshot!(ended(RunEnding::Deadlock(Deadlock { cycle, stuck: stuck_tasks })), @r"
        one worker who waits
          deadlock: each waits for the next, the last for the first
            eat(1) holds fork[0] and waits for fork[1], held by eat(2) (laundry.cosim:2)
            eat(2) holds fork[1], till and waits for fork[2], held by eat(3) (laundry.cosim:2)
            eat(3) holds fork[2] and waits for eat(1) to end (laundry.cosim:2)
            behind them 1 more task waits
        ");
    }

    #[test]
    fn a_lost_wake_up_is_a_list() {
        let stuck = vec![
            stuck(1, "", CauseKind::Condition, "not_empty"),
            stuck(2, "", CauseKind::Receive, "orders"),
            stuck(3, "", CauseKind::Children, ""),
        ];
        insta::assert_snapshot!(ended(RunEnding::Deadlock(Deadlock { cycle: vec![], stuck })), @r"
        one worker who waits
          stuck: nobody is left to wake who still waits
            eat(1) waits for a notification of not_empty (laundry.cosim:2)
            eat(2) waits for something in orders (laundry.cosim:2)
            eat(3) waits for its tasks to end (laundry.cosim:2)
        ");
    }

    #[test]
    fn limits_name_their_option() {
        assert!(ended(RunEnding::Limit(Limit::Time)).contains("--max-time"));
        assert_eq!(ended(RunEnding::Completed), "");
    }

    #[test]
    fn many_lanes_are_folded_honestly() {
        let mut script = Script::default();
        script.spawn(0, "main");
        (0..30).for_each(|w| {
            script.worker(w, &format!("worker {w}"), Role::Worker);
        });
        for task in 1..=30 {
            script.spawn(task, "job").at(0, Some(task), Some(task - 1), Kind::Run);
            script.work(0, task, task - 1, u64::from(task), "job");
            script.at(u64::from(task), Some(task), Some(task - 1), Kind::Done);
        }
        script.0.sort_by_key(|event| event.time);
        let mut comparison = laundry();
        comparison.runs = vec![script.run("many", "Threads()")];
        let unicode = Style { unicode: true, ..Style::plain(72) };
        insta::assert_snapshot!(timelines(&comparison, options(unicode)));
    }

    #[test]
    fn many_runs_become_rows() {
        let mut comparison = laundry();
        for n in 1..=9 {
            let mut run = comparison.runs[0].clone();
            run.name = format!("again {n}");
            comparison.runs.push(run);
        }
        insta::assert_snapshot!(table(&comparison, Style::plain(80)));
    }
}
