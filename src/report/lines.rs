//! Text in columns: its width on a screen, padded, cut and wrapped; the only file of the floors above `lang` that knows unicode-width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns a text takes on a screen. Chinese characters take two.
pub fn width(text: &str) -> usize {
    text.width()
}

/// On one line and free of control characters, which could repaint the reader's terminal.
pub fn clean(text: &str) -> String {
    let hidden =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .map(|c| if c.is_control() || hidden(c) { '?' } else { c })
        .collect()
}

/// Filled up with spaces on the right.
pub fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Filled up with spaces on the left.
pub fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// At most so many columns; what is too long ends in `mark`.
pub fn cut(text: &str, columns: usize, mark: char) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let room = columns.saturating_sub(mark.width().unwrap_or(1));
    let mut out = prefix(text, room).to_string();
    out.push(mark);
    out
}

/// As much of the start of a text as fits.
fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// Paragraphs (parted by empty lines) as lines of at most so many columns, an empty line between.
/// Words longer than a line are broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut fresh = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            fresh = true;
            continue;
        }
        if fresh {
            if !out.is_empty() {
                out.push(String::new());
            }
            out.push(String::new());
            fresh = false;
        }
        for word in line.split_whitespace() {
            push_word(&mut out, &clean(word), columns.max(2));
        }
    }
    out
}

fn push_word(lines: &mut Vec<String>, word: &str, columns: usize) {
    let last = lines.last_mut().expect("a paragraph begins with an empty line");
    let gap = usize::from(!last.is_empty());
    let room = columns.saturating_sub(width(last) + gap);
    // Chinese goes on without spaces, so it may be broken anywhere.
    let breakable = word.chars().any(|c| c.width() == Some(2)) || last.is_empty();
    let head = if width(word) <= room {
        word
    } else if breakable {
        piece(word, room)
    } else {
        ""
    };
    if !head.is_empty() {
        last.push_str(&" ".repeat(gap));
        last.push_str(head);
    }
    let mut rest = &word[head.len()..];
    while !rest.is_empty() {
        let head = piece(rest, columns);
        lines.push(head.to_string());
        rest = &rest[head.len()..];
    }
}

/// As much of a word as fits, such that no punctuation begins what follows.
fn piece(word: &str, columns: usize) -> &str {
    let head = prefix(word, columns);
    let rest = &word[head.len()..];
    match head.char_indices().next_back() {
        Some((at, _))
            if at > 0 && rest.starts_with(['，', '。', '、', '；', '：', '！', '？', '）', '」', '”']) =>
        {
            &head[..at]
        }
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(cut("洗衣机", 5, '~'), "洗衣~");
        assert_eq!(left("洗", 3), "洗 ");
        assert_eq!(right("洗", 3), " 洗");
        assert_eq!(wrap("洗衣机一二", 5), ["洗衣", "机一", "二"]);
        assert_eq!(wrap("要 5 分钟，中间", 8), ["要 5 分", "钟，中间"]);
        assert_eq!(wrap("一二三，四", 6), ["一二", "三，四"]);
    }

    #[test]
    fn wraps_paragraphs() {
        assert_eq!(wrap("a bc\n  d\n\n\nefghijk l", 4), ["a bc", "d", "", "efgh", "ijk", "l"]);
        assert_eq!(wrap("", 4), Vec::<String>::new());
    }

    #[test]
    fn escapes_never_reach_the_terminal() {
        assert_eq!(clean("a\x1b[31m\nb\u{202e}"), "a?[31m b?");
    }
}
