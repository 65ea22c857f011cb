//! The `mdbook-cosim` command, which mdBook starts.

fn main() -> std::process::ExitCode {
    cosim::cli::mdbook::main()
}
