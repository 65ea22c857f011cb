//! Mutilated programs and experiments: none may make cosim panic, hang, or complain without saying where.
//!
//! `COSIM_FUZZ=100000 cargo test --test fuzz` tries more than the few of every day. The generator is our own and
//! its seed is fixed; `COSIM_FUZZ_SEED` is another beginning.

#![allow(clippy::disallowed_methods, reason = "tests read their cases, and stop what hangs")]

use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use cosim::compare::fingerprint::Fingerprint;
use cosim::compare::metrics::Meter;
use cosim::diagnostic::{Diagnostic, Style, render};
use cosim::exec::execute::execute;
use cosim::lang::format::format as format_program;
use cosim::lang::parse::ParseLimits;
use cosim::lang::program::Program;
use cosim::runtimes::table::{self, RuntimeSpec};
use cosim::scenario::format::format as format_experiment;
use cosim::scenario::load::{Loaded, load, load_program};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Sink};
use cosim::source::{SourceId, Sources};
use cosim::time::Time;

const RUNTIMES: [&str; 3] = ["Coroutines()", "Threads(cores: 2)", "Asyncio()"];
const HOUR: u64 = 3_600_000_000_000;
const LIMITS: Limits = Limits { tasks: 10_000, events: 20_000, steps: 200_000, time: Time(1000 * HOUR) };
/// Whatever takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What numbers become, and what is thrown in.
const EXTREMES: [&str; 12] = [
    "0",
    "-1",
    "1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "0.0000001",
    "1ns",
    "0s",
    "200000d",
    "100000",
    "3",
];
const BRACKETS: [&str; 12] = ["(", ")", "{", "}", "[", "]", "\"", "'", "/*", "*/", "//", "\"{"];

/// Marsaglia's xorshift64*.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// One of 0..n.
    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// A file that is correct, or wrong in a way worth knowing.
struct Seed {
    name: String,
    text: String,
}

fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut folders = vec!["scenarios".to_string(), "tests/cases".into(), "benches".into()];
    while let Some(folder) = folders.pop() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder);
        for entry in fs::read_dir(&path).expect("the folder can be read") {
            let name = entry.expect("an entry can be read").file_name().to_string_lossy().into_owned();
            let name = format!("{folder}/{name}");
            if Path::new(&name).is_dir() {
                folders.push(name);
            } else if name.ends_with(".cosim") || name.ends_with(".ron") {
                let text = fs::read_to_string(&name).expect("a case can be read");
                seeds.push(Seed { name, text });
            }
        }
    }
    seeds.sort_by(|a, b| a.name.cmp(&b.name));
    seeds
}

/// Words, numbers and single signs, spaces and lines: together they are the text.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in text.chars() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let space = |c: char| c == ' ';
        match tokens.last_mut() {
            Some(last) if (word(c) && word(before)) || (space(c) && space(before)) => last.push(c),
            Some(_) | None => tokens.push(c.to_string()),
        }
        before = c;
    }
    tokens
}

fn mutant(dice: &mut Dice, seeds: &[Seed], own: &Seed) -> String {
    let mut text = own.text.clone();
    let times = [1, 1, 1, 2, 3, 5][dice.below(6)];
    for _ in 0..times {
        text = match dice.below(10) {
            0 => lines(dice, &text),
            1..=6 => words(dice, &text),
            7 => {
                let mut end = dice.below(text.len() + 1);
                while !text.is_char_boundary(end) {
                    end -= 1;
                }
                text[..end].to_string()
            }
            8 => {
                let other = dice.below(seeds.len());
                splice(dice, &text, &seeds[other].text)
            }
            _ => nest(dice, &text),
        };
    }
    text
}

fn lines(dice: &mut Dice, text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(3) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at]),
        _ => lines.swap(at, other),
    }
    lines.join("\n")
}

