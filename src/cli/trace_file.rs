//! Writes traces to a file while runs happen.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::whole_file::WholeFile;
use crate::compare::comparison::Run;
use crate::lang::program::Program;
use crate::report::trace::{Encoder, Format, Header};
use crate::sim::trace::{Event, Sink};
use crate::source::Sources;
use crate::time::Time;

/// Bytes that are written at once: with fewer the system is called more often, with more it does nothing sooner.
const MUCH: usize = 1 << 18;

#[derive(Debug)]
pub struct TraceFile {
    whole: WholeFile,
    encoder: Encoder,
    /// What is still to be written.
    buffer: Vec<u8>,
    /// Of the last event.
    time: Time,
    /// A sink cannot fail, so the first error waits here until the end.
    error: Option<io::Error>,
}

impl TraceFile {
    pub fn create(path: &Path) -> io::Result<TraceFile> {
        let ends = |ending| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        let format = match () {
            () if ends("ron") => Format::Ron,
            () if ends("packed") => Format::Packed,
            () => Format::JsonLines,
        };
        let encoder = Encoder::new(format);
        let buffer = encoder.open().to_vec();
        let whole = WholeFile::create(path)?;
        Ok(TraceFile { whole, encoder, buffer, time: Time::ZERO, error: None })
    }

    pub fn begin(&mut self, header: Header<'_>, program: &Program, sources: &Sources) {
        self.time = Time::ZERO;
        self.encoder.header(header, program, sources, &mut self.buffer);
    }

    pub fn end(&mut self, run: &Run) {
        self.encoder.footer(&run.ending, self.time, run.fingerprint, &mut self.buffer);
    }

    /// All runs are written: the file gets its name.
    pub fn commit(mut self) -> io::Result<()> {
        self.buffer.extend(self.encoder.close());
        self.write();
        match self.error.take() {
            Some(error) => Err(error),
            None => self.whole.commit(),
        }
    }

    fn write(&mut self) {
        if self.error.is_none() {
            self.error = self.whole.file.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }
}

impl Sink for TraceFile {
    fn event(&mut self, event: &Event) {
        self.time = event.time;
        self.encoder.event(event, &mut self.buffer);
        if self.buffer.len() >= MUCH {
            self.write();
        }
    }
}
