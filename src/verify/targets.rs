//! The real runtimes there are to verify against: a line each.

use crate::runtimes::table::{RuntimeSpec, ron};
use crate::suggest::did_you_mean_or_stop;
use crate::verify::asyncio;
use crate::verify::compare::rules;
use crate::verify::go;
use crate::verify::node;
use crate::verify::plan::Target;
use crate::verify::tokio;
use crate::verify::trio;

pub const ALL: &[&Target] = &[&asyncio::TARGET, &node::TARGET, &trio::TARGET, &go::TARGET, &tokio::TARGET];

/// A target, and the settings under which it is asked.
#[derive(Clone)]
pub struct Subject {
    pub target: &'static Target,
    pub spec: RuntimeSpec,
}

/// Every target under every setting its name stands for.
pub fn all() -> Vec<Subject> {
    ALL.iter().flat_map(|target| of(target)).collect()
}

fn of(target: &'static Target) -> Vec<Subject> {
    let read = |text: &&str| ron().from_str::<RuntimeSpec>(text).ok();
    target.specs.iter().filter_map(read).map(|spec| Subject { target, spec }).collect()
}

/// What somebody means by `asyncio` or `Asyncio(version: "3.11")`.
///
/// # Errors
/// A sentence that says what could be meant.
pub fn named(text: &str) -> Result<Vec<Subject>, String> {
    let text = text.trim();
    if let Some(target) = ALL.iter().find(|target| target.name.eq_ignore_ascii_case(text)) {
        return Ok(of(target));
    }
    let names: Vec<&str> = ALL.iter().map(|target| target.name).collect();
    if text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        let near = did_you_mean_or_stop(text, names.iter().copied());
        let there = names.join(", ");
        return Err(format!("nothing to verify against is called `{text}`{near} There are: {there}"));
    }
    let spec: RuntimeSpec = ron().from_str(text).map_err(|error| format!("`{text}`: {error}"))?;
    match ALL.iter().find(|target| (target.takes)(&spec)) {
        Some(target) => Ok(vec![Subject { target, spec }]),
        None => Err(format!(
            "`{spec}` has no real runtime it could be verified against; there are: {}",
            names.join(", ")
        )),
    }
}

/// The rules of a runtime's page by which the words of a statement go; none where nobody can be asked.
pub fn rules_of(runtime: &str, statement: &str) -> Vec<String> {
    let Ok(spec) = ron().from_str::<RuntimeSpec>(runtime) else { return Vec::new() };
    let target = ALL.iter().find(|target| (target.takes)(&spec));
    target.map(|target| rules(statement, target.rules)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_settings_are_understood() {
        for subject in all() {
            assert!((subject.target.takes)(&subject.spec), "{}", subject.spec);
        }
        assert!(!named("asyncio").expect("is one").is_empty());
        let named_311 = named("Asyncio(version: \"3.11\")").expect("is one");
        assert_eq!(named_311[0].spec.to_string(), "Asyncio(version: \"3.11\")");
        assert!(named("Threads()").is_err_and(|text| text.contains("no real runtime")));
        assert!(named("asyncoi").is_err_and(|text| text.contains("did you mean `asyncio`?")));
    }
}
