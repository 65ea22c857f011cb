//! What an editor asks about a program or an experiment while it is being written: pure functions over texts, in
//! places that count bytes. `cli::lsp` speaks of them with the editor.

pub mod text;
pub mod document;
pub mod problems;
pub mod habit;
pub mod inlays;
pub mod help;
pub mod hover;
pub mod snippets;
pub mod complete;
pub mod outline;
pub mod rename;
pub mod fixes;
pub mod ron;
pub mod fields;
pub mod experiment;
pub mod formatted;
