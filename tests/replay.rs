//! Stepping through a run shows what its timelines show, in both directions.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::fs;
use std::path::Path;

use cosim::compare::blame::account::Account;
use cosim::compare::comparison::{Activity, Run};
use cosim::compare::replay::moment::Stance;
use cosim::compare::replay::moves::{Along, Way};
use cosim::compare::replay::tape::Replay;
use cosim::compare::replay::view::View;
use cosim::compare::timeline;
use cosim::lang::parse::ParseLimits;
use cosim::scenario;
use cosim::scenario::load::load;
use cosim::scenario::run::RunOptions;
use cosim::sim::trace::State;
use cosim::source::Sources;
use cosim::time::Time;
use cosim::value::ObjectId;

/// Every run of every scenario.
fn runs() -> Vec<(String, Run)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files =
        fs::read_dir(&folder).expect("the scenarios can be read").map(|file| file.expect("a file").path());
    let mut files: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|ending| ending == "ron")).collect();
    files.sort();
    let mut runs = Vec::new();
    for file in files {
        let name = file.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let mut sources = Sources::default();
        let id = sources.add(name.as_str(), fs::read_to_string(&file).expect("a scenario can be read"));
        let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
        let loaded =
            load(&mut sources, id, &ParseLimits::default(), &mut read).expect("the scenario is sound");
        let comparison = scenario::run(&loaded.experiment, &RunOptions::default(), &mut ());
        runs.extend(comparison.runs.into_iter().map(|run| (format!("{name}, {}", run.name), run)));
    }
    assert!(runs.len() > 50, "{} runs", runs.len());
    runs
}

fn stance(activity: Activity) -> Stance {
    match activity {
        Activity::Task(state) => Stance::In(state),
        Activity::Held => Stance::In(State::Io),
    }
}

#[test]
fn every_moment_shows_what_the_timeline_shows() {
    let mut seen = 0;
    for (name, run) in runs() {
        let account = Account::of(&run).expect("the trace was kept");
        let replay = Replay::of(&run, &account);
        let mut view = View::new(&account, &replay);
        let end = run.trace.last().map_or(Time::ZERO, |event| event.time);
        for lane in timeline::tasks(&run.trace, end).lanes {
            for segment in lane.segments.iter().step_by(1 + run.trace.len() / 500) {
                view.go(replay.at(segment.from));
                let now = &view.tasks()[lane.number as usize];
                assert_eq!(now.stance, stance(segment.what), "{name}: {} at {}", lane.name, segment.from);
                seen += 1;
            }
        }
    }
    assert!(seen > 2_000, "{seen} moments");
}

#[test]
fn going_back_is_going_forward_undone() {
    for (name, run) in runs() {
        let account = Account::of(&run).expect("the trace was kept");
        let replay = Replay::of(&run, &account);
        let mut view = View::new(&account, &replay);
        let steps = replay.end().min(2_000);
        let objects = 0..run.program.objects.len() as u32;
        let show = |view: &View<'_>| {
            let objects = objects.clone().map(|n| view.object(ObjectId(n)));
            format!("{:?} {:?} {:?}", view.tasks(), view.lines(), objects.collect::<Vec<_>>())
        };
        let mut before = Vec::new();
        for at in 0..steps {
            if at % 7 == 0 {
                before.push(show(&view));
            }
            view.go(at + 1);
        }
        for at in (0..steps).rev() {
            view.go(at);
            if at % 7 == 0 {
                assert_eq!(Some(show(&view)), before.pop(), "{name} at {at}");
            }
        }
    }
}

#[test]
fn a_move_there_and_the_same_move_back_are_neighbours() {
    for (name, run) in runs() {
        let account = Account::of(&run).expect("the trace was kept");
        let replay = Replay::of(&run, &account);
        for along in [Along::Events, Along::Task(1), Along::Worker(0), Along::Decisions] {
            let mut stops = vec![];
            let mut at = 0;
            while let Some(next) = replay.go(at, along, Way::Forward).filter(|_| stops.len() < 300) {
                stops.push(next);
                at = next;
            }
            for pair in stops.windows(2).rev() {
                assert_eq!(replay.go(pair[1], along, Way::Back), Some(pair[0]), "{name} {along:?}");
            }
        }
    }
}

/// Whoever is taken is one of those that were ready.
#[test]
fn decisions_are_among_those_who_are_ready() {
    let mut decisions = 0;
    for (name, run) in runs() {
        let account = Account::of(&run).expect("the trace was kept");
        let replay = Replay::of(&run, &account);
        let mut view = View::new(&account, &replay);
        let mut at = 0;
        while let Some(next) = replay.go(at, Along::Decisions, Way::Forward).filter(|_| decisions < 20_000) {
            view.go(next);
            let task = run.trace[next].task.expect("it is a task that is taken");
            assert_eq!(view.tasks()[task as usize].stance, Stance::In(State::Ready), "{name} at {next}");
            at = next;
            decisions += 1;
        }
    }
    assert!(decisions > 1_000, "{decisions}");
}
