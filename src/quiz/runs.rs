//! Questions about whole runs: how one ends, which one a timeline is of, which is over first.

use crate::compare::comparison::{Run, RunEnding, TaskEnding};
use crate::compare::timeline::tasks;
use crate::quiz::draws::Draws;
use crate::quiz::lab::{Lab, Seat};
use crate::quiz::options::Options;
use crate::quiz::paper::{Question, Subject};
use crate::report::style::Style;
use crate::report::timeline::{Axis, Tasks, Used};
use crate::report::why::telling::telling;
use crate::time::{Duration, Time};

/// Columns of a timeline in a question.
const WIDTH: usize = 78;
/// Its lanes.
const LANES: usize = 12;

pub fn subjects(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all: Vec<Subject> = lab.each().map(|(run, _)| Subject::Picture { run }).collect();
    // Where all goes well there is nothing to ask.
    if lab.each().any(|(_, seat)| seat.run.ending != RunEnding::Completed) {
        all.extend(lab.each().map(|(run, _)| Subject::Ending { run }));
    }
    all.push(Subject::Fastest);
    all
}

const ENDINGS: [(&str, &str); 4] = [
    ("every task comes to its end", "somebody does not"),
    (
        "in a deadlock: some wait for each other in a circle, for ever",
        "nobody waits for somebody who waits for it",
    ),
    (
        "stuck: somebody waits for ever for what nobody will do",
        "whoever waits is waited for itself, or gets what it waits for",
    ),
    ("`main` fails", "nothing that `main` does fails, or it catches it"),
];

/// Which of the four an ending is.
fn which(ending: &RunEnding) -> Option<usize> {
    match ending {
        RunEnding::Completed => Some(0),
        RunEnding::Deadlock(deadlock) if !deadlock.cycle.is_empty() => Some(1),
        RunEnding::Deadlock(_) => Some(2),
        RunEnding::Failed { .. } => Some(3),
        RunEnding::Limit(_) => None,
    }
}

pub fn ending(lab: &Lab<'_>, run: usize, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let right = which(&seat.run.ending)?;
    let mut options = Options::new(ENDINGS[right].0);
    for (_, (text, note)) in ENDINGS.iter().enumerate().filter(|(at, _)| *at != right) {
        options.wrong(*text, *note, None);
    }
    let (options, right) = options.done(3, draws)?;
    Some(Question {
        subject: Subject::Ending { run },
        text: format!("Under {}: how does the run end?", seat.title()),
        picture: None,
        options,
        right,
        because: how(&seat.run),
        rule: None,
    })
}

fn how(run: &Run) -> Vec<String> {
    match &run.ending {
        RunEnding::Completed => vec![format!("All of it is done at {}.", run.metrics.makespan)],
        RunEnding::Failed { text, .. } => vec![format!("It says: {}.", crate::report::lines::clean(text))],
        RunEnding::Limit(_) => Vec::new(),
        RunEnding::Deadlock(deadlock) => {
            let told = if deadlock.cycle.is_empty() { &deadlock.stuck } else { &deadlock.cycle };
            let one = |task: &crate::compare::comparison::StuckTask| {
                let what = task.object.as_deref().unwrap_or("another task");
                format!("{} waits for {what}.", crate::report::lines::clean(&task.name))
            };
            told.iter().take(4).map(one).collect()
        }
    }
}

/// The lanes of all tasks, without a word about the runtime. Not in Unicode: two pictures are to differ in either.
fn drawn(run: &Run, unicode: bool) -> String {
    let end = run.trace.last().map_or(Time::ZERO, |event| event.time);
    let timeline = tasks(&run.trace, end);
    let names = timeline.lanes.iter().map(|lane| crate::report::lines::clean(&lane.name)).collect();
    let ended = |ending| matches!(ending, TaskEnding::Failed | TaskEnding::Cancelled);
    let broken = run.metrics.tasks.iter().filter(|task| ended(task.ending)).map(|task| task.task).collect();
    let style = Style { unicode, ..Style::plain(WIDTH) };
    let axis = Axis::new(std::slice::from_ref(&timeline), style);
    let mut used = Used::default();
    let lanes = axis.run(&timeline, &Tasks { names, broken }, LANES, &mut used);
    let legend = used.legend(style).join("   ");
    format!("{}{lanes}\n{legend}   one character = {}\n", axis.ruler(), axis.scale())
}

pub fn picture(lab: &Lab<'_>, run: usize, unicode: bool, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let mine = drawn(&seat.run, false);
    let mut options = Options::new(seat.title());
    let mut others: Vec<&Seat> =
        lab.each().filter(|(other, _)| *other != run).map(|(_, seat)| seat).collect();
    draws.shuffle(&mut others);
    for other in others {
        if drawn(&other.run, false) != mine {
            let note = format!("there it ends at {}, and looks different", other.run.metrics.makespan);
            options.wrong(other.title(), note, None);
        }
    }
    let (options, right) = options.done(1, draws)?;
    let mut because = vec![format!("It takes {}.", seat.run.metrics.makespan)];
    because.extend(telling(&seat.account, &seat.run, None));
    Some(Question {
        subject: Subject::Picture { run },
        text: "Which run is this the timeline of?".to_string(),
        picture: Some(drawn(&seat.run, unicode)),
        options,
        right,
        because,
        rule: seat.rule(),
    })
}

pub fn fastest(lab: &Lab<'_>, draws: &mut Draws) -> Option<Question> {
    let done = |(_, seat): &(usize, &Seat)| seat.run.ending == RunEnding::Completed;
    let mut seats: Vec<&Seat> = lab.each().filter(done).map(|(_, seat)| seat).collect();
    let makespan = |seat: &&Seat| seat.run.metrics.makespan;
    let best: Duration = seats.iter().map(makespan).min()?;
    let first: &Seat = seats.iter().copied().find(|seat| seat.run.metrics.makespan == best)?;
    draws.shuffle(&mut seats);
    let mut options = Options::new(first.title());
    for seat in seats.iter().filter(|seat| seat.run.metrics.makespan != best) {
        options.wrong(seat.title(), format!("it takes {}", seat.run.metrics.makespan), None);
    }
    let alone = seats.iter().filter(|seat| seat.run.metrics.makespan == best).count() == 1;
    let (options, right) = options.done(1, draws).filter(|_| alone)?;
    let mut because = vec![format!("It takes {best}.")];
    because.extend(telling(&first.account, &first.run, None).into_iter().take(1));
    Some(Question {
        subject: Subject::Fastest,
        text: "Which of these runs is over first?".to_string(),
        picture: None,
        options,
        right,
        because,
        rule: None,
    })
}
