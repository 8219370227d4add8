//! Documents as they were in a git revision, read through the git binary without a checkout.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, bail};
use spec::Source;

/// A revision of a repository, as the place that documents come from.
pub(crate) struct Revision {
    /// What paths are relative to.
    directory: PathBuf,
    /// The top of the repository's work tree.
    top: PathBuf,
    name: String,
    commit: String,
}

impl Revision {
    /// The revision of the repository around a directory.
    pub(crate) fn open(directory: &Path, name: &str) -> anyhow::Result<Self> {
        let directory = directory
            .canonicalize()
            .with_context(|| format!("can't find {}", directory.display()))?;
        let top = git(&directory, ["rev-parse", "--show-toplevel"])?;
        if !top.status.success() {
            bail!("{} is not in a git repository: {}", directory.display(), complaint(&top));
        }
        let top = PathBuf::from(String::from_utf8_lossy(&top.stdout).trim_end());
        let wanted = format!("{name}^{{commit}}");
        let commit =
            git(&directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        if !commit.status.success() {
            bail!("`{name}` is no revision of the git repository at {}", top.display());
        }
        let commit = String::from_utf8_lossy(&commit.stdout).trim_end().to_owned();
        Ok(Self { directory, top, name: name.to_owned(), commit })
    }

    /// A path from the top of the repository, `.` and `..` resolved as text: the file need not be there now.
    fn below_top(&self, path: &Path) -> Option<PathBuf> {
        let mut resolved = PathBuf::new();
        for component in self.directory.join(path).components() {
            match component {
                Component::ParentDir => {
                    resolved.pop();
                }
                Component::CurDir => {}
                _ => resolved.push(component),
            }
        }
        resolved.strip_prefix(&self.top).map(Path::to_owned).ok()
    }
}

impl Source for Revision {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let Some(inside) = self.below_top(path) else {
            let message = format!("it is outside of the git repository at {}", self.top.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        };
        // git wants slashes, whatever the system has.
        let parts: Vec<_> = inside.iter().map(OsStr::to_string_lossy).collect();
        let object = format!("{}:{}", self.commit, parts.join("/"));
        let shown = git(&self.top, ["cat-file", "blob", &object]).map_err(io::Error::other)?;
        if shown.status.success() {
            return Ok(shown.stdout);
        }
        let message = format!("revision `{}` has no such file", self.name);
        Err(io::Error::new(io::ErrorKind::NotFound, message))
    }
}

fn git<const N: usize>(directory: &Path, arguments: [&str; N]) -> anyhow::Result<Output> {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(arguments);
    command.output().context("can't run git, which --base needs")
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().trim_start_matches("fatal: ").to_owned()
}
