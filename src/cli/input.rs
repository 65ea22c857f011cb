//! Reads what a command is given: files and the standard input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::args::shared::InputFormat;
use crate::cli::output::reason;
use crate::cli::whole_file::note_read;
use crate::report::lines::clean;

/// Nothing larger is read, whatever the limits of the language are.
const MOST_BYTES: u64 = 1 << 30;

/// A text, the name readers know it by, and what it is.
#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub text: String,
    pub format: InputFormat,
}

/// Reads one input; the error names it.
pub fn read(path: &Path, format: Option<InputFormat>) -> Result<Input, String> {
    let standard = path == Path::new("-");
    let name = if standard { STANDARD.to_string() } else { path.display().to_string() };
    let text = if standard { decode(read_standard()?, &name)? } else { read_file(path)? };
    Ok(of(path, &name, text, format))
}

/// What the standard input is called.
const STANDARD: &str = "<stdin>";

/// All of the standard input, which is there once.
pub fn read_standard() -> Result<Vec<u8>, String> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    match TAKEN.swap(true, Ordering::Relaxed) {
        true => Err(format!("{STANDARD}: the standard input was read already; only one input can be `-`")),
        false => whole(io::stdin().lock(), STANDARD),
    }
}

/// A text that was read already.
pub fn of(path: &Path, name: &str, text: String, format: Option<InputFormat>) -> Input {
    let by_ending = match path.extension().and_then(|e| e.to_str()) {
        Some("ron") => Some(InputFormat::Ron),
        Some("cosim") => Some(InputFormat::Cosim),
        _ => None,
    };
    let format = format.or(by_ending).unwrap_or_else(|| by_content(&text));
    Input { name: clean(name), text, format }
}

pub fn read_file(path: &Path) -> Result<String, String> {
    decode(read_bytes(path)?, &path.display().to_string())
}

/// A file that another one names: an ordinary one, since nobody waits for a pipe by mistake.
pub fn read_named(path: &Path) -> Result<String, String> {
    match fs::metadata(path) {
        Ok(there) if !there.is_file() => Err(format!("{}: this is no ordinary file", path.display())),
        Ok(_) | Err(_) => read_file(path),
    }
}

pub fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| format!("{name}: {}", reason(&error)))?;
    note_read(path);
    whole(file, &name)
}

fn whole(source: impl Read, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = source.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("{name}: {}", reason(&error)))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("{name}: larger than a gigabyte"));
    }
    Ok(bytes)
}

/// Bytes as text, without a byte order mark.
pub fn decode(bytes: Vec<u8>, name: &str) -> Result<String, String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1;
        format!("{name}: not UTF-8 (line {line}, byte {at} of the file)")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
}

/// An experiment begins with its name, a bracket or an attribute; a program with a declaration.
fn by_content(text: &str) -> InputFormat {
    let start = skip_comments(text);
    if is_experiment(start) || start.starts_with('(') || start.starts_with("#!") {
        InputFormat::Ron
    } else {
        InputFormat::Cosim
    }
}

/// Is it an experiment, and no other file in RON?
pub fn is_experiment(text: &str) -> bool {
    let mut start = skip_comments(text);
    while let Some((_, rest)) = start.starts_with("#!").then(|| start.split_once(']')).flatten() {
        start = skip_comments(rest);
    }
    start.strip_prefix("Experiment").is_some_and(|rest| rest.trim_start().starts_with('('))
}

fn skip_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with("//") {
            rest.find('\n').map(|end| &rest[end..])
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| &rest[end + 2..])
        } else {
            return rest;
        };
        match after {
            Some(after) => rest = after.trim_start(),
            None => return "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_an_experiment_from_a_program() {
        for text in
            ["Experiment(\n)", "// a story\n\n/* more */ (title: \"x\")", "#![enable(implicit_some)]\n("]
        {
            assert_eq!(by_content(text), InputFormat::Ron, "{text}");
        }
        for text in ["", "main { }", "// Experiment(\nparam n = 1", "/* open", "Experimental = 3"] {
            assert_eq!(by_content(text), InputFormat::Cosim, "{text}");
        }
    }
}
