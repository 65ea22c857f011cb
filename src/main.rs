//! The `cosim` command.

fn main() {}
