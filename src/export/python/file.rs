//! A program as a Python module.

use crate::export::scenario::Scenario;

pub fn export(scenario: &Scenario) -> Vec<(String, String)> {
    vec![(format!("{}.py", scenario.request.name), String::new())]
}
