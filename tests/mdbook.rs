//! Scenarios in books: what mdBook 0.4 and 0.5 send becomes what they take back, and mistakes are shown where they were made.

#![allow(clippy::disallowed_methods, reason = "tests work with files")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cosim::diagnostic::Style;
use cosim::mdbook::book::{Outcome, book};
use cosim::mdbook::chapter::World;
use cosim::mdbook::protocol::{chapters, read};
use cosim::mdbook::settings::Settings;
use serde_json::{Value, json};

use crate::support::fed::fed;

mod course;

const PREPROCESSOR: &str = env!("CARGO_BIN_EXE_mdbook-cosim");

/// The files of a folder, and what is kept, in memory.
#[derive(Default)]
struct Folder {
    root: PathBuf,
    kept: RefCell<BTreeMap<String, String>>,
}

impl World for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.root.join(path)).map_err(|error| error.to_string())
    }

    fn known(&self, key: &str) -> Option<String> {
        self.kept.borrow().get(key).cloned()
    }

    fn keep(&self, key: &str, value: &str) {
        self.kept.borrow_mut().insert(key.to_string(), value.to_string());
    }

    fn raster(&self, svg: &str) -> Result<Vec<u8>, String> {
        Ok(format!("pixels of {} bytes", svg.len()).into_bytes())
    }

    fn identity(&self) -> String {
        "test".to_string()
    }

    fn style(&self) -> Style {
        Style { color: false, unicode: false, width: 100 }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn recorded(name: &str) -> String {
    fs::read_to_string(root().join("tests/mdbook").join(name)).expect("it was recorded")
}

fn preprocessed(input: &str, world: &Folder) -> Outcome {
    let (context, value) = read(input).expect("mdBook sent it");
    let settings = Settings::read(&context.settings).expect("they are right");
    book(&context, value, &settings, world)
}

/// All texts of a book, one after the other.
fn contents(book: &mut Value) -> String {
    let mut out = String::new();
    chapters(book, &mut |chapter| out.push_str(&format!("<<< {}\n{}\n", chapter.path, chapter.content)));
    out
}

#[test]
fn both_protocols_give_the_same_chapters() {
    let world = Folder { root: root().join("tests/mdbook/book"), ..Folder::default() };
    for renderer in ["html", "markdown"] {
        let mut old = preprocessed(&recorded(&format!("0.4-{renderer}.json")), &world);
        let mut new = preprocessed(&recorded(&format!("0.5-{renderer}.json")), &world);
        assert_eq!((old.broken, old.said.as_str()), (0, ""));
        assert_eq!(contents(&mut old.book), contents(&mut new.book));
        assert_eq!(old.pictures, new.pictures);
        assert_eq!(old.pictures.len(), if renderer == "html" { 0 } else { 2 });
        insta::assert_snapshot!(format!("chapters_for_{renderer}"), contents(&mut new.book));
        // Everything else is sent back as it came.
        let mut sent: Value = serde_json::from_str(&recorded(&format!("0.4-{renderer}.json"))).expect("JSON");
        let blank = |book: &mut Value| chapters(book, &mut |chapter| chapter.content.clear());
        blank(&mut sent[1]);
        blank(&mut old.book);
        assert_eq!(sent[1], old.book);
        assert!(old.book["__non_exhaustive"].is_null() && old.book["sections"].is_array());
    }
}

#[test]
fn what_mdbook_does_not_send_is_refused_in_a_sentence() {
    let said = |input: &str| read(input).expect_err("it is wrong");
    assert!(said("x").starts_with("what mdBook sent is no JSON"));
    assert!(said("[]").starts_with("what mdBook sent is not `[context, book]`; mdbook-cosim knows"));
    assert!(said("[1,2,3]").contains("not `[context, book]`"));
    let newer = said(r#"[{"mdbook_version":"0.9.1"},{"chapters":[]}]"#);
    assert!(
        newer.starts_with("the book that mdBook 0.9.1 sent has its chapters neither in `items`"),
        "{newer}"
    );
    assert!(said(r#"[{"mdbook_version":"0.5.0"},{"items":[]}]"#).contains("has no `root`"));
}

/// One chapter with this text.
fn one(text: &str, settings: &Value) -> String {
    let chapter = json!({"Chapter": {"name": "One", "content": text, "number": [1], "sub_items": [],
        "path": "one.md", "source_path": "one.md", "parent_names": []}});
    let context = json!({"root": ".", "renderer": "html", "mdbook_version": "0.5.4",
        "config": {"book": {}, "preprocessor": {"cosim": settings}}});
    json!([context, {"items": [chapter]}]).to_string()
}

const WRONG: &[&str] = &[
    "```cosim,expekt=\"x\"\nmain { }\n```",
    "```cosim,show=\"svg\" show=\"table\"\nmain { }\n```",
    "```cosim,show=\"film\"\nmain { }\n```",
    "```cosim,compare=\"threads(1), asynkio\"\nmain { }\n```",
    "```cosim,compare=\"Threads(worker: 1)\"\nmain { }\n```",
    "```cosim,set=\"n=5\"\nparam m = 3\nmain { }\n```",
    "```cosim,expect=\"makespan('one event loop') == 5s; makespan('one event loop') == 7s\"\nmain { await sleep(5s) }\n```",
    "```cosim,expect=\"makespan('x') ==\"\nmain { }\n```",
    "```cosim,file=\"laundri.ron\"\n```",
    "```cosim,file=\"x.cosim\"\nmain { }\n```",
    "```cosim\n```",
    "```cosim,count=3,show=\"svg\"\nmain { }\n```",
    "```cosim,show=\"quiz\",count=100\nmain { }\n```",
    "```cosim,run=\"nobody\",show=\"svg\"\nmain { work 1s }\n```",
    "```cosim,fails=\"E0103\"\nmain { }\n```",
    "```cosim,ignore,show=\"svg\"\nmain { }\n```",
    "```cosim,seed=x\nmain { }\n```",
    "```cosim,\"x\nmain { }\n```",
    "```cosim\nmain {\n    wrk 5ms\n}\n```",
    "> ```cosim\n> main {\n>     sleep(5ms)\n> }\n> ```",
];

#[test]
fn mistakes_are_shown_where_they_were_made() {
    let mut told = String::new();
    for wrong in WRONG {
        let text = format!("# One\n\n{wrong}\n");
        let outcome = preprocessed(&one(&text, &Value::Null), &Folder::default());
        assert_eq!(outcome.broken, 1, "{wrong}: {}", outcome.said);
        told.push_str(&outcome.said);
    }
    insta::assert_snapshot!("mistakes", told);
}

/// The blocks of the documentation are such as they are said to be.
#[test]
fn the_documentation_is_true() {
    let page = fs::read_to_string(root().join("docs/mdbook.md")).expect("it is there");
    let indented: String = page
        .lines()
        .filter_map(|line| line.strip_prefix("    ").or(line.is_empty().then_some("")))
        .map(|line| format!("{line}\n"))
        .collect();
    let world = Folder { root: root(), ..Folder::default() };
    let mut outcome = preprocessed(&one(&indented, &json!({"scenarios": ["scenarios"]})), &world);
    assert_eq!((outcome.broken, outcome.said.as_str()), (0, ""));
    let shown = contents(&mut outcome.book);
    assert_eq!((shown.matches("<svg ").count(), shown.matches("| makespan |").count()), (2, 1), "{shown}");
    for name in [
        "scenarios",
        "compare",
        "show",
        "lanes",
        "width",
        "columns",
        "ground",
        "on-error",
        "pictures",
        "picture-format",
        "cache",
    ] {
        assert!(page.contains(&format!("| `{name}` | ")), "the setting {name} is not described");
    }
    for (name, _) in cosim::mdbook::wish::PARTS {
        assert!(page.contains(&format!("`{name}`")), "{name} is not described");
    }
}

/// The pages of the messages show blocks that are refused, and blocks that are not.
#[test]
fn the_pages_of_the_messages_are_true() {
    for code in ["E1001", "E1002"] {
        let page = cosim::pages::page(code).expect("there is a page").text;
        for (fails, end) in [("```text fails\n", true), ("```text\n", false)] {
            let block =
                page.split(fails).nth(1).and_then(|rest| rest.split("```").next()).expect("there is a block");
            for part in block.split("cosim,").skip(1) {
                let (info, program) = part.split_once('\n').expect("a line");
                let calls =
                    "task t(n) { await io(5s); work 1s; log \"{n}\" }\nmain { await gather(t(1), t(2)) }\n";
                let program = if program.is_empty() { calls } else { program };
                let text = format!("```cosim,{info}\n{program}```\n");
                let outcome = preprocessed(&one(&text, &Value::Null), &Folder::default());
                assert_eq!(outcome.said.contains(code), end, "{text}: {}", outcome.said);
            }
        }
    }
}

#[test]
fn a_box_instead_of_a_failure() {
    let text = "# One\n\n* a list\n\n  ```cosim\n  main { wrk 5ms }\n  ```\n";
    let mut outcome = preprocessed(&one(text, &json!({"on-error": "box"})), &Folder::default());
    assert_eq!(outcome.broken, 0);
    assert!(outcome.said.contains("error[E0001]"), "{}", outcome.said);
    let shown = contents(&mut outcome.book);
    assert!(shown.contains("  **This block could not be shown:**\n\n  ```text\n  error[E0001]"), "{shown}");
}

#[test]
fn settings_are_known_or_refused() {
    let said = |table: Value| Settings::read(&table).expect_err("it is wrong");
    assert!(said(json!({"scenario": []})).contains("knows no `scenario`. Did you mean `scenarios`?"));
    assert!(said(json!({"lanes": "threads"})).contains("lanes = \"threads\": there are worker, task"));
    assert!(said(json!({"width": 5})).contains("320 to 10000"));
    assert!(said(json!({"pictures": "../x"})).contains("a folder among the chapters"));
    for cache in [json!(true), json!("../x"), json!("/etc"), json!("."), json!("")] {
        assert!(said(json!({"cache": cache})).contains("cache: a folder in the book, or false"), "{cache}");
    }
    assert!(said(json!({"columns": "x"})).starts_with("[preprocessor.cosim]: invalid type"));
    assert!(Settings::read(&json!({"command": "x", "before": [], "optional": true, "cache": false})).is_ok());
}

#[test]
fn settings_decide_where_blocks_do_not() {
    let settings = json!({"show": "timeline", "compare": "trio", "lanes": "task", "columns": 60});
    let mut outcome = preprocessed(&one("```cosim\nmain { work 1s }\n```\n", &settings), &Folder::default());
    let shown = contents(&mut outcome.book);
    assert!(
        shown.contains("trio  Trio(") && !shown.contains("<svg") && shown.contains("  main  "),
        "{shown}"
    );
}

/// What is kept is used as long as it is true: another program, file, setting or place in the book is another picture.
#[test]
fn what_is_kept_is_never_stale() {
    let world = Folder { root: folder("kept"), ..Folder::default() };
    fs::write(world.root.join("src/two.cosim"), "main { await sleep(2s) \"two\" }\n").expect("written");
    let block = "```cosim,file=\"two.cosim\",show=\"source,timeline\"\n```\n";
    let shown = |text: &str, settings: Value| contents(&mut preprocessed(&one(text, &settings), &world).book);
    let first = shown(block, Value::Null);
    assert_eq!(world.kept.borrow().len(), 1);
    assert_eq!(
        shown(&format!("Words before it.\n\n{block}"), Value::Null).split_once("```").map(|p| p.1),
        first.split_once("```").map(|p| p.1)
    );
    assert_eq!(world.kept.borrow().len(), 1, "words around a block do not matter");
    fs::write(world.root.join("src/two.cosim"), "main { await sleep(3s) \"three\" }\n").expect("written");
    assert!(shown(block, Value::Null).contains("three"));
    assert_ne!(shown(block, json!({"columns": 60})), shown(block, Value::Null));
    // What was damaged is made again.
    world.kept.borrow_mut().values_mut().for_each(|kept| *kept = "{".to_string());
    assert!(shown(block, Value::Null).contains("three"));
}

/// A copy of the small book, where files can be written.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mdbook-{name}"));
    let _ = fs::remove_dir_all(&folder);
    copy(&root().join("tests/mdbook/book"), &folder);
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("a file can be copied");
        }
    }
}

fn started(folder: &Path, arguments: &[&str], input: &str) -> Output {
    fed(Command::new(PREPROCESSOR).args(arguments).current_dir(folder), input.as_bytes())
}

#[test]
fn the_command_writes_pictures_and_keeps_what_it_made() {
    let folder = folder("command");
    let (html, other) = (recorded("0.5-html.json"), recorded("0.5-markdown.json"));
    let out = started(&folder, &[], &other);
    assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).as_ref()), (Some(0), ""));
    let mut book: Value = serde_json::from_slice(&out.stdout).expect("a book");
    let text = contents(&mut book);
    let pictures = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder.join("src/cosim")).expect("there are pictures");
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(pictures(&folder).len(), 2);
    for name in pictures(&folder) {
        assert!(
            text.contains(&format!("(cosim/{name})")) || text.contains(&format!("(../cosim/{name})")),
            "{text}"
        );
    }
    assert_eq!(started(&folder, &[], &other).stdout, out.stdout);
    assert!(folder.join(".mdbook-cosim/.gitignore").exists());
    // A folder that was there before keeps its files in sight of version control.
    fs::remove_file(folder.join(".mdbook-cosim/.gitignore")).expect("it is there");
    started(&folder, &[], &other);
    assert!(!folder.join(".mdbook-cosim/.gitignore").exists());
    // A picture that is no longer in the book goes; what somebody else put there stays.
    fs::write(folder.join("src/cosim/cosim-0123456789abcdef.svg"), "old").expect("written");
    fs::write(folder.join("src/cosim/mine.svg"), "mine").expect("written");
    started(&folder, &[], &other);
    assert_eq!(pictures(&folder).len(), 3);
    // In HTML they stand in the text, with ids of their own.
    let out = started(&folder, &[], &html);
    let text = contents(&mut serde_json::from_slice(&out.stdout).expect("a book"));
    assert_eq!(text.matches("<svg ").count(), 2);
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice on a page");
    assert!(text.contains("<figcaption>Two &lt;calls&gt;</figcaption>"), "{text}");
}

