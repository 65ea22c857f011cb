//! Pages written in Markdown, for a terminal: headings stand out, code is set in.

use crate::report::style::{Ink, Style};

pub fn show(page: &str, style: Style) -> String {
    let mut out = String::new();
    let mut code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            code = !code;
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
    if style.unicode { out } else { ascii(&out) }
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
}
