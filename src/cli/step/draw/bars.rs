//! Bars of a lane: stretches of equal columns, each with its label if that fits.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::compare::comparison::Lane;
use crate::report::cells::{Cell, Shown};
use crate::report::lines::{clean, width};

/// Writes a lane's bar from a column on. Where a worker computes, the name of the task may stand for the
/// label of its work.
pub fn draw(pen: &mut Pen<'_>, column: usize, lane: &Lane, cells: &[Cell], name: impl Fn(u32) -> String) {
    let mut from = 0;
    while from < cells.len() {
        let cell = cells[from];
        let to = from + cells[from..].iter().take_while(|other| **other == cell).count();
        let segment = cell.segment.and_then(|at| lane.segments.get(at));
        let label = segment.and_then(|segment| segment.label.as_deref()).map(clean);
        let own = segment.filter(|_| lane.role.is_some() && cell.shown == Shown::Running);
        let own = own.map(|segment| name(segment.task));
        let fitting = label.into_iter().chain(own).find(|text| width(text) + 2 <= to - from);
        let parted = to - from > 1
            && cells.get(to).is_some_and(|next| (cell.shown, next.shown) == (Shown::Running, Shown::Running));
        let bar = Bar { shown: cell.shown, from: column + from, to: column + to, parted };
        bar.draw(pen, fitting.as_deref().unwrap_or(""));
        from = to;
    }
}

struct Bar {
    shown: Shown,
    from: usize,
    to: usize,
    /// The next one is of the same kind.
    parted: bool,
}

impl Bar {
    fn draw(&self, pen: &mut Pen<'_>, label: &str) {
        let ink = pen.paint.ink(self.shown.ink());
        let glyph = self.shown.glyph(pen.paint.0);
        let fill = glyph.to_string().repeat(self.to - self.from);
        pen.write(self.from, self.to, &fill, ink);
        if self.parted && pen.paint.0.unicode {
            pen.write(self.to - 1, self.to, "▉", ink);
        }
        if label.is_empty() {
            return;
        }
        if !pen.paint.has_color() {
            pen.write(self.from + 1, self.to, label, Style::new());
            return;
        }
        let on = pen.paint.on(self.shown.ink());
        // The pattern of a held worker tells it from work, and must stay.
        if self.shown != Shown::Held {
            pen.write(self.from, self.to, &" ".repeat(self.to - self.from - 1), on);
        }
        pen.write(self.from + 1, self.to, label, on);
    }
}
