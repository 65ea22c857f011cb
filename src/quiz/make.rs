//! A paper from an experiment: what is asked, kind by kind, as the seed says.

use crate::compare::comparison::Comparison;
use crate::quiz::draws::Draws;
use crate::quiz::lab::{Lab, options};
use crate::quiz::paper::{Paper, Question, Subject};
use crate::quiz::{doing, next, order, runs, times, waiting};
use crate::report::lines::clean;
use crate::scenario::experiment::Experiment;
use crate::scenario::run::run;
use crate::source::Sources;

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    pub seed: u64,
    pub count: usize,
    /// For the timelines.
    pub unicode: bool,
}

/// Subjects of one kind that are tried for one question.
const TRIES: usize = 40;

/// Runs the experiment and makes as many different questions of it as are wanted, or as there are.
pub fn paper(experiment: &Experiment, sources: &Sources, request: Request) -> Paper {
    let mut alone = experiment.clone();
    alone.replications = 1;
    alone.expectations.clear();
    let comparison = run(&alone, &options(), &mut ());
    let (title, story) = (clean(&comparison.title), lines(&comparison.story));
    let runs = names(&comparison);
    let lab = Lab::new(&alone, comparison);
    Paper {
        title,
        story,
        program: sources.text(experiment.program).to_string(),
        runs,
        seed: request.seed,
        wanted: request.count,
        questions: questions(&lab, request),
    }
}

/// Free of control characters, line by line.
fn lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

fn names(comparison: &Comparison) -> Vec<(String, String)> {
    comparison.runs.iter().map(|run| (clean(&run.name), run.runtime.to_string())).collect()
}

/// One of each kind, then another of each, and so on; no two alike.
fn questions(lab: &Lab<'_>, request: Request) -> Vec<Question> {
    let mut pools = pools(lab);
    for (pool, purpose) in pools.iter_mut().zip(1..) {
        Draws::new(request.seed, purpose).shuffle(pool);
    }
    let mut draws = Draws::new(request.seed, 0);
    draws.shuffle(&mut pools);
    let mut questions: Vec<Question> = Vec::new();
    while questions.len() < request.count && pools.iter().any(|pool| !pool.is_empty()) {
        for pool in &mut pools {
            if questions.len() < request.count {
                let made = take(lab, pool, &questions, request, &mut draws);
                questions.extend(made);
            }
        }
    }
    questions
}

/// The next question of a pool that can be asked; what cannot is left out for good.
fn take(
    lab: &Lab<'_>,
    pool: &mut Vec<Subject>,
    known: &[Question],
    request: Request,
    draws: &mut Draws,
) -> Option<Question> {
    for _ in 0..TRIES {
        let made = question(lab, pool.pop()?, request.unicode, draws);
        let new = made.filter(|made| !known.iter().any(|other| alike(other, made)));
        if new.is_some() {
            return new;
        }
    }
    None
}

fn alike(left: &Question, right: &Question) -> bool {
    (&left.text, &left.picture) == (&right.text, &right.picture)
}

/// What can be asked, by its kind.
fn pools(lab: &Lab<'_>) -> Vec<Vec<Subject>> {
    let mut pools: Vec<(&str, Vec<Subject>)> = Vec::new();
    let all = [
        next::subjects(lab),
        times::finishes(lab),
        times::totals(lab),
        doing::subjects(lab),
        waiting::subjects(lab),
        order::subjects(lab),
        runs::subjects(lab),
    ];
    for subject in all.into_iter().flatten() {
        match pools.iter_mut().find(|(word, _)| *word == subject.word()) {
            Some((_, pool)) => pool.push(subject),
            None => pools.push((subject.word(), vec![subject])),
        }
    }
    pools.into_iter().map(|(_, pool)| pool).collect()
}

fn question(lab: &Lab<'_>, subject: Subject, unicode: bool, draws: &mut Draws) -> Option<Question> {
    match subject {
        Subject::Next { run, event } => next::question(lab, run, event, draws),
        Subject::Finish { run, task } => times::finish(lab, run, task, draws),
        Subject::Total { run, what } => times::total(lab, run, what, draws),
        Subject::Doing { run, worker, at } => doing::question(lab, run, worker, at, draws),
        Subject::Wait { run, task, from } => waiting::question(lab, run, task, from, draws),
        Subject::Order { run } => order::logs(lab, run, draws),
        Subject::Ends { run, last } => order::ending(lab, run, last, draws),
        Subject::Ending { run } => runs::ending(lab, run, draws),
        Subject::Picture { run } => runs::picture(lab, run, unicode, draws),
        Subject::Fastest => runs::fastest(lab, draws),
    }
}
