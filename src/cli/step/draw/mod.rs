//! The screen: panes that say what is to be seen, drawn into a buffer of any size.

pub mod paint;
pub mod pen;
pub mod layout;
pub mod scale;
pub mod head;
pub mod bars;
pub mod timeline;
pub mod source;
pub mod lines;
pub mod events;
pub mod sentence;
pub mod foot;
pub mod help;
pub mod screen;
