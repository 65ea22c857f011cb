//! `cosim quiz`: runs an experiment and asks about it, on paper or in the terminal.

use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use crate::cli::args::learn::QuizArguments;
use crate::cli::load;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::quiz::ask::Asking;
use crate::quiz::json::json;
use crate::quiz::make::{Request, paper};
use crate::quiz::markdown::markdown;
use crate::quiz::paper::Paper;
use crate::quiz::text::text;

pub fn quiz(arguments: &QuizArguments, output: &Output) -> Status {
    let asks = asks(arguments);
    if asks && arguments.file == Path::new("-") {
        return output
            .failed("the answers would come from the standard input, and so does the scenario: name a file");
    }
    let loaded = load::only(&arguments.file, arguments.format, arguments, output);
    let (experiment, sources) = match loaded {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    let plain = arguments.json || arguments.markdown;
    let unicode = plain || output.style.unicode;
    let request = Request { seed: arguments.seed, count: arguments.count, unicode };
    let paper = paper(&experiment, &sources, request);
    let status = enough(&paper, output);
    if status == Status::Failed {
        return status;
    }
    if asks {
        return converse(&paper, output).max(status);
    }
    let shown = match (arguments.json, arguments.markdown) {
        (true, _) => json(&paper, arguments.answers),
        (false, true) => markdown(&paper, arguments.answers),
        (false, false) => text(&paper, arguments.answers, output.style),
    };
    output.print(&shown).max(status)
}

/// Is somebody there to be asked?
fn asks(arguments: &QuizArguments) -> bool {
    let paper = arguments.json || arguments.markdown || arguments.answers || arguments.file == Path::new("-");
    arguments.interactive || (!paper && io::stdin().is_terminal() && io::stdout().is_terminal())
}

/// Says so if there are fewer questions than were wanted.
fn enough(paper: &Paper, output: &Output) -> Status {
    let (made, wanted) = (paper.questions.len(), paper.wanted);
    if made == 0 {
        return output
            .failed("nothing can be asked about this: nothing happens in it that could go another way");
    }
    if made == wanted {
        return Status::Fine;
    }
    let others = "another seed asks others, other runtimes (`--runtime`) give more";
    output.complain(&format!(
        "warning: {made} of {wanted} questions: there are no more that differ; {others}\n"
    ));
    Status::Found
}

/// Asks, line by line, until all is answered or nobody types any more.
fn converse(paper: &Paper, output: &Output) -> Status {
    let mut asking = Asking::new(paper, output.style);
    let mut status = output.print(&asking.begin());
    let mut lines = io::stdin().lock().lines();
    while !asking.over() && status == Status::Fine {
        match lines.next() {
            Some(Ok(line)) => status = output.print(&asking.hear(&line)),
            Some(Err(error)) => {
                return output.failed(&format!("the answers cannot be read: {}", reason(&error)));
            }
            None => {
                status = output.print("\n");
                break;
            }
        }
    }
    output.print(&asking.score()).max(status)
}
