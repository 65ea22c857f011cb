//! CPython's event loop, ported object by object.

pub mod settings;
