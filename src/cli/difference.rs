//! Two texts, and what is different, as `diff -u` shows it; the only file that knows similar.

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::report::style::{Ink, Style};

/// Lines around a change.
const CONTEXT: usize = 3;

/// From `old` to `new`; nothing where they are the same.
pub fn unified(from: &str, to: &str, old: &str, new: &str, style: Style) -> String {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(old, new);
    let mut out = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if out.is_empty() {
            out.push_str(&style.paint(Ink::Strong, &format!("--- {from}\n+++ {to}")));
            out.push('\n');
        }
        out.push_str(&style.paint(Ink::Faint, &hunk.header().to_string()));
        out.push('\n');
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\n', '\r']);
            out.push_str(&match change.tag() {
                ChangeTag::Equal => format!(" {line}"),
                ChangeTag::Delete => style.paint(Ink::Bad, &format!("-{line}")),
                ChangeTag::Insert => style.paint(Ink::Good, &format!("+{line}")),
            });
            out.push('\n');
        }
    }
    out
}
