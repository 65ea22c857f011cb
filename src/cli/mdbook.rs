//! `mdbook-cosim`: the preprocessor as mdBook starts it, and the files of a book.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;
use std::{env, thread};

use crate::cli::command::STACK;
use crate::cli::input::read_named;
use crate::cli::output::reason;
use crate::cli::png::png;
use crate::cli::status::Status;
use crate::cli::whole_file::WholeFile;
use crate::diagnostic::Style;
use crate::mdbook::book::{Outcome, book};
use crate::mdbook::chapter::World;
use crate::mdbook::protocol::{Context, read};
use crate::mdbook::settings::Settings;
use crate::mdbook::show::Picture;

const HELP: &str = "\
mdbook-cosim: scenarios of cosim in books made with mdBook

mdBook starts it by itself where a book.toml has the table [preprocessor.cosim]; then the fenced blocks of the
book that begin with `cosim` are run and shown. docs/mdbook.md of cosim says how.

Usage:
  mdbook-cosim                      reads `[context, book]` as JSON from the standard input, writes the book
  mdbook-cosim supports RENDERER    exit code 0: it can draw for every renderer
  mdbook-cosim --help, --version

Exit codes:
  0  done
  1  a block of the book is wrong: what is wrong, and where, is said
  2  not done: nothing that mdBook sends, a wrong setting, a file that could not be written
";

/// Runs the preprocessor of this process.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {}
        ["supports", _renderer] => return Status::Fine.into(),
        ["--help" | "-h"] => return print(HELP),
        ["--version" | "-V"] => return print(concat!("mdbook-cosim ", env!("CARGO_PKG_VERSION"), "\n")),
        _ => {
            return failed(&format!(
                "this takes no `{}`; `mdbook-cosim --help` says what it takes",
                arguments.join(" ")
            ));
        }
    }
    if io::stdin().is_terminal() {
        return failed("mdBook starts this by itself; `mdbook-cosim --help` says more");
    }
    let worker = thread::Builder::new().name("mdbook-cosim".to_string()).stack_size(STACK).spawn(preprocess);
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => failed(&format!("no thread to work on: {error}")),
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => Status::Fine.into(),
        Err(_) => Status::Failed.into(),
    }
}

fn failed(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "error: {message}");
    Status::Failed.into()
}

fn preprocess() -> ExitCode {
    let mut input = String::new();
    if let Err(error) = io::stdin().read_to_string(&mut input) {
        return failed(&format!("what mdBook sends cannot be read: {}", reason(&error)));
    }
    let read =
        read(&input).and_then(|(context, value)| Ok((Settings::read(&context.settings)?, context, value)));
    let (settings, context, value) = match read {
        Ok(read) => read,
        Err(message) => return failed(&message),
    };
    let files = Files::new(&context, &settings);
    let Outcome { book, pictures, said, broken } = book(&context, value, &settings, &files);
    let _ = io::stderr().write_all(said.as_bytes());
    if broken > 0 {
        let blocks = if broken == 1 { "block" } else { "blocks" };
        let _ = writeln!(io::stderr(), "error: {broken} {blocks} of the book could not be shown");
        return Status::Found.into();
    }
    if let Err(message) = files.put(&context, &settings, &pictures) {
        return failed(&message);
    }
    match serde_json::to_writer(io::stdout().lock(), &book) {
        Ok(()) => Status::Fine.into(),
        Err(error) => failed(&format!("the book could not be handed back: {error}")),
    }
}

/// The folder of a book.
struct Files {
    root: PathBuf,
    cache: Option<PathBuf>,
    identity: String,
}

impl Files {
    fn new(context: &Context, settings: &Settings) -> Files {
        // mdBook 0.5 starts this in the folder of the book, whose name may be relative to where mdBook was started.
        let named = PathBuf::from(&context.root);
        let root = if named.join("book.toml").exists() || !Path::new("book.toml").exists() {
            named
        } else {
            PathBuf::from(".")
        };
        let cache = settings.cache.as_str().map(|folder| root.join(folder));
        Files { root, cache: cache.filter(|folder| prepared(folder)), identity: identity() }
    }

    /// Writes the pictures into their folder, and removes those that were written before and are not needed.
    fn put(&self, context: &Context, settings: &Settings, pictures: &[Picture]) -> Result<(), String> {
        let folder = self.root.join(&context.src).join(&settings.pictures);
        if context.renderer == "html" {
            return Ok(());
        }
        let told = |path: &Path, error: &io::Error| format!("{}: {}", path.display(), reason(error));
        if !pictures.is_empty() {
            fs::create_dir_all(&folder).map_err(|error| told(&folder, &error))?;
        }
        for picture in pictures {
            let path = folder.join(&picture.name);
            // Their names are their contents; who watches the folder is not woken for nothing.
            if path.exists() {
                continue;
            }
            let write = || {
                let mut file = WholeFile::create(&path)?;
                file.file.write_all(&picture.bytes)?;
                file.commit()
            };
            write().map_err(|error| told(&path, &error))?;
        }
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if ours(&name) && !pictures.iter().any(|picture| picture.name == name) {
                fs::remove_file(entry.path()).map_err(|error| told(&entry.path(), &error))?;
            }
        }
        Ok(())
    }
}

/// `cosim-`, sixteen digits, and an ending: a name that only this gives.
fn ours(name: &str) -> bool {
    let digits =
        name.strip_prefix("cosim-").and_then(|rest| rest.strip_suffix(".svg").or(rest.strip_suffix(".png")));
    digits.is_some_and(|digits| digits.len() == 16 && digits.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Makes the folder of what is kept, which no version control is to see; one that is there already may be
/// somebody's. Without one nothing is kept.
fn prepared(folder: &Path) -> bool {
    folder.is_dir()
        || (fs::create_dir_all(folder).is_ok() && fs::write(folder.join(".gitignore"), "*\n").is_ok())
}

/// Another build of this program may draw otherwise.
fn identity() -> String {
    let meta = env::current_exe().and_then(fs::metadata);
    let changed = meta.as_ref().ok().and_then(|meta| meta.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    format!("{:?} {:?}", meta.map(|meta| meta.len()).ok(), changed)
}

impl World for Files {
    fn read(&self, path: &str) -> Result<String, String> {
        read_named(&self.root.join(path))
    }

    fn known(&self, key: &str) -> Option<String> {
        fs::read_to_string(self.cache.as_ref()?.join(format!("{key}.json"))).ok()
    }

    /// What cannot be kept is made again.
    fn keep(&self, key: &str, value: &str) {
        let Some(folder) = &self.cache else { return };
        let kept = WholeFile::create(&folder.join(format!("{key}.json")));
        let _ = kept.and_then(|mut file| file.file.write_all(value.as_bytes()).and_then(|()| file.commit()));
    }

    fn raster(&self, svg: &str) -> Result<Vec<u8>, String> {
        png(svg, 2)
    }

    fn identity(&self) -> String {
        self.identity.clone()
    }

    fn style(&self) -> Style {
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Style { color: io::stderr().is_terminal() && !plain, unicode: false, width: 100 }
    }
}
