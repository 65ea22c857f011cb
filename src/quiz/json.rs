//! A quiz as JSON: schema `cosim-quiz/1`, described in `docs/quiz.md`.

use serde::Serialize;

use crate::quiz::belief::Belief;
use crate::quiz::paper::{Paper, Question, letter};
use crate::report::json::pretty;

pub const SCHEMA: &str = "cosim-quiz/1";

/// The paper, pretty, with a newline at the end.
pub fn json(paper: &Paper, answers: bool) -> String {
    let questions =
        (1..).zip(&paper.questions).map(|(number, question)| asked(number, question, paper, answers));
    let shape = Shape {
        schema: SCHEMA,
        cosim_version: env!("CARGO_PKG_VERSION"),
        title: &paper.title,
        story: &paper.story,
        program: &paper.program,
        runs: paper.runs.iter().map(|(name, runtime)| RunShape { name, runtime }).collect(),
        seed: paper.seed,
        wanted: paper.wanted,
        questions: questions.collect(),
    };
    pretty(&shape)
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: &'static str,
    cosim_version: &'static str,
    title: &'a str,
    story: &'a str,
    program: &'a str,
    runs: Vec<RunShape<'a>>,
    seed: u64,
    wanted: usize,
    questions: Vec<QuestionShape<'a>>,
}

#[derive(Serialize)]
struct RunShape<'a> {
    name: &'a str,
    runtime: &'a str,
}

#[derive(Serialize)]
struct QuestionShape<'a> {
    number: usize,
    kind: &'static str,
    /// The name of the run; none where the question is about several.
    run: Option<&'a str>,
    text: &'a str,
    picture: Option<&'a str>,
    options: Vec<OptionShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerShape<'a>>,
}

#[derive(Serialize)]
struct OptionShape<'a> {
    letter: char,
    text: &'a str,
}

#[derive(Serialize)]
struct AnswerShape<'a> {
    letter: char,
    because: &'a [String],
    rule: Option<&'static str>,
    wrong: Vec<WrongShape<'a>>,
}

#[derive(Serialize)]
struct WrongShape<'a> {
    letter: char,
    note: &'a str,
    belief: Option<&'static str>,
}

fn asked<'a>(number: usize, question: &'a Question, paper: &'a Paper, answers: bool) -> QuestionShape<'a> {
    let options = question.options.iter().enumerate();
    // Whose timeline it is is what is asked.
    let run = question.subject.run().filter(|_| question.picture.is_none());
    QuestionShape {
        number,
        kind: question.subject.word(),
        run: run.and_then(|run| paper.runs.get(run)).map(|(name, _)| name.as_str()),
        text: &question.text,
        picture: question.picture.as_deref(),
        options: options.map(|(at, choice)| OptionShape { letter: letter(at), text: &choice.text }).collect(),
        answer: answers.then(|| answer(question)),
    }
}

fn answer(question: &Question) -> AnswerShape<'_> {
    let wrong = question.options.iter().enumerate().filter(|(at, _)| *at != question.right);
    AnswerShape {
        letter: letter(question.right),
        because: &question.because,
        rule: question.rule,
        wrong: wrong
            .map(|(at, choice)| WrongShape {
                letter: letter(at),
                note: &choice.note,
                belief: choice.belief.map(Belief::word),
            })
            .collect(),
    }
}
