//! The files a comparison can be written to, by the endings of their names: a line each.

use crate::compare::comparison::Comparison;
use crate::report::json;
use crate::report::page::html::html;
use crate::report::svg::picture;
use crate::report::svg::picture::svg;
use crate::report::tables;
use crate::report::viewers::chrome::chrome;
use crate::report::viewers::events;
use crate::report::viewers::gantt::gantt;
use crate::report::viewers::otlp::otlp;
use crate::report::viewers::sequence::sequence;
use crate::report::viewers::speedscope::speedscope;
use crate::report::viewers::vcd::vcd;
use crate::source::Sources;

/// What is written, and how pictures are to look.
pub struct Request<'a> {
    pub comparison: &'a Comparison,
    pub sources: &'a Sources,
    pub picture: &'a picture::Options,
    /// Turns an SVG into a PNG: fonts are the system's.
    pub raster: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
}

pub struct Format {
    /// With the dot: `.svg`. The longest that fits decides.
    pub ending: &'static str,
    pub about: &'static str,
    /// The bytes of the file, or why there can be none.
    pub write: fn(&Request<'_>) -> Result<Vec<u8>, String>,
}

pub const ALL: &[Format] = &[
    Format { ending: ".svg", about: "a picture for pages, books and paper", write: picture_file },
    Format { ending: ".html", about: "a page to step through, one file", write: page_file },
    Format { ending: ".png", about: "the picture in pixels", write: pixels },
    Format {
        ending: ".md",
        about: "the table in Markdown",
        write: |r| Ok(tables::markdown(r.comparison).into_bytes()),
    },
    Format {
        ending: ".tex",
        about: "the table in LaTeX",
        write: |r| Ok(tables::latex(r.comparison).into_bytes()),
    },
    Format {
        ending: ".csv",
        about: "a row for each task",
        write: |r| Ok(tables::tasks(r.comparison).into_bytes()),
    },
    Format {
        ending: ".runs.csv",
        about: "a row for each run",
        write: |r| Ok(tables::runs(r.comparison).into_bytes()),
    },
    Format {
        ending: ".events.csv",
        about: "a row for each event",
        write: |r| events::csv(r.comparison, r.sources).map(String::into_bytes),
    },
    Format {
        ending: ".jsonl",
        about: "the trace, cosim-trace/1",
        write: |r| events::jsonl(r.comparison, r.sources).map(String::into_bytes),
    },
    Format { ending: ".json", about: "the comparison as data, cosim-comparison/1", write: comparison_file },
    Format {
        ending: ".trace.json",
        about: "for Perfetto and chrome://tracing",
        write: |r| chrome(r.comparison, r.sources).map(String::into_bytes),
    },
    Format {
        ending: ".speedscope.json",
        about: "for speedscope, a profile for each worker",
        write: |r| speedscope(r.comparison, r.sources).map(String::into_bytes),
    },
    Format {
        ending: ".otlp.json",
        about: "spans for OpenTelemetry",
        write: |r| otlp(r.comparison, r.sources).map(String::into_bytes),
    },
    Format {
        ending: ".vcd",
        about: "signals for GTKWave and Surfer",
        write: |r| vcd(r.comparison).map(String::into_bytes),
    },
    Format {
        ending: ".gantt.mmd",
        about: "a Gantt chart for Mermaid",
        write: |r| gantt(r.comparison, r.picture.lanes).map(String::into_bytes),
    },
    Format {
        ending: ".sequence.mmd",
        about: "a sequence diagram for Mermaid, of one run",
        write: |r| sequence(r.comparison).map(String::into_bytes),
    },
];

/// The format a name asks for.
///
/// # Errors
/// A sentence that lists those there are.
pub fn named(name: &str) -> Result<&'static Format, String> {
    let lower = name.to_lowercase();
    let fits = ALL.iter().filter(|format| lower.ends_with(format.ending));
    fits.max_by_key(|format| format.ending.len()).ok_or_else(|| {
        let all: Vec<String> =
            ALL.iter().map(|format| format!("{} ({})", format.ending, format.about)).collect();
        format!("`{name}` does not say by its ending what to write; there are {}", all.join(", "))
    })
}

fn picture_file(request: &Request<'_>) -> Result<Vec<u8>, String> {
    svg(request.comparison, request.picture).map(String::into_bytes)
}

fn page_file(request: &Request<'_>) -> Result<Vec<u8>, String> {
    html(request.comparison, request.sources).map(String::into_bytes)
}

fn pixels(request: &Request<'_>) -> Result<Vec<u8>, String> {
    svg(request.comparison, request.picture).and_then(|svg| (request.raster)(&svg))
}

fn comparison_file(request: &Request<'_>) -> Result<Vec<u8>, String> {
    Ok(json::json(request.comparison, request.sources).into_bytes())
}
