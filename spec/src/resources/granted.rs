//! Roles that callers have within a thing, as `PUT /teams/{team_id}/members/{user_id}` gives them, and to whom operations are said to be
//! forbidden.
//!
//! | said of a 403, or of the operation | forbidden to |
//! | --- | --- |
//! | "The caller is not an owner or manager", "neither owner nor manager" | all other roles |
//! | "Only owners delete", "Reserved to owners", "By owners and managers", "for owners and viewers" | all other roles |
//! | "Scanners and viewers can't edit", "The caller is merely a viewer" | these roles |
//!
//! What is said with a condition ("unless", "who tries to") is not heard.

use super::Resources;
use super::prose::{has, sentences};
use super::table::{Table, tables};
use crate::model::{Method, Operation, Status};
use crate::names::{fold, singulars, words};
use crate::outline::Outline;

impl<'a> Resources<'a> {
    /// What gives somebody a role within a thing.
    #[must_use]
    pub fn grants(&self) -> &[Grant<'a>] {
        &self.grants
    }

    /// The roles, out of these, that an operation is said to be forbidden to.
    #[must_use]
    pub fn roles_without_right<'r>(
        &self,
        operation: &Operation,
        roles: &'r [String],
    ) -> Vec<&'r str> {
        forbidden_to(operation, roles)
    }

    /// The role, out of these, that an operation is said to be refused (409) to take from the last one who has it.
    #[must_use]
    pub fn role_kept_by_one<'r>(
        &self,
        operation: &Operation,
        roles: &'r [String],
    ) -> Option<&'r str> {
        kept_by_one(operation, roles)
    }
}

/// What gives somebody a role within a thing.
#[derive(Debug, Clone)]
pub struct Grant<'a> {
    /// The PUT.
    pub operation: &'a Operation,
    /// The path parameter that names who gets the role.
    pub parameter: String,
    /// The member of the body that is the role.
    pub member: String,
    /// The roles.
    pub roles: Vec<String>,
    /// What makes such a thing; who does is the first to have a role.
    pub maker: &'a Operation,
    /// Who gets the role.
    pub grantee: Grantee<'a>,
}

/// Who gets a role: by which operation their id is found out.
#[derive(Debug, Clone)]
pub enum Grantee<'a> {
    /// Whoever makes a thing of their own is the first with a role there: the array in the answer of the maker, and the member of
    /// its items that is called like the parameter.
    First([String; 2]),
    /// An operation that shows the caller, and the JSON pointer to the member of its answer.
    Me(&'a Operation, String),
}

impl<'a> Grant<'a> {
    /// The operation whose answer tells by what its caller goes.
    #[must_use]
    pub fn told_by(&self) -> &'a Operation {
        match &self.grantee {
            Grantee::First(_) => self.maker,
            Grantee::Me(me, _) => me,
        }
    }
}

const FORBIDDEN: Status = Status::Code(403);

/// Whether a text says that who may move a thing depends on the move.
pub(super) fn differs_by_move(text: &str) -> bool {
    const SAYINGS: [&str; 5] = [
        "each action has its own",
        "depends on the action",
        "depend on the action",
        "depends on the transition",
        "depend on the transition",
    ];
    const WHO: [&str; 8] =
        ["who", "who may", "by", "by whom", "role", "roles", "actor", "allowed for"];
    const MOVE: [&str; 7] = ["from", "to", "action", "move", "transition", "status", "state"];
    let has_both =
        |table: &Table<'_>| table.column(&WHO).is_some() && table.column(&MOVE).is_some();
    tables(text).iter().any(has_both) || has(text, &SAYINGS)
}

/// All that give roles.
pub(super) fn all<'a>(resources: &Resources<'a>) -> Vec<Grant<'a>> {
    let puts = resources.contract.operations.iter().filter(|one| one.method == Method::Put);
    puts.filter_map(|one| of(resources, one)).collect()
}

