//! The gallery: every scenario is a whole lesson, its knob does what it says, and its index, `docs/gallery.md` with the
//! thumbnails beside it, is what comes out of the files. `BLESS=1 cargo test --test all gallery::` writes it anew.

#![allow(clippy::disallowed_methods, reason = "tests read and write their files")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cosim::compare::comparison::Comparison;
use cosim::lang::parse::ParseLimits;
use cosim::report::svg::palette::Ground;
use cosim::report::svg::picture::{self, svg};
use cosim::report::text::Lanes;
use cosim::scenario::{Experiment, Knob, Lesson, RunOptions, load, run};
use cosim::source::Sources;

/// A scenario with its lesson.
struct Entry {
    /// Without its ending.
    name: String,
    experiment: Experiment,
    lesson: Lesson,
}

impl Entry {
    fn number(&self) -> u32 {
        self.lesson.number.expect("every scenario has its number")
    }

    fn section(&self) -> &str {
        self.lesson.section.as_deref().expect("every scenario has its section")
    }
}

const HOW_MANY: u32 = 47;
const STARS: [&str; 3] = ["★", "★★", "★★★"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All of them, in the order of their numbers.
fn entries() -> Vec<Entry> {
    let files = fs::read_dir(root().join("scenarios")).expect("the scenarios can be listed");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "ron"));
    let mut entries: Vec<Entry> = paths.iter().map(|path| entry(path)).collect();
    entries.sort_by(|a, b| (a.number(), &a.name).cmp(&(b.number(), &b.name)));
    entries
}

fn entry(path: &Path) -> Entry {
    let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    let mut sources = Sources::default();
    let id = sources.add(name.as_str(), fs::read_to_string(path).expect("a scenario can be read"));
    let folder = path.parent().expect("a file has a folder");
    let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
    let loaded = load(&mut sources, id, &ParseLimits::default(), &mut read);
    let experiment = loaded.unwrap_or_else(|problems| panic!("{name}: {problems:?}")).experiment;
    let lesson = experiment.lesson.clone().unwrap_or_else(|| panic!("{name} has no lesson"));
    Entry { name, experiment, lesson }
}

/// Nothing is kept but the numbers.
fn quick() -> RunOptions {
    RunOptions { keep_events: 0, ..RunOptions::default() }
}

fn unmet(comparison: &Comparison) -> Vec<&str> {
    let unmet = comparison.expectations.iter().filter(|expectation| !expectation.held);
    unmet.map(|expectation| expectation.explanation.as_str()).collect()
}

