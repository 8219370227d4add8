//! What is heard of removals that leave a thing there, and of what refusals are for.

use super::*;

#[test]
fn a_removal_that_archives_removes_nothing() {
    for (id, is_soft) in [("archivePet", true), ("cancelVisit", true), ("deleteArchive", false)] {
        let text = format!(
            "  /pets/{{pet_id}}:\n    ID\n    delete: {{operationId: {id}, responses: {{'204': {{description: x}}}}}}\n"
        );
        let contract = contract(&text);
        let operation = contract.operation(id).expect("there is one");
        assert_eq!(is_soft_delete(operation), is_soft, "{id}");
    }
}

#[test]
fn each_member_that_is_unlike_all_others_is_a_key_by_itself() {
    let keys = |said: &str| {
        let text = format!(
            "  /pets: {{post: {{operationId: makePet, description: '{said}', responses: {{'409': {{description: Not now.}}}}}}}}\n"
        );
        let contract = contract(&text);
        let resources = Resources::of(&contract);
        let operation = resources.operation("makePet").expect("there is one");
        let keys = resources.keys(operation, &["chip", "email", "name"]);
        keys.into_iter().map(|key| (key.members.join("+"), key.in_any_case)).collect::<Vec<_>>()
    };
    let alone = |name: &str, in_any_case| (name.to_owned(), in_any_case);
    assert_eq!(
        keys("`chip` and `email` are unique among all pets."),
        [alone("chip", false), alone("email", false)]
    );
    assert_eq!(
        keys("Addresses are unique without regard to case (409 `duplicate_email`)."),
        [alone("email", true)]
    );
    assert_eq!(keys("`chip` and `name` are unique together."), []);
    assert_eq!(keys("The `name` is shown to all."), []);
}

#[test]
fn a_422_beside_a_400_is_for_more_than_the_schema_where_that_is_said() {
    let refuses = |said: &str, refusals: &str| {
        let text = format!(
            "  /pets: {{post: {{operationId: makePet, description: '{said}', responses: {{{refusals}}}}}}}\n"
        );
        let contract = contract(&text);
        let resources = Resources::of(&contract);
        resources.says_refused_for_sense(resources.operation("makePet").expect("there is one"))
    };
    let both = "'400': {description: Broken.}, '422': {description: Wrong.}";
    assert!(refuses("Both are needed and must differ (422).", both));
    assert!(refuses("", "'400': {description: Broken.}, '422': {description: It makes no sense.}"));
    assert!(!refuses("Both are needed.", both));
    assert!(!refuses("Both are needed (422).", "'422': {description: Wrong.}"));
}