fn of<'a>(resources: &Resources<'a>, operation: &'a Operation) -> Option<Grant<'a>> {
    const ROLES: [&str; 4] = ["role", "permission", "access", "accesslevel"];
    let parameter = operation.path.item_parameter()?;
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let is_role = |name: &&str| ROLES.contains(&fold(name).as_str());
    let member = body.members().into_keys().find(is_role)?;
    let roles = body.member(member)?.texts();
    let thing = operation.path.parameters().nth_back(1)?;
    let maker = resources.makers(operation, thing).first()?;
    let maker = resources.operation(&maker.operation_id)?;
    let answer = Outline::of(resources.contract, &[maker.answer_schema()?]);
    let first = || {
        answer.members().into_keys().find_map(|name| {
            let (None, item) = answer.member(name)?.list(None)? else { return None };
            let item = Outline::of(resources.contract, &item);
            let has_roles = item.member(member)?.texts() == roles;
            let own = item.members().into_keys().find(|own| fold(own) == fold(parameter))?;
            has_roles.then(|| Grantee::First([name.to_owned(), own.to_owned()]))
        })
    };
    let me = || {
        let (operation, own) = resources.caller_named(parameter)?;
        Some(Grantee::Me(operation, own))
    };
    let grantee = first().or_else(me)?;
    (roles.len() > 1).then(|| Grant {
        operation,
        parameter: parameter.to_owned(),
        member: member.to_owned(),
        roles,
        maker,
        grantee,
    })
}

/// The role that an operation is said to be refused (409) to take from the last one who has it: "This would demote the last owner".
pub(super) fn kept_by_one<'r>(operation: &Operation, roles: &'r [String]) -> Option<&'r str> {
    let conflict = operation.responses.get(&Status::Code(409))?;
    let texts = [Some(conflict.description.as_str()), operation.told.as_deref()];
    texts.into_iter().flatten().flat_map(sentences).find_map(|sentence| {
        let all = words(sentence);
        let of_last = named(&all, roles).into_iter().find(|(place, _)| {
            let before = place.checked_sub(1).and_then(|place| all.get(place));
            before
                .is_some_and(|word| matches!(word.as_str(), "last" | "only" | "sole" | "remaining"))
        });
        of_last.map(|(_, role)| role)
    })
}

/// The roles that an operation is said to be forbidden to.
pub(super) fn forbidden_to<'r>(operation: &Operation, roles: &'r [String]) -> Vec<&'r str> {
    let Some(refusal) = operation.responses.get(&FORBIDDEN) else { return Vec::new() };
    let own = sentences(&refusal.description).map(|one| read(one, roles));
    let paragraphs = operation.told.as_deref().into_iter().flat_map(|one| one.split("\n\n"));
    let general = paragraphs.flat_map(sentences);
    let does = operation.summary.as_deref().map(words).unwrap_or_default();
    let general = general.map(|one| reserved(one, roles, does.first()));
    let forbidden = own.chain(general).find(|all| !all.is_empty()).unwrap_or_default();
    // Where nobody is left, something was misread.
    if forbidden.len() < roles.len() { forbidden } else { Vec::new() }
}

/// The roles that a sentence names, each with where.
fn named<'r>(words: &[String], roles: &'r [String]) -> Vec<(usize, &'r str)> {
    let role = |word: &String| {
        roles.iter().find(|role| singulars(word).contains(&fold(role))).map(String::as_str)
    };
    let all = words.iter().enumerate();
    all.filter_map(|(place, word)| Some((place, role(word)?))).collect()
}

fn others<'r>(named: &[(usize, &str)], roles: &'r [String]) -> Vec<&'r str> {
    let is_named = |role: &&String| named.iter().any(|(_, one)| one == role);
    roles.iter().filter(|role| !is_named(role)).map(String::as_str).collect()
}

fn has_condition(text: &str) -> bool {
    has(text, &["unless", " if ", "except", " tries", " when ", " and is ", "another"])
}

/// What the description of a refusal says.
fn read<'r>(sentence: &str, roles: &'r [String]) -> Vec<&'r str> {
    const DENIED: [&str; 8] = [
        "can't",
        "cannot",
        "can not",
        "may not",
        "merely",
        "don't get",
        "do not get",
        "not allowed",
    ];
    const ALLOWED: [&str; 7] =
        ["only ", "is not a", "isn't a", "not one of", "neither", "reserved", "not the "];
    let text = sentence.to_lowercase();
    let all = named(&words(&text), roles);
    if all.is_empty() || has_condition(&text) {
        return Vec::new();
    }
    if has(&text, &ALLOWED) {
        return others(&all, roles);
    }
    match has(&text, &DENIED) {
        true => all.into_iter().map(|(_, role)| role).collect(),
        false => Vec::new(),
    }
}

