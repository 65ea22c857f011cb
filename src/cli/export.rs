//! `cosim export`: a scenario as a program in another language.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::args::learn::ExportArguments;
use crate::cli::load;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::whole_file::WholeFile;
use crate::diagnostic::Diagnostic;
use crate::export::{Clock, Export, Request, TARGETS, Target};
use crate::scenario::Experiment;
use crate::source::Sources;
use crate::suggest::did_you_mean_or_stop;

pub fn export(arguments: &ExportArguments, output: &Output) -> Status {
    let Some(target) = Target::named(&arguments.to) else { return output.failed(&unknown(&arguments.to)) };
    let exported = load::only(&arguments.file, arguments.format, &arguments.values, output).and_then(
        |(experiment, sources)| {
            written(&experiment, &sources, &stem(&arguments.file), target).map_err(|problems| {
                load::complain(&problems, &sources, output);
                Status::Found
            })
        },
    );
    match exported {
        Err(status) => status,
        Ok(export) => deliver(&export, arguments.output.as_deref(), target, output),
    }
}

fn written(
    experiment: &Experiment,
    sources: &Sources,
    name: &str,
    target: Target,
) -> Result<Export, Vec<Diagnostic>> {
    let source = sources.get(experiment.program.source);
    // A bare program's title is the name of its file, which says nothing.
    let title = if experiment.title == source.name { "" } else { experiment.title.as_str() };
    let request = Request {
        name,
        title,
        story: &experiment.story,
        text: &source.text,
        program: experiment.program.range(),
        file: &experiment.file,
        params: &experiment.params,
        seed: experiment.seed,
        clock: Clock::Real,
    };
    crate::export::export(&request, target)
}

/// `laundry` for `scenarios/laundry.ron`.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("scenario");
    let name: String = stem.chars().map(|sign| if sign.is_alphanumeric() { sign } else { '_' }).collect();
    match name.trim_matches('_') {
        "" => "scenario".to_string(),
        name => name.to_string(),
    }
}

fn unknown(name: &str) -> String {
    let names = || TARGETS.iter().map(|about| about.name);
    let near = did_you_mean_or_stop(name, names());
    let all: Vec<&str> = names().collect();
    format!("there is no export to `{name}`{near} There are: {}", all.join(", "))
}

/// To the standard output, into a file, or into a folder.
fn deliver(export: &Export, to: Option<&Path>, target: Target, output: &Output) -> Status {
    let about = target.about();
    match (to, &export.files[..]) {
        (None, [(_, text)]) => output.print(text),
        (None, _several) => output.failed(&format!(
            "for {} there are {} files: say into which folder, with `-o FOLDER`",
            about.name,
            export.files.len()
        )),
        (Some(path), [(name, text)]) => {
            let path = if is_folder(path) { path.join(name) } else { path.to_path_buf() };
            if let Some(module) = hidden(&path, text) {
                return output.failed(&format!(
                    "{}: a program of this name would import itself where it says `import {module}`; take another name",
                    path.display()
                ));
            }
            write_all(&[(path, text)], about.run, output)
        }
        (Some(folder), several) => {
            let files: Vec<(PathBuf, &String)> =
                several.iter().map(|(name, text)| (folder.join(name), text)).collect();
            write_all(&files, about.run, output)
        }
    }
}

/// The module that Python would not find behind a program of this name.
fn hidden<'p>(path: &'p Path, text: &str) -> Option<&'p str> {
    let module = path.file_name()?.to_str()?.strip_suffix(".py")?;
    let imported = |line: &str| {
        let rest = line.strip_prefix("import ").or(line.strip_prefix("from ")).unwrap_or_default();
        rest.split([' ', '.', ',']).next() == Some(module)
    };
    text.lines().any(imported).then_some(module)
}

/// One that is there, or that is written like one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR])
}

/// Every file whole or not at all; what was written is said on the standard error.
fn write_all(files: &[(PathBuf, &String)], run: &str, output: &Output) -> Status {
    for (path, text) in files {
        if let Err(error) = write(path, text) {
            return output.failed(&format!("{}: {}", path.display(), reason(&error)));
        }
    }
    for (path, _) in files {
        output.complain(&format!("wrote {}\n", path.display()));
    }
    // The place of the file that one runs, or that says how it is built.
    let main = files.iter().map(|(path, _)| path.display().to_string());
    let main = main.max_by_key(|path| path.ends_with("Cargo.toml")).unwrap_or_default();
    output.complain(&format!("run it: {}\n", run.replace("{}", &main)));
    Status::Fine
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        #[allow(clippy::disallowed_methods, reason = "cli touches files")]
        std::fs::create_dir_all(folder)?;
    }
    let mut file = WholeFile::create(path)?;
    file.file.write_all(text.as_bytes())?;
    file.commit()
}
