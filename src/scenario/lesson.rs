//! What an experiment teaches: its goal, questions to predict, a knob to turn, and what it leaves out.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::runtimes::table::RuntimeSpec;
use crate::scenario::expect::term::Expect;
use crate::scenario::fields::{A_STRING, ParamField, TextField, params, text};
use crate::scenario::reader::{Field, Reader, Words};
use crate::value::Value;

/// `lesson: (goal: "…", questions: […])`, checked.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// Its place in a gallery.
    pub number: Option<u32>,
    pub section: Option<String>,
    /// 1 for a first lecture, 3 for an advanced one.
    pub level: Option<u32>,
    pub goal: String,
    pub questions: Vec<Question>,
    pub knob: Option<Knob>,
    pub not_modelled: Option<String>,
    /// Where facts come from.
    pub sources: Vec<String>,
}

/// Something to predict before it is run.
#[derive(Debug, Clone)]
pub struct Question {
    pub ask: String,
    pub answer: String,
    /// The answer, as the engine holds it.
    pub holds: Option<Expect>,
}

/// Something to change, and what comes of it.
#[derive(Debug, Clone)]
pub struct Knob {
    pub turn: String,
    pub then: String,
    /// Set for all runs.
    pub params: BTreeMap<String, Value>,
    /// Instead of the runs of the comparison, with its name as it was written.
    pub runtime: Option<(String, RuntimeSpec)>,
    /// What holds once it is turned.
    pub holds: Option<Expect>,
}

/// A lesson as it was written, not yet checked against the program and the runs.
#[derive(Debug, Default)]
pub struct LessonField {
    pub number: Option<u32>,
    pub section: Option<String>,
    pub level: Option<u32>,
    pub goal: Option<String>,
    pub questions: Vec<QuestionField>,
    pub knob: Option<KnobField>,
    pub not_modelled: Option<String>,
    pub sources: Vec<String>,
}

#[derive(Debug, Default)]
pub struct QuestionField {
    pub ask: String,
    pub answer: String,
    pub holds: Option<TextField>,
}

#[derive(Debug, Default)]
pub struct KnobField {
    pub turn: String,
    pub then: String,
    pub set: Vec<ParamField>,
    pub runtime: Option<(String, RuntimeSpec)>,
    pub holds: Option<TextField>,
}

/// The fields of a lesson, and of what it consists of.
pub const LESSON: [&str; 8] =
    ["number", "section", "level", "goal", "questions", "knob", "not_modelled", "sources"];
pub const QUESTION: [&str; 3] = ["ask", "answer", "holds"];
pub const KNOB: [&str; 5] = ["turn", "set", "runtime", "then", "holds"];
const MAX_LEVEL: i64 = 3;
const MAX_NUMBER: i64 = 1_000_000;
/// Of questions, and of sources.
const MAX_ITEMS: usize = 100;

/// Reads the field `lesson`.
pub fn lesson<'a>(reader: &mut Reader<'a>, field: Field<'a>) -> Option<LessonField> {
    let fields = reader.fields(field.value, "Lesson", &LESSON)?;
    needs(reader, field.value, "lesson", &fields, &["goal"]);
    let mut lesson = LessonField::default();
    for field in fields {
        match field.name {
            "number" => lesson.number = number(reader, field, MAX_NUMBER),
            "section" => lesson.section = reader.value(field, A_STRING),
            "level" => lesson.level = number(reader, field, MAX_LEVEL),
            "goal" => lesson.goal = reader.value(field, A_STRING),
            "questions" => {
                let what = "a list of questions: `[(ask: \"…\", answer: \"…\")]`";
                let items = few(reader, field, what);
                lesson.questions = items.into_iter().filter_map(|item| question(reader, item)).collect();
            }
            "knob" => lesson.knob = knob(reader, field.value),
            "not_modelled" => lesson.not_modelled = reader.value(field, A_STRING),
            _sources => {
                let items = few(reader, field, "a list of strings");
                let each = |value| reader.value(Field { value, ..field }, "a list of strings");
                lesson.sources = items.into_iter().filter_map(each).collect();
            }
        }
    }
    Some(lesson)
}

fn question<'a>(reader: &mut Reader<'a>, item: &'a str) -> Option<QuestionField> {
    let fields = reader.fields(item, "Question", &QUESTION)?;
    needs(reader, item, "question", &fields, &["ask", "answer"]);
    let mut question = QuestionField::default();
    for field in fields {
        match field.name {
            "ask" => question.ask = reader.value(field, A_STRING)?,
            "answer" => question.answer = reader.value(field, A_STRING)?,
            _holds => question.holds = holds(reader, field),
        }
    }
    Some(question)
}

fn knob<'a>(reader: &mut Reader<'a>, item: &'a str) -> Option<KnobField> {
    let fields = reader.fields(item, "Knob", &KNOB)?;
    needs(reader, item, "knob", &fields, &["turn", "then"]);
    let turned = fields.iter().any(|field| matches!(field.name, "set" | "runtime"));
    if let (Some(holds), false) = (fields.iter().find(|field| field.name == "holds"), turned) {
        let problem =
            Diagnostic::error("E0603", reader.span(holds.name), "nothing is turned before this holds");
        let help = "say what to set: `set: {\"loads\": 20}`, or under which runtime: `runtime: Asyncio()`";
        reader.problems.push(problem.help(help));
    }
    let mut knob = KnobField::default();
    for field in fields {
        match field.name {
            "turn" => knob.turn = reader.value(field, A_STRING)?,
            "then" => knob.then = reader.value(field, A_STRING)?,
            "set" => knob.set = params(reader, field),
            "runtime" => {
                let spec = reader.runtime(field.value);
                knob.runtime = spec.map(|spec| (field.value.to_string(), spec));
            }
            _holds => knob.holds = holds(reader, field),
        }
    }
    Some(knob)
}

fn holds<'a>(reader: &mut Reader<'a>, field: Field<'a>) -> Option<TextField> {
    let words: Words<'a> = reader.value(field, "an expectation: `\"makespan('a') == 82min\"`")?;
    Some(text(reader, words, field.value))
}

/// Reports the fields that have to be there and are not.
fn needs(reader: &mut Reader<'_>, piece: &str, what: &str, fields: &[Field<'_>], names: &[&str]) {
    for name in names.iter().filter(|name| !fields.iter().any(|field| field.name == **name)) {
        let problem = Diagnostic::error("E0603", reader.span(piece), format!("this {what} has no `{name}`"));
        reader.problems.push(problem.help(format!("write `{name}: \"…\"`")));
    }
}

/// A number from 1 to `most`.
fn number<'a>(reader: &mut Reader<'a>, field: Field<'a>, most: i64) -> Option<u32> {
    let number: i64 = reader.value(field, "a whole number")?;
    let fitting = u32::try_from(number).ok().filter(|_| (1..=most).contains(&number));
    if fitting.is_none() {
        let text = format!("`{}` has to be from 1 to {most}", field.name);
        reader.problems.push(Diagnostic::error("E0612", reader.span(field.value), text));
    }
    fitting
}

/// The elements of a list that is not too long.
fn few<'a>(reader: &mut Reader<'a>, field: Field<'a>, what: &str) -> Vec<&'a str> {
    let items = reader.items(field, what).unwrap_or_default();
    if items.len() <= MAX_ITEMS {
        return items;
    }
    let text = format!("`{}` has to be at most {MAX_ITEMS}", field.name);
    reader.problems.push(Diagnostic::error("E0612", reader.span(field.value), text));
    Vec::new()
}
