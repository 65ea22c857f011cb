//! Laws that hold exactly for every trace: each scenario, benchmark and nasty little program under each runtime.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cosim::compare::blame::account::Account;
use cosim::compare::comparison::{Activity, Run, TaskEnding};
use cosim::compare::timeline;
use cosim::exec::execute::{Finished, execute};
use cosim::lang::parse::ParseLimits;
use cosim::runtimes::table;
use cosim::scenario::experiment::Experiment;
use cosim::scenario::load::{load, load_program};
use cosim::scenario::run::{RunOptions, run};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Kind, Role, Sink, State};
use cosim::source::Sources;
use cosim::time::Time;

use crate::support::critical_path;
use crate::support::observer::{Observer, observe};

/// Every runtime under the settings in which it is to be held to the laws.
fn samples() -> Vec<String> {
    let samples = table::ALL.iter().flat_map(|about| about.samples);
    samples.map(|sample| sample.to_string()).collect()
}

/// The benchmarks, small.
const SMALL: [&str; 8] = ["n=20", "k=5", "p=5", "h=100", "m=2", "until=3ms", "r=10", "c=4"];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    assert!(!paths.is_empty(), "{}: no .{extension}", folder.display());
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a case can be read")
}

/// An experiment, or a bare program, with everything its file says.
fn experiment(path: &Path, sources: &mut Sources) -> Experiment {
    let id = sources.add(path.display().to_string(), read(path));
    let limits = ParseLimits::default();
    let loaded = if path.extension().is_some_and(|e| e == "ron") {
        let folder = path.parent().expect("a file has a folder");
        load(sources, id, &limits, &mut |file| Ok(read(&folder.join(file))))
    } else {
        load_program(sources, id, &limits)
    };
    loaded.unwrap_or_else(|problems| panic!("{}: {problems:?}", path.display())).experiment
}

/// The same under every runtime of the list.
fn everywhere(mut experiment: Experiment, sources: &mut Sources) -> Experiment {
    experiment.set_runtimes(sources, &samples()).expect("the runtimes are written well");
    experiment
}

/// Long runs are cut off: the laws hold for what there is of them.
fn options(policy: Policy) -> RunOptions {
    let limits = Limits { events: 20_000, steps: 2_000_000, ..Limits::default() };
    RunOptions { limits, policy, ..RunOptions::default() }
}

/// Runs everything once, again, and from its recorded choices, and holds every run to the laws.
fn obey(experiment: &Experiment, what: &str) {
    let broken = broken_by(experiment, what);
    assert!(broken.is_empty(), "{} laws are broken:\n{}", broken.len(), broken.join("\n"));
}

fn broken_by(experiment: &Experiment, what: &str) -> Vec<String> {
    let first = run(experiment, &options(Policy::Seeded), &mut ());
    let again = run(experiment, &options(Policy::Seeded), &mut ());
    let mut broken = Vec::new();
    for (n, run_of) in first.runs.iter().enumerate() {
        let mut found = broken_laws(run_of);
        if run_of.fingerprint != again.runs[n].fingerprint {
            found.push("a second run in one process is the same".to_string());
        }
        if run_of.fingerprint != replayed(experiment, n, run_of) {
            found.push("a run replayed from its choices is the same".to_string());
        }
        if told(run_of, true) != told(run_of, false) {
            found.push("a run comes to the same whether somebody watches or not".to_string());
        }
        found.extend(gap_adds_up(run_of, &first.runs[0]));
        broken.extend(found.into_iter().take(2).map(|law| format!("{what} under {}: {law}", run_of.runtime)));
    }
    broken
}

/// All that is known of a run without its trace.
fn told(run: &Run, watched: bool) -> String {
    let trace: Rc<RefCell<Vec<Event>>> = Rc::default();
    let sink: Option<Rc<RefCell<dyn Sink>>> = if watched { Some(trace) } else { None };
    let RunOptions { limits, policy, .. } = options(Policy::Seeded);
    let Finished { ending, main, time, events, peak_tasks, choices } =
        execute(&run.program, &run.runtime, run.seed, policy, limits, sink);
    format!("{ending:?} {main:?} {time:?} {events} {peak_tasks} {choices:?}")
}

fn replayed(experiment: &Experiment, n: usize, recorded: &Run) -> u64 {
    let answers = recorded.choices.iter().map(|choice| choice.chosen).collect();
    let one = Experiment {
        runs: vec![experiment.runs[n].clone()],
        expectations: Vec::new(),
        replications: 1,
        ..experiment.clone()
    };
    run(&one, &options(Policy::Replay(answers)), &mut ()).runs[0].fingerprint
}

