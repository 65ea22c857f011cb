//! Traces, schema `cosim-trace/1` (`docs/trace.md`): JSON Lines, RON or packed, one record after the other.
//!
//! Records are written as events happen, in constant memory.

use serde::Serialize;

use crate::compare::comparison::RunEnding;
use crate::compare::fingerprint;
use crate::lang::program::Program;
use crate::report::ending;
use crate::report::packed::code;
use crate::report::packed::pack::Packer;
use crate::report::record::{FooterRecord, HeaderRecord, Record, object_of};
use crate::sim::trace::Event;
use crate::source::{Source, Sources, Span};
use crate::time::Time;
use crate::value::ObjectId;

pub const SCHEMA: &str = "cosim-trace/1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    JsonLines,
    Ron,
    Packed,
}

/// What is written before the events of a run.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// The title of the experiment.
    pub title: &'a str,
    /// The name of the run.
    pub run: &'a str,
    /// With its settings, as experiments write it.
    pub runtime: &'a str,
    pub seed: u64,
}

/// Programs say the same few things again and again.
const FOUND: usize = 64;

/// Writes the traces of one file.
#[derive(Debug)]
pub struct Encoder {
    format: Format,
    packer: Packer,
    /// Of the program: where each line of its source starts, so that a place costs a search, not a scan.
    lines: Vec<u32>,
    /// Places that were looked for, and the lines they are in.
    found: [(u32, u32); FOUND],
    objects: Vec<String>,
    metrics: Vec<String>,
}

impl Encoder {
    pub fn new(format: Format) -> Encoder {
        let packer = Packer::default();
        let found = [(0, 1); FOUND];
        Encoder { format, packer, lines: Vec::new(), found, objects: Vec::new(), metrics: Vec::new() }
    }

    /// What the file starts with.
    pub fn open(&self) -> &'static [u8] {
        match self.format {
            Format::JsonLines => b"",
            Format::Ron => b"#![enable(implicit_some)]\n[\n",
            Format::Packed => code::MAGIC,
        }
    }

    /// What it ends with.
    pub fn close(&self) -> &'static [u8] {
        match self.format {
            Format::JsonLines | Format::Packed => b"",
            Format::Ron => b"]\n",
        }
    }

    /// A run begins.
    pub fn header(&mut self, header: Header<'_>, program: &Program, sources: &Sources, out: &mut Vec<u8>) {
        let source = program_source(program, sources);
        self.lines = line_starts(&source.text);
        self.found = [(0, 1); FOUND];
        self.objects = program.objects.iter().map(|object| object.name.clone()).collect();
        self.metrics.clone_from(&program.metrics);
        let record = HeaderRecord {
            schema: SCHEMA,
            cosim_version: env!("CARGO_PKG_VERSION"),
            title: header.title,
            run: header.run,
            runtime: header.runtime,
            seed: header.seed,
            source: &source.name,
            params: program.params.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect(),
        };
        match self.format {
            Format::Packed => self.packer.header(&json(&record), &self.objects, &self.metrics, out),
            Format::JsonLines | Format::Ron => self.write(&record, out),
        }
    }

    /// The events of what comes refer to these names by number.
    pub fn refer_to(&mut self, objects: Vec<String>, metrics: Vec<String>) {
        (self.objects, self.metrics) = (objects, metrics);
    }

    #[inline(always)]
    pub fn event(&mut self, event: &Event, out: &mut Vec<u8>) {
        let line = event.span.map(|span| self.line(span));
        match self.format {
            Format::Packed => self.packer.event(event, line.unwrap_or(0), out),
            Format::JsonLines | Format::Ron => self.event_at(event, line, out),
        }
    }

    /// An event as text, at a line of the program.
    #[inline(never)]
    pub fn event_at(&self, event: &Event, line: Option<u32>, out: &mut Vec<u8>) {
        let object = object_of(&event.kind).map(|object| self.object(object));
        self.write(&Record::new(event, line, object.as_deref(), &self.metrics), out);
    }

    /// A run is over.
    pub fn footer(&self, ending: &RunEnding, time: Time, fingerprint: u64, out: &mut Vec<u8>) {
        let fingerprint = fingerprint::show(fingerprint);
        let record = FooterRecord { kind: "end", outcome: ending::word(ending), end: time, fingerprint };
        match self.format {
            Format::Packed => self.packer.end(&json(&record), out),
            Format::JsonLines | Format::Ron => self.write(&record, out),
        }
    }

    /// A record as text.
    fn write(&self, record: &impl Serialize, out: &mut Vec<u8>) {
        match self.format {
            Format::JsonLines | Format::Packed => {
                serde_json::to_writer(&mut *out, record).expect("records are plain data");
                out.push(b'\n');
            }
            Format::Ron => {
                let extensions = ron::extensions::Extensions::IMPLICIT_SOME;
                let options = ron::Options::default().with_default_extension(extensions);
                out.extend(options.to_string(record).expect("records are plain data").as_bytes());
                out.extend(b",\n");
            }
        }
    }

    fn line(&mut self, span: Span) -> u32 {
        let found = &mut self.found[span.start as usize % FOUND];
        if found.0 != span.start {
            *found = (span.start, self.lines.partition_point(|&start| start <= span.start) as u32);
        }
        found.1
    }

    /// The name of a declared object; one made by `future()` has a number.
    fn object(&self, id: ObjectId) -> String {
        self.objects.get(id.0 as usize).cloned().unwrap_or_else(|| format!("future {}", id.0))
    }
}

