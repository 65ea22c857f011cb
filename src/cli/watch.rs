//! `cosim watch FILE`: checks and runs again whenever somebody saves, and keeps the last good picture while that is broken.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::cli::args::shared::LaneChoice;
use crate::cli::args::write::WatchArguments;
use crate::cli::input::read_file;
use crate::cli::interrupt;
use crate::cli::load::{Attempt, Change, attempt};
use crate::cli::onlooker::Onlooker;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::compare::comparison::Run;
use crate::diagnostic::{Diagnostic, render};
use crate::lang::parse::ParseLimits;
use crate::report::lines::cut;
use crate::report::style::Ink;
use crate::report::text::{Lanes, Options, text};
use crate::scenario::run::{SharedSink, Watch};
use crate::scenario::{self, Loaded, Plan, RunOptions};
use crate::sim::kernel::Pulse;
use crate::source::Sources;

/// So often the files are looked at. That costs nothing, works on every file system, and does not mind editors that
/// put another file in place of the old one.
const LOOK: Duration = Duration::from_millis(120);
/// Takes the cursor to the top and clears the screen and what was scrolled out of it.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

/// What is known of a file without reading it.
type State = Option<(Option<SystemTime>, u64)>;

pub fn watch(arguments: &WatchArguments, output: &Output) -> Status {
    if arguments.file == Path::new("-") {
        return output.failed("the standard input cannot be saved again: `cosim watch` takes a file");
    }
    if let Err(error) = fs::metadata(&arguments.file) {
        return output.failed(&format!("{}: {}", arguments.file.display(), reason(&error)));
    }
    interrupt::watch();
    let mut good: Option<String> = None;
    for round in 1.. {
        // Before they are read: what is saved meanwhile is seen as a change.
        let files = files(&arguments.file);
        let seen = states(&files);
        let (report, problems) = show(arguments, output);
        if interrupt::asked() {
            break;
        }
        let broken = report.is_none();
        good = report.or(good);
        let page = page(good.as_deref(), &problems, broken, output);
        let status = output.print(&format!("{page}{}\n", footer(&files, round, output)));
        if status != Status::Fine {
            return status;
        }
        if !changed(&arguments.file, &seen) {
            break;
        }
    }
    Status::Fine
}

/// Waits until a file is another and stays so for a moment; false where somebody asks for the end.
fn changed(file: &Path, seen: &[(PathBuf, State)]) -> bool {
    let mut before = seen.to_vec();
    loop {
        thread::sleep(LOOK);
        if interrupt::asked() {
            return false;
        }
        let now = states(&files(file));
        // An editor that writes in several steps is waited for.
        if now == before && now != seen {
            return true;
        }
        before = now;
    }
}

fn states(files: &BTreeSet<PathBuf>) -> Vec<(PathBuf, State)> {
    let state = |path: &PathBuf| fs::metadata(path).ok().map(|meta| (meta.modified().ok(), meta.len()));
    files.iter().map(|path| (path.clone(), state(path))).collect()
}

/// The file, and those it names with `File("…")`, be they there or not.
fn files(file: &Path) -> BTreeSet<PathBuf> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut files = BTreeSet::from([file.to_path_buf()]);
    if file.extension().is_none_or(|ending| ending != "cosim")
        && let Ok(text) = read_file(file)
    {
        let named = text.split("File(\"").skip(1).filter_map(|rest| rest.split_once('"'));
        files.extend(named.map(|(name, _)| folder.join(name)));
    }
    files
}

/// The report, if there is one, and what is wrong or odd.
fn show(arguments: &WatchArguments, output: &Output) -> (Option<String>, String) {
    let Attempt { mut sources, result } =
        match attempt(&arguments.file, arguments.format, &ParseLimits::default()) {
            Ok(attempt) => attempt,
            Err(message) => return (None, format!("error: {message}\n")),
        };
    let said = |found: &[Diagnostic], sources: &Sources| match found {
        [] => String::new(),
        some => render(some, sources, output.diagnostics()),
    };
    let changed = result.and_then(|Loaded { mut experiment, warnings }| {
        arguments.experiment.change(&mut experiment, &mut sources)?;
        Ok((experiment, warnings))
    });
    let (experiment, warnings) = match changed {
        Ok(loaded) => loaded,
        Err(problems) => return (None, said(&problems, &sources)),
    };
    let runs = experiment.runs.len() as u64 * u64::from(experiment.replications.max(1));
    let mut stops = Stops(Rc::new(Onlooker::new(output, runs, None)));
    let comparison = scenario::run(&experiment, &RunOptions::default(), &mut stops);
    let lanes = match arguments.lanes {
        LaneChoice::Worker => Lanes::Workers,
        LaneChoice::Task => Lanes::Tasks,
    };
    let options = Options { style: output.style, lanes, most: arguments.lanes_max, log: arguments.log };
    (Some(text(&comparison, &sources, options)), said(&warnings, &sources))
}

/// Ends a run when somebody asks for it.
struct Stops(Rc<Onlooker>);

impl Watch for Stops {
    fn begin(&mut self, _plan: &Plan) -> Option<SharedSink> {
        None
    }

    fn end(&mut self, _run: &Run) {}

    fn pulse(&mut self) -> Option<Rc<dyn Pulse>> {
        self.0.next();
        Some(self.0.clone())
    }

    fn goes_on(&mut self) -> bool {
        !interrupt::asked()
    }
}

/// What is to be seen, cut to the height of the terminal; what is wrong is always there.
fn page(good: Option<&str>, problems: &str, broken: bool, output: &Output) -> String {
    let rows = output.rows();
    let mut below: Vec<String> = Vec::new();
    if broken && good.is_some() {
        below.push(
            output.style.paint(Ink::Bad, "This is how it was before the last change, which cannot be run:"),
        );
    }
    below.extend(problems.lines().map(str::to_string));
    let report: Vec<&str> = good.unwrap_or_default().lines().collect();
    let mut out = String::from(if rows.is_some() { CLEAR } else { "" });
    // The footer takes two lines, and the cursor stands in one.
    let room = rows.map_or(usize::MAX, |rows| rows.saturating_sub(below.len() + 4).max(rows / 3));
    let shown = if report.len() > room { room.saturating_sub(1) } else { report.len() };
    for line in &report[..shown] {
        out.push_str(&format!("{line}\n"));
    }
    if shown < report.len() {
        let more = format!("{} more lines: `cosim run` shows all", report.len() - shown);
        out.push_str(&format!("{}\n", output.style.paint(Ink::Faint, &more)));
    }
    if !below.is_empty() {
        out.push_str(&format!("\n{}\n", below.join("\n")));
    }
    out
}

fn footer(files: &BTreeSet<PathBuf>, round: usize, output: &Output) -> String {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let text = format!("run {round}, Ctrl-C ends; watching {}", names.join(" and "));
    let text = cut(&text, output.style.width, output.style.glyph('…', '~'));
    format!("\n{}", output.style.paint(Ink::Faint, &text))
}
