//! Reads RON piece by piece, so that every mistake of a file is found in one go, each in its
//! place; the only file that knows `ron`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use ron::Options;
use ron::error::{Error, SpannedError};
use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::diagnostic::Diagnostic;
use crate::runtimes::table::RuntimeSpec;
use crate::source::{SourceId, Span};
use crate::suggest::did_you_mean;

/// A text of which every part that is handed out is a piece.
pub struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    options: Options,
    pub problems: Vec<Diagnostic>,
}

/// `name: value`
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// A string; borrowed from the file where it is written without escapes.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Words<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl<'a> Reader<'a> {
    /// Checks that the whole is RON; what is wrong inside is found when it is read.
    pub fn new(source: SourceId, text: &'a str) -> Result<Reader<'a>, Vec<Diagnostic>> {
        let text = without_last_comment(text);
        let options = Options::default().with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES);
        let mut reader = Reader { source, text, options, problems: Vec::new() };
        let mut whole = ron::Deserializer::from_str_with_options(text, &reader.options)
            .map_err(|error| vec![reader.syntax(&error)])?;
        let read = <&RawValue>::deserialize(&mut whole).and_then(|_| whole.end());
        read.map_err(|code| vec![reader.syntax(&whole.span_error(code))])?;
        // Pieces are read without the head of the file, but under the extensions it asks for.
        reader.options = reader.options.with_default_extension(whole.extensions());
        Ok(reader)
    }

    /// The place of a piece.
    pub fn span(&self, piece: &str) -> Span {
        let start = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let start = start.min(self.text.len());
        Span::new(self.source, start..(start + piece.len()).min(self.text.len()))
    }

    /// The fields of the struct that is the whole file.
    pub fn file(&mut self, name: &'static str, known: &[&str]) -> Option<Vec<Field<'a>>> {
        self.fields(self.text, name, known)
    }

    /// The fields of a struct. Unknown ones and repetitions are reported and left out.
    pub fn fields(&mut self, piece: &'a str, name: &'static str, known: &[&str]) -> Option<Vec<Field<'a>>> {
        let all = match self.options.from_str_seed(piece, Shape::Struct(name)) {
            Ok(all) => all,
            Err(error) => {
                let problem = self.not_a_struct(piece, name, &error.code, known);
                self.problems.push(problem);
                return None;
            }
        };
        let mut fields: Vec<Field> = Vec::new();
        for field in self.once(all) {
            if known.contains(&field.name) {
                fields.push(field);
                continue;
            }
            let place = self.span(field.name);
            let text = format!("there is no field `{}` here", field.name);
            let problem = Diagnostic::error("E0602", place, text);
            self.problems.push(nearest(problem, place, field.name, known));
        }
        Some(fields)
    }

    /// The entries of a map: `{ "loads": 10 }`, or `(loads: 10)`, which says the same.
    pub fn entries(&mut self, field: Field<'a>) -> Option<Vec<Field<'a>>> {
        let shape = if field.value.starts_with('(') { Shape::Struct("") } else { Shape::Map };
        let Ok(mut all) = self.options.from_str_seed(field.value, shape) else {
            self.wrong(field, "a map, as in `{ \"loads\": 10 }`");
            return None;
        };
        for entry in &mut all {
            entry.name = unquoted(entry.name);
        }
        Some(self.once(all))
    }

    /// The elements of a list.
    pub fn items(&mut self, field: Field<'a>, what: &str) -> Option<Vec<&'a str>> {
        let items: Vec<&RawValue> = self.value(field, what)?;
        Some(items.into_iter().map(|item| item.trim().get_ron()).collect())
    }

    /// One value; `what` it has to be.
    pub fn value<T: Deserialize<'a>>(&mut self, field: Field<'a>, what: &str) -> Option<T> {
        match self.options.from_str(field.value) {
            Ok(value) => Some(value),
            Err(SpannedError { code: Error::Message(text), .. }) => {
                let problem = Diagnostic::error("E0605", self.span(field.value), text);
                self.problems.push(problem);
                None
            }
            Err(_) => {
                self.wrong(field, what);
                None
            }
        }
    }

    fn wrong(&mut self, field: Field<'a>, what: &str) {
        let text = format!("`{}` has to be {what}", field.name);
        self.problems.push(Diagnostic::error("E0605", self.span(field.value), text).label("not this"));
    }

    /// `Threads(workers: 10)`; `Threads` alone is `Threads()`.
    pub fn runtime(&mut self, piece: &'a str) -> Option<RuntimeSpec> {
        let (name, settings) = piece.split_at(piece.find('(').unwrap_or(piece.len()));
        let name = name.trim_end();
        let whole = if settings.is_empty() { format!("{name}()") } else { piece.to_string() };
        let error = match self.options.from_str::<RuntimeSpec>(&whole) {
            Ok(spec) => return Some(spec),
            Err(error) => error,
        };
        let before = self.problems.len();
        match self.options.from_str::<RuntimeSpec>(&format!("{name}()")) {
            Err(SpannedError { code: Error::NoSuchEnumVariant { expected, .. }, .. }) => {
                let place = self.span(name);
                let problem = Diagnostic::error("E0606", place, format!("there is no runtime `{name}`"));
                self.problems.push(nearest(problem, place, name, expected));
            }
            Err(_) => {
                let text = "this has to be a runtime with its settings";
                let problem = Diagnostic::error("E0605", self.span(piece), text);
                self.problems.push(problem.help("write `Threads(workers: 1)` or `Asyncio()`"));
            }
            Ok(_) => self.settings(name, settings),
        }
        if self.problems.len() == before {
            let problem = Diagnostic::error("E0607", self.span(piece), plain(&error.code));
            self.problems.push(problem.help("write settings with their names: `Threads(workers: 1)`"));
        }
        None
    }

    /// Tries every setting by itself, and says what is wrong with each.
    fn settings(&mut self, runtime: &str, settings: &'a str) {
        let Ok(all) = self.options.from_str_seed(settings, Shape::Struct("")) else { return };
        for field in self.once(all) {
            let alone = format!("{runtime}({}: {})", field.name, field.value);
            let Err(error) = self.options.from_str::<RuntimeSpec>(&alone) else { continue };
            let (name, value) = (self.span(field.name), self.span(field.value));
            let problem = match &error.code {
                Error::NoSuchStructField { expected, found, .. } if found == field.name => {
                    let text = format!("`{runtime}` has no setting `{found}`");
                    nearest(Diagnostic::error("E0606", name, text), name, found, expected)
                }
                code => {
                    let text = format!("`{}` cannot be `{}`", field.name, shortened(field.value));
                    let problem = Diagnostic::error("E0607", value, text);
                    match code {
                        Error::NoSuchEnumVariant { expected, found, .. } if found == field.value => {
                            nearest(problem, value, found, expected)
                        }
                        code => problem.label(plain(code)),
                    }
                }
            };
            self.problems.push(problem);
        }
    }

    /// Every name once; who comes again is reported.
    fn once(&mut self, all: Vec<Field<'a>>) -> Vec<Field<'a>> {
        let mut fields: Vec<Field> = Vec::new();
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for field in all {
            let place = self.span(field.name);
            match first.get(field.name) {
                None => {
                    first.insert(field.name, place);
                    fields.push(field);
                }
                Some(&first) => {
                    let problem =
                        Diagnostic::error("E0604", place, format!("`{}` is given twice", field.name));
                    self.problems.push(problem.related(first, "first here").help("leave one of the two out"));
                }
            }
        }
        fields
    }

    fn not_a_struct(&self, piece: &str, name: &'static str, code: &Error, known: &[&str]) -> Diagnostic {
        let example: Vec<String> = known.iter().take(2).map(|field| format!("{field}: …")).collect();
        let help = format!("write `{name}({}, …)`", example.join(", "));
        match code {
            Error::ExpectedDifferentStructName { found, .. } => {
                let place = self.span(&piece[..piece.find('(').unwrap_or(piece.len())]);
                let text = format!("this is `{found}`, not `{name}`");
                Diagnostic::error("E0605", place, text).help(help)
            }
            _other => {
                let text = format!("`{name}` has to be a struct with named fields");
                Diagnostic::error("E0605", self.span(piece), text).help(help)
            }
        }
    }

    /// The text is not RON.
    fn syntax(&self, error: &SpannedError) -> Diagnostic {
        let start = self.offset(error.span.start.line, error.span.start.col);
        let end = self.offset(error.span.end.line, error.span.end.col).max(start);
        // What ron saw last is where it looked, not always where the mistake is: show the end.
        let at = if matches!(error.code, Error::ExpectedStringEnd | Error::UnclosedBlockComment) {
            start
        } else {
            end
        };
        let next = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let span = Span::new(self.source, at..at + next);
        let mut problem = Diagnostic::error("E0601", span, "this file cannot be read as RON");
        let too_deep = matches!(error.code, Error::ExceededRecursionLimit);
        if let Some((bracket, opened)) = unclosed(self.text).filter(|_| !too_deep) {
            let opened = Span::new(self.source, opened..opened + 1);
            problem = problem.related(opened, format!("this `{bracket}` is not closed"));
        }
        let rest = &self.text[at..];
        let problem = problem.label(plain(&error.code));
        match &error.code {
            Error::NoSuchExtension(_) => problem
                .help("extensions are `unwrap_newtypes`, `implicit_some`, `unwrap_variant_newtypes`, …"),
            Error::ExpectedComma if rest.starts_with('=') => problem.help("fields are written `name: value`"),
            Error::TrailingCharacters if rest.starts_with('{') => problem
                .help("fields stand between parentheses: `Experiment(program: File(\"laundry.cosim\"))`"),
            _other => problem,
        }
    }

    /// The byte at a line and column counted from 1, columns in characters.
    fn offset(&self, line: usize, column: usize) -> usize {
        let start: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &self.text[start..];
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }
}

/// The first bracket that is not closed, or closed by a bracket of another kind.
fn unclosed(text: &str) -> Option<(char, usize)> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '(' | '[' | '{' => open.push((c, at)),
            ')' | ']' | '}' => {
                let fitting = match open.last() {
                    Some((opener, _)) => matches!((opener, c), ('(', ')') | ('[', ']') | ('{', '}')),
                    None => return None,
                };
                if !fitting {
                    return open.pop();
                }
                open.pop();
            }
            _other => {}
        }
        at += stretch(rest)?;
    }
    open.pop()
}

