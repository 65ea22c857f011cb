//! A part of a study that was run by itself, as a file; and how parts become the whole again, in any order.

use serde::{Deserialize, Serialize};

use crate::study::design::{Study, VERSION, hash};
use crate::study::ran::Ran;
use crate::study::results::Results;

pub const SCHEMA: &str = "cosim-shard/1";

/// Shard `number` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub number: u32,
    pub of: u32,
}

impl Share {
    /// The whole.
    pub const ALL: Share = Share { number: 1, of: 1 };

    /// Runs are dealt out one by one, so that every shard has a bit of every cell.
    pub fn has(self, study: &Study, cell: usize, replication: u32) -> bool {
        let index = cell as u64 * u64::from(study.replications) + u64::from(replication);
        index % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// All runs of the share, replication by replication: whoever is interrupted has something of every cell.
    pub fn runs(self, study: &Study) -> impl Iterator<Item = (usize, u32)> {
        let cells = study.cells();
        (0..study.replications)
            .flat_map(move |replication| (0..cells).map(move |cell| (cell, replication)))
            .filter(move |&(cell, replication)| self.has(study, cell, replication))
    }
}

/// `2/8`
///
/// # Errors
/// It is something else.
pub fn share(text: &str) -> Result<Share, String> {
    let read = text.split_once('/').and_then(|(number, of)| {
        let share = Share { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? };
        (1..=share.of).contains(&share.number).then_some(share)
    });
    read.ok_or_else(|| "write the number of the shard and how many there are, as in 2/8".to_string())
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Shard {
    schema: String,
    cosim: String,
    /// Of the study, see [`Study::hash`].
    hash: String,
    shard: u32,
    of: u32,
    partial: bool,
    study: Study,
    /// Of the runs, see [`sum`].
    sum: String,
    runs: Vec<Ran>,
}

/// What every version of the format has.
#[derive(Deserialize)]
struct Head {
    schema: String,
    cosim: String,
}

/// The file of a shard: a line for each run.
pub fn write(results: &Results, share: Share) -> String {
    let Share { number, of } = share;
    let mut out = format!(
        "{{\"schema\":\"{SCHEMA}\",\"cosim\":\"{VERSION}\",\"hash\":\"{}\",\"shard\":{number},\"of\":{of},\
         \"partial\":{},\n\"study\":{},\n\"sum\":\"{}\",\n\"runs\":[",
        results.study.hash(),
        results.partial,
        json(&results.study),
        sum(&results.runs),
    );
    for (at, ran) in results.runs.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&json(ran));
    }
    out.push_str("\n]}\n");
    out
}

/// Stands for what came out: a number that was changed on the way is not to be counted with.
fn sum(runs: &[Ran]) -> String {
    let lines: Vec<String> = runs.iter().map(json).collect();
    hash(lines.iter().map(String::as_str))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what a study is made of is plain data")
}

/// Joins the shards in these files, given by name and text.
///
/// # Errors
/// A sentence that says which file does not fit, or which shards are missing.
pub fn merge(files: &[(String, String)]) -> Result<Results, String> {
    let mut shards: Vec<(&str, Shard)> = Vec::new();
    for (name, text) in files {
        shards.push((name, read(text).map_err(|why| format!("{name}: {why}"))?));
    }
    let Some((first_name, first)) = shards.first() else {
        return Err("there is nothing to merge".to_string());
    };
    for (name, shard) in &shards[1..] {
        if let Some(difference) = differs(first, shard) {
            return Err(format!("{first_name} and {name} do not belong together: {difference}"));
        }
    }
    for (at, (name, shard)) in shards.iter().enumerate() {
        let twin = shards[..at].iter().find(|(_, other)| other.shard == shard.shard);
        if let Some((other_name, _)) = twin.filter(|(_, other)| other.runs != shard.runs) {
            let number = shard.shard;
            return Err(format!("{other_name} and {name} are both shard {number}, and do not agree"));
        }
    }
    let missing: Vec<String> = (1..=first.of)
        .filter(|number| !shards.iter().any(|(_, shard)| shard.shard == *number))
        .take(MOST_NAMED + 1)
        .map(|number| number.to_string())
        .collect();
    if !missing.is_empty() {
        let etc = if missing.len() > MOST_NAMED { ", …" } else { "" };
        let named = &missing[..missing.len().min(MOST_NAMED)];
        let (noun, verb) = if missing.len() == 1 { ("shard", "is") } else { ("shards", "are") };
        return Err(format!("{noun} {}{etc} of {} {verb} missing", named.join(", "), first.of));
    }
    let study = first.study.clone();
    let runs = shards.into_iter().flat_map(|(_, shard)| shard.runs).collect();
    Ok(Results::new(study, runs, false))
}

