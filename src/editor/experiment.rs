//! Experiment files in the editor: what fits where, what words mean, and which names are the program's.

use std::ops::Range;

use crate::editor::complete::{Completion, Help, Sort};
use crate::editor::document::{Document, Program};
use crate::editor::fields::{Entry, fields};
use crate::editor::help;
use crate::editor::hover::{self, Hover};
use crate::editor::ron::{self, Frame, Where};
use crate::lang::ast::{Argument, Expr, ExprKind};
use crate::lang::names::Role;
use crate::lang::parse::parse_expression;
use crate::lang::walk::walk_expr;
use crate::runtimes::about::About;
use crate::runtimes::table;
use crate::scenario::expect::vocabulary::{FUNCTIONS, OUTCOMES, SERIES};
use crate::source::SourceId;

fn about(name: &str) -> Option<&'static About> {
    table::ALL.iter().find(|about| about.name == name).copied()
}

/// Do expectations stand here?
fn expects(frames: &[Frame]) -> bool {
    let key = |frame: &Frame, name: &str| frame.key.as_deref() == Some(name);
    match frames {
        [.., outer, list] if list.opener == '[' => key(outer, "expect"),
        [.., frame] => key(frame, "holds"),
        [] => false,
    }
}

/// What fits at a place. `program` is the document the experiment takes its program from, itself if it has it inside;
/// `files` are the programs beside it.
pub fn complete(
    document: &Document,
    program: Option<&Document>,
    files: &[String],
    at: usize,
) -> Vec<Completion> {
    let place = ron::at(&document.text.text, at);
    if place.comment {
        return Vec::new();
    }
    let replace = place.string.clone().unwrap_or_else(|| place.word.clone());
    let mut writer = Writer { replace, quoted: place.string.is_some(), found: Vec::new() };
    let key = place.frames.last().and_then(|frame| frame.key.as_deref());
    match place.frames.as_slice() {
        [] if place.string.is_none() => {
            writer.push("Experiment", Sort::Word, "", "an experiment", "Experiment(\n\t$0\n)")
        }
        [_] if key == Some("program") => {
            writer.push("File", Sort::Word, "a file beside this one", "", "File(\"$1\")");
            writer.push("Inline", Sort::Word, "the program itself", "", "Inline(r#\"\n$0\n\"#)");
        }
        frames if key.is_none() && place.string.is_none() && fields(frames).is_some() => {
            writer.fields(fields(frames).unwrap_or_default());
        }
        [.., file] if file.head == "File" => writer.files(files),
        [.., frame] if about(&frame.head).is_some() && key.is_none() => writer.settings(&frame.head),
        [.., frame] if frame.key.as_deref() == Some("runtime") => writer.runtimes(),
        [.., outer, map]
            if matches!(outer.key.as_deref(), Some("params" | "set"))
                && map.opener == '{'
                && key.is_none() =>
        {
            writer.params(program);
        }
        frames if expects(frames) => {
            writer.expectation(document, program, &place, at);
        }
        _elsewhere => {}
    }
    writer.found
}

struct Writer {
    replace: Range<usize>,
    /// Is the string already open?
    quoted: bool,
    found: Vec<Completion>,
}

impl Writer {
    fn push(&mut self, label: &str, sort: Sort, detail: &str, help: &str, snippet: &str) {
        self.found.push(Completion {
            label: label.to_string(),
            sort,
            detail: detail.to_string(),
            help: Help::Text(help.to_string()),
            snippet: snippet.to_string(),
            replace: self.replace.clone(),
            rank: 3,
        });
    }

    fn fields(&mut self, fields: &[Entry]) {
        for (name, snippet, meaning) in fields {
            self.push(name, Sort::Field, meaning, "", snippet);
        }
    }

    fn files(&mut self, files: &[String]) {
        for file in files {
            let text = if self.quoted { file.clone() } else { format!("\"{file}\"") };
            self.push(file, Sort::File, "", "", &text);
        }
    }

