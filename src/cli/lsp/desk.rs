//! The texts that are open in the editor, and those beside them on disk: an open one goes before its file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::cli::input::read_named;
use crate::cli::lsp::uri;
use crate::editor::document::{Document, Language};
use crate::editor::problems::Problem;
use crate::editor::text::Units;

/// So many files of a folder are looked at.
const MOST_FILES: usize = 1000;

/// A text that is being written.
pub struct Open {
    pub uri: String,
    pub path: Option<PathBuf>,
    pub version: i32,
    pub document: Rc<Document>,
    pub problems: Vec<Problem>,
    /// Has it, or what it is about, changed since its problems were told?
    pub changed: bool,
}

/// What the editor can do, and what it has open.
pub struct Desk {
    pub units: Units,
    /// Does it take snippets as completions?
    pub snippets: bool,
    /// Does it take edits that name the version of a document?
    pub versions: bool,
    /// Can it be told to ask for inlays again?
    pub refresh: bool,
    /// What the addresses of the pages on messages begin with.
    pub pages: Option<String>,
    pub open: BTreeMap<String, Open>,
}

impl Desk {
    pub fn open(&mut self, uri: &str, language: &str, version: i32, text: String) {
        let path = uri::path(uri);
        let document = Rc::new(Document::new(text, language_of(path.as_deref(), language)));
        let uri = uri.to_string();
        let open = Open {
            uri: uri.clone(),
            path: path.clone(),
            version,
            document,
            problems: Vec::new(),
            changed: true,
        };
        self.open.insert(uri, open);
        self.changed(path.as_deref());
    }

    pub fn change(&mut self, uri: &str, version: i32, text: String) {
        if let Some(open) = self.open.get_mut(uri) {
            open.version = version;
            open.document = Rc::new(Document::new(text, open.document.language));
            open.changed = true;
            let path = open.path.clone();
            self.changed(path.as_deref());
        }
    }

    pub fn close(&mut self, uri: &str) {
        let closed = self.open.remove(uri);
        self.changed(closed.and_then(|open| open.path).as_deref());
    }

    /// A text is another: what is said of the experiments that take it as their program may be too.
    fn changed(&mut self, path: Option<&Path>) {
        let Some(path) = path else { return };
        for open in self.open.values_mut() {
            let folder = open.path.as_deref().and_then(Path::parent);
            open.changed |=
                folder.zip(open.document.linked()).is_some_and(|(folder, file)| folder.join(file) == path);
        }
    }

    /// Files may have changed.
    pub fn look_again(&mut self) {
        for open in self.open.values_mut() {
            open.changed |= open.document.linked().is_some();
        }
    }

    /// The text of a file, as it is being written if it is open.
    pub fn read(&self, path: &Path) -> Result<String, String> {
        match self.at(path) {
            Some(open) => Ok(open.document.text.text.clone()),
            None => read_named(path),
        }
    }

    pub fn at(&self, path: &Path) -> Option<&Open> {
        self.open.values().find(|open| open.path.as_deref() == Some(path))
    }

    /// A document by its file.
    pub fn document(&self, path: &Path) -> Option<Rc<Document>> {
        if let Some(open) = self.at(path) {
            return Some(open.document.clone());
        }
        let text = read_named(path).ok()?;
        Some(Rc::new(Document::new(text, language_of(Some(path), ""))))
    }

    /// As the editor calls a file.
    pub fn uri(&self, path: &Path) -> String {
        self.at(path).map_or_else(|| uri::uri(path), |open| open.uri.clone())
    }

    /// The files of a folder with this ending, open ones included, in order.
    pub fn beside(&self, path: &Path, ending: &str) -> Vec<PathBuf> {
        let Some(folder) = path.parent() else { return Vec::new() };
        let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let open = self
            .open
            .values()
            .filter_map(|open| open.path.clone())
            .filter(|path| path.parent() == Some(folder));
        let mut found: Vec<PathBuf> = files
            .take(MOST_FILES)
            .chain(open)
            .filter(|path| path.extension().is_some_and(|e| e == ending))
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// By its ending, else as the editor says.
fn language_of(path: Option<&Path>, name: &str) -> Language {
    match path.and_then(Path::extension).and_then(|ending| ending.to_str()) {
        Some("cosim") => Language::Program,
        Some("ron") => Language::Experiment,
        _ if name.contains("ron") => Language::Experiment,
        _ => Language::Program,
    }
}
