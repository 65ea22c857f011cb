//! Carries a plan out: writes the files, builds, runs program after program, and collects what was seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use crate::cli::interrupt::asked;
use crate::cli::output::reason;
use crate::cli::verify::child::{Answer, Exit, call};
use crate::cli::verify::find::Found;
use crate::cli::verify::folder::Folder;
use crate::cli::verify::leftovers;
use crate::runtimes::table::RuntimeSpec;
use crate::verify::plan::{Case, Command, Plan, Program, Target};
use crate::verify::seen::{Seen, Status, read};

/// A compiler may be silent for so long.
const BUILD_PATIENCE: Duration = Duration::from_secs(900);

/// How programs are run: by whom, how patiently, and what is kept.
#[derive(Debug, Clone)]
pub struct Setup<'a> {
    pub found: &'a Found,
    pub patience: Duration,
    pub keep: Option<&'a Path>,
}

/// Runs the programs, whose numbers follow each other; what was seen of each, nothing of those that
/// a Ctrl-C kept from running.
pub fn run(target: &Target, spec: &RuntimeSpec, cases: &[Case], setup: &Setup) -> Vec<Option<Seen>> {
    let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return Vec::new() };
    if asked() {
        return vec![None; cases.len()];
    }
    let plan = (target.plan)(spec, cases, &own_name());
    let name = format!("{}-{}", target.name, first.number);
    let folder =
        match Folder::new(setup.keep, &name).and_then(|folder| folder.write(&plan.files).map(|()| folder)) {
            Ok(folder) => folder,
            Err(error) => {
                return all_stopped(cases, &format!("its files could not be written: {}", reason(&error)));
            }
        };
    leftovers::sweep(&folder.path, &plan.stale);
    if let Err(why) = build(&plan, setup, &folder.path) {
        leftovers::remove(&folder.path, &plan.built);
        if asked() {
            return vec![None; cases.len()];
        }
        drop(folder);
        return run_the_others(target, spec, cases, setup, &why);
    }
    let mut seen = run_all(&plan, setup, &folder.path, first.number, last.number + 1);
    leftovers::remove(&folder.path, &plan.built);
    let missing = || (!asked()).then(|| stopped("it was not run"));
    cases.iter().map(|case| seen.remove(&case.number).or_else(missing)).collect()
}

/// Some of these are to blame that nothing was built: the others can still be run.
fn run_the_others(
    target: &Target,
    spec: &RuntimeSpec,
    cases: &[Case],
    setup: &Setup,
    why: &Unbuilt,
) -> Vec<Option<Seen>> {
    if cases.len() < 2 || why.is_final {
        return all_stopped(cases, &why.text);
    }
    let blamed = blamed(&why.complaints, cases);
    if blamed.is_empty() {
        let (left, right) = cases.split_at(cases.len() / 2);
        let mut all = run(target, spec, left, setup);
        all.extend(run(target, spec, right, setup));
        return all;
    }
    let is_good = |case: &Case| !blamed.contains_key(&case.number);
    let runs = cases.chunk_by(|a, b| is_good(a) && is_good(b));
    runs.flat_map(|cases| match blamed.get(&cases[0].number) {
        Some(why) => vec![Some(stopped(&format!("it could not be built: {why}")))],
        None => run(target, spec, cases, setup),
    })
    .collect()
}

/// Programs in whose files a compiler found mistakes, and the first in each.
fn blamed(complaints: &str, cases: &[Case]) -> BTreeMap<usize, String> {
    let mut blamed = BTreeMap::new();
    let mut head: Option<&str> = None;
    for line in complaints.lines() {
        if line.starts_with("error") || line.starts_with("warning") {
            head = Some(line);
        }
        if head.is_some_and(|head| head.starts_with("warning")) {
            continue;
        }
        let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || ".-_".contains(c))).collect();
        let named = cases.iter().find(|case| {
            let file = case.files.first().map(|(name, _)| name.as_str());
            file.is_some_and(|file| words.contains(&file))
        });
        if let Some(case) = named {
            blamed.entry(case.number).or_insert_with(|| head.unwrap_or(line).trim().to_string());
        }
    }
    blamed
}

/// A name that no other batch has, and that is not the beginning of another's.
fn own_name() -> String {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}-{:06}", process::id(), now.as_secs(), MADE.fetch_add(1, Ordering::Relaxed))
}

