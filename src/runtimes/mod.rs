//! Concurrency models: what each word of the language becomes, and who runs next.

pub mod runtime;
pub mod drive;
