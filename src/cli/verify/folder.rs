//! A folder for generated programs: temporary and gone afterwards, or kept where somebody wants it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};
use std::{env, fs, io, process};

const PREFIX: &str = "cosim-verify-";
/// What an interrupted run has left behind is removed when it is this old.
const STALE: Duration = Duration::from_secs(24 * 3600);

static MADE: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
pub struct Folder {
    pub path: PathBuf,
    kept: bool,
}

impl Folder {
    /// A fresh folder: below `keep`, where it stays, or among the temporary ones.
    pub fn new(keep: Option<&Path>, name: &str) -> io::Result<Folder> {
        let path = match keep {
            Some(keep) => keep.join(name),
            None => {
                let number = MADE.fetch_add(1, Ordering::Relaxed);
                env::temp_dir().join(format!("{PREFIX}{}-{number}", process::id()))
            }
        };
        fs::create_dir_all(&path)?;
        // Programs are run from it.
        Ok(Folder { path: fs::canonicalize(path)?, kept: keep.is_some() })
    }

    pub fn write(&self, files: &[(String, String)]) -> io::Result<()> {
        for (name, text) in files {
            let path = self.path.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, text)?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Removes what runs that were interrupted could not remove: their process is gone, or it was long ago.
pub fn sweep() {
    let Ok(entries) = fs::read_dir(env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let owner = rest.split('-').next().unwrap_or_default();
        let alive = Path::new("/proc").join(owner).exists();
        let age = entry.metadata().and_then(|meta| meta.modified()).ok();
        let old =
            age.and_then(|made| SystemTime::now().duration_since(made).ok()).is_some_and(|age| age > STALE);
        if old || (Path::new("/proc/self").exists() && !alive) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
