//! The whole chart: title, panels below each other over one parameter, and what it takes to see it again.

use crate::report::chart::data::{Chart, Look, Panel};
use crate::report::chart::panel::{Frame, HEIGHT, panel};
use crate::report::chart::series::rules;
use crate::report::lines::{clean, width, wrap};
use crate::report::svg::canvas::{Canvas, number};
use crate::report::svg::lane::CHARACTER;
use crate::report::svg::sheet::sheet;

const MARGIN: f64 = 16.0;
/// Room for the numbers of the vertical axis.
const NUMBERS: f64 = 62.0;
/// Columns of the names of lines, and pixels of one of their characters, about.
const NAMES: usize = 32;
const NAME: f64 = 7.0;

/// The chart as SVG.
pub fn line_chart(chart: &Chart, look: &Look) -> String {
    let edge = f64::from(look.width) - MARGIN;
    let names = chart.panels.iter().flat_map(|panel| &panel.series).map(|series| width(&clean(&series.name)));
    let most = ((f64::from(look.width) * 0.3 - 30.0) / NAME).floor().max(6.0) as usize;
    let columns = names.max().unwrap_or(0).min(NAMES).min(most);
    let left = MARGIN + NUMBERS;
    let right = (edge - columns as f64 * NAME - 30.0).max(left + 100.0);
    let mut body = Canvas::default();
    let mut y = MARGIN;
    for line in wrap(&clean(&chart.title), room(edge, 18.0)) {
        y += 20.0;
        let place = [("x", number(MARGIN)), ("y", number(y)), ("class", "title ink".to_string())];
        body.text("text", &place, &line);
    }
    y += 12.0;
    for one in &chart.panels {
        panel(&mut body, chart, one, Frame { left, right, top: y }, columns);
        y += HEIGHT + 12.0;
    }
    for line in wrap(&chart.note, room(edge, 11.0)) {
        y += 14.0;
        let place = [("x", number(MARGIN)), ("y", number(y)), ("class", "small faint".to_string())];
        body.text("text", &place, &line);
    }
    document(chart, look, (y + MARGIN).ceil(), &body.finish())
}

/// Columns of a text of this size.
fn room(edge: f64, size: f64) -> usize {
    ((edge - MARGIN) / (CHARACTER * size / 11.0)).floor().max(20.0) as usize
}

fn document(chart: &Chart, look: &Look, height: f64, body: &str) -> String {
    let mut canvas = Canvas::default();
    let attributes = [
        ("xmlns", "http://www.w3.org/2000/svg".to_string()),
        ("viewBox", format!("0 0 {} {}", look.width, number(height))),
        ("width", look.width.to_string()),
        ("height", number(height)),
        ("role", "img".to_string()),
        ("aria-labelledby", format!("{0}-title {0}-desc", look.salt)),
        ("class", look.salt.clone()),
    ];
    canvas.open("svg", &attributes);
    canvas.text("title", &[("id", format!("{}-title", look.salt))], &clean(&chart.title));
    canvas.text("desc", &[("id", format!("{}-desc", look.salt))], &description(chart));
    canvas.text("style", &[], &sheet(&look.salt, look.ground, rules));
    let whole =
        [("width", "100%".to_string()), ("height", "100%".to_string()), ("class", "ground".to_string())];
    canvas.empty("rect", &whole);
    canvas.raw(body.trim_end());
    canvas.close("svg");
    canvas.finish()
}

/// What a screen reader reads instead of the picture.
fn description(chart: &Chart) -> String {
    let panel = |panel: &Panel| {
        let names: Vec<String> = panel.series.iter().map(|series| clean(&series.name)).collect();
        let marks: String =
            panel.marks.iter().map(|mark| format!(" Lines cross at {}.", clean(&mark.text))).collect();
        format!("{} over {}: {}.{marks}", clean(&panel.name), clean(&chart.x), names.join(", "))
    };
    let panels: Vec<String> = chart.panels.iter().map(panel).collect();
    format!("Lines with intervals. {}", panels.join(" "))
}
