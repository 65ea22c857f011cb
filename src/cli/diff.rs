//! `cosim diff A B`: two traces, two scenarios, or two commits of one, side by side up to the step at which they part.

use std::path::Path;
use std::process::Command;

use crate::cli::args::shared::InputFormat;
use crate::cli::args::write::DiffArguments;
use crate::cli::input::{Input, decode, of, read_bytes, read_named, read_standard};
use crate::cli::load::complain;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::lang::parse::ParseLimits;
use crate::report::json::pretty;
use crate::report::snapshot::data::Snapshot;
use crate::report::snapshot::draw::{Look, draw};
use crate::report::snapshot::json::shape;
use crate::report::snapshot::make::snapshot;
use crate::report::snapshot::parting::{forget_workers, same};
use crate::report::snapshot::records::{self, is_trace};
use crate::scenario::{RunOptions, load, load_program, run};
use crate::source::Sources;
use crate::verify::targets::rules_of;

/// One of the two.
struct Side {
    snapshot: Snapshot,
    /// The texts of a scenario; a trace has none.
    sources: Option<Sources>,
}

pub fn diff(arguments: &DiffArguments, output: &Output) -> Status {
    let sides = side(&arguments.left, output).and_then(|left| Ok((left, side(&arguments.right, output)?)));
    let (mut left, mut right) = match sides {
        Ok(sides) => sides,
        Err(status) => return status,
    };
    if left.sources.is_some() != right.sources.is_some() {
        return output.failed(
            "a trace and a scenario have different lines: write the scenario's trace with `cosim run FILE --trace x.jsonl`, and compare the two",
        );
    }
    forget_workers(&mut left.snapshot, &mut right.snapshot);
    let equal = same(&left.snapshot, &right.snapshot);
    let status = if equal { Status::Fine } else { Status::Found };
    let names = (arguments.left.as_str(), arguments.right.as_str());
    if arguments.json {
        let shape = shape(&left.snapshot, &right.snapshot, names, right.sources.as_ref());
        return output.print(&pretty(&shape)).max(status);
    }
    if equal {
        let steps: usize = left.snapshot.runs.iter().map(|run| run.count).sum();
        let runs = left.snapshot.runs.len();
        let plural = if runs == 1 { "" } else { "s" };
        return output.print(&format!("the same: {runs} run{plural}, {steps} steps\n"));
    }
    let sources = right.sources.as_ref();
    let look = Look { names, style: output.style, everything: true, sources, rules: rules_of };
    output.print(&draw(&left.snapshot, &right.snapshot, look)).max(status)
}

/// Everything that is wrong is said; as `diff` has it, the two could not be compared then.
fn side(name: &str, output: &Output) -> Result<Side, Status> {
    let place = Place::of(name);
    let bytes = place.read().map_err(|message| output.failed(&message))?;
    if is_trace(&bytes) {
        let snapshot = records::read(&bytes).map_err(|why| output.failed(&format!("{name}: {why}")))?;
        return Ok(Side { snapshot, sources: None });
    }
    let text = decode(bytes, name).map_err(|message| output.failed(&message))?;
    let Input { name, text, format } = of(place.path(), name, text, None);
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let limits = ParseLimits::default();
    let loaded = match format {
        InputFormat::Ron => load(&mut sources, id, &limits, &mut |file| place.neighbour(file)),
        InputFormat::Cosim => load_program(&mut sources, id, &limits),
    };
    match loaded {
        Ok(loaded) => {
            complain(&loaded.warnings, &sources, output);
            let comparison = run(&loaded.experiment, &RunOptions::default(), &mut ());
            Ok(Side { snapshot: snapshot(&comparison), sources: Some(sources) })
        }
        Err(problems) => {
            complain(&problems, &sources, output);
            Err(Status::Failed)
        }
    }
}

/// Where a side is to be found.
enum Place<'a> {
    Standard,
    File(&'a Path),
    /// `HEAD~1:scenarios/laundry.ron`
    Commit {
        commit: &'a str,
        path: &'a Path,
    },
}

impl<'a> Place<'a> {
    fn of(name: &'a str) -> Place<'a> {
        if name == "-" {
            return Place::Standard;
        }
        match name.split_once(':') {
            Some((commit, path)) if !commit.is_empty() && !Path::new(name).exists() => {
                Place::Commit { commit, path: Path::new(path) }
            }
            Some(_) | None => Place::File(Path::new(name)),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Place::Standard => Path::new("-"),
            Place::File(path) | Place::Commit { path, .. } => path,
        }
    }

    fn read(&self) -> Result<Vec<u8>, String> {
        match self {
            Place::Standard => read_standard(),
            Place::File(path) => read_bytes(path),
            Place::Commit { commit, path } => show(commit, path),
        }
    }

    /// The text of a file beside it: of the same commit, where it is one's.
    fn neighbour(&self, file: &str) -> Result<String, String> {
        let beside = self.path().parent().unwrap_or(Path::new("")).join(file);
        match self {
            Place::Standard | Place::File(_) => read_named(&beside),
            Place::Commit { commit, .. } => {
                let name = format!("{commit}:{}", beside.display());
                show(commit, &beside).and_then(|bytes| decode(bytes, &name))
            }
        }
    }
}

/// What git has of a file in a commit; paths count from the current folder.
fn show(commit: &str, path: &Path) -> Result<Vec<u8>, String> {
    let relative = path.is_relative() && !path.starts_with("./") && !path.starts_with("..");
    let below = if relative { "./" } else { "" };
    let object = format!("{commit}:{below}{}", path.display().to_string().replace('\\', "/"));
    let ran = Command::new("git").args(["show", "--end-of-options", &object]).output();
    let ran = ran.map_err(|error| format!("{object}: git cannot be run: {}", reason(&error)))?;
    if ran.status.success() {
        return Ok(ran.stdout);
    }
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let said =
        said.lines().next().unwrap_or("git does not say why").trim_start_matches("fatal: ").to_string();
    Err(format!("{object}: no such file, and git says: {said}"))
}
