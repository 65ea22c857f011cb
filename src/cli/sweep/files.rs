//! The files a study is written to, by the endings of their names; and what they are called where it was interrupted.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::output::reason;
use crate::cli::sweep::parquet::parquet;
use crate::cli::whole_file::{WholeFile, target};
use crate::report::sweep::chart::{along, chart};
use crate::report::sweep::columns::{cells, runs};
use crate::report::sweep::csv::csv;
use crate::report::sweep::json::{SCHEMA, json};
use crate::study::design::VERSION;
use crate::study::shard::{Share, write as shard};
use crate::study::{Results, Study};

/// What a study can be written as.
pub struct Format {
    /// With the dot: `.csv`. The longest that fits decides.
    ending: &'static str,
    about: &'static str,
    write: fn(&Results) -> Result<Vec<u8>, String>,
}

const ALL: &[Format] = &[
    Format {
        ending: ".csv",
        about: "a row for each cell and metric",
        write: |r| Ok(csv(&cells(r)).into_bytes()),
    },
    Format { ending: ".runs.csv", about: "a row for each run", write: |r| Ok(csv(&runs(r)).into_bytes()) },
    Format { ending: ".parquet", about: "the rows of .csv", write: |r| parquet(&cells(r), &facts(r)) },
    Format {
        ending: ".runs.parquet",
        about: "the rows of .runs.csv",
        write: |r| parquet(&runs(r), &facts(r)),
    },
    Format { ending: ".svg", about: "a line chart", write: |r| chart(r).map(String::into_bytes) },
    Format {
        ending: ".json",
        about: "everything as data, cosim-sweep/1",
        write: |r| Ok(json(r).into_bytes()),
    },
];

/// What is said in the footer of a Parquet file.
fn facts(results: &Results) -> [(&'static str, String); 5] {
    let study = serde_json::to_string(&results.study).expect("a study is plain data");
    [
        ("cosim.schema", SCHEMA.to_string()),
        ("cosim.version", VERSION.to_string()),
        ("cosim.hash", results.study.hash()),
        ("cosim.partial", results.partial.to_string()),
        ("cosim.study", study),
    ]
}

/// A file that was asked for.
pub struct Asked<'a> {
    path: &'a Path,
    /// `None`: a shard.
    format: Option<&'static Format>,
}

/// Every name says what to write, and no two are the same.
///
/// # Errors
/// A sentence.
pub fn asked(paths: &[PathBuf], share: Option<Share>) -> Result<Vec<Asked<'_>>, String> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for path in paths {
        let name = path.to_string_lossy().to_lowercase();
        let format = match share {
            Some(_) if name.ends_with(".json") => None,
            Some(_) => {
                let path = path.display();
                return Err(format!(
                    "{path}: a shard is written to a .json, and `cosim merge` writes the rest"
                ));
            }
            None => Some(named(&name)?),
        };
        if asked.iter().any(|other| target(other.path) == target(path)) {
            return Err(format!("{}: two outputs cannot go into one file", path.display()));
        }
        asked.push(Asked { path, format });
    }
    if share.is_some() && asked.is_empty() {
        return Err("a shard has to be written somewhere: `--shard 2/8 -o part2.json`".to_string());
    }
    Ok(asked)
}

/// Can all of them be written of this study? Better asked before it is run.
///
/// # Errors
/// A sentence.
pub fn possible(asked: &[Asked<'_>], study: &Study) -> Result<(), String> {
    let chart = asked.iter().find(|asked| asked.format.is_some_and(|format| format.ending == ".svg"));
    match chart {
        Some(asked) => along(study).map(|_| ()).map_err(|why| format!("{}: {why}", asked.path.display())),
        None => Ok(()),
    }
}

/// The bytes of one of them.
///
/// # Errors
/// There is no such ending, or the file cannot be made.
pub fn bytes(ending: &str, results: &Results) -> Result<Vec<u8>, String> {
    (named(ending)?.write)(results)
}

fn named(name: &str) -> Result<&'static Format, String> {
    let fits = ALL.iter().filter(|format| name.ends_with(format.ending));
    fits.max_by_key(|format| format.ending.len()).ok_or_else(|| {
        let all: Vec<String> =
            ALL.iter().map(|format| format!("{} ({})", format.ending, format.about)).collect();
        format!("`{name}` does not say by its ending what to write; there are {}", all.join(", "))
    })
}

/// Writes all of them, or none; the names they got. What is partial gets a name of its own, so that nobody takes it
/// for the whole: `x.partial.csv`.
///
/// # Errors
/// A sentence that names the file.
pub fn write(asked: &[Asked<'_>], results: &Results, share: Option<Share>) -> Result<Vec<PathBuf>, String> {
    let mut written = Vec::new();
    for Asked { path, format } in asked {
        let path = if results.partial {
            partial(path, format.map_or(".json", |f| f.ending))
        } else {
            path.to_path_buf()
        };
        let bytes = match (format, share) {
            (Some(format), _) => {
                (format.write)(results).map_err(|why| format!("{}: {why}", path.display()))?
            }
            (None, share) => shard(results, share.unwrap_or(Share::ALL)).into_bytes(),
        };
        let file =
            create(&path, &bytes).map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
        written.push((path, file));
    }
    let commit = |(path, file): (PathBuf, WholeFile)| match file.commit() {
        Ok(()) => Ok(path),
        Err(error) => Err(format!("{}: {}", path.display(), reason(&error))),
    };
    written.into_iter().map(commit).collect()
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<WholeFile> {
    let mut file = WholeFile::create(path)?;
    file.file.write_all(bytes)?;
    Ok(file)
}

/// `pool.runs.csv` becomes `pool.partial.runs.csv`. What is no ordinary file keeps its name.
fn partial(path: &Path, ending: &str) -> PathBuf {
    if path.exists() && !path.is_file() {
        return path.to_path_buf();
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, ending) = name.split_at(name.len().saturating_sub(ending.len()));
    path.with_file_name(format!("{stem}.partial{ending}"))
}
