//! `cosim explain`: the page of a message, a runtime or a word.

use crate::cli::args::learn::ExplainArguments;
use crate::cli::output::Output;
use crate::cli::runtimes;
use crate::cli::status::Status;
use crate::report::markdown;
use crate::report::style::{Ink, Style};
use crate::runtimes::table;
use crate::suggest::did_you_mean_or_stop;
use crate::{pages, words};

pub fn explain(arguments: &ExplainArguments, output: &Output) -> Status {
    let Some(topic) = &arguments.topic else { return output.print(&index(output.style)) };
    match page(topic, output.style) {
        Some(page) => output.print(&page),
        None => output.failed(&unknown(topic)),
    }
}

fn page(topic: &str, style: Style) -> Option<String> {
    let code = topic.to_uppercase();
    if let Some(page) = pages::page(&code) {
        return Some(markdown::show(page.text, style));
    }
    if let Some(entry) = table::ALL.iter().find(|entry| entry.name.eq_ignore_ascii_case(topic)) {
        return Some(format!("{}\n{}", markdown::show(entry.page, style), runtimes::show(entry, style)));
    }
    words::find(topic).map(|word| markdown::show(word.page, style))
}

fn unknown(topic: &str) -> String {
    let codes = pages::PAGES.iter().map(|page| page.code);
    let runtimes = table::ALL.iter().map(|entry| entry.name);
    let names = words::names().into_iter().chain(runtimes).chain(codes);
    let near = did_you_mean_or_stop(topic, names);
    format!("there is no page on `{topic}`{near} `cosim explain` lists all there are")
}

/// Everything there is a page on.
fn index(style: Style) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for word in words::all() {
        match groups.last_mut() {
            Some((part, names)) if *part == word.part => names.push(word.name),
            _ => groups.push((word.part, vec![word.name])),
        }
    }
    groups.push(("Runtimes", table::ALL.iter().map(|entry| entry.name).collect()));
    groups.push(("Messages", pages::PAGES.iter().map(|page| page.code).collect()));
    let show = |(part, names): (&str, Vec<&str>)| {
        let list = crate::report::lines::wrap(&names.join(", "), style.width.min(88) - 2);
        format!("{}\n  {}\n", style.paint(Ink::Strong, part), list.join("\n  "))
    };
    groups.into_iter().filter(|(_, names)| !names.is_empty()).map(show).collect::<Vec<_>>().join("\n")
}
