//! `cosim completions SHELL` and `cosim man [DIR]`: what shells and `man` know of the commands.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::args::command::{Arguments, CompletionsArguments, ManArguments};
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::whole_file::WholeFile;

/// A script that makes a shell complete commands, options and their values.
pub fn completions(arguments: &CompletionsArguments, output: &Output) -> Status {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "cosim", &mut script);
    output.print(&String::from_utf8_lossy(&script))
}

/// A page for cosim and for each of its commands: into a folder, or the first to the standard output.
pub fn man(arguments: &ManArguments, output: &Output) -> Status {
    let mut command = Arguments::command();
    command.build();
    let Some(folder) = &arguments.folder else {
        return match page(command) {
            Ok(page) => output.print(&String::from_utf8_lossy(&page)),
            Err(error) => output.failed(&reason(&error)),
        };
    };
    match pages(&command, folder) {
        Ok(()) => Status::Fine,
        Err(error) => output.failed(&format!("{}: {}", folder.display(), reason(&error))),
    }
}

/// All are written, or none.
fn pages(command: &Command, folder: &Path) -> io::Result<()> {
    let visible = command.get_subcommands().filter(|command| command.get_name() != "help");
    let mut files = Vec::new();
    for command in std::iter::once(command).chain(visible) {
        let name = match command.get_name() {
            "cosim" => "cosim".to_string(),
            name => format!("cosim-{name}"),
        };
        let mut file = WholeFile::create(&folder.join(format!("{name}.1")))?;
        file.file.write_all(&page(command.clone().display_name(name))?)?;
        files.push(file);
    }
    files.into_iter().try_for_each(WholeFile::commit)
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
