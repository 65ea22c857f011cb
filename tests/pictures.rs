//! Pictures of every scenario: well-formed, without script, font or address, for readers and screen readers alike.

#![allow(clippy::disallowed_methods, reason = "tests run the program")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

fn cosim(arguments: &[&str]) -> Output {
    let root = env!("CARGO_MANIFEST_DIR");
    Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("cosim can be run")
}

fn picture(folder: &Path, scenario: &str, more: &[&str]) -> String {
    let path = folder.join("picture.svg");
    let target = path.to_str().expect("a plain path");
    let ran = cosim(&[&["run", scenario, "-q", "-o", target], more].concat());
    assert!(ran.status.success(), "{scenario}: {}", String::from_utf8_lossy(&ran.stderr));
    fs::read_to_string(&path).expect("it was written")
}

fn scenarios() -> Vec<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).expect("scenarios");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".ron")).collect();
    names.sort();
    names.into_iter().map(|name| format!("scenarios/{name}")).collect()
}

#[test]
fn small_pictures() {
    let folder = folder("small_pictures");
    let tasks = picture(&folder, "scenarios/inversion.ron", &["--lanes", "task"]);
    insta::assert_snapshot!(tasks);
    insta::assert_snapshot!(picture(
        &folder,
        "scenarios/laundry.ron",
        &["--ground", "auto", "--salt", "fig-1"]
    ));
}

#[test]
fn every_scenario_is_well_formed_and_stands_alone() {
    let folder = folder("every_picture");
    for scenario in scenarios() {
        for lanes in ["worker", "task"] {
            let text =
                picture(&folder, &scenario, &["--lanes", lanes, "--salt", "mine", "--picture-width", "360"]);
            let document =
                roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{scenario}: {error}"));
            let root = document.root_element();
            assert_eq!(root.attribute("role"), Some("img"));
            for (at, name) in ["title", "desc"].iter().enumerate() {
                let first = root.children().filter(roxmltree::Node::is_element).nth(at).expect("a child");
                assert!(first.has_tag_name(*name) || first.tag_name().name() == *name);
                assert!(first.text().is_some_and(|text| !text.is_empty()), "{scenario}");
            }
            for node in document.descendants().filter(roxmltree::Node::is_element) {
                assert!(
                    !["script", "image", "foreignObject", "a"].contains(&node.tag_name().name()),
                    "{scenario}"
                );
                for attribute in node.attributes() {
                    let value = attribute.value();
                    assert!(!value.contains("NaN") && !value.contains("inf"), "{scenario}: {value}");
                    let width = attribute.name() == "width" || attribute.name() == "height";
                    assert!(!width || !value.starts_with('-'), "{scenario}: {value}");
                    let refers = value.starts_with("url(") && !value.starts_with("url(#mine-");
                    assert!(!refers && !attribute.name().starts_with("on"), "{scenario}: {value}");
                    assert!(attribute.name() != "id" || value.starts_with("mine-"), "{scenario}: {value}");
                }
            }
            let addresses = text.matches("://").count();
            assert_eq!(addresses, 1, "{scenario}: only the name of the format is an address");
        }
    }
}

#[test]
fn many_lanes_and_events_are_folded_honestly() {
    let folder = folder("many_lanes");
    let program = folder.join("many.cosim");
    let path = program.to_str().expect("a plain path");
    let draw = |tasks: u32, rounds: u32, more: &[&str]| {
        let job = format!("task job(n) {{ for _ in 1..={rounds} {{ work 1us; await yield }} }}");
        let text = format!("{job}\nmain {{ for n in 1..={tasks} {{ spawn job(n) }} }}\n");
        fs::write(&program, text).expect("written");
        picture(&folder, path, &[&["--runtime", "Asyncio()", "--lanes", "task"], more].concat())
    };
    assert!(draw(60, 2, &[]).contains("and 36 more lanes"));
    assert!(!draw(60, 2, &["--all-lanes"]).contains("more lanes"));
    let narrow = draw(3, 2000, &[]);
    assert!(narrow.contains("stretches are narrower than a pixel"));
    assert!(narrow.len() < 500_000, "{} bytes", narrow.len());
}

