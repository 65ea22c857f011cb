//! `cosim new NAME`: writes an experiment and a program that run at once.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::args::write::NewArguments;
use crate::cli::new::template::{STARTER, Template, all};
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::whole_file::WholeFile;
use crate::report::lines::{left, width, wrap};
use crate::report::style::Ink;
use crate::suggest::did_you_mean_or_stop;

pub fn new(arguments: &NewArguments, output: &Output) -> Status {
    if arguments.list {
        return output.print(&list(output));
    }
    let made = match &arguments.name {
        Some(name) => make(name, arguments.from.as_deref()),
        None => Err("what is it to be called? `cosim new NAME`, or `cosim new --list`".to_string()),
    };
    match made {
        Ok(text) => output.print(&text),
        Err(message) => output.failed(&message),
    }
}

fn list(output: &Output) -> String {
    let templates: Vec<Template> = all().collect();
    let first = templates.iter().map(|template| width(template.name)).max().unwrap_or(0);
    let mut out = String::new();
    for template in templates {
        let room = output.style.width.saturating_sub(first + 2).max(30);
        for (n, line) in wrap(&template.sentence(), room).iter().enumerate() {
            let name = left(if n == 0 { template.name } else { "" }, first);
            out.push_str(&format!("{}  {line}\n", output.style.paint(Ink::Strong, &name)));
        }
    }
    out
}

/// Writes both files or none, and says what to do with them.
fn make(path: &Path, from: Option<&str>) -> Result<String, String> {
    let template = match from {
        None => STARTER,
        Some(name) => found(name)?,
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".ron").or(name.strip_suffix(".cosim")).unwrap_or(&name);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(fits) {
        let shown = path.display();
        return Err(format!(
            "`{shown}` is no name for a scenario: letters, digits, `-`, `_` and `.` make one"
        ));
    }
    let (experiment, program) = template.named(name);
    let beside = |ending: &str| path.with_file_name(format!("{name}.{ending}"));
    let files = [(beside("cosim"), program), (beside("ron"), experiment)];
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(format!("{} is there already; take another name, or remove it first", taken.display()));
    }
    let mut written: Vec<(&PathBuf, WholeFile)> = Vec::new();
    let failed = |path: &Path, error: &io::Error| format!("{}: {}", path.display(), reason(error));
    for (path, text) in &files {
        let mut file = WholeFile::create(path).map_err(|error| failed(path, &error))?;
        file.file.write_all(text.as_bytes()).map_err(|error| failed(path, &error))?;
        written.push((path, file));
    }
    for (path, file) in written {
        file.commit().map_err(|error| failed(path, &error))?;
    }
    let (program, experiment) = (files[0].0.display(), files[1].0.display());
    Ok(format!(
        "wrote {program}, the story, and {experiment}, under what it is run\n\nnow:\n  cosim run {experiment}      the runs side by side\n  cosim watch {experiment}    the same, again whenever you save\n  cosim test {experiment}     what you expect, and what came out before\n"
    ))
}

fn found(name: &str) -> Result<Template, String> {
    let fits = |template: &Template| template.name == name;
    all().find(fits).ok_or_else(|| {
        let near = did_you_mean_or_stop(name, all().map(|template| template.name));
        format!("there is no scenario `{name}` in the gallery{near} `cosim new --list` shows all")
    })
}
