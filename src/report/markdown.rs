//! Pages written in Markdown, for a terminal: headings stand out, code is set in.

use crate::report::lines::{left, width, wrap};
use crate::report::style::{Ink, Style};

/// The widest a table gets.
const MEASURE: usize = 110;
/// A column is not made narrower than this.
const NARROWEST: usize = 12;

pub fn show(page: &str, style: Style) -> String {
    let page = if style.unicode { page.to_string() } else { ascii(page) };
    let mut out = String::new();
    let mut code = false;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            code = !code;
            continue;
        }
        if !code && line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            out.push_str(&table(&rows, style));
            continue;
        }
        let shown = match heading(line) {
            Some(text) if !code => style.paint(Ink::Strong, text),
            _ if code && !line.is_empty() => format!("    {line}"),
            _ => line.to_string(),
        };
        out.push_str(&shown);
        out.push('\n');
    }
    out
}

fn cells(line: &str) -> Vec<String> {
    // A bar that is meant as one is written with a backslash.
    let line = line.trim().trim_matches('|').replace("\\|", "\u{0}");
    line.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// A table in columns, long cells wrapped.
fn table(rows: &[Vec<String>], style: Style) -> String {
    let rule = |row: &Vec<String>| row.iter().all(|cell| cell.chars().all(|c| c == '-' || c == ':'));
    let rows: Vec<&Vec<String>> = rows.iter().filter(|row| !rule(row)).collect();
    let count = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let widest =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
    let mut columns: Vec<usize> = (0..count).map(widest).collect();
    let room = style.width.min(MEASURE).saturating_sub(2 * count);
    while columns.iter().sum::<usize>() > room {
        let Some(most) = columns.iter_mut().max().filter(|most| **most > NARROWEST) else { break };
        *most -= 1;
    }
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        let wrapped: Vec<Vec<String>> = row.iter().zip(&columns).map(|(cell, &w)| wrap(cell, w)).collect();
        for line in 0..wrapped.iter().map(Vec::len).max().unwrap_or(0) {
            let cells = wrapped.iter().zip(&columns);
            let text: String = cells
                .map(|(cell, &w)| format!("  {}", left(cell.get(line).map_or("", String::as_str), w)))
                .collect();
            let text = text.trim_end();
            out.push_str(&if number == 0 { style.paint(Ink::Faint, text) } else { text.to_string() });
            out.push('\n');
        }
    }
    out
}

/// The few characters beyond ASCII that pages use, spelled out.
fn ascii(text: &str) -> String {
    text.replace('…', "...").replace('×', "x").replace(['–', '—'], "-").replace('→', "->")
}

fn heading(line: &str) -> Option<&str> {
    line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_code() {
        let page = "# await\n\nIt waits:\n\n```cosim\nmain {\n# no heading\n}\n```\n";
        assert_eq!(
            show(page, Style::plain(80)),
            "await\n\nIt waits:\n\n    main {\n    # no heading\n    }\n"
        );
    }

    #[test]
    fn tables_have_columns() {
        let page =
            "| word | means |\n|---|---|\n| `a \\| b` | one thing after the other, and so on and on |\n";
        insta::assert_snapshot!(show(page, Style::plain(40)), @r"
          word     means
          `a | b`  one thing after the other,
                   and so on and on
        ");
    }
}
