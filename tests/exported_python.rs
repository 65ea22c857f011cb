//! The gallery in Python: what is exported to asyncio, to trio and to threads runs as it is.

#![allow(clippy::disallowed_methods, reason = "tests run what they export")]

use std::path::Path;
use std::process::Command;

use crate::support::exported::{gallery, installed, run};

const NEW_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 11))";

fn runs(target: &str, runtime: &str, needs: &str) {
    if !installed("python3", &["-c", needs]) {
        return;
    }
    let programs = gallery(target, "py", runtime);
    assert!(programs.len() > 40, "{} are exported", programs.len());
    run(&programs, |file: &Path| {
        let mut python = Command::new("python3");
        python.arg("-B").arg(file);
        python
    });
}

#[test]
fn the_gallery_runs_on_asyncio() {
    runs("asyncio", "Asyncio()", NEW_ENOUGH);
}

#[test]
fn the_gallery_runs_on_trio() {
    runs("trio", "Trio()", "import trio");
}

#[test]
fn the_gallery_runs_on_threads() {
    runs("threads", "Threads()", NEW_ENOUGH);
}
