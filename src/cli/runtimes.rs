//! `cosim runtimes`: which there are, what can be set on them, and how true to life they are.

use crate::cli::args::learn::RuntimesArguments;
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::report::json::pretty;
use crate::report::lines::wrap;
use crate::report::style::{Ink, Style};
use crate::runtimes::about::About;
use crate::runtimes::table;

pub fn runtimes(arguments: &RuntimesArguments, output: &Output) -> Status {
    if arguments.json {
        return output.print(&pretty(&table::ALL));
    }
    output.print(&table::ALL.iter().map(|about| show(about, output.style)).collect::<Vec<_>>().join("\n"))
}

/// One runtime: how true it is, what was left out, and its settings.
pub fn show(about: &About, style: Style) -> String {
    let mut out = format!("{}  {}\n", style.paint(Ink::Strong, about.name), about.summary);
    let mut truth = format!("{}: {}", about.exactness.name(), about.exactness.meaning());
    if !about.verified.is_empty() {
        truth.push_str(&format!("; verified against {}", about.verified));
    }
    let mut facts = vec![truth];
    if !about.not_modelled.is_empty() {
        facts.push(format!("not modelled: {}", about.not_modelled.join("; ")));
    }
    for fact in facts {
        for line in wrap(&fact, style.width.min(100).saturating_sub(2)) {
            out.push_str(&format!("  {}\n", style.paint(Ink::Faint, &line)));
        }
    }
    let name = about.settings.iter().map(|s| s.name.len()).max().unwrap_or(0);
    let default = about.settings.iter().map(|s| s.default.len()).max().unwrap_or(0);
    for setting in about.settings {
        let (shown, value) = (setting.name, setting.default);
        out.push_str(&format!("    {shown:name$}  {value:default$}  {}\n", setting.meaning));
    }
    out
}
