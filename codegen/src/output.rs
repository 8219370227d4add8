//! Generated files and a folder: what differs, and making the folder equal.
//!
//! [`compare`] says which files are stale, missing or surplus; [`write()`] makes it so that none is. A surplus file is one
//! that bears the header of a generated file and isn't generated any more: files of others are never touched. Files are
//! written beside their places first and renamed when all are there, so that nothing is ever half-written.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use similar::TextDiff;

use crate::{GeneratedFile, MARK};

/// How many lines of a difference are shown.
const SHOWN: usize = 12;

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Relative to the folder, with `/`.
    pub path: String,
    /// What is wrong with it.
    pub kind: Kind,
    /// What would change, as a short unified diff; empty where the file would come or go as a whole.
    pub diff: String,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Its text is another.
    Stale,
    /// It isn't there.
    Missing,
    /// It is there, and isn't generated any more.
    Surplus,
}

impl Kind {
    /// In lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Surplus => "surplus",
        }
    }
}

/// Every file of the folder that is not as generated, in the order of paths.
///
/// # Errors
/// Where a file or folder can't be read.
pub fn compare(files: &[GeneratedFile], root: &Path) -> io::Result<Vec<Difference>> {
    if !root.exists() {
        return Ok(files.iter().map(|file| missing(&file.path)).collect());
    }
    let mut differences = Vec::new();
    for file in files {
        match std::fs::read(root.join(&file.path)) {
            Ok(found) if found == file.contents.as_bytes() => {}
            Ok(found) => differences.push(Difference {
                path: file.path.clone(),
                kind: Kind::Stale,
                diff: short_diff(&String::from_utf8_lossy(&found), &file.contents),
            }),
            Err(error) if is_absent(&error) => differences.push(missing(&file.path)),
            Err(error) => return Err(named(&error, "read", &root.join(&file.path))),
        }
    }
    let known: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for path in generated_below(root)? {
        if !known.contains(path.as_str()) {
            differences.push(Difference { path, kind: Kind::Surplus, diff: String::new() });
        }
    }
    differences.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(differences)
}

fn missing(path: &str) -> Difference {
    Difference { path: path.to_owned(), kind: Kind::Missing, diff: String::new() }
}

/// Makes the folder as generated, and tells what was different.
///
/// # Errors
/// Where something can't be read or written, or where the folder is somebody else's: it has a file of a generated
/// path, but none that is generated.
pub fn write(files: &[GeneratedFile], root: &Path) -> io::Result<Vec<Difference>> {
    let differences = compare(files, root)?;
    if differences.iter().any(|difference| difference.kind == Kind::Stale) {
        refuse_foreign(files, root)?;
    }
    let wanted = differences.iter().filter(|difference| difference.kind != Kind::Surplus);
    let wanted: HashSet<&str> = wanted.map(|difference| difference.path.as_str()).collect();
    let wanted: Vec<&GeneratedFile> =
        files.iter().filter(|file| wanted.contains(file.path.as_str())).collect();
    // Folders are divided among threads: to create a file takes longer than to fill it.
    let staged = in_parallel(&wanted, |files| {
        let mut staged = Staged::default();
        files.iter().try_for_each(|file| staged.add(&root.join(&file.path), &file.contents))?;
        Ok(staged)
    })?;
    staged.into_iter().try_for_each(Staged::place)?;
    for surplus in differences.iter().filter(|difference| difference.kind == Kind::Surplus) {
        let path = root.join(&surplus.path);
        std::fs::remove_file(&path).map_err(|error| named(&error, "remove", &path))?;
        remove_empty_folders(&path, root);
    }
    Ok(differences)
}

/// Does something with each half of the files, where there are threads at the same time.
fn in_parallel<T: Send>(
    files: &[&GeneratedFile],
    of: impl Fn(&[&GeneratedFile]) -> io::Result<T> + Sync,
) -> io::Result<Vec<T>> {
    let (first, second) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, || of(second));
        let first = of(first)?;
        let second = match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            Ok(Err(_)) | Err(_) => of(second),
        }?;
        Ok(vec![first, second])
    })
}

/// Files that are written, but not yet where they belong; removed unless they are placed.
#[derive(Debug, Default)]
struct Staged {
    /// Where each is, and where it belongs.
    files: Vec<(PathBuf, PathBuf)>,
    /// The folder of the last one, which is there.
    folder: PathBuf,
}

