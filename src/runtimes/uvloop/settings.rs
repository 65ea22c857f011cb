//! What can be set on `Uvloop(…)`: what can be set on `Asyncio(…)`.

pub use crate::runtimes::asyncio::settings::{Settings, Version};
