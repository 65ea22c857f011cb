//! One metric: its axes, and a line with its band for each run.

use crate::report::chart::axis::{Axis, is_plain};
use crate::report::chart::data::{Chart, Mark, Panel, Point, Series};
use crate::report::chart::label::spread;
use crate::report::chart::series::{fill, marker, stroke};
use crate::report::lines::{clean, cut, width};
use crate::report::svg::canvas::{Canvas, number};
use crate::report::svg::lane::CHARACTER;

/// Pixels from one panel to the next.
pub const HEIGHT: f64 = 270.0;
/// Of these, the drawing itself.
const ABOVE: f64 = 30.0;
const BELOW: f64 = 36.0;
/// Between labels, and between the ticks of each axis.
const LABELS: f64 = 15.0;
const ACROSS: f64 = 72.0;
const DOWN: f64 = 40.0;
/// Lines with more points than this have markers at some of them only.
const MARKERS: usize = 40;

/// Where the drawing is.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub left: f64,
    pub right: f64,
    pub top: f64,
}

impl Frame {
    fn upper(&self) -> f64 {
        self.top + ABOVE
    }

    fn lower(&self) -> f64 {
        self.top + HEIGHT - BELOW
    }
}

pub fn panel(canvas: &mut Canvas, chart: &Chart, panel: &Panel, frame: Frame, columns: usize) {
    let points = || panel.series.iter().flat_map(|series| &series.points).filter(|point| is_drawn(point));
    let shared = || chart.panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    let xs: Vec<f64> = shared().filter(|point| is_drawn(point)).map(|point| point.x).collect();
    let mut ys: Vec<f64> = points().map(|point| point.y).collect();
    // A band that reaches below nothing does not take the axis there: it is cut off at the edge.
    let positive = ys.iter().all(|y| *y > 0.0);
    ys.extend(
        points()
            .filter_map(Point::band)
            .flat_map(|(low, high)| [low, high])
            .filter(|y| !positive || *y > 0.0),
    );
    let x = Axis::tight(&xs, [frame.left, frame.right], chart.quantity);
    let y = Axis::roomy(&ys, [frame.lower(), frame.upper()], panel.quantity);
    text(canvas, frame.left, frame.top + 14.0, "strong ink", "start", &clean(&panel.name));
    axes(canvas, chart, &x, &y, frame);
    for mark in panel.marks.iter().filter(|mark| is_plain(mark.at)) {
        crossing(canvas, mark, &x, frame);
    }
    for (n, series) in panel.series.iter().enumerate() {
        bands(canvas, series, n, &x, &y);
    }
    for (n, series) in panel.series.iter().enumerate() {
        line(canvas, series, n, &x, &y);
    }
    labels(canvas, panel, &y, frame, columns);
}

fn is_drawn(point: &Point) -> bool {
    is_plain(point.x)
        && is_plain(point.y)
        && point.band().is_none_or(|(low, high)| is_plain(low) && is_plain(high))
}

fn text(canvas: &mut Canvas, x: f64, y: f64, class: &str, anchor: &str, text: &str) {
    let attributes = [
        ("x", number(x)),
        ("y", number(y)),
        ("class", class.to_string()),
        ("text-anchor", anchor.to_string()),
    ];
    canvas.text("text", &attributes, text);
}

fn straight(canvas: &mut Canvas, [x1, y1, x2, y2]: [f64; 4], more: &[(&str, String)]) {
    let mut attributes = vec![("x1", number(x1)), ("y1", number(y1)), ("x2", number(x2)), ("y2", number(y2))];
    attributes.extend(more.iter().cloned());
    canvas.empty("line", &attributes);
}

fn axes(canvas: &mut Canvas, chart: &Chart, x: &Axis, y: &Axis, frame: Frame) {
    let (upper, lower) = (frame.upper(), frame.lower());
    let grid = [("class", "grid".to_string())];
    for (place, label) in y.ticks(DOWN) {
        straight(canvas, [frame.left, place, frame.right, place], &grid);
        text(canvas, frame.left - 8.0, place + 4.0, "small faint", "end", &label);
    }
    for (place, label) in x.ticks(ACROSS) {
        straight(canvas, [place, upper, place, lower + 4.0], &grid);
        text(canvas, place, lower + 17.0, "small faint", "middle", &label);
    }
    straight(canvas, [frame.left, lower, frame.right, lower], &[("class", "rule".to_string())]);
    let middle = (frame.left + frame.right) / 2.0;
    text(canvas, middle, lower + 32.0, "small faint", "middle", &clean(&chart.x));
}