impl Staged {
    fn add(&mut self, target: &Path, contents: &str) -> io::Result<()> {
        let folder = target.parent().unwrap_or(Path::new("."));
        if self.folder != folder {
            std::fs::create_dir_all(folder).map_err(|error| named(&error, "make", folder))?;
            folder.clone_into(&mut self.folder);
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
        let written = std::fs::File::create(&temporary)
            .and_then(|mut file| file.write_all(contents.as_bytes()));
        self.files.push((temporary, target.to_owned()));
        written.map_err(|error| named(&error, "write", target))
    }

    fn place(mut self) -> io::Result<()> {
        for (temporary, target) in std::mem::take(&mut self.files) {
            if let Err(error) = std::fs::rename(&temporary, &target) {
                let _ = std::fs::remove_file(&temporary);
                return Err(named(&error, "write", &target));
            }
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// A folder that has what we would overwrite, but nothing that we wrote, is not ours.
fn refuse_foreign(files: &[GeneratedFile], root: &Path) -> io::Result<()> {
    let foreign = files.iter().map(|file| root.join(&file.path)).find(|path| path.exists());
    match foreign {
        Some(path) if generated_below(root)?.is_empty() => {
            let message = format!(
                "{} is there and was not generated; choose an empty folder, or remove it",
                path.display()
            );
            Err(io::Error::new(io::ErrorKind::AlreadyExists, message))
        }
        _ => Ok(()),
    }
}

/// The files below a folder that bear the header, relative to it, sorted. Links, hidden folders and `target` are passed over.
fn generated_below(root: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => continue,
            Err(error) => return Err(named(&error, "read", &folder)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| named(&error, "read", &folder))?;
            let kind = entry.file_type().map_err(|error| named(&error, "read", &entry.path()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push((entry.path(), format!("{prefix}{name}/")));
            } else if kind.is_file() && is_source(&name) && bears_header(&entry.path()) {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_source(name: &str) -> bool {
    !name.starts_with('.') && (name.ends_with(".rs") || name.ends_with(".toml"))
}

fn bears_header(path: &Path) -> bool {
    let Ok(file) = std::fs::File::open(path) else { return false };
    let mut line = String::new();
    // A file without a line break needn't be read as a whole.
    let mut reader = io::BufReader::new(file).take(1024);
    let read = reader.read_line(&mut line);
    let line = line.trim_start_matches(['/', '#', ' ']);
    read.is_ok() && line.starts_with(MARK)
}

fn remove_empty_folders(path: &Path, root: &Path) {
    let mut folder = path.parent();
    while let Some(empty) = folder.filter(|folder| *folder != root) {
        // Fails, and ends this, where the folder isn't empty.
        if std::fs::remove_dir(empty).is_err() {
            break;
        }
        folder = empty.parent();
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn named(error: &io::Error, verb: &str, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("can't {verb} {}: {error}", path.display()))
}

fn short_diff(old: &str, new: &str) -> String {
    // Comparing large files line by line is slow where everything differs; the first lines tell enough.
    let head = |text: &str| -> String {
        text.lines().take(5000).map(|line| format!("{line}\n")).collect()
    };
    let (old, new) = (head(old), head(new));
    let diff = TextDiff::from_lines(&old, &new);
    let mut shown = String::new();
    let mut lines = 0;
    for hunk in diff.unified_diff().context_radius(1).iter_hunks() {
        for line in hunk.to_string().lines() {
            if lines == SHOWN {
                shown.push_str("...\n");
                return shown;
            }
            lines += 1;
            let _ = writeln!(shown, "{line}");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> GeneratedFile {
        GeneratedFile { path: path.to_owned(), contents: format!("// {MARK} from x.\n{text}\n") }
    }

    fn kinds(differences: &[Difference]) -> Vec<(&str, &str)> {
        differences.iter().map(|d| (d.path.as_str(), d.kind.as_str())).collect()
    }

    #[test]
    fn a_folder_is_made_equal_and_then_is() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("deep/er");
        let first = [file("src/a.rs", "a"), file("src/old/b.rs", "b")];
        let done = write(&first, &root).unwrap();
        assert_eq!(kinds(&done), [("src/a.rs", "missing"), ("src/old/b.rs", "missing")]);
        assert_eq!(compare(&first, &root).unwrap(), []);

        std::fs::write(root.join("src/mine.rs"), "// mine").unwrap();
        let second = [file("src/a.rs", "A"), file("src/c.rs", "c")];
        let found = compare(&second, &root).unwrap();
        assert_eq!(
            kinds(&found),
            [("src/a.rs", "stale"), ("src/c.rs", "missing"), ("src/old/b.rs", "surplus")]
        );
        assert!(found[0].diff.contains("-a\n+A\n"), "{}", found[0].diff);
        write(&second, &root).unwrap();
        assert_eq!(compare(&second, &root).unwrap(), []);
        assert!(root.join("src/mine.rs").exists());
        assert!(!root.join("src/old").exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Cargo.toml"), "[package]").unwrap();
        let error = write(&[file("Cargo.toml", "x")], folder.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        let text = std::fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
        assert_eq!(text, "[package]");
    }

    #[test]
    fn a_difference_is_shown_in_short() {
        let new: String = (0..100).map(|line| format!("{line}\n")).collect();
        let diff = short_diff("", &new);
        assert_eq!(diff.lines().count(), SHOWN + 1);
    }
}
