//! Files that appear whole or not at all, and never in the place of what was read.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{self, Path, PathBuf};
use std::process;
use std::sync::Mutex;

use crate::cli::interrupt::before_end;

/// What this command has read.
static READ: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Takes down that this file is read: nothing is to take its place unasked.
pub fn note_read(path: &Path) {
    if let Ok(mut read) = READ.lock() {
        read.insert(target(path));
    }
}

/// Where a name leads to in the end, be it that nothing is there yet.
pub fn target(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let mut path = path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for _ in 0..MOST_LINKS {
        let Ok(to) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    let folder = path.parent().and_then(|folder| fs::canonicalize(folder).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        (Some(_) | None, Some(_) | None) => path,
    }
}

/// Links that lead to links, as many as Linux follows.
const MOST_LINKS: usize = 40;

/// What is being written beside its place, and goes if we are ended before it is whole.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn remove_unfinished() {
    let Ok(unfinished) = UNFINISHED.lock() else { return };
    for path in unfinished.iter() {
        let _ = fs::remove_file(path);
    }
}

/// A file that appears whole under its name, or not at all: it is written beside and then renamed.
///
/// What is there already and is no ordinary file (`/dev/stdout`, a named pipe) is written directly.
#[derive(Debug)]
pub struct WholeFile {
    pub file: File,
    path: PathBuf,
    /// Where it is written until it is whole.
    beside: Option<PathBuf>,
    /// It may take the place of what was read.
    over: bool,
}

impl WholeFile {
    /// One that never takes the place of what this command reads.
    pub fn create(path: &Path) -> io::Result<WholeFile> {
        WholeFile::at(path, false)
    }

    /// One that takes the place of what was read: the same, made better.
    pub fn over(path: &Path) -> io::Result<WholeFile> {
        WholeFile::at(path, true)
    }

    fn at(path: &Path, over: bool) -> io::Result<WholeFile> {
        if path.file_name().is_none() {
            return Err(ErrorKind::IsADirectory.into());
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        if let Some(folder) = folder {
            let text = format!("there is no folder `{}`", folder.display());
            return Err(io::Error::new(ErrorKind::NotFound, text));
        }
        // A link stays a link; what it points to is replaced.
        let path = target(path);
        let there = fs::metadata(&path).ok();
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(WholeFile { file, path, beside: None, over });
        }
        if !over {
            spared(&path)?;
        }
        if there.as_ref().is_some_and(|there| there.permissions().readonly()) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it is there and may not be written to"));
        }
        let name = path.file_name().ok_or(ErrorKind::IsADirectory)?.to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.{}.part", process::id()));
        before_end(remove_unfinished);
        let file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        if let Ok(mut unfinished) = UNFINISHED.lock() {
            unfinished.insert(beside.clone());
        }
        let whole = WholeFile { file, path, beside: Some(beside), over };
        // Who could not read it before is not to read it now.
        if let Some(there) = there {
            whole.file.set_permissions(there.permissions())?;
        }
        Ok(whole)
    }

    /// It is whole: it gets its name.
    pub fn commit(mut self) -> io::Result<()> {
        self.file.flush()?;
        let Some(beside) = &self.beside else { return Ok(()) };
        if !self.over {
            spared(&self.path)?;
        }
        fs::rename(beside, &self.path)?;
        finished(beside);
        self.beside = None;
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            let _ = fs::remove_file(beside);
            finished(beside);
        }
    }
}

fn finished(beside: &Path) {
    if let Ok(mut unfinished) = UNFINISHED.lock() {
        unfinished.remove(beside);
    }
}

/// Nobody wants to lose what was read for what comes of it.
fn spared(path: &Path) -> io::Result<()> {
    match READ.lock().is_ok_and(|read| read.contains(path)) {
        true => Err(io::Error::other("this is what was read, and would be lost; take another name")),
        false => Ok(()),
    }
}