fn words(dice: &mut Dice, text: &str) -> String {
    let mut tokens = tokens(text);
    if tokens.is_empty() {
        return dice.one_of(&BRACKETS).to_string();
    }
    let (at, other) = (dice.below(tokens.len()), dice.below(tokens.len()));
    let numbers: Vec<usize> =
        (0..tokens.len()).filter(|&n| tokens[n].starts_with(|c: char| c.is_ascii_digit())).collect();
    match dice.below(9) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(other, tokens[at].clone()),
        2 => tokens.swap(at, other),
        3 => tokens.insert(at, dice.one_of(&BRACKETS).to_string()),
        4 => tokens[at] = tokens[other].clone(),
        _ if numbers.is_empty() => tokens.truncate(at),
        _ => {
            let number = &mut tokens[numbers[dice.below(numbers.len())]];
            // The unit stays, mostly.
            let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_');
            let unit = if dice.below(4) == 0 { "" } else { unit };
            *number = format!("{}{unit}", dice.one_of(&EXTREMES));
        }
    }
    tokens.concat()
}

fn splice(dice: &mut Dice, text: &str, other: &str) -> String {
    let (head, tail): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), other.split('\n').collect());
    let (end, begin) = (dice.below(head.len() + 1), dice.below(tail.len()));
    [&head[..end], &tail[begin..]].concat().join("\n")
}

/// One word many times over.
fn nest(dice: &mut Dice, text: &str) -> String {
    let mut tokens = tokens(text);
    let at = dice.below(tokens.len());
    let word = match tokens.get(at) {
        Some(token) if dice.below(2) == 0 => token.clone(),
        Some(_) | None => dice.one_of(&BRACKETS).to_string(),
    };
    let times = [3, 30, 300, 3000][dice.below(4)];
    tokens.insert(at, word.repeat(times));
    tokens.concat()
}

// ── what is held against them ─────────────────────────────────────────────

/// Reads, and runs what can be read. The messages are true of the mutant too: they can be shown.
fn try_out(name: &str, text: &str, seeds: &[Seed], runtimes: &[RuntimeSpec]) -> Result<bool, String> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let limits = ParseLimits::default();
    formatted(name, text)?;
    let loaded = if name.ends_with(".ron") {
        let folder = Path::new(name).parent().expect("a case lies in a folder");
        load(&mut sources, id, &limits, &mut |file| {
            let path = folder.join(file);
            let seed = seeds.iter().find(|seed| Path::new(&seed.name) == path);
            seed.map(|seed| seed.text.clone()).ok_or_else(|| "there is no such file".to_string())
        })
    } else {
        load_program(&mut sources, id, &limits)
    };
    match loaded {
        Err(problems) if problems.is_empty() => Err("refused without a word".to_string()),
        Err(problems) => shown(&problems, &sources).map(|()| false),
        Ok(Loaded { experiment, warnings }) => {
            shown(&warnings, &sources)?;
            let program = &experiment.runs.first().map_or(&experiment.defaults, |run| &run.program);
            runtimes.iter().for_each(|runtime| run(program, runtime));
            Ok(true)
        }
    }
}

/// What can be formatted says the same afterwards, and stays as it is from then on.
fn formatted(name: &str, text: &str) -> Result<(), String> {
    let format = |text: &str| match name.ends_with(".ron") {
        true => format_experiment(SourceId(0), text),
        false => format_program(SourceId(0), text, &ParseLimits::default()),
    };
    let Ok(once) = format(text) else { return Ok(()) };
    let bare = |text: &str| text.replace(|c: char| c.is_whitespace() || ",;\u{feff}".contains(c), "");
    match format(&once) {
        Err(problems) => Err(format!("cannot be read when it is formatted: {problems:?}\n{once}")),
        Ok(twice) if twice != once => Err(format!("is not the same twice:\n{once}\n────\n{twice}")),
        Ok(_) if bare(&once) != bare(text) => {
            Err(format!("says something else when it is formatted:\n{once}"))
        }
        Ok(_) => Ok(()),
    }
}

fn shown(problems: &[Diagnostic], sources: &Sources) -> Result<(), String> {
    for problem in problems {
        for label in &problem.labels {
            let text = &sources.get(label.span.source).text;
            let range = label.span.range();
            if range.start > range.end || text.get(range.clone()).is_none() {
                return Err(format!("`{}` points at {range:?} of {} bytes", problem.message, text.len()));
            }
        }
    }
    render(problems, sources, Style { color: false, unicode: true, width: 100 });
    Ok(())
}

/// As a comparison watches a run, without its memory of all events.
struct Watching(Meter, Fingerprint);

impl Sink for Watching {
    fn event(&mut self, event: &Event) {
        self.0.event(event);
        self.1.event(event);
    }
}

