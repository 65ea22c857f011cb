//! Concurrency models: what each word of the language becomes, and who runs next.

pub mod asyncio;
pub mod coroutines;
pub mod count;
pub mod drive;
pub mod runtime;
pub mod table;
pub mod text;
pub mod threads;
