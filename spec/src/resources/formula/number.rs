//! The numbers of an object: its members that are numbers, and those of money, which is an amount with its currency.

use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::escape;

/// The number that a member is, or has as money: the member, or a JSON pointer.
pub(super) fn of_member(object: &Outline<'_>, name: &str) -> Option<String> {
    if object.has_number(name) {
        return Some(name.to_owned());
    }
    let amount = amount(&object.member(name)?)?;
    Some(format!("/{}/{}", escape(name), escape(amount)))
}

/// The number that is called so: just so, or else the only one, money among them, with the word in its name.
pub(super) fn called(object: &Outline<'_>, word: &str) -> Option<String> {
    let wanted = singulars(word);
    let exact = object.members().into_keys().filter(|name| fold(name) == fold(word));
    only(exact.filter_map(|name| of_member(object, name))).or_else(|| {
        let is_called = |name: &&str| words(name).iter().any(|one| wanted.contains(one));
        let named = object.members().into_keys().filter(is_called);
        only(named.filter_map(|name| of_member(object, name)))
    })
}

/// The number that is called by just these words, the last one in the plural: `line_total` of "line totals".
pub(super) fn called_in_full(object: &Outline<'_>, spoken: &[&str]) -> Option<String> {
    let is_it = |name: &&str| {
        let own = words(name);
        own.len() == spoken.len()
            && own
                .iter()
                .zip(spoken)
                .all(|(one, other)| singulars(other).contains(one) || one == other)
    };
    let names = object.members().into_keys().filter(is_it);
    only(names.filter_map(|name| of_member(object, name)))
}

fn amount<'a>(money: &Outline<'a>) -> Option<&'a str> {
    const AMOUNTS: [&str; 2] = ["amount", "value"];
    money.member("currency")?;
    let named = money.members().into_keys().filter(|name| AMOUNTS.contains(name));
    only(named.filter(|name| money.has_number(name)))
}
