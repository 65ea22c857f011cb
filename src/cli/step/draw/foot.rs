//! The bottom line: what is being typed, what the last key had to say, or which keys there are.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::stepper::{Mode, Stepper};
use crate::report::lines::width;
use crate::report::style::Ink;

/// The most needed first.
const STEPPING: [(&str, &str, &str); 12] = [
    ("→←", "l h", "event"),
    ("?", "?", "help"),
    ("q", "q", "quit"),
    ("n", "n", "decision"),
    ("↓↑", "j k", "lane"),
    ("w", "w", "why"),
    ("Tab", "Tab", "run"),
    ("Space", "Space", "play"),
    ("p", "p", "predict"),
    ("c", "c", "path"),
    ("g", "g", "time"),
    ("+-", "+-", "zoom"),
];

const ASKED: [(&str, &str, &str); 4] =
    [("1…9", "1-9", "answer"), ("↓↑", "j k", "point"), ("Enter", "Enter", "answer"), ("Esc", "Esc", "stop")];

const READING: [(&str, &str, &str); 2] = [("↓↑", "j k", "read on"), ("Esc", "Esc", "back")];

pub fn draw(pen: &mut Pen<'_>, stepper: &Stepper<'_>) {
    let strong = pen.paint.ink(Ink::Strong);
    match &stepper.mode {
        Mode::Typing(text) => {
            let cursor = pen.paint.glyph("▏", "_");
            pen.line(&[("go to time: ", strong), (text, Style::new()), (cursor, strong)]);
        }
        Mode::Help(_) => keys(pen, &READING),
        Mode::Stepping if !stepper.notice.is_empty() => pen.line(&[(&stepper.notice, strong)]),
        Mode::Stepping if stepper.asks() => keys(pen, &ASKED),
        Mode::Stepping => keys(pen, &STEPPING),
    }
}

/// As many as fit.
fn keys(pen: &mut Pen<'_>, keys: &[(&str, &str, &str)]) {
    let (strong, faint) = (pen.paint.ink(Ink::Strong), pen.paint.ink(Ink::Faint));
    let mut column = 0;
    for (unicode, ascii, what) in keys {
        let key = pen.paint.glyph(*unicode, *ascii);
        if column + width(key) + 1 + width(what) > pen.columns() {
            return;
        }
        column += pen.write(column, usize::MAX, key, strong) + 1;
        column += pen.write(column, usize::MAX, what, faint) + 2;
    }
}
