//! Writes traces to a file while runs happen.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::cli::whole_file::WholeFile;
use crate::compare::comparison::Run;
use crate::lang::program::Program;
use crate::report::trace::{Encoder, Format, Header};
use crate::sim::trace::{Event, Sink};
use crate::source::Sources;
use crate::time::Time;

#[derive(Debug)]
pub struct TraceFile {
    whole: BufWriter<WholeWriter>,
    encoder: Encoder,
    /// The record being written.
    buffer: Vec<u8>,
    /// Of the last event.
    time: Time,
    /// A sink cannot fail, so the first error waits here until the end.
    error: Option<io::Error>,
}

/// A [`WholeFile`] as something to write to.
#[derive(Debug)]
struct WholeWriter(WholeFile);

impl Write for WholeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.file.flush()
    }
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
        let whole = BufWriter::with_capacity(1 << 16, WholeWriter(WholeFile::create(path)?));
        let mut file = TraceFile { whole, encoder, buffer, time: Time::ZERO, error: None };
        file.write();
        Ok(file)
    }

    pub fn begin(&mut self, header: Header<'_>, program: &Program, sources: &Sources) {
        self.time = Time::ZERO;
        self.encoder.header(header, program, sources, &mut self.buffer);
        self.write();
    }

    pub fn end(&mut self, run: &Run) {
        self.encoder.footer(&run.ending, self.time, run.fingerprint, &mut self.buffer);
        self.write();
    }

    /// All runs are written: the file gets its name.
    pub fn commit(mut self) -> io::Result<()> {
        self.buffer.extend(self.encoder.close());
        self.write();
        match self.error.take() {
            Some(error) => Err(error),
            None => self.whole.into_inner().map_err(|error| error.into_error())?.0.commit(),
        }
    }

    fn write(&mut self) {
        if self.error.is_none() {
            self.error = self.whole.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }
}

impl Sink for TraceFile {
    fn event(&mut self, event: &Event) {
        self.time = event.time;
        self.encoder.event(event, &mut self.buffer);
        self.write();
    }
}
