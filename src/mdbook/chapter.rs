//! A chapter with its blocks shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::compare::comparison::Comparison;
use crate::diagnostic::{Diagnostic, Severity, Style as DiagnosticStyle, render};
use crate::mdbook::attributes;
use crate::mdbook::block::{Loading, Scene, info, load_block};
use crate::mdbook::fences::{Fence, fences};
use crate::mdbook::settings::Settings;
use crate::mdbook::show::{Look, Made, Picture, hash, show};
use crate::mdbook::wish::{Part, Wish, parts, refused};
use crate::quiz::markdown::fenced;
use crate::scenario::Experiment;
use crate::scenario::run::{RunOptions, run};
use crate::source::{SourceId, Sources, Span};

/// What a book needs of the world.
pub trait World {
    /// The text of a file, relative to the book.
    fn read(&self, path: &str) -> Result<String, String>;
    /// What was kept under a key.
    fn known(&self, key: &str) -> Option<String>;
    fn keep(&self, key: &str, value: &str);
    /// Turns an SVG into a PNG.
    fn raster(&self, svg: &str) -> Result<Vec<u8>, String>;
    /// What tells this program from others, so that nothing is kept longer than it is true.
    fn identity(&self) -> String;
    /// How mistakes are drawn.
    fn style(&self) -> DiagnosticStyle;
}

/// What became of a chapter.
#[derive(Debug, Default)]
pub struct Done {
    pub content: String,
    pub pictures: Vec<Picture>,
    /// Mistakes and warnings, drawn.
    pub said: String,
    /// Blocks that could not be shown.
    pub broken: usize,
}

/// A chapter as it came.
pub struct Page<'a> {
    /// Where the reader finds it, relative to the chapters.
    pub path: &'a str,
    /// Its file, relative to the book.
    pub file: String,
    pub content: &'a str,
    pub html: bool,
}

/// What a block leaves behind.
type Shown = Result<(Made, Vec<Diagnostic>), Vec<Diagnostic>>;

pub fn chapter(page: &Page<'_>, settings: &Settings, world: &dyn World) -> Done {
    let mut done = Done::default();
    let found = fences(page.content);
    let original = if found.is_empty() { None } else { world.read(&page.file).ok() };
    let (mut from, mut seen) = (0, 0);
    for (number, fence) in found.iter().enumerate() {
        let raw = &page.content[fence.whole.clone()];
        let mut sources = Sources::default();
        // Other preprocessors may have moved it; what is wrong is shown where it was written.
        let place = original.as_ref().and_then(|text| Some(seen + text.get(seen..)?.find(raw)?));
        let (source, at) = match (&original, place) {
            (Some(text), Some(at)) => (sources.add(page.file.as_str(), text.as_str()), at),
            _moved => {
                let name = format!("{} (as other preprocessors left it)", page.file);
                (sources.add(name, page.content), fence.whole.start)
            }
        };
        seen = place.map_or(seen, |at| at + raw.len());
        done.content.push_str(&page.content[from..fence.whole.start]);
        from = fence.whole.end;
        let fence = shifted(fence, at);
        let block = Block { page, settings, world, number, fence: &fence, source };
        let shown = block.shown(&mut sources);
        let piece = done.took(shown, raw, &sources, settings, world);
        done.content.push_str(&behind(&piece, &fence.prefix));
    }
    done.content.push_str(&page.content[from..]);
    done
}

impl Done {
    /// What stands in the chapter instead of a block.
    fn took(
        &mut self,
        shown: Shown,
        raw: &str,
        sources: &Sources,
        settings: &Settings,
        world: &dyn World,
    ) -> String {
        let draw = |problems: &[Diagnostic], style| render(problems, sources, style);
        match shown {
            Ok((made, warnings)) => {
                self.said.push_str(&draw(&warnings, world.style()));
                self.pictures.extend(made.pictures);
                made.markdown
            }
            Err(problems) => {
                self.said.push_str(&draw(&problems, world.style()));
                self.said.push('\n');
                if settings.on_error == "fail" {
                    self.broken += 1;
                    return raw.to_string();
                }
                let plain = DiagnosticStyle { color: false, unicode: true, width: settings.columns };
                format!("**This block could not be shown:**\n\n{}", fenced("text", &draw(&problems, plain)))
            }
        }
    }
}

