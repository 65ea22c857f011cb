//! A Go program: goroutines, channels, `sync`, and contexts where something is cancelled.
//!
//! What each word becomes stands in `docs/runtimes/go.md`. Tasks that can fail return errors; if
//! anything in the program cancels, what waits is handed a context and looks at it. Helpers that
//! are used are written behind the program (`helpers.go`).

mod once;

mod needs;

mod values;

mod golang;

mod expressions;

mod text;

mod waits;

mod children;

mod methods;

mod builtins;

mod calls;

mod closures;

mod statements;

mod loops;

mod select;

mod blocks;

mod helpers;

mod declared;

mod simpler;

mod whole;

mod file;

pub use file::export;
