//! The files that a command means: those that are named, and those in folders that are.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::input::{is_experiment, read_file};
use crate::cli::output::reason;

/// Folders within folders.
const MOST_DEPTH: usize = 64;

/// Files as they are named; of folders, everything below that is a program or an experiment, in order of the names.
///
/// # Errors
/// Which folder could not be read, or holds nothing of the kind.
pub fn find(paths: &[PathBuf], endings: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let before = found.len();
        walk(path, endings, MOST_DEPTH, &mut found)?;
        if found.len() == before {
            let endings: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
            return Err(format!(
                "{}: there is no {} file in this folder",
                path.display(),
                endings.join(" or ")
            ));
        }
    }
    Ok(found)
}

fn walk(folder: &Path, endings: &[&str], depth: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error| format!("{}: {}", folder.display(), reason(&error));
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(unreadable)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(unreadable)?.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let link = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_symlink());
        if hidden || link {
            continue;
        }
        if path.is_dir() {
            if depth > 0 {
                walk(&path, endings, depth - 1, found)?;
            }
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| endings.contains(&ending)) && path.is_file() && ours(&path) {
            found.push(path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path));
        }
    }
    Ok(())
}

/// Other programs have files in RON too.
fn ours(path: &Path) -> bool {
    path.extension().is_none_or(|ending| ending != "ron")
        || read_file(path).is_ok_and(|text| is_experiment(&text))
}
