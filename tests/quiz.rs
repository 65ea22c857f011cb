//! Quizzes are right: every answer is found again in the trace, by other means than it was made, and no wrong one is.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cosim::compare::blame::account::Account;
use cosim::compare::comparison::{Comparison, Run, RunEnding};
use cosim::compare::replay::moment::Stance;
use cosim::compare::replay::tape::Replay;
use cosim::compare::replay::view::View;
use cosim::lang::parse::ParseLimits;
use cosim::quiz::json::json;
use cosim::quiz::lab;
use cosim::quiz::make::{Request, paper};
use cosim::quiz::markdown::markdown;
use cosim::quiz::paper::{Paper, Question, Subject, Total};
use cosim::quiz::text::text;
use cosim::report::style::Style;
use cosim::report::text::{Lanes, Options, text as report};
use cosim::scenario::load::{load, load_program};
use cosim::scenario::run::run;
use cosim::scenario::{Experiment, Loaded};
use cosim::sim::trace::{CauseKind, Event, Kind, State};
use cosim::source::Sources;
use cosim::time::Time;

mod command;

#[test]
fn every_answer_is_right_and_no_other_is() {
    let mut kinds: Vec<&str> = Vec::new();
    let mut asked = 0;
    for (path, seed) in scenarios().into_iter().zip(1..) {
        let (experiment, sources) = experiment(&path);
        let comparison = comparison(&experiment);
        let paper = made(&experiment, &sources, seed, 12);
        for question in &paper.questions {
            let place = format!("{} seed {seed}: {} {:?}", path.display(), question.text, question.options);
            fair(question, &place);
            holds(question, &comparison, &sources, &place);
            kinds.push(question.subject.word());
            asked += 1;
        }
        let mut texts: Vec<String> =
            paper.questions.iter().map(|one| format!("{}{:?}", one.text, one.picture)).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), paper.questions.len(), "{}: a question is asked twice", path.display());
    }
    kinds.sort_unstable();
    kinds.dedup();
    let all = "doing ending fastest finish first held idle last makespan next order timeline wait";
    assert_eq!(kinds.join(" "), all);
    assert!(asked > 400, "{asked}");
}

/// Nothing is said twice, and every wrong answer says when it would be right.
fn fair(question: &Question, place: &str) {
    let mut texts: Vec<&str> = question.options.iter().map(|choice| choice.text.as_str()).collect();
    assert!((2..=4).contains(&texts.len()) && question.right < texts.len(), "{place}");
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), question.options.len(), "{place}");
    for (at, choice) in question.options.iter().enumerate() {
        assert_eq!(choice.note.is_empty(), at == question.right, "{place}");
    }
    assert!(!question.because.is_empty(), "{place}");
}

