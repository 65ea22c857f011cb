//! "In which order?": what is logged, and who ends first and last.

use crate::compare::comparison::Run;
use crate::quiz::draws::Draws;
use crate::quiz::lab::{Lab, Seat};
use crate::quiz::options::Options;
use crate::quiz::paper::{Question, Subject};
use crate::report::lines::clean;
use crate::sim::trace::Kind;
use crate::time::Time;

/// So many texts of a log are put in order.
const TEXTS: usize = 5;

pub fn subjects(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all = Vec::new();
    for (run, seat) in lab.each().filter(|(_, seat)| seat.derivable) {
        if logged(&seat.run).len() > 1 {
            all.push(Subject::Order { run });
        }
        if ends(seat).len() > 2 {
            all.extend([false, true].map(|last| Subject::Ends { run, last }));
        }
    }
    all
}

/// The first texts that are logged, each once.
pub fn logged(run: &Run) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for event in &run.trace {
        let Kind::Log { text } = &event.kind else { continue };
        let text = clean(text);
        if texts.len() < TEXTS && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The order in which another run logs the same texts for the first time; `None` if it does not log them all.
fn order(run: &Run, of: &[String]) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for event in &run.trace {
        let Kind::Log { text } = &event.kind else { continue };
        let text = clean(text);
        if of.contains(&text) && !found.contains(&text) {
            found.push(text);
        }
    }
    (found.len() == of.len()).then_some(found)
}

pub fn logs(lab: &Lab<'_>, run: usize, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let right = logged(&seat.run);
    let join = |texts: &[String]| texts.join(" · ");
    let mut options = Options::new(join(&right));
    for other in lab.others(run, draws) {
        options.other(order(&other.run, &right).map(|texts| join(&texts)), &other);
    }
    let mut other = right.clone();
    other.reverse();
    options.wrong(join(&other), "that is the other way round", None);
    for _ in 0..4 {
        let mut other = right.clone();
        draws.shuffle(&mut other);
        options.wrong(join(&other), "nobody takes them in this order here", None);
    }
    let (options, place) = options.done(1, draws)?;
    let mut sorted = right.clone();
    sorted.sort();
    let times: Vec<String> =
        right.iter().filter_map(|text| Some(format!("{text} at {}", first(&seat.run, text)?))).collect();
    Some(Question {
        subject: Subject::Order { run },
        text: format!(
            "Under {}: in which order does the log have these for the first time: {}?",
            seat.title(),
            sorted.join(", ")
        ),
        picture: None,
        options,
        right: place,
        because: vec![format!("It says {}.", times.join(", then "))],
        rule: seat.rule(),
    })
}

fn first(run: &Run, text: &str) -> Option<Time> {
    run.trace.iter().find_map(|event| match &event.kind {
        Kind::Log { text: other } if clean(other) == text => Some(event.time),
        _others => None,
    })
}

/// The tasks that end, with a name of their own, in the order of their ends.
fn ends(seat: &Seat) -> Vec<(Time, u32, String)> {
    let tasks = seat.run.metrics.tasks.iter();
    let mut ends: Vec<(Time, u32, String)> =
        tasks.filter_map(|task| Some((task.completion?, task.task, seat.name(task.task)?))).collect();
    ends.sort();
    ends
}

pub fn ending(lab: &Lab<'_>, run: usize, last: bool, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let mut ends = ends(seat);
    draws.shuffle(&mut ends);
    // Whoever it is, nobody else of these ends at the same time.
    let mut some: Vec<&(Time, u32, String)> = Vec::new();
    for one in &ends {
        if some.len() < 4 && some.iter().all(|other| other.0 != one.0) {
            some.push(one);
        }
    }
    let (end, task, name) = if last { some.iter().max()? } else { some.iter().min()? };
    let mut options = Options::new(name.clone());
    for (time, _, other) in some.iter().filter(|other| other.1 != *task) {
        options.wrong(other.clone(), format!("it ends at {time}"), None);
    }
    let (options, right) = options.done(2, draws)?;
    let word = if last { "last" } else { "first" };
    Some(Question {
        subject: Subject::Ends { run, last },
        text: format!("Under {}: which of these tasks ends {word}?", seat.title()),
        picture: None,
        options,
        right,
        because: vec![format!("{name} ends at {end}.")],
        rule: seat.rule(),
    })
}
