//! Exports of the gallery as files on disk, and their programs started by the real clock.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What takes longer is started, and stopped when it has run for so long.
const SHORT: Duration = Duration::from_secs(2);
const GLANCE: Duration = Duration::from_secs(2);
/// They mostly sleep.
const AT_ONCE: usize = 8;
/// Nobody waits longer for a short program, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that says what no scenario of the gallery does.
const CASE: &str = "tests/cases/export/lists.cosim";

/// A scenario in another language.
pub struct Exported {
    /// `laundry.ron`
    pub scenario: String,
    pub file: PathBuf,
    /// In the simulation it is soon over. (What is stuck there may hang here.)
    pub short: bool,
}

/// Every experiment and program of the gallery that the target takes.
pub fn gallery(target: &str, ending: &str, runtime: &str) -> Vec<Exported> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("exported-{target}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = fs::read_dir(scenarios).expect("the gallery is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    // Beside them lie snapshots.
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "ron" || ending == "cosim"));
    paths.sort();
    paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join(CASE));
    let all = paths.iter().filter_map(|path| exported(path, target, &folder, ending, runtime)).collect();
    println!("{target}: {} scenarios and programs", paths.len());
    all
}

fn exported(path: &Path, target: &str, folder: &Path, ending: &str, runtime: &str) -> Option<Exported> {
    let scenario = path.file_name()?.to_string_lossy().into_owned();
    let file = folder.join(format!("{}.{ending}", scenario.replace('.', "_")));
    let output = cosim(&["export", "--to", target, "-o"], &[&file, path]);
    if output.code == 1 && output.stderr.contains("cannot be exported") {
        println!("{target}: {scenario} is refused");
        return None;
    }
    assert_eq!(output.code, 0, "{scenario}: {}", output.stderr);
    let run = cosim(&["run", "--json", "--runtime", runtime], &[path]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("a comparison is JSON");
    let run = &json["runs"][0];
    let makespan = Duration::from_nanos(run["metrics"]["makespan"].as_u64().expect("a run takes time"));
    let short = makespan < SHORT && run["outcome"]["kind"] == "completed";
    Some(Exported { scenario, file, short })
}

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn cosim(arguments: &[&str], paths: &[&Path]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_cosim")).args(arguments).args(paths).output();
    let output = output.expect("cosim can be run");
    Ran {
        code: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A program that has been started.
struct Running<'a> {
    what: &'a Exported,
    child: Child,
    began: Instant,
}

/// Runs the experiments, a few at a time: the short ones to their end, which has to be a good one, of
/// the others the beginning. Bare programs of the gallery are theirs, and not run again.
pub fn run(programs: &[Exported], start: impl Fn(&Path) -> Command) {
    let is_run = |one: &&Exported| one.scenario.ends_with(".ron") || CASE.ends_with(&one.scenario);
    let mut waiting = programs.iter().filter(is_run);
    let (mut running, mut started, mut to_the_end): (Vec<Running<'_>>, usize, usize) = (Vec::new(), 0, 0);
    loop {
        for what in waiting.by_ref().take(AT_ONCE - running.len()) {
            let mut command = start(&what.file);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            let child = command.spawn().expect("the runtime can be started");
            running.push(Running { what, child, began: Instant::now() });
            started += 1;
        }
        if running.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        running = running
            .into_iter()
            .filter_map(|mut one| {
                if one.child.try_wait().expect("a child can be asked").is_some() {
                    one.has_ended_well();
                    to_the_end += 1;
                    return None;
                }
                one.is_to_go_on().then_some(one)
            })
            .collect();
    }
    println!("{started} programs run, {to_the_end} of them to their end");
}

impl Running<'_> {
    fn has_ended_well(self) {
        let output = self.child.wait_with_output().expect("a child can be heard");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {stderr}", self.what.scenario);
    }

    /// What is seen long enough is stopped.
    fn is_to_go_on(&mut self) -> bool {
        let patience = if self.what.short { PATIENCE } else { GLANCE };
        if self.began.elapsed() < patience {
            return true;
        }
        self.child.kill().expect("a child can be stopped");
        self.child.wait().expect("a child can be waited for");
        assert!(!self.what.short, "{} has not ended in time", self.what.scenario);
        false
    }
}

/// Can this be run here?
pub fn installed(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        println!("skipped: `{program} {}` does not work here", arguments.join(" "));
    }
    found
}