/// So many missing shards are named.
const MOST_NAMED: usize = 20;

const CHANGED: &str = "it was changed after it was written: run this shard again";

fn read(text: &str) -> Result<Shard, String> {
    let no_shard = |error: serde_json::Error| format!("this is no shard of a sweep ({error})");
    let head: Head = serde_json::from_str(text).map_err(no_shard)?;
    if head.schema != SCHEMA {
        return Err(format!("this is no shard of a sweep: it is `{}`, not `{SCHEMA}`", head.schema));
    }
    if head.cosim != VERSION {
        let theirs = head.cosim;
        return Err(format!(
            "it was made by cosim {theirs}, and this is cosim {VERSION}: run them all by one version"
        ));
    }
    let shard: Shard = serde_json::from_str(text).map_err(no_shard)?;
    if !is_sound(&shard) || shard.hash != shard.study.hash() {
        return Err(CHANGED.to_string());
    }
    let share = Share { number: shard.shard, of: shard.of };
    if shard.partial {
        let done = shard.runs.len();
        return Err(format!(
            "it was interrupted after {done} runs: run `--shard {}/{}` again",
            share.number, share.of
        ));
    }
    let mut made: Vec<(usize, u32)> = shard.runs.iter().map(|ran| (ran.cell, ran.replication)).collect();
    made.sort_unstable();
    let mut wanted: Vec<(usize, u32)> = share.runs(&shard.study).collect();
    wanted.sort_unstable();
    if made != wanted {
        return Err("it has not the runs of its share: run this shard again".to_string());
    }
    if shard.sum != sum(&shard.runs) {
        return Err(CHANGED.to_string());
    }
    Ok(shard)
}

/// Can it be counted with? A file is no more than what somebody wrote.
fn is_sound(shard: &Shard) -> bool {
    let study = &shard.study;
    (1..=shard.of).contains(&shard.shard)
        && study.axes.iter().all(|axis| !axis.values.is_empty())
        && !study.runs.is_empty()
        && study.precision.is_none()
        && (0.0..1.0).contains(&study.level)
        // Dealt out one by one, so that no share is smaller than this.
        && study.size() / u64::from(shard.of) <= shard.runs.len() as u64
        && shard.runs.iter().all(|ran| ran.values.len() == study.answers())
}

/// What is not the same in two shards, in words.
fn differs(one: &Shard, other: &Shard) -> Option<String> {
    let (a, b) = (&one.study, &other.study);
    let seeds = |study: &Study| study.runs.iter().map(|run| run.seed).collect::<Vec<_>>();
    let runs = |study: &Study| {
        study.runs.iter().map(|run| format!("{} {}", run.name, run.runtime)).collect::<Vec<_>>()
    };
    let what = if one.of != other.of {
        return Some(format!("one is of {} shards, the other of {}", one.of, other.of));
    } else if a.scenario != b.scenario || a.title != b.title {
        "the scenarios are not the same"
    } else if a.axes != b.axes {
        "the parameters are not varied in the same way"
    } else if runs(a) != runs(b) {
        "the runtimes are not the same"
    } else if a.seed != b.seed || seeds(a) != seeds(b) {
        "the seeds are not the same"
    } else if a.replications != b.replications {
        "the numbers of replications are not the same"
    } else if a.metrics != b.metrics || a.assertions != b.assertions {
        "the metrics are not the same"
    } else if a != b {
        "the options are not the same"
    } else {
        return None;
    };
    Some(what.to_string())
}
