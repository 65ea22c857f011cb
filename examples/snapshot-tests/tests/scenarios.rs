//! Scenarios as tests of a Rust project: run by `cosim::compare`, held to what they expect, and kept by insta.
//!
//! The snapshot is the one that `cosim test` keeps beside the scenario: `gather.ron`, `gather.snap`.

const EXPERIMENT: &str = include_str!("../scenarios/gather.ron");

/// The files that experiments name with `File("…")`.
fn read(name: &str) -> Result<String, String> {
    match name {
        "gather.cosim" => Ok(include_str!("../scenarios/gather.cosim").to_string()),
        _ => Err("there is no such file".to_string()),
    }
}

#[test]
fn gather() {
    let compared =
        cosim::compare("gather.ron", EXPERIMENT, read).unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!(compared.unexpected(), Vec::<&str>::new());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../scenarios");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("gather", compared));
}
