//! VCD, as GTKWave and Surfer show it: a scope for each run, a signal for the state of each task and each worker.
//!
//! States are numbers, as IEEE 1364 knows them; what they mean stands in a comment of the file. What a task does is a
//! string besides, which both viewers know and the standard does not.

use std::collections::BTreeSet;

use crate::compare::comparison::{Activity, Comparison, Run};
use crate::compare::timeline;
use crate::report::lines::clean;
use crate::report::viewers::drawing::{Drawing, drawing};
use crate::report::viewers::level::levels;
use crate::report::viewers::words;
use crate::report::why::words::name;
use crate::sim::trace::State;
use crate::time::Time;

/// What the numbers of a task mean: its index is its state.
const TASK: [&str; 7] = ["not there", "ready", "running", "blocked", "io", "sleeping", "overhead"];
const WORKER: [&str; 4] = ["idle", "busy", "held", "overhead"];

/// # Errors
/// The events were not kept.
pub fn vcd(comparison: &Comparison) -> Result<String, String> {
    let mut file = File::default();
    let mut names = Names::default();
    for run in &comparison.runs {
        let drawing = drawing(run)?;
        file.header.push_str(&format!("$scope module {} $end\n", names.fresh(&run.name)));
        write_run(run, &drawing, &mut file);
        file.header.push_str("$upscope $end\n");
        file.end = file.end.max(drawing.end);
    }
    Ok(file.finish(&comparison.title))
}

fn write_run(run: &Run, drawing: &Drawing, file: &mut File) {
    let mut names = Names::default();
    file.scope("tasks");
    for (lane, serial) in drawing.lanes.iter().zip(0..) {
        let called = names.fresh(&name(&drawing.names, serial));
        let (state, what) =
            (file.signal("reg 3", &called), file.signal("string 1", &format!("{called}_does")));
        file.change(Time::ZERO, &number(0, &state));
        file.change(Time::ZERO, &string("", &what));
        let mut until = Time::ZERO;
        for piece in lane.pieces.iter().filter(|piece| piece.from < piece.to) {
            file.change(piece.from, &number(task_state(piece.state), &state));
            file.change(piece.from, &string(&words::piece(piece, run), &what));
            until = piece.to;
        }
        // A task that lived for no time is not there.
        file.change(until, &number(0, &state));
        file.change(until, &string("", &what));
    }
    file.close();
    file.scope("workers");
    for lane in &timeline::workers(&run.trace, drawing.end).lanes {
        let called = names.fresh(&words::worker(drawing, lane.number));
        let (state, has) = (file.signal("reg 2", &called), file.signal("string 1", &format!("{called}_has")));
        let mut until = Time::ZERO;
        for segment in &lane.segments {
            if until < segment.from || until == Time::ZERO {
                file.change(until, &number(0, &state));
                file.change(until, &string("", &has));
            }
            file.change(segment.from, &number(worker_state(segment.what), &state));
            file.change(segment.from, &string(&name(&drawing.names, segment.task), &has));
            until = segment.to;
        }
        file.change(until, &number(0, &state));
        file.change(until, &string("", &has));
    }
    file.close();
    file.scope("numbers");
    for level in levels(run, drawing) {
        let signal = file.signal("reg 32", &names.fresh(&level.name));
        level.steps.iter().for_each(|(at, value)| file.change(*at, &number(*value, &signal)));
    }
    file.close();
}

fn task_state(state: State) -> u64 {
    match state {
        State::Ready => 1,
        State::Running => 2,
        State::Blocked => 3,
        State::Io => 4,
        State::Sleeping => 5,
        State::Overhead => 6,
    }
}

fn worker_state(what: Activity) -> u64 {
    match what {
        Activity::Held => 2,
        Activity::Task(State::Overhead) => 3,
        Activity::Task(_running) => 1,
    }
}

fn number(value: u64, signal: &str) -> String {
    format!("b{value:b} {signal}")
}

/// A string ends at the first space.
fn string(text: &str, signal: &str) -> String {
    format!("s{} {signal}", ascii(&clean(text), |c| if c.is_whitespace() { '_' } else { c }))
}

