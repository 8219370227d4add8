//! How operations belong together: which makes, lists, shows, changes and removes what, as far as the document shows.
//!
//! - Who makes what a path parameter names: the operation whose response has a link that feeds the parameter
//!   (`pet_id: $response.body#/id`); where no link does, the POST on the path before the parameter
//!   (`POST /pets` or `POST /pets/` for `/pets/{petId}`), when its answer, or else its body, has a property that is the
//!   id by name, or a `Location`; else a PUT on the very path that may create or that adds to a set, or a POST there that
//!   documents a 201; else who makes it for another operation on the same thing; else a POST of the same things within another
//!   one (`POST /owners/{id}/pets` for `/pets/{petId}`). Of `/variants/{sku}` that tells nobody who makes it, but the one whose body
//!   has parts with a member of that name tells which there are.
//! - Who removes it again: the DELETE among the operations that are fed so, unless by its name it leaves it there
//!   ([`is_soft_delete`]).
//! - Which members of a body repeat a path parameter: those whose example is the parameter's example.
//! - Which list shows what is there already: [`Shown`].
//! - What members of bodies may name: [`References`].
//! - What lists it, and in which pages: [`List`] and [`crate::paging`]; and what shows all of that at once: [`Export`].
//!
//! No schema says so; paths, links and names do. A reader that is wrong about them misses something, so what it does
//! must be right all the same.

mod ahead;
mod arranged;
mod attached;
mod basket;
mod beside;
mod brought;
mod caller;
mod capacity;
mod cascade;
mod catalogue;
mod census;
mod checks;
mod choice;
mod compared;
mod conflict;
mod consequence;
mod dated;
mod done_by;
mod each;
mod effect;
mod embedded;
mod export;
mod floor;
mod formula;
mod granted;
mod identity;
mod kind;
mod length;
mod lifecycle;
mod limit;
mod list;
mod log;
mod makers;
mod member_roles;
mod method;
mod moment;
mod move_roles;
mod named_twice;
mod needed;
mod needed_parts;
mod needed_state;
mod needed_thing;
mod noted;
mod often;
mod only_state;
mod order;
mod outcomes;
mod owner;
mod ownership;
mod parameter_roles;
mod part_limit;
mod passage;
mod period;
mod persons;
mod prose;
mod query;
mod quota;
mod ranks;
mod rate;
mod references;
mod refused_value;
mod repeated;
mod revision;
mod rewritten;
mod roles;
mod rows;
mod rules;
mod said;
mod says;
mod scope;
mod sense;
mod several;
mod shown;
mod shown_part;
mod size;
mod sort;
mod starts;
mod state_values;
mod stock;
mod sum;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod thing_period;
mod told;
mod total;
mod unfit;
mod unseen;
mod value_roles;
mod within;

use std::sync::OnceLock;

use indexmap::{IndexMap, IndexSet};

