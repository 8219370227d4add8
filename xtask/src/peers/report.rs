//! `codegen/peers.md`.

use std::fmt::Write as _;

use super::compare::{Answer, Disagreement, Outcome, Right};

/// The most of a value that a cell shows.
const WIDTH: usize = 80;

/// How many disagreements of one judgement are shown.
const SHOWN: usize = 5;

pub(super) fn markdown(outcomes: &[Outcome<'_>]) -> String {
    let mut text = "# Generated code beside tools of others\n\nWritten by `cargo xtask peers`: each value of \
        `peers/exchanges.json` is sent to each operation of `peers/contract.yaml`, and what arrives is compared.\n\n\
        | peer | same | ours right | theirs right | open | not examined |\n| --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for outcome in outcomes {
        let of = |right| outcome.disagreements.iter().filter(|it| is(it, right)).count();
        let Outcome { peer, same, .. } = outcome;
        let (ours, theirs, open) = (of(Right::Ours), of(Right::Theirs), of(Right::Open));
        let left = outcome.not_examined();
        // Writing to a text can't fail.
        let _ = writeln!(text, "| {peer} | {same} | {ours} | {theirs} | {open} | {left} |");
    }
    outcomes.iter().for_each(|outcome| section(&mut text, outcome));
    text
}

fn is(disagreement: &Disagreement<'_>, right: Right) -> bool {
    disagreement.judgement.is_some_and(|it| it.right == right)
}

/// The disagreements of a peer by their judgement, those without one first.
fn section(text: &mut String, outcome: &Outcome<'_>) {
    let _ = writeln!(text, "\n## {}", outcome.peer);
    let mut groups: Vec<(Option<_>, Vec<&Disagreement<'_>>)> = Vec::new();
    for disagreement in &outcome.disagreements {
        let key = disagreement.judgement.map(std::ptr::from_ref);
        match groups.iter_mut().find(|(found, _)| *found == key) {
            Some((_, group)) => group.push(disagreement),
            None => groups.push((key, vec![disagreement])),
        }
    }
    groups.sort_by_key(|(key, _)| key.is_some());
    for (_, group) in groups {
        let count = group.len();
        let _ = match group.first().and_then(|it| it.judgement) {
            None => writeln!(text, "\n**Not examined** ({count})\n"),
            Some(it) => {
                let right = match it.right {
                    Right::Ours => "Ours is right",
                    Right::Theirs => "Theirs is right",
                    Right::Open => "Open",
                };
                writeln!(text, "\n**{right}** ({count}; {}): {}\n", it.clause, it.why)
            }
        };
        let shown = if group[0].judgement.is_some() { SHOWN } else { count };
        for Disagreement { exchange, answer, .. } in group.into_iter().take(shown) {
            let (how, what) = match answer {
                Answer::Seen(value) => ("seen", value.to_string()),
                Answer::Error(error) => ("error", error.clone()),
            };
            let (sent, what) = (code(&exchange.value.to_string()), code(&what));
            let _ = writeln!(text, "- {} {sent}, {how} {what}", exchange.operation);
        }
        if count > shown {
            let _ = writeln!(text, "- and {} more", count - shown);
        }
    }
}

fn code(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    let short: String = line.chars().take(WIDTH).collect();
    let rest = if short.len() < line.len() { "…" } else { "" };
    format!("`` {short}{rest} ``")
}
