//! The command itself: which programs, against whom; runs them and reports.

use std::time::Duration;

use crate::cli::args::learn::VerifyArguments;
use crate::cli::interrupt::{asked, watch};
use crate::cli::load::complain;
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::cli::verify::batch::Setup;
use crate::cli::verify::find::find;
use crate::cli::verify::folder::sweep;
use crate::cli::verify::outcome::{Account, Verified, outcomes};
use crate::cli::verify::programs::scripts;
use crate::cli::verify::random::{random, smallest};
use crate::cli::verify::record::{again, replay, write};
use crate::cli::verify::show::{text, to_json};
use crate::scenario::file::read_runtime;
use crate::source::Sources;
use crate::verify::prepare::Script;
use crate::verify::targets::{Subject, all, named};

pub fn verify(arguments: &VerifyArguments, output: &Output) -> Status {
    let subjects = match subjects(arguments, output) {
        Ok(subjects) => subjects,
        Err(status) => return status,
    };
    let nothing = arguments.files.is_empty() && arguments.random.is_none();
    if let (true, None, None) = (nothing, &arguments.record, &arguments.replay) {
        return output.failed("nothing to verify: name programs, or ask for some with `--random 100`");
    }
    watch();
    sweep();
    // All there are is no choice among recordings.
    let only: &[Subject] = if arguments.all { &[] } else { &subjects };
    let status = match (&arguments.replay, &arguments.record) {
        (Some(folder), _) => replay(folder, only, arguments, output),
        (None, Some(folder)) if nothing => again(folder, only, arguments, output),
        (None, _) => programs(subjects, arguments, output),
    };
    if !asked() {
        return status;
    }
    output.complain("interrupted: what is told above was done, the rest was not\n");
    Status::Interrupted
}

/// Verifies what the command line names, and records it where that is wanted.
fn programs(subjects: Vec<Subject>, arguments: &VerifyArguments, output: &Output) -> Status {
    if subjects.is_empty() {
        return output.failed("against whom? `--against asyncio`, or `--all`");
    }
    if let Some(file) = arguments.record.as_deref().filter(|path| path.exists() && !path.is_dir()) {
        return output.failed(&format!("`{}` is a file; `--record` takes a folder", file.display()));
    }
    let (scripts, mut status) = match scripts(arguments, output) {
        Ok(scripts) => (scripts, Status::Fine),
        Err(status) => (Vec::new(), status),
    };
    let mut accounts = Vec::new();
    for subject in subjects {
        if asked() {
            break;
        }
        let account = account(subject, &scripts, arguments);
        if !arguments.json {
            let gap = if accounts.is_empty() { "" } else { "\n" };
            let text = text(&account, arguments.seed, output.style);
            status = status.max(output.print(&format!("{gap}{text}")));
        }
        if let Some(folder) = arguments.record.as_deref().filter(|_| !asked()) {
            status = status.max(write(&account, folder, arguments.json, output));
        }
        status = status.max(account.status());
        accounts.push(account);
    }
    if arguments.json {
        status = status.max(output.print(&to_json(&accounts, arguments.seed, asked())));
    }
    status
}

/// Those that are named. Recordings name theirs themselves.
fn subjects(arguments: &VerifyArguments, output: &Output) -> Result<Vec<Subject>, Status> {
    if arguments.all {
        return Ok(all());
    }
    let mut subjects = Vec::new();
    for text in &arguments.against {
        if text.contains('(') {
            let mut sources = Sources::default();
            let source = sources.add("--against", text.as_str());
            read_runtime(source, text).map_err(|problems| {
                complain(&problems, &sources, output);
                Status::Failed
            })?;
        }
        subjects.extend(named(text).map_err(|message| output.failed(&message))?);
    }
    Ok(subjects)
}

fn account(subject: Subject, scripts: &[Script], arguments: &VerifyArguments) -> Account {
    let needs = (subject.target.needs)(&subject.spec);
    let found = match find(&needs, arguments.python.as_deref()) {
        Ok(found) => found,
        Err(why) => {
            return Account::absent(subject, why);
        }
    };
    let patience = Duration::from_secs(arguments.patience);
    let setup = Setup { found: &found, patience, keep: arguments.keep.as_deref() };
    let outcomes = outcomes(subject.target, &subject, scripts.to_vec(), 0, &setup);
    let wanted = if arguments.record.is_some() { scripts } else { &[] };
    let recorded = wanted.iter().zip(&outcomes).filter_map(|(script, outcome)| outcome.recorded(script));
    let recorded = recorded.collect();
    let titles = scripts.iter().map(|script| script.title.clone());
    let programs = titles.zip(outcomes).map(|(title, outcome)| Verified { title, outcome }).collect();
    let (random, smallest) = match arguments.random {
        None => (None, Vec::new()),
        Some(count) => {
            let tally = random(&subject, count, arguments, &setup);
            let smallest = smallest(&subject, &tally, arguments, &setup);
            (Some(tally), smallest)
        }
    };
    Account { subject, found: Ok(found.version.clone()), programs, random, recorded, smallest }
}
