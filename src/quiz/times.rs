//! "When does it end?", "how long is it?": numbers of a task, and of a whole run.

use crate::compare::comparison::{Run, RunEnding, TaskMetrics};
use crate::quiz::draws::Draws;
use crate::quiz::lab::{Lab, Seat, called};
use crate::quiz::options::Options;
use crate::quiz::paper::{Question, Subject, Total};
use crate::report::why::telling::telling;
use crate::report::why::wait::tell;
use crate::report::why::words::and;
use crate::sim::trace::State;
use crate::time::{Duration, Time};

/// Every end of a task that can be asked for.
pub fn finishes(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all = Vec::new();
    for (run, seat) in lab.each().filter(|(_, seat)| seat.derivable) {
        let ended = seat.run.metrics.tasks.iter().filter(|task| task.completion.is_some());
        let named = ended.filter(|task| seat.name(task.task).is_some());
        all.extend(named.map(|task| Subject::Finish { run, task: task.task }));
    }
    all
}

pub fn finish(lab: &Lab<'_>, run: usize, task: u32, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let name = seat.name(task)?;
    let metrics = of(&seat.run, task)?;
    let end = metrics.completion?;
    let mut options = Options::time(end);
    for other in lab.others(run, draws) {
        let time = called(&other.run, &name).and_then(|task| of(&other.run, task)?.completion);
        time.into_iter().for_each(|time| options.wrong_time(time, other.note.clone(), other.belief));
    }
    let alone = metrics.arrival + metrics.running + metrics.io + metrics.sleeping;
    options.wrong_time(alone, "so it would be if it never had to wait for a worker or for others", None);
    for neighbour in &seat.run.metrics.tasks {
        if let (Some(end), Some(other)) = (neighbour.completion, seat.name(neighbour.task)) {
            options.wrong_time(end, format!("that is when {other} ends"), None);
        }
    }
    let (options, right) = options.done(1, draws)?;
    Some(Question {
        subject: Subject::Finish { run, task },
        text: format!("Under {}: when does {name} end?", seat.title()),
        picture: None,
        options,
        right,
        because: spent(seat, metrics, &name),
        rule: seat.rule(),
    })
}

/// What the time of a task went into, and its longest wait for somebody else.
fn spent(seat: &Seat, task: &TaskMetrics, name: &str) -> Vec<String> {
    let parts = [
        (task.running, "computing"),
        (task.io, "waiting for devices"),
        (task.sleeping, "asleep"),
        (task.ready, "ready, but without a worker"),
        (task.blocked, "waiting for others"),
        (task.overhead, "waiting while a worker changes to it"),
    ];
    let told: Vec<String> = parts
        .iter()
        .filter(|(time, _)| *time > Duration::ZERO)
        .map(|(time, what)| format!("{time} {what}"))
        .collect();
    let mut because = vec![format!("{name} comes at {}, and then it is {}.", task.arrival, and(&told))];
    if told.is_empty() {
        because = vec![format!("{name} comes at {} and takes no time.", task.arrival)];
    }
    let others = seat.account.waits.iter().filter(|wait| wait.task == task.task);
    let others = others.filter(|wait| matches!(wait.state, State::Ready | State::Blocked));
    let longest = others.max_by_key(|wait| (wait.length(), std::cmp::Reverse(wait.from)));
    because.extend(longest.map(|wait| tell(wait, &seat.account, &seat.run)));
    because
}

fn of(run: &Run, task: u32) -> Option<&TaskMetrics> {
    run.metrics.tasks.iter().find(|metrics| metrics.task == task)
}

/// Every number of a run that can be asked for.
pub fn totals(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all = Vec::new();
    for (run, seat) in lab.each().filter(|(_, seat)| seat.derivable) {
        if seat.run.ending != RunEnding::Completed {
            continue;
        }
        for what in [Total::Makespan, Total::Idle, Total::Held] {
            // Nothing is asked of what there is nothing of, but for the time in which nobody works.
            if what == Total::Idle || number(&seat.run, what) > Duration::ZERO {
                all.push(Subject::Total { run, what });
            }
        }
    }
    all
}

fn number(run: &Run, what: Total) -> Duration {
    match what {
        Total::Makespan => run.metrics.makespan,
        Total::Idle => run.metrics.idle,
        Total::Held => run.metrics.held,
    }
}

pub fn total(lab: &Lab<'_>, run: usize, what: Total, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let metrics = &seat.run.metrics;
    let right = Time(number(&seat.run, what).0);
    let mut options = Options::time(right);
    for other in lab.others(run, draws) {
        if other.run.ending == RunEnding::Completed {
            options.wrong_time(Time(number(&other.run, what).0), other.note.clone(), other.belief);
        }
    }
    let near = [
        (metrics.makespan, "that is how long all of it takes"),
        (metrics.busy, "that is how long workers compute"),
        (metrics.held, "that is how long workers are held by tasks that only wait"),
        (metrics.idle, "that is how long workers have nothing to do"),
        (
            Duration(metrics.makespan.0.saturating_mul(u64::from(metrics.workers))),
            "that is the time of all workers together",
        ),
    ];
    for (time, note) in near {
        options.wrong_time(Time(time.0), note, None);
    }
    let (options, place) = options.done(1, draws)?;
    let (who, does, is) = match metrics.workers {
        1 => ("its worker", "does", "is"),
        _several => ("its workers, added up,", "do", "are"),
    };
    let asked = match what {
        Total::Makespan => "how long does all of it take?".to_string(),
        Total::Idle => format!("how long {does} {who} have nothing to do at all?"),
        Total::Held => format!("how long {is} {who} held by tasks that only wait?"),
    };
    let mut because: Vec<String> = telling(&seat.account, &seat.run, None).into_iter().take(1).collect();
    if what != Total::Makespan {
        let (workers, makespan) = (metrics.workers, metrics.makespan);
        because.push(format!(
            "{workers} × {makespan} is {} of work, {} held, {} of changing tasks and {} idle.",
            metrics.busy, metrics.held, metrics.overhead, metrics.idle
        ));
    }
    Some(Question {
        subject: Subject::Total { run, what },
        text: format!("Under {}: {asked}", seat.title()),
        picture: None,
        options,
        right: place,
        because,
        rule: seat.rule().filter(|_| what == Total::Makespan),
    })
}
