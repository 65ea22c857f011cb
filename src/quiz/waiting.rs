//! "How long does it wait, and what for?"

use crate::compare::blame::account::Account;
use crate::compare::blame::wait::{End, Wait};
use crate::compare::comparison::Run;
use crate::quiz::draws::Draws;
use crate::quiz::lab::{Lab, called};
use crate::quiz::options::Options;
use crate::quiz::paper::{Question, Subject};
use crate::report::lines::clean;
use crate::report::why::wait::{awaited, tell};
use crate::report::why::words::object;
use crate::sim::trace::State;
use crate::time::{Duration, Time};
use crate::value::ObjectId;

/// Every wait for something that came.
pub fn subjects(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all = Vec::new();
    for (run, seat) in lab.each().filter(|(_, seat)| seat.derivable) {
        let named = seat.account.waits.iter().filter(|wait| asked(wait) && seat.name(wait.task).is_some());
        all.extend(named.map(|wait| Subject::Wait { run, task: wait.task, from: wait.from }));
    }
    all
}

/// `main` waits for the others to end; that says nothing.
fn asked(wait: &Wait) -> bool {
    let came = matches!(wait.end, End::Woken(_) | End::Clock | End::Worker(_));
    let told = !matches!(wait.state, State::Overhead | State::Running);
    came && told && wait.task != 0 && wait.from < wait.to
}

pub fn question(lab: &Lab<'_>, run: usize, task: u32, from: Time, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let name = seat.name(task)?;
    let waits = &seat.account.waits;
    let wait = waits.iter().find(|wait| wait.task == task && wait.from == from && asked(wait))?;
    let what = cause(wait, &seat.run);
    let shown = |time: Duration, what: &str| format!("{time}, {what}");
    let mut options = Options::new(shown(wait.length(), &what));
    let nth = waits.iter().filter(|other| same(other, wait) && other.from < from).count();
    let mut believed = 0;
    for other in lab.others(run, draws) {
        let Some(task) = called(&other.run, &name) else { continue };
        let Some(account) = Account::of(&other.run).filter(|_| believed < 2) else { break };
        let like =
            account.waits.iter().filter(|one| one.task == task && one.state == wait.state && asked(one));
        if let Some(one) = like.clone().nth(nth).filter(|one| one.length() != wait.length()) {
            options.wrong(shown(one.length(), &cause(one, &other.run)), other.note.clone(), other.belief);
            believed += 1;
        }
    }
    for (note, text) in misread(wait) {
        options.wrong(shown(wait.length(), text), note, None);
    }
    for other in waits.iter().filter(|other| asked(other) && (other.task != task || other.from != from)) {
        if let (false, Some(who)) = (options.full(), seat.name(other.task)) {
            let text = shown(other.length(), &cause(other, &seat.run));
            options.wrong(text, format!("that is a wait of {who}, from {} on", other.from), None);
        }
    }
    let (options, right) = options.done(2, draws)?;
    Some(Question {
        subject: Subject::Wait { run, task, from },
        text: format!(
            "Under {}: at {from} a wait of {name} begins. How long is it, and what is it for?",
            seat.title()
        ),
        picture: None,
        options,
        right,
        because: vec![tell(wait, &seat.account, &seat.run)],
        rule: seat.rule().filter(|_| wait.state == State::Ready),
    })
}

fn same(left: &Wait, right: &Wait) -> bool {
    left.task == right.task && left.state == right.state && asked(left)
}

/// What somebody might take a wait for that it is not.
fn misread(wait: &Wait) -> Vec<(&'static str, &'static str)> {
    let worker = ("a worker would not help it: it waits for something else", "for a worker: it is ready");
    let device = ("what it waits for is no device", "for a device");
    let clock = ("it does not sleep", "for the clock: it sleeps");
    let end = ("it awaits no other task", "for another task to end");
    match wait.state {
        State::Ready => vec![device, clock, end],
        State::Io => vec![worker, end],
        State::Sleeping => vec![worker, end],
        State::Blocked | State::Overhead | State::Running => vec![worker, clock],
    }
}

/// What a wait is for.
pub fn cause(wait: &Wait, run: &Run) -> String {
    // A future that is not declared has a number that says nothing.
    let declared = |id: &ObjectId| (id.0 as usize) < run.program.objects.len();
    let thing = object(&run.program, wait.cause.as_ref().and_then(|cause| cause.object).filter(declared));
    let label = wait.label.as_deref().map(|label| format!(" ({})", clean(label))).unwrap_or_default();
    let kept = if wait.held { ", and keeps its worker" } else { "" };
    match wait.state {
        State::Ready | State::Overhead | State::Running => "for a worker: it is ready".to_string(),
        State::Sleeping => format!("for the clock: it sleeps{kept}"),
        State::Io => format!("for a device{label}{kept}"),
        State::Blocked => {
            format!("for {}{kept}", awaited(wait.cause.as_ref().map(|cause| cause.kind), thing.as_deref()))
        }
    }
}