/// The answer, found again; every option is held against what it says, so that exactly one is right.
fn holds(question: &Question, comparison: &Comparison, sources: &Sources, place: &str) {
    let texts: Vec<&str> = question.options.iter().map(|choice| choice.text.as_str()).collect();
    let truth: Vec<bool> = match question.subject {
        Subject::Next { run, event } => {
            let run = &comparison.runs[run];
            let taken = run.trace[event].task.map(|task| name(run, task));
            texts.iter().for_each(|text| assert!(is_ready(run, event, text), "{place}"));
            texts.iter().map(|text| taken.as_deref() == Some(*text)).collect()
        }
        Subject::Finish { run, task } => {
            let end = end(&comparison.runs[run], task).expect("it ends").to_string();
            texts.iter().map(|text| *text == end).collect()
        }
        Subject::Total { run, what } => {
            let number = total(&comparison.runs[run], what).to_string();
            texts.iter().map(|text| *text == number).collect()
        }
        Subject::Doing { run, worker, at } => {
            let does = doing(&comparison.runs[run], worker, at);
            texts.iter().map(|text| *text == does).collect()
        }
        Subject::Wait { run, task, from } => {
            let (length, what) = wait(&comparison.runs[run], task, from);
            let length = format!("{length}, ");
            texts.iter().map(|text| text.starts_with(&length) && text.ends_with(&what)).collect()
        }
        Subject::Order { run } => texts
            .iter()
            .map(|text| text.split(" · ").eq(first_logged(&comparison.runs[run]).iter()))
            .collect(),
        Subject::Ends { run, last } => {
            let ends: Vec<Time> = texts.iter().map(|text| end_of(&comparison.runs[run], text)).collect();
            let best = if last { ends.iter().max() } else { ends.iter().min() };
            ends.iter().map(|end| Some(end) == best).collect()
        }
        Subject::Ending { run } => {
            let word = match &comparison.runs[run].ending {
                RunEnding::Completed => "every task comes to its end",
                RunEnding::Deadlock(deadlock) if deadlock.cycle.is_empty() => "stuck",
                RunEnding::Deadlock(_) => "in a deadlock",
                RunEnding::Failed { .. } => "`main` fails",
                RunEnding::Limit(_) => panic!("{place}"),
            };
            texts.iter().map(|text| text.starts_with(word)).collect()
        }
        Subject::Picture { run } => {
            let shown = drawn(&comparison.runs[run], sources);
            texts.iter().map(|text| drawn(titled(comparison, text), sources) == shown).collect()
        }
        Subject::Fastest => {
            let ends: Vec<_> = texts.iter().map(|text| titled(comparison, text).metrics.makespan).collect();
            ends.iter().map(|end| Some(end) == ends.iter().min()).collect()
        }
    };
    let right: Vec<usize> = (0..truth.len()).filter(|&at| truth[at]).collect();
    assert_eq!(right, [question.right], "{place}");
}

fn name(run: &Run, task: u32) -> String {
    let spawned =
        run.trace.iter().find(|event| event.task == Some(task) && matches!(event.kind, Kind::Spawn { .. }));
    match spawned.map(|event| &event.kind) {
        Some(Kind::Spawn { name, .. }) => name.to_string(),
        _none => panic!("task {task} was never born"),
    }
}

fn number(run: &Run, text: &str) -> u32 {
    let mut named = run.trace.iter().filter_map(|event| match &event.kind {
        Kind::Spawn { name, .. } if **name == *text => event.task,
        _others => None,
    });
    let found = named.next().unwrap_or_else(|| panic!("nobody is called {text}"));
    assert_eq!(named.next(), None, "{text} is not the only one");
    found
}

fn is_ready(run: &Run, event: usize, text: &str) -> bool {
    let task = number(run, text);
    let mut before = run.trace[..event].iter().rev().filter(|event| event.task == Some(task));
    let last = before.find(|event| {
        !matches!(event.kind, Kind::Queue { .. } | Kind::Decision { .. } | Kind::Acquire { .. })
    });
    matches!(
        last.map(|event| &event.kind),
        Some(
            Kind::Spawn { .. }
                | Kind::Wake { .. }
                | Kind::Yield
                | Kind::Preempt
                | Kind::Receive { .. }
                | Kind::Send { .. }
        )
    )
}

fn ends(event: &Event) -> bool {
    matches!(event.kind, Kind::Done | Kind::Failed { .. } | Kind::Cancelled)
}

fn end(run: &Run, task: u32) -> Option<Time> {
    run.trace.iter().find(|event| event.task == Some(task) && ends(event)).map(|event| event.time)
}

fn end_of(run: &Run, text: &str) -> Time {
    end(run, number(run, text)).expect("it ends")
}

/// What happened between the first arrival and the last end, by the states of the tasks rather than of the workers.
fn total(run: &Run, what: Total) -> Time {
    match what {
        Total::Makespan => {
            let first = run.trace.iter().find(|event| matches!(event.kind, Kind::Spawn { .. }));
            let last = run.trace.iter().rfind(|event| ends(event));
            let (first, last) = (first.expect("main arrives"), last.expect("main ends"));
            Time(last.time.since(first.time).0)
        }
        Total::Idle => {
            let all = run.metrics.makespan.0 * u64::from(run.metrics.workers);
            Time(all - run.metrics.busy.0 - run.metrics.held.0 - run.metrics.overhead.0)
        }
        Total::Held => Time(run.metrics.held.0),
    }
}

