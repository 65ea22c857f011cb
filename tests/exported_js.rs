//! The gallery in JavaScript: what is exported runs under Node as it is, and agrees under a virtual clock.

#![allow(clippy::disallowed_methods, reason = "tests run what they export")]

use std::process::Command;

use crate::support::exported::{gallery, installed, run};

#[test]
fn the_gallery_runs_under_node() {
    if !installed("node", &["--version"]) {
        return;
    }
    let programs = gallery("js", "js", "Js()");
    assert!(programs.len() > 40, "{} are exported", programs.len());
    for program in &programs {
        let checked = Command::new("node").arg("--check").arg(&program.file).output().expect("Node runs");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
    run(&programs, |file| {
        let mut node = Command::new("node");
        node.arg(file);
        node
    });
}
