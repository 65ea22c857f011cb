//! The fields of experiment files: how each is written, and what it says.

use crate::editor::ron::Frame;

/// A field: its name, how it is written, what it says.
pub type Entry = (&'static str, &'static str, &'static str);

const EXPERIMENT: [Entry; 9] = [
    ("title", "title: \"$1\"", "what the comparison is called"),
    ("story", "story: \"$1\"", "a sentence or two on what happens"),
    (
        "program",
        "program: File(\"$1\")",
        "the program: `File(\"laundry.cosim\")`, beside this file, or `Inline(r#\"…\"#)`",
    ),
    ("params", "params: {\"$1\": $2}", "parameters of the program, for all runs; durations are strings"),
    ("seed", "seed: ${1:42}", "where random draws begin"),
    ("replications", "replications: ${1:10}", "how often each run is repeated under another seed"),
    ("compare", "compare: [\n\t(name: \"$1\", runtime: $2),\n]", "the runs that are compared, side by side"),
    ("expect", "expect: [\n\t\"$1\",\n]", "what has to hold: `cosim run` says so if it does not"),
    (
        "lesson",
        "lesson: (\n\tgoal: \"$1\",\n)",
        "what it teaches: a goal, questions, a knob to turn, what is not modelled",
    ),
];

const RUN: [Entry; 4] = [
    ("name", "name: \"$1\"", "what reports and expectations call the run"),
    ("runtime", "runtime: $1", "under which runtime, with which settings"),
    ("params", "params: {\"$1\": $2}", "parameters of this run only"),
    ("seed", "seed: ${1:42}", "the seed of this run only"),
];

const LESSON: [Entry; 8] = [
    ("number", "number: ${1:1}", "its place in the gallery; several files may share one"),
    ("section", "section: \"$1\"", "the part of the gallery it stands in"),
    ("level", "level: ${1:1}", "1 for a first lecture, to 3 for an advanced one"),
    ("goal", "goal: \"$1\"", "what one learns"),
    (
        "questions",
        "questions: [\n\t(ask: \"$1\", answer: \"$2\"),\n]",
        "what is asked before it is run, and the answers",
    ),
    ("knob", "knob: (\n\tturn: \"$1\",\n\tthen: \"$2\",\n)", "one thing to change, and what happens then"),
    ("not_modelled", "not_modelled: \"$1\"", "what the story leaves out"),
    ("sources", "sources: [\"$1\"]", "where its facts are from"),
];

const QUESTION: [Entry; 3] = [
    ("ask", "ask: \"$1\"", "the question"),
    ("answer", "answer: \"$1\"", "its answer"),
    ("holds", "holds: \"$1\"", "the answer as an expectation: it is held like those of `expect`"),
];

const KNOB: [Entry; 5] = [
    ("turn", "turn: \"$1\"", "what to change, and what to ask oneself"),
    ("set", "set: {\"$1\": $2}", "parameters for all runs, as `--set` sets them"),
    ("runtime", "runtime: $1", "a runtime instead of all runs"),
    ("then", "then: \"$1\"", "what happens then"),
    ("holds", "holds: \"$1\"", "what holds then"),
];

/// The fields that can stand in the innermost of these brackets.
pub fn fields(frames: &[Frame]) -> Option<&'static [Entry]> {
    let (last, outer) = frames.split_last()?;
    let path: Vec<&str> = outer.iter().map(|frame| frame.key.as_deref().unwrap_or_default()).collect();
    if last.opener != '(' {
        return None;
    }
    // The frame of a list has no key.
    match path.as_slice() {
        [] => Some(&EXPERIMENT),
        ["compare", ""] => Some(&RUN),
        ["lesson"] => Some(&LESSON),
        ["lesson", "questions", ""] => Some(&QUESTION),
        ["lesson", "knob"] => Some(&KNOB),
        _elsewhere => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{file, lesson};

    #[test]
    fn these_are_the_fields_there_are() {
        let names = |fields: &[Entry]| fields.iter().map(|field| field.0).collect::<Vec<_>>();
        assert_eq!(names(&EXPERIMENT), file::EXPERIMENT);
        assert_eq!(names(&RUN), file::RUN);
        assert_eq!(names(&LESSON), lesson::LESSON);
        assert_eq!(names(&QUESTION), lesson::QUESTION);
        assert_eq!(names(&KNOB), lesson::KNOB);
        for (name, snippet, _) in [&EXPERIMENT[..], &RUN, &LESSON, &QUESTION, &KNOB].concat() {
            assert!(snippet.starts_with(&format!("{name}: ")), "{snippet}");
        }
    }
}
