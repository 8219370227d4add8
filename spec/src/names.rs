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

/// The words of a name, in small letters.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut joins = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            joins = false;
            continue;
        }
        match words.last_mut().filter(|_| joins && !c.is_uppercase()) {
            Some(word) => word.push(c),
            None => words.push(c.to_lowercase().collect()),
        }
        joins = true;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_spelled_in_many_ways() {
        assert_eq!(fold("pet_id"), fold("petId"));
        assert_eq!(words("billing-customerId"), ["billing", "customer", "id"]);
        assert_eq!(singulars("categories").first().map(String::as_str), Some("category"));
        assert!(singulars("Boxes").contains(&"box".to_owned()));
        assert_eq!(singulars("staff"), ["staff"]);
    }
}
