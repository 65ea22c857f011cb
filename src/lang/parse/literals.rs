//! Numbers, durations and strings.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Expr, ExprKind, TextPart};
use crate::lang::parse::builder::Builder;
use crate::lang::parse::grammar::{Pair, Rule};
use crate::source::Span;
use crate::time::{self, UNITS};

/// Units as they are known elsewhere, with what they are called here.
const FOREIGN_UNITS: [(&str, &str); 44] = [
    ("day", "d"),
    ("days", "d"),
    ("天", "d"),
    ("日", "d"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("小时", "h"),
    ("时", "h"),
    ("H", "h"),
    ("m", "min"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("分", "min"),
    ("分钟", "min"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("S", "s"),
    ("秒", "s"),
    ("秒钟", "s"),
    ("msec", "ms"),
    ("msecs", "ms"),
    ("millis", "ms"),
    ("milli", "ms"),
    ("millisecond", "ms"),
    ("milliseconds", "ms"),
    ("MS", "ms"),
    ("毫秒", "ms"),
    ("µs", "us"),
    ("μs", "us"),
    ("usec", "us"),
    ("usecs", "us"),
    ("micros", "us"),
    ("microsecond", "us"),
    ("microseconds", "us"),
    ("微秒", "us"),
    ("nsec", "ns"),
    ("nanos", "ns"),
    ("nanoseconds", "ns"),
    ("纳秒", "ns"),
];

/// What a unit is called here: itself, or the name of what it means elsewhere.
pub fn unit(word: &str) -> Option<&'static str> {
    let own = UNITS.iter().map(|&(name, _)| name).find(|&name| name == word);
    own.or_else(|| FOREIGN_UNITS.iter().find(|(foreign, _)| *foreign == word).map(|&(_, name)| name))
}

const UNIT_HELP: &str = "the units are d, h, min, s, ms, us and ns, as in `1h30min`, `1.5s`, `20ms`";

impl Builder<'_> {
    pub fn number(&mut self, pair: &Pair) -> Option<Expr> {
        let span = self.span(pair);
        match read_number(pair.as_str(), span) {
            Ok(kind) => self.node(kind, span, 0),
            Err(problem) => {
                self.report(*problem);
                None
            }
        }
    }

    pub fn string(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts: Vec<TextPart> = Vec::new();
        let mut depth = 0;
        let mut complete = true;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::text => literal(&mut parts).push_str(part.as_str()),
                Rule::braces => literal(&mut parts).push_str(&part.as_str()[..1]),
                Rule::escape => match self.escape(&part) {
                    Some(c) => literal(&mut parts).push(c),
                    None => complete = false,
                },
                Rule::hole => match self.hole(part) {
                    Some(expr) => {
                        depth = depth.max(expr.depth);
                        parts.push(TextPart::Expr(expr));
                    }
                    None => complete = false,
                },
                _ => {
                    self.stray_brace(&part);
                    complete = false;
                }
            }
        }
        complete.then_some(())?;
        self.node(ExprKind::Text(parts), span, depth)
    }

    pub fn plain_string(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let mut text = String::new();
        let mut complete = true;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::escape => match self.escape(&part) {
                    Some(c) => text.push(c),
                    None => complete = false,
                },
                _ => text.push_str(part.as_str()),
            }
        }
        complete.then_some(())?;
        let parts = if text.is_empty() { Vec::new() } else { vec![TextPart::Literal(text)] };
        self.node(ExprKind::Text(parts), span, 0)
    }

    fn escape(&mut self, pair: &Pair) -> Option<char> {
        let c = match &pair.as_str()[1..] {
            "n" => '\n',
            "t" => '\t',
            "\"" => '"',
            "'" => '\'',
            "\\" => '\\',
            "{" => '{',
            "}" => '}',
            other => {
                let span = self.span(pair);
                let problem = Diagnostic::error("E0016", span, format!("`\\{other}` is not an escape"))
                    .label("unknown escape")
                    .suggest(span, format!("\\\\{other}"), "for a backslash itself, write two")
                    .help("the escapes are \\n \\t \\\" \\' \\\\ \\{ and \\}; any character can stand for itself");
                self.report(problem);
                return None;
            }
        };
        Some(c)
    }

    /// `{expression}` in a string.
    fn hole(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let inside = (pair.as_span().start() + 1, pair.as_span().end() - 1);
        let mut parts = pair.into_inner();
        match (parts.next(), parts.next()) {
            (Some(first), None) if first.as_rule() == Rule::expression => self.expression(first),
            (None, _) => {
                let problem = Diagnostic::error("E0017", span, "there is nothing between these braces")
                    .label("a value belongs here")
                    .help("write an expression, as in \"load {i}\"; for the braces themselves write `{{}}`");
                self.report(problem);
                None
            }
            _ => {
                self.trouble_in_hole(inside.0, inside.1);
                None
            }
        }
    }

    fn stray_brace(&mut self, pair: &Pair) {
        let span = self.span(pair);
        let problem = Diagnostic::error("E0017", span, "this `}` in a string closes nothing")
            .label("no `{` is open")
            .suggest(span, "}}", "for a brace itself, write two");
        self.report(problem);
    }
}

