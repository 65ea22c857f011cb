//! The comparison as tables for other tools: Markdown, LaTeX, HTML, and CSV with a row for each task or each run.

use crate::compare::comparison::{Comparison, Run, TaskEnding, TaskMetrics};
use crate::compare::fingerprint;
use crate::report::ending;
use crate::report::lines::clean;
use crate::report::style::Style;
use crate::report::summary;
use crate::report::svg::canvas::escape;
use crate::time::{Duration, Time};

/// The table of the report. A star marks the best, as there.
pub fn markdown(comparison: &Comparison) -> String {
    let Plain { heads, rows } = plain(comparison);
    let mut out = format!("| |{}\n|---|{}\n", cells(&heads, escape_markdown), "---:|".repeat(heads.len()));
    for (name, entries) in rows {
        out.push_str(&format!("| {} |{}\n", escape_markdown(&name), cells(&entries, escape_markdown)));
    }
    out
}

/// The same as a `tabular`, which needs no package.
pub fn latex(comparison: &Comparison) -> String {
    let Plain { heads, rows } = plain(comparison);
    let row = |first: &str, rest: &[String]| {
        let rest: String = rest.iter().map(|text| format!(" & {}", escape_latex(text))).collect();
        format!("{}{rest} \\\\\n", escape_latex(first))
    };
    let mut out = format!("\\begin{{tabular}}{{l{}}}\n", "r".repeat(heads.len()));
    out.push_str(&row("", &heads));
    out.push_str("\\hline\n");
    for (name, entries) in rows {
        out.push_str(&row(&name, &entries));
    }
    out.push_str("\\end{tabular}\n");
    out
}

/// The same as the rows of a `table` of a page.
pub fn html(comparison: &Comparison) -> String {
    let Plain { heads, rows } = plain(comparison);
    let cells = |texts: &[String], tag: &str| -> String {
        texts.iter().map(|text| format!("<{tag}>{}</{}>", escape(text), &tag[..2])).collect()
    };
    let mut out = format!("<tr><th></th>{}</tr>\n", cells(&heads, "th scope=\"col\""));
    for (name, entries) in rows {
        let name = escape(&name);
        out.push_str(&format!("<tr><th scope=\"row\">{name}</th>{}</tr>\n", cells(&entries, "td")));
    }
    out
}

const TASKS: &str = "run,runtime,seed,task,name,ending,arrival_ns,first_run_ns,completion_ns,turnaround_ns,response_ns,\
                     running_ns,ready_ns,blocked_ns,io_ns,sleeping_ns,overhead_ns\n";

/// A row for each task but `main`, in nanoseconds; what there is not is empty (RFC 4180).
pub fn tasks(comparison: &Comparison) -> String {
    let mut out = TASKS.to_string();
    for run in &comparison.runs {
        run.metrics.tasks.iter().for_each(|one| out.push_str(&record(&task(run, one))));
    }
    out
}

fn task(run: &Run, task: &TaskMetrics) -> Vec<String> {
    let ending = match task.ending {
        TaskEnding::Done => "done",
        TaskEnding::Failed => "failed",
        TaskEnding::Cancelled => "cancelled",
        TaskEnding::Unfinished => "unfinished",
    };
    let time = |time: Option<Time>| time.map(|time| time.0.to_string()).unwrap_or_default();
    let length = |length: Option<Duration>| length.map(|d| d.0.to_string()).unwrap_or_default();
    let mut fields = vec![
        run.name.clone(),
        run.runtime.to_string(),
        run.seed.to_string(),
        task.task.to_string(),
        task.name.clone(),
        ending.to_string(),
        task.arrival.0.to_string(),
        time(task.first_run),
        time(task.completion),
        length(task.turnaround()),
        length(task.response()),
    ];
    let states = [task.running, task.ready, task.blocked, task.io, task.sleeping, task.overhead];
    fields.extend(states.map(|d| d.0.to_string()));
    fields
}