/// A broken line where lines cross, over the stretch in which the crossing lies for sure.
fn crossing(canvas: &mut Canvas, mark: &Mark, x: &Axis, frame: Frame) {
    let (at, low, high) = (x.place(mark.at), x.place(mark.low.max(-1e299)), x.place(mark.high.min(1e299)));
    let (upper, lower) = (frame.upper(), frame.lower());
    let stretch = [
        ("x", number(low)),
        ("y", number(upper)),
        ("width", number((high - low).max(0.0))),
        ("height", number(lower - upper)),
        ("class", "faint".to_string()),
        ("fill-opacity", "0.14".to_string()),
    ];
    canvas.empty("rect", &stretch);
    let dashes = [("class", "rule".to_string()), ("stroke-dasharray", "3 3".to_string())];
    straight(canvas, [at, upper, at, lower], &dashes);
    let words = clean(&mark.text);
    let half = width(&words) as f64 * CHARACTER / 2.0;
    let room = (frame.left + half)..=(frame.right - half).max(frame.left + half);
    let place = at.clamp(*room.start(), *room.end());
    text(canvas, place, upper - 4.0, "small ink", "middle", &words);
}

/// Stretches of points without a gap.
fn stretches(series: &Series) -> impl Iterator<Item = &[Point]> {
    series.points.split(|point| !is_drawn(point)).filter(|stretch| !stretch.is_empty())
}

fn bands(canvas: &mut Canvas, series: &Series, n: usize, x: &Axis, y: &Axis) {
    for stretch in stretches(series) {
        for part in stretch.split(|point| point.band().is_none()).filter(|part| part.len() > 1) {
            let edge = |point: &Point, value: f64| {
                format!("{} {}", number(x.place(point.x)), number(y.place(value)))
            };
            let over = part.iter().map(|point| edge(point, point.y + point.half));
            let under = part.iter().rev().map(|point| edge(point, point.y - point.half));
            let corners: Vec<String> = over.chain(under).collect();
            let d = format!("M{}Z", corners.join("L"));
            canvas.empty("path", &[("d", d), ("class", fill(n)), ("fill-opacity", "0.18".to_string())]);
        }
        // A point by itself has its interval as a bar.
        if let [point] = stretch
            && let Some((low, high)) = point.band()
        {
            let at = x.place(point.x);
            straight(canvas, [at, y.place(low), at, y.place(high)], &stroke(n));
        }
    }
}

fn line(canvas: &mut Canvas, series: &Series, n: usize, x: &Axis, y: &Axis) {
    let every = series.points.len().div_ceil(MARKERS).max(1);
    for stretch in stretches(series) {
        let corners: Vec<String> = stretch
            .iter()
            .map(|point| format!("{} {}", number(x.place(point.x)), number(y.place(point.y))))
            .collect();
        let mut attributes = vec![("d", format!("M{}", corners.join("L")))];
        attributes.extend(stroke(n));
        canvas.empty("path", &attributes);
    }
    for point in series.points.iter().filter(|point| is_drawn(point)).step_by(every) {
        marker(canvas, n, x.place(point.x), y.place(point.y));
    }
}

/// The names, each beside the last point of its line.
fn labels(canvas: &mut Canvas, panel: &Panel, y: &Axis, frame: Frame, columns: usize) {
    let ends: Vec<(usize, f64)> = panel
        .series
        .iter()
        .enumerate()
        .filter_map(|(n, series)| Some((n, y.place(series.points.iter().rfind(|point| is_drawn(point))?.y))))
        .collect();
    let wanted: Vec<f64> = ends.iter().map(|(_, place)| *place).collect();
    let places = spread(&wanted, LABELS, frame.upper(), frame.lower());
    for ((n, end), place) in ends.into_iter().zip(places) {
        let leader = [("class", "grid".to_string())];
        straight(canvas, [frame.right + 4.0, end, frame.right + 12.0, place], &leader);
        marker(canvas, n, frame.right + 19.0, place);
        let name = cut(&clean(&panel.series[n].name), columns, '…');
        text(canvas, frame.right + 28.0, place + 4.0, "name ink", "start", &name);
    }
}
