//! Which reports are written, and where to.

use std::fmt;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::har::Har;
use super::{Report, github, har, html, json, junit, markdown, write_json};

/// A format of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Format {
    Json,
    Junit,
    Html,
    Markdown,
    Har,
    Github,
}

impl Format {
    const NAMES: &str = "json, junit, html, markdown, har, github";

    /// The report in this format.
    #[must_use]
    pub fn render(self, report: &Report) -> String {
        match self {
            Self::Json => json(report),
            Self::Junit => junit(report),
            Self::Html => html(report),
            Self::Markdown => markdown(report),
            Self::Har => har(report),
            Self::Github => github(report, repository().as_deref()),
        }
    }
}

/// A report to be written: `html=report.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// The file; `-` is standard output.
    pub path: PathBuf,
}

impl Target {
    /// Whether it goes to standard output.
    #[must_use]
    pub fn is_stdout(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// The folder that GitHub Actions has checked the repository out into.
fn repository() -> Option<PathBuf> {
    std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from)
}

/// Why a text names no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError(String);

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FormatError {}

impl FromStr for Target {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let (format, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or_else(|| FormatError("expected FORMAT=PATH".to_owned()))?;
        let format = match format {
            "json" => Format::Json,
            "junit" => Format::Junit,
            "html" => Format::Html,
            "markdown" => Format::Markdown,
            "har" => Format::Har,
            "github" => Format::Github,
            other => {
                let message = format!("`{other}` is no format; known are {}", Format::NAMES);
                return Err(FormatError(message));
            }
        };
        Ok(Self { format, path: path.into() })
    }
}

/// Writes a report: a file is there whole or not at all.
///
/// # Errors
/// Whatever kept it from being written.
pub fn write(report: &Report, target: &Target) -> io::Result<()> {
    if target.is_stdout() {
        return write_to(report, target.format, &mut io::stdout().lock());
    }
    let folder = match target.path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    write_to(report, target.format, &mut file)?;
    readable(file.path())?;
    file.persist(&target.path).map_err(|error| error.error)?;
    Ok(())
}

fn write_to(report: &Report, format: Format, to: &mut dyn io::Write) -> io::Result<()> {
    let mut buffer = BufWriter::new(to);
    match format {
        Format::Json => write_json(report, &mut buffer)?,
        Format::Har => serde_json::to_writer(&mut buffer, &Har(report))?,
        other => buffer.write_all(other.render(report).as_bytes())?,
    }
    buffer.flush()
}

/// A temporary file is for its owner alone; a report is for whoever may read new files.
#[cfg(unix)]
fn readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}
