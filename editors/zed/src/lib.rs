//! Tells Zed how the language server is started: `cosim lsp`, as it is found in the `PATH`.

use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree};

struct Cosim;

impl zed::Extension for Cosim {
    fn new() -> Cosim {
        Cosim
    }

    fn language_server_command(&mut self, _server: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let command = worktree.which("cosim").ok_or("`cosim` is not in the PATH")?;
        Ok(Command { command, args: vec!["lsp".to_string()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Cosim);
