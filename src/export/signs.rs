//! Signs that are not seen, and that would let a line of a program look like another.

/// Does it turn the direction of what is written, break a line that looks whole, or have no width at all? Compilers refuse
/// several of these wherever they stand.
pub fn is_hidden(sign: char) -> bool {
    matches!(sign, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A program without them. In its strings they are written as numbers, so what goes is in comments.
pub fn without_hidden(program: String) -> String {
    match program.contains(is_hidden) {
        true => program.replace(is_hidden, ""),
        false => program,
    }
}
