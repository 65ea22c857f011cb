//! A block as an experiment: its program or its file, what it runs under, what is expected of it.

use crate::diagnostic::Diagnostic;
use crate::lang::parse::{ParseLimits, parse_expression};
use crate::mdbook::fences::Fence;
use crate::mdbook::runtimes;
use crate::mdbook::settings::Settings;
use crate::mdbook::wish::{Placed, Wish, refused};
use crate::scenario::expect::check::check as check_expectation;
use crate::scenario::expect::names::Scope;
use crate::scenario::expect::term::Expect;
use crate::scenario::load::load_part;
use crate::scenario::{Experiment, Loaded, Plan, load, load_program};
use crate::source::{SourceId, Sources, Span};

/// Reads a file by its path, relative to the book.
pub type Read<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Where a block stands, and what is around it.
pub struct Scene<'a> {
    pub settings: &'a Settings,
    /// The folder of the chapter, relative to the book; empty, or with a `/` at its end.
    pub folder: String,
    pub read: Read<'a>,
    /// The text in which the block stands.
    pub source: SourceId,
}

/// What a block runs.
pub struct Loading {
    pub experiment: Experiment,
    pub warnings: Vec<Diagnostic>,
}

/// # Errors
/// All that is wrong with it.
pub fn load_block(
    fence: &Fence,
    wish: &Wish,
    scene: &Scene<'_>,
    sources: &mut Sources,
) -> Result<Loading, Vec<Diagnostic>> {
    let loaded = match &wish.file {
        Some(file) => from_file(file, fence, scene, sources)?,
        None => inline(fence, scene, sources)?,
    };
    let Loaded { mut experiment, warnings } = loaded;
    // A program has no title but the name of its file, which says nothing to who reads a book.
    if wish.file.as_ref().is_none_or(|file| !file.text.ends_with(".ron")) {
        experiment.title.clear();
    }
    let settings = scene.settings.compare.as_ref().filter(|_| wish.file.is_none());
    let default = settings.map(|text| Placed { text: text.clone(), span: info(fence, scene) });
    if let Some(list) = wish.compare.as_ref().or(default.as_ref()) {
        compare(&mut experiment, list)?;
    }
    for assignment in &wish.set {
        experiment.set(sources, &assignment.text).map_err(|problems| moved(problems, assignment.span))?;
    }
    if let Some(seed) = wish.seed {
        experiment.seed = seed;
        experiment.runs.iter_mut().for_each(|run| run.seed = None);
    }
    experiment.compile()?;
    expectations(&mut experiment, &wish.expect, sources)?;
    Ok(Loading { experiment, warnings })
}

/// The first line of a block behind its backticks, as a place.
pub fn info(fence: &Fence, scene: &Scene<'_>) -> Span {
    Span::new(scene.source, fence.info.start..fence.info.end)
}

/// What is said of something that has no place in the chapter, at a place that it has.
fn moved(problems: Vec<Diagnostic>, span: Span) -> Vec<Diagnostic> {
    let first = problems.into_iter().next();
    let message = first.as_ref().map_or(String::new(), |problem| problem.message.clone());
    let mut problem = refused(span, message);
    problem.helps = first.map(|problem| problem.helps).unwrap_or_default();
    vec![problem]
}

fn from_file(
    file: &Placed,
    fence: &Fence,
    scene: &Scene<'_>,
    sources: &mut Sources,
) -> Result<Loaded, Vec<Diagnostic>> {
    if !fence.text.trim().is_empty() {
        let problem = refused(file.span, "a block has a file or a program, not both".to_string());
        return Err(vec![problem.help("leave the lines of the block away, or its `file`")]);
    }
    let folders = std::iter::once(scene.folder.clone())
        .chain(scene.settings.scenarios.iter().map(|folder| format!("{}/", folder.trim_end_matches('/'))));
    let tried: Vec<String> = folders.map(|folder| format!("{folder}{}", file.text)).collect();
    let found = tried.iter().find_map(|path| Some((path.clone(), (scene.read)(path).ok()?)));
    let Some((path, text)) = found else {
        let problem = refused(file.span, format!("there is no file `{}`", file.text));
        return Err(vec![problem.help(format!("looked for {}", tried.join(", ")))]);
    };
    let id = sources.add(path.as_str(), text);
    let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
    let mut neighbour = |name: &str| (scene.read)(&format!("{folder}{name}"));
    if path.ends_with(".ron") {
        load(sources, id, &ParseLimits::default(), &mut neighbour)
    } else {
        load_program(sources, id, &ParseLimits::default())
    }
}

fn inline(fence: &Fence, scene: &Scene<'_>, sources: &mut Sources) -> Result<Loaded, Vec<Diagnostic>> {
    if fence.text.trim().is_empty() {
        let problem =
            refused(info(fence, scene), "there is no program in this block, and no `file`".to_string());
        return Err(vec![problem.help("write a program into it, or `file=\"laundry.ron\"` behind `cosim`")]);
    }
    if let Some(body) = &fence.body {
        let place = body.start..body.end;
        return load_part(sources, scene.source, place, &ParseLimits::default());
    }
    // In a list its lines have something before them: the same lines, as far down.
    let line = sources.line_column(info(fence, scene)).0;
    let name = sources.get(scene.source).name.clone();
    let id = sources.add(name, format!("{}{}", "\n".repeat(line), fence.text));
    load_program(sources, id, &ParseLimits::default())
}

/// Other runs than those of the experiment, whose expectations speak of its own.
fn compare(experiment: &mut Experiment, list: &Placed) -> Result<(), Vec<Diagnostic>> {
    let runs = runtimes::read(list)?;
    let program = experiment.defaults.clone();
    let plan = |(name, runtime)| Plan {
        name,
        runtime,
        seed: None,
        params: Default::default(),
        program: program.clone(),
    };
    experiment.runs = runs.into_iter().map(plan).collect();
    experiment.expectations.clear();
    Ok(())
}

fn expectations(
    experiment: &mut Experiment,
    wanted: &[Placed],
    sources: &Sources,
) -> Result<(), Vec<Diagnostic>> {
    let runs: Vec<String> = experiment.runs.iter().map(|run| run.name.clone()).collect();
    for Placed { text, span } in wanted {
        let expr = parse_expression(span.source, text, span.start as usize)?;
        let scope = Scope { sources, runs: &runs, program: &experiment.defaults };
        let term = check_expectation(&expr, &scope)?;
        experiment.expectations.push(Expect { text: text.clone(), span: *span, term });
    }
    Ok(())
}
