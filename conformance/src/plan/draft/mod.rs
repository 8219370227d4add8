//! A case while it is being put together: what its requests need is made first, and undone at the end.

mod anew;
mod answered;
mod duties;
mod existing;
mod file;
mod finish;
mod hour;
mod kin;
mod member;
mod multipart;
mod named;
mod open;
mod patch;
mod provide;
mod put_back;
mod repeat;
mod request;
mod rows;
mod side;
mod state;
mod tag;
mod thing_period;
mod undo;
mod vacant;
mod version;

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use spec::Origin;
use spec::model::{Method, Operation, Status};
use spec::resources::names_another;

use super::Planner;
use super::sender::Side;
use crate::arazzo::WorkflowStep;
use crate::case::{
    Cleanup, Credentials, Criterion, Derivation, Inputs, Lenience, Pair, Request, Step, Template,
    Text,
};
use crate::expression::{Expression, RuntimeExpression};
use crate::sample::Extent;
pub(super) use existing::is_existing;
pub(super) use file::{file, files, larger, names_something, of_size};
pub(super) use member::{GRANT, OWN_AS};
pub(super) use multipart::is_file_at;
pub(super) use patch::patch;
pub(super) use provide::same_path;
pub(super) use request::form;
pub(super) use request::{NOBODY_MAY, fixed, fixed_in_all};
pub(super) use rows::{Cell, Row, body as body_of};
pub(super) use state::RefusingStates;
pub(super) use tag::has_tag;
pub(super) use vacant::is_vacant;

/// Why a request can't be made: a fragment that fits behind "no request: ".
pub(super) type Reason = String;

/// All of a step's answer, as its output.
pub(super) const ANSWER: &str = "answer";
/// How the names of steps begin that ask a list for something which is there.
pub(super) const LOOK_UP: &str = "look_up";

/// Whether a step asks a list for something which is there, and which nothing makes.
#[must_use]
pub(crate) fn looks_up(step: &str) -> bool {
    step.starts_with(LOOK_UP)
}
/// The status that a step was answered with, as its output.
pub(super) const STATUS: &str = "status";

/// Deeper chains of things that need each other don't come about by intent.
const DEPTH: usize = 6;

/// A case while it is being put together.
#[derive(Debug, Clone)]
pub(super) struct Draft<'p> {
    planner: &'p Planner<'p>,
    parts: Parts,
}

/// What a draft has so far.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) inputs: Inputs,
    pub(super) steps: Vec<Arc<Step>>,
    pub(super) cleanup: Vec<Cleanup>,
    /// Steps by the operation that made something.
    made: IndexMap<String, String>,
    /// What things are made for.
    purpose: Purpose,
    /// What is being made right now, by its maker: the latest last.
    in_progress: Vec<String>,
    /// Operations of which a request has an id that nothing in the contract makes.
    made_up: BTreeSet<String>,
    /// Whether what is made only fills a list: then it names nobody who is there already.
    is_filling: bool,
    /// Whether requests have the ids that they can do without, and that nothing makes.
    keeps_made_up: bool,
    /// Operations that may be refused for the state of what they act on.
    by_state: BTreeSet<String>,
    /// The states that things were brought into, by the step that made them and the member that shows it.
    states: IndexMap<(String, String), String>,
    /// Whether what a request names stays in the state that it is in.
    keeps_states: bool,
    /// How what has to be there elsewhere is.
    needed: Needed,
    /// For whom its requests are sent.
    side: Side,
    /// The credential that makes what the case is about, where duties are separated.
    thing_maker: Option<String>,
    /// The steps that were sent by who needs what they make to be their own.
    own_steps: Vec<String>,
    /// Names of steps that are still to come.
    to_come: Vec<String>,
}

/// How what has to be there elsewhere is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    /// There, in the state that it is needed in.
    Ready,
    /// There, in the state that it is made in.
    AsMade,
    /// Not there.
    Lacking,
}

/// What a thing is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be there.
    Presence,
    /// To be updated: with all that it may have, so that it shows if an update loses something.
    Update,
    /// To be acted on: with all that it may have, so that there is something of all that an action may use up.
    Action,
}