#[test]
fn the_command_says_what_it_is() {
    let here = root();
    assert_eq!(started(&here, &["supports", "html"], "").status.code(), Some(0));
    assert_eq!(started(&here, &["supports", "epub"], "").status.code(), Some(0));
    assert!(
        String::from_utf8_lossy(&started(&here, &["--help"], "").stdout).contains("[preprocessor.cosim]")
    );
    assert!(started(&here, &["--version"], "").stdout.starts_with(b"mdbook-cosim "));
    let wrong = started(&here, &["build"], "");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("this takes no `build`"));
    assert_eq!(started(&here, &[], "nothing").status.code(), Some(2));
    let broken = started(&here, &[], &one("```cosim\nmain {\n```\n", &json!({"cache": false})));
    assert_eq!((broken.status.code(), broken.stdout.len()), (Some(1), 0));
    let said = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(
        said.contains("one.md") && said.ends_with("error: 1 block of the book could not be shown\n"),
        "{said}"
    );
}

/// mdBook itself: on the PATH, or where `.ci/viewers` puts it.
fn mdbook() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder");
    let candidates = [PathBuf::from("mdbook"), target.join("viewers/python/bin/mdbook")];
    candidates.into_iter().find(|path| {
        let version = Command::new(path).arg("--version").output().ok().filter(|out| out.status.success());
        version.map(|out| println!("{}", String::from_utf8_lossy(&out.stdout))).is_some()
    })
}