/// The block as it lies in the text it was written in.
fn shifted(fence: &Fence, at: usize) -> Fence {
    let (old, moved) = (fence.whole.start, fence.clone());
    let place = |range: std::ops::Range<usize>| range.start - old + at..range.end - old + at;
    Fence {
        whole: place(moved.whole),
        info: place(moved.info),
        body: moved.body.map(place),
        text: moved.text,
        prefix: moved.prefix,
    }
}

/// Every line but the first behind what stood before the lines of the block.
fn behind(piece: &str, prefix: &str) -> String {
    let lines: Vec<String> = piece
        .lines()
        .enumerate()
        .map(
            |(at, line)| {
                if at == 0 { line.to_string() } else { format!("{prefix}{line}").trim_end().to_string() }
            },
        )
        .collect();
    lines.join("\n")
}

struct Block<'a> {
    page: &'a Page<'a>,
    settings: &'a Settings,
    world: &'a dyn World,
    number: usize,
    fence: &'a Fence,
    source: SourceId,
}

impl Block<'_> {
    fn shown(&self, sources: &mut Sources) -> Shown {
        let text = sources.get(self.source).text.clone();
        let place = |at| Span::new(self.source, at);
        let attributes = attributes::read(&text, self.fence.info.clone())
            .map_err(|wrong| vec![refused(place(wrong.at), wrong.why.to_string())])?;
        let wish = Wish::read(&attributes, self.source)?;
        if wish.ignore {
            let rest = attributes.iter().find(|attribute| attribute.name != "ignore");
            return match rest {
                Some(rest) => Err(vec![refused(
                    place(rest.name_at.clone()),
                    "a block that is ignored does nothing else".to_string(),
                )]),
                None => {
                    Ok((Made { markdown: fenced("cosim", &self.fence.text), ..Made::default() }, Vec::new()))
                }
            };
        }
        let parts = self.parts(&wish)?;
        if let Some(idle) = wish.idle(&attributes, &parts) {
            let why = format!("`{}` says nothing about what this block shows", idle.name);
            return Err(vec![refused(place(idle.name_at.clone()), why)]);
        }
        let folder = self.page.file.rfind('/').map_or("", |slash| &self.page.file[..=slash]).to_string();
        let read = |path: &str| self.world.read(path);
        let scene = Scene { settings: self.settings, folder, read: &read, source: self.source };
        let loaded = load_block(self.fence, &wish, &scene, sources);
        if let Some(code) = &wish.fails {
            let problems = loaded.err().unwrap_or_default();
            return self.refusal(&code.text, code.span, &problems);
        }
        let Loading { experiment, warnings } = loaded?;
        let made = self.run(&experiment, &wish, &parts, sources, info(self.fence, &scene))?;
        Ok((made, warnings))
    }

    /// What the block shows: as it says, as the settings say, or what is usual.
    fn parts(&self, wish: &Wish) -> Result<Vec<Part>, Vec<Diagnostic>> {
        if !wish.show.is_empty() {
            return Ok(wish.show.clone());
        }
        if let Some(show) = &self.settings.show {
            return parts(show, Span::new(self.source, self.fence.info.clone()));
        }
        Ok(if wish.file.is_some() { vec![Part::Svg] } else { vec![Part::Source, Part::Svg] })
    }

    fn run(
        &self,
        experiment: &Experiment,
        wish: &Wish,
        parts: &[Part],
        sources: &Sources,
        span: Span,
    ) -> Result<Made, Vec<Diagnostic>> {
        let salt = format!("c{}", &hash(&[self.page.path.as_bytes(), &self.number.to_be_bytes()])[..8]);
        let key = self.key(&salt, sources);
        if let Some(made) = self.world.known(&key).and_then(|kept| unpack(&kept)) {
            return Ok(made);
        }
        let mut comparison = run(experiment, &RunOptions::default(), &mut ());
        held(&comparison, experiment, span)?;
        if let Some(only) = &wish.run {
            comparison.runs.retain(|run| run.name == only.text);
            if comparison.runs.is_empty() {
                let names: Vec<&str> = experiment.runs.iter().map(|run| run.name.as_str()).collect();
                let problem = refused(only.span, format!("no run is called `{}`", only.text));
                return Err(vec![problem.help(format!("there are {}", names.join(", ")))]);
            }
        }
        let depth = self.page.path.matches('/').count();
        let raster = |svg: &str| self.world.raster(svg);
        let look = Look {
            settings: self.settings,
            html: self.page.html,
            salt,
            link: format!("{}{}/", "../".repeat(depth), self.settings.pictures.trim_end_matches('/')),
            raster: &raster,
        };
        let made = show(parts, wish, (experiment, &comparison), sources, &look)
            .map_err(|why| vec![refused(span, why)])?;
        self.world.keep(&key, &pack(&made));
        Ok(made)
    }

    /// Everything on which what is shown depends.
    fn key(&self, salt: &str, sources: &Sources) -> String {
        let settings = format!("{:?}{}", self.settings, self.page.html);
        let info = &sources.get(self.source).text[self.fence.info.clone()];
        let (identity, path) = (self.world.identity(), self.page.path);
        let mut parts: Vec<&[u8]> =
            [&identity, env!("CARGO_PKG_VERSION"), &settings, salt, path, info, &self.fence.text]
                .map(str::as_bytes)
                .to_vec();
        // The first is the chapter itself, most of which has nothing to do with it.
        let others: Vec<&str> =
            sources.all().skip(1).flat_map(|source| [source.name.as_str(), &source.text]).collect();
        parts.extend(others.iter().map(|text| text.as_bytes()));
        hash(&parts)
    }

    /// A program that is to be refused, and is: what is said of it.
    fn refusal(&self, code: &str, span: Span, problems: &[Diagnostic]) -> Shown {
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
        let mut codes: Vec<&str> = errors.map(|problem| problem.code).collect();
        codes.dedup();
        if codes != [code] {
            let said = if codes.is_empty() {
                "nothing is wrong with it".to_string()
            } else {
                format!("it is refused with {}", codes.join(", "))
            };
            return Err(vec![Diagnostic::error(
                "E1002",
                span,
                format!("this was to be refused with {code}, and {said}"),
            )]);
        }
        let mut sources = Sources::default();
        let id = sources.add("program.cosim", self.fence.text.as_str());
        let said =
            crate::scenario::load_program(&mut sources, id, &Default::default()).err().unwrap_or_default();
        let style = DiagnosticStyle { color: false, unicode: true, width: self.settings.columns };
        let markdown = format!(
            "{}\n{}",
            fenced("cosim", &self.fence.text),
            fenced("text", &render(&said, &sources, style))
        );
        Ok((Made { markdown, pictures: Vec::new() }, Vec::new()))
    }
}

