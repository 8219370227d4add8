//! Moves from state to state as texts tell them: "`open` → `closed`", "from `open` to `closed` or `void`", a table.

use crate::model::Operation;
use crate::names::words;

/// What stands between what was and what is to be.
const TURNS: [&str; 9] = ["into", "to", "becomes", "become", "->", "→", "=>", "through", "then"];
/// Who denies that something moves isn't telling that it does.
const DENIALS: [&str; 8] = ["not", "never", "no", "cannot", "can't", "don't", "doesn't", "neither"];

/// From one state to another.
pub(super) type Transition = (String, String);

/// The moves that texts tell, each once.
pub(super) fn transitions<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    states: &[String],
) -> Vec<Transition> {
    let mut all = Vec::new();
    for text in texts {
        for told in lines(text, states) {
            if told.0 != told.1 && !all.contains(&told) {
                all.push(told);
            }
        }
    }
    all
}

/// Tables and arrows stand line by line, and sentences wherever there was room.
fn lines(text: &str, states: &[String]) -> Vec<Transition> {
    let is_row = |line: &&str| line.trim_start().starts_with('|');
    let has_arrow = |line: &&str| ["→", "->", "=>"].iter().any(|arrow| line.contains(arrow));
    let mut all: Vec<Transition> =
        text.lines().filter(is_row).flat_map(|line| row(line, states)).collect();
    let arrows = text.lines().filter(|line| !is_row(line) && has_arrow(line));
    let arrows =
        arrows.flat_map(|line| line.split(['.', ';'])).flat_map(|part| chain(part, states));
    all.extend(arrows);
    let prose = text.lines().filter(|line| !is_row(line) && !has_arrow(line));
    // Each point of a list is a sentence.
    let point = |line: &str| {
        let mut marks = ["- ", "* ", "+ "].iter();
        let point = marks.find_map(|mark| line.trim_start().strip_prefix(mark));
        point.map_or_else(|| line.to_owned(), |point| format!(". {point}"))
    };
    let prose = prose.map(point).collect::<Vec<_>>().join(" ");
    all.extend(prose.split(['.', ';']).flat_map(|sentence| clauses(sentence, states)));
    all
}

/// `| open | closed, void |`: what stands in the first column may become what stands in the second.
fn row(line: &str, states: &[String]) -> Vec<Transition> {
    let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
    let [from, to, ..] = cells.as_slice() else { return Vec::new() };
    let from = mentioned(from, states);
    let [(_, from)] = from.as_slice() else { return Vec::new() };
    // Words beside states make it a sentence about something else.
    let is_list = tokens(to).all(|word| {
        word.is_empty() || word == "or" || word == "and" || state_of(states, &word).is_some()
    });
    let targets = mentioned(to, states).into_iter().filter(|_| is_list);
    targets.map(|(_, to)| ((*from).clone(), to.clone())).collect()
}

/// `a → b → c`, `a → b or c`, `a → b, b → c`: between two arrows stand targets of the one and then the source of the other.
fn chain(text: &str, states: &[String]) -> Vec<Transition> {
    let text = text.replace("->", "→").replace("=>", "→");
    let segments: Vec<&str> = text.split('→').collect();
    let named: Vec<Vec<&String>> = segments
        .iter()
        .map(|segment| mentioned(segment, states).into_iter().map(|(_, state)| state).collect())
        .collect();
    let mut all = Vec::new();
    for (place, pair) in named.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        let Some(from) = before.last() else { continue };
        // In the first segment there may be several sources; in one between two arrows the last is the source of the next.
        let sources: Vec<&String> = if place == 0 { before.clone() } else { vec![from] };
        let is_last = place + 2 == named.len();
        let targets = match after.len() {
            0 => continue,
            1 => after.as_slice(),
            _ if is_last => after.as_slice(),
            _ if segments
                .get(place + 1)
                .is_some_and(|one| tokens(one).any(|word| word == "or")) =>
            {
                return Vec::new();
            }
            len => after.get(..len - 1).unwrap_or_default(),
        };
        let pairs = sources.iter().flat_map(|from| targets.iter().map(move |to| (from, to)));
        all.extend(pairs.map(|(from, to)| ((*from).clone(), (*to).clone())));
    }
    all
}

