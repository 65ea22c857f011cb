//! A Gantt chart for Mermaid: a section for each lane, a bar for each stretch. For charts that fit into a page.

use crate::compare::comparison::{Activity, Comparison, Lane, Run, Segment};
use crate::compare::timeline;
use crate::report::lines::width;
use crate::report::terms::state_word;
use crate::report::text::Lanes;
use crate::report::viewers::drawing::{Drawing, drawing};
use crate::report::viewers::mermaid::{fits, plain};
use crate::report::viewers::words;
use crate::report::why::words::name;
use crate::sim::trace::State;
use crate::time::{Time, UNITS};

/// More bars than this are no chart any more.
const MOST_BARS: usize = 200;
/// Pixels of a character of a section's name, about, and of all of them at most.
const NAME: usize = 7;
const MOST_ROOM: usize = 400;

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
    let (mut body, mut columns) = (String::new(), 0);
    for (run, drawing, lanes) in &charts {
        for lane in lanes {
            let called = match lane.role {
                Some(_) => words::worker(drawing, lane.number),
                None => name(&drawing.names, lane.number),
            };
            let section = plain(&format!("{}, {called}", run.name));
            columns = columns.max(width(&section));
            body.push_str(&format!("    section {section}\n"));
            lane.segments.iter().for_each(|segment| body.push_str(&bar(run, lane, segment, drawing, nanos)));
        }
    }
    // Mermaid draws names of sections into the chart unless it is told to leave room.
    let room = (columns * NAME + 20).min(MOST_ROOM);
    let told = format!("%%{{init: {{\"gantt\": {{\"leftPadding\": {room}}}}}}}%%");
    let head = format!("gantt\n    title {title}\n    dateFormat x\n    axisFormat %s\n");
    fits(format!("{told}\n{head}{body}"), way_out)
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
    format!("    {} :{tag}{}, {}\n", first(&text), at(segment.from), at(segment.to))
}

/// A text at the begin of a line: not one of Mermaid's words, and no date.
fn first(text: &str) -> String {
    let text = plain(text);
    let lower = text.to_lowercase();
    let word = WORDS.iter().any(|word| lower.starts_with(word));
    if word || text.starts_with(|c: char| c.is_ascii_digit()) { format!("- {text}") } else { text }
}
