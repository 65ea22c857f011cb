//! What a block wants: its attributes understood, or refused with their places.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::mdbook::attributes::Attribute;
use crate::report::text::Lanes;
use crate::source::{SourceId, Span};
use crate::suggest::did_you_mean;

/// A text with its place in the chapter.
#[derive(Debug, Clone)]
pub struct Placed {
    pub text: String,
    pub span: Span,
}

/// A part of what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Source,
    Svg,
    Timeline,
    Table,
    Report,
    Why,
    Log,
    Quiz,
    Checks,
    /// Run, held to what it expects, and not shown.
    Nothing,
}

pub const PARTS: [(&str, Part); 10] = [
    ("source", Part::Source),
    ("svg", Part::Svg),
    ("timeline", Part::Timeline),
    ("table", Part::Table),
    ("report", Part::Report),
    ("why", Part::Why),
    ("log", Part::Log),
    ("quiz", Part::Quiz),
    ("checks", Part::Checks),
    ("nothing", Part::Nothing),
];

/// What a block asks for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub file: Option<Placed>,
    pub compare: Option<Placed>,
    pub set: Vec<Placed>,
    pub seed: Option<u64>,
    /// Only these runs are shown.
    pub run: Option<Placed>,
    /// Empty: as the settings have it.
    pub show: Vec<Part>,
    pub lanes: Option<Lanes>,
    pub width: Option<u32>,
    pub expect: Vec<Placed>,
    pub caption: Option<String>,
    /// Questions of a quiz.
    pub count: Option<usize>,
    /// The seed of a quiz.
    pub paper: Option<u64>,
    /// The code with which the program is refused.
    pub fails: Option<Placed>,
    /// An ordinary block of code.
    pub ignore: bool,
}

/// The names of attributes, and the parts each is about; none: about all.
const NAMES: [(&str, &[Part]); 14] = [
    ("file", &[]),
    ("compare", &[]),
    ("set", &[]),
    ("seed", &[]),
    ("run", &[Part::Svg, Part::Timeline, Part::Table, Part::Report, Part::Why, Part::Log]),
    ("show", &[]),
    ("lanes", &[Part::Svg, Part::Timeline, Part::Report]),
    ("width", &[Part::Svg]),
    ("expect", &[]),
    ("caption", &[Part::Svg]),
    ("count", &[Part::Quiz]),
    ("paper", &[Part::Quiz]),
    ("fails", &[]),
    ("ignore", &[]),
];

impl Wish {
    /// # Errors
    /// What cannot be understood.
    pub fn read(attributes: &[Attribute], source: SourceId) -> Result<Wish, Vec<Diagnostic>> {
        let mut wish = Wish::default();
        let mut problems = Vec::new();
        for (at, attribute) in attributes.iter().enumerate() {
            let place = Span::new(source, attribute.name_at.clone());
            if attributes[..at].iter().any(|other| other.name == attribute.name) {
                problems.push(refused(place, format!("`{}` is said twice", attribute.name)));
            } else if let Err(found) = wish.take(attribute, source) {
                problems.extend(found);
            }
        }
        if problems.is_empty() { Ok(wish) } else { Err(problems) }
    }

    fn take(&mut self, attribute: &Attribute, source: SourceId) -> Result<(), Vec<Diagnostic>> {
        let Attribute { name, value, name_at, value_at } = attribute;
        let value_span = Span::new(source, value_at.clone());
        if !NAMES.iter().any(|(known, _)| known == name) {
            return Err(vec![unknown(name, Span::new(source, name_at.clone()))]);
        }
        if name == "ignore" {
            self.ignore = true;
            return match value {
                None => Ok(()),
                Some(_) => Err(vec![refused(value_span, "`ignore` has no value".to_string())]),
            };
        }
        let Some(value) = value else {
            return Err(vec![refused(value_span, format!("`{name}` has a value: write `{name}=\"…\"`"))]);
        };
        let placed = || Placed { text: value.clone(), span: value_span };
        let number = |most: u64| {
            let fits = value.parse::<u64>().ok().filter(|number| *number <= most);
            fits.ok_or_else(|| vec![refused(value_span, "this is no number that fits".to_string())])
        };
        match name.as_str() {
            "file" => self.file = Some(placed()),
            "compare" => self.compare = Some(placed()),
            "set" => self.set = pieces(value, value_at.clone(), ',', source),
            "expect" => self.expect = pieces(value, value_at.clone(), ';', source),
            "seed" => self.seed = Some(number(u64::MAX)?),
            "paper" => self.paper = Some(number(u64::MAX)?),
            "run" => self.run = Some(placed()),
            "show" => self.show = parts(value, value_span)?,
            "lanes" => self.lanes = Some(lanes(value, value_span)?),
            "width" => self.width = Some(number(10_000)?.max(320) as u32),
            "count" => self.count = Some(number(100)?.max(1) as usize),
            "caption" => self.caption = Some(value.clone()),
            _fails => self.fails = Some(placed()),
        }
        Ok(())
    }

    /// The first of the attributes that says nothing about any of these parts.
    pub fn idle<'a>(&self, attributes: &'a [Attribute], parts: &[Part]) -> Option<&'a Attribute> {
        attributes.iter().find(|attribute| {
            let about =
                NAMES.iter().find(|(name, _)| *name == attribute.name).map_or(&[][..], |(_, about)| about);
            !about.is_empty() && !about.iter().any(|part| parts.contains(part))
        })
    }
}

/// A mistake in what a block says.
pub fn refused(span: Span, message: String) -> Diagnostic {
    Diagnostic::error("E1001", span, message)
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let names = || NAMES.iter().map(|(name, _)| *name);
    let problem = refused(span, format!("a block of a book knows no `{name}`"));
    match did_you_mean(name, names()) {
        Some(near) => problem.suggest(span, near, format!("did you mean `{near}`?")),
        None => problem.help(format!("there are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// What `show` lists.
///
/// # Errors
/// Something that cannot be shown.
pub fn parts(text: &str, span: Span) -> Result<Vec<Part>, Vec<Diagnostic>> {
    let one = |word: &str| {
        let known = PARTS.iter().find(|(name, _)| *name == word).map(|(_, part)| *part);
        known.ok_or_else(|| {
            let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
            let problem = refused(span, format!("`{word}` is nothing that can be shown"));
            vec![problem.help(format!("there are {}", names.join(", ")))]
        })
    };
    text.split(',').map(|word| one(word.trim())).collect()
}

/// What `lanes` says.
///
/// # Errors
/// Neither of the two.
pub fn lanes(text: &str, span: Span) -> Result<Lanes, Vec<Diagnostic>> {
    match text {
        "worker" => Ok(Lanes::Workers),
        "task" => Ok(Lanes::Tasks),
        _other => Err(vec![refused(span, "`lanes` is `worker` or `task`".to_string())]),
    }
}

/// The parts of a value, each with its place.
fn pieces(value: &str, at: Range<usize>, between: char, source: SourceId) -> Vec<Placed> {
    let mut from = at.start;
    let mut found = Vec::new();
    for piece in value.split(between) {
        let start = from + (piece.len() - piece.trim_start().len());
        let text = piece.trim();
        if !text.is_empty() {
            let span = Span::new(source, start..start + text.len());
            found.push(Placed { text: text.to_string(), span });
        }
        from += piece.len() + between.len_utf8();
    }
    found
}
