//! The help: every key, and what the glyphs mean.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::keys::KEYS;
use crate::report::cells::{ALL, Shown};
use crate::report::lines::{left, wrap};
use crate::report::style::Ink;

/// The widest keys.
const MARGIN: usize = 13;

/// Keys, how they look, and what they do.
type Row = (String, Style, String);

/// From a line on; never so far that the screen would be empty.
pub fn draw(pen: &mut Pen<'_>, from: usize) {
    let (strong, faint) = (pen.paint.ink(Ink::Strong), pen.paint.ink(Ink::Faint));
    let mut rows: Vec<Row> = Vec::new();
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
    let rows: Vec<_> = rows.into_iter().flat_map(|row| wrapped(row, pen.columns())).collect();
    let first = from.min(rows.len().saturating_sub(pen.rows()));
    for (keys, style, what) in rows.iter().skip(first).take(pen.rows()) {
        pen.line(&[(keys, *style), (what, Style::new())]);
    }
}

/// As many lines as it takes to say what a key does.
fn wrapped((keys, style, what): Row, columns: usize) -> Vec<Row> {
    let lines = wrap(&what, columns.saturating_sub(MARGIN));
    let first = (keys, style, lines.first().cloned().unwrap_or_default());
    let rest = lines.into_iter().skip(1).map(|line| (left("", MARGIN), style, line));
    [first].into_iter().chain(rest).collect()
}

/// Arrows as words.
fn ascii(keys: &str) -> String {
    let words = [("→", "Right"), ("←", "Left"), ("↓", "Down"), ("↑", "Up"), ("…", "-")];
    words.iter().fold(keys.to_string(), |text, (arrow, word)| text.replace(arrow, word))
}

/// How far one can read on, on a narrow screen.
pub const LINES: usize = 2 * (KEYS.len() + ALL.len() + 4);
