//! The tokens and comments of a text by themselves, for those who complete, colour or explain it.

use std::ops::Range;

use crate::lang::parse::limits::{ParseLimits, Place};
use crate::lang::parse::scan;
use crate::lang::parse::token::Token;
use crate::source::SourceId;

/// What a text consists of, whether or not it can be read: its tokens, and where its comments lie. A string is a
/// token, and what stands in its holes follows as tokens of their own.
pub fn tokens(text: &str) -> (Vec<Token>, Vec<Range<usize>>) {
    let limits = ParseLimits::default();
    if text.len() > limits.max_bytes {
        return (Vec::new(), Vec::new());
    }
    let scan = scan::scan(text, Place { source: SourceId::default(), base: 0 }, &limits);
    (scan.tokens, scan.comments)
}