/// The right answer, by the replay.
fn doing(run: &Run, worker: u32, at: Time) -> String {
    let account = Account::of(run).expect("the trace was kept");
    let replay = Replay::of(run, &account);
    let mut view = View::new(&account, &replay);
    view.go(replay.at(at));
    let Some(task) = view.on(worker) else { return "nothing: it is free".to_string() };
    let seen = &view.tasks()[task as usize];
    let (who, label) =
        (name(run, task), seen.label.as_ref().map(|label| format!(" ({label})")).unwrap_or_default());
    match seen.stance {
        _ if seen.held => format!("it is held by {who}, which only waits{label}"),
        Stance::In(State::Overhead) => format!("it changes to {who}"),
        _running => format!("it works for {who}{label}"),
    }
}

/// How long a task does not go on, and why.
fn wait(run: &Run, task: u32, from: Time) -> (cosim::time::Duration, String) {
    let moves = |event: &&Event| {
        matches!(
            event.kind,
            Kind::Spawn { .. }
                | Kind::Wake { .. }
                | Kind::Yield
                | Kind::Preempt
                | Kind::Wait { .. }
                | Kind::Hold { .. }
                | Kind::Run
                | Kind::Switch { .. }
                | Kind::Resume
                | Kind::Work { .. }
        ) || ends(event)
    };
    let own: Vec<&Event> = run.trace.iter().filter(|event| event.task == Some(task)).filter(moves).collect();
    let begins = own.iter().rposition(|event| event.time == from).expect("it begins");
    let kept = |held: bool| if held { ", and keeps its worker" } else { "" };
    let label =
        |label: &Option<Rc<str>>| label.as_ref().map(|label| format!(" ({label})")).unwrap_or_default();
    let what = match &own[begins].kind {
        Kind::Wait { cause, held } => match cause.kind.state() {
            State::Sleeping => format!("for the clock: it sleeps{}", kept(*held)),
            State::Io => format!("for a device{}{}", label(&cause.label), kept(*held)),
            _blocked => {
                let object = cause.object.and_then(|object| run.program.objects.get(object.0 as usize));
                let named = || object.map_or("a future", |object| object.name.as_str());
                let what = match cause.kind {
                    CauseKind::Join => "a task to end".to_string(),
                    CauseKind::Children => "its tasks to end".to_string(),
                    CauseKind::Select => "one of several things".to_string(),
                    CauseKind::Send => format!("room in {}", named()),
                    CauseKind::Receive => format!("something in {}", named()),
                    CauseKind::Read => format!("reading {}", named()),
                    CauseKind::Write => format!("writing {}", named()),
                    CauseKind::Condition => format!("a notice of {}", named()),
                    CauseKind::Barrier => format!("the others at {}", named()),
                    CauseKind::Offload => format!("a job on {}", named()),
                    _held => named().to_string(),
                };
                format!("for {what}{}", kept(*held))
            }
        },
        Kind::Hold { label: of, .. } => format!("for a device{}, and keeps its worker", label(of)),
        _ready => "for a worker: it is ready".to_string(),
    };
    (own[begins + 1].time.since(from), what)
}

fn first_logged(run: &Run) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for event in &run.trace {
        if let Kind::Log { text } = &event.kind
            && !texts.iter().any(|known| **known == **text)
        {
            texts.push(text.to_string());
        }
    }
    texts.truncate(5);
    texts
}

/// The timelines as the report has them, below the title.
fn drawn(run: &Run, sources: &Sources) -> String {
    let mut run = run.clone();
    run.name = "x".to_string();
    let runtime = run.runtime.to_string();
    let comparison = Comparison {
        title: String::new(),
        story: String::new(),
        seed: 1,
        runs: vec![run],
        expectations: Vec::new(),
        partial: None,
    };
    let options = Options { style: Style::plain(78), lanes: Lanes::Tasks, most: 12, log: false };
    let all = report(&comparison, sources, options).replace(&runtime, "");
    all.split("one character").next().unwrap_or_default().to_string()
}

fn titled<'a>(comparison: &'a Comparison, title: &str) -> &'a Run {
    let mut found = comparison.runs.iter().filter(|run| lab::title(run) == title);
    let run = found.next().unwrap_or_else(|| panic!("no run is called {title}"));
    assert!(found.next().is_none(), "{title} is not the only one");
    run
}

