//! What came out, kept as a text that is compared with what comes out later: numbers, and who did what when.

pub mod data;
pub mod make;
pub mod text;
pub mod records;
pub mod parting;
pub mod draw;
pub mod json;
pub mod compared;
