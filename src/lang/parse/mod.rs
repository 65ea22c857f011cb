//! Text to tree. The only place that knows pest; the language itself is in `grammar/cosim.pest`.
//!
//! A text is scanned, its brackets are matched, and where one is missing the text is mended, so
//! that the grammar can read on. What the grammar cannot read it takes as `junk`, line by line;
//! each piece of junk is compared with the slips people make and becomes one message.

mod parser;

mod brackets;
mod characters;
mod repair;
pub mod scan;
pub mod token;

mod builder;
mod expressions;
mod grammar;
mod items;
mod literals;
mod statements;

mod foreign;
pub mod limits;
mod trouble;
mod signs;
mod slips;
mod sequence;
mod tokens;

pub use limits::ParseLimits;
pub use parser::{parse, parse_expression};
pub use token::{DECLARATIONS, KEYWORDS, Kind as TokenKind, STATEMENTS, Token, is_keyword};
pub use tokens::tokens;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
