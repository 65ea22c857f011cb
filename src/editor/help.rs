//! What is said of a word: its page, and what it becomes under each runtime, as their own pages have it.

use crate::lang::vocabulary::{FUNCTIONS, MethodWord, function};
use crate::runtimes::about::About;
use crate::runtimes::table;
use crate::words;

/// The plain words that every language has.
const PLAIN: [(&str, &str); 16] = [
    ("let", "`let x = e`: a variable, seen until its block ends; an inner one hides an outer one."),
    ("if", "`if c { } else if d { } else { }`: a condition is a bool, and nothing else counts as true."),
    ("else", "What is done otherwise: behind `if`, `timeout` and `scope`."),
    ("while", "`while c { }`: as long as the condition is true."),
    ("loop", "`loop { }`: until a `break`, a `return` or a cancellation."),
    ("for", "`for i in a..b { }`, `for x in list { }`; `for await v in channel { }` waits for each value."),
    ("break", "Leaves the innermost loop."),
    ("continue", "Goes on with the next turn of the innermost loop."),
    ("return", "`return e` ends the task with a value, `return` with `none`."),
    ("after", "`after 5s => { }`: the arm of a `select` that is taken if nothing else happens for so long."),
    ("and", "`a and b`: both; `b` is not looked at if `a` is false."),
    ("or", "`a or b`: one of them; `b` is not looked at if `a` is true."),
    ("not", "`not a`: true if `a` is false."),
    ("true", "A bool."),
    ("false", "A bool."),
    ("none", "No value: what a task without `return` gives."),
];

/// A word of the language: Markdown, if there is anything to say.
pub fn word(name: &str) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(word) = function(name) {
        parts.push(format!("```cosim\n{}\n```\n{}.", word.usage, capital(word.help)));
    }
    if let Some((_, text)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
        parts.push(text.to_string());
    } else if let Some(page) = words::find(name) {
        parts.push(
            page.page
                .trim_start_matches("## ")
                .split_once('\n')
                .map_or("", |(_, text)| text)
                .trim()
                .to_string(),
        );
    }
    parts.extend(meanings(name));
    (!parts.is_empty()).then(|| format!("**{name}**\n\n{}", parts.join("\n\n")))
}

/// A method, on whatever it is called.
pub fn method(words: &[&MethodWord]) -> Option<String> {
    let first = words.first()?;
    let mut parts: Vec<String> = Vec::new();
    for word in words {
        let on: Vec<&str> = word.on.iter().map(|kind| kind.words()).collect();
        let wait = if word.suspends { "await x." } else { "x." };
        let argument = if word.arguments.0 > 0 { "v" } else { "" };
        let head = format!("```cosim\n{wait}{}({argument})\n```", word.name);
        parts.push(format!("{head}\n{}. Of {}.", capital(word.help), on.join(", ")));
    }
    parts.extend(meanings(first.name));
    Some(parts.join("\n\n"))
}

/// A runtime and its settings.
pub fn runtime(about: &About) -> String {
    let mut text = format!(
        "**{}**: {}\n\n*{}*: {}",
        about.name,
        about.summary,
        about.exactness.name(),
        about.exactness.meaning()
    );
    if !about.verified.is_empty() {
        text.push_str(&format!("; verified against {}", about.verified));
    }
    text.push_str(&format!("\n\n{}\n", about.next));
    for setting in about.settings {
        text.push_str(&format!("\n- `{}: {}`: {}", setting.name, setting.default, setting.meaning));
    }
    text
}

/// The first sentence on a word, for lists.
pub fn sentence(name: &str) -> Option<String> {
    if let Some(word) = function(name) {
        return Some(word.help.to_string());
    }
    if let Some((_, text)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
        return Some(text.to_string());
    }
    let page = words::find(name)?.page;
    let paragraph: Vec<&str> =
        page.lines().skip(1).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |end| end + 1);
    Some(paragraph[..end].to_string())
}

/// Runtimes whose words are those of others.
const LIKE: [(&str, &str); 2] = [("Uvloop", "as `Asyncio`"), ("Processes", "as what runs in each process")];

/// `- **Asyncio**: …`, a line for each runtime whose page says what the word becomes.
pub fn meanings(name: &str) -> Option<String> {
    let told = |about: &About| meaning(about, name);
    let mut lines: Vec<String> = table::ALL.iter().copied().filter_map(told).collect();
    if table::ALL.iter().any(|about| about.name == "Asyncio" && told(about).is_some()) {
        lines.extend(LIKE.iter().map(|(runtime, like)| format!("- **{runtime}**: {like}")));
    }
    (!lines.is_empty()).then(|| format!("Under each runtime:\n\n{}", lines.join("\n")))
}

