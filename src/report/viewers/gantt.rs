//! A Gantt chart for Mermaid: a section for each lane, a bar for each stretch. For charts that fit into a page.

use crate::compare::comparison::{Activity, Comparison, Lane, Run, Segment};
use crate::compare::timeline;
use crate::report::lines::clean;
use crate::report::text::Lanes;
use crate::report::trace::state_word;
use crate::report::viewers::drawing::{Drawing, drawing};
use crate::report::viewers::words;
use crate::report::why::words::name;
use crate::sim::trace::State;
use crate::time::{Time, UNITS};

/// More bars than this are no chart any more.
const MOST_BARS: usize = 200;
/// Mermaid draws no longer text, unless its `maxTextSize` says otherwise.
pub const MOST_CHARACTERS: usize = 50_000;

/// What Mermaid would take for something else at the begin of a bar.
const WORDS: [&str; 18] = [
    "gantt",
    "title",
    "section",
    "click",
    "call",
    "href",
    "dateformat",
    "axisformat",
    "tickinterval",
    "includes",
    "excludes",
    "todaymarker",
    "weekday",
    "weekend",
    "topaxis",
    "inclusiveenddates",
    "acctitle",
    "accdesc",
];

/// # Errors
/// The events were not kept, or there are too many bars.
pub fn gantt(comparison: &Comparison, lanes: Lanes) -> Result<String, String> {
    let drawings = comparison.runs.iter().map(|run| Ok((run, drawing(run)?)));
    let drawings: Vec<(&Run, Drawing)> = drawings.collect::<Result<_, String>>()?;
    let charts: Vec<(&Run, &Drawing, Vec<Lane>)> = drawings
        .iter()
        .map(|(run, drawing)| {
            let timeline = match lanes {
                Lanes::Workers => timeline::workers(&run.trace, drawing.end),
                Lanes::Tasks => timeline::tasks(&run.trace, drawing.end),
            };
            let busy = timeline.lanes.into_iter().filter(|lane| !lane.segments.is_empty());
            (*run, drawing, busy.collect())
        })
        .collect();
    let segments = || charts.iter().flat_map(|(_, _, lanes)| lanes).flat_map(|lane| &lane.segments);
    let bars = segments().count();
    let way_out = "show fewer runs (--runtime), the other lanes (--lanes), or write an .svg";
    if bars == 0 {
        let why = "there is nothing for a Gantt chart to show: no lane has anything that takes time";
        return Err(format!("{why}; show the other lanes (--lanes)"));
    }
    if bars > MOST_BARS {
        return Err(format!(
            "{bars} bars are too many for a Gantt chart, which can have {MOST_BARS}; {way_out}"
        ));
    }
    let (unit, nanos) = unit(segments());
    let title = format!("{} ({unit})", plain(&comparison.title));
    let mut out = format!("gantt\n    title {title}\n    dateFormat x\n    axisFormat %s\n");
    for (run, drawing, lanes) in &charts {
        for lane in lanes {
            let called = match lane.role {
                Some(_) => words::worker(drawing, lane.number),
                None => name(&drawing.names, lane.number),
            };
            out.push_str(&format!("    section {}\n", plain(&format!("{}, {called}", run.name))));
            lane.segments.iter().for_each(|segment| out.push_str(&bar(run, lane, segment, drawing, nanos)));
        }
    }
    fits(out, way_out)
}

/// # Errors
/// The text is too long for Mermaid.
pub fn fits(text: String, way_out: &str) -> Result<String, String> {
    let length = text.chars().count();
    if length > MOST_CHARACTERS {
        let why = format!("{length} characters are too many for Mermaid, which draws {MOST_CHARACTERS}");
        return Err(format!("{why}; {way_out}"));
    }
    Ok(text)
}

/// The largest unit of which a thousandth measures everything, and of which there are ten or more; its name for the
/// title. Mermaid's dates are whole milliseconds and its axis can count seconds: one of those stands for the unit.
fn unit<'a>(segments: impl Iterator<Item = &'a Segment> + Clone) -> (&'static str, u64) {
    let end = segments.clone().map(|segment| segment.to.0).max().unwrap_or(0);
    let mut units = UNITS.into_iter().map(|(name, nanos)| (name, nanos as u64));
    let fits = |(_, nanos): &(&str, u64)| {
        let whole = |time: Time| (u128::from(time.0) * 1000).is_multiple_of(u128::from(*nanos));
        end / nanos >= 10 && segments.clone().all(|segment| whole(segment.from) && whole(segment.to))
    };
    units.find(fits).unwrap_or(("us", 1000))
}

fn bar(run: &Run, lane: &Lane, segment: &Segment, drawing: &Drawing, nanos: u64) -> String {
    let task = name(&drawing.names, segment.task);
    let piece = drawing.lanes[segment.task as usize].at(segment.from);
    let what = || piece.map_or_else(String::new, |piece| words::piece(piece, run));
    let (text, tag) = match segment.what {
        Activity::Held => (format!("{task} waits, {}", what()), "crit, "),
        Activity::Task(State::Running) => {
            let label = segment.label.as_ref().map(|label| label.to_string());
            (
                label.unwrap_or_else(|| if lane.role.is_some() { task } else { "running".to_string() }),
                "active, ",
            )
        }
        Activity::Task(State::Blocked) => (what(), "crit, "),
        Activity::Task(State::Io) => (what(), "done, "),
        Activity::Task(state @ (State::Ready | State::Sleeping | State::Overhead)) => {
            (state_word(state).to_string(), "")
        }
    };
    let at = |time: Time| u128::from(time.0) * 1000 / u128::from(nanos);
    format!("    {} :{tag}{}, {}\n", plain(&text), at(segment.from), at(segment.to))
}

/// Without what ends a text in Mermaid, and without its words at the begin.
fn plain(text: &str) -> String {
    let ends = |c: char| matches!(c, ':' | ';' | '#' | '%' | '"' | '{' | '}' | '<' | '>');
    let kept = clean(text).replace(ends, " ");
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = kept.to_lowercase();
    let word = WORDS.iter().any(|word| lower.starts_with(word));
    if word || kept.starts_with(|c: char| c.is_ascii_digit()) || kept.is_empty() {
        return format!("- {kept}").trim_end().to_string();
    }
    kept
}
