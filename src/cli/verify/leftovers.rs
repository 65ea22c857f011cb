//! What builds leave outside of their folders: gone after the batch, and what interrupted runs left, later.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What nobody removed is nobody's when it is this old.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// Removes all files and folders whose paths, below this folder, begin with one of these.
pub fn remove(folder: &Path, beginnings: &[String]) {
    for beginning in beginnings {
        each(&folder.join(beginning), &|_| true);
    }
}

/// The same for those that are old.
pub fn sweep(folder: &Path, beginnings: &[String]) {
    let now = SystemTime::now();
    let old = |path: &Path| {
        let made = fs::metadata(path).and_then(|meta| meta.modified()).ok();
        made.and_then(|made| now.duration_since(made).ok()).is_some_and(|age| age > STALE)
    };
    for beginning in beginnings {
        each(&folder.join(beginning), &old);
    }
}

fn each(beginning: &Path, is_gone: &dyn Fn(&Path) -> bool) {
    let (Some(parent), Some(name)) = (beginning.parent(), beginning.file_name()) else { return };
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let begins = entry.file_name().as_encoded_bytes().starts_with(name.as_encoded_bytes());
        let path = entry.path();
        if begins && is_gone(&path) {
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "what is removed has to be there")]

    use super::*;

    #[test]
    fn what_begins_so_is_removed_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("cosim-leftovers-{}", std::process::id()));
        let deps = folder.join("target/deps");
        fs::create_dir_all(deps.join("program_7-folder")).expect("a folder is made");
        for name in ["program_7-abc", "program_7.d", "program_8-abc", "tokio-1"] {
            fs::write(deps.join(name), "").expect("a file is written");
        }
        let all = ["target/deps/program_".to_string()];
        sweep(&folder, &all);
        assert!(deps.join("program_8-abc").exists(), "it is not old");
        remove(&folder, &["target/deps/program_7".to_string(), "nowhere/x".to_string()]);
        let mut left: Vec<_> = fs::read_dir(&deps)
            .expect("it is there")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        assert_eq!(left, ["program_8-abc", "tokio-1"]);
        fs::remove_dir_all(&folder).expect("it can be removed");
    }
}
