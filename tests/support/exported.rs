//! Exports of the gallery as files on disk, and their programs started by the real clock.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What takes longer is started, and stopped when it has run for so long.
const SHORT: Duration = Duration::from_secs(2);
const GLANCE: Duration = Duration::from_secs(1);
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

/// Runs the experiments, a few at a time: the short ones to their end, which has to be a good one, of
/// the others the beginning. Bare programs of the gallery are theirs, and not run again.
pub fn run(programs: &[Exported], start: impl Fn(&Path) -> Command) {
    let is_run = |one: &&Exported| one.scenario.ends_with(".ron") || CASE.ends_with(&one.scenario);
    let programs: Vec<&Exported> = programs.iter().filter(is_run).collect();
    let mut to_the_end = 0;
    for some in programs.chunks(6) {
        let children: Vec<(&Exported, Child)> = some
            .iter()
            .map(|&one| {
                let mut command = start(&one.file);
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
                (one, command.spawn().expect("the runtime can be started"))
            })
            .collect();
        for (one, child) in children {
            to_the_end += usize::from(ends_well(one, child));
        }
    }
    println!("{} programs run, {to_the_end} of them to their end", programs.len());
}

fn ends_well(one: &Exported, mut child: Child) -> bool {
    let began = Instant::now();
    let patience = if one.short { PATIENCE } else { GLANCE };
    while began.elapsed() < patience {
        if child.try_wait().expect("a child can be asked").is_some() {
            let output = child.wait_with_output().expect("a child can be heard");
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}: {stderr}", one.scenario);
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("a child can be stopped");
    child.wait().expect("a child can be waited for");
    assert!(!one.short, "{} has not ended in time", one.scenario);
    false
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