/// Builds a book, and says what mdBook said.
fn built(mdbook: &Path, folder: &Path) {
    let tools = Path::new(PREPROCESSOR).parent().expect("it lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let out = Command::new(mdbook)
        .arg("build")
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", tools.display()))
        .output()
        .expect("it can be started");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn a_real_mdbook_builds_books() {
    let Some(mdbook) = mdbook() else {
        println!("there is no mdbook: books were not built by it");
        return;
    };
    let folder = folder("real");
    built(&mdbook, &folder);
    let page = fs::read_to_string(folder.join("book/html/one.html")).expect("the page was written");
    assert!(page.contains("<figure class=\"cosim\" ") && page.contains("Two &lt;calls&gt;"), "{page}");
    let text = fs::read_to_string(folder.join("book/markdown/inner/two.md")).expect("the page was written");
    assert!(text.contains("](../cosim/cosim-"), "{text}");
    // The course, as it lies in the repository.
    for language in ["en", "zh"] {
        let course = folder.join("docs/book").join(language);
        copy(&root().join("docs/book").join(language).join("src"), &course.join("src"));
        fs::copy(root().join("docs/book").join(language).join("book.toml"), course.join("book.toml"))
            .expect("copied");
        copy(&root().join("scenarios"), &folder.join("scenarios"));
        built(&mdbook, &course);
        let page = fs::read_to_string(course.join("book/01-laundry.html")).expect("the page was written");
        assert!(page.contains("<figcaption>"), "{page}");
    }
}
