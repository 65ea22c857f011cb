//! What real runtimes were seen to do with scenarios and random programs, against what cosim does: step by step,
//! and nothing has to be installed. `cosim verify --record tests/conformance` records all of it anew.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::fs;
use std::path::{Path, PathBuf};

use cosim::verify::compare::{Verdict, verdict};
use cosim::verify::recording::Recording;

/// Every file of recordings below `tests/conformance`.
fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of recordings is there") {
        let recorded = entry.expect("an entry can be read").path().join("recorded");
        if let Ok(files) = fs::read_dir(recorded) {
            found.extend(files.map(|file| file.expect("an entry can be read").path()));
        }
    }
    found.sort();
    found
}

#[test]
fn recorded_programs() {
    let paths = recordings();
    assert!(paths.len() >= 4, "recordings are missing: {paths:?}");
    for path in paths {
        let text = fs::read_to_string(&path).expect("a recording can be read");
        let recording = Recording::read(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let subject = recording.subject().expect("its runtime is known");
        let mut steps = 0;
        let mut wrong = Vec::new();
        for program in &recording.programs {
            let came = program
                .simulate(subject.target, &subject.spec)
                .map(|prepared| verdict(&prepared.simulated.seen, &program.seen));
            match came {
                Ok(Verdict::Agrees(n)) => steps += n,
                other => wrong.push(format!("{}: {other:?}", program.title)),
            }
        }
        let (count, runtime) = (recording.programs.len(), &recording.runtime);
        println!("{runtime}, {}: {count} programs, {steps} steps", recording.version);
        assert!(wrong.is_empty(), "{}:\n{}", path.display(), wrong.join("\n"));
        assert!(count >= 100, "{}: {count} programs", path.display());
    }
}
