//! The file: a skeleton that says the numbers without a script, rules of style, the script, the data.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::compare::comparison::Comparison;
use crate::report::lines::clean;
use crate::report::page::data::packed;
use crate::report::svg::canvas::escape;
use crate::report::svg::palette::{DARK, LIGHT, Palette};
use crate::report::tables;
use crate::source::Sources;

const SKELETON: &str = include_str!("assets/page.html");
const STYLE: &str = include_str!("assets/page.css");
/// One after the other they are one script; each owns what its first line says.
const SCRIPT: [&str; 8] = [
    include_str!("assets/data.js"),
    include_str!("assets/replay.js"),
    include_str!("assets/words.js"),
    include_str!("assets/lanes.js"),
    include_str!("assets/picture.js"),
    include_str!("assets/panels.js"),
    include_str!("assets/predict.js"),
    include_str!("assets/page.js"),
];

/// # Errors
/// There is nothing to step through, or too much.
pub fn html(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let style = format!("{}{STYLE}", colors());
    let script = format!("\"use strict\";\n{{\n{}}}\n", SCRIPT.join("\n"));
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style)
    );
    let data = packed(comparison, sources)?;
    let parts = [
        ("{{policy}}", policy),
        ("{{title}}", escape(&clean(&comparison.title))),
        ("{{story}}", story(&comparison.story)),
        ("{{table}}", tables::html(comparison)),
        ("{{version}}", env!("CARGO_PKG_VERSION").to_string()),
        ("{{seed}}", comparison.seed.to_string()),
        ("{{style}}", style),
        ("{{script}}", script),
        ("{{data}}", data),
    ];
    Ok(fill(SKELETON, &parts))
}

/// Puts each part where its name stands. What is put in is not looked at again.
fn fill(skeleton: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = skeleton;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let part = parts.iter().find(|(name, _)| rest.starts_with(name));
        let (name, text) = part.expect("the skeleton asks for what there is");
        out.push_str(text);
        rest = &rest[name.len()..];
    }
    out.push_str(rest);
    out
}

/// As a policy names an inline script or style.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The colours of pictures as variables, for light and dark.
fn colors() -> String {
    let variables =
        |palette: &Palette| palette.all().map(|(name, color)| format!("--{name}:{color};")).concat();
    format!(
        ":root{{color-scheme:light dark;{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        variables(&LIGHT),
        variables(&DARK)
    )
}

/// Folded, a paragraph a paragraph; nothing if there is none.
fn story(story: &str) -> String {
    let paragraphs = story.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let paragraphs: Vec<String> = paragraphs.map(|text| format!("<p>{}</p>", escape(&clean(text)))).collect();
    if paragraphs.is_empty() {
        return String::new();
    }
    format!("<details><summary>The story</summary>\n{}\n</details>", paragraphs.join("\n"))
}
