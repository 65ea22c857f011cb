//! The whole picture: title, all runs over one axis to one scale, legend, and what it takes to see it again.

use crate::compare::comparison::{Comparison, Lane, Run, RunEnding, TaskEnding, Timeline};
use crate::compare::fingerprint;
use crate::compare::timeline::{tasks, workers};
use crate::report::cells::Shown;
use crate::report::ending;
use crate::report::lines::{clean, width, wrap};
use crate::report::svg::canvas::{Canvas, number};
use crate::report::svg::lane::{CHARACTER, Drawn, Place, lane, name};
use crate::report::svg::legend::legend;
use crate::report::svg::palette::Ground;
use crate::report::svg::scale::Scale;
use crate::report::svg::shape::{HEIGHT, PITCH, definitions, draw};
use crate::report::svg::sheet::sheet;
use crate::report::text::Lanes;
use crate::sim::trace::{Kind, Role};
use crate::time::Time;

/// How it is to look.
#[derive(Debug, Clone)]
pub struct Options {
    /// Pixels, from 320 to 10,000.
    pub width: u32,
    pub lanes: Lanes,
    /// More lanes of a run than this are folded.
    pub most: usize,
    pub ground: Ground,
    /// What the ids of its parts begin with, so that several pictures can share a page.
    pub salt: String,
}

/// Lanes of a run that are drawn unless told otherwise.
pub const LANES: usize = 24;
const MARGIN: f64 = 16.0;
/// Columns of the names of lanes.
const NAMES: usize = 22;
/// Pixels of a character of a lane's name, about.
const NAME: f64 = 7.4;
/// Room for `370min` behind the longest run.
const FLAG: f64 = 74.0;

/// One run, ready to be drawn.
struct Part<'a> {
    run: &'a Run,
    timeline: Timeline,
    names: Vec<String>,
    /// Lanes that are not drawn.
    folded: usize,
}

/// # Errors
/// There is nothing to draw.
pub fn svg(comparison: &Comparison, options: &Options) -> Result<String, String> {
    let parts: Vec<Part<'_>> = comparison.runs.iter().map(|run| part(run, options)).collect();
    if parts.iter().all(|part| part.timeline.lanes.is_empty()) {
        let kept = comparison.runs.iter().any(|run| !run.trace.is_empty());
        let why =
            if kept { "nothing takes any time" } else { "the events of the runs were too many to be kept" };
        return Err(format!("there is nothing to draw: {why}"));
    }
    let ends: Vec<Time> = parts.iter().map(|part| part.timeline.end).collect();
    let lanes = parts.iter().flat_map(|part| &part.timeline.lanes);
    let columns = lanes.map(|lane| width(&clean(&lane.name))).max().unwrap_or(0).min(NAMES);
    let right = f64::from(options.width) - MARGIN;
    let left = MARGIN + columns as f64 * NAME + 10.0;
    let scale = Scale::new(left, (right - FLAG).max(left + 100.0), &ends);
    let mut body = Canvas::default();
    let mut drawn = Drawn::default();
    let mut y = head(&mut body, comparison, right);
    let top = y + 26.0;
    y = top + 8.0;
    let mut runs = Canvas::default();
    for part in &parts {
        y = run(&mut runs, part, &scale, y, columns, options, &mut drawn);
    }
    grid(&mut body, &scale, top, y);
    y = legend(&mut runs, &ordered(&drawn.shown), MARGIN, right, y + 10.0, &options.salt) + y + 10.0;
    y = foot(&mut runs, &parts, drawn.folded, y + 6.0, right);
    Ok(document(comparison, options, y + MARGIN, &body.finish(), &runs.finish()))
}

