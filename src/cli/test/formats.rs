//! What came of tests, for machines: JSON, JUnit's XML, annotations as GitHub takes them.

use serde::Serialize;

use crate::cli::test::outcome::{Failure, Outcome};
use crate::report::json::pretty;
use crate::report::svg::canvas::escape;

/// Schema `cosim-test/1` (`docs/cli.md`).
pub fn json(outcomes: &[Outcome]) -> String {
    let report = Report {
        schema: "cosim-test/1",
        passed: outcomes.iter().filter(|outcome| outcome.passed()).count(),
        failed: outcomes.iter().filter(|outcome| !outcome.passed()).count(),
        scenarios: outcomes.iter().map(one).collect(),
    };
    pretty(&report)
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    passed: usize,
    failed: usize,
    scenarios: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    file: &'a str,
    passed: bool,
    runs: usize,
    expectations: usize,
    accepted: bool,
    failures: Vec<Shape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'a str>,
}

#[derive(Serialize)]
struct Shape<'a> {
    kind: &'static str,
    message: &'a str,
    detail: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
}

fn one(outcome: &Outcome) -> One<'_> {
    let shape = |failure: &'_ Failure| -> (&'static str, usize, usize) {
        (failure.kind.word(), failure.place.1, failure.place.2)
    };
    let failures = outcome.failures.iter().map(|failure| {
        let (kind, line, column) = shape(failure);
        Shape {
            kind,
            message: &failure.message,
            detail: &failure.detail,
            file: &failure.place.0,
            line,
            column,
        }
    });
    One {
        file: &outcome.file,
        passed: outcome.passed(),
        runs: outcome.runs,
        expectations: outcome.expectations,
        accepted: outcome.accepted,
        failures: failures.collect(),
        trouble: outcome.trouble.as_deref(),
    }
}

/// A suite of tests, a test for each scenario.
pub fn junit(outcomes: &[Outcome]) -> String {
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    let errors = outcomes.iter().filter(|outcome| outcome.trouble.is_some()).count();
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.seconds).sum();
    let counts = format!(
        "tests=\"{}\" failures=\"{failed}\" errors=\"{errors}\" time=\"{seconds:.3}\"",
        outcomes.len()
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cosim\" {counts}>\n  <testsuite name=\"scenarios\" {counts}>\n"
    );
    for outcome in outcomes {
        let (name, seconds) = (xml(&outcome.file), outcome.seconds);
        out.push_str(&format!(
            "    <testcase classname=\"cosim\" name=\"{name}\" file=\"{name}\" time=\"{seconds:.3}\""
        ));
        if outcome.passed() {
            out.push_str("/>\n");
            continue;
        }
        out.push_str(">\n");
        for failure in &outcome.failures {
            let (kind, message) = (failure.kind.word(), xml(&failure.message));
            let detail = xml(&failure.detail);
            out.push_str(&format!(
                "      <failure type=\"{kind}\" message=\"{message}\">{detail}</failure>\n"
            ));
        }
        if let Some(trouble) = &outcome.trouble {
            out.push_str(&format!("      <error message=\"{}\"/>\n", xml(trouble)));
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// XML 1.0 has no word for control characters, colours among them.
fn xml(text: &str) -> String {
    let plain = anstream::adapter::strip_str(text).to_string();
    let allowed: String = plain.chars().filter(|&c| c == '\n' || c == '\t' || !c.is_control()).collect();
    escape(&allowed)
}

/// A workflow command for each failure: GitHub shows it at its line.
pub fn github(outcome: &Outcome) -> String {
    let mut out = String::new();
    for failure in &outcome.failures {
        let (file, line, column) = &failure.place;
        let title = format!("cosim test: {}", failure.kind.word());
        let detail = anstream::adapter::strip_str(&failure.detail).to_string();
        out.push_str(&format!(
            "::error file={},line={line},col={column},title={}::{}\n",
            property(file),
            property(&title),
            data(detail.trim_end())
        ));
    }
    if let Some(trouble) = &outcome.trouble {
        out.push_str(&format!(
            "::error file={},title=cosim test::{}\n",
            property(&outcome.file),
            data(trouble)
        ));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
