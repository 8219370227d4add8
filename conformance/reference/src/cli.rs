//! The command line, read into plain arguments and then checked as a whole.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use reference::config::{Config, Database, PublicUrl};
use reference::directory::{Directory, DirectoryError};

const EXIT_CODES: &str = "\
When it is ready it prints `listening on http://ADDR:PORT` on standard output. It logs to standard error; RUST_LOG
chooses what, as in RUST_LOG=warn or RUST_LOG=info,reference=debug. SIGTERM and SIGINT end it once the requests under
way are answered.

Exit codes:
  0  ended by a signal
  1  the database or the address can't be used
  2  a mistake in the flags or the directory file";

/// The Workspace API: a service that keeps workspaces, exactly as its contract says.
#[derive(Debug, Parser)]
#[command(name = "reference", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Where to keep the workspaces: sqlite://PATH, a file that is created if it is missing
    #[arg(long, value_name = "URL")]
    database: Database,

    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// How clients reach the service, for links to itself; by default the address it listens on
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,

    /// Organizations, users and the hashes of tokens, as TOML; without it the demo directory, on loopback only
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// Answer 500 to requests under /v1 that carry `Prefer: code=500`, for tests of clients and of suites
    #[arg(long)]
    faults: bool,

    /// How to write the log
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// How to write the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
}

/// A mistake in what the service was told.
#[derive(Debug)]
pub(crate) enum Mistake {
    /// The directory file can't be read.
    Unreadable { file: PathBuf, error: std::io::Error },
    /// The directory file is wrong.
    Directory { file: PathBuf, error: DirectoryError },
    /// Anybody knows the tokens of the demo directory.
    ExposedDemo { listen: SocketAddr },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, error } => {
                write!(f, "can't read the directory {}: {error}", file.display())
            }
            Self::Directory { file, error } => {
                write!(f, "the directory is wrong")?;
                error
                    .problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  --> {}:{problem}", file.display()))
            }
            Self::ExposedDemo { listen } => write!(
                f,
                "refusing to listen on {listen} with the demo directory, whose tokens everybody knows; give \
                 --directory FILE, or listen on loopback, as in --listen 127.0.0.1:{}",
                listen.port()
            ),
        }
    }
}

impl std::error::Error for Mistake {}

impl Arguments {
    /// Reads the directory, and checks that everything fits together.
    pub(crate) fn into_config(self) -> Result<Config, Mistake> {
        let directory = match self.directory {
            Some(file) => read_directory(file)?,
            None if self.listen.ip().is_loopback() => Directory::demo(),
            None => return Err(Mistake::ExposedDemo { listen: self.listen }),
        };
        Ok(Config {
            database: self.database,
            listen: self.listen,
            public_url: self.public_url,
            directory,
            faults: self.faults,
        })
    }
}

fn read_directory(file: PathBuf) -> Result<Directory, Mistake> {
    match std::fs::read_to_string(&file) {
        Ok(text) => Directory::parse(&text).map_err(|error| Mistake::Directory { file, error }),
        Err(error) => Err(Mistake::Unreadable { file, error }),
    }
}