/// Nothing came out otherwise than it was expected.
fn held(comparison: &Comparison, experiment: &Experiment, span: Span) -> Result<(), Vec<Diagnostic>> {
    let wrong = comparison.expectations.iter().zip(&experiment.expectations).filter(|(came, _)| !came.held);
    let problems: Vec<Diagnostic> = wrong
        .map(|(came, wanted)| {
            let place = if wanted.span == Span::default() { span } else { wanted.span };
            Diagnostic::error("E1002", place, format!("this does not hold: {}", came.explanation))
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// What is kept of a block.
#[derive(Serialize, Deserialize)]
struct Kept {
    markdown: String,
    /// Names, and bytes in base64.
    pictures: Vec<(String, String)>,
}

fn pack(made: &Made) -> String {
    let pictures = made.pictures.iter().map(|one| (one.name.clone(), STANDARD.encode(&one.bytes))).collect();
    let kept = Kept { markdown: made.markdown.clone(), pictures };
    serde_json::to_string(&kept).expect("strings can be written")
}

/// `None` if it was not written by this.
fn unpack(text: &str) -> Option<Made> {
    let kept: Kept = serde_json::from_str(text).ok()?;
    let picture =
        |(name, bytes): (String, String)| Some(Picture { name, bytes: STANDARD.decode(bytes).ok()? });
    let pictures = kept.pictures.into_iter().map(picture).collect::<Option<_>>()?;
    Some(Made { markdown: kept.markdown, pictures })
}