fn broken_laws(run: &Run) -> Vec<String> {
    let end = Time(run.metrics.makespan.0);
    let seen = observe(&run.program, &run.runtime, &run.trace, end);
    if !seen.broken.is_empty() {
        return seen.broken;
    }
    let mut broken = Vec::new();
    broken.extend(tasks_add_up(run, &seen));
    broken.extend(workers_add_up(run, &seen, end));
    broken.extend(waits_add_up(run));
    broken.extend(critical_path::broken(run));
    broken.extend(run.trace.iter().filter_map(|event| match &event.kind {
        // What a program asserts of the runtime it runs under.
        Kind::Failed { text } if text.starts_with("law") => Some(format!("{text} at {}", event.time)),
        _other => None,
    }));
    broken
}

/// What is told of a task's waits is as long as what was measured of them.
fn waits_add_up(run: &Run) -> Option<String> {
    let account = Account::of(run)?;
    for task in &run.metrics.tasks {
        let told = |state: State| {
            let own = account.waits.iter().filter(|wait| wait.task == task.task && wait.state == state);
            own.map(|wait| wait.length().0).sum::<u64>()
        };
        let measured = [
            (State::Ready, task.ready),
            (State::Blocked, task.blocked),
            (State::Io, task.io),
            (State::Sleeping, task.sleeping),
            (State::Overhead, task.overhead),
        ];
        for (state, length) in measured {
            if told(state) != length.0 {
                return Some(format!("the {state:?} waits of {} are as long as its metrics say", task.name));
            }
        }
    }
    None
}

/// The parts of the gap between two runs add up to the difference of their makespans.
fn gap_adds_up(run: &Run, base: &Run) -> Option<String> {
    let (parts, base_parts) = (Account::of(run)?.parts, Account::of(base)?.parts);
    let sum: i128 = parts.gap(&base_parts).into_iter().map(|(_, part)| part).sum();
    let difference = i128::from(run.metrics.makespan.0) - i128::from(base.metrics.makespan.0);
    (sum != difference)
        .then(|| format!("the parts of the gap to {} add up: {sum} is not {difference}", base.runtime))
}

/// Turnaround is the sum of all states; Σ sojourn times is ∫ N(t) dt (Little).
fn tasks_add_up(run: &Run, seen: &Observer) -> Vec<String> {
    let mut broken = Vec::new();
    let end = Time(run.metrics.makespan.0);
    for task in &run.metrics.tasks {
        let own = &seen.tasks[task.task as usize];
        let sums = [
            (State::Running, task.running),
            (State::Ready, task.ready),
            (State::Blocked, task.blocked),
            (State::Io, task.io),
            (State::Sleeping, task.sleeping),
            (State::Overhead, task.overhead),
        ];
        let total: u64 = sums.iter().map(|(_, sum)| sum.0).sum();
        let sojourn = task.completion.unwrap_or(end).since(task.arrival).0;
        let agrees = sums.iter().all(|&(state, sum)| own.in_state(state) == sum.0);
        if total != sojourn || !agrees || task.completion != own.ended || task.arrival != own.born {
            broken.push(format!("a task's states add up to its turnaround: {task:?}, {own:?}"));
        }
        if (task.ending == TaskEnding::Unfinished) != own.ended.is_none() {
            broken.push(format!("a task has ended or not: {task:?}"));
        }
    }
    let sojourns: u128 =
        seen.tasks.iter().map(|task| u128::from(task.ended.unwrap_or(end).since(task.born).0)).sum();
    if sojourns != seen.presence {
        broken.push(format!("Little: {sojourns} is not {}", seen.presence));
    }
    broken
}

/// All lanes together are busy for Σ work, and change tasks for Σ switch costs.
fn workers_add_up(run: &Run, seen: &Observer, end: Time) -> Vec<String> {
    let lanes = timeline::workers(&run.trace, end).lanes;
    let sum = |of: Activity, all: bool| -> u64 {
        let lanes = lanes.iter().filter(|lane| all || lane.role == Some(Role::Worker));
        let segments = lanes.flat_map(|lane| &lane.segments).filter(|segment| segment.what == of);
        segments.map(|segment| segment.to.since(segment.from).0).sum()
    };
    let (running, overhead) = (Activity::Task(State::Running), Activity::Task(State::Overhead));
    let tasks = |state| seen.tasks.iter().map(|task| task.in_state(state)).sum::<u64>();
    let metrics = &run.metrics;
    let occupied = metrics.busy + metrics.held + metrics.overhead;
    let equal: BTreeMap<&str, (u64, u64)> = BTreeMap::from([
        ("workers are busy as long as tasks run", (sum(running, true), tasks(State::Running))),
        ("tasks run as long as they work", (tasks(State::Running), seen.worked)),
        ("workers pay for every switch", (sum(overhead, true), seen.switching)),
        ("tasks are charged for every switch", (tasks(State::Overhead), seen.switching)),
        ("busy is the sum over workers", (metrics.busy.0, sum(running, false))),
        ("overhead is the sum over workers", (metrics.overhead.0, sum(overhead, false))),
        ("held is the sum over workers", (metrics.held.0, sum(Activity::Held, false))),
        ("what is paid is used or idle", (metrics.paid().0, (occupied + metrics.idle).0)),
    ]);
    let unequal = equal.into_iter().filter(|(_, (left, right))| left != right);
    unequal.map(|(law, (left, right))| format!("{law}: {left} is not {right}")).collect()
}

