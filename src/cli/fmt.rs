//! `cosim fmt`: programs and experiments as they are to look.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::args::shared::InputFormat;
use crate::cli::args::write::FmtArguments;
use crate::cli::difference::unified;
use crate::cli::find::find;
use crate::cli::input::{Input, read};
use crate::cli::load::complain;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::whole_file::WholeFile;
use crate::lang::format::format as format_program;
use crate::lang::parse::ParseLimits;
use crate::scenario::format::format as format_experiment;
use crate::source::Sources;

pub fn fmt(arguments: &FmtArguments, output: &Output) -> Status {
    let files = match find(&arguments.files, &["cosim", "ron"]) {
        Ok(files) => files,
        Err(message) => return output.failed(&message),
    };
    files.iter().map(|file| one(file, arguments, output)).max().unwrap_or(Status::Fine)
}

fn one(path: &Path, arguments: &FmtArguments, output: &Output) -> Status {
    let Input { name, text, format } = match read(path, arguments.format) {
        Ok(input) => input,
        Err(message) => return output.failed(&message),
    };
    let mut sources = Sources::default();
    let id = sources.add(name.as_str(), text.as_str());
    let formatted = match format {
        InputFormat::Ron => format_experiment(id, &text),
        InputFormat::Cosim => format_program(id, &text, &ParseLimits::default()),
    };
    let formatted = match formatted {
        Ok(formatted) => formatted,
        Err(problems) => {
            complain(&problems, &sources, output);
            return Status::Found;
        }
    };
    if arguments.check {
        if formatted == text {
            return Status::Fine;
        }
        let to = format!("{name} (formatted)");
        return output.print(&unified(&name, &to, &text, &formatted, output.style)).max(Status::Found);
    }
    if path == Path::new("-") {
        return output.print(&formatted);
    }
    if formatted == text {
        return Status::Fine;
    }
    match write(path, &formatted) {
        Ok(()) => output.print(&format!("formatted {name}\n")),
        Err(message) => output.failed(&message),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = WholeFile::over(path).and_then(|mut file| {
        file.file.write_all(text.as_bytes())?;
        file.commit()
    });
    written.map_err(|error| format!("{}: {}", PathBuf::from(path).display(), reason(&error)))
}
