//! The shape of an experiment file: which fields there are, and what each of them is.

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::runtimes::table::RuntimeSpec;
use crate::scenario::fields::{A_STRING, ParamField, TextField, params, text};
use crate::scenario::lesson::{LessonField, lesson};
use crate::scenario::reader::{Field, Reader, Words};
use crate::source::{SourceId, Span};

/// An experiment as it was written: well formed, but not yet checked against its program.
#[derive(Debug, Default)]
pub struct ExperimentFile {
    pub title: Option<String>,
    pub story: Option<String>,
    /// `None` if it was missing or unreadable, which has been reported.
    pub program: Option<ProgramField>,
    pub params: Vec<ParamField>,
    pub seed: Option<u64>,
    pub replications: Option<u32>,
    /// `None` where `compare` is left out; empty where it could not be read.
    pub compare: Option<Vec<RunField>>,
    /// A run could not be read, so that not all names are known.
    pub runs_missing: bool,
    pub expect: Vec<TextField>,
    pub lesson: Option<LessonField>,
}

#[derive(Debug)]
pub enum ProgramField {
    /// `File("laundry.cosim")`
    File { path: String, span: Span },
    /// `Inline(r#"…"#)`
    Inline(TextField),
}

/// `(name: "one worker", runtime: Threads(workers: 1))`
#[derive(Debug)]
pub struct RunField {
    /// The runtime as it was written, if no name is given.
    pub name: String,
    pub name_span: Span,
    /// `None` if it was missing or wrong, which has been reported.
    pub runtime: Option<RuntimeSpec>,
    pub params: Vec<ParamField>,
    pub seed: Option<u64>,
}

/// The fields of an experiment.
pub const EXPERIMENT: [&str; 9] =
    ["title", "story", "program", "params", "seed", "replications", "compare", "expect", "lesson"];
/// The fields of a run.
pub const RUN: [&str; 4] = ["name", "runtime", "params", "seed"];
const MAX_REPLICATIONS: u32 = 10_000;
/// Runs of a comparison.
const MAX_RUNS: usize = 1_000;

const A_SEED: &str = "a whole number from 0 to 18446744073709551615";

/// Reads an experiment, with everything that is wrong with it.
pub fn read(source: SourceId, text: &str) -> (ExperimentFile, Vec<Diagnostic>) {
    let mut file = ExperimentFile::default();
    let mut reader = match Reader::new(source, text) {
        Ok(reader) => reader,
        Err(problems) => return (file, problems),
    };
    let Some(fields) = reader.file("Experiment", &EXPERIMENT) else {
        return (file, reader.problems);
    };
    if !fields.iter().any(|field| field.name == "program") {
        let problem = Diagnostic::error("E0603", Span::new(source, 0..0), "this experiment has no program");
        let help = "write `program: File(\"laundry.cosim\")`, or the program itself in `Inline(r#\"…\"#)`";
        reader.problems.push(problem.help(help));
    }
    for field in fields {
        match field.name {
            "title" => file.title = reader.value(field, A_STRING),
            "story" => file.story = reader.value(field, A_STRING),
            "program" => file.program = program(&mut reader, field),
            "params" => file.params = params(&mut reader, field),
            "seed" => file.seed = reader.value(field, A_SEED),
            "replications" => file.replications = replications(&mut reader, field),
            "compare" => compare(&mut reader, field, &mut file),
            "lesson" => file.lesson = lesson(&mut reader, field),
            _expect => file.expect = expect(&mut reader, field),
        }
    }
    (file, reader.problems)
}

/// One runtime by itself, as `--runtime` takes it.
pub fn read_runtime(source: SourceId, text: &str) -> Result<RuntimeSpec, Vec<Diagnostic>> {
    let mut reader = Reader::new(source, text)?;
    reader.runtime(text.trim()).ok_or(reader.problems)
}

