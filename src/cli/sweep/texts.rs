//! A scenario as texts that any thread can read for itself: programs are not handed from thread to thread.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::args::shared::InputFormat;
use crate::cli::input::{Input, read, read_named};
use crate::diagnostic::Diagnostic;
use crate::lang::parse::ParseLimits;
use crate::scenario::{Loaded, load, load_program};
use crate::source::Sources;

#[derive(Debug, Clone)]
pub struct Texts {
    input: Input,
    /// The files it names, as it names them.
    others: BTreeMap<String, Result<String, String>>,
}

impl Texts {
    /// # Errors
    /// Why the file cannot be read.
    pub fn new(path: &Path, format: Option<InputFormat>) -> Result<Texts, String> {
        Ok(Texts { input: read(path, format)?, others: BTreeMap::new() })
    }

    /// Loads it for the first time, and keeps what it names: nobody reads a file twice.
    pub fn fetch(&mut self, path: &Path) -> (Sources, Result<Loaded, Vec<Diagnostic>>) {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut others = BTreeMap::new();
        let loaded = self.load_with(&mut |name| {
            let text = read_named(&folder.join(name));
            others.insert(name.to_string(), text.clone());
            text
        });
        self.others = others;
        loaded
    }

    /// Loads it once more.
    pub fn load(&self) -> (Sources, Result<Loaded, Vec<Diagnostic>>) {
        let unknown = || Err("it was not there before".to_string());
        self.load_with(&mut |name| self.others.get(name).cloned().unwrap_or_else(unknown))
    }

    fn load_with(
        &self,
        neighbour: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> (Sources, Result<Loaded, Vec<Diagnostic>>) {
        let mut sources = Sources::default();
        let id = sources.add(self.input.name.as_str(), self.input.text.as_str());
        let limits = ParseLimits::default();
        let loaded = match self.input.format {
            InputFormat::Ron => load(&mut sources, id, &limits, neighbour),
            InputFormat::Cosim => load_program(&mut sources, id, &limits),
        };
        (sources, loaded)
    }
}
