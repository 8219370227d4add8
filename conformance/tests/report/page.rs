//! The page in a browser: its script runs under its own policy, nothing sticks out at any width, and it is dark where
//! the reader's system is. Skipped, loudly, where there is no Chromium; a failure where `CI=true`.

use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::report::{self, Report};

use crate::shown::document;
use crate::size::Long;
use crate::support::{One, World, case};

fn chromium() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&folders).collect();
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file());
    if found.is_none() {
        let told = "SKIPPED: the page is not tested, since there is no Chromium";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{told}");
        eprintln!("{told}");
    }
    found
}

/// The document as it is once its scripts have run.
fn dom(browser: &Path, page: &Path, fragment: &str, width: u32, dark: bool) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom"])
        .arg("--allow-file-access-from-files")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},1000"));
    if dark {
        command.arg("--force-dark-mode");
    }
    command.arg(format!("file://{}{fragment}", page.display()));
    let output = command.output().expect("Chromium runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Long words everywhere: ids, paths, reasons, bodies.
fn report() -> Report {
    let mut world = World::new(&document(
        30,
        &["200", "201", "204", "401", "403", "404", "409", "422", "500", "default"],
    ));
    let long = "x".repeat(600);
    world.left_out.push(conformance::plan::LeftOut {
        id: format!("delete{long}"),
        reason: format!("not allowed: {long}"),
    });
    let id = |n: usize| format!("organizationsRetrieveTheThingOfNumber{n}ForAuthenticatedUser");
    let mut run: Vec<One> =
        (0..20).map(|n| case(&format!("{}:200:{n}:{long}", id(n))).step(&id(n), 200)).collect();
    run.push(
        case(&format!("{}:404:{long}", id(3)))
            .step(&id(3), 200)
            .step(&id(3), 500)
            .fails_at("no-server-error", Some(&format!("/{long}/0"))),
    );
    run.push(case(&format!("{}:422:</script>", id(4))).skipped(&format!("it isn't there: {long}")));
    world.report(run)
}

fn written(folder: &Path, name: &str, html: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, html).expect("written");
    path
}

/// Measures a page in a frame of this width: no browser makes its window as narrow as a phone.
fn measure(browser: &Path, page: &Path, fragment: &str, width: u32, dark: bool) -> Measured {
    let frame = format!(
        "<!doctype html><iframe src=\"file://{}{fragment}\" width=\"{width}\" height=\"900\" style=\"border:0\"></iframe>\
         <script>onload = () => {{ const inner = document.querySelector('iframe').contentWindow; \
         const root = inner.document.documentElement; document.documentElement.dataset.measured = \
         [inner.innerWidth, root.scrollWidth, inner.getComputedStyle(inner.document.body).backgroundColor].join('|') }}</script>",
        page.display()
    );
    let page = written(page.parent().expect("a folder"), "frame.html", &frame);
    let dom = dom(browser, &page, "", 1400, dark);
    let (_, rest) = dom.split_once("data-measured=\"").expect("it was measured");
    let mut parts = rest.split('"').next().unwrap_or_default().split('|');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).expect("a number");
    let (inner, scroll) = (number(), number());
    Measured { inner, scroll, colour: parts.next().expect("a colour").to_owned() }
}

/// The width of the window and of what is in it, and the colour behind the text.
struct Measured {
    inner: u32,
    scroll: u32,
    colour: String,
}

#[test]
fn nothing_sticks_out_at_any_width_in_light_and_dark() {
    let Some(browser) = chromium() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let page = written(folder.path(), "page.html", &report::html(&report()));
    let mut colours = Vec::new();
    for (width, dark) in [(390, false), (390, true), (1280, false), (1280, true)] {
        // A cell with an exchange, one with long words, and none.
        let fragments = ["", "#c0", "#c36", "#cause-0"];
        for fragment in fragments.into_iter().take(if dark { 1 } else { fragments.len() }) {
            let Measured { inner, scroll, colour } =
                measure(&browser, &page, fragment, width, dark);
            assert_eq!(inner, width, "the window is as wide as asked for");
            assert!(scroll <= inner, "{width} {fragment}: {scroll} pixels wide");
            colours.push((dark, colour));
        }
    }
    let of = |dark| colours.iter().filter(move |(one, _)| *one == dark).map(|(_, colour)| colour);
    assert!(of(false).all(|light| of(true).all(|dark| dark != light)), "{colours:?}");
}

#[test]
fn the_script_runs_under_the_policy_of_the_page() {
    let Some(browser) = chromium() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let html = report::html(&report());
    let page = written(folder.path(), "page.html", &html);
    let cell = dom(&browser, &page, "#c0", 1280, false);
    let (_, panel) = cell.split_once("id=\"panel\"").expect("a panel");
    let panel = panel.split("</section>").next().unwrap_or_default();
    assert!(panel.contains("ForAuthenticatedUser:200:0:xxx"), "{panel}");
    assert!(panel.contains("<details>"), "its exchanges can be opened: {panel}");
    // Cell 47 is the 422 of the operation number 4.
    let hostile = dom(&browser, &page, "#c47", 1280, false);
    assert!(hostile.contains(":422:&lt;/script&gt;"), "text stays text");

    let foreign = html.replace("</main>", "<script>document.title = 'taken'</script></main>");
    let page = written(folder.path(), "foreign.html", &foreign);
    assert!(
        !dom(&browser, &page, "", 1280, false).contains("<title>taken"),
        "no other script runs"
    );
}

#[test]
fn a_page_of_a_long_run_shows_its_cells() {
    let Some(browser) = chromium() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let long = Long { operations: 300, cases: 9_000, steps: 1, fails: Some(2) };
    let page = written(folder.path(), "page.html", &report::html(&long.report()));
    let dom = dom(&browser, &page, "#c0", 390, false);
    let (_, panel) = dom.split_once("id=\"panel\"").expect("a panel");
    assert!(panel.contains("<li class=\"case\">"), "the cell's cases are shown");
}
