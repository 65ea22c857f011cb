//! The help: every key, and what the glyphs mean.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::keys::KEYS;
use crate::report::cells::{ALL, Shown};
use crate::report::lines::left;
use crate::report::style::Ink;

/// The widest keys.
const MARGIN: usize = 13;

/// From a line on; never so far that the screen would be empty.
pub fn draw(pen: &mut Pen<'_>, from: usize) {
    let (strong, faint) = (pen.paint.ink(Ink::Strong), pen.paint.ink(Ink::Faint));
    let mut rows: Vec<(String, Style, String)> = Vec::new();
    rows.push(("keys".to_string(), strong, String::new()));
    for bound in KEYS {
        let keys = pen.paint.glyph(bound.keys.to_string(), ascii(bound.keys));
        rows.push((left(&keys, MARGIN), strong, bound.what.to_string()));
    }
    rows.push((String::new(), faint, String::new()));
    rows.push(("the timeline".to_string(), strong, String::new()));
    for shown in ALL.into_iter().filter(|shown| *shown != Shown::Absent) {
        let glyph = shown.glyph(pen.paint.0).to_string();
        rows.push((left(&glyph.repeat(3), MARGIN), pen.paint.ink(shown.ink()), shown.meaning().to_string()));
    }
    let head = left(pen.paint.glyph("▼", "v"), MARGIN);
    rows.push((head, strong, "now".to_string()));
    let first = from.min(rows.len().saturating_sub(pen.rows()));
    for (keys, style, what) in rows.iter().skip(first).take(pen.rows()) {
        pen.line(&[(keys, *style), (what, Style::new())]);
    }
}

/// Arrows as words.
fn ascii(keys: &str) -> String {
    let words = [("→", "Right"), ("←", "Left"), ("↓", "Down"), ("↑", "Up"), ("…", "-")];
    words.iter().fold(keys.to_string(), |text, (arrow, word)| text.replace(arrow, word))
}

/// How far one can read on, whatever the size of the screen.
pub const LINES: usize = KEYS.len() + ALL.len() + 4;
