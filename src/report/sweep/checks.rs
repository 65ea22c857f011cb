//! What theory says of the queues of a study, beside what came out.

use crate::report::lines::clean;
use crate::report::style::{Ink, Style};
use crate::report::sweep::point::label;
use crate::study::Results;
use crate::study::analytic::{Queue, line, metric};
use crate::study::design::Known;
use crate::study::statistics::Interval;

/// More lines than this are counted only.
const TOLD: usize = 12;

/// A line for each queue at each point, warnings first.
pub fn checks(results: &Results, style: Style) -> String {
    let study = &results.study;
    let mut lines: Vec<(bool, String)> = Vec::new();
    for Known { point, queue } in &study.theory {
        let place = label(study, *point);
        let place = if place.is_empty() { place } else { format!("{place}: ") };
        let line = line(queue, waits(results, *point, queue));
        let text = clean(&format!("{place}{}", line.text));
        let text = if style.unicode { text } else { text.replace('±', "+-") };
        lines.push((line.warning, text));
    }
    // Sorted by nothing else: points stay in their order.
    lines.sort_by_key(|(warning, _)| !warning);
    let mut out = String::new();
    for (warning, text) in lines.iter().take(TOLD) {
        let mark = match warning {
            true => style.paint(Ink::Bad, style.glyph("!", "!")),
            false => style.paint(Ink::Faint, style.glyph("·", "-")),
        };
        out.push_str(&format!("{mark} {text}\n"));
    }
    if lines.len() > TOLD {
        out.push_str(&format!("{} and {} more\n", style.glyph("…", "..."), lines.len() - TOLD));
    }
    match out.is_empty() {
        true => out,
        false => format!("{}\n{out}", style.paint(Ink::Strong, "Theory")),
    }
}

/// How long its customers waited, if that was asked for: of the first run, since theory knows no runtimes.
fn waits(results: &Results, point: usize, queue: &Queue) -> Option<Interval> {
    let study = &results.study;
    let spaceless = |text: &str| text.split_whitespace().collect::<String>().replace('\'', "\"");
    let wanted = spaceless(&metric(queue));
    let metric = study.metrics.iter().position(|metric| spaceless(&metric.text) == wanted)?;
    Some(results.cell(study.cell(point, 0)).metrics[metric].interval)
}
