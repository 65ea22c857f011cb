//! All tests of cosim from outside, in one program: there is much to link, and tests that wait leave room for others.
//!
//! `cargo test --test all why::` runs those of `why.rs`. What turns the process it runs in upside down has one of its own
//! (`fuzz.rs`).

mod support;

mod architecture;
mod authoring;
mod cli;
mod conformance_asyncio;
mod conformance_go;
mod conformance_js;
mod conformance_threads;
mod conformance_tokio;
mod conformance_trio;
mod conformance_uvloop;
mod determinism;
mod documents;
mod editors;
mod experiments;
mod export;
mod exported_go;
mod exported_js;
mod exported_python;
mod exported_tokio;
mod format;
mod gallery;
mod intervals;
mod language;
mod laws;
mod mdbook;
mod oracles;
mod page;
mod perfetto;
mod pictures;
mod quiz;
mod random_programs;
mod readers;
mod recorded;
mod replay;
mod scenarios;
mod screens;
mod step;
mod sweep;
mod textbook;
mod verify;
mod viewers;
mod why;
mod words;