    fn runtimes(&mut self) {
        for about in table::ALL.iter().filter(|_| !self.quoted) {
            self.found.push(Completion {
                label: about.name.to_string(),
                sort: Sort::Runtime,
                detail: about.summary.to_string(),
                help: Help::Text(help::runtime(about)),
                snippet: format!("{}($1)", about.name),
                replace: self.replace.clone(),
                rank: 3,
            });
        }
    }

    fn settings(&mut self, runtime: &str) {
        for setting in about(runtime).map_or(&[][..], |about| about.settings) {
            self.push(setting.name, Sort::Field, setting.meaning, "", &format!("{}: $1", setting.name));
        }
    }

    fn params(&mut self, program: Option<&Document>) {
        let Some((document, program)) =
            program.and_then(|document| Some((document, document.program.as_ref()?)))
        else {
            return;
        };
        for symbol in program.names.symbols.iter().filter(|symbol| symbol.role == Role::Param) {
            let text = if self.quoted { symbol.name.clone() } else { format!("\"{}\": $1", symbol.name) };
            let declared = hover::declaration(document, symbol);
            self.push(
                &symbol.name,
                Sort::Constant,
                declared,
                &hover::symbol(document, program, symbol),
                &text,
            );
        }
    }

    fn expectation(&mut self, document: &Document, program: Option<&Document>, place: &Where, at: usize) {
        let Some(string) = place.string.clone() else { return };
        let text = &document.text.text[string.start..at];
        if text.matches('\'').count() % 2 == 1 {
            let start = text.rfind('\'').map_or(at, |quote| string.start + quote + 1);
            self.replace = start..at;
            for run in document.experiment.compare.iter().flatten() {
                let runtime = run.runtime.as_ref().map_or("", |runtime| runtime.about().name);
                self.push(&run.name, Sort::Variable, runtime, "", &run.name);
            }
            return;
        }
        let word = text
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
        self.replace = string.start + word..at;
        for (n, function) in FUNCTIONS.iter().enumerate() {
            if FUNCTIONS[..n].iter().all(|other| other.name != function.name) {
                self.push(
                    function.name,
                    Sort::Function,
                    function.usage,
                    function.meaning,
                    &format!("{}($1)", function.name),
                );
            }
        }
        SERIES.iter().for_each(|(name, meaning, _)| self.push(name, Sort::Metric, meaning, "", name));
        OUTCOMES.iter().for_each(|name| self.push(name, Sort::Constant, "an outcome", "", name));
        let names = program.and_then(|document| Some((document, document.program.as_ref()?)));
        let Some((document, program)) = names else { return };
        for symbol in program.names.symbols.iter().filter(|s| matches!(s.role, Role::Metric | Role::Object)) {
            let sort = if symbol.role == Role::Metric { Sort::Metric } else { Sort::Object };
            self.push(&symbol.name, sort, hover::declaration(document, symbol), "", &symbol.name);
        }
    }
}

/// What is said of a place in an experiment.
pub fn hover(document: &Document, program: Option<&Document>, at: usize) -> Option<Hover> {
    let text = document.text.text.as_str();
    if let Some((range, name)) =
        mentions(document).into_iter().find(|(range, _)| range.start <= at && at <= range.end)
    {
        let (document, program) =
            program.and_then(|document| Some((document, document.program.as_ref()?)))?;
        let symbol = &program.names.symbols[program.names.declared(&name)?];
        return Some(Hover { range, text: hover::symbol(document, program, symbol) });
    }
    let range = word(text, at)?;
    let name = &text[range.clone()];
    let place = ron::at(text, range.end);
    if place.comment {
        return None;
    }
    let said = match (&place.string, place.frames.as_slice()) {
        (Some(_), frames) if expects(frames) => term(name)?,
        (Some(_), _) => return None,
        (None, _) if about(name).is_some() => help::runtime(about(name)?),
        (None, [.., frame]) if about(&frame.head).is_some() => {
            let setting = about(&frame.head)?.settings.iter().find(|setting| setting.name == name)?;
            format!("`{}: {}`: {}", setting.name, setting.default, setting.meaning)
        }
        (None, frames) => field(fields(frames)?, name)?,
    };
    Some(Hover { range, text: said })
}

fn field(fields: &[Entry], name: &str) -> Option<String> {
    fields.iter().find(|field| field.0 == name).map(|(name, _, meaning)| format!("`{name}`: {meaning}"))
}

