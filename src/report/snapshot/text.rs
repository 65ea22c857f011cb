//! A snapshot as text, and back.

use crate::report::lines::right;
use crate::report::snapshot::data::{Mark, Outcome, Snapshot, Step, StepKind, WRITTEN};

/// Columns of the time of a step, behind four blanks.
const TIME: usize = 9;
const STEPS: &str = "steps";
const RUNTIME: &str = "runtime";

impl Snapshot {
    /// The text that is kept. Steps beyond the first [`WRITTEN`] are told by marks.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.title);
        for run in &self.runs {
            out.push_str(&format!("\n{}\n  {RUNTIME}: {}\n", run.name, run.runtime));
            for (name, value) in &run.numbers {
                out.push_str(&format!("  {name}: {value}\n"));
            }
            out.push_str(&format!("  {STEPS}: {}\n", run.count));
            for step in run.steps.iter().take(WRITTEN) {
                out.push_str(&format!("    {}  {}\n", right(&step.time, TIME), step.text));
            }
            if run.count > WRITTEN {
                for mark in run.marks.iter().filter(|mark| mark.at > WRITTEN) {
                    out.push_str(&format!("  to step {}: {} {}\n", mark.at, mark.time, mark.hash));
                }
            }
        }
        out
    }

    /// What such a text says; nothing of it is trusted.
    pub fn read(text: &str) -> Snapshot {
        let mut lines = text.lines();
        let mut snapshot = Snapshot { title: lines.next().unwrap_or_default().to_string(), runs: Vec::new() };
        for line in lines {
            if line.is_empty() {
                continue;
            }
            if !line.starts_with(' ') {
                snapshot.runs.push(Outcome { name: line.to_string(), ..Outcome::default() });
                continue;
            }
            if let Some(run) = snapshot.runs.last_mut() {
                read_line(line, run);
            }
        }
        snapshot
    }
}

fn read_line(line: &str, run: &mut Outcome) {
    let rest = line.trim_start();
    // Steps are indented further than what has a name.
    if line.len() - rest.len() > 2 {
        let (time, text) = rest.split_once("  ").unwrap_or(("", rest));
        let (time, text) = (time.to_string(), text.to_string());
        run.steps.push(Step { time, text, kind: StepKind::Other, span: None });
        return;
    }
    let Some((name, value)) = rest.split_once(": ") else { return };
    if let Some(at) = name.strip_prefix("to step ") {
        let (time, hash) = value.rsplit_once(' ').unwrap_or(("", value));
        let at = at.parse().unwrap_or(0);
        run.marks.push(Mark { at, time: time.to_string(), hash: hash.to_string() });
        return;
    }
    match name {
        STEPS => run.count = value.parse().unwrap_or(0),
        RUNTIME => run.runtime = value.to_string(),
        _number => run.numbers.push((name.to_string(), value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::laundry;
    use crate::report::snapshot::make::snapshot;

    #[test]
    fn what_is_written_is_read() {
        let snapshot = snapshot(&laundry());
        let text = snapshot.text();
        let read = Snapshot::read(&text);
        assert_eq!(read.text(), text);
        assert_eq!(read.runs.len(), snapshot.runs.len());
        assert_eq!(read.runs[2].numbers, snapshot.runs[2].numbers);
        assert_eq!(read.runs[2].steps, snapshot.runs[2].steps);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn no_text_is_too_strange() {
        for text in
            ["", "\n\n", "  a", "x\n\ny\n  steps: 99999999999999999999\n      z", "t\n\nr\n  to step x: "]
        {
            Snapshot::read(text);
        }
    }
}