/// Two parents and their children draw, with a `select` in between; `@a` and `@main` are places for more.
const DRAWS: &str = r#"
channel quiet(1)
task draws(name) {
    for _ in 1..=3 {
        log "{name} {random()} {exponential(1ms)} {poisson(3.0)}"
        await sleep(uniform(0ms, 2ms))
    }
}
task parent(name) {
    log "{name} {random()}"
    let first = spawn draws("{name}.first")
    select { quiet.recv() => { } after 1ms => { } }
    let second = spawn draws("{name}.second")
    await gather(draws("{name}.gathered"), first, second)
    if name == "a" { @a }
    log "{name} {random()}"
}
main {
    let all = [spawn parent("a"), spawn parent("b")]
    await settle(all)
    @main
}
"#;

/// What everybody draws, in the order of names.
fn draws(in_a: &str, in_main: &str, runtime: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let id = sources.add("draws", DRAWS.replace("@a", in_a).replace("@main", in_main));
    let loaded = load_program(&mut sources, id, &ParseLimits::default()).expect("the program is right");
    let mut experiment = loaded.experiment;
    experiment.set_runtimes(&mut sources, &[runtime.to_string()]).expect("the runtime is written well");
    let comparison = run(&experiment, &options(Policy::Seeded), &mut ());
    let logged = comparison.runs[0].trace.iter().filter_map(|event| match &event.kind {
        Kind::Log { text } if !text.starts_with("new") => Some(text.to_string()),
        _other => None,
    });
    // Each task logs in the order in which it draws; only the tasks are put in order.
    let mut lines: Vec<String> = logged.collect();
    lines.sort_by(|x, y| x.split(' ').next().cmp(&y.split(' ').next()));
    lines
}

/// A draw depends on the seed, on the task's place in the tree of spawns, and on how many it made before.
#[test]
fn nobody_shifts_the_draws_of_others() {
    let expected = draws("", "", "Threads()");
    assert_eq!(expected.len(), 2 * (2 + 3 * 3), "{expected:#?}");
    // On a few threads parents that wait for their children are stuck.
    for runtime in samples().iter().filter(|runtime| !runtime.starts_with("Threads(workers")) {
        assert_eq!(draws("", "", runtime), expected, "other draws under {runtime}");
        let more = draws("spawn draws(\"new\")", "spawn draws(\"new\"); spawn parent(\"new\")", runtime);
        assert_eq!(more, expected, "two more tasks change the draws of others under {runtime}");
    }
}

#[test]
fn scenarios_as_they_are() {
    for path in files("scenarios", "ron") {
        let experiment = experiment(&path, &mut Sources::default());
        obey(&experiment, &path.display().to_string());
    }
}

#[test]
fn scenarios_everywhere() {
    for path in files("scenarios", "ron") {
        let mut sources = Sources::default();
        let experiment = experiment(&path, &mut sources);
        obey(&everywhere(experiment, &mut sources), &path.display().to_string());
    }
}

#[test]
fn benchmarks_everywhere() {
    for path in files("benches", "cosim") {
        let mut sources = Sources::default();
        let mut experiment = experiment(&path, &mut sources);
        for assignment in SMALL {
            // Each workload has its own parameters among these.
            let _ = experiment.set(&mut sources, assignment);
        }
        obey(&everywhere(experiment, &mut sources), &path.display().to_string());
    }
}

#[test]
fn nasty_programs_everywhere() {
    let mut broken = Vec::new();
    for path in files("tests/cases/laws", "cosim") {
        for seed in [1, 2, 3] {
            let mut sources = Sources::default();
            let experiment = everywhere(experiment(&path, &mut sources), &mut sources);
            let what = format!("{} with seed {seed}", path.display());
            broken.extend(broken_by(&Experiment { seed, ..experiment }, &what));
        }
    }
    assert!(broken.is_empty(), "{} laws are broken:\n{}", broken.len(), broken.join("\n"));
}
