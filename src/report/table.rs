//! A table of text: the first column to the left, the others to the right, headings wrapped.

use crate::report::lines::{left, right, width, wrap};
use crate::report::style::{Ink, Style};

/// One entry; `best` marks it as the best of those it is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub text: String,
    pub best: bool,
}

impl Entry {
    pub fn new(text: impl Into<String>) -> Entry {
        Entry { text: text.into(), best: false }
    }
}

/// Rows of equal length under as many headings; the headings leave out the first column.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub heads: Vec<String>,
    pub rows: Vec<(String, Vec<Entry>)>,
}

const GAP: usize = 2;
/// Headings are broken into lines where a column would be wider than this because of them.
const HEAD: usize = 15;

impl Table {
    /// Columns the table takes.
    pub fn width(&self) -> usize {
        self.first() + self.columns().iter().map(|c| c + GAP).sum::<usize>()
    }

    /// Rows for columns.
    pub fn transposed(&self) -> Table {
        let row = |at: usize| self.rows.iter().map(|(_, entries)| entries[at].clone()).collect();
        Table {
            heads: self.rows.iter().map(|(name, _)| name.clone()).collect(),
            rows: self.heads.iter().enumerate().map(|(at, head)| (head.clone(), row(at))).collect(),
        }
    }

    /// As many tables side by side on as many pages as it takes to keep each within `columns`.
    pub fn pages(&self, columns: usize) -> Vec<Table> {
        let widths = self.columns();
        let mut pages = Vec::new();
        let mut from = 0;
        while from < widths.len() {
            let mut used = self.first() + widths[from] + GAP;
            let mut to = from + 1;
            while to < widths.len() && used + widths[to] + GAP <= columns {
                used += widths[to] + GAP;
                to += 1;
            }
            let rows = self.rows.iter().map(|(name, entries)| (name.clone(), entries[from..to].to_vec()));
            pages.push(Table { heads: self.heads[from..to].to_vec(), rows: rows.collect() });
            from = to;
        }
        pages
    }

    pub fn draw(&self, style: Style) -> String {
        let columns = self.columns();
        let heads: Vec<Vec<String>> = self.heads.iter().zip(&columns).map(|(h, &w)| wrap(h, w - 1)).collect();
        let height = heads.iter().map(Vec::len).max().unwrap_or(0);
        let mut out = String::new();
        for line in 0..height {
            let mut text = " ".repeat(self.first());
            for (head, &w) in heads.iter().zip(&columns) {
                let blank = height - head.len();
                let cell = if line < blank { "" } else { &head[line - blank] };
                text.push_str(&right(cell, w - 1 + GAP));
                text.push(' ');
            }
            out.push_str(&style.paint(Ink::Strong, text.trim_end()));
            out.push('\n');
        }
        out.push_str(&style.paint(Ink::Faint, &style.glyph("─", "-").repeat(self.width())));
        out.push('\n');
        for (name, entries) in &self.rows {
            out.push_str(&self.draw_row(name, entries, &columns, style));
            out.push('\n');
        }
        out
    }

    fn draw_row(&self, name: &str, entries: &[Entry], columns: &[usize], style: Style) -> String {
        let mut out = left(name, self.first());
        for (entry, &w) in entries.iter().zip(columns) {
            out.push_str(&" ".repeat(GAP + (w - 1).saturating_sub(width(&entry.text))));
            match entry.best {
                true => out.push_str(&style.paint(Ink::Good, &format!("{}*", entry.text))),
                false => out.push_str(&format!("{} ", entry.text)),
            }
        }
        out.trim_end().to_string()
    }

    fn first(&self) -> usize {
        self.rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0)
    }

    /// The width of each column, with room for the mark of the best.
    fn columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self.heads.iter().map(|h| head_width(h)).collect();
        for (_, entries) in &self.rows {
            for (column, entry) in columns.iter_mut().zip(entries) {
                *column = (*column).max(width(&entry.text));
            }
        }
        columns.into_iter().map(|w| w + 1).collect()
    }
}

/// The narrowest column in which a heading takes no more lines than it must.
fn head_width(head: &str) -> usize {
    let lines = wrap(head, HEAD).len();
    let longest = head.split_whitespace().map(width).max().unwrap_or(0).min(HEAD);
    (longest.max(3)..HEAD).find(|&columns| wrap(head, columns).len() <= lines).unwrap_or(HEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let entry = |text: &str, best| Entry { text: text.into(), best };
        Table {
            heads: vec!["one worker who waits".into(), "十个工人".into()],
            rows: vec![
                ("makespan".into(), vec![entry("370min", false), entry("37min", true)]),
                ("busy".into(), vec![entry("100 %", true), entry("19 %", false)]),
            ],
        }
    }

    #[test]
    fn draws() {
        insta::assert_snapshot!(table().draw(Style::plain(80)), @r"
                  one worker
                   who waits   十个工人
        --------------------------------
        makespan      370min      37min*
        busy           100 %*      19 %
        ");
    }

    #[test]
    fn turns_and_breaks() {
        let turned = table().transposed();
        insta::assert_snapshot!(turned.draw(Style::plain(80)), @r"
                              makespan    busy
        ---------------------------------------
        one worker who waits    370min   100 %*
        十个工人                 37min*   19 %
        ");
        assert_eq!(turned.pages(30).len(), 2);
        assert_eq!(turned.pages(80).len(), 1);
    }
}
