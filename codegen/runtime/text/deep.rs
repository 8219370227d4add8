//! Members in brackets behind a name: `filter[state]=open`, and those of members: `filter[by][name]=a`.

use std::borrow::Cow;

use super::{Fault, Raw};

/// How deep objects may be in each other: as deep as in JSON.
const DEPTH: usize = 128;

type Members<'q> = Vec<(Cow<'q, str>, Raw<'q>)>;

/// The names in the brackets behind `name`, from the outside in; `None` where the pair is another's.
///
/// # Errors
/// Where there are too many.
pub(super) fn steps<'n>(found: &'n str, name: &str) -> Result<Option<Vec<&'n str>>, Fault> {
    let rest = found.strip_prefix(name).and_then(|rest| rest.strip_prefix('['));
    let Some(inner) = rest.and_then(|rest| rest.strip_suffix(']')) else { return Ok(None) };
    let steps: Vec<_> = inner.split("][").take(DEPTH + 1).collect();
    if steps.len() > DEPTH {
        return Err(Fault::Other("is nested too deeply".to_owned()));
    }
    Ok(Some(steps))
}

/// Puts a value where the steps lead; one that comes again becomes a list.
///
/// # Errors
/// Where something else is there.
pub(super) fn insert<'q>(
    members: &mut Members<'q>,
    steps: &[&str],
    value: Cow<'q, str>,
) -> Result<(), Fault> {
    let Some((first, rest)) = steps.split_first() else { return Ok(()) };
    let Some((_, known)) = members.iter_mut().find(|(name, _)| name == first) else {
        let raw = if rest.is_empty() {
            Raw::Text(value)
        } else {
            let mut inner = Vec::new();
            insert(&mut inner, rest, value)?;
            Raw::Members(inner)
        };
        members.push((Cow::Owned((*first).to_owned()), raw));
        return Ok(());
    };
    match known {
        Raw::Members(inner) if !rest.is_empty() => insert(inner, rest, value)?,
        Raw::Text(one) if rest.is_empty() => *known = Raw::List(vec![std::mem::take(one), value]),
        Raw::List(items) if rest.is_empty() => items.push(value),
        _ => return Err(Fault::Repeated),
    }
    Ok(())
}
