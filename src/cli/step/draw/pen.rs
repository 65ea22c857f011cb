//! Writes into a rectangle of the screen, line by line, and never beside it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::cli::step::draw::paint::Paint;
use crate::report::lines::{cut, width};
use crate::report::style::Ink;

/// A rectangle, and where in it the next line goes.
pub struct Pen<'a> {
    pub buffer: &'a mut Buffer,
    pub paint: Paint,
    area: Rect,
    row: u16,
}

impl<'a> Pen<'a> {
    pub fn new(buffer: &'a mut Buffer, area: Rect, paint: Paint) -> Pen<'a> {
        let area = area.intersection(buffer.area);
        Pen { buffer, paint, area, row: 0 }
    }

    /// Rows that are left.
    pub fn rows(&self) -> usize {
        usize::from(self.area.height - self.row)
    }

    pub fn columns(&self) -> usize {
        usize::from(self.area.width)
    }

    /// A line of pieces; what does not fit is cut off, with a mark.
    pub fn line(&mut self, pieces: &[(&str, Style)]) {
        if self.rows() == 0 {
            return;
        }
        let mut column = 0;
        for (text, style) in pieces {
            let room = self.columns() - column;
            let text = cut(text, room, self.paint.glyph('…', '~'));
            column += self.write(column, self.columns(), &text, *style);
        }
        self.row += 1;
    }

    /// One piece, not beyond a column; returns the columns it takes.
    pub fn write(&mut self, column: usize, to: usize, text: &str, style: Style) -> usize {
        let room = to.min(self.columns()).saturating_sub(column);
        if self.rows() == 0 || room == 0 {
            return 0;
        }
        let (x, y) = (self.area.x + column as u16, self.area.y + self.row);
        self.buffer.set_stringn(x, y, text, room, style);
        width(text).min(room)
    }

    /// Changes how a place of this line looks.
    pub fn mark(&mut self, column: usize, modifier: Modifier) {
        if self.rows() == 0 || column >= self.columns() {
            return;
        }
        let place = (self.area.x + column as u16, self.area.y + self.row);
        if let Some(cell) = self.buffer.cell_mut(place) {
            cell.modifier.insert(modifier);
        }
    }

    pub fn next(&mut self) {
        self.row = (self.row + 1).min(self.area.height);
    }

    /// The line above a pane: `── source ─────`
    pub fn title(&mut self, text: &str) {
        let rule = self.paint.glyph("─", "-");
        let room = self.columns().saturating_sub(5);
        let text = cut(text, room, self.paint.glyph('…', '~'));
        let rest = self.columns().saturating_sub(width(&text) + 4);
        let faint = self.paint.ink(Ink::Faint);
        let strong = self.paint.ink(Ink::Strong);
        self.line(&[
            (&format!("{} ", rule.repeat(2)), faint),
            (&text, strong),
            (&format!(" {}", rule.repeat(rest)), faint),
        ]);
    }
}