/// "From `open` to `closed` or `void`, from `closed` back to `open`."
fn clauses(sentence: &str, states: &[String]) -> Vec<Transition> {
    let lower = sentence.to_lowercase();
    if tokens(&lower).any(|word| DENIALS.contains(&word.as_str())) {
        return Vec::new();
    }
    // "`rejected` can be reached from `new` and `open`."
    if let Some((to, from)) = sentence.split_once(" reached from ") {
        let named = |part: &str| -> Vec<String> {
            mentioned(part, states).into_iter().map(|(_, state)| state.clone()).collect()
        };
        let (to, from) = (named(to), named(from));
        let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
        return pairs.map(|(from, to)| (from.clone(), to.clone())).collect();
    }
    // "`cancelled`: from `new` by whoever made it, from `new` or `open` by clerks."
    if let Some((to, from)) = sentence.split_once(": from ") {
        let (to, from) = (mentioned(to, states), mentioned(from, states));
        let [(_, to)] = to.as_slice() else { return Vec::new() };
        return from.into_iter().map(|(_, from)| (from.clone(), (*to).clone())).collect();
    }
    let marked = sentence.replace(", from ", "\u{1}from ").replace(" and from ", "\u{1}from ");
    marked.split('\u{1}').flat_map(|clause| pairs(clause, states)).collect()
}

fn pairs(clause: &str, states: &[String]) -> Vec<Transition> {
    // "`new` moves to `open`, and `open` to `done`."
    let parts: Vec<Vec<Transition>> =
        clause.split(", and ").map(|part| pairs_of(part, states)).collect();
    if parts.len() > 1 && parts.iter().all(|part| !part.is_empty()) {
        return parts.concat();
    }
    pairs_of(clause, states)
}

fn pairs_of(clause: &str, states: &[String]) -> Vec<Transition> {
    let all = mentioned(clause, states);
    let turns: Vec<usize> = tokens(clause)
        .enumerate()
        .filter(|(_, word)| TURNS.contains(&word.as_str()))
        .map(|(place, _)| place)
        .collect();
    // "A draft has to be paid to become open": of several turns none is known to be the one.
    let dividing: Vec<usize> = turns
        .into_iter()
        .filter(|turn| {
            all.iter().any(|(place, _)| place < turn) && all.iter().any(|(place, _)| place > turn)
        })
        .collect();
    let [turn] = dividing.as_slice() else { return Vec::new() };
    let before = all.iter().filter(|(place, _)| place < turn);
    let after = || all.iter().filter(|(place, _)| place > turn);
    before.flat_map(|(_, from)| after().map(|(_, to)| ((*from).clone(), (*to).clone()))).collect()
}

/// "Turns a `booked` one into a `confirmed` one", "A `booked` or `confirmed` one becomes `cancelled`".
pub(super) fn turned(sentence: &str, states: &[String]) -> Option<(Vec<String>, String)> {
    const INTO: [&str; 6] = ["into", "to", "becomes", "become", "->", "→"];
    let all = mentioned(sentence, states);
    let (_, to) = all.last()?;
    let turns = tokens(sentence).enumerate().filter(|(_, word)| INTO.contains(&word.as_str()));
    let places: Vec<usize> = turns.map(|(place, _)| place).collect();
    let turn = places.into_iter().rev().find(|turn| {
        let behind = all.iter().filter(|(place, _)| place > turn).count();
        behind == 1 && all.len() > 1
    })?;
    let from = all.iter().filter(|(place, _)| *place < turn).map(|(_, state)| (*state).clone());
    // "Makes an offer and moves it to `offer`" tells nothing of where from.
    let from: Vec<String> = from.filter(|from| from != *to).collect();
    (!from.is_empty()).then(|| (from, (*to).clone()))
}

