//! Your own code; the tests of its scenarios are in `tests/scenarios.rs`.