pub use ahead::{days_ahead, lies_ahead, says_few_days, says_few_hours};
pub use arranged::{Arranged, Arrangement, Parts};
pub use attached::Attached;
pub use basket::{Basket, Stock};
pub use brought::{Brought, Consequence, ShownBy, Trigger};
use caller::Callers;
pub use caller::MarkedCaller;
pub use capacity::Capacity;
pub use census::{Census, CensusKind, ToldNumber};
pub use choice::GoesWith;
pub use compared::Compared;
pub use conflict::Key;
pub use dated::Dated;
pub use done_by::DoneBy;
pub use each::Each;
pub use effect::{Effect, Effects};
pub use export::{Export, ExportForm};
pub use floor::Floor;
pub use formula::{Arithmetic, Formula, Product, Rounding, Term, Toward, seconds_of_unit};
pub use granted::{Grant, Grantee};
pub use length::Length;
pub use lifecycle::{Lifecycle, Move, Refusal, Sign};
pub use limit::{ToldLimit, ToldMinimum, ToldRatio};
pub use list::List;
pub use log::{About, Entry, Log, Trace};
pub use member_roles::MemberRoles;
pub use method::{is_soft_delete, may_create};
pub use moment::{LimitedMoment, MomentLimit};
pub use move_roles::MoveRoles;
pub use named_twice::NamedTwice;
pub use needed_state::NeededState;
pub use needed_thing::NeededThing;
pub use noted::Noted;
pub use often::times_allowed;
pub use only_state::{OnlyState, Whom};
pub use order::{Order, SortKey};
pub use outcomes::Outcomes;
pub use owner::OwnersAlone;
pub use ownership::{OwnAlone, OwnFilter};
pub use parameter_roles::ParameterRoles;
pub use part_limit::PartLimit;
pub use period::{Period, names_begin, names_end};
pub use prose::{says_free_again, says_times_are_apart, says_unlike_others};
pub use query::{Filter, FilterKind, Halves, Search};
pub use rate::Rate;
pub use references::{Reference, References, names_another};
pub use refused_value::RefusedValue;
pub use repeated::Repeated;
pub use revision::{Revision, is_version};
pub use rewritten::Rewritten;
pub use rows::{RowResults, Rows};
pub(crate) use rules::settle as settle_rules;
pub use said::{
    says_done_once, says_goes_to, says_left_out_stays, says_one_at_a_time, says_one_of_each,
    says_preferred,
};
pub use scope::Scope;
pub use sense::{Rising, ToldSense};
pub use shown::Shown;
pub use shown_part::ShownPart;
pub use size::SizeLimit;
pub use sort::{Comparison, Sort};
pub use starts::Start;
pub use state_values::StateValues;
pub use sum::Sum;
pub use tally::{Tally, TallyKind};
pub use thing_period::ThingPeriod;
pub use told::{
    says_as_asked, says_bytes_are_kept, says_file_name_is_kept, says_found_within_its_own,
    says_left_by_nothing, says_moves_with_state, says_not_before, says_overlap_is_of_one,
    says_refused_before, says_refused_body, says_tables_are_standard, says_tag_follows_content,
    says_tag_leaves_out,
};
pub use total::Total;
pub use unfit::Unfit;
pub use unseen::{Unseen, UnseenPart, Who};
pub use value_roles::ValueRoles;

use crate::model::{Contract, LinkTarget, Method, Operation, RuntimeExpression, shape};
use crate::names::fold;
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
    /// By operation and path parameter: who makes what has a part that it names.
    wholes: IndexMap<(String, String), Maker>,
    /// By maker: the keys of `makers` that it is one of.
    fed: IndexMap<String, Vec<(String, String)>>,
    /// By maker: who removes what it made.
    removers: IndexMap<String, Remover>,
    /// The PUTs and POSTs that make what their path names, under an id of the client's choosing.
    choosing: IndexSet<String>,
    /// The actions of which something else comes, too: an invoice of a completed visit.
    consequences: IndexSet<String>,
    references: References,
    /// By the shape of their path: the states of things.
    lifecycles: IndexMap<String, Vec<Lifecycle<'a>>>,
    /// What gives roles within things.
    grants: Vec<Grant<'a>>,
    /// The logs of what has happened.
    logs: Vec<Log<'a>>,
    /// Operation and parameter: what a response feeds back.
    opaque: IndexSet<(String, String)>,
    /// What shows who asks.
    callers: Callers<'a>,
    /// The roles that callers have, folded.
    roles: Vec<String>,
    /// How things are called that are made, folded.
    made: OnceLock<IndexSet<String>>,
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

/// The shapes of an operation's path and of all that it lies in, the path's own first.
fn shapes_around(operation: &Operation) -> impl Iterator<Item = String> {
    let segments = operation.path.without_slash();
    (1..=segments.len()).rev().filter_map(|end| segments.get(..end)).map(shape)
}

