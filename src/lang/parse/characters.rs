//! Single characters: how far a number goes, and what a full-width sign stands for.

use pest::unicode::XID_CONTINUE;

/// As the grammar's `number`.
pub fn number_length(text: &str) -> usize {
    let digit = |at: usize| text[at..].starts_with(|c: char| c.is_ascii_digit());
    let mut at = if text.starts_with("0x") { 2 } else { 0 };
    let hexadecimal = at == 2;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        let exponent = matches!(c, 'e' | 'E') && text[next..].starts_with(['+', '-']) && digit(next + 1);
        match c {
            _ if exponent && !hexadecimal => at = next + 2,
            '.' if !hexadecimal && digit(next) => at = next + 1,
            _ if XID_CONTINUE(c) => at = next,
            _ => break,
        }
    }
    at
}

/// What a full-width, typographic or invisible character was probably meant to be.
pub fn ascii_for(c: char) -> Option<&'static str> {
    const FULL_WIDTH: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@";
    let ascii = match c {
        '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '《' | '》' => "\"",
        '‘' | '’' | '‚' => "'",
        '。' => ".",
        '、' => ",",
        '【' | '［' | '〔' => "[",
        '】' | '］' | '〕' => "]",
        '｛' => "{",
        '｝' => "}",
        '｜' => "|",
        '＾' => "^",
        '＿' => "_",
        '～' => "~",
        '×' | '∗' | '·' => "*",
        '÷' => "/",
        '−' | '–' | '—' => "-",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '→' | '⇒' => "=>",
        '…' => "..",
        '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => " ",
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => "",
        '！'..='＠' => {
            let offset = c as usize - '！' as usize;
            &FULL_WIDTH[offset..offset + 1]
        }
        _ => return None,
    };
    Some(ascii)
}