/// Verbs whose participle isn't the verb with `ed` behind it.
pub(in super::super) const IRREGULAR: [(&str, &str); 19] = [
    ("begin", "begun"),
    ("build", "built"),
    ("buy", "bought"),
    ("choose", "chosen"),
    ("freeze", "frozen"),
    ("give", "given"),
    ("hold", "held"),
    ("leave", "left"),
    ("lend", "lent"),
    ("lose", "lost"),
    ("pay", "paid"),
    ("read", "read"),
    ("sell", "sold"),
    ("send", "sent"),
    ("spend", "spent"),
    ("take", "taken"),
    ("undo", "undone"),
    ("win", "won"),
    ("withdraw", "withdrawn"),
];

/// Whether a state is what something is once it was done: `published` of `publish`, `cancelled` of `cancel`, `sent` of `send`.
pub(in super::super) fn is_participle(state: &str, verb: &str) -> bool {
    let (state, verb) = (words(state), words(verb));
    let is_form = |(own, verb): (&String, &String)| {
        IRREGULAR.contains(&(verb.as_str(), own.as_str()))
            || own.starts_with(verb.strip_suffix(['e', 'y']).unwrap_or(verb))
    };
    !verb.is_empty() && state.len() == verb.len() && state.iter().zip(&verb).all(is_form)
}

/// The state that is called like what an action does: `published` of `…/publish`.
pub(super) fn called_like<'s>(operation: &Operation, states: &'s [String]) -> Option<&'s String> {
    let verb = operation.path.last_segment()?;
    states.iter().find(|state| is_participle(state, verb))
}

/// The states that a sentence mentions, each with its place among the words: by name, or as `on hold` mentions `held`.
pub(in super::super) fn mentioned<'s>(
    sentence: &str,
    states: &'s [String],
) -> Vec<(usize, &'s String)> {
    let tokens: Vec<String> = tokens(sentence).collect();
    let found = |n: usize, word: &String| {
        let next = tokens.get(n + 1).map(String::as_str).unwrap_or_default();
        state_of(states, word).or_else(|| states.iter().find(|one| is_on(one, word, next)))
    };
    let tokens = tokens.iter().enumerate();
    tokens.filter_map(|(n, word)| Some((n, found(n, word)?))).collect()
}

/// The state that a word is: in any letter case, as texts are compared in small letters and `handedOver` is one of the states.
pub(in super::super) fn state_of<'s>(states: &'s [String], word: &str) -> Option<&'s String> {
    let exact = states.iter().find(|one| *one == word);
    let any_case = || states.iter().find(|one| one.eq_ignore_ascii_case(word));
    // "Only drafts can be deleted": of the words for states, that is the one that things are called by.
    let called =
        || states.iter().find(|one| *one == "draft" && word.eq_ignore_ascii_case("drafts"));
    exact.or_else(any_case).or_else(called)
}

/// Whether two words say that something is in a state: `on hold` of `held`.
pub(in super::super) fn is_on(state: &str, word: &str, next: &str) -> bool {
    word == "on" && IRREGULAR.contains(&(next, state))
}