fn stopped(why: &str) -> Seen {
    Seen { steps: Vec::new(), status: Status::Stopped(why.to_string()) }
}

fn all_stopped(cases: &[Case], why: &str) -> Vec<Option<Seen>> {
    vec![Some(stopped(why)); cases.len()]
}

struct Unbuilt {
    text: String,
    /// All that the compiler said.
    complaints: String,
    /// Fewer programs would not help.
    is_final: bool,
}

fn build(plan: &Plan, setup: &Setup, folder: &Path) -> Result<(), Unbuilt> {
    for command in &plan.build {
        let answer = start(command, setup.found, folder, BUILD_PATIENCE);
        match &answer.exit {
            Exit::Code(0) => {}
            Exit::Absent(why) => {
                let text = format!("it could not be built: {why}");
                return Err(Unbuilt { text, complaints: String::new(), is_final: true });
            }
            Exit::Interrupted => {
                return Err(Unbuilt { text: why(&answer), complaints: String::new(), is_final: true });
            }
            Exit::Code(_) | Exit::Killed | Exit::Silent | Exit::Flood => {
                let offline = ["network", "resolve host", "download", "registry", "index", "proxy"];
                let is_final = offline.iter().any(|word| answer.stderr.contains(word));
                let first =
                    answer.stderr.lines().find(|line| line.contains("error") || line.contains(".go:"));
                let text = format!("it could not be built: {}", first.unwrap_or(answer.complaint()).trim());
                return Err(Unbuilt { text, complaints: answer.stderr, is_final });
            }
        }
    }
    Ok(())
}

fn start(command: &Command, found: &Found, folder: &Path, patience: Duration) -> Answer {
    let program: PathBuf = match &command.program {
        Program::Found => found.program.clone(),
        Program::Built(path) => folder.join(path),
    };
    let arguments: Vec<&str> = command.arguments.iter().map(String::as_str).collect();
    call(&program, &arguments, &command.environment, folder, patience)
}

/// Starts the harness again behind every program that breaks it off.
fn run_all(plan: &Plan, setup: &Setup, folder: &Path, first: usize, end: usize) -> BTreeMap<usize, Seen> {
    let mut all = BTreeMap::new();
    let mut next = first;
    while next < end {
        let answer = start(&plan.run.numbered(next, end), setup.found, folder, setup.patience);
        let mut seen = read(&answer.stdout);
        seen.retain(|(number, _)| (next..end).contains(number));
        if answer.exit == Exit::Interrupted {
            seen.retain(|(_, seen)| !matches!(seen.status, Status::Stopped(_)));
            all.extend(seen);
            return all;
        }
        let Some((last, broken)) = seen.last_mut() else {
            let why = stopped(&format!("the harness did not start: {}", why(&answer)));
            all.extend((next..end).map(|number| (number, why.clone())));
            return all;
        };
        next = *last + 1;
        if matches!(broken.status, Status::Stopped(_)) {
            broken.status = match plan.deadlock {
                Some(words) if answer.stderr.contains(words) => Status::Deadlock,
                _ => Status::Stopped(why(&answer)),
            };
        }
        all.extend(seen);
    }
    all
}

fn why(answer: &Answer) -> String {
    match &answer.exit {
        Exit::Silent => "it did not answer in time".to_string(),
        Exit::Interrupted => "interrupted".to_string(),
        Exit::Flood => "it wrote too much".to_string(),
        Exit::Absent(why) => format!("it could not be started: {why}"),
        Exit::Code(_) | Exit::Killed => format!("it broke off: {}", answer.complaint()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_say_who_is_to_blame() {
        let case = |number: usize, ending: &str| Case {
            number,
            files: vec![(format!("p{number}.{ending}"), String::new())],
            draws: Vec::new(),
            choices: Default::default(),
        };
        let rust = "warning: unused\n --> part/src/p1.rs:1:1\nerror[E0425]: cannot find `x`\n  --> part/src/p12.rs:3:5\nerror: aborting\n";
        let found = blamed(rust, &[case(1, "rs"), case(2, "rs"), case(12, "rs")]);
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [(12, "error[E0425]: cannot find `x`".to_string())]
        );
        let found = blamed("./p2.go:4:2: undefined: x\n", &[case(1, "go"), case(2, "go")]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(2, "./p2.go:4:2: undefined: x".to_string())]);
    }
}
