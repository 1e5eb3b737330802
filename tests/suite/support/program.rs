//! The real program as a process of its own, on a world's database, pulling from a world's source.
//!
//! In: a world, what to do, what to put in front of the program. Out: a command, or a served address. Always holds: the
//! process is the test's to end, and is ended with the value that holds it.

use super::{World, log};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A file with the world's configuration, for the real program.
pub struct Program {
    config: PathBuf,
}

impl Program {
    /// Writes the configuration, with more at its beginning.
    pub fn of(world: &World, more: &str) -> Program {
        Program::on(world, &world.url, more)
    }

    /// As [`Program::of`], on another database.
    pub fn on(world: &World, url: &str, more: &str) -> Program {
        let config = world.folder.path().join("bellwether.toml");
        let key = world.folder.path().join("test.key");
        let settings = World::settings(url, &world.source);
        std::fs::write(&config, format!("secret_key_file = {key:?}\n{more}{settings}")).unwrap();
        Program { config }
    }

    /// A command of the program; `before` stands in front of it, such as a shell that sets limits.
    pub fn command(&self, before: &[&str], arguments: &[&str]) -> Command {
        let words = before.iter().chain(&[env!("CARGO_BIN_EXE_bellwether")]).copied();
        let mut words = words.chain(["--config", self.config.to_str().unwrap()]).chain(arguments.iter().copied());
        let mut command = Command::new(words.next().unwrap());
        command.args(words).env_remove("BELLWETHER_DATABASE_URL").stdin(Stdio::null()).stdout(Stdio::null());
        log::of(command.stderr(Stdio::null()));
        command
    }

    /// Serves on a free port, and waits until it does.
    pub fn serve(&self, before: &[&str]) -> Served {
        let mut command = self.command(before, &["serve", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let base = said.split(' ').find(|word| word.starts_with("http://"));
        let base = base.unwrap_or_else(|| panic!("it doesn't serve: {said}")).trim_end_matches('/').to_owned();
        Served { child, base }
    }
}

/// The program while it serves.
pub struct Served {
    child: Child,
    /// Its address without a slash at the end.
    pub base: String,
}

impl Served {
    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
