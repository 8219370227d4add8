//! How operations belong together: which makes, lists, shows, changes and removes what, as far as the document shows.
//!
//! - Who makes what a path parameter names: the operation whose response has a link that feeds the parameter
//!   (`pet_id: $response.body#/id`); where no link does, the POST on the path before the parameter
//!   (`POST /pets` or `POST /pets/` for `/pets/{petId}`), when its answer, or else its body, has a property that is the
//!   id by name, or a `Location`; else a PUT on the very path that may create or that adds to a set, or a POST there that
//!   documents a 201; else a POST of the same things within another one (`POST /owners/{id}/pets` for `/pets/{petId}`).
//! - Who removes it again: the DELETE among the operations that are fed so, unless by its name it only [`cancels`].
//! - Which members of a body repeat a path parameter: those whose example is the parameter's example.
//! - Which list shows what is there already: [`Shown`].
//! - What members of bodies may name: [`References`].
//! - What lists it, and in which pages: [`List`] and [`crate::paging`]; and what shows all of that at once: [`Export`].
//!
//! No schema says so; paths, links and names do. A reader that is wrong about them misses something, so what it does
//! must be right all the same.

mod cascade;
mod catalogue;
mod conflict;
mod each;
mod effect;
mod embedded;
mod export;
mod formula;
mod identity;
mod kind;
mod lifecycle;
mod list;
mod makers;
mod needed;
mod needed_parts;
mod often;
mod order;
mod prose;
mod query;
mod quota;
mod references;
mod repeated;
mod said;
mod shown;
mod sum;
mod tally;
#[cfg(test)]
mod tests;
mod told;
mod total;

use indexmap::{IndexMap, IndexSet};

pub use conflict::Key;
pub use each::Each;
pub use effect::{Effect, Effects};
pub use export::{Export, ExportForm};
pub use formula::{Arithmetic, Formula, seconds_of_unit};
pub use lifecycle::{Lifecycle, Move, Refusal, Sign};
pub use list::List;
pub use often::times_allowed;
pub use order::Order;
pub use prose::{
    days_ahead, lies_ahead, says_free_again, says_times_are_apart, says_unlike_others,
};
pub use query::{Filter, FilterKind, Search, Sort};
pub use references::{Reference, References, names_another};
pub use repeated::Repeated;
pub use said::{says_done_once, says_goes_to, says_left_out_stays, says_preferred};
pub use shown::Shown;
pub use sum::Sum;
pub use tally::{Tally, TallyKind};
pub use told::{
    ToldBound, says_as_asked, says_bytes_are_kept, says_file_name_is_kept, says_moves_with_state,
    says_not_before, says_overlap_is_of_one,
};
pub use total::Total;

use crate::model::{
    Contract, LinkTarget, Method, Operation, Parameter, RuntimeExpression, SchemaId, Status, shape,
};
use crate::names::words;
use crate::paging::{self, Pages, Paging, Rules, Step};

/// How the operations of a contract belong together.
#[derive(Debug)]
pub struct Resources<'a> {
    contract: &'a Contract,
    by_id: IndexMap<&'a str, &'a Operation>,
    /// By the shape of their path: those of one share their URLs.
    by_path: IndexMap<String, Vec<&'a Operation>>,
    /// By operation and path parameter: who can make what it names, the best first.
    makers: IndexMap<(String, String), Vec<Maker>>,
    /// By maker: the keys of `makers` that it is one of.
    fed: IndexMap<String, Vec<(String, String)>>,
    /// By maker: who removes what it made.
    removers: IndexMap<String, Remover>,
    /// The PUTs and POSTs that make what their path names, under an id of the client's choosing.
    choosing: IndexSet<String>,
    references: References,
    /// By the shape of their path: the states of things.
    lifecycles: IndexMap<String, Vec<Lifecycle<'a>>>,
    /// Operation and parameter: what a response feeds back.
    opaque: IndexSet<(String, String)>,
}

