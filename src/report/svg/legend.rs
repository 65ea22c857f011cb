//! The legend: a sample and a word for everything that was drawn.

use crate::report::cells::Shown;
use crate::report::lines::width;
use crate::report::svg::canvas::{Canvas, number};
use crate::report::svg::lane::CHARACTER;
use crate::report::svg::shape::{HEIGHT, PITCH, draw};

const SAMPLE: f64 = 28.0;

/// Draws it from `top` down; says how high it is.
pub fn legend(canvas: &mut Canvas, shown: &[Shown], left: f64, right: f64, top: f64, salt: &str) -> f64 {
    let (mut x, mut y) = (left, top);
    for &state in shown {
        let text = state.meaning();
        let wide = SAMPLE + 6.0 + width(text) as f64 * CHARACTER + 18.0;
        if x + wide > right && x > left {
            (x, y) = (left, y + PITCH);
        }
        let sample = if state == Shown::Broken { x + SAMPLE / 2.0 } else { x };
        draw(canvas, state, sample, y, SAMPLE, salt);
        let attributes = [
            ("x", number(x + SAMPLE + 6.0)),
            ("y", number(y + HEIGHT - 4.0)),
            ("class", "small faint".to_string()),
        ];
        canvas.text("text", &attributes, text);
        x += wide;
    }
    y + PITCH - top
}
