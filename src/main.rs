//! The `cosim` command.

fn main() -> std::process::ExitCode {
    cosim::cli::command::main()
}
