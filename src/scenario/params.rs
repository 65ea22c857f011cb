//! Parameters set from outside: do they exist, and is the value of the right kind?

use crate::diagnostic::Diagnostic;
use crate::lang::ast::File;
use crate::lang::compile::params;
use crate::lang::kind::Kind;
use crate::lang::program::Program;
use crate::source::Span;
use crate::suggest::did_you_mean;
use crate::time::parse_nanos;
use crate::value::Value;

/// Why a value cannot be that of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    text: String,
    help: Option<String>,
}

impl Misfit {
    /// The diagnostic, at the place of the value.
    pub fn at(self, span: Span) -> Diagnostic {
        let problem = Diagnostic::error("E0610", span, self.text);
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

/// The default of a parameter, or what to say of a name that is none.
pub fn default<'a>(
    file: &File,
    program: &'a Program,
    name: &str,
    span: Span,
) -> Result<&'a Value, Vec<Diagnostic>> {
    match program.params.iter().find(|(other, _)| other == name) {
        Some((_, value)) => Ok(value),
        None => Err(vec![unknown(file, name, span)]),
    }
}

fn unknown(file: &File, name: &str, span: Span) -> Diagnostic {
    let problem = Diagnostic::error("E0609", span, format!("the program has no parameter `{name}`"));
    let params = params(file);
    let names = params.iter().map(|(name, _)| name.as_str());
    if let Some(near) = did_you_mean(name, names.clone()) {
        return problem.suggest(span, near, format!("did you mean `{near}`?"));
    }
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => problem.help(format!("declare it: `param {name} = …`")),
        false => problem.help(format!("its parameters are {}", names.join(", "))),
    }
}

/// The value a parameter takes: of the kind of its default; strings are read as durations where
/// the default is one.
pub fn fitting(name: &str, default: &Value, given: Value) -> Result<Value, Misfit> {
    match (default, given) {
        (Value::None, given) => Ok(given),
        (Value::Duration(_), Value::Text(text)) => match parse_nanos(&text) {
            Some(nanos) => Ok(Value::Duration(nanos)),
            None => Err(Misfit {
                text: format!("`{name}` is a duration, and `{text}` is none"),
                help: Some("durations are written `30min`, `1.5s`, `20ms`".into()),
            }),
        },
        (Value::Duration(_), given @ (Value::Int(_) | Value::Float(_))) => Err(Misfit {
            text: format!("`{name}` is a duration, this is {}", given.kind()),
            help: Some(format!("give it a unit: `{given}min`, `{given}s`, `{given}ms`")),
        }),
        (Value::Float(_), Value::Int(i)) => Ok(Value::Float(i as f64)),
        (Value::List(defaults), Value::List(items)) => {
            let Some(default) = defaults.first() else { return Ok(Value::List(items)) };
            let each = items.iter().map(|item| fitting(name, default, item.clone()));
            Ok(Value::list(each.collect::<Result<_, _>>()?))
        }
        (default, given) if Kind::of(default) == Kind::of(&given) => Ok(given),
        (default, given) => Err(Misfit {
            text: format!("`{name}` is {}, not {}", default.kind(), given.kind()),
            help: Some(format!("it is `{default}` by default")),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_durations_where_the_default_is_one() {
        let second = Value::Duration(1_000_000_000);
        let read = |given: Value| fitting("wash", &second, given).map(|value| value.to_string());
        assert_eq!(read(Value::text("30min")), Ok("30min".to_string()));
        assert!(read(Value::text("soon")).is_err());
        assert!(read(Value::Int(30)).is_err());
        let list = Value::list(vec![second.clone()]);
        let given = Value::list(vec![Value::text("2s"), Value::text("3s")]);
        assert_eq!(fitting("times", &list, given).map(|value| value.to_string()), Ok("[2s, 3s]".to_string()));
    }

    #[test]
    fn ints_become_floats_and_nothing_else_changes() {
        let shown =
            |default: Value, given: Value| fitting("p", &default, given).map(|value| value.to_string()).ok();
        assert_eq!(shown(Value::Float(0.9), Value::Int(1)), Some("1.0".to_string()));
        assert_eq!(shown(Value::Int(1), Value::Float(0.5)), None);
        assert_eq!(shown(Value::None, Value::Bool(true)), Some("true".to_string()));
        assert_eq!(shown(Value::text("a"), Value::text("30min")), Some("30min".to_string()));
    }
}
