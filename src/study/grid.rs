//! What is varied: `pool=5..50`, `pool=5,10,20`, `pause=1ms..10ms:1ms`, and the points that makes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::lang::kind::Kind;
use crate::scenario::experiment::Experiment;
use crate::source::{SourceId, Sources, Span};
use crate::study::decimal::Decimal;
use crate::time::parse_nanos;
use crate::value::Value;

/// A parameter and the values it takes, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    pub name: String,
    pub values: Vec<Setting>,
}

/// One value of a parameter: as it is written, and as a number if it is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    pub text: String,
    /// Nanoseconds of a duration.
    pub number: Option<f64>,
    pub measure: Measure,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    Int,
    Float,
    /// In nanoseconds.
    Duration,
    /// No number: true or false, a string, a list.
    Other,
}

impl Axis {
    /// What its values have in common.
    pub fn measure(&self) -> Measure {
        let first = self.values.first().map_or(Measure::Other, |value| value.measure);
        let same = |value: &Setting| value.measure == first;
        if self.values.iter().all(same) { first } else { Measure::Other }
    }
}

impl Setting {
    fn new(value: &Value) -> Setting {
        let (number, measure) = match value {
            Value::Int(i) => (Some(*i as f64), Measure::Int),
            Value::Float(x) => (Some(*x), Measure::Float),
            Value::Duration(d) => (Some(*d as f64), Measure::Duration),
            _no_number => (None, Measure::Other),
        };
        Setting { text: value.to_string(), number, measure }
    }

    /// Exactly, where it is an int or a duration in nanoseconds.
    pub fn whole(&self) -> Option<i64> {
        match self.measure {
            Measure::Int => self.text.parse().ok(),
            Measure::Duration => parse_nanos(&self.text),
            Measure::Float | Measure::Other => None,
        }
    }
}

/// An axis with the values themselves, as programs take them.
#[derive(Debug, Clone)]
pub struct Varied {
    pub axis: Axis,
    pub values: Vec<Value>,
}

/// A piece of an option, and where it stands there.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    pub source: SourceId,
    pub text: &'a str,
    pub base: usize,
}

impl<'a> Piece<'a> {
    pub fn span(self) -> Span {
        Span::new(self.source, self.base..self.base + self.text.len())
    }

    /// Of the text from `from` to `to`, without the spaces around it.
    fn part(self, from: usize, to: usize) -> Piece<'a> {
        let text = &self.text[from..to];
        let start = from + text.len() - text.trim_start().len();
        Piece { text: text.trim(), base: self.base + start, ..self }
    }

    fn error(self, text: impl Into<String>) -> Diagnostic {
        Diagnostic::error("E0901", self.span(), text)
    }

    /// In two, at the first of these signs outside of brackets and strings.
    fn halves(self, sign: &str) -> Option<(Piece<'a>, Piece<'a>)> {
        let at = outside(self.text).find(|&at| self.text[at..].starts_with(sign))?;
        Some((self.part(0, at), self.part(at + sign.len(), self.text.len())))
    }

    /// What stands between the commas.
    pub fn items(self) -> Vec<Piece<'a>> {
        let mut items = Vec::new();
        let mut from = 0;
        for at in outside(self.text).filter(|&at| self.text[at..].starts_with(',')) {
            items.push(self.part(from, at));
            from = at + 1;
        }
        items.push(self.part(from, self.text.len()));
        items
    }
}

/// The places of a text that lie outside of brackets and of strings in double quotes.
fn outside(text: &str) -> impl Iterator<Item = usize> {
    let mut depth = 0usize;
    let mut quoted = false;
    text.char_indices().filter_map(move |(at, c)| {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _other => {}
        }
        (depth == 0 && !quoted).then_some(at)
    })
}

/// `pool=5..50` in its two halves.
///
/// # Errors
/// It is not of this form.
pub fn assignment<'a>(
    sources: &mut Sources,
    text: &'a str,
) -> Result<(Piece<'a>, Piece<'a>), Vec<Diagnostic>> {
    let whole = Piece { source: sources.add("--vary", text), text, base: 0 };
    let help = "write `--vary pool=5..50`, `--vary pool=5,10,20` or `--vary runtime='Asyncio()','Go()'`";
    match whole.text.find('=').map(|at| (whole.part(0, at), whole.part(at + 1, text.len()))) {
        Some((name, values)) if !name.text.is_empty() && !values.text.is_empty() => Ok((name, values)),
        Some(_) | None => Err(vec![whole.error("a parameter and its values are wanted here").help(help)]),
    }
}

/// The values of one parameter.
///
/// # Errors
/// It does not exist, the values are not of its kind, or there are more than `most` of them.
pub fn axis(
    experiment: &Experiment,
    name: Piece<'_>,
    values: Piece<'_>,
    most: u64,
) -> Result<Varied, Vec<Diagnostic>> {
    let default = experiment.default(name.text, name.span())?;
    let kind = Kind::of(default);
    let mut all: Vec<Value> = Vec::new();
    for item in values.items() {
        if item.text.is_empty() {
            return Err(vec![item.error("a value is missing here")]);
        }
        let range = if kind == Kind::Text { None } else { item.halves("..") };
        match range {
            None => all.push(experiment.value_of(name.text, default, item.source, item.text, item.base)?),
            Some((from, to)) => all.extend(range_of(experiment, name, default, from, to, most)?),
        }
        if all.len() as u64 > most {
            return Err(vec![too_many(values, most)]);
        }
    }
    let settings: Vec<Setting> = all.iter().map(Setting::new).collect();
    let mut seen = BTreeSet::new();
    if let Some(twice) = settings.iter().find(|setting| !seen.insert(&setting.text)) {
        return Err(vec![values.error(format!("`{}` takes the value {} twice", name.text, twice.text))]);
    }
    Ok(Varied { axis: Axis { name: name.text.to_string(), values: settings }, values: all })
}

