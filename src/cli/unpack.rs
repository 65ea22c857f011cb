//! `cosim trace`: a packed trace as the JSON Lines it stands for.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use crate::cli::args::run::TraceArguments;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::whole_file::{WholeFile, note_read};
use crate::report::packed::unpack::Unpacker;

/// Bytes read at once.
const PIECE: usize = 1 << 16;

/// Where something went wrong.
enum Failure {
    Reading(String),
    Writing(io::Error),
}

pub fn trace(arguments: &TraceArguments, output: &Output) -> Status {
    let done = match &arguments.output {
        Some(path) => into_file(&arguments.file, path),
        None => match unpack(&arguments.file, &mut io::stdout().lock()) {
            // Nobody reads any more (`| head`).
            Err(Failure::Writing(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(Failure::Writing(error)) => {
                Err(format!("the output could not be written: {}", reason(&error)))
            }
            Err(Failure::Reading(message)) => Err(message),
            Ok(()) => Ok(()),
        },
    };
    match done {
        Ok(()) => Status::Fine,
        Err(message) => output.failed(&message),
    }
}

fn into_file(from: &Path, to: &Path) -> Result<(), String> {
    let unwritten = |error: io::Error| format!("{}: {}", to.display(), reason(&error));
    let mut whole = WholeFile::create(to).map_err(unwritten)?;
    match unpack(from, &mut whole.file) {
        Ok(()) => whole.commit().map_err(unwritten),
        Err(Failure::Reading(message)) => Err(message),
        Err(Failure::Writing(error)) => Err(unwritten(error)),
    }
}

/// Unpacks piece by piece, in constant memory.
fn unpack(path: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let standard = path == Path::new("-");
    note_read(path);
    let name = if standard { "<stdin>".to_string() } else { path.display().to_string() };
    let unread = |error: &io::Error| Failure::Reading(format!("{name}: {}", reason(error)));
    let mut source: Box<dyn Read> = match standard {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(|error| unread(&error))?),
    };
    let (mut unpacker, mut left, mut lines) = (Unpacker::default(), Vec::new(), Vec::new());
    let mut piece = vec![0; PIECE];
    loop {
        let count = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(unread(&error)),
        };
        left.extend(&piece[..count]);
        let used = unpacker.read(&left, &mut lines);
        out.write_all(&lines).map_err(Failure::Writing)?;
        lines.clear();
        left.drain(..used.map_err(|why| Failure::Reading(format!("{name}: {why}")))?);
    }
    unpacker.finish(left.len()).map_err(|why| Failure::Reading(format!("{name}: {why}")))?;
    out.flush().map_err(Failure::Writing)
}