fn part<'a>(run: &'a Run, options: &Options) -> Part<'a> {
    let lanes = match options.lanes {
        Lanes::Workers => workers,
        Lanes::Tasks => tasks,
    };
    let end = run.trace.last().map_or(Time::ZERO, |event| event.time);
    let mut timeline = lanes(&run.trace, end);
    // A worker that never works is to be seen; a main thread or a task that does nothing is not.
    timeline.lanes.retain(|lane| lane.role == Some(Role::Worker) || !lane.segments.is_empty());
    let folded = timeline.lanes.len().saturating_sub(options.most);
    timeline.lanes.truncate(options.most);
    let spawned = run.trace.iter().filter_map(|event| match &event.kind {
        Kind::Spawn { name, .. } => Some(clean(name)),
        _ => None,
    });
    Part { run, timeline, names: spawned.collect(), folded }
}

/// The title; says where the rest begins.
fn head(canvas: &mut Canvas, comparison: &Comparison, right: f64) -> f64 {
    let mut y = MARGIN;
    let room = |size: f64| ((right - MARGIN) / (CHARACTER * size / 11.0)).floor().max(20.0) as usize;
    for line in wrap(&clean(&comparison.title), room(18.0)) {
        y += 20.0;
        canvas.text("text", &at(MARGIN, y, "title ink"), &line);
    }
    y
}

