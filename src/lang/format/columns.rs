//! What stands below each other in lines that follow each other: the `=` of declarations, the fields of runs.

use unicode_width::UnicodeWidthStr;

use crate::lang::format::flat::Line;
use crate::lang::format::pieces::Class;
use crate::lang::format::tree::{Bracket, Entry, EntryKind, Part};

/// Columns of a line.
pub const WIDTH: usize = 100;

/// The column of `=` for every entry: that of the longest name among declarations that follow each other directly.
pub fn equals(entries: &[Entry<'_>]) -> Vec<Option<usize>> {
    let declared: Vec<Option<(&str, usize)>> = entries.iter().map(declaration).collect();
    let mut columns = vec![None; entries.len()];
    for run in runs(entries, |n, m| matches!((declared[n], declared[m]), (Some(a), Some(b)) if a.0 == b.0)) {
        let widest = run.iter().filter_map(|&n| declared[n]).map(|(_, column)| column).max();
        for n in run {
            columns[n] = declared[n].and(widest);
        }
    }
    columns
}

/// `param n = 10`: its word, and the column of its `=`.
fn declaration<'t>(entry: &Entry<'t>) -> Option<(&'t str, usize)> {
    let EntryKind::Parts { parts, .. } = &entry.kind else { return None };
    let [Part::Piece(word), Part::Piece(name), Part::Piece(equals), ..] = &parts[..] else { return None };
    let declares = matches!(word.text, "param" | "shared") && equals.text == "=";
    declares.then(|| (word.text, word.text.len() + 1 + name.text.width() + 1))
}

/// The column of the second field for every entry, where structs follow each other directly: what runs are called
/// is read down the page.
pub fn rows(entries: &[Entry<'_>], indent: usize) -> Vec<Option<usize>> {
    let rows: Vec<Option<Row>> = entries.iter().map(|entry| row(entry, indent)).collect();
    let mut columns = vec![None; entries.len()];
    for run in runs(entries, |n, m| matches!((&rows[n], &rows[m]), (Some(a), Some(b)) if a.names == b.names))
    {
        let widest = run.iter().filter_map(|&n| rows[n].as_ref()).map(|row| row.second).max();
        let fits = |row: &Row| widest.is_none_or(|widest| row.end + (widest - row.second) < WIDTH);
        if run.iter().filter_map(|&n| rows[n].as_ref()).all(fits) {
            run.iter().for_each(|&n| columns[n] = widest);
        }
    }
    columns
}

/// `(name: "loop", runtime: Asyncio())` on one line.
struct Row<'t> {
    /// Of the first two fields.
    names: [&'t str; 2],
    /// The column at which the second would begin if nothing were done about it.
    second: usize,
    end: usize,
}

fn row<'t>(entry: &Entry<'t>, indent: usize) -> Option<Row<'t>> {
    let EntryKind::Parts { parts, .. } = &entry.kind else { return None };
    let [Part::Bracket(Bracket { open, entries, .. })] = &parts[..] else { return None };
    let names = [name(entries.first()?)?, name(entries.get(1)?)?];
    let end = Line::new(indent).with(parts, true)?.column();
    let mut first = Line::new(indent);
    first.elements(open, &entries[..1], true);
    (end < WIDTH).then(|| Row { names, second: first.column() + 2, end })
}

/// The name of a field.
fn name<'t>(entry: &Entry<'t>) -> Option<&'t str> {
    let EntryKind::Parts { parts, .. } = &entry.kind else { return None };
    match &parts[..] {
        [Part::Piece(name), Part::Piece(colon), ..] if colon.class == Class::Colon => Some(name.text),
        _other => None,
    }
}

/// Entries that follow each other without an empty line or a comment between them, and belong together.
fn runs(entries: &[Entry<'_>], together: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut joined = false;
    for (n, entry) in entries.iter().enumerate() {
        joined &= !entry.blank_before;
        match (&entry.kind, runs.last_mut()) {
            (EntryKind::Comment { own_line, .. }, _) => joined &= !own_line,
            (EntryKind::Parts { .. }, Some(run))
                if joined && run.last().is_some_and(|&last| together(last, n)) =>
            {
                run.push(n);
            }
            (EntryKind::Parts { .. }, _) => {
                runs.push(vec![n]);
                joined = true;
            }
        }
    }
    runs
}
