//! The helpers an exported program may need, as Rust text, and which of them need which.

use std::collections::BTreeSet;

/// A helper: its name, what it needs, its text.
struct Piece {
    name: &'static str,
    needs: &'static [&'static str],
    text: &'static str,
}

macro_rules! pieces {
    ($($name:literal: $needs:expr,)*) => {
        &[$(Piece {
            name: $name,
            needs: &$needs,
            text: include_str!(concat!("helpers/", $name, ".rust")),
        },)*]
    };
}

/// In the order in which they stand in the file.
const PIECES: &[Piece] = pieces! {
    "base": [],
    "real": [],
    "work": [],
    "block": [],
    "sleep": [],
    "io": [],
    "numbers": [],
    "random": [],
    "task": [],
    "daemon": ["task"],
    "later": ["daemon"],
    "shared": ["task"],
    "flow": [],
    "timeout": ["task"],
    "wait_for": ["task"],
    "gather": ["task"],
    "settle": ["task"],
    "race": ["task"],
    "results": ["task"],
    "group": ["task"],
    "workers": ["task"],
    "group_on": ["group", "workers"],
    "scope": ["task"],
    "event": ["task"],
    "promise": ["task"],
    "channel": ["task"],
    "unbounded": ["channel"],
    "rendezvous": ["channel"],
    "lock": ["task"],
    "condition": ["lock"],
    "barrier": ["task"],
    "defer": [],
    "on_abort": [],
    "offload": ["task"],
    "observe": [],
};

/// What the clock of a harness has words of its own for.
const REAL_ONLY: &[&str] =
    &["real", "work", "block", "random", "barrier", "observe", "offload", "workers", "group_on"];

/// The file of helpers for a program that runs by the clock on the wall.
pub fn real(wanted: &BTreeSet<&'static str>, seed: u64) -> String {
    let mut all: BTreeSet<&str> = ["base", "real", "task"].into();
    let mut todo: Vec<&str> = wanted.iter().copied().collect();
    while let Some(name) = todo.pop() {
        all.insert(name);
        let needs = PIECES.iter().find(|piece| piece.name == name).map_or(&[][..], |piece| piece.needs);
        todo.extend(needs.iter().filter(|need| !all.contains(**need)));
    }
    let mut out = String::from(
        "//! What the story needs beside tokio.\n\n#![allow(dead_code, unused_imports, unused_macros)]\n\n",
    );
    let flags = ["scope", "event", "rendezvous"].iter().any(|name| all.contains(name));
    if flags {
        out.push_str("use std::sync::atomic::AtomicBool;\n\n");
    }
    if all.contains("random") {
        out.push_str(&format!("const SEED: u64 = {seed};\n\n"));
    }
    join(&mut out, PIECES.iter().filter(|piece| all.contains(piece.name)));
    out
}

/// All helpers, on the clock of the harness.
pub fn harness() -> String {
    let mut out = String::from(
        "//! What programs use, under a paused clock.\n\n#![allow(dead_code, unused_imports)]\n\n",
    );
    out.push_str("use std::sync::atomic::AtomicBool;\n\n");
    join(&mut out, PIECES.iter().filter(|piece| !REAL_ONLY.contains(&piece.name)));
    out.push('\n');
    out.push_str(include_str!("helpers/virtual.rust"));
    out
}

fn join<'p>(out: &mut String, pieces: impl Iterator<Item = &'p Piece>) {
    for (n, piece) in pieces.enumerate() {
        if n > 0 {
            out.push('\n');
        }
        out.push_str(piece.text);
    }
}