/// The literal part at the end, begun if need be.
fn literal(parts: &mut Vec<TextPart>) -> &mut String {
    if !matches!(parts.last(), Some(TextPart::Literal(_))) {
        parts.push(TextPart::Literal(String::new()));
    }
    match parts.last_mut() {
        Some(TextPart::Literal(text)) => text,
        Some(TextPart::Expr(_)) | None => unreachable!("a literal was just pushed"),
    }
}

fn read_number(text: &str, span: Span) -> Result<ExprKind, Box<Diagnostic>> {
    if let Some(digits) = text.strip_prefix("0x") {
        return integer(digits, 16, text, span);
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
        return integer(text, 10, text, span);
    }
    if !text.bytes().all(|b| b.is_ascii_digit() || b"._eE+-".contains(&b)) {
        return duration(text, span).map(ExprKind::Duration);
    }
    match text.replace('_', "").parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(ExprKind::Float(value)),
        Ok(_) => {
            let problem = Diagnostic::error("E0011", span, "this number is too large for a float")
                .label("larger than 1.7e308")
                .help("floats reach up to about 1.79e308");
            Err(Box::new(problem))
        }
        Err(_) => Err(Box::new(malformed(text, span))),
    }
}

fn integer(digits: &str, radix: u32, text: &str, span: Span) -> Result<ExprKind, Box<Diagnostic>> {
    let digits = digits.replace('_', "");
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Box::new(malformed(text, span)));
    }
    i64::from_str_radix(&digits, radix).map(ExprKind::Int).map_err(|_| {
        let problem = Diagnostic::error("E0011", span, "this number is too large for an int")
            .label(format!("larger than {}", i64::MAX))
            .help("ints have 64 bits: from -9223372036854775808 to 9223372036854775807")
            .help("a float reaches further: write `1e20`");
        Box::new(problem)
    })
}

fn malformed(text: &str, span: Span) -> Diagnostic {
    let problem =
        Diagnostic::error("E0015", span, format!("`{text}` is not a number")).label("cannot be read");
    problem.help("numbers look like `10`, `1_000`, `0xFF`, `1.5`, `2e-3`; durations like `20ms`, `1h30min`")
}

fn duration(text: &str, span: Span) -> Result<i64, Box<Diagnostic>> {
    time::parse_nanos(text).ok_or_else(|| Box::new(bad_duration(text, span)))
}

/// Why a number with letters behind it is not a duration.
fn bad_duration(text: &str, span: Span) -> Diagnostic {
    let mut mended = String::new();
    let mut unknown = None;
    let mut smaller = "s";
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(rest.len());
        let (digits, tail) = rest.split_at(number);
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (word, tail) = tail.split_at(end);
        let own = UNITS.iter().any(|&(name, _)| name == word);
        if digits.is_empty() || digits.contains("..") || word.contains('+') || word.contains('-') {
            return malformed(text, span);
        }
        mended.push_str(digits);
        mended.push_str(unit(word).unwrap_or(if word.is_empty() { smaller } else { word }));
        let place = UNITS.iter().position(|&(name, _)| Some(name) == unit(word));
        smaller = place.and_then(|place| UNITS.get(place + 1)).map_or("s", |&(name, _)| name);
        if !own {
            unknown = unknown.or(Some(word));
        }
        rest = tail;
    }
    if let Some(word) = unknown {
        let message = match word {
            "" => "the last part of this duration has no unit".to_string(),
            _ => format!("`{word}` is not a unit of time"),
        };
        let problem = Diagnostic::error("E0014", span, message);
        return match time::parse_nanos(&mended) {
            Some(_) => {
                let why = if word.is_empty() { "say what is counted" } else { "units are written short" };
                problem.label("in this duration").suggest(span, mended, why)
            }
            None => problem.label("unknown unit").help(UNIT_HELP),
        };
    }
    let fraction = text.contains('.') && whole_parts(text).is_some();
    if fraction {
        return Diagnostic::error("E0013", span, format!("`{text}` is not a whole number of nanoseconds"))
            .label("more digits than the clock has")
            .help("time is counted in whole nanoseconds; leave out the digits behind them");
    }
    Diagnostic::error("E0012", span, format!("`{text}` is longer than time itself"))
        .label("more than about 292 years")
        .help("durations are 64-bit nanoseconds: at most `106751d`")
}

/// The duration without its fractions, if it fits.
fn whole_parts(text: &str) -> Option<i64> {
    let mut whole = String::new();
    let mut in_fraction = false;
    for c in text.chars() {
        in_fraction = c == '.' || in_fraction && c.is_ascii_digit();
        if !in_fraction {
            whole.push(c);
        }
    }
    time::parse_nanos(&whole)
}
