//! A comparison as a piece of a chapter: Markdown, with pictures in it or beside it.

use sha2::{Digest, Sha256};

use crate::compare::comparison::Comparison;
use crate::mdbook::settings::Settings;
use crate::mdbook::wish::{Part, Wish};
use crate::quiz::make::{Request, paper};
use crate::quiz::markdown::{escaped, fenced, questions};
use crate::report::style::Style;
use crate::report::svg::canvas::escape;
use crate::report::svg::picture::{self, LANES, svg};
use crate::report::tables;
use crate::report::text::{self, Lanes, Options};
use crate::report::why::words;
use crate::scenario::Experiment;
use crate::source::Sources;

/// Turns an SVG into a PNG.
pub type Raster<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// How a block is shown.
pub struct Look<'a> {
    pub settings: &'a Settings,
    /// Pictures can stand in the text.
    pub html: bool,
    /// What the ids of this block's pictures begin with.
    pub salt: String,
    /// What leads from the chapter to the folder of pictures.
    pub link: String,
    pub raster: Raster<'a>,
}

/// What stands in a chapter instead of a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    pub markdown: String,
    /// Files beside the text.
    pub pictures: Vec<Picture>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Questions of a quiz in a book.
const QUESTIONS: usize = 3;

/// # Errors
/// A sentence why something cannot be shown.
pub fn show(
    parts: &[Part],
    wish: &Wish,
    (experiment, comparison): (&Experiment, &Comparison),
    sources: &Sources,
    look: &Look<'_>,
) -> Result<Made, String> {
    let style = Style { unicode: true, ..Style::plain(look.settings.columns) };
    let lanes =
        wish.lanes.unwrap_or(if look.settings.lanes == "task" { Lanes::Tasks } else { Lanes::Workers });
    let options = Options { style, lanes, most: 12, log: true };
    let mut pieces: Vec<String> = Vec::new();
    let mut pictures = Vec::new();
    for part in parts {
        let piece = match part {
            Part::Source => fenced("cosim", sources.text(experiment.program).trim_matches('\n')),
            Part::Svg => drawn(wish, lanes, comparison, look, &mut pictures)?,
            Part::Timeline => fenced("text", &text::timelines(comparison, options)),
            Part::Table => tables::markdown(comparison),
            Part::Report => {
                fenced("text", &text::text(comparison, sources, Options { log: false, ..options }))
            }
            Part::Why => fenced("text", &text::whys(comparison, style)),
            Part::Log => fenced("text", &text::logs(comparison, options)),
            Part::Checks => fenced("text", &text::expectations(comparison, style)),
            Part::Quiz => quiz(wish, experiment, sources)?,
            Part::Nothing => continue,
        };
        pieces.push(piece);
    }
    Ok(Made { markdown: pieces.join("\n").trim_end().to_string(), pictures })
}

fn quiz(wish: &Wish, experiment: &Experiment, sources: &Sources) -> Result<String, String> {
    let count = wish.count.unwrap_or(QUESTIONS);
    let paper = paper(experiment, sources, Request { seed: wish.paper.unwrap_or(1), count, unicode: true });
    match paper.questions.len() {
        made if made == count => Ok(questions(&paper, true)),
        made => {
            Err(format!("{} can be asked about this, not {count}", words::count(made as u64, "question")))
        }
    }
}

fn drawn(
    wish: &Wish,
    lanes: Lanes,
    comparison: &Comparison,
    look: &Look<'_>,
    pictures: &mut Vec<Picture>,
) -> Result<String, String> {
    let options = picture::Options {
        width: wish.width.unwrap_or(look.settings.width),
        lanes,
        most: LANES,
        ground: look.settings.ground(),
        salt: look.salt.clone(),
    };
    let what = if comparison.title.is_empty() { "Timelines" } else { &comparison.title };
    let alt = wish.caption.as_deref().unwrap_or(what);
    // Who hears a page is told what the picture is, also where nothing stands above it.
    let svg = svg(comparison, &options)?.replacen("></title>", &format!(">{}</title>", escape(alt)), 1);
    if look.html {
        return Ok(figure(&svg, wish.caption.as_deref()));
    }
    let bytes = match look.settings.picture_format.as_str() {
        "png" => (look.raster)(&svg)?,
        _svg => svg.into_bytes(),
    };
    let name = format!("cosim-{}.{}", &hash(&[&bytes])[..16], look.settings.picture_format);
    let mut piece = format!("![{}]({}{name})\n", escaped(alt), look.link);
    if let Some(caption) = &wish.caption {
        piece.push_str(&format!("\n*{}*\n", escaped(caption)));
    }
    pictures.push(Picture { name, bytes });
    Ok(piece)
}

/// A picture in the text: no empty line, at which Markdown would go on.
fn figure(svg: &str, caption: Option<&str>) -> String {
    let lines: Vec<&str> = svg.lines().filter(|line| !line.trim().is_empty()).collect();
    let svg = lines.join("\n").replacen("<svg ", "<svg style=\"max-width:100%;height:auto\" ", 1);
    let caption = caption.map(|caption| format!("<figcaption>{}</figcaption>\n", escape(caption)));
    format!(
        "<figure class=\"cosim\" style=\"margin:1.5em 0\">\n{svg}\n{}</figure>\n",
        caption.unwrap_or_default()
    )
}

/// Of several texts, in hexadecimal digits.
pub fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
