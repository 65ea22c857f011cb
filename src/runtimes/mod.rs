//! Concurrency models: what each word of the language becomes, and who runs next.

pub mod errors;
pub mod wait_info;
pub mod count;
pub mod text;
pub mod keys;
pub mod plain;
pub mod costs;
pub mod about;
pub mod runtime;
pub mod drive;
pub mod textbook;
pub mod coroutines;
pub mod threads;
pub mod asyncio;
pub mod trio;
pub mod js;
pub mod go;
pub mod tokio;
pub mod uvloop;
pub mod processes;
pub mod table;
