//! The words of the language and of the reports, each with its page: `docs/words.md` cut at its headings.

const PAGES: &str = include_str!("../docs/words.md");

/// One word and what there is to say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub name: &'static str,
    /// The part of the language or of the reports it belongs to.
    pub part: &'static str,
    /// Markdown, from its heading on.
    pub page: &'static str,
}

/// Other names under which pages are looked for.
const ALIASES: [(&str, &str); 25] = [
    ("hold", "held"),
    ("join", "spawn"),
    ("in", "spawn"),
    ("on", "workers"),
    ("acquire", "with"),
    ("release", "with"),
    ("send", "channel"),
    ("recv", "channel"),
    ("catch", "try"),
    ("finally", "try"),
    ("metric", "observe"),
    ("nursery", "group"),
    ("cancelscope", "scope"),
    ("callback", "call_soon"),
    ("settimeout", "call_later"),
    ("quantum", "preemption"),
    ("involuntary", "switches"),
    ("ready wait", "ready"),
    ("speedup", "speed-up"),
    ("p95", "percentile"),
    ("lost wakeup", "lost wake-up"),
    ("switch", "switches"),
    ("latency", "turnaround"),
    ("blocking call", "blocked loop"),
    ("unbounded channel", "unbounded queue"),
];

/// All words, in the order of the document.
pub fn all() -> Vec<Word> {
    let mut words = Vec::new();
    for section in PAGES.split("\n# ").skip(1) {
        let part = section.lines().next().unwrap_or("");
        for page in section.split("\n## ").skip(1) {
            let name = page.lines().next().unwrap_or("");
            words.push(Word { name, part, page: page.trim_end() });
        }
    }
    words
}

/// The page of a word, whatever its case.
pub fn find(name: &str) -> Option<Word> {
    let name = name.trim().to_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, word)| *word);
    all().into_iter().find(|word| word.name == name)
}

/// All names a page can be asked for by.
pub fn names() -> Vec<&'static str> {
    let words = all().into_iter().map(|word| word.name);
    words.chain(ALIASES.iter().map(|(alias, _)| *alias)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_page() {
        let references = all().into_iter().flat_map(|word| {
            word.page.lines().filter_map(|line| line.strip_prefix("See also: ")).collect::<Vec<_>>()
        });
        for name in references.flat_map(|line| line.trim_end_matches('.').split(", ")) {
            assert!(find(name).is_some(), "no page for `{name}`");
        }
        for (alias, word) in ALIASES {
            assert!(find(alias).is_some_and(|found| found.name == word), "{alias}");
        }
    }

    #[test]
    fn words_have_one_page_each() {
        let mut names: Vec<&str> = all().iter().map(|word| word.name).collect();
        assert!(names.len() > 50);
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
