//! Sources and places in them: every word of a scenario knows where it was written.

use std::ops::Range;

/// Names one of the texts in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u16);

/// A range of bytes in one source. `start <= end`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(source: SourceId, range: Range<usize>) -> Span {
        Span { source, start: range.start as u32, end: range.end as u32 }
    }

    /// From the start of this span to the end of `other`, which lies in the same source.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One text with the name a reader knows it by (a path, or `<stdin>`).
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub text: String,
    /// Where its lines begin, but the first.
    lines: Vec<usize>,
}

impl Source {
    /// The number of the line a byte is in, from 1, and where that line begins.
    pub fn line(&self, at: usize) -> (usize, usize) {
        let before = self.lines.partition_point(|&start| start <= at);
        (before + 1, before.checked_sub(1).map_or(0, |line| self.lines[line]))
    }
}

/// All the texts of one run, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let text = text.into();
        let lines = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        self.all.push(Source { name: name.into(), text, lines });
        SourceId((self.all.len() - 1) as u16)
    }

    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// In the order in which they were read.
    pub fn all(&self) -> impl Iterator<Item = &Source> {
        self.all.iter()
    }

    pub fn text(&self, span: Span) -> &str {
        &self.get(span.source).text[span.range()]
    }

    /// Line and column of the start of a span, both counted from 1; columns count characters.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let (source, at) = (self.get(span.source), span.start as usize);
        let (line, start) = source.line(at);
        (line, source.text[start..at].chars().count() + 1)
    }

    /// `laundry.cosim:12`, as timelines, traces and deadlock reports name a place.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.get(span.source).name, self.line_column(span).0)
    }
}