impl Purpose {
    fn extent(self) -> Extent {
        match self {
            Self::Presence => Extent::Minimal,
            Self::Update | Self::Action => Extent::Complete,
        }
    }
}

/// A valid request with the draft that leads to it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) parts: Parts,
    pub(super) request: Request,
    pub(super) path: Path,
}

/// The value of a path parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Provided {
    pub(super) expression: Expression,
    /// A value of its kind, to validate what repeats it.
    pub(super) stand_in: Value,
}

/// Path parameters by name.
pub(super) type Path = IndexMap<String, Provided>;

/// What a finished case is about.
pub(super) struct About<'o> {
    pub(super) cell: (&'o Operation, Status),
    pub(super) source: Derivation,
    /// What tells it from others of the same cell and source, for its id; may be empty.
    pub(super) detail: String,
    pub(super) summary: String,
    pub(super) origin: Origin,
}

impl Parts {
    fn new(purpose: Purpose, side: Side) -> Self {
        Self {
            inputs: Inputs::new(),
            steps: Vec::new(),
            cleanup: Vec::new(),
            made: IndexMap::new(),
            purpose,
            in_progress: Vec::new(),
            made_up: BTreeSet::new(),
            is_filling: false,
            keeps_made_up: false,
            by_state: BTreeSet::new(),
            states: IndexMap::new(),
            keeps_states: false,
            needed: Needed::Ready,
            side,
            thing_maker: None,
            own_steps: Vec::new(),
            to_come: Vec::new(),
        }
    }
}

impl Parts {
    /// The step of this id.
    pub(super) fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id).map(|step| &**step)
    }
}

impl Deref for Draft<'_> {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl DerefMut for Draft<'_> {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }
}

impl<'p> Draft<'p> {
    pub(super) fn new(planner: &'p Planner<'p>) -> Self {
        Self { planner, parts: Parts::new(Purpose::Presence, Side::Home) }
    }

    /// A draft that goes on from where another one was.
    pub(super) fn from_parts(planner: &'p Planner<'p>, parts: Parts) -> Self {
        Self { planner, parts }
    }

    pub(super) fn planner(&self) -> &'p Planner<'p> {
        self.planner
    }

    /// Whether what an operation makes is being made right now.
    pub(super) fn is_making(&self, maker: &str) -> bool {
        self.in_progress.iter().any(|one| one == maker)
    }

    /// Whether what is drafted only fills a list.
    pub(super) fn is_filling(&self) -> bool {
        self.is_filling
    }

    /// Whether requests have the ids that they can do without, and that nothing makes.
    pub(super) fn keeps_made_up(&self) -> bool {
        self.keeps_made_up
    }

