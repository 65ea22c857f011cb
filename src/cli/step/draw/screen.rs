//! The whole screen: the one door from a stepper to a buffer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::cli::step::draw::layout::{LEAST, Needs, places};
use crate::cli::step::draw::paint::Paint;
use crate::cli::step::draw::pen::Pen;
use crate::cli::step::draw::{events, foot, head, help, lines, sentence, source, timeline};
use crate::cli::step::stepper::{Mode, Stepper};
use crate::report::style;

pub fn draw(buffer: &mut Buffer, stepper: &Stepper<'_>, style: style::Style) {
    let (area, paint) = (buffer.area, Paint(style));
    if let Mode::Help(from) = stepper.mode {
        let text = Rect { height: area.height.saturating_sub(1), ..area };
        help::draw(&mut Pen::new(buffer, text, paint), from);
        let last = Rect { y: area.y + text.height, height: area.height - text.height, ..area };
        return foot::draw(&mut Pen::new(buffer, last, paint), stepper);
    }
    let said = sentence::said(stepper, usize::from(area.width));
    let lanes = stepper.scene().reel.lanes(stepper.lanes).len();
    let needs = Needs { lanes, path: stepper.path, said: said.rows(), asked: stepper.asks() };
    let Some(places) = places(area, needs) else {
        let text = format!("too small: at least {} by {}", LEAST.0, LEAST.1);
        return Pen::new(buffer, area, paint).line(&[(&text, Style::new())]);
    };
    head::draw(&mut Pen::new(buffer, places.head, paint), stepper);
    timeline::draw(buffer, &places, paint, stepper);
    source::draw(&mut Pen::new(buffer, places.source, paint), stepper);
    lines::draw(&mut Pen::new(buffer, places.lines, paint), stepper);
    events::draw(&mut Pen::new(buffer, places.events, paint), stepper);
    said.draw(&mut Pen::new(buffer, places.said, paint));
    foot::draw(&mut Pen::new(buffer, places.foot, paint), stepper);
}
