//! `cosim run`: loads experiments, runs them and shows what came out.

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::cli::args::run::{GroundChoice, RunArguments};
use crate::cli::args::shared::LaneChoice;
use crate::cli::interrupt;
use crate::cli::load::{Attempt, changed, each, limits};
use crate::cli::onlooker::Onlooker;
use crate::cli::output::{Output, reason};
use crate::cli::png::png;
use crate::cli::status::Status;
use crate::cli::trace_file::TraceFile;
use crate::cli::whole_file::{WholeFile, target};
use crate::compare::comparison::{Comparison, Partial, Run};
use crate::report::json::json;
use crate::report::outputs::{Format, Request, named};
use crate::report::svg::palette::Ground;
use crate::report::svg::picture;
use crate::report::text::{Lanes, Options, text};
use crate::report::trace::Header;
use crate::scenario::run::{RunOptions, SharedSink, Watch};
use crate::scenario::{self, Plan};
use crate::sim::kernel::Pulse;
use crate::source::Sources;
use crate::time::Time;

pub fn run(arguments: &RunArguments, output: &Output) -> Status {
    let trace = match arguments.trace.as_deref().map(|path| (path, TraceFile::create(path))) {
        None => None,
        Some((path, Ok(file))) => Some((path, Rc::new(RefCell::new(file)))),
        Some((path, Err(error))) => return output.failed(&unwritten(path, &error)),
    };
    let files = match outputs(arguments) {
        Ok(files) => files,
        Err(message) => return output.failed(&message),
    };
    let mut shown = 0;
    let mut all_ran = true;
    let status = each(&arguments.input, output, |attempt| {
        if interrupt::asked() {
            return Status::Interrupted;
        }
        let file = trace.as_ref().map(|(_, file)| file.clone());
        match compare(attempt, arguments, file, output) {
            Ok((comparison, sources)) => {
                shown += 1;
                let shown = show(&comparison, &sources, arguments, shown > 1, output);
                let status = partial(&comparison, output).max(shown);
                write(&comparison, &sources, &files, arguments, output).max(status)
            }
            Err(status) => {
                all_ran = false;
                status
            }
        }
    });
    match trace {
        None => status,
        Some((path, _)) if !all_ran || status == Status::Failed => {
            output.failed(&format!("{}: not written, since not everything ran", path.display())).max(status)
        }
        Some((path, file)) => match commit(file) {
            Ok(()) => status,
            Err(error) => output.failed(&unwritten(path, &error)),
        },
    }
}

/// The files that were asked for, each with its format.
fn outputs(arguments: &RunArguments) -> Result<Vec<(&Path, &'static Format)>, String> {
    if !arguments.output.is_empty() && arguments.input.files.len() > 1 {
        return Err("`--output` takes one experiment at a time".to_string());
    }
    let mut names: Vec<PathBuf> = arguments.trace.iter().map(|path| target(path)).collect();
    let mut files = Vec::new();
    for path in &arguments.output {
        files.push((path.as_path(), named(&path.to_string_lossy())?));
        if names.contains(&target(path)) {
            return Err(format!("{}: two outputs cannot go into one file", path.display()));
        }
        names.push(target(path));
    }
    Ok(files)
}