#[test]
fn the_same_seed_is_the_same_paper_and_another_is_another() {
    let (experiment, sources) = experiment(&root().join("scenarios/laundry.ron"));
    let one = json(&made(&experiment, &sources, 7, 10), true);
    assert_eq!(one, json(&made(&experiment, &sources, 7, 10), true));
    assert_ne!(one, json(&made(&experiment, &sources, 8, 10), true));
    insta::assert_snapshot!("laundry_json", json(&made(&experiment, &sources, 7, 4), true));
}

#[test]
fn a_paper_with_its_answers() {
    let (experiment, sources) = experiment(&root().join("scenarios/blocking-call.ron"));
    let paper = made(&experiment, &sources, 3, 12);
    let style = Style { unicode: true, ..Style::plain(90) };
    insta::assert_snapshot!("blocking_call_text", text(&paper, true, style));
    insta::assert_snapshot!("blocking_call_markdown", markdown(&paper, true));
    assert!(!text(&paper, false, style).contains("Answers"));
    assert!(!markdown(&paper, false).contains("details"));
}

/// What is believed is what is computed: `time.sleep` that frees the loop, `gather` one after the other, …
#[test]
fn beliefs_are_run() {
    let program = "
        task call(n) { await work_for(n); block 10ms; log \"{n}\" }
        task work_for(n) { work 1ms }
        main { await gather(call(1), call(2), call(3)) }
    ";
    let notes = believed(program, "Asyncio()");
    assert!(notes.contains("33ms") && notes.contains("13ms"), "{notes}");
    assert!(notes.contains("if `block` let go of its worker"), "{notes}");
    let program = "
        task call(n) { await io(10s); log \"{n}\" }
        task page() { await call(1); await call(2); await call(3) }
        main { spawn page() }
    ";
    let notes = believed(program, "Asyncio()");
    assert!(
        notes.contains("10s: so it would be if calls awaited one after the other ran together"),
        "{notes}"
    );
    let program = "
        task call(n) { await io(10s); work 1s }
        main { await gather(call(1), call(2), call(3)); log \"done\" }
    ";
    let notes = believed(program, "Asyncio()");
    assert!(notes.contains("33s: so it would be if"), "{notes}");
}

/// All that is said about how long a program takes, whatever the seed.
fn believed(program: &str, runtime: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("test", program);
    let Loaded { mut experiment, .. } =
        load_program(&mut sources, id, &ParseLimits::default()).expect("it is right");
    experiment.set_runtimes(&mut sources, &[runtime.to_string()]).expect("it is right");
    let papers = (1..=9).map(|seed| text(&made(&experiment, &sources, seed, 30), true, Style::plain(200)));
    papers.collect()
}

#[test]
fn a_program_in_which_nothing_can_differ_has_no_questions() {
    let mut sources = Sources::default();
    let id = sources.add("test", "main { }");
    let Loaded { experiment, .. } =
        load_program(&mut sources, id, &ParseLimits::default()).expect("it is right");
    let paper = made(&experiment, &sources, 1, 10);
    assert_eq!((paper.questions.len(), paper.wanted), (0, 10));
}

fn made(experiment: &Experiment, sources: &Sources, seed: u64, count: usize) -> Paper {
    paper(experiment, sources, Request { seed, count, unicode: true })
}

fn comparison(experiment: &Experiment) -> Comparison {
    let mut alone = experiment.clone();
    alone.replications = 1;
    alone.expectations.clear();
    run(&alone, &lab::options(), &mut ())
}

fn experiment(path: &Path) -> (Experiment, Sources) {
    let folder = path.parent().expect("a file has a folder");
    let mut sources = Sources::default();
    let id =
        sources.add(path.display().to_string(), fs::read_to_string(path).expect("a scenario can be read"));
    let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
    let Loaded { experiment, .. } =
        load(&mut sources, id, &ParseLimits::default(), &mut read).expect("it is right");
    (experiment, sources)
}

fn scenarios() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("scenarios")).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "ron"));
    paths.sort();
    paths
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