/// Whether an operation is a POST that documents that it creates something.
fn is_creation(operation: &Operation) -> bool {
    operation.method == Method::Post && operation.documents(201)
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
            wholes: IndexMap::new(),
            fed: IndexMap::new(),
            removers: IndexMap::new(),
            choosing: IndexSet::new(),
            consequences: IndexSet::new(),
            references: References::default(),
            lifecycles: IndexMap::new(),
            grants: Vec::new(),
            logs: Vec::new(),
            opaque: IndexSet::new(),
            callers: Callers::default(),
            roles: roles::of(contract),
            made: OnceLock::new(),
        };
        resources.callers = Callers::of(&resources);
        resources.find_makers();
        resources.find_removers();
        resources.references = References::of(&resources);
        resources.lifecycles = Lifecycle::all(&resources);
        resources.grants = granted::all(&resources);
        resources.logs = log::all(&resources);
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

    /// The number of what `reader` shows that an operation is said to add one to by a change.
    #[must_use]
    pub fn revision(&self, operation: &Operation, reader: &Operation) -> Option<Revision> {
        revision::of(self, operation, reader)
    }

    /// The member of what a list shows that tells whether it is in use.
    #[must_use]
    pub fn tells_whether_active(&self, list: &Maker) -> Option<String> {
        catalogue::tells_whether_active(self, list)
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

    /// What an operation lists of things that nothing makes where they are listed. Its `maker` is the list itself.
    #[must_use]
    pub fn standing_list(&self, operation: &'a Operation) -> Option<List<'a>> {
        List::kept_up_elsewhere(self, operation)
    }

    /// Whether things that are called so are made: `labels` where there is a `POST /projects/{id}/labels`.
    #[must_use]
    pub fn are_made(&self, things: &str) -> bool {
        let made = self.made.get_or_init(|| {
            let posts = self.contract.operations.iter().filter(|one| one.method == Method::Post);
            let makers = posts.filter(|one| self.makes(one));
            makers.filter_map(|one| one.path.last_literal().map(fold)).collect()
        });
        made.contains(&fold(things))
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

    /// The moments of a PATCH's answer that tell when the thing was last changed, and are null before it ever was.
    #[must_use]
    pub fn set_by_change(&self, operation: &Operation) -> Vec<String> {
        effect::set_by_change(self, operation)
    }

    /// What a thing shows of what an operation puts within it.
    #[must_use]
    pub fn shown_part(&self, operation: &Operation) -> Option<ShownPart<'a>> {
        shown_part::of(self, operation)
    }

    /// Whether a thing has what an operation puts within it, as a member of the thing tells.
    #[must_use]
    pub fn attached(&self, operation: &Operation) -> Option<Attached<'a>> {
        attached::of(self, operation)
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
        shapes_around(operation).filter_map(|thing| self.lifecycles.get(&thing)).flatten()
    }

    /// What fills the one thing that each caller has of a kind, as a cart, where an action refuses it empty.
    #[must_use]
    pub fn filling(&self, action: &Operation) -> Option<&'a Operation> {
        needed_parts::filling(self, action)
    }

    /// The number of an operation's body that takes out again what it puts in, where it is 0.
    #[must_use]
    pub fn emptied_by(&self, operation: &Operation) -> Option<String> {
        needed_parts::emptied_by(self, operation)
    }

    /// The members of an operation's body that have to be there for one state that it leads to, as descriptions say.
    #[must_use]
    pub fn needed_for(&self, operation: &Operation, state: &str) -> Vec<String> {
        needed::for_state(self, operation, state)
    }

    /// What has to be told with a move, and the thing shows from then on.
    #[must_use]
    pub fn noted(&self, operation: &Operation, life: &Lifecycle<'_>, one: &Move<'_>) -> Vec<Noted> {
        noted::of(self, (operation, life), one)
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

    /// Whether an operation is said to be refused where there isn't as much of something as it takes.
    #[must_use]
    pub fn takes_stock(&self, operation: &Operation) -> bool {
        stock::is_taken_of(operation)
    }

    /// The operation that puts there what an operation takes, and is refused where there isn't as much.
    #[must_use]
    pub fn needed_stock(&self, operation: &Operation) -> Option<&'a Operation> {
        stock::needed(self, operation)
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

    /// The numbers of what an operation makes that are sums over what its body names.
    #[must_use]
    pub fn sums(&self, operation: &Operation) -> Vec<Sum<'_>> {
        sum::of(self, operation)
    }

    /// How often an operation may be called within a time, where its description says so and that can be reached.
    #[must_use]
    pub fn rate(&self, operation: &Operation) -> Option<Rate> {
        rate::of(operation)
    }

    /// How many parts a thing is said to have room for, of those that an operation makes within it.
    #[must_use]
    pub fn part_limit(&self, operation: &Operation) -> Option<PartLimit> {
        part_limit::of(operation).filter(|_| is_creation(operation))
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