/// Writes all of them, or none.
fn write(
    comparison: &Comparison,
    sources: &Sources,
    files: &[(&Path, &'static Format)],
    arguments: &RunArguments,
    output: &Output,
) -> Status {
    let picture = picture(arguments);
    let raster = |svg: &str| png(svg, arguments.picture.scale);
    let request = Request { comparison, sources, picture: &picture, raster: &raster };
    let mut whole = Vec::new();
    for (path, format) in files {
        let written = (format.write)(&request).and_then(|bytes| {
            let create = || {
                let mut file = WholeFile::create(path)?;
                file.file.write_all(&bytes)?;
                Ok(file)
            };
            create().map_err(|error: io::Error| reason(&error))
        });
        match written {
            Ok(file) => whole.push((path, file)),
            Err(why) => return output.failed(&format!("{}: {why}", path.display())),
        }
    }
    let committed = whole.into_iter().map(|(path, file)| match file.commit() {
        Ok(()) => Status::Fine,
        Err(error) => output.failed(&unwritten(path, &error)),
    });
    committed.max().unwrap_or(Status::Fine)
}

fn picture(arguments: &RunArguments) -> picture::Options {
    picture::Options {
        width: arguments.picture.picture_width,
        lanes: lanes(arguments),
        most: if arguments.all_lanes { usize::MAX } else { arguments.lanes_max.max(picture::LANES) },
        ground: match arguments.picture.ground {
            GroundChoice::Light => Ground::Light,
            GroundChoice::Dark => Ground::Dark,
            GroundChoice::Auto => Ground::Auto,
        },
        salt: arguments.picture.salt.clone(),
    }
}

fn lanes(arguments: &RunArguments) -> Lanes {
    match arguments.lanes {
        LaneChoice::Worker => Lanes::Workers,
        LaneChoice::Task => Lanes::Tasks,
    }
}

fn unwritten(path: &Path, error: &io::Error) -> String {
    format!("{}: {}", path.display(), reason(error))
}

fn commit(file: Rc<RefCell<TraceFile>>) -> io::Result<()> {
    Rc::into_inner(file).expect("runs that are over have let go of the file").into_inner().commit()
}

/// Runs one experiment.
fn compare(
    attempt: Attempt,
    arguments: &RunArguments,
    trace: Option<Rc<RefCell<TraceFile>>>,
    output: &Output,
) -> Result<(Comparison, Sources), Status> {
    let (experiment, sources) = changed(attempt, &arguments.experiment, output)?;
    let mut options = RunOptions { limits: limits(&arguments.limits), ..RunOptions::default() };
    if (arguments.quiet || arguments.json) && arguments.output.is_empty() {
        options.keep_events = 0;
    }
    let runs = experiment.runs.len() as u64 * u64::from(experiment.replications.max(1));
    let until = arguments.limits.max_time.map(|d| Time(d.0));
    let onlooker = Rc::new(Onlooker::new(output, runs, until));
    // Not before: who still reads the standard input is to end at once.
    interrupt::watch();
    let mut watcher =
        Watcher { title: &experiment.title, seed: experiment.seed, sources: &sources, trace, onlooker };
    let comparison = scenario::run(&experiment, &options, &mut watcher);
    Ok((comparison, sources))
}

/// Says how much there is, if it is not all.
fn partial(comparison: &Comparison, output: &Output) -> Status {
    let Some(Partial { whole, wanted }) = comparison.partial else { return Status::Fine };
    output.complain(&format!(
        "stopped: {whole} of {wanted} runs came to their own end, and what is shown and written says that it is partial\n"
    ));
    Status::Interrupted
}

/// Follows the runs, and writes each into the trace file, if there is one.
struct Watcher<'a> {
    title: &'a str,
    seed: u64,
    sources: &'a Sources,
    trace: Option<Rc<RefCell<TraceFile>>>,
    onlooker: Rc<Onlooker>,
}

impl Watch for Watcher<'_> {
    fn begin(&mut self, plan: &Plan) -> Option<SharedSink> {
        let trace = self.trace.as_ref()?;
        let runtime = plan.runtime.to_string();
        let seed = plan.seed.unwrap_or(self.seed);
        let header = Header { title: self.title, run: &plan.name, runtime: &runtime, seed };
        trace.borrow_mut().begin(header, &plan.program, self.sources);
        Some(trace.clone())
    }

    fn end(&mut self, run: &Run) {
        if let Some(trace) = &self.trace {
            trace.borrow_mut().end(run);
        }
    }

    fn pulse(&mut self) -> Option<Rc<dyn Pulse>> {
        self.onlooker.next();
        Some(self.onlooker.clone())
    }

    fn goes_on(&mut self) -> bool {
        !interrupt::asked()
    }
}

fn show(
    comparison: &Comparison,
    sources: &Sources,
    arguments: &RunArguments,
    again: bool,
    output: &Output,
) -> Status {
    let failed = comparison.expectations.iter().any(|expectation| !expectation.held);
    let status = if failed { Status::Found } else { Status::Fine };
    if arguments.quiet {
        return status;
    }
    if arguments.json {
        return output.print(&json(comparison, sources)).max(status);
    }
    let options = Options {
        style: output.style,
        lanes: lanes(arguments),
        most: if arguments.all_lanes { usize::MAX } else { arguments.lanes_max },
        log: arguments.log,
    };
    let report = text(comparison, sources, options);
    let gap = if again { "\n\n" } else { "" };
    output.print(&format!("{gap}{report}")).max(status)
}