/// The format is ASCII: any other character becomes its number, `u6d17`.
fn ascii(text: &str, kept: impl Fn(char) -> char) -> String {
    let one = |c: char| if c.is_ascii() { kept(c).to_string() } else { format!("u{:04x}", u32::from(c)) };
    text.chars().map(one).collect()
}

#[derive(Default)]
struct File {
    header: String,
    signals: usize,
    /// In the order in which signals were declared; sorted by time in the end.
    changes: Vec<(Time, String)>,
    end: Time,
}

impl File {
    fn scope(&mut self, name: &str) {
        self.header.push_str(&format!("$scope module {name} $end\n"));
    }

    fn close(&mut self) {
        self.header.push_str("$upscope $end\n");
    }

    /// Declares a signal; says its short name.
    fn signal(&mut self, kind: &str, name: &str) -> String {
        let code = code(self.signals);
        self.signals += 1;
        let bits = match kind.rsplit_once(' ') {
            Some(("reg", bits)) => bits.parse().map_or(String::new(), |n: u32| format!(" [{}:0]", n - 1)),
            _string => String::new(),
        };
        self.header.push_str(&format!("$var {kind} {code} {name}{bits} $end\n"));
        code
    }

    fn change(&mut self, at: Time, what: &str) {
        self.changes.push((at, what.to_string()));
    }

    fn finish(mut self, title: &str) -> String {
        self.changes.sort_by_key(|(at, _)| *at);
        let meanings = |words: &[&str]| {
            let all: Vec<String> = words.iter().enumerate().map(|(n, word)| format!("{n} {word}")).collect();
            all.join(", ")
        };
        let mut out = format!("$version cosim {} $end\n", env!("CARGO_PKG_VERSION"));
        // A `$` could end the comment.
        let title = ascii(&clean(title), |c| if c == '$' { 'S' } else { c });
        out.push_str(&format!("$comment {title} $end\n"));
        out.push_str(&format!("$comment tasks: {} $end\n", meanings(&TASK)));
        out.push_str(&format!("$comment workers: {} $end\n", meanings(&WORKER)));
        out.push_str("$timescale 1 ns $end\n");
        out.push_str(&self.header);
        out.push_str("$enddefinitions $end\n");
        let mut now = None;
        for (at, group) in self.moments() {
            out.push_str(&format!("#{}\n", at.0));
            out.push_str(&if now.is_none() { format!("$dumpvars\n{group}$end\n") } else { group });
            now = Some(at);
        }
        if now.is_some_and(|now| now < self.end) {
            out.push_str(&format!("#{}\n", self.end.0));
        }
        out
    }

    /// The changes of each moment; of several to one signal, the last.
    fn moments(&self) -> Vec<(Time, String)> {
        let mut moments: Vec<(Time, String)> = Vec::new();
        let mut rest = self.changes.as_slice();
        while let Some((at, _)) = rest.first() {
            let (now, later) = rest.split_at(rest.partition_point(|(other, _)| other == at));
            let signal = |change: &str| change.rsplit_once(' ').map_or(String::new(), |(_, s)| s.to_string());
            let mut seen = BTreeSet::new();
            let last = now.iter().rev().filter(|(_, change)| seen.insert(signal(change)));
            let mut lines: Vec<&str> = last.map(|(_, change)| change.as_str()).collect();
            lines.reverse();
            moments.push((*at, lines.iter().map(|line| format!("{line}\n")).collect()));
            rest = later;
        }
        moments
    }
}

/// Short names out of the 94 visible characters of ASCII.
fn code(mut number: usize) -> String {
    let mut out = String::new();
    loop {
        out.push(char::from(b'!' + (number % 94) as u8));
        number /= 94;
        if number == 0 {
            return out;
        }
        number -= 1;
    }
}

/// Names as the format has them: letters, digits and `_`, none twice.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn fresh(&mut self, name: &str) -> String {
        let plain = ascii(name, |c| if c.is_ascii_alphanumeric() { c } else { '_' });
        let plain = plain.trim_end_matches('_');
        let first = plain.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let plain = if first { plain.to_string() } else { format!("_{plain}") };
        let mut fresh = plain.clone();
        let mut number = 1;
        while !self.0.insert(fresh.clone()) {
            number += 1;
            fresh = format!("{plain}_{number}");
        }
        fresh
    }
}
