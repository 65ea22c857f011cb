//! `cosim lsp`: the language server, which an editor starts and speaks with over the standard input and output. What
//! is said there is found out by `crate::editor`; here it is put into the words of the protocol.

pub mod uri;
pub mod desk;
pub mod around;
pub mod convert;
pub mod spots;
pub mod diagnose;
pub mod answers;
pub mod naming;
pub mod server;
