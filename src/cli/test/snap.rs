//! Snapshot files as insta has them: a header between dashes, then the text; what is pending ends in `.snap.new`.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::output::reason;
use crate::cli::whole_file::WholeFile;

/// The files of one scenario.
#[derive(Debug, Clone)]
pub struct SnapFile {
    /// `laundry.snap`
    pub path: PathBuf,
    /// `laundry.snap.new`
    pub pending: PathBuf,
    source: String,
}

impl SnapFile {
    /// Beside `laundry.ron` lies `laundry.snap`, beside the bare program `laundry.cosim` `laundry.cosim.snap`.
    pub fn of(scenario: &Path) -> SnapFile {
        let name = scenario.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = name.strip_suffix(".ron").unwrap_or(&name);
        SnapFile {
            path: scenario.with_file_name(format!("{name}.snap")),
            pending: scenario.with_file_name(format!("{name}.snap.new")),
            source: scenario.display().to_string().replace('\\', "/"),
        }
    }

    /// The text that was accepted; nothing if there is none.
    pub fn read(&self) -> Result<Option<String>, String> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(body(&text))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {}", self.path.display(), reason(&error))),
        }
    }

    /// Makes a text the accepted one.
    pub fn accept(&self, text: &str) -> Result<(), String> {
        self.write(&self.path, text)?;
        self.settle()
    }

    /// Puts a text beside the accepted one, for somebody to decide.
    pub fn propose(&self, text: &str) -> Result<(), String> {
        self.write(&self.pending, text)
    }

    /// Nothing is pending any more.
    pub fn settle(&self) -> Result<(), String> {
        match fs::remove_file(&self.pending) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(format!("{}: {}", self.pending.display(), reason(&error))),
        }
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        let source = serde_json::to_string(&self.source).expect("a string is plain data");
        let whole = format!("---\nsource: {source}\nexpression: cosim test\n---\n{}\n", text.trim_end());
        let written = WholeFile::over(path).and_then(|mut file| {
            file.file.write_all(whole.as_bytes())?;
            file.commit()
        });
        written.map_err(|error| format!("{}: {}", path.display(), reason(&error)))
    }
}

/// What stands behind the header.
fn body(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let header = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    header.map_or(text.as_str(), |(_, body)| body).trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_left_out() {
        assert_eq!(body("---\nsource: x\n---\na\n\nb\n"), "a\n\nb");
        assert_eq!(body("---\r\nsource: x\r\n---\r\na\r\n"), "a");
        assert_eq!(body("a\n---\nb"), "a\n---\nb");
    }

    #[test]
    fn names_stand_beside_the_scenario() {
        let file = SnapFile::of(Path::new("a/laundry.zh.ron"));
        assert_eq!(file.path, Path::new("a/laundry.zh.snap"));
        assert_eq!(file.pending, Path::new("a/laundry.zh.snap.new"));
        assert_eq!(SnapFile::of(Path::new("b.cosim")).path, Path::new("b.cosim.snap"));
    }
}
