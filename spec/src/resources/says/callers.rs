//! What descriptions say of callers: whose things are there for whom, and who is refused.

use crate::model::{Operation, Status};
use crate::resources::{
    OwnAlone, OwnFilter, OwnersAlone, Resources, Unseen, owner, ownership, persons, prose, unseen,
};

impl Resources<'_> {
    /// Whether a list is said to have what is the caller's alone.
    #[must_use]
    pub fn says_list_is_own(&self, operation: &Operation) -> bool {
        persons::list_is_own(operation)
    }

    /// Those of whom a list is said to show only their own things, as they are called: `clients`.
    #[must_use]
    pub fn own_in_list(&self, operation: &Operation) -> Option<String> {
        ownership::listed(operation)
    }

    /// Those whom an operation is said to refuse what is somebody else's of them, and how.
    #[must_use]
    pub fn own_alone(&self, operation: &Operation) -> Option<OwnAlone> {
        ownership::refused(operation)
    }

    /// The parameter by which some callers are said not to ask for what is somebody else's.
    #[must_use]
    pub fn own_filter(&self, operation: &Operation) -> Option<OwnFilter> {
        ownership::own_filter(operation)
    }

    /// Those of whom each is said to make one such thing alone within another one, as they are called: `customer`.
    #[must_use]
    pub fn one_each(&self, operation: &Operation) -> Option<String> {
        ownership::one_each(operation)
    }

    /// Whether an operation may be done to oneself by who has no right to do it to others.
    #[must_use]
    pub fn says_self(&self, operation: &Operation) -> bool {
        persons::by_oneself(operation)
    }

    /// Whether an operation says that those who are called like a credential are refused at times.
    #[must_use]
    pub fn says_refused_at_times(&self, operation: &Operation, name: &str) -> bool {
        persons::refused_at_times(operation, name)
    }

    /// Whether an operation says that those who are called like a credential are refused: "dockhands get 403".
    #[must_use]
    pub fn says_refused_to(&self, operation: &Operation, name: &str) -> bool {
        persons::refused_to(operation, name)
    }

    /// Whether the document says that some callers get at their own things alone: of all operations, of this one or of its 403.
    #[must_use]
    pub fn says_own_alone(&self, operation: &Operation) -> bool {
        let forbidden = operation.responses.get(&Status::Code(403));
        let of_all = self.contract.info.description.as_deref();
        let said = [
            of_all,
            operation.told.as_deref(),
            forbidden.map(|response| response.description.as_str()),
        ];
        let is_said = || said.into_iter().flatten().any(prose::says_own_alone);
        forbidden.is_some() && (is_said() || persons::forbidden_to(operation).is_some())
    }

    /// Whether the document says, of all things or of what an operation shows, that some callers see their own alone.
    #[must_use]
    pub fn says_seen_by_own(&self, operation: &Operation) -> bool {
        let said = [self.contract.info.description.as_deref(), operation.told.as_deref()];
        said.into_iter().flatten().any(persons::is_seen_by_own)
    }

    /// Whether an operation says that all who are called so may, whatever it is about.
    #[must_use]
    pub fn says_open_to(&self, operation: &Operation, name: &str) -> bool {
        persons::open_to(operation, name)
    }

    /// Whether a member of a body is said to be left out by who means themselves.
    #[must_use]
    pub fn may_be_left_out(&self, operation: &Operation, member: &str) -> bool {
        persons::may_be_left_out(self.contract, operation, member)
    }

    /// The words for those who are said to do something for themselves alone, everybody else being forbidden.
    #[must_use]
    pub fn for_themselves_alone(&self, operation: &Operation) -> Vec<String> {
        persons::for_themselves_alone(operation)
    }

    /// Whether an operation says that only who made a thing gets at it, and all others are forbidden to (403).
    #[must_use]
    pub fn says_author_alone(&self, operation: &Operation) -> bool {
        persons::author_alone(operation)
    }

    /// From whom an operation says that a thing is hidden (404), where that tells. Operations on one thing that say the same hide
    /// it from the same.
    #[must_use]
    pub fn hidden_from(&self, operation: &Operation) -> Option<String> {
        persons::hidden_from(operation)
    }

    /// Whether the document says that whoever may call an operation may do so on everything, whoever made it.
    #[must_use]
    pub fn says_rights_are_to_all(&self, operation: &Operation) -> bool {
        persons::rights_are_to_all(self.contract, operation)
    }

    /// Whom an operation says that it forbids (403), where that tells who has the right. Operations on one thing that say the
    /// same forbid the same.
    #[must_use]
    pub fn forbidden_to(&self, operation: &Operation) -> Option<String> {
        persons::forbidden_to(operation)
    }

    /// Whether an operation is said to be for some who have something to do with its thing, and everybody else to be refused.
    #[must_use]
    pub fn says_others_are_refused(&self, operation: &Operation) -> bool {
        persons::others_are_refused(operation)
    }

    /// Whether a 403 is said to be for who acts on a thing of their own: nobody approves their own trip.
    #[must_use]
    pub fn says_not_own(&self, operation: &Operation) -> bool {
        persons::not_own(operation)
    }

    /// Whether what `maker` makes is said to be for those alone whose it is, where an operation is called.
    #[must_use]
    pub fn owners_alone(&self, operation: &Operation, maker: &Operation) -> Option<OwnersAlone> {
        owner::of(self, operation, maker)
    }

    /// What an operation that reads is said not to show to some callers.
    #[must_use]
    pub fn unseen(&self, operation: &Operation) -> Vec<Unseen> {
        unseen::of(self, operation)
    }
}