#[test]
fn every_number_is_told_as_a_whole_lesson() {
    let entries = entries();
    let mut missing: Vec<String> = (1..=HOW_MANY)
        .filter(|number| !entries.iter().any(|entry| entry.number() == *number))
        .map(|number| format!("there is no scenario for number {number}"))
        .collect();
    for Entry { name, lesson, experiment } in &entries {
        let mut says = |fine: bool, what: &str| {
            if !fine {
                missing.push(format!("{name}: {what}"));
            }
        };
        says(lesson.number.is_some_and(|number| number <= HOW_MANY), "its number is none of the gallery's");
        says(lesson.level.is_some(), "no level");
        says(lesson.questions.len() == 3, "three questions");
        says(lesson.knob.is_some(), "no knob");
        says(lesson.not_modelled.is_some(), "what does it not model?");
        says(!experiment.expectations.is_empty(), "nothing is expected");
        says(lesson.questions.iter().any(|question| question.holds.is_some()), "no answer is held by a run");
        let texts = lesson.questions.iter().flat_map(|question| [&question.ask, &question.answer]);
        let knob = lesson.knob.iter().flat_map(|knob| [&knob.turn, &knob.then]);
        says(texts.chain(knob).all(|text| text.len() > 3 && !text.contains("TBD")), "a text is missing");
        let library = lesson.number.is_some_and(|number| (41..=45).contains(&number));
        says(!library || !lesson.sources.is_empty(), "where are the limits of the library from?");
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn sections_follow_each_other() {
    let entries = entries();
    let mut sections: Vec<&str> = entries.iter().map(Entry::section).collect();
    sections.dedup();
    assert_eq!(sections.len(), 7, "{sections:#?}");
}

#[test]
fn knobs_do_what_they_say() {
    let mut wrong = Vec::new();
    for entry in entries() {
        let turned = entry.experiment.turned();
        let turned = turned.unwrap_or_else(|problems| panic!("{}: {problems:?}", entry.name));
        let Some(turned) = turned else {
            wrong.push(format!("{}: the knob cannot be turned from outside", entry.name));
            continue;
        };
        let comparison = run(&turned, &quick(), &mut ());
        wrong.extend(unmet(&comparison).into_iter().map(|what| format!("{}: {what}", entry.name)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_index_is_current() {
    let mut old = Vec::new();
    let entries = entries();
    let mut files = vec![("docs/gallery.md".to_string(), page(&entries))];
    for entry in &entries {
        let comparison = run(&entry.experiment, &RunOptions::default(), &mut ());
        files.push((format!("docs/gallery/{}.svg", entry.name), thumbnail(entry, &comparison)));
    }
    for (name, text) in &files {
        let path = root().join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there == *text) {
            continue;
        }
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
            fs::write(&path, text).expect("the index can be written");
        } else {
            old.push(name);
        }
    }
    let pictures = fs::read_dir(root().join("docs/gallery")).expect("the pictures can be listed");
    let pictures =
        pictures.map(|file| format!("docs/gallery/{}", file.expect("a file").file_name().display()));
    let orphans: Vec<String> = pictures.filter(|name| !files.iter().any(|(file, _)| file == name)).collect();
    assert!(old.is_empty(), "not current (BLESS=1 writes them anew): {old:#?}");
    assert!(orphans.is_empty(), "pictures of scenarios that are gone: {orphans:#?}");
}

/// Small: a few lanes of each run, no wider than half a page, and without the tips, which an image does not show.
fn thumbnail(entry: &Entry, comparison: &Comparison) -> String {
    // Where workers have nothing to do, their lanes have nothing to show.
    let idle = comparison.runs.iter().all(|run| run.metrics.occupied().is_none_or(|occupied| occupied < 0.1));
    let (lanes, most) = if idle { (Lanes::Tasks, 5) } else { (Lanes::Workers, 4) };
    let options =
        picture::Options { width: 360, lanes, most, ground: Ground::Auto, salt: entry.name.clone() };
    let picture = svg(comparison, &options).unwrap_or_else(|why| panic!("{}: {why}", entry.name));
    let mut drawn: Vec<String> = Vec::new();
    let mut told = false;
    for line in picture.lines() {
        match line.trim() {
            "<g>" => told = true,
            "</g>" if told => told = false,
            tip if told && tip.starts_with("<title>") => {}
            inside if told => drawn.push(inside.to_string()),
            _whole => drawn.push(line.to_string()),
        }
        if let [.., one, next] = &drawn[..]
            && let Some(both) = joined(one, next)
        {
            drawn.truncate(drawn.len() - 2);
            drawn.push(both);
        }
    }
    drawn.join("\n") + "\n"
}

/// Two pieces of one lane that show the same, side by side and too narrow to be told apart.
fn joined(one: &str, next: &str) -> Option<String> {
    let ((x, y, wide, rest), (next_x, next_y, next_wide, next_rest)) = (piece(one)?, piece(next)?);
    let beside = (next_x - x - wide).abs() < 0.3 && (y, rest) == (next_y, next_rest);
    let wide = next_x + next_wide - x;
    (beside && next_wide < 1.5)
        .then(|| format!("<rect x=\"{x:.2}\" y=\"{y}\" width=\"{wide:.2}\" height={rest}"))
}

/// The left edge of a rectangle, its top, its width, and what else is said of it.
fn piece(line: &str) -> Option<(f64, &str, f64, &str)> {
    let (x, rest) = line.strip_prefix("<rect x=\"")?.split_once("\" y=\"")?;
    let (y, rest) = rest.split_once("\" width=\"")?;
    let (wide, rest) = rest.split_once("\" height=")?;
    Some((x.parse().ok()?, y, wide.parse().ok()?, rest))
}

fn page(entries: &[Entry]) -> String {
    let mut text = format!(
        "# The gallery\n\n\
         <!-- Written by `BLESS=1 cargo test --test all gallery::` from the files in scenarios/: change those. -->\n\n\
         {HOW_MANY} stories about concurrency, each a file that runs, in {} files: some stories are told twice. Every number below was \
         worked out beforehand and is held whenever the scenario runs, the answers to the questions too. ★ is for \
         a first lecture, ★★★ is advanced.\n",
        entries.len(),
    );
    let mut sections: Vec<&str> = entries.iter().map(Entry::section).collect();
    sections.dedup();
    for (letter, section) in ('A'..).zip(&sections) {
        let _ = write!(text, "\n**{letter}. {section}**\n\n");
        for entry in entries.iter().filter(|entry| entry.section() == *section) {
            let (number, title) = (entry.number(), &entry.experiment.title);
            let _ =
                writeln!(text, "* {number} [{title}](#{}) {}", entry.name.replace('.', "-"), stars(entry));
        }
    }
    for (letter, section) in ('A'..).zip(&sections) {
        let _ = write!(text, "\n## {letter}. {section}\n");
        for entry in entries.iter().filter(|entry| entry.section() == *section) {
            told(&mut text, entry);
        }
    }
    text
}

fn stars(entry: &Entry) -> &'static str {
    entry.lesson.level.and_then(|level| STARS.get(level as usize - 1)).copied().unwrap_or_default()
}

/// One scenario on the page.
fn told(text: &mut String, entry: &Entry) {
    let Entry { name, experiment, lesson } = entry;
    let file = format!("scenarios/{name}.ron");
    let _ = write!(
        text,
        "\n<a id=\"{}\"></a>\n\n### {} {} {}\n\n{}\n\n[![{}](gallery/{name}.svg)](../{file})\n\n",
        name.replace('.', "-"),
        entry.number(),
        experiment.title,
        stars(entry),
        experiment.story,
        experiment.title.replace(['[', ']'], ""),
    );
    let _ = write!(text, "**You learn.** {}\n\n`cosim run {file}`\n\n**Predict.**\n\n", lesson.goal);
    for (number, question) in (1..).zip(&lesson.questions) {
        let _ = writeln!(text, "{number}. {}", question.ask);
    }
    let _ = write!(text, "\n<details><summary>Answers</summary>\n\n");
    for (number, question) in (1..).zip(&lesson.questions) {
        let _ = writeln!(text, "{number}. {}", question.answer);
    }
    let _ = write!(text, "\nWhat is held:\n\n```text\n");
    for expectation in &experiment.expectations {
        let words: Vec<&str> = expectation.text.split_whitespace().collect();
        let _ = writeln!(text, "{}", words.join(" "));
    }
    let _ = write!(text, "```\n\n</details>\n");
    if let Some(knob) = &lesson.knob {
        let _ = write!(
            text,
            "\n**Turn one knob.** {}\n\n`{}`\n\n<details><summary>What happens</summary>\n\n{}\n\n</details>\n",
            knob.turn,
            command(&file, knob),
            knob.then,
        );
    }
    if let Some(not_modelled) = &lesson.not_modelled {
        let _ = write!(text, "\n**Not modelled.** {not_modelled}\n");
    }
    if !lesson.sources.is_empty() {
        let _ = write!(text, "\n**Sources.** {}\n", lesson.sources.join("; "));
    }
}

/// What turns the knob on the command line.
fn command(file: &str, knob: &Knob) -> String {
    let mut command = format!("cosim run {file}");
    for (name, value) in &knob.params {
        let value = value.to_string();
        let plain = value.chars().all(|c| c.is_alphanumeric() || "._".contains(c));
        let value = if plain { value } else { format!("'{value}'") };
        let _ = write!(command, " --set {name}={value}");
    }
    if let Some((runtime, _)) = &knob.runtime {
        let words: Vec<&str> = runtime.split_whitespace().collect();
        let _ = write!(command, " --runtime '{}'", words.join(" "));
    }
    command
}
