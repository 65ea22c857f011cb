//! Recordings on disk: written from what was seen, made anew, held against the simulation.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::args::learn::VerifyArguments;
use crate::cli::input::{read_file, read_named};
use crate::cli::interrupt::asked;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::verify::batch::Setup;
use crate::cli::verify::find::find;
use crate::cli::verify::outcome::{Account, Outcome, Verified, compared, outcomes};
use crate::cli::verify::show::{brief, to_json};
use crate::cli::whole_file::WholeFile;
use crate::verify::prepare::Script;
use crate::verify::recording::Recording;
use crate::verify::targets::Subject;

/// Writes what one runtime was seen to do.
pub fn write(account: &Account, folder: &Path, quiet: bool, output: &Output) -> Status {
    let Ok(version) = &account.found else { return Status::Fine };
    let random = account.random.iter().flat_map(|tally| tally.recorded.iter().map(|(_, one)| one));
    let recording = Recording {
        runtime: account.subject.spec.to_string(),
        version: version.clone(),
        programs: account.recorded.iter().chain(random).cloned().collect(),
    };
    if recording.programs.is_empty() {
        return Status::Fine;
    }
    let path = folder.join(format!("{}.jsonl", file_name(&recording.runtime)));
    match fs::create_dir_all(folder).map_err(|error| reason(&error)).and_then(|()| put(&path, &recording)) {
        Ok(()) if quiet => Status::Fine,
        Ok(()) => {
            let count = recording.programs.len();
            output.print(&format!("  recorded {count} programs in {}\n", path.display()))
        }
        Err(why) => output.failed(&format!("`{}` could not be written: {why}", path.display())),
    }
}

fn put(path: &Path, recording: &Recording) -> Result<(), String> {
    let written = WholeFile::over(path).and_then(|mut file| {
        file.file.write_all(recording.write().as_bytes())?;
        file.commit()
    });
    written.map_err(|error| reason(&error))
}

/// `trio-order-lifo` for `Trio(order: Lifo)`.
fn file_name(runtime: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || c == '.';
    let words: Vec<&str> = runtime.split(|c| !kept(c)).filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}

/// Runs every program of every recording below the folder again, and writes what is seen now: a file
/// whole, or as it was.
pub fn again(folder: &Path, only: &[Subject], arguments: &VerifyArguments, output: &Output) -> Status {
    each(folder, only, arguments, output, |path, recording, subject| {
        let needs = (subject.target.needs)(&subject.spec);
        let found = match find(&needs, arguments.python.as_deref()) {
            Ok(found) => found,
            Err(why) => return Ok((Account::absent(subject, why), "")),
        };
        let scripts: Vec<Script> =
            recording.programs.iter().map(|one| one.script()).collect::<Result<_, String>>()?;
        let patience = Duration::from_secs(arguments.patience);
        let setup = Setup { found: &found, patience, keep: arguments.keep.as_deref() };
        let outcomes = outcomes(subject.target, &subject, scripts.clone(), 0, &setup);
        let seen = scripts.iter().zip(&outcomes).map(|(script, outcome)| outcome.recorded(script));
        let note = match seen.collect() {
            Some(programs) => {
                let new = Recording { version: found.version.clone(), programs, ..recording.clone() };
                put(path, &new)?;
                "recorded anew"
            }
            None => "left as it was",
        };
        Ok((told(subject, found.version, recording, outcomes), note))
    })
}

/// Holds every recording below the folder against the simulation; nothing has to be installed.
pub fn replay(folder: &Path, only: &[Subject], arguments: &VerifyArguments, output: &Output) -> Status {
    each(folder, only, arguments, output, |_, recording, subject| {
        let outcomes = recording.programs.iter().map(|one| {
            if asked() {
                return Outcome::Interrupted;
            }
            match one.simulate(subject.target, &subject.spec) {
                Ok(prepared) => compared(prepared, one.seen.clone()),
                Err(why) => Outcome::Unverified(why),
            }
        });
        let outcomes = outcomes.collect();
        let version = format!("the recorded {}", recording.version);
        Ok((told(subject, version, recording, outcomes), ""))
    })
}

fn told(subject: Subject, version: String, recording: &Recording, outcomes: Vec<Outcome>) -> Account {
    let titles = recording.programs.iter().map(|one| one.title.clone());
    let programs = titles.zip(outcomes).map(|(title, outcome)| Verified { title, outcome }).collect();
    Account { found: Ok(version), programs, ..Account::absent(subject, String::new()) }
}

/// What came of a recording, and what is to be said about its file.
type Told = Result<(Account, &'static str), String>;

fn each(
    folder: &Path,
    only: &[Subject],
    arguments: &VerifyArguments,
    output: &Output,
    mut act: impl FnMut(&Path, &Recording, Subject) -> Told,
) -> Status {
    let mut paths = Vec::new();
    if let Err(why) = recordings(folder, &mut paths) {
        return output.failed(&why);
    }
    let (mut accounts, mut worst) = (Vec::new(), Status::Fine);
    let mut others = Vec::new();
    for (path, text) in paths {
        let read = Recording::read(&text)
            .and_then(|recording| recording.subject().map(|subject| (recording, subject)));
        let answer = match read {
            Ok(_) if asked() => continue,
            Ok((_, subject)) if !only.is_empty() && only.iter().all(|one| one.spec != subject.spec) => {
                others.push(format!("`{}`", subject.spec));
                continue;
            }
            Ok((recording, subject)) => act(&path, &recording, subject),
            Err(why) => Err(why),
        };
        match answer {
            Ok((account, note)) => {
                if !arguments.json {
                    let text = brief(&account, &path.display().to_string(), note, output.style);
                    worst = worst.max(output.print(&text));
                }
                worst = worst.max(account.status());
                accounts.push(account);
            }
            Err(why) => worst = worst.max(output.failed(&format!("`{}`: {why}", path.display()))),
        }
    }
    if accounts.is_empty() && worst == Status::Fine && !asked() {
        return output.failed(&nothing(folder, &others));
    }
    if arguments.json {
        worst = worst.max(output.print(&to_json(&accounts, arguments.seed, asked())));
    }
    worst
}

/// There is none that is wanted.
fn nothing(folder: &Path, others: &[String]) -> String {
    let folder = folder.display();
    if others.is_empty() {
        return format!("no recordings in `{folder}`: `cosim verify … --against … --record DIR` makes them");
    }
    format!("no recordings of that runtime in `{folder}`; there are those of {}", others.join(", "))
}

/// The recordings in a folder and in those below it, in the order of their names; or the one file.
fn recordings(path: &Path, found: &mut Vec<(PathBuf, String)>) -> Result<(), String> {
    if !path.is_dir() {
        found.push((path.to_path_buf(), read_file(path)?));
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            recordings(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "jsonl") {
            let text = read_named(&path)?;
            if Recording::begins(&text) {
                found.push((path, text));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_as_their_runtimes() {
        assert_eq!(file_name("Asyncio(version: \"3.12\")"), "asyncio-version-3.12");
        assert_eq!(file_name("Js()"), "js");
        assert_eq!(file_name("Trio(order: Lifo)"), "trio-order-lifo");
    }
}