    /// Drafts what only fills a list.
    pub(super) fn filling<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.is_filling, true);
        let done = what(self);
        self.is_filling = before;
        done
    }

    /// Has its requests name what nothing makes, where they could do without: somebody may be called so.
    pub(super) fn keep_made_up(&mut self) {
        self.keeps_made_up = true;
    }

    /// Remembers that a request of an operation has an id that nothing makes: no success is promised of it.
    pub(super) fn makes_up(&mut self, operation: &Operation) {
        self.made_up.insert(operation.id.clone());
    }

    /// Remembers that an operation may be refused for the state of what it acts on, of which nothing is told.
    pub(super) fn depends_on_state(&mut self, operation: &Operation) {
        self.by_state.insert(operation.id.clone());
    }

    /// Takes that back, where what it acts on is known to be in a state that allows it.
    pub(super) fn is_allowed_by_state(&mut self, operation: &Operation) {
        self.by_state.remove(&operation.id);
    }

    /// Whether a request of an operation has an id that nothing makes.
    pub(super) fn has_made_up(&self, operation: &Operation) -> bool {
        self.made_up.contains(&operation.id)
    }

    /// What it has so far.
    pub(super) fn into_parts(self) -> Parts {
        self.parts
    }

    /// A draft for calls of an operation. What it updates is made with all that it can have, so that it shows when an
    /// update loses something; and so is what it acts on, so that there is something of all that an action may use up.
    pub(super) fn for_call(planner: &'p Planner<'p>, operation: &Operation) -> Self {
        Self::for_call_of(planner, operation, planner.side_of(operation))
    }

    /// The same for one side.
    pub(super) fn for_call_of(planner: &'p Planner<'p>, operation: &Operation, side: Side) -> Self {
        let updates = matches!(operation.method, Method::Put | Method::Patch);
        let acts = operation.method == Method::Post
            && operation.documents(409)
            && !planner.resources.makes(operation)
            || !planner.needed_states(operation).is_empty();
        let purpose = if updates {
            Purpose::Update
        } else if acts {
            Purpose::Action
        } else {
            Purpose::Presence
        };
        Self { planner, parts: Parts::new(purpose, side) }
    }

    /// Lets go of what a step made, so that the next request which needs such a thing has another one made.
    pub(super) fn let_go(&mut self, step: &str) {
        self.made.retain(|_, made| made != step);
    }

    /// Whether what a step made isn't used any more.
    pub(super) fn has_let_go(&self, step: &str) -> bool {
        self.made.values().all(|made| made != step)
    }

    /// The step that an operation has made what is used next.
    pub(super) fn made_by_maker(&self, maker: &str) -> Option<String> {
        self.made.get(maker).cloned()
    }

    /// Uses again what a step has made.
    pub(super) fn go_back_to(&mut self, maker: &str, step: String) {
        self.made.insert(maker.to_owned(), step);
    }

    /// Gives a step an output.
    pub(super) fn output(&mut self, step: &str, name: &str, expression: &Expression) {
        if let Some(step) = self.step_mut(step) {
            step.outputs.insert(name.to_owned(), expression.clone());
        }
    }

    /// Gives a step an output under a name of its own where this one is taken for something else: the `id` of a book and
    /// the `id` of its author may come from one answer.
    pub(super) fn output_named_like(
        &mut self,
        step: &str,
        name: &str,
        expression: &Expression,
    ) -> String {
        let outputs = self.step(step).map(|one| &one.outputs);
        let free = numbered(name, |name| {
            outputs.and_then(|outputs| outputs.get(name)).is_none_or(|there| there == expression)
        });
        self.output(step, &free, expression);
        free
    }

    /// The step that was added last, to be changed.
    pub(super) fn last_step(&mut self) -> Option<&mut Step> {
        self.steps.last_mut().map(Arc::make_mut)
    }

    /// Sends the steps from a place on with these credentials.
    pub(super) fn sent_as(&mut self, from: usize, credentials: &Credentials) {
        for step in self.steps.iter_mut().skip(from) {
            Arc::make_mut(step).request.credentials = credentials.clone();
        }
    }

    /// A step by its place, to be changed.
    pub(super) fn step_at(&mut self, index: usize) -> Option<&mut Step> {
        self.steps.get_mut(index).map(Arc::make_mut)
    }

    /// A step by its id, to be changed.
    pub(super) fn step_mut(&mut self, id: &str) -> Option<&mut Step> {
        self.steps.iter_mut().find(|step| step.id == id).map(Arc::make_mut)
    }

    /// Lets later steps look at all of a step's answer, as its output `answer`.
    pub(super) fn answer_of(&mut self, step: &str) {
        self.output(step, ANSWER, &Expression::response_body(""));
    }

    /// Lets later steps look at the status that a step was answered with, as its output `status`.
    pub(super) fn status_of(&mut self, step: &str) {
        self.output(step, STATUS, &Expression::Exchange(RuntimeExpression::StatusCode));
    }

    /// `make`, else `make_2`.
    pub(super) fn free_step_id(&self, wanted: &str) -> String {
        let is_taken = |id: &str| self.to_come.iter().any(|one| one == id);
        numbered(wanted, |id| !is_taken(id) && self.steps.iter().all(|step| step.id != id))
    }

    /// Keeps the names of a workflow's steps for them.
    pub(super) fn keep_for(&mut self, steps: &[WorkflowStep]) {
        self.to_come = steps.iter().map(|step| step.id.clone()).collect();
    }

    /// What a case has put somewhere is replaced whatever it is, where it takes a condition to replace something (RFC 6585 §3).
    fn replace_on_condition(&self, operation: &Operation, request: &mut Request) {
        const IF_MATCH: &str = "If-Match";
        let is_it = |name: &str| name.eq_ignore_ascii_case(IF_MATCH);
        let is_asked =
            operation.documents(428) && operation.parameters.iter().any(|one| is_it(&one.name));
        let is_there = self.steps.iter().any(|step| step.operation_id == operation.id);
        let is_put = operation.method == Method::Put;
        if is_put && is_asked && is_there && !request.headers.iter().any(|pair| is_it(&pair.name)) {
            let value = Text::literal("*");
            request.headers.push(Pair { name: IF_MATCH.to_owned(), value });
        }
    }

    /// Adds a step; what it may make is undone at the end.
    pub(super) fn push(
        &mut self,
        operation: &Operation,
        id: &str,
        mut request: Request,
        mut criteria: Vec<Criterion>,
    ) {
        self.fill_again(operation);
        self.bring_named(operation, &request);
        self.planner.check_sum_up(operation, &mut request);
        self.separate_duties(operation);
        if let Some(maker) = self.as_maker(operation, &request.credentials)
            && !member::asks_who(id)
        {
            request.credentials = maker;
        }
        let may_succeed = criteria.iter().any(Criterion::wants_success);
        if may_succeed {
            self.move_hours(operation, &mut request);
            self.let_in(operation, &request);
        }
        if criteria.iter().any(Criterion::wants_replacement) {
            self.replace_on_condition(operation, &mut request);
        }
        self.look_before(operation, &request);
        self.with_current_tag(operation, &mut request);
        self.with_current_version(operation, &mut request);
        self.within_thing_period(operation, &mut request);
        if self.made_up.contains(&operation.id) {
            criteria.iter_mut().for_each(Criterion::hope);
        }
        if self.by_state.contains(&operation.id)
            || self.planner.is_never_own(operation)
            || self.is_refused_as_it_is(operation)
            || self.planner.may_conflict(operation)
            || self.names_what_it_may_not(operation, &request)
        {
            criteria = criteria.into_iter().flat_map(Criterion::or_conflict).collect();
        }
        if request.body.is_some() && self.planner.refuses_for_sense(operation) {
            criteria = criteria.into_iter().flat_map(Criterion::or_senseless).collect();
        }
        let sense = self.planner.sense(operation).filter(|_| request.body.is_some());
        let members = || request.members().map(|(name, _)| name);
        if sense.is_some_and(|sense| sense.measures(members())) {
            criteria = criteria.into_iter().flat_map(Criterion::or_conflict).collect();
        }
        if let Some(sense) = sense.filter(|sense| sense.is_of(members())) {
            let refusal = Status::Code(sense.status);
            criteria = criteria.into_iter().flat_map(|one| one.or_invalid(refusal)).collect();
            // Which of two refusals comes first, is told where each has a status of its own.
            if sense.status == 400 {
                criteria.iter_mut().for_each(|one| one.or_also(refusal));
            }
        }
        if may_succeed {
            // What was made before may be answered again, as it is by now.
            let is_first = !self.steps.iter().any(|step| step.operation_id == operation.id);
            criteria.extend(answered::as_told(self.planner, operation, is_first));
        }
        if self.planner.is_never_own(operation) {
            // Who else may do it, need not see what somebody else has made.
            let mut refusals = vec![403, 404];
            if names_more(operation, &request) {
                refusals.push(senseless(operation));
            }
            criteria = criteria.into_iter().flat_map(|one| one.or_others(&refusals)).collect();
        }
        // Who has a right to what a list shows, or is one of those of whom it is told, need not be who sends it; and it may be in any
        // state.
        if request.steps_in_path().any(existing::is_existing) {
            criteria =
                criteria.into_iter().flat_map(|one| one.or_others(&[403, 404, 409])).collect();
        }
        if self.planner.is_let_but_for(operation, &request.credentials) {
            let or_refused = |one: Criterion| match one.wants_success() {
                true => one.or_others(&[400, 403, 404, 409, 422]),
                false => vec![one],
            };
            criteria = criteria.into_iter().flat_map(or_refused).collect();
        }
        let may_be_refused = self.planner.resources.says_others_are_refused(operation)
            || request.steps_named().any(looks_up);
        if may_be_refused && operation.documents(403) {
            let or_refused = |one: Criterion| match one.wants_success() {
                true => one.or_others(&[403]),
                false => vec![one],
            };
            criteria = criteria.into_iter().flat_map(or_refused).collect();
        }
        if self.planner.reserves_moves(operation) {
            let refusals = [403, senseless(operation)];
            criteria = criteria.into_iter().flat_map(|one| one.or_others(&refusals)).collect();
        }
        self.note_removal(operation, id, &request);
        let premises = self.look_whether_vacant(operation, &request);
        let step = Step {
            id: id.to_owned(),
            operation_id: operation.id.clone(),
            request,
            criteria,
            outputs: IndexMap::new(),
            lenience: Lenience::None,
            premises,
            concurrent: false,
            flow: None,
            timeout: None,
            pause: None,
            follows: None,
            envelope: operation.envelope.clone().map(Arc::new),
            repeat: None,
        };
        self.steps.push(step.into());
        if let Some(remover) = self.planner.resources.remover(&operation.id) {
            self.made.entry(operation.id.clone()).or_insert_with(|| id.to_owned());
            self.undo(operation, id, remover);
            // Who has made it, where duties are separated, removes it.
            if let Some(maker) = self.thing_maker.clone() {
                self.removed_by(&maker, |step| step == id);
            }
        } else if self.planner.resources.made_by(&operation.id).next().is_some() {
            self.made.entry(operation.id.clone()).or_insert_with(|| id.to_owned());
        }
        self.empty(operation, id);
        self.put_back(operation, id);
    }

    /// Whether a request names what a list shows, which may be in any state, or once more what another one like it has named, which
    /// may have no room for a second one.
    fn names_what_it_may_not(&self, operation: &Operation, request: &Request) -> bool {
        let in_path = request.path_parameters.values().flat_map(Text::expressions);
        let mut named = in_path.filter_map(Expression::step).chain(request.steps_named());
        let before = self.steps.iter().filter(|step| step.operation_id == operation.id);
        let before: Vec<&str> = before.flat_map(|step| step.request.steps_named()).collect();
        let is_again = || {
            self.planner.resources.makes(operation)
                && request.steps_named().any(|one| before.contains(&one))
        };
        named.any(looks_up) || is_again()
    }

    /// Adds a step of a workflow, which has its own names for its outputs.
    pub(super) fn push_workflow_step(
        &mut self,
        operation: &Operation,
        id: &str,
        request: Request,
        criteria: Vec<Criterion>,
        outputs: &IndexMap<String, Expression>,
    ) {
        self.push(operation, id, request, criteria);
        // Its expressions are the workflow's own, of the whole answer.
        if let Some(step) = self.last_step() {
            step.envelope = None;
        }
        for (name, expression) in outputs {
            self.output(id, name, expression);
        }
    }
}

/// The first of `make`, `make_2`, `make_3` and so on that is free.
fn numbered(wanted: &str, is_free: impl Fn(&str) -> bool) -> String {
    let others = (2..).map(|n| format!("{wanted}_{n}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(others);
    names.find(|name| is_free(name)).unwrap_or_default()
}

/// Whether a request says more than texts of its own: what it names, or how much it says there is, may not be right of what somebody
/// else has made.
fn names_more(operation: &Operation, request: &Request) -> bool {
    let is_text = |member: &Template| match member {
        Template::Expression(one) => matches!(one, Expression::Input { .. }),
        Template::Text(_) => true,
        Template::Value(_) | Template::Array(_) | Template::Object(_) => false,
    };
    let names =
        |(name, member): (&String, &Template)| !is_text(member) || names_another(operation, name);
    let has_members = request.body.is_none() || request.members().next().is_some();
    !has_members || request.names_made() || request.members().any(names)
}

/// How an operation refuses what makes no sense for the thing, which no schema says: 422, or 400 where there is none.
fn senseless(operation: &Operation) -> u16 {
    if operation.documents(422) { 422 } else { 400 }
}