/// Without a comment in the last line that lacks the end of its line: ron wants one there.
fn without_last_comment(text: &str) -> &str {
    let last = text.rfind('\n').map_or(0, |end| end + 1);
    if !text[last..].contains("//") {
        return text;
    }
    let mut at = 0;
    while let Some(length) = stretch(&text[at..]).filter(|&length| length > 0) {
        if at + length == text.len() && text[at..].starts_with("//") {
            return &text[..at];
        }
        at += length;
    }
    text
}

/// How long the comment, string or single character is that a text begins with; `None` if it never ends.
pub fn stretch(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", &raw[..hashes]);
            let end = raw[hashes + 1..].find(&close)?;
            return Some(1 + hashes + 1 + end + close.len());
        }
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (i, c) in rest.char_indices().skip(1) {
            match c {
                '"' if !escaped => return Some(i + 1),
                _other => escaped = c == '\\' && !escaped,
            }
        }
        return None;
    }
    rest.chars().next().map(char::len_utf8)
}

/// Block comments nest in RON.
fn block_comment(rest: &str) -> Option<usize> {
    let (mut depth, mut at) = (0, 0);
    loop {
        let next = at + rest[at..].find("/*").unwrap_or(rest.len() - at);
        let close = at + rest[at..].find("*/")?;
        depth = if next < close { depth + 1 } else { depth - 1 };
        at = next.min(close) + 2;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Names the nearest of the names that would have been right, or all of them.
fn nearest(problem: Diagnostic, place: Span, name: &str, known: &[&str]) -> Diagnostic {
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => problem.suggest(place, near, format!("did you mean `{near}`?")),
        None => {
            let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            problem.help(format!("possible: {}", all.join(", ")))
        }
    }
}

/// A key without its quotation marks and without blanks and comments around it.
fn unquoted(key: &str) -> &str {
    let inside = key.find('"').zip(key.rfind('"')).filter(|(open, close)| open < close);
    inside.map_or(key, |(open, close)| &key[open + 1..close])
}

fn shortened(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(40) {
        Some((at, _)) => Cow::Owned(format!("{}…", &value[..at])),
        None => Cow::Borrowed(value),
    }
}

/// What ron says, as the rest of cosim would say it.
fn plain(code: &Error) -> String {
    match code {
        Error::Message(text) => text.clone(),
        Error::Eof => "the file ends here, something is missing".into(),
        Error::ExpectedComma => "a comma or a closing bracket is missing here".into(),
        Error::ExpectedBoolean => "this has to be `true` or `false`".into(),
        Error::ExpectedInteger => "this has to be a whole number".into(),
        Error::ExpectedFloat => "this has to be a number".into(),
        Error::ExpectedString => "this has to be a string, in quotation marks".into(),
        Error::ExpectedStringEnd => "this string never ends".into(),
        Error::ExpectedIdentifier => "a name is missing here".into(),
        Error::ExpectedMapColon => "a colon is missing here".into(),
        Error::ExpectedStructLike => "parentheses are missing after this name: `Priority()`".into(),
        Error::TrailingCharacters => "nothing more is expected here".into(),
        Error::UnclosedBlockComment => "this comment never ends".into(),
        Error::UnexpectedChar(c) => format!("a value is missing before `{c}`"),
        Error::ExceededRecursionLimit => "brackets are nested too deeply".into(),
        Error::IntegerOutOfBounds => "this number is too large".into(),
        Error::InvalidIdentifier(_) | Error::SuggestRawIdentifier(_) => "a name is missing here".into(),
        Error::NoSuchExtension(name) => format!("RON has no extension `{name}`"),
        Error::NoSuchEnumVariant { expected, .. } => format!("possible: {}", expected.join(", ")),
        Error::NoSuchStructField { expected, found, .. } => {
            format!("there is no `{found}` in it; possible: {}", expected.join(", "))
        }
        // The rest cannot happen or speaks plainly enough.
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// Collects fields or entries as they are written, whatever they are called.
#[derive(Clone, Copy)]
enum Shape {
    Struct(&'static str),
    Map,
}

impl<'de> DeserializeSeed<'de> for Shape {
    type Value = Vec<Field<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self {
            Shape::Struct(name) => deserializer.deserialize_struct(name, &[], self),
            Shape::Map => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Shape {
    type Value = Vec<Field<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names with values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        match self {
            Shape::Struct(_) => {
                while let Some(Name(name)) = map.next_key()? {
                    let value = map.next_value::<&RawValue>()?.trim().get_ron();
                    fields.push(Field { name, value });
                }
            }
            Shape::Map => {
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    fields.push(Field { name: name.trim().get_ron(), value: value.trim().get_ron() });
                }
            }
        }
        Ok(fields)
    }
}

/// The name of a field.
struct Name<'de>(&'de str);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name<'de>, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(name))
            }
        }
        deserializer.deserialize_identifier(Any)
    }
}