#[test]
fn nothing_is_written_that_was_not_asked_for() {
    let folder = folder("not_asked_for");
    let file = |name: &str| folder.join(name).to_str().expect("a plain path").to_string();
    let ran = cosim(&["run", "scenarios/laundry.ron", "-q", "-o", &file("a.svg"), "-o", &file("a.bmp")]);
    assert_eq!(ran.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(stderr.contains(".svg (a picture"), "{stderr}");
    let ran = cosim(&["run", "scenarios/laundry.ron", "scenarios/pool.ron", "-q", "-o", &file("a.svg")]);
    assert_eq!(ran.status.code(), Some(2));
    let ran =
        cosim(&["run", "scenarios/laundry.ron", "-q", "-o", &file("none/a.svg"), "-o", &file("b.json")]);
    assert_eq!(ran.status.code(), Some(2));
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
    let ran = cosim(&["run", "scenarios/laundry.ron", "-q", "-o", &file("a.svg"), "-o", &file("b.json")]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(fs::read_to_string(folder.join("b.json")).expect("written").contains("cosim-comparison/1"));
}

/// The pixels of a PNG; `None`, said, on a machine without a font.
fn pixels(folder: &Path, scenario: &str, more: &[&str]) -> Option<resvg::tiny_skia::Pixmap> {
    let path = folder.join("picture.png");
    let target = path.to_str().expect("a plain path");
    let ran = cosim(&[&["run", scenario, "-q", "-o", target], more].concat());
    let stderr = String::from_utf8_lossy(&ran.stderr);
    if stderr.contains("a PNG takes a font") {
        eprintln!("skipped: {stderr}");
        return None;
    }
    assert!(ran.status.success(), "{stderr}");
    let bytes = fs::read(&path).expect("it was written");
    Some(resvg::tiny_skia::Pixmap::decode_png(&bytes).expect("it is a PNG"))
}

#[test]
fn patterns_and_colours_are_in_the_pixels() {
    let folder = folder("pixels");
    let Some(light) = pixels(&folder, "scenarios/inversion.ron", &["--lanes", "task"]) else { return };
    let count = |picture: &resvg::tiny_skia::Pixmap, r, g, b| {
        let same = |pixel: &&resvg::tiny_skia::PremultipliedColorU8| {
            (pixel.red(), pixel.green(), pixel.blue()) == (r, g, b)
        };
        picture.pixels().iter().filter(same).count()
    };
    assert_eq!(light.width(), 960);
    // Solid green, and hatches: much of the ground of each, and something else between.
    assert!(count(&light, 0x00, 0x73, 0x4f) > 5_000, "running");
    let (ready, blocked) = (count(&light, 0xf0, 0xe4, 0x42), count(&light, 0xd5, 0x5e, 0x00));
    let area = |milliseconds: f64| milliseconds / 16.0 * 800.0 * 16.0;
    for (name, seen, whole) in [("ready", ready, area(14.0)), ("blocked", blocked, area(16.0))] {
        let share = seen as f64 / whole;
        assert!((0.2..0.9).contains(&share), "{name} is patterned: {share}");
    }
    let more = ["--lanes", "task", "--scale", "2", "--ground", "dark", "--picture-width", "700"];
    let dark = pixels(&folder, "scenarios/inversion.ron", &more).expect("there is a font");
    assert_eq!(dark.width(), 1400);
    assert!(count(&dark, 0x0f, 0x11, 0x17) > 100_000, "the ground is dark");
}

#[test]
fn what_cannot_be_drawn_in_pixels_is_refused() {
    let folder = folder("no_pixels");
    let path = folder.join("picture.png");
    let target = path.to_str().expect("a plain path");
    let large = ["--all-lanes", "--lanes", "task", "--scale", "8", "--picture-width", "10000"];
    let ran = cosim(&[&["run", "scenarios/pool.ron", "-q", "-o", target], &large[..]].concat());
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(stderr.contains("too many for a PNG") || stderr.contains("takes a font"), "{stderr}");
    assert_eq!(ran.status.code(), Some(2));
    // A character for private use, which no font has.
    let program = folder.join("strange.cosim");
    fs::write(&program, "task a() { work 1ms \"\u{10fffd}\" }\nmain { spawn a() }\n").expect("written");
    let ran = cosim(&["run", program.to_str().expect("a plain path"), "-q", "-o", target]);
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(stderr.contains("no font on this machine has") || stderr.contains("takes a font"), "{stderr}");
    assert!(!path.exists());
}
