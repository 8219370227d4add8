//! What names of different spelling have in common.

/// A name without regard to how its words are joined: `pet_id` is `petId`.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a member is by its name the id of the very thing that has it.
#[must_use]
pub fn is_own_id(name: &str) -> bool {
    matches!(fold(name).as_str(), "id" | "uuid" | "guid")
}

/// Whether a member tells by its name who made the thing that has it: `author_id`, `createdBy`.
#[must_use]
pub fn tells_maker(member: &str) -> bool {
    const MAKERS: [&str; 10] = [
        "actor",
        "author",
        "creator",
        "owner",
        "reporter",
        "requester",
        "reviewer",
        "submitter",
        "uploader",
        "user",
    ];
    const MAKING: [&str; 11] = [
        "added",
        "created",
        "made",
        "opened",
        "posted",
        "recorded",
        "reported",
        "requested",
        "submitted",
        "uploaded",
        "written",
    ];
    let words = words(member);
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [who] | [who, "id"] => MAKERS.contains(who),
        [how, "by"] | [how, "by", "id"] => MAKING.contains(how),
        _ => false,
    }
}

/// What one of several things may be called, folded: `category` of `categories`.
#[must_use]
pub fn singulars(plural: &str) -> Vec<String> {
    let plural = fold(plural);
    let stem = |ending: &str| plural.strip_suffix(ending).map(str::to_owned);
    let by_ending = [stem("ies").map(|stem| stem + "y"), stem("es"), stem("s")];
    let irregular = match plural.as_str() {
        "people" => Some("person".to_owned()),
        "children" => Some("child".to_owned()),
        _ => None,
    };
    let all = irregular.into_iter().chain(by_ending.into_iter().flatten());
    all.chain([plural.clone()]).collect()
}

/// What a member is called after that names a thing, folded: `section` of `section_id`, and of `section`.
#[must_use]
pub fn named_thing(member: &str) -> String {
    let mut called = words(member);
    called.pop_if(|last| last == "id");
    called.concat()
}

/// The words of a name or a sentence, in small letters: `project_id` of `projectID`, `http server` of `HTTPServer`.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        if c.is_alphanumeric() {
            let joins = before.is_some_and(|before| is_one_word(before, c, rest.as_str()));
            if !joins {
                words.push(String::new());
            }
            let Some(word) = words.last_mut() else { continue };
            match c.is_ascii() {
                true => word.push(c.to_ascii_lowercase()),
                false => word.extend(c.to_lowercase()),
            }
        }
        before = Some(c).filter(|c| c.is_alphanumeric());
    }
    words
}

/// Whether a letter goes on with the word of the one before it. Capitals in a row are one word, whose last letter may begin
/// the next one; an `s` behind them is their plural.
fn is_one_word(before: char, c: char, rest: &str) -> bool {
    let plural = rest.strip_prefix('s').is_some_and(|rest| !rest.starts_with(char::is_lowercase));
    let is_first = rest.starts_with(char::is_lowercase) && !plural;
    !c.is_uppercase() || (before.is_uppercase() && !is_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_made_a_thing_is_told_by_a_name() {
        for name in ["author", "authorId", "created_by", "uploadedBy", "written_by_id", "user_id"] {
            assert!(tells_maker(name), "{name}");
        }
        for name in
            ["id", "by", "standby", "authority", "co_author_count", "sort_by_name", "approved_by"]
        {
            assert!(!tells_maker(name), "{name}");
        }
    }

    #[test]
    fn one_name_is_spelled_in_many_ways() {
        assert_eq!(fold("pet_id"), fold("petId"));
        assert_eq!(words("billing-customerId"), ["billing", "customer", "id"]);
        assert_eq!(words("projectID"), ["project", "id"]);
        assert_eq!(words("HTTPServer userIDs"), ["http", "server", "user", "ids"]);
        assert_eq!(words("A project's ID"), ["a", "project", "s", "id"]);
        assert_eq!(singulars("categories").first().map(String::as_str), Some("category"));
        assert!(singulars("Boxes").contains(&"box".to_owned()));
        assert_eq!(singulars("staff"), ["staff"]);
    }
}