/// What a word of an expectation means.
fn term(name: &str) -> Option<String> {
    let functions = FUNCTIONS.iter().filter(|function| function.name == name);
    let lines: Vec<String> =
        functions.map(|function| format!("`{}`: {}", function.usage, function.meaning)).collect();
    if !lines.is_empty() {
        return Some(lines.join("\n\n"));
    }
    SERIES
        .iter()
        .find(|(series, ..)| *series == name)
        .map(|(name, meaning, _)| format!("`{name}`: {meaning}"))
}

fn word(text: &str, at: usize) -> Option<Range<usize>> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let start =
        text[..at].char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(at, |(start, _)| start);
    let end = at + text[at..].find(|c| !part(c)).unwrap_or(text.len() - at);
    (start < end).then_some(start..end)
}

/// Every place of an experiment that names something its program declares: parameters that are set, objects, metrics
/// and tasks that expectations speak of.
pub fn mentions(document: &Document) -> Vec<(Range<usize>, String)> {
    let experiment = &document.experiment;
    let runs = experiment.compare.iter().flatten().flat_map(|run| &run.params);
    let knob = experiment.lesson.iter().filter_map(|lesson| lesson.knob.as_ref());
    let turned = knob.clone().flat_map(|knob| &knob.set);
    let questions = experiment.lesson.iter().flat_map(|lesson| &lesson.questions);
    let held = questions
        .filter_map(|question| question.holds.as_ref())
        .chain(knob.filter_map(|knob| knob.holds.as_ref()));
    let mut found: Vec<(Range<usize>, String)> = experiment
        .params
        .iter()
        .chain(runs)
        .chain(turned)
        .map(|param| (param.name_span.range(), param.name.clone()))
        .collect();
    for expect in experiment.expect.iter().chain(held) {
        let Some(base) = expect.base else { continue };
        let Ok(expr) = parse_expression(SourceId(0), &expect.text, base as usize) else { continue };
        walk_expr(&expr, &mut |expr| {
            if let ExprKind::Name(name) = &expr.kind {
                found.push((expr.span.range(), name.clone()));
            }
            if let ExprKind::Call { arguments, .. } = &expr.kind {
                found.extend(arguments.iter().filter_map(|argument| task(argument, &document.text.text)));
            }
        });
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// `of: 'wash'`, `of: 'wash(1)'`
fn task(argument: &Argument, text: &str) -> Option<(Range<usize>, String)> {
    let Argument::Named { name, value: Expr { kind: ExprKind::Text(_), span, .. } } = argument else {
        return None;
    };
    let inside = span.range().start + 1..span.range().end.saturating_sub(1);
    let words = text.get(inside.clone()).filter(|_| name.name == "of")?;
    let name = words.split('(').next()?.trim_end();
    Some((inside.start..inside.start + name.len(), name.to_string()))
}

/// The edits of an experiment when something its program declares gets another name. Names of series and outcomes stay.
pub fn renamed(document: &Document, role: Role, old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let global = matches!(role, Role::Param | Role::Metric | Role::Object | Role::Task(_));
    let theirs = SERIES.iter().any(|(name, ..)| *name == old) || OUTCOMES.contains(&old);
    if !global || theirs && role != Role::Param {
        return Vec::new();
    }
    mentions(document)
        .into_iter()
        .filter(|(_, name)| name == old)
        .map(|(range, _)| (range, new.to_string()))
        .collect()
}

/// The symbol of the program that a place of the experiment speaks of.
pub fn symbol_at(document: &Document, program: &Program, at: usize) -> Option<(Range<usize>, usize)> {
    let found = mentions(document).into_iter().find(|(range, _)| range.start <= at && at <= range.end);
    let (range, name) = found?;
    Some((range, program.names.declared(&name)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;

    const PROGRAM: &str = "param loads = 1\nresource machine(2)\nmetric size\ntask wash(n) { work 1ms; observe size, n }\n\
                           main { with machine { await wash(loads) } }\n";

    fn offered(text: &str) -> Vec<String> {
        let at = text.find('|').expect("there is a mark");
        let document = Document::new(text.replacen('|', "", 1), Language::Experiment);
        let program = Document::new(PROGRAM, Language::Program);
        let found = complete(&document, Some(&program), &["laundry.cosim".to_string()], at);
        found.into_iter().map(|completion| completion.label).collect()
    }

    #[test]
    fn each_place_takes_what_fits() {
        assert_eq!(offered("|"), ["Experiment"]);
        assert_eq!(offered("Experiment(|").len(), 9);
        assert_eq!(offered("Experiment(lesson: (questions: [(|)]))"), ["ask", "answer", "holds"]);
        assert_eq!(offered("Experiment(lesson: (knob: (set: {\"|\"})))"), ["loads"]);
        assert!(offered("Experiment(lesson: (knob: (runtime: |)))").contains(&"Go".to_string()));
        assert!(offered("Experiment(lesson: (knob: (holds: \"|\")))").contains(&"makespan".to_string()));
        assert_eq!(offered("Experiment(program: |"), ["File", "Inline"]);
        assert_eq!(offered("Experiment(program: File(\"|\"))"), ["laundry.cosim"]);
        assert_eq!(offered("Experiment(compare: [(|)])"), ["name", "runtime", "params", "seed"]);
        assert!(offered("Experiment(compare: [(runtime: A|)])").contains(&"Asyncio".to_string()));
        assert!(offered("Experiment(compare: [(runtime: Threads(|))])").contains(&"workers".to_string()));
        assert!(
            offered("Experiment(compare: [(runtime: Processes(runtime: |))])")
                .contains(&"Uvloop".to_string())
        );
        assert_eq!(offered("Experiment(params: {\"|\": 1})"), ["loads"]);
        let term = offered("Experiment(expect: [\"|\"])");
        assert!(
            ["makespan", "turnaround", "machine", "size"].iter().all(|name| term.contains(&name.to_string()))
        );
        let runs = "Experiment(program: File(\"a\"), compare: [(name: \"one\", runtime: Asyncio())], expect: [\"makespan('|')\"])";
        assert_eq!(offered(runs), ["one"]);
        assert_eq!(offered("Experiment( // |"), [""; 0]);
    }

    const EXPERIMENT: &str = "Experiment(program: File(\"a.cosim\"), params: {\"loads\": 2},\n compare: [(name: \"one\", runtime: \
                              Threads(workers: 1), params: {\"loads\": 3})],\n expect: [\"peak(machine, 'one') == 1\", \
                              \"mean(size, 'one', of: 'wash(1)') > 0 and makespan('one') > 1s\"],\n lesson: (goal: \"x\", knob: (turn: \"x\", \
                              then: \"x\", set: {\"loads\": 4}, holds: \"count(size, 'one') > 1\")))";

    #[test]
    fn what_the_program_declares_is_known() {
        let document = Document::new(EXPERIMENT, Language::Experiment);
        let names: Vec<(&str, String)> =
            mentions(&document).into_iter().map(|(range, name)| (&EXPERIMENT[range], name)).collect();
        let shown: Vec<&str> = names.iter().map(|(text, _)| *text).collect();
        assert_eq!(shown, ["loads", "loads", "machine", "size", "wash", "loads", "size"]);
        assert!(names.iter().all(|(text, name)| text == name));
        assert_eq!(renamed(&document, Role::Param, "loads", "n").len(), 3);
        assert!(renamed(&document, Role::Variable, "loads", "n").is_empty());
    }

    #[test]
    fn words_are_explained() {
        let document = Document::new(EXPERIMENT, Language::Experiment);
        let program = Document::new(PROGRAM, Language::Program);
        let said = |what: &str| {
            let at = EXPERIMENT.find(what).expect("it is there");
            hover(&document, Some(&program), at).map_or(String::new(), |hover| hover.text)
        };
        assert!(said("loads").contains("param loads = 1"));
        assert!(said("machine").contains("resource machine(2)"));
        assert!(said("Threads").contains("**Threads**"));
        assert!(said("workers").starts_with("`workers: "));
        assert!(said("makespan").contains("from the first arrival"));
        assert!(said("compare").contains("side by side"));
        assert_eq!(said("one"), "");
    }
}