const RUNS: &str = "run,runtime,seed,fingerprint,outcome,makespan_ns,workers,cost_ns,busy_ns,held_ns,idle_ns,overhead_ns,\
                    switches,involuntary,peak_tasks,failed_tasks\n";

/// A row for each run, in nanoseconds and counts.
pub fn runs(comparison: &Comparison) -> String {
    let mut out = RUNS.to_string();
    for run in &comparison.runs {
        let metrics = &run.metrics;
        let mut fields = vec![
            run.name.clone(),
            run.runtime.to_string(),
            run.seed.to_string(),
            fingerprint::show(run.fingerprint),
            ending::word(&run.ending).to_string(),
            metrics.makespan.0.to_string(),
            metrics.workers.to_string(),
        ];
        let times = [metrics.paid(), metrics.busy, metrics.held, metrics.idle, metrics.overhead];
        fields.extend(times.map(|d| d.0.to_string()));
        let counts = [metrics.switches, metrics.involuntary];
        fields.extend(counts.map(|n| n.to_string()));
        fields.extend([metrics.peak_tasks, metrics.failed_tasks].map(|n| n.to_string()));
        out.push_str(&record(&fields));
    }
    out
}

/// The table of the report as plain texts.
fn plain(comparison: &Comparison) -> Plain {
    let table = summary::table(comparison, Style::plain(80));
    let star = |text: &str, best: bool| if best { format!("{text}*") } else { text.to_string() };
    let rows = table.rows.iter().map(|(name, entries)| {
        (name.clone(), entries.iter().map(|entry| star(&entry.text, entry.best)).collect())
    });
    Plain { heads: table.heads.clone(), rows: rows.collect() }
}

struct Plain {
    heads: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

fn cells(texts: &[String], escape: fn(&str) -> String) -> String {
    texts.iter().map(|text| format!(" {} |", escape(text))).collect()
}

/// What Markdown would take for a column, a tag, a mark or a code.
fn escape_markdown(text: &str) -> String {
    escaped(text, |c| matches!(c, '|' | '\\' | '`' | '<' | '[' | ']' | '_' | '#').then(|| format!("\\{c}")))
}

fn escape_latex(text: &str) -> String {
    escaped(text, |c| match c {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => Some(format!("\\{c}")),
        '\\' => Some("\\textbackslash{}".to_string()),
        '~' => Some("\\textasciitilde{}".to_string()),
        '^' => Some("\\textasciicircum{}".to_string()),
        _ => None,
    })
}

fn escaped(text: &str, escape: impl Fn(char) -> Option<String>) -> String {
    clean(text).chars().map(|c| escape(c).unwrap_or_else(|| c.to_string())).collect()
}

/// One line of CSV: in quotes what holds a comma, a quote or a line break.
pub fn record(fields: &[String]) -> String {
    let field = |text: &String| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    format!("{}\n", fields.iter().map(field).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::laundry;

    #[test]
    fn tables_of_the_laundry() {
        let comparison = laundry();
        let first = |text: String| text.lines().take(4).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(format!(
            "{}\n{}\n{}\n{}",
            markdown(&comparison),
            latex(&comparison),
            first(tasks(&comparison)),
            runs(&comparison)
        ));
    }

    #[test]
    fn names_cannot_break_out() {
        let mut comparison = laundry();
        comparison.runs.truncate(1);
        comparison.runs[0].name = "a|b, \"c\" & <d>_1%".to_string();
        assert!(markdown(&comparison).starts_with("| | a\\|b, \"c\" & \\<d>\\_1% |\n"));
        assert!(latex(&comparison).contains("& a|b, \"c\" \\& <d>\\_1\\% \\\\"));
        assert!(runs(&comparison).contains("\n\"a|b, \"\"c\"\" & <d>_1%\",Threads(workers: 1),42,"));
    }
}