fn meaning(about: &About, name: &str) -> Option<String> {
    let section = about.page.split("\n## What each word becomes").nth(1)?;
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows =
        section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let fitting: Vec<(&str, &str)> =
        rows.filter(|(first, _)| codes(first).any(|code| speaks_of(code, name))).collect();
    let alone = fitting.len() == 1;
    let told: Vec<String> = fitting
        .iter()
        .map(|(first, second)| match alone {
            true => without_links(own(first, second, name)),
            false => format!("{first} is {}", without_links(own(first, second, name))),
        })
        .collect();
    (!told.is_empty()).then(|| format!("- **{}**: {}", about.name, told.join("; ")))
}

/// Of a row on several words, what it says on one: `work d` / `block d` is said in that order too.
fn own<'t>(first: &str, second: &'t str, name: &str) -> &'t str {
    let code =
        |piece: &&str| piece.starts_with('`') && piece.ends_with('`') && piece.matches('`').count() == 2;
    for separator in [" / ", ", "] {
        let words: Vec<&str> = first.split(separator).collect();
        let said: Vec<&str> = second.split(separator).collect();
        let plain = separator == " / " || said.iter().all(code);
        let mine = words.iter().position(|word| codes(word).any(|code| speaks_of(code, name)));
        if let Some(mine) = mine.filter(|_| plain && said.len() > 1 && words.len() == said.len()) {
            return said[mine];
        }
    }
    second
}

/// What stands between backticks.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Is a piece of code about this word? `await sleep(d)` is about `sleep`, `await h` about `await`.
fn speaks_of(code: &str, name: &str) -> bool {
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    if let Some((_, method)) =
        code.split_once('.').filter(|(object, _)| object.chars().all(char::is_alphanumeric))
    {
        return method.split('(').next() == Some(name);
    }
    match first {
        "await" => match words.next() {
            Some(second) if second == "yield" || FUNCTIONS.iter().any(|word| word.name == second) => {
                second == name
            }
            Some(_) | None => name == "await",
        },
        "spawn" => {
            first == name
                || words.any(|word| word == name && ["on", "in", "daemon", "priority"].contains(&word))
        }
        _other => first == name,
    }
}

/// `[below](#x)` is `below`: the page is not at hand.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(shown, to)| Some((shown, to.split_once(')')?.1)));
        out.push_str(before);
        match link {
            Some((shown, behind)) => {
                out.push_str(shown);
                rest = behind;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::vocabulary::methods;

    #[test]
    fn a_word_has_its_page_and_its_meanings() {
        let text = word("sleep").expect("it has a page");
        assert!(text.contains("waits for the clock"), "{text}");
        for line in [
            "- **Asyncio**: `asyncio.sleep(d)`",
            "- **Go**: `time.Sleep(d)`",
            "- **Tokio**: `tokio::time::sleep",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(text.contains("- **Uvloop**: as `Asyncio`"));
        let block = word("block").expect("it has a page");
        assert!(block.contains("- **Asyncio**: `time.sleep(d)`\n"), "{block}");
        assert!(word("semaphore").is_some_and(|text| text.contains("- **Asyncio**: `Semaphore`\n")));
        assert!(!word("await").expect("it has a page").contains("asyncio.sleep(d)"));
        assert!(word("wibble").is_none());
        assert_eq!(
            sentence("block").as_deref(),
            Some(
                "`block 5ms` waits for five milliseconds and keeps its worker while it does: nothing is computed, and nobody else can run there."
            )
        );
    }

    #[test]
    fn methods_and_options_are_found_too() {
        let text = method(&methods("send").collect::<Vec<_>>()).expect("a method");
        assert!(text.contains("await x.send(v)") && text.contains("Of a channel"), "{text}");
        assert!(meanings("on").expect("`spawn … on`").contains("- **Tokio**: a `current_thread` runtime"));
        assert!(meanings("catch").expect("tokio says it").contains("destructors: see below"));
        let about = table::ALL.first().expect("one at least");
        assert!(runtime(about).contains("- `workers: "), "{}", runtime(about));
    }

    #[test]
    fn every_keyword_is_explained() {
        let silent: Vec<&str> = crate::lang::parse::KEYWORDS
            .into_iter()
            .chain(crate::lang::parse::DECLARATIONS)
            .filter(|name| word(name).is_none())
            .collect();
        assert_eq!(silent, [""; 0]);
    }
}