fn at(x: f64, y: f64, class: &str) -> [(&'static str, String); 3] {
    [("x", number(x)), ("y", number(y)), ("class", class.to_string())]
}

/// The axis above, and a line down from every tick.
fn grid(canvas: &mut Canvas, scale: &Scale, top: f64, bottom: f64) {
    for (x, label) in scale.ticks() {
        let line = [
            ("x1", number(x)),
            ("y1", number(top)),
            ("x2", number(x)),
            ("y2", number(bottom)),
            ("class", "grid".to_string()),
        ];
        canvas.empty("line", &line);
        let [x, y, class] = at(x, top - 4.0, "small faint");
        canvas.text("text", &[x, y, class, ("text-anchor", "middle".to_string())], &label);
    }
}

/// One run: its name, its lanes, its end. Says where the next begins.
fn run(
    canvas: &mut Canvas,
    part: &Part<'_>,
    scale: &Scale,
    top: f64,
    columns: usize,
    options: &Options,
    drawn: &mut Drawn,
) -> f64 {
    let mut y = top + 14.0;
    canvas.open("text", &at(MARGIN, y, "ink"));
    canvas.text("tspan", &[("class", "strong".to_string())], &clean(&part.run.name));
    let settings = part.run.runtime.to_string();
    if settings != part.run.name {
        canvas.text("tspan", &[("class", "small faint".to_string()), ("dx", "8".to_string())], &settings);
    }
    canvas.close("text");
    y += 7.0;
    let first = y;
    for one in &part.timeline.lanes {
        name(canvas, &one.name, scale.left - 8.0, y, columns);
        let place = Place { scale, top: y, salt: &options.salt, names: &part.names };
        lane(canvas, one, &place, drawn);
        broken(canvas, one, part.run, &place, drawn);
        y += PITCH;
    }
    if part.folded > 0 {
        let text = format!("and {} more lanes", part.folded);
        canvas.text("text", &at(scale.left, y + HEIGHT - 4.0, "small faint"), &text);
        y += PITCH;
    }
    flag(canvas, part, scale, first, y - PITCH + HEIGHT);
    y + 6.0
}

/// A cross where a task failed or was cancelled.
fn broken(canvas: &mut Canvas, one: &Lane, run: &Run, place: &Place<'_>, drawn: &mut Drawn) {
    let task = run.metrics.tasks.iter().find(|task| one.role.is_none() && task.task == one.number);
    let ended = task.filter(|task| matches!(task.ending, TaskEnding::Failed | TaskEnding::Cancelled));
    let Some(at) = ended.and_then(|task| task.completion) else { return };
    draw(canvas, Shown::Broken, place.scale.x(at), place.top, 0.0, place.salt);
    if !drawn.shown.contains(&Shown::Broken) {
        drawn.shown.push(Shown::Broken);
    }
}

/// The end of a run: a line down its lanes, and its makespan.
fn flag(canvas: &mut Canvas, part: &Part<'_>, scale: &Scale, top: f64, bottom: f64) {
    let x = scale.x(part.timeline.end);
    let line = [
        ("x1", number(x)),
        ("y1", number(top - 3.0)),
        ("x2", number(x)),
        ("y2", number(bottom.max(top) + 3.0)),
        ("class", "rule".to_string()),
    ];
    canvas.empty("line", &line);
    let word = match &part.run.ending {
        RunEnding::Completed => String::new(),
        other => format!(" {}", ending::word(other)),
    };
    let text = format!("{}{word}", scale.flag(part.timeline.end));
    canvas.text("text", &at(x + 5.0, top + HEIGHT - 4.0, "strong ink"), &text);
}

/// Seeds, fingerprints, and what was folded.
fn foot(canvas: &mut Canvas, parts: &[Part<'_>], folded: usize, top: f64, right: f64) -> f64 {
    let mut y = top;
    if folded > 0 {
        y += 14.0;
        let text =
            format!("{folded} stretches are narrower than a pixel: drawn together, as what there is most of");
        canvas.text("text", &at(MARGIN, y, "small faint"), &text);
    }
    let prints = parts.iter().map(|part| fingerprint::show(part.run.fingerprint));
    let seed = parts.first().map_or(0, |part| part.run.seed);
    let text = format!(
        "cosim {} · seed {seed} · {}",
        env!("CARGO_PKG_VERSION"),
        prints.collect::<Vec<_>>().join(" ")
    );
    let columns = ((right - MARGIN) / CHARACTER).floor().max(20.0) as usize;
    for line in wrap(&text, columns) {
        y += 14.0;
        let [x, y, class] = at(right, y, "small faint");
        canvas.text("text", &[x, y, class, ("text-anchor", "end".to_string())], &line);
    }
    y
}

/// In the order of the legend, whatever was drawn first.
fn ordered(shown: &[Shown]) -> Vec<Shown> {
    let mut all: Vec<Shown> = shown.iter().copied().filter(|shown| !shown.meaning().is_empty()).collect();
    all.sort_unstable();
    all
}

fn document(comparison: &Comparison, options: &Options, height: f64, grid: &str, runs: &str) -> String {
    let mut canvas = Canvas::default();
    let size = format!("0 0 {} {}", options.width, number(height.ceil()));
    let ids = format!("{0}-title {0}-desc", options.salt);
    let attributes = [
        ("xmlns", "http://www.w3.org/2000/svg".to_string()),
        ("viewBox", size),
        ("width", options.width.to_string()),
        ("height", number(height.ceil())),
        ("role", "img".to_string()),
        ("aria-labelledby", ids),
        ("class", options.salt.clone()),
    ];
    canvas.open("svg", &attributes);
    canvas.text("title", &[("id", format!("{}-title", options.salt))], &clean(&comparison.title));
    canvas.text("desc", &[("id", format!("{}-desc", options.salt))], &description(comparison));
    canvas.text("style", &[], &sheet(&options.salt, options.ground, |_| String::new()));
    definitions(&mut canvas, &options.salt);
    canvas.empty(
        "rect",
        &[("width", "100%".to_string()), ("height", "100%".to_string()), ("class", "ground".into())],
    );
    canvas.raw(grid.trim_end());
    canvas.raw(runs.trim_end());
    canvas.close("svg");
    canvas.finish()
}

/// What a screen reader reads instead of the picture.
fn description(comparison: &Comparison) -> String {
    let one = |run: &Run| {
        let how = match &run.ending {
            RunEnding::Completed => format!("takes {}", run.metrics.makespan),
            other => format!("ends in {} after {}", ending::word(other), run.metrics.makespan),
        };
        format!("{} ({}) {how}.", clean(&run.name), run.runtime)
    };
    let runs: Vec<String> = comparison.runs.iter().map(one).collect();
    let how_many = if runs.len() == 1 {
        "Timeline of one run.".to_string()
    } else {
        format!("Timelines of {} runs on one axis.", runs.len())
    };
    format!("{how_many} {}", runs.join(" "))
}
