//! Shows a study on the standard output.

use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::report::sweep::json::json;
use crate::report::sweep::text::text;
use crate::study::Results;

pub fn show(results: &Results, as_json: bool, output: &Output) -> Status {
    match as_json {
        true => output.print(&json(results)),
        false => output.print(&text(results, output.style)),
    }
}
