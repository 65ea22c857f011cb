//! The course in `docs/book` is true: every block of both languages is run, its numbers hold, and the languages keep step.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cosim::diagnostic::Style;
use cosim::mdbook::chapter::{Page, World, chapter};
use cosim::mdbook::fences::fences;
use cosim::mdbook::settings::Settings;

/// A folder of `docs/book`; nothing is kept.
struct Book(PathBuf);

impl World for Book {
    fn read(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.0.join(path)).map_err(|error| error.to_string())
    }

    fn known(&self, _key: &str) -> Option<String> {
        None
    }

    fn keep(&self, _key: &str, _value: &str) {}

    fn raster(&self, _svg: &str) -> Result<Vec<u8>, String> {
        Err("nobody wants pixels here".to_string())
    }

    fn identity(&self) -> String {
        String::new()
    }

    fn style(&self) -> Style {
        Style { color: false, unicode: false, width: 100 }
    }
}

const LANGUAGES: [&str; 2] = ["en", "zh"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files of a language, in order, without the summary.
fn pages(language: &str) -> Vec<String> {
    let folder = root().join("docs/book").join(language).join("src");
    let entries = fs::read_dir(folder).expect("the book is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".md") && name != "SUMMARY.md");
    names.sort();
    names
}

#[test]
fn every_block_is_run_and_every_number_holds() {
    let settings = Settings { scenarios: vec!["../../../scenarios".to_string()], ..Settings::default() };
    for language in LANGUAGES {
        let book = Book(root().join("docs/book").join(language));
        let table = read(&format!("docs/book/{language}/book.toml"));
        assert!(
            table.contains("scenarios = [\"../../../scenarios\"]") && table.contains("on-error = \"fail\"")
        );
        for name in pages(language) {
            let content = read(&format!("docs/book/{language}/src/{name}"));
            let page = Page { path: &name, file: format!("src/{name}"), content: &content, html: true };
            let done = chapter(&page, &settings, &book);
            assert_eq!((done.broken, done.said.as_str()), (0, ""), "{language}/{name}");
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                complete(&content, &done.content, &format!("{language}/{name}"));
            }
        }
    }
}

/// A chapter has a scenario, a picture, three questions with folded answers, and an exercise.
fn complete(written: &str, shown: &str, place: &str) {
    assert!(!fences(written).is_empty(), "{place} has no scenario");
    assert!(shown.contains("<svg ") || shown.contains("one character = "), "{place} has no picture");
    let (questions, rest) = written.split_once("<details>").expect("answers are folded");
    let asked = questions.rsplit_once("\n## ").expect("there are questions").1;
    let (answers, rest) = rest.split_once("</details>").expect("what is folded ends");
    for text in [asked, answers] {
        let numbered: Vec<&str> =
            text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
        assert_eq!(numbered.len(), 3, "{place}: {numbered:?}");
    }
    assert!(rest.trim_start().starts_with("## "), "{place} has no exercise");
}

/// The same blocks with the same numbers, chapter by chapter; names and words differ.
#[test]
fn the_languages_keep_step() {
    assert_eq!(pages("en"), pages("zh"));
    for name in pages("en") {
        let [english, chinese] = LANGUAGES.map(|language| read(&format!("docs/book/{language}/src/{name}")));
        assert_eq!(skeleton(&english), skeleton(&chinese), "{name}");
    }
    let links = |language: &str| -> Vec<String> {
        let summary = read(&format!("docs/book/{language}/src/SUMMARY.md"));
        let parts = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        parts.map(str::to_string).collect()
    };
    assert_eq!(links("en"), links("zh"));
    let mut listed = links("en");
    listed.sort();
    assert_eq!(listed, pages("en"), "the summary lists every chapter");
}

/// What is shown of each block, and all numbers that are expected of it.
fn skeleton(text: &str) -> Vec<String> {
    let blocks = fences(text);
    let one = |info: &str| {
        let part =
            |name: &str| info.split_once(name).and_then(|(_, rest)| rest.split('"').next()).unwrap_or("");
        let numbers: Vec<&str> = part("expect=\"")
            .split("==")
            .skip(1)
            .map(|rest| rest.split(';').next().unwrap_or("").trim())
            .collect();
        format!("{} {}", part("show=\""), numbers.join(" "))
    };
    blocks.iter().map(|fence| one(&text[fence.info.clone()])).collect()
}

#[test]
fn commands_of_the_book_run() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    for entry in fs::read_dir(root().join("scenarios")).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_file() {
            fs::copy(&path, folder.join(path.file_name().expect("it has a name"))).expect("copied");
        }
    }
    for language in LANGUAGES {
        let mut found = 0;
        for name in pages(language) {
            for line in commands(&read(&format!("docs/book/{language}/src/{name}"))) {
                let words = line.strip_prefix("cosim ").unwrap_or_else(|| panic!("{name}: `{line}`"));
                let shell = format!("\"$COSIM\" {words}");
                let out = Command::new("sh")
                    .args(["-c", &shell])
                    .env("COSIM", env!("CARGO_BIN_EXE_cosim"))
                    .current_dir(&folder)
                    .output()
                    .expect("there is a shell");
                assert!(out.status.success(), "{name}: `{line}`: {}", String::from_utf8_lossy(&out.stderr));
                found += 1;
            }
        }
        assert!(found > 1, "{language}");
    }
}

/// The lines of the blocks `sh`, and the first ones of the blocks `console`.
fn commands(text: &str) -> Vec<String> {
    let mut block: Option<&str> = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("```"), block) {
            (Some(_), Some(_)) => block = None,
            (Some(info), None) => block = Some(info),
            (None, Some("sh")) => {
                // What stands behind a command is for the reader.
                lines.push(line.split(" #").next().unwrap_or(line).trim_end().to_string());
            }
            (None, Some("console")) => lines.extend(line.strip_prefix("$ ").map(str::to_string)),
            (None, _) => {}
        }
    }
    lines
}

/// `README.zh-CN.md` says to type what `README.md` says to type, and shows the same programs.
#[test]
fn the_chinese_readme_keeps_step() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    assert_eq!(commands(&english), commands(&chinese));
    let programs = |text: &str| -> usize { text.lines().filter(|line| line.starts_with("```")).count() };
    assert_eq!(programs(&english), programs(&chinese));
    let links = |text: &str| -> BTreeSet<String> {
        let all = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        all.filter(|link| !link.starts_with("README")).map(str::to_string).collect()
    };
    assert_eq!(links(&english), links(&chinese), "both lead to the same pages");
    for link in links(&chinese).iter().filter(|link| !link.starts_with("http") && !link.is_empty()) {
        assert!(root().join(link).exists(), "README.zh-CN.md leads to {link}");
    }
    assert!(english.contains("](README.zh-CN.md)"), "README.md leads to it");
}
