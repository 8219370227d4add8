//! What it costs to check the crates that we and others generate: client beside client, server beside server.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::measure::{Figures, measured};
use super::peers::{Peer, ours, quietly};
use crate::corpus::documents::Document;
use crate::workspace::cargo_in;

/// Prints our figures beside a peer's, for each kind of crate that it makes.
pub(super) fn bench(
    peer: &Peer,
    xtask: &Path,
    document: &Document,
    runs: usize,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let us = folder.path().join("ours");
    if !quietly(ours(xtask, &document.root, &us)) {
        bail!("we don't generate {}", document.name);
    }
    for made in peer.crates {
        let them = folder.path().join(made.feature);
        let Some(left_out) = (made.write)(peer, document, &them)? else {
            anstream::println!("{} makes no {} of {}", peer.package, made.feature, document.name);
            continue;
        };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for run in 0..=runs {
            let ours_alone = ["--no-default-features", "--features", made.feature];
            let checks = [(&us, &ours_alone[..], &mut ours), (&them, &[][..], &mut theirs)];
            for (krate, features, figures) in checks {
                let checked = check(xtask, krate, features, folder.path())?;
                // The first time, it is the dependencies that take long.
                if run > 0 {
                    figures.push(checked);
                }
            }
        }
        let mut what = format!("check {}'s {}", document.name, made.feature);
        if left_out > 0 {
            what.push_str(&format!(" (theirs without {left_out} operations)"));
        }
        peer.print(&what, &ours, &theirs, |figures| figures.cpu_ms);
    }
    Ok(())
}

/// `cargo check` of a crate, of which nothing but itself has to be done again.
fn check(xtask: &Path, krate: &Path, features: &[&str], folder: &Path) -> anyhow::Result<Figures> {
    let library = krate.join("src/lib.rs");
    let text = std::fs::read(&library).with_context(|| library.display().to_string())?;
    std::fs::write(&library, text)?;
    let mut command = cargo_in(krate, &folder.join("target"), &["check", "--quiet"]);
    command.args(features);
    measured(xtask, &command)
}