fn run(program: &Program, runtime: &RuntimeSpec) {
    let watching = Rc::new(RefCell::new(Watching(Meter::new(program), Fingerprint::default())));
    let finished = execute(program, runtime, 42, Policy::Seeded, LIMITS, Some(watching.clone()));
    let watching = Rc::into_inner(watching).expect("a run that is over has let go of its sink");
    watching.into_inner().0.finish(finished.time);
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().map_or(default, |text| text.parse().expect("the variable is a number"))
}

/// Where the last panic was.
static PANIC: Mutex<String> = Mutex::new(String::new());
/// The mutant that is being tried, and since when.
static CURRENT: Mutex<Option<(Instant, String)>> = Mutex::new(None);

/// Ends the process, with the mutant, when one does not come to an end at all.
fn watchdog() {
    loop {
        thread::sleep(PATIENCE);
        if let Some((begun, text)) = &*CURRENT.lock().expect("nobody panics with it")
            && begun.elapsed() > 12 * PATIENCE
        {
            eprintln!("this hangs:\n{text}");
            std::process::abort();
        }
    }
}

fn tried(
    what: &str,
    name: &str,
    text: &str,
    seeds: &[Seed],
    runtimes: &[RuntimeSpec],
) -> Result<bool, String> {
    let begun = Instant::now();
    *CURRENT.lock().expect("nobody panics with it") = Some((begun, format!("{what}\n{text}")));
    let outcome = catch_unwind(AssertUnwindSafe(|| try_out(name, text, seeds, runtimes)));
    *CURRENT.lock().expect("nobody panics with it") = None;
    match outcome {
        Err(_) => Err(format!("panicked: {}", PANIC.lock().expect("nobody panics with it"))),
        Ok(Ok(_)) if begun.elapsed() > PATIENCE => Err(format!("took {:?}", begun.elapsed())),
        Ok(outcome) => outcome,
    }
}

#[test]
fn mutants() {
    let seeds = seeds();
    let runtimes =
        RUNTIMES.map(|text| table::ron().from_str(text).unwrap_or_else(|error| panic!("{text}: {error}")));
    let mut dice = Dice(number("COSIM_FUZZ_SEED", 0x9e37_79b9));
    let count = number("COSIM_FUZZ", 2_000);
    let all: Vec<usize> = (0..seeds.len()).collect();
    let folders = ["scenarios/", "benches/", "tests/cases/laws/"];
    let sound = |&n: &usize| folders.iter().any(|folder| seeds[n].name.starts_with(folder));
    let sound: Vec<usize> = all.iter().copied().filter(sound).collect();
    let (mut ran, mut wrong) = (0, Vec::new());
    thread::spawn(watchdog);
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| *PANIC.lock().expect("nobody panics with it") = info.to_string()));
    for n in 0..count {
        // Mostly what is correct: it has to come through the parser to be run.
        let of = if dice.below(4) > 0 { &sound } else { &all };
        let own = &seeds[of[dice.below(of.len())]];
        let text = mutant(&mut dice, &seeds, own);
        let what = format!("mutant {n} of {}", own.name);
        match tried(&what, &own.name, &text, &seeds, &runtimes) {
            Ok(sound) => ran += u64::from(sound),
            Err(why) => wrong.push(format!("{what} {why}\n{text}\n")),
        }
        if wrong.len() > 5 {
            break;
        }
    }
    std::panic::set_hook(loud);
    println!("{count} mutants, {ran} of them ran");
    assert!(wrong.is_empty(), "{}", wrong.join("\n────────\n"));
}

/// Little text that once took long: draws that draw, objects that stay, brackets that were closed in a string.
#[test]
fn little_text_and_much_to_do() {
    let runtimes = RUNTIMES.map(|text| table::ron().from_str(text).expect("the runtime is written well"));
    for text in [
        "main { loop { let n = poisson(1000000.0) } }".to_string(),
        "main { loop { let f = future() } }".into(),
        "main { loop { let h = spawn t()\n await yield } }\ntask t() { }".into(),
        format!("main {{ let n = 1\n await io(1ms){} \"n is {{n}}\"\n}}", "[".repeat(30)),
    ] {
        let begun = Instant::now();
        try_out("little.cosim", &text, &[], &runtimes).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert!(begun.elapsed() < PATIENCE, "{text}: {:?}", begun.elapsed());
    }
}
