//! What Mermaid's charts have in common: texts that it shows as they are, and how long they may be together.

use crate::report::lines::clean;

/// Mermaid draws no longer text, unless its `maxTextSize` says otherwise.
const MOST_CHARACTERS: usize = 50_000;

/// Without what ends a text in Mermaid or begins something in it. It has codes for these characters, but shows the codes
/// themselves in titles and in the names of columns.
pub fn plain(text: &str) -> String {
    let one = |c: char| match c {
        ';' | ':' => ',',
        '#' | '%' | '{' | '}' | '<' | '>' | '\\' => ' ',
        '"' => '\'',
        other => other,
    };
    let kept: String = clean(text).chars().map(one).collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    if kept.is_empty() { "-".to_string() } else { kept }
}

/// # Errors
/// The text is too long for Mermaid.
pub fn fits(text: String, way_out: &str) -> Result<String, String> {
    let length = text.chars().count();
    if length > MOST_CHARACTERS {
        let why = format!("{length} characters are too many for Mermaid, which draws {MOST_CHARACTERS}");
        return Err(format!("{why}; {way_out}"));
    }
    Ok(text)
}