fn program<'a>(reader: &mut Reader<'a>, field: Field<'a>) -> Option<ProgramField> {
    #[derive(Deserialize)]
    enum Program<'a> {
        #[serde(borrow)]
        File(Words<'a>),
        #[serde(borrow)]
        Inline(Words<'a>),
    }
    let what = "`File(\"laundry.cosim\")` or `Inline(r#\"…\"#)`";
    Some(match reader.value(field, what)? {
        Program::File(path) => {
            ProgramField::File { path: path.0.into_owned(), span: reader.span(field.value) }
        }
        Program::Inline(words) => ProgramField::Inline(text(reader, words, field.value)),
    })
}

fn replications<'a>(reader: &mut Reader<'a>, field: Field<'a>) -> Option<u32> {
    let number: i64 = reader.value(field, "a whole number")?;
    let fitting = u32::try_from(number).ok().filter(|n| (1..=MAX_REPLICATIONS).contains(n));
    if fitting.is_none() {
        let text = format!("`replications` has to be from 1 to {MAX_REPLICATIONS}");
        reader.problems.push(Diagnostic::error("E0612", reader.span(field.value), text));
    }
    fitting
}

fn compare<'a>(reader: &mut Reader<'a>, field: Field<'a>, file: &mut ExperimentFile) {
    let what = "a list of runs: `[(name: \"one worker\", runtime: Threads(workers: 1))]`";
    let items = reader.items(field, what);
    let runs = file.compare.insert(Vec::new());
    file.runs_missing = items.is_none();
    let items = items.unwrap_or_default();
    if !file.runs_missing && !(1..=MAX_RUNS).contains(&items.len()) {
        let text = format!("`compare` has to name 1 to {MAX_RUNS} runs");
        let problem = Diagnostic::error("E0612", reader.span(field.value), text);
        let help = "leave `compare` out for one thread, a thread per task and one event loop";
        reader.problems.push(problem.help(help));
        file.runs_missing = true;
        return;
    }
    for item in items {
        let Some(run) = run(reader, item) else {
            file.runs_missing = true;
            continue;
        };
        if let Some(first) = runs.iter().find(|other: &&RunField| other.name == run.name) {
            let text = format!("two runs are called `{}`", run.name);
            let problem = Diagnostic::error("E0611", run.name_span, text);
            let help = "give each run a name of its own: expectations and reports tell them apart by it";
            reader.problems.push(problem.related(first.name_span, "the first").help(help));
        }
        runs.push(run);
    }
}

fn run<'a>(reader: &mut Reader<'a>, item: &'a str) -> Option<RunField> {
    let fields = reader.fields(item, "Run", &RUN)?;
    let whole = reader.span(item);
    let mut run =
        RunField { name: String::new(), name_span: whole, runtime: None, params: Vec::new(), seed: None };
    match fields.iter().find(|field| field.name == "runtime") {
        Some(runtime) => {
            run.name = runtime.value.to_string();
            run.name_span = reader.span(runtime.value);
        }
        None => {
            let problem = Diagnostic::error("E0603", whole, "this run has no runtime");
            reader
                .problems
                .push(problem.help("write `runtime: Asyncio()` or `runtime: Threads(workers: 1)`"));
        }
    }
    for field in fields {
        match field.name {
            "name" => {
                run.name_span = reader.span(field.value);
                run.name = reader.value(field, A_STRING)?;
            }
            "runtime" => run.runtime = reader.runtime(field.value),
            "params" => run.params = params(reader, field),
            _seed => run.seed = reader.value(field, A_SEED),
        }
    }
    Some(run)
}

fn expect<'a>(reader: &mut Reader<'a>, field: Field<'a>) -> Vec<TextField> {
    let what = "a list of strings: `[\"makespan('a') < makespan('b')\"]`";
    let items = reader.items(field, what).unwrap_or_default();
    let mut texts = Vec::new();
    for value in items {
        if let Some(words) = reader.value(Field { value, ..field }, "a list of strings") {
            texts.push(text(reader, words, value));
        }
    }
    texts
}