fn too_many(values: Piece<'_>, most: u64) -> Diagnostic {
    let text = format!("these are more than {most} values");
    values.error(text).help("take larger steps, `n=0..1000000:1000`, or allow more: `--max-runs`")
}

/// `5..50`, `10..100:10`, `1ms..10ms:1ms`, `0.1..0.9:0.1`: both ends are meant, as far as the step reaches them.
fn range_of(
    experiment: &Experiment,
    name: Piece<'_>,
    default: &Value,
    from: Piece<'_>,
    rest: Piece<'_>,
    most: u64,
) -> Result<Vec<Value>, Vec<Diagnostic>> {
    let (to, step) = match rest.halves(":") {
        Some((to, step)) => (to, Some(step)),
        None => (rest, None),
    };
    let read = |piece: Piece<'_>| {
        if piece.text.is_empty() {
            return Err(vec![piece.error("a range has two ends: `5..50`")]);
        }
        let value = experiment.value_of(name.text, default, piece.source, piece.text, piece.base)?;
        let number = Decimal::of(&value);
        number.ok_or_else(|| {
            let text = match value {
                Value::Float(_) => "this has too many digits for a range".to_string(),
                other => format!("{} is the end of no range", other.kind()),
            };
            vec![piece.error(text)]
        })
    };
    let (first, last) = (read(from)?, read(to)?);
    let step = match step {
        Some(step) => read(step)?,
        None => match first.one(last) {
            Some(one) => one,
            None => {
                let text = "the step from one value to the next is missing";
                let help = format!("write it behind a colon: `{}..{}:{}`", from.text, to.text, from.text);
                return Err(vec![rest.error(text).help(help)]);
            }
        },
    };
    match first.steps(last, step) {
        Ok(count) if count < most => Ok((0..=count).filter_map(|n| first.plus(step, n)).collect()),
        Ok(_) => Err(vec![too_many(rest, most)]),
        Err(why) => Err(vec![rest.error(why)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse::ParseLimits;
    use crate::scenario::load::load_program;

    fn values(vary: &str) -> Result<Vec<String>, String> {
        let program = "param n = 1\nparam rate = 0.5\nparam pause = 5ms\nparam mode = \"a\"\n\
                       param sizes = [1]\nmain { log \"{n} {rate} {pause} {mode} {sizes}\" }";
        let mut sources = Sources::default();
        let id = sources.add("p.cosim", program);
        let loaded = load_program(&mut sources, id, &ParseLimits::default()).expect("the program is fine");
        let (name, values) = assignment(&mut sources, vary).map_err(|e| e[0].message.clone())?;
        let varied = axis(&loaded.experiment, name, values, 1000)
            .map_err(|e| format!("{}: {}", e[0].code, e[0].message))?;
        assert_eq!(varied.axis.values.len(), varied.values.len());
        Ok(varied.axis.values.into_iter().map(|setting| setting.text).collect())
    }

    #[test]
    fn ranges_and_lists() {
        for (vary, expected) in [
            ("n=5..8", "5 6 7 8"),
            ("n=-1..1", "-1 0 1"),
            ("n=10..100:40", "10 50 90"),
            ("n = 1..2 , 10, 20", "1 2 10 20"),
            ("pause=1ms..3ms:1ms", "1ms 2ms 3ms"),
            ("pause=500us..2ms:750us", "500us 1.25ms 2ms"),
            ("rate=0.1..0.5:0.1", "0.1 0.2 0.3 0.4 0.5"),
            ("rate=1..3", "1.0 2.0 3.0"),
            ("mode=fast,slow..er", "fast slow..er"),
            ("sizes=[1, 2],[3]", "[1, 2] [3]"),
            ("n=7", "7"),
        ] {
            assert_eq!(values(vary).map(|all| all.join(" ")), Ok(expected.to_string()), "{vary}");
        }
    }

    #[test]
    fn what_is_no_range() {
        for (vary, says) in [
            ("n", "a parameter and its values are wanted here"),
            ("n=", "a parameter and its values are wanted here"),
            ("=5", "a parameter and its values are wanted here"),
            ("m=5", "E0609: the program has no parameter `m`"),
            ("n=5,,6", "E0901: a value is missing here"),
            ("n=5..", "E0901: a range has two ends: `5..50`"),
            ("n=8..5", "E0901: it begins above its end"),
            ("n=1..5:0", "E0901: a step is more than zero"),
            ("n=1..5:-1", "E0901: a step is more than zero"),
            ("n=1,1", "E0901: `n` takes the value 1 twice"),
            ("n=1..100000", "E0901: these are more than 1000 values"),
            ("n=-9223372036854775808..9223372036854775807", "E0901: these are more than 1000 values"),
            ("n=1.5", "E0610: `n` is an int, not a float"),
            ("pause=1ms..5ms", "E0901: the step from one value to the next is missing"),
            ("pause=1..5:1", "E0610: `pause` is a duration, this is an int"),
            ("rate=0.1..0.5", "E0901: the step from one value to the next is missing"),
            ("rate=0..1:0.00000000000000000000001", "E0901: this has too many digits for a range"),
            ("sizes=[1]..[2]", "E0901: a list is the end of no range"),
        ] {
            assert_eq!(values(vary), Err(says.to_string()), "{vary}");
        }
    }
}