/// An operation that makes what a path parameter names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// The operation.
    pub operation_id: String,
    /// Where the id stands: in its answer, in its body, in its path, where the client chooses it, or at the end of the URL
    /// in a header field of its answer.
    pub id: RuntimeExpression,
    /// Parameters of the other operation that repeat a path parameter of this one: theirs to ours.
    pub shared: IndexMap<String, String>,
}

/// An operation that removes what was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remover {
    /// The operation.
    pub operation_id: String,
    /// Its path parameter that names what was made.
    pub parameter: String,
    /// How the maker tells.
    pub maker: Maker,
}

impl Maker {
    /// One whose parameters nothing else repeats.
    fn alone(operation: &Operation, id: RuntimeExpression) -> Self {
        Self { operation_id: operation.id.clone(), id, shared: IndexMap::new() }
    }
}

/// Whether an operation is a POST that documents that it creates something.
fn is_creation(operation: &Operation) -> bool {
    operation.method == Method::Post && operation.responses.contains_key(&Status::Code(201))
}

impl<'a> Resources<'a> {
    /// Those of a contract.
    #[must_use]
    pub fn of(contract: &'a Contract) -> Self {
        let mut by_path: IndexMap<String, Vec<&Operation>> = IndexMap::new();
        for operation in &contract.operations {
            by_path.entry(operation.path.shape()).or_default().push(operation);
        }
        let mut resources = Self {
            contract,
            by_id: contract.operations.iter().map(|one| (one.id.as_str(), one)).collect(),
            by_path,
            makers: IndexMap::new(),
            fed: IndexMap::new(),
            removers: IndexMap::new(),
            choosing: IndexSet::new(),
            references: References::default(),
            lifecycles: IndexMap::new(),
            opaque: IndexSet::new(),
        };
        resources.find_makers();
        resources.find_removers();
        resources.references = References::of(&resources);
        resources.lifecycles = Lifecycle::all(&resources);
        resources.find_opaque();
        resources
    }