pub(in super::super) fn tokens(sentence: &str) -> impl Iterator<Item = String> {
    let is_mark = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '=' | '>' | '→'));
    sentence.split_whitespace().map(move |word| word.trim_matches(is_mark).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> Vec<String> {
        ["booked", "confirmed", "cancelled", "done"].map(str::to_owned).into()
    }

    fn told(text: &str) -> Vec<String> {
        let all = transitions([text], &states());
        all.into_iter().map(|(from, to)| format!("{from}>{to}")).collect()
    }

    #[test]
    fn points_of_a_list_are_sentences() {
        let text = "Moves:\n\n- `booked` to `confirmed` or `cancelled`\n- `confirmed` to `done`\n\nOthers are a 409.";
        let told = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let all =
            [told("booked", "confirmed"), told("booked", "cancelled"), told("confirmed", "done")];
        assert_eq!(transitions([text], &states()), all);
    }

    #[test]
    fn one_sentence_may_tell_several_moves() {
        let both = "`booked` moves to `confirmed`, and `confirmed` to `done`.";
        assert_eq!(told(both), ["booked>confirmed", "confirmed>done"]);
        let reached = "`cancelled` can be reached from every active state (`booked`, `confirmed`)";
        assert_eq!(told(reached), ["booked>cancelled", "confirmed>cancelled"]);
        let each = "- `done`: from `confirmed`, by clerks. Needs a reason.\n- `cancelled`: from `booked` by guests, from `booked` or\n  `confirmed` by clerks.";
        let all = ["confirmed>done", "booked>cancelled", "confirmed>cancelled"];
        assert_eq!(told(each), all);
        let list = "It moves:\n\n- from `booked` to `confirmed`,\n- from `confirmed` to `done` or\n  `cancelled`.";
        assert_eq!(told(list), ["booked>confirmed", "confirmed>done", "confirmed>cancelled"]);
    }

    #[test]
    fn sentences_turn_one_state_into_another() {
        let turned = |text| turned(text, &states());
        let one = |from: &[&str], to: &str| {
            Some((from.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(), to.to_owned()))
        };
        assert_eq!(
            turned("Turns a `booked` visit into a `confirmed` one"),
            one(&["booked"], "confirmed")
        );
        let becomes = "A `booked` or `confirmed` visit becomes `cancelled`, and its time is free";
        assert_eq!(turned(becomes), one(&["booked", "confirmed"], "cancelled"));
        assert_eq!(turned("Moves from booked to confirmed"), one(&["booked"], "confirmed"));
        assert_eq!(turned("Turns it into a `confirmed` one"), None);
        assert_eq!(turned("Says to whom a booked visit belongs"), None);
    }

    #[test]
    fn moves_are_told_by_arrows_tables_and_sentences() {
        assert_eq!(told("`booked` → `confirmed` → `done`"), ["booked>confirmed", "confirmed>done"]);
        let several = "`booked` -> `confirmed` or `cancelled`";
        assert_eq!(told(several), ["booked>confirmed", "booked>cancelled"]);
        let pairs = "`booked` → `confirmed`, `confirmed` → `done`, `booked` → `cancelled`";
        assert_eq!(told(pairs), ["booked>confirmed", "confirmed>done", "booked>cancelled"]);
        let lines = "* booked → confirmed, cancelled\n* confirmed → done";
        assert_eq!(told(lines), ["booked>confirmed", "booked>cancelled", "confirmed>done"]);
        let table =
            "| from | to |\n| --- | --- |\n| `booked` | `confirmed`, `cancelled` |\n| done | – |";
        assert_eq!(told(table), ["booked>confirmed", "booked>cancelled"]);
        let sentence = "A visit moves from `booked` to `confirmed` or\n`cancelled`, from `confirmed` to `done`";
        assert_eq!(told(sentence), ["booked>confirmed", "booked>cancelled", "confirmed>done"]);
        let may = "A booked visit may become confirmed. A done one never becomes booked";
        assert_eq!(told(may), ["booked>confirmed"]);
        assert!(told("`booked` → `confirmed` or `done` → `cancelled`").is_empty());
        assert!(told("Confirmed and booked visits are shown to all.").is_empty());
    }

    #[test]
    fn what_was_done_is_what_it_is_then() {
        assert!(is_participle("published", "publish") && is_participle("archived", "archive"));
        assert!(is_participle("sent", "send") && !is_participle("sent", "sell"));
        assert!(is_participle("cancelled", "cancel") && !is_participle("open", "close"));
    }
}
