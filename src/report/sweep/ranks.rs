//! Who comes first at each point, and where that changes, in words.

use crate::report::lines::{clean, left, width};
use crate::report::style::{Ink, Style};
use crate::report::sweep::figure::Scale;
use crate::report::sweep::point::{label, label_without};
use crate::study::Results;
use crate::study::findings::{Change, Ranking, changes, rankings};
use crate::study::grid::Measure;
use crate::study::question::Better;
use crate::study::statistics::Interval;

/// More lines than this are counted only.
const TOLD: usize = 30;

pub fn ranks(results: &Results, style: Style) -> String {
    let metrics = 0..results.study.metrics.len();
    let parts: Vec<String> =
        metrics.map(|metric| of_metric(results, metric, style)).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn of_metric(results: &Results, metric: usize, style: Style) -> String {
    let rankings = rankings(results, metric);
    if rankings.is_empty() {
        return String::new();
    }
    let asked = &results.study.metrics[metric];
    let way = match asked.better {
        Better::Less => "from the least up",
        Better::More => "from the most down",
    };
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut from = 0;
    while from < rankings.len() {
        let to = same(results, &rankings, from);
        lines.push((range(results, &rankings[from], &rankings[to]), order(results, &rankings[from])));
        from = to + 1;
    }
    let longest = lines.iter().map(|(place, _)| width(place)).max().unwrap_or(0);
    let gap = if longest == 0 { "" } else { "  " };
    let heading = format!("{}, {way}", clean(&asked.text));
    let mut out = format!("{}\n", style.paint(Ink::Strong, &heading));
    for (place, order) in lines.iter().take(TOLD) {
        out.push_str(&format!("  {}{gap}{order}\n", left(place, longest)));
    }
    if lines.len() > TOLD {
        out.push_str(&format!("  {} and {} more\n", style.glyph("…", "..."), lines.len() - TOLD));
    }
    for change in changes(results, metric).iter().take(TOLD) {
        out.push_str(&format!("  {}\n", crossing(results, metric, change, style)));
    }
    out
}

/// The last of the points, one after the other along the last axis, that are ranked like this one.
fn same(results: &Results, rankings: &[Ranking], from: usize) -> usize {
    let last = results.study.axes.last().map_or(1, |axis| axis.values.len());
    let row = |at: usize| at / last;
    let like = |at: &usize| {
        row(*at) == row(from)
            && rankings[*at].groups == rankings[from].groups
            && (rankings[*at].pairs < 2) == (rankings[from].pairs < 2)
    };
    (from + 1..rankings.len()).take_while(like).last().unwrap_or(from)
}

/// `pool 5 to 17`
fn range(results: &Results, from: &Ranking, to: &Ranking) -> String {
    let study = &results.study;
    let label = label(study, from.point);
    if from.point == to.point {
        return label;
    }
    let last = study.settings(to.point).last().map(|setting| clean(&setting.text)).unwrap_or_default();
    format!("{label} to {last}")
}

/// `one loop, then four threads`
fn order(results: &Results, ranking: &Ranking) -> String {
    let name = |run: &usize| clean(&results.study.runs[*run].name);
    match (ranking.pairs, &ranking.groups[..]) {
        (0, _) => "not ranked: there are no runs that can be compared".to_string(),
        (1, _) => "not ranked: one replication has no interval".to_string(),
        (_, [_all]) => "not ranked: the intervals of the differences contain 0".to_string(),
        (_, groups) => {
            let one = |group: &Vec<usize>| match &group[..] {
                [one] => name(one),
                several => {
                    let names: Vec<String> = several.iter().map(name).collect();
                    format!("{} (not ranked)", names.join(" and "))
                }
            };
            groups.iter().map(one).collect::<Vec<_>>().join(", then ")
        }
    }
}

/// `four threads has the smaller p95(latency) once pool exceeds 18.3 ± 2.1`
fn crossing(results: &Results, metric: usize, change: &Change, style: Style) -> String {
    let study = &results.study;
    let axis = &study.axes[change.axis];
    let asked = &study.metrics[metric];
    let (winner, word) = match asked.better {
        Better::Less => (change.second, "smaller"),
        Better::More => (change.first, "larger"),
    };
    let crossing = change.crossing;
    // In the unit in which the parameter is varied.
    let values: Vec<f64> = axis.values.iter().filter_map(|value| value.number).collect();
    let scale = Scale::of(axis.measure() == Measure::Duration, false, &values);
    let unit = if scale.name().is_empty() { String::new() } else { format!(" {}", scale.name()) };
    let interval = Interval { mean: crossing.at, half: crossing.half, n: 2, level: study.level };
    let figure = scale.show(&interval, style.glyph("±", "+-"));
    let others = label_without(study, change.point, Some(change.axis));
    let place = if others.is_empty() { others } else { format!("{others}: ") };
    format!(
        "{place}{} has the {word} {} once {} exceeds {figure}{unit}",
        clean(&study.runs[winner].name),
        clean(&asked.text),
        clean(&axis.name),
    )
}
