//! The operation that shows who calls it: `GET /me`, `GET /users/me`.

use super::{DoneBy, Maker, Resources, done_by, kind};
use crate::Direction;
use crate::model::{JsonType, Method, Operation};
use crate::names::{fold, is_own_id};
use crate::outline::Outline;
use crate::pointer::escape;

/// What shows who asks.
#[derive(Debug, Default)]
pub(super) struct Callers<'a> {
    /// The operation that does, and the members that it always shows.
    shown: Option<(&'a Operation, Vec<String>)>,
    marked: Option<MarkedCaller>,
}

impl<'a> Callers<'a> {
    pub(super) fn of(resources: &Resources<'a>) -> Self {
        let shows = operation(resources);
        let shown = shows.and_then(|shows| Some((shows, always_shown(resources, shows)?)));
        Self { shown, marked: marked(resources) }
    }
}

impl<'a> Resources<'a> {
    /// The operation that shows who calls it, and the JSON pointer to the member of its answer by which a parameter, or a member
    /// of a body, names them.
    #[must_use]
    pub fn caller_named(&self, parameter: &str) -> Option<(&'a Operation, String)> {
        let (operation, required) = self.callers.shown.as_ref()?;
        let by_name = required.iter().find(|name| fold(name) == fold(parameter));
        let own = by_name.or_else(|| required.iter().find(|name| is_own_id(name)))?;
        Some((operation, format!("/{}", escape(own))))
    }

    /// The same, where that is an id such as those of a list: of one component, or of items that are what the operation shows.
    #[must_use]
    pub fn caller_among(&self, list: &Maker) -> Option<(&'a Operation, String)> {
        let (operation, own) = self.caller_named("id")?;
        let listed = kind::of_id(self, self.operation(&list.operation_id)?, &list.id);
        let shown = kind::at(self, operation.answer_schema(), &own);
        shown.iter().any(|id| listed.contains(id)).then_some((operation, own))
    }

    /// The members of an operation's answer that tell who has called it, where the body doesn't set them.
    #[must_use]
    pub fn done_by(&self, operation: &Operation) -> Vec<DoneBy> {
        done_by::of(self, operation)
    }

    /// Whether what stands at a JSON pointer of an answer may name who asks as what shows them does at another.
    #[must_use]
    pub fn names_as(&self, told: (&Operation, &str), shown: (&Operation, &str)) -> bool {
        done_by::is_of_kind(self, told, shown)
    }

    /// The list that marks who asks.
    #[must_use]
    pub fn marked_caller(&self) -> Option<&MarkedCaller> {
        self.callers.marked.as_ref()
    }
}

/// A list of users that marks who asks: the operation, and the names of its items, of the mark and of the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedCaller {
    /// The operation that lists them.
    pub operation: String,
    /// The member of its answer with the items; `None`: the answer itself.
    pub items: Option<String>,
    /// The member of an item, a boolean, that is true of who asks.
    pub mark: String,
    /// The member of an item that is the id.
    pub id: String,
}

/// The list that marks who asks: "the entry of the caller has `isMe` set".
fn marked(resources: &Resources<'_>) -> Option<MarkedCaller> {
    const MARKS: [&str; 6] = ["isme", "me", "isself", "self", "isyou", "iscurrentuser"];
    let is_list =
        |one: &&Operation| one.method == Method::Get && one.path.parameters().next().is_none();
    let mut lists = resources.contract.operations.iter().filter(is_list);
    lists.find_map(|one| {
        let answer = Outline::of(resources.contract, &[one.answer_schema()?]);
        let (items, item) = answer.list(None)?;
        let item = Outline::of(resources.contract, &item);
        let required: Vec<&str> = item.required(Direction::Response).collect();
        let is_mark = |name: &&&str| {
            MARKS.contains(&fold(name).as_str())
                && item.member(name).is_some_and(|one| one.is(JsonType::Boolean))
        };
        let mark = required.iter().find(is_mark)?;
        let id = required.iter().find(|name| is_own_id(name))?;
        Some(MarkedCaller {
            operation: one.id.clone(),
            items: items.map(str::to_owned),
            mark: (*mark).to_owned(),
            id: (*id).to_owned(),
        })
    })
}

fn operation<'a>(resources: &Resources<'a>) -> Option<&'a Operation> {
    const CALLED: [&str; 4] = ["me", "whoami", "self", "currentuser"];
    let shows = |one: &&'a Operation| {
        let last = one.path.last_segment().map(fold).unwrap_or_default();
        one.method == Method::Get
            && one.path.parameters().next().is_none()
            && CALLED.contains(&last.as_str())
    };
    resources.contract.operations.iter().find(shows)
}

fn always_shown(resources: &Resources<'_>, operation: &Operation) -> Option<Vec<String>> {
    let answer = Outline::of(resources.contract, &[operation.answer_schema()?]);
    Some(answer.required(Direction::Response).map(str::to_owned).collect())
}
