//! What was asserted of a study, and what came out instead.

use crate::report::lines::clean;
use crate::report::style::{Ink, Style};
use crate::report::sweep::figure::Scale;
use crate::report::sweep::point::{count, place};
use crate::study::Results;
use crate::study::results::{Cell, Check};
use crate::study::statistics::Interval;

/// More cells than this are counted only.
const TOLD: usize = 12;

/// A line for what held everywhere; otherwise one for each cell in which it did not.
pub fn assertions(results: &Results, cells: &[Cell], style: Style) -> String {
    let mut out = String::new();
    let mut answer = results.study.metrics.len();
    for (at, assertion) in results.study.assertions.iter().enumerate() {
        let duration = results.is_duration(answer);
        answer += if assertion.order.is_some() { 2 } else { 1 };
        let broken: Vec<String> = cells
            .iter()
            .filter_map(|cell| {
                Some(format!(
                    "{}: {}",
                    place(&results.study, cell),
                    said(&cell.checks[at], assertion.left.as_str(), duration, style)?
                ))
            })
            .collect();
        let text = clean(&assertion.text);
        if broken.is_empty() {
            out.push_str(&format!("{} {text}\n", style.paint(Ink::Good, style.glyph("✓", "ok  "))));
            continue;
        }
        let mark = style.paint(Ink::Bad, style.glyph("✗", "FAIL"));
        out.push_str(&format!("{mark} {text}: not in {} of {}\n", broken.len(), count(cells.len(), "cell")));
        broken.iter().take(TOLD).for_each(|line| out.push_str(&format!("  {line}\n")));
        if broken.len() > TOLD {
            out.push_str(&format!("  {} and {} more\n", style.glyph("…", "..."), broken.len() - TOLD));
        }
    }
    out
}

/// What is to be said of one cell; nothing if it held.
fn said(check: &Check, left: &str, duration: bool, style: Style) -> Option<String> {
    let figure = |interval: &Interval| {
        let scale = Scale::of(duration, false, &[interval.mean]);
        let unit = scale.name();
        let space = if unit.is_empty() { "" } else { " " };
        format!("{}{space}{unit}", scale.show(interval, style.glyph("±", "+-")))
    };
    let left = clean(left);
    Some(match check {
        Check::Held => return None,
        Check::Broken { left: value, .. } => format!("{left} was {}", figure(value)),
        Check::Undecided { left: value, .. } => {
            format!("{left} was {}, which decides nothing: more replications are needed", figure(value))
        }
        Check::NotAlways { held, of } => format!("true in {held} of {}", count(*of, "run")),
        Check::Missing { runs, why } => {
            let why = why.as_ref().map(|why| format!(" ({})", clean(why))).unwrap_or_default();
            format!("{} say nothing{why}", count(*runs, "run"))
        }
        Check::Nothing => "there are no runs".to_string(),
    })
}
