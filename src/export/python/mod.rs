//! Python: what asyncio, trio and threads share, and a file of words for each.

mod file;

pub use file::export;