fn json(record: &impl Serialize) -> String {
    serde_json::to_string(record).expect("records are plain data")
}

/// The text the program was written in: every instruction lies in the same one.
fn program_source<'a>(program: &Program, sources: &'a Sources) -> &'a Source {
    sources.get(program.functions[program.main as usize].span.source)
}

fn line_starts(text: &str) -> Vec<u32> {
    let breaks = text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(at, _)| at as u32 + 1);
    std::iter::once(0).chain(breaks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{laundry, sources};
    use crate::report::packed::unpack::Unpacker;

    fn encoded(format: Format) -> Vec<u8> {
        let comparison = laundry();
        let run = &comparison.runs[2];
        let mut encoder = Encoder::new(format);
        let mut out = encoder.open().to_vec();
        let runtime = run.runtime.to_string();
        let header = Header { title: &comparison.title, run: &run.name, runtime: &runtime, seed: run.seed };
        encoder.header(header, &run.program, &sources(), &mut out);
        run.trace.iter().for_each(|event| encoder.event(event, &mut out));
        encoder.footer(&run.ending, Time(82), run.fingerprint, &mut out);
        out.extend(encoder.close());
        out
    }

    fn text(format: Format) -> String {
        String::from_utf8(encoded(format)).expect("it is text")
    }

    /// In pieces of every size, so that records are cut everywhere.
    #[test]
    fn what_was_packed_is_what_would_have_been_written() {
        let packed = encoded(Format::Packed);
        for size in [1, 2, 3, 7, 64, packed.len()] {
            let (mut unpacker, mut out, mut left) = (Unpacker::default(), Vec::new(), Vec::new());
            for piece in packed.chunks(size) {
                left.extend(piece);
                let used = unpacker.read(&left, &mut out).expect("it was packed by us");
                left.drain(..used);
            }
            assert_eq!(unpacker.finish(left.len()), Ok(()));
            assert_eq!(String::from_utf8(out).expect("it is text"), text(Format::JsonLines));
        }
        let cut = Unpacker::default().read(&packed[..packed.len() - 1], &mut Vec::new());
        assert!(cut.is_ok_and(|used| used < packed.len()));
    }

    #[test]
    fn json_lines() {
        let text = text(Format::JsonLines);
        let events = laundry().runs[2].trace.len();
        assert_eq!(text.lines().count(), events + 2);
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect("every line is JSON");
            assert!(value.is_object());
        }
        assert!(text.len() / events < 100, "{} bytes an event", text.len() / events);
        let some: Vec<&str> = text.lines().take(22).chain(text.lines().rev().take(1)).collect();
        insta::assert_snapshot!(some.join("\n"));
    }

    #[test]
    fn ron_is_a_list() {
        let text = text(Format::Ron);
        let value: ron::Value = ron::from_str(&text).expect("it is RON");
        let ron::Value::Seq(records) = value else { panic!("not a list") };
        assert_eq!(records.len(), laundry().runs[2].trace.len() + 2);
        let some: Vec<&str> = text.lines().take(8).collect();
        insta::assert_snapshot!(some.join("\n"));
    }
}
