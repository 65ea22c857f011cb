//! Small repairs of a text, so that one missing bracket does not hide every other mistake.
//!
//! The grammar reads the repaired text; every offset it reports is mapped back.

use std::ops::Range;

/// Replaces a range of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub range: Range<usize>,
    pub replacement: String,
}

impl Edit {
    pub fn insert(at: usize, text: impl Into<String>) -> Edit {
        Edit { range: at..at, replacement: text.into() }
    }

    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Edit {
        Edit { range, replacement: text.into() }
    }
}

/// A text after its repairs.
#[derive(Debug)]
pub struct Repaired {
    pub text: String,
    /// Stretches that are not the original's: where they lie in `text`, and what they replace.
    stretches: Vec<(Range<usize>, Range<usize>)>,
}

impl Repaired {
    /// Edits that overlap an earlier one are left out.
    pub fn new(original: &str, mut edits: Vec<Edit>) -> Repaired {
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let mut text = String::with_capacity(original.len() + edits.len());
        let mut stretches = Vec::with_capacity(edits.len());
        let mut copied = 0;
        for edit in edits {
            if edit.range.start < copied {
                continue;
            }
            text.push_str(&original[copied..edit.range.start]);
            let start = text.len();
            text.push_str(&edit.replacement);
            copied = edit.range.end;
            stretches.push((start..text.len(), edit.range));
        }
        text.push_str(&original[copied..]);
        Repaired { text, stretches }
    }

    /// The place in the original of an offset into `text`.
    pub fn original(&self, offset: usize) -> usize {
        let after = self.stretches.partition_point(|(new, _)| new.start < offset);
        match after.checked_sub(1).map(|i| &self.stretches[i]) {
            None => offset,
            Some((new, old)) if offset < new.end => old.end,
            Some((new, old)) => old.end + (offset - new.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_map_back() {
        let edits = vec![Edit::insert(4, ")"), Edit::replace(6..9, "x"), Edit::replace(9..10, "")];
        let repaired = Repaired::new("f(1 \n###?g", edits);
        assert_eq!(repaired.text, "f(1 )\n#x");
        let repaired = Repaired::new("f(1\ng(（)", vec![Edit::insert(3, ")"), Edit::replace(6..9, "(")]);
        assert_eq!(repaired.text, "f(1)\ng(()");
        let back: Vec<usize> = (0..=9).map(|offset| repaired.original(offset)).collect();
        assert_eq!(back, [0, 1, 2, 3, 3, 4, 5, 6, 9, 10]);
    }
}
