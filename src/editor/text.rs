//! A text and its places as editors count them: lines, and columns in units of an encoding.

use std::ops::Range;

/// What columns count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    Bytes,
    Utf16,
    Characters,
}

impl Units {
    fn of(self, c: char) -> usize {
        match self {
            Units::Bytes => c.len_utf8(),
            Units::Utf16 => c.len_utf16(),
            Units::Characters => 1,
        }
    }
}

/// Both count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

#[derive(Debug, Clone)]
pub struct Text {
    pub text: String,
    /// Where its lines begin.
    starts: Vec<usize>,
}

impl Text {
    /// Lines end with `\n`, `\r\n` or `\r`.
    pub fn new(text: impl Into<String>) -> Text {
        let text = text.into();
        let bytes = text.as_bytes();
        let ends = |at: usize| bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        let starts =
            std::iter::once(0).chain((0..bytes.len()).filter(|&at| ends(at)).map(|at| at + 1)).collect();
        Text { text, starts }
    }

    /// The place of a byte; in the midst of a character, that of the character.
    pub fn position(&self, at: usize, units: Units) -> Position {
        let at = self.boundary(at);
        let line = self.starts.partition_point(|&start| start <= at).saturating_sub(1);
        let column: usize = self.text[self.starts[line]..at].chars().map(|c| units.of(c)).sum();
        Position { line: line as u32, column: column as u32 }
    }

    /// The byte at a place; behind the end of a line or of the text, that end.
    pub fn offset(&self, position: Position, units: Units) -> usize {
        let Some(line) = self.line(position.line as usize) else { return self.text.len() };
        let mut left = position.column as usize;
        let mut at = line.start;
        for c in self.text[line].chars() {
            if left < units.of(c) {
                break;
            }
            left -= units.of(c);
            at += c.len_utf8();
        }
        at
    }

    /// A line without its end.
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let length = self.text[start..end].trim_end_matches(['\n', '\r']).len();
        Some(start..start + length)
    }

    /// The number of the line of a byte.
    pub fn line_of(&self, at: usize) -> usize {
        self.position(at, Units::Bytes).line as usize
    }

    /// The text with some of it replaced.
    pub fn replaced(&self, range: Range<usize>, by: &str) -> String {
        let (start, end) = (self.boundary(range.start), self.boundary(range.end));
        let end = end.max(start);
        format!("{}{by}{}", &self.text[..start], &self.text[end..])
    }

    fn boundary(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_the_editor_counts() {
        let text = Text::new("a\r\n𝄞洗b\rc\n");
        let at = text.text.find('b').expect("there is one");
        for (units, column) in [(Units::Bytes, 7), (Units::Utf16, 3), (Units::Characters, 2)] {
            let position = Position { line: 1, column };
            assert_eq!(text.position(at, units), position);
            assert_eq!(text.offset(position, units), at);
        }
        assert_eq!(text.position(text.text.len(), Units::Utf16), Position { line: 3, column: 0 });
    }

    #[test]
    fn places_that_are_none_are_moved_to_one() {
        let text = Text::new("洗\nab");
        let offset = |line, column| text.offset(Position { line, column }, Units::Utf16);
        assert_eq!([offset(0, 9), offset(1, 9), offset(9, 0)], [3, 6, 6]);
        assert_eq!(text.position(1, Units::Utf16), Position { line: 0, column: 0 });
        assert_eq!(text.replaced(1..99, "x"), "x");
        assert_eq!(text.offset(Position { line: 0, column: 2 }, Units::Bytes), 0);
    }
}
