//! What happened last, in words.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::stepper::Stepper;
use crate::report::happening::tell;
use crate::report::lines::{right, width};
use crate::report::style::Ink;

pub fn draw(pen: &mut Pen<'_>, stepper: &Stepper<'_>) {
    if pen.rows() > 1 {
        pen.title("events");
    }
    let scene = stepper.scene();
    if scene.at() == 0 {
        let faint = pen.paint.ink(Ink::Faint);
        return pen.line(&[("  nothing has happened yet", faint)]);
    }
    let run = &scene.reel.run;
    let (first, at) = (scene.at().saturating_sub(pen.rows()), scene.at());
    let times: Vec<String> = run.trace[first..at].iter().map(|event| event.time.to_string()).collect();
    let (serials, margin) = (at.to_string().len(), times.iter().map(|time| width(time)).max().unwrap_or(0));
    for ((event, time), number) in run.trace[first..at].iter().zip(&times).zip(first + 1..) {
        let last = number == at;
        let place = format!("{} {}  ", right(&number.to_string(), serials), right(time, margin));
        let text = tell(event, &scene.reel.account.names, &run.program);
        let style = if last { pen.paint.ink(Ink::Strong) } else { Style::new() };
        let mark = if last { pen.paint.glyph("▶ ", "> ") } else { "  " };
        let faint = pen.paint.ink(Ink::Faint);
        pen.line(&[(mark, style), (&place, faint), (&text, style)]);
    }
}