    /// The operation of this id.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&'a Operation> {
        self.by_id.get(id).copied()
    }

    /// The operations that share their URLs with this one, itself among them.
    #[must_use]
    pub fn beside(&self, operation: &Operation) -> &[&'a Operation] {
        self.by_path.get(&operation.path.shape()).map_or(&[], Vec::as_slice)
    }

    /// The operation of a method on the path of another one.
    #[must_use]
    pub fn on_path(&self, operation: &Operation, method: Method) -> Option<&'a Operation> {
        self.at(&operation.path.shape(), method)
    }

    /// The operation of a method on a path of this [shape](crate::model::PathTemplate::shape).
    #[must_use]
    pub fn at(&self, shape: &str, method: Method) -> Option<&'a Operation> {
        self.by_path.get(shape)?.iter().find(|one| one.method == method).copied()
    }

    /// The operations right within a thing on a path of this [shape](crate::model::PathTemplate::shape): one segment below.
    fn right_within(&self, thing: &str) -> impl Iterator<Item = &'a Operation> {
        let within = self.by_path.iter().filter(move |(path, _)| {
            let rest = path.strip_prefix(thing).and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
        });
        within.flat_map(|(_, all)| all).copied()
    }

    /// The POSTs that document that they create something.
    fn creations(&self) -> impl Iterator<Item = &'a Operation> {
        self.contract.operations.iter().filter(|one| is_creation(one))
    }

    /// Who can make what a path parameter names, the best first.
    #[must_use]
    pub fn makers(&self, operation: &Operation, parameter: &str) -> &[Maker] {
        self.makers.get(&(operation.id.clone(), parameter.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Whether something is known to be made by an operation: others are fed by it.
    #[must_use]
    pub fn is_maker(&self, operation_id: &str) -> bool {
        self.remover(operation_id).is_some() || self.made_by(operation_id).next().is_some()
    }

    /// Whether an operation makes something, as far as the document shows: others are fed by it, it documents a 201, or
    /// its answer has a `Location`.
    #[must_use]
    pub fn makes(&self, operation: &Operation) -> bool {
        let is_post = operation.method == Method::Post;
        let creates = operation.responses.contains_key(&Status::Code(201));
        let has_location = operation.successes().any(|response| {
            response.headers.keys().any(|name| name.eq_ignore_ascii_case("location"))
        });
        self.is_maker(&operation.id) || (is_post && (creates || has_location))
    }

    /// Whether an operation makes what its path names, under an id of the client's choosing.
    #[must_use]
    pub fn chooses(&self, operation: &Operation) -> bool {
        self.choosing.contains(&operation.id)
    }

    /// Who removes what an operation made.
    #[must_use]
    pub fn remover(&self, operation_id: &str) -> Option<&Remover> {
        self.removers.get(operation_id)
    }

    /// The operations that are fed by what another one makes, each with the parameter.
    pub fn made_by(&self, maker: &str) -> impl Iterator<Item = (&'a Operation, &str, &Maker)> {
        self.fed.get(maker).into_iter().flatten().filter_map(move |key| {
            let maker = self.makers.get(key)?.iter().find(|one| one.operation_id == maker)?;
            Some((self.operation(&key.0)?, key.1.as_str(), maker))
        })
    }

    /// What members of bodies may name.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.references
    }

    /// The members of an operation's body that repeat a path parameter, by the examples of both.
    #[must_use]
    pub fn mirrors(&self, operation: &Operation) -> IndexMap<String, String> {
        identity::mirrors(operation)
    }

    /// The member of an update's body that is what its path calls the thing, so that another value renames it; and the
    /// path parameter.
    #[must_use]
    pub fn name<'o>(&self, operation: &'o Operation) -> Option<(String, &'o str)> {
        identity::name_in_body(self.contract, operation)
    }

    /// What an operation lists, if it does.
    #[must_use]
    pub fn list(&self, operation: &'a Operation) -> Option<List<'a>> {
        List::of(self, operation)
    }

    /// What an operation lists of things that nothing in the contract makes, changes or removes. Its `maker` is the list itself.
    #[must_use]
    pub fn standing_list(&self, operation: &'a Operation) -> Option<List<'a>> {
        List::kept_up_elsewhere(self, operation)
    }

    /// The GET of the thing within which the things lie of which an operation's path names one.
    #[must_use]
    pub fn around(&self, operation: &Operation) -> Option<&'a Operation> {
        let [around @ .., _, _] = operation.path.without_slash() else { return None };
        self.at(&shape(around), Method::Get).filter(|one| one.path.item_parameter().is_some())
    }

    /// The list that shows what a path parameter names, if one does.
    #[must_use]
    pub fn shown(&self, operation: &Operation, parameter: &str) -> Option<Shown<'a>> {
        shown::of(self, operation, parameter)
    }

    /// What an operation shows of a list all at once, if it does.
    #[must_use]
    pub fn export(&self, operation: &'a Operation) -> Option<Export<'a>> {
        Export::of(self, operation)
    }

    /// What an action does to the thing that it is done to, as far as descriptions tell.
    #[must_use]
    pub fn effects(&self, operation: &Operation) -> Option<Effects<'a>> {
        effect::of(self, operation)
    }

    /// The states of the thing that an operation is about, as far as descriptions tell.
    #[must_use]
    pub fn lifecycle(&self, operation: &Operation) -> Option<&Lifecycle<'a>> {
        self.lifecycles(operation).into_iter().next()
    }

    /// The states of all things that an operation is about or lies within, the innermost first: by its own path, and by
    /// that of what makes the thing which its path names (`PATCH /comments/{id}`, of what `POST /posts/{id}/comments` made).
    #[must_use]
    pub fn lifecycles(&self, operation: &Operation) -> Vec<&Lifecycle<'a>> {
        let makers = operation.path.item_parameter().map(|item| self.makers(operation, item));
        let makers = makers.into_iter().flatten();
        let makers = makers.filter_map(|maker| self.operation(&maker.operation_id));
        let mut all: Vec<&Lifecycle<'_>> = Vec::new();
        for life in std::iter::once(operation).chain(makers).flat_map(|one| self.lives_on(one)) {
            if !all.iter().any(|known| std::ptr::eq(*known, life)) {
                all.push(life);
            }
        }
        all
    }

    /// The states of all things that an operation's path names.
    fn lives_on(&self, operation: &Operation) -> impl Iterator<Item = &Lifecycle<'a>> {
        let segments = operation.path.without_slash();
        let around = (1..=segments.len()).rev().filter_map(|end| segments.get(..end));
        around.filter_map(|thing| self.lifecycles.get(&shape(thing))).flatten()
    }

    /// The members of an operation's body that have to be there for one state that it leads to, as descriptions say.
    #[must_use]
    pub fn needed_for(&self, operation: &Operation, state: &str) -> Vec<String> {
        needed::for_state(self, operation, state)
    }

    /// The members of an operation's body that have to repeat what the thing shows that it is about, as descriptions say.
    #[must_use]
    pub fn repeated(&self, operation: &Operation) -> Vec<Repeated> {
        repeated::of(self, operation)
    }

    /// The operations that make the parts which an action needs its thing to have, as descriptions say.
    #[must_use]
    pub fn needed_parts(&self, action: &Operation) -> Vec<&'a Operation> {
        needed_parts::of(self, action)
    }

    /// Whether the parts that an action needs are said to be needed for this state.
    #[must_use]
    pub fn names_part_for(&self, action: &Operation, state: &str) -> bool {
        needed_parts::is_of_state(action, state)
    }

    /// The numbers of what an operation reads that follow from the parts of it.
    #[must_use]
    pub fn tallies(&self, reader: &Operation) -> Vec<Tally<'a>> {
        tally::of(self, reader)
    }

    /// Whether a list is said to have what is the caller's alone.
    #[must_use]
    pub fn says_list_is_own(&self, operation: &Operation) -> bool {
        told::list_is_own(operation)
    }

    /// Whether an operation may be done to oneself by who has no right to do it to others.
    #[must_use]
    pub fn says_self(&self, operation: &Operation) -> bool {
        told::by_oneself(operation)
    }

    /// Whether the document says that some callers get at their own things alone: of all operations, of this one or of its 403.
    #[must_use]
    pub fn says_own_alone(&self, operation: &Operation) -> bool {
        let forbidden = operation.responses.get(&Status::Code(403));
        let of_all = self.contract.info.description.as_deref();
        let said = [
            of_all,
            operation.description.as_deref(),
            forbidden.map(|response| response.description.as_str()),
        ];
        let is_said = || said.into_iter().flatten().any(prose::says_own_alone);
        forbidden.is_some() && (is_said() || told::forbidden_to(operation).is_some())
    }

    /// Whether an operation says that what was removed is answered with 410, and so not as what was never there (RFC 9110
    /// §15.5.11).
    #[must_use]
    pub fn says_gone(&self, operation: &Operation) -> bool {
        let gone = operation.responses.get(&Status::Code(410));
        gone.is_some_and(|response| prose::says_was_removed(&response.description))
    }

    /// Whether a removal takes with it what an operation reads within the thing, as its description says.
    #[must_use]
    pub fn cascades(&self, remover: &Operation, part: &Operation) -> bool {
        cascade::says(remover, part)
    }

    /// Whether an operation says that no two things have the same of any of these members.
    #[must_use]
    pub fn says_unique(&self, operation: &Operation, members: &[&str]) -> bool {
        conflict::says_unique(operation, members)
    }

    /// Whether a body that is no JSON is said to be a 400, by the operation or for all.
    #[must_use]
    pub fn says_malformed_is_400(&self, operation: &Operation) -> bool {
        told::malformed_is_400(self.contract, operation)
    }

    /// Whether a body of another media type than those that are taken is said to be refused, by the operation or for all.
    #[must_use]
    pub fn says_other_media_are_refused(&self, operation: &Operation) -> bool {
        told::other_media_are_refused(self.contract, operation)
    }

    /// Whether an operation says that only who made a thing gets at it, and all others are forbidden to (403).
    #[must_use]
    pub fn says_author_alone(&self, operation: &Operation) -> bool {
        told::author_alone(operation)
    }

    /// From whom an operation says that a thing is hidden (404), where that tells. Operations on one thing that say the same hide
    /// it from the same.
    #[must_use]
    pub fn hidden_from(&self, operation: &Operation) -> Option<String> {
        told::hidden_from(operation)
    }

    /// Whether the document says that whoever may call an operation may do so on everything, whoever made it.
    #[must_use]
    pub fn says_rights_are_to_all(&self, operation: &Operation) -> bool {
        told::rights_are_to_all(self.contract, operation)
    }

    /// The members of a body, out of these, of which no two things may have the same, as the description of the conflict says.
    #[must_use]
    pub fn keys(&self, operation: &Operation, members: &[&str]) -> Vec<Key> {
        conflict::keys(operation, members)
    }

    /// Whether a refusal of an operation (400, 404, 409, 422) speaks of a member of its body.
    #[must_use]
    pub fn refuses_for(&self, operation: &Operation, member: &str) -> bool {
        let refusals =
            [400, 404, 409, 422].map(|code| operation.responses.get(&Status::Code(code)));
        let mut said = refusals.into_iter().flatten().map(|response| response.description.as_str());
        said.any(|text| prose::mentions(text, member))
    }

    /// Whom an operation says that it forbids (403), where that tells who has the right. Operations on one thing that say the
    /// same forbid the same.
    #[must_use]
    pub fn forbidden_to(&self, operation: &Operation) -> Option<String> {
        told::forbidden_to(operation)
    }

    /// The number of an operation's body that is said not to be above something.
    #[must_use]
    pub fn told_bound(&self, operation: &Operation) -> Option<ToldBound> {
        told::bound(self.contract, operation)
    }

    /// The members of what an operation answers with that follow from others, as descriptions say.
    #[must_use]
    pub fn formulas(&self, operation: &Operation) -> Vec<Formula> {
        formula::of(self, operation)
    }

    /// Whether an answer of an operation is said to be for a number that is above, or below, what follows from something
    /// else.
    #[must_use]
    pub fn is_bounded_elsewhere(&self, operation: &Operation, member: &str) -> bool {
        told::is_bounded_elsewhere(self.contract, operation, member)
    }

    /// Whether an answer of an operation is said to be for a member that names what isn't there.
    #[must_use]
    pub fn may_be_unknown(&self, operation: &Operation, member: &str) -> bool {
        told::may_be_unknown(operation, member)
    }

    /// Whether a 404 of an operation is said to be for what isn't there for anybody.
    #[must_use]
    pub fn says_absent_to_all(&self, operation: &Operation) -> bool {
        told::absent_to_all(self.contract, operation)
    }

    /// Whether a 403 is said to be for who acts on a thing of their own: nobody approves their own trip.
    #[must_use]
    pub fn says_not_own(&self, operation: &Operation) -> bool {
        told::not_own(operation)
    }

    /// With which statuses an operation says to refuse a body in which this member names what isn't there.
    #[must_use]
    pub fn unknown_is(&self, operation: &Operation, member: &str) -> Vec<u16> {
        told::unknown_is(operation, member)
    }

    /// Whether an operation says that another request with a key of idempotency that was seen is refused.
    #[must_use]
    pub fn says_key_is_of_one(&self, operation: &Operation, key: &Parameter) -> bool {
        said::key_is_of_one(operation, key)
    }

    /// Whether an operation says that doing the same once more is no error.
    #[must_use]
    pub fn says_taken_again(&self, operation: &Operation) -> bool {
        said::taken_again(operation)
    }

    /// Whether an answer tells of each of several things what became of it, so that one that can't be is no reason to
    /// refuse the others.
    #[must_use]
    pub fn tells_of_each(&self, operation: &Operation) -> bool {
        each::tells(self.contract, operation)
    }

    /// How an operation takes several things at once in such a body, and tells by a status what became of each.
    #[must_use]
    pub fn each(&self, operation: &Operation, body: SchemaId) -> Option<Each> {
        Each::of(self.contract, operation, body)
    }

    /// Whether a removal says that what another operation makes keeps the thing from being removed.
    #[must_use]
    pub fn says_kept(&self, remover: &Operation, part: &Operation) -> bool {
        conflict::says_kept(self.contract, remover, part)
    }

    /// The parameter by which a thing is removed with what another operation makes, where the removal says so.
    #[must_use]
    pub fn switch<'o>(&self, remover: &'o Operation, part: &Operation) -> Option<&'o Parameter> {
        conflict::switch(self.contract, remover, part)
    }

    /// The numbers of what an operation makes that are sums over what its body names.
    #[must_use]
    pub fn sums(&self, operation: &Operation) -> Vec<Sum<'_>> {
        sum::of(self, operation)
    }

    /// How many of what an operation makes may be there at a time, where its description says so: not more than 100.
    #[must_use]
    pub fn quota(&self, operation: &Operation) -> Option<u64> {
        quota::of(operation).filter(|_| self.makes(operation))
    }

    /// The members of an operation's body that some have to send, or that have to be sent in some cases, as descriptions say;
    /// the schema may let them be left out.
    #[must_use]
    pub fn needed(&self, operation: &Operation) -> Vec<String> {
        needed::of(self, operation)
    }

    /// Whether a parameter takes what a response feeds back, a cursor or the like, so that it can't be made up.
    #[must_use]
    pub fn is_opaque(&self, operation: &Operation, parameter: &str) -> bool {
        self.opaque.contains(&(operation.id.clone(), parameter.to_owned()))
    }

    fn find_opaque(&mut self) {
        for operation in &self.contract.operations {
            for link in operation.successes().flat_map(|response| response.links.values()) {
                let LinkTarget::Operation(target) = &link.target else { continue };
                for (name, expression) in link.expressions() {
                    if matches!(
                        expression,
                        RuntimeExpression::ResponseBody(_) | RuntimeExpression::ResponseHeader(_)
                    ) {
                        self.opaque.insert((target.clone(), name.to_owned()));
                    }
                }
            }
            let pages = paging::read(self.contract, operation, Rules::default());
            if let Ok(Pages::By(Paging { step: Step::Cursor { parameter, .. }, .. })) = pages {
                self.opaque.insert((operation.id.clone(), parameter));
            }
        }
    }
}

/// Whether a DELETE ends what is going on, and leaves it to be looked at, as far as its name says: `cancelJob`.
#[must_use]
pub fn cancels(operation: &Operation) -> bool {
    const ENDING: [&str; 4] = ["cancel", "cancels", "abort", "aborts"];
    let summary = operation.summary.as_deref().unwrap_or_default();
    let first = summary.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let named = words(&operation.id).into_iter().chain([first.to_lowercase()]);
    operation.method == Method::Delete
        && named.into_iter().any(|word| ENDING.contains(&word.as_str()))
}

/// Whether a PUT or POST may make what its path names: it documents a 201; or it is a PUT that doesn't document that
/// nothing may be there.
#[must_use]
pub fn may_create(operation: &Operation) -> bool {
    let documents = |code| operation.responses.contains_key(&Status::Code(code));
    let may = match operation.method {
        Method::Put => documents(201) || !documents(404),
        Method::Post => documents(201),
        _ => false,
    };
    may && operation.path.item_parameter().is_some()
}