/// What the description of an operation says: it is for, or by, these alone; or that several of them do what it is called by.
fn reserved<'r>(sentence: &str, roles: &'r [String], does: Option<&String>) -> Vec<&'r str> {
    const BEFORE: [&str; 3] = ["by", "for", "only"];
    let text = sentence.to_lowercase();
    let all_words = words(&text);
    let all = named(&all_words, roles);
    let Some((first, _)) = all.first() else { return Vec::new() };
    // "Admins and developers.", "Project admins only."
    let is_role = |place: usize| all.iter().any(|(one, _)| *one == place);
    let others_of = all_words.iter().enumerate().filter(|(place, word)| {
        !is_role(*place) && !matches!(word.as_str(), "and" | "or" | "only")
    });
    if *first <= 1 && others_of.count() <= *first && *first < all_words.len() {
        return others(&all, roles);
    }
    let before = all_words[..*first]
        .iter()
        .rev()
        .find(|word| !matches!(word.as_str(), "the" | "an" | "a" | "all"));
    let is_reserved = before.is_some_and(|word| match word.as_str() {
        "to" => has(&text, &["reserved to", "restricted to", "limited to"]),
        word => BEFORE.contains(&word),
    });
    // "Viewers may only look" is said of them, and of nobody else.
    let behind = all_words.get(all[all.len() - 1].0 + 1..).unwrap_or_default();
    let is_may = before.is_none()
        && matches!(behind, [may, next, ..] if may == "may" && !matches!(next.as_str(), "only" | "not"));
    // "Admins and developers log their own work", of "Log work".
    let is_done = before.is_none() && all.len() > 1 && does.is_some() && behind.first() == does;
    if (is_reserved || is_may || is_done) && !has_condition(&text) {
        others(&all, roles)
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles() -> Vec<String> {
        ["owner", "manager", "scanner", "viewer"].map(str::to_owned).to_vec()
    }

    #[test]
    fn who_may_move_a_thing_is_told_by_the_move() {
        let table = "Moves it.\n\n| action | from | who |\n|--------|------|-----|\n| `start` | `new` | the technician |\n";
        assert!(differs_by_move(table));
        assert!(differs_by_move("Who may do it depends on the action."));
        assert!(!differs_by_move(&table.replace("who", "to")));
        assert!(!differs_by_move("| role | in short |\n|---|---|\n| `admin` | all |"));
        assert!(!differs_by_move("Admins move things on."));
    }

    #[test]
    fn refusals_say_to_whom() {
        let roles = roles();
        for (said, forbidden) in [
            ("The caller is not an owner or manager of the team", "scanner viewer"),
            ("The caller is neither owner nor manager", "scanner viewer"),
            ("Only owners of the team delete", "manager scanner viewer"),
            (
                "Scanners, viewers and people from outside the team can't edit events",
                "scanner viewer",
            ),
            ("The caller is merely a scanner or viewer in that team", "scanner viewer"),
            ("Scanners and people outside the team don't get to see figures", "scanner"),
            ("The caller is not an owner and tries to remove somebody else", ""),
            ("A manager who tries to cancel gets this too", ""),
            ("The caller may not do this", ""),
        ] {
            assert_eq!(read(said, &roles).join(" "), forbidden, "{said}");
        }
    }

    #[test]
    fn operations_say_for_whom_they_are() {
        let roles = roles();
        for (said, forbidden) in [
            ("By owners and managers, while the event is a draft or published", "scanner viewer"),
            ("Figures of the moment, for owners, managers and viewers", "scanner"),
            ("Reserved to owners", "manager scanner viewer"),
            ("Owners and managers", "scanner viewer"),
            ("Team owners only", "manager scanner viewer"),
            ("Owners log their own work", ""),
            ("Owners and managers view their own figures", "scanner viewer"),
            ("Owners and managers pay for it", ""),
            ("Viewers may only look at it", ""),
            ("Viewers may not look at it", ""),
            ("Owners and managers may do this", "scanner viewer"),
            ("Owners and managers may do this, except that only an owner calls an event off", ""),
            ("A team always keeps at least one owner", ""),
            ("For all members of the team", ""),
        ] {
            assert_eq!(
                reserved(said, &roles, Some(&"view".to_owned())).join(" "),
                forbidden,
                "{said}"
            );
        }
    }

    #[test]
    fn the_last_of_a_role_keeps_it() {
        let kept = |said: &str| {
            let text = format!(
                "  /teams: {{post: {{operationId: demote, responses: {{'409': {{description: {said}}}}}}}}}\n"
            );
            let contract = crate::resources::tests::contract(&text);
            kept_by_one(&contract.operations[0], &roles()).map(str::to_owned)
        };
        assert_eq!(kept("This would demote the last owner.").as_deref(), Some("owner"));
        assert_eq!(kept("The user is the only owner left.").as_deref(), Some("owner"));
        assert_eq!(kept("The owner is the last to go."), None);
    }
}
