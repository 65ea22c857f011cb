//! The gallery: every experiment in `scenarios/` is run, all it expects holds, and its report is recorded.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::fs;
use std::path::Path;

use cosim::lang::parse::ParseLimits;
use cosim::report::style::Style;
use cosim::report::text::{Lanes, Options, text};
use cosim::scenario::load::load;
use cosim::scenario::run::{RunOptions, run};
use cosim::source::Sources;

#[test]
fn every_scenario() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("../scenarios", "*.ron", |path| insta::assert_snapshot!("scenario", report(path)));
    });
}

/// The report as `cosim run` prints it into a pipe, except for the width.
fn report(path: &Path) -> String {
    let folder = path.parent().expect("a file has a folder");
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let mut sources = Sources::default();
    let id = sources.add(name.as_str(), fs::read_to_string(path).expect("a scenario can be read"));
    let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
    let loaded = load(&mut sources, id, &ParseLimits::default(), &mut read);
    let loaded = loaded.unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    assert!(loaded.warnings.is_empty(), "{name}: {:?}", loaded.warnings);
    let comparison = run(&loaded.experiment, &RunOptions::default(), &mut ());
    let failed: Vec<&str> = comparison
        .expectations
        .iter()
        .filter(|expectation| !expectation.held)
        .map(|expectation| expectation.explanation.as_str())
        .collect();
    assert!(failed.is_empty(), "{name}: {failed:#?}");
    let style = Style::plain(100);
    text(&comparison, &sources, Options { style, lanes: Lanes::Workers, most: 12, log: false })
}
