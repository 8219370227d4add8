//! From a contract, its workflows and what the profile says: every case of a run. Pure and deterministic: the same
//! three give the same plan, to the byte.
//!
//! What a plan promises: each cell of the contract either has a case or stands in [`Plan::unprovoked`] with the
//! reason; ids of cases are unique; each violation is the only thing wrong with its request.
//!
//! Everything follows from structure: security requirements, constraints, links, paths, the profile's rights, the
//! workflows. What no schema says is not guessed, and what a contract may sensibly leave open is not asked: `.` and
//! `..` and the empty string as ids, numbers with a sign or leading zeros, members given twice, bodies of megabytes.

mod address;
mod calendar;
mod checksum;
mod choice;
mod derive;
mod draft;
mod effect;
mod elsewhere;
mod example;
mod given;
mod guard;
mod moment;
mod parallel;
mod part;
mod places;
mod reference;
mod routine;
mod sender;
mod serialize;
mod share;
mod steering;
mod told;
mod unprovoked;
mod workflow;

use std::cell::RefCell;
use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use serde_json::Value;
use spec::Contract;
use spec::model::{
    Location as In, MediaType, Method, Operation, Parameter, PathPart, RuntimeExpression, SchemaId,
    Status,
};
use spec::resources::{Resources, Shown};
use told::Told;

use crate::arazzo::Workflows;
use crate::case::{Case, Cell, Criterion};
pub use crate::context::{Caller, PlanContext, Rights, Roles, SourceRole};
use crate::fresh::Fresh;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample, Sampler};
pub(crate) use draft::looks_up;
use draft::{Call, Path, Reason, RefusingStates};
use given::Given;
pub use part::Part;
use places::Places;
pub use routine::{Routine, Routines};

/// Every case of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Plan {
    /// Every cell of the contract, in its order.
    pub cells: Vec<Cell>,
    /// The cases: those of one operation together, in the contract's order; workflows last.
    pub cases: Vec<Case>,
    /// The operations that make something, as far as the document shows.
    pub makers: IndexSet<String>,
    /// The cells that no case provokes, and why.
    pub unprovoked: Vec<Unprovoked>,
    /// The operations that aren't called and the workflows that can't be run, and why.
    pub left_out: Vec<LeftOut>,
    /// What the run performs for itself.
    #[serde(skip_serializing_if = "Routines::is_empty")]
    pub routines: Routines,
}

/// An operation that isn't called, or a workflow that can't be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its `operationId` or `workflowId`.
    pub id: String,
    /// Why, and what would help: the line of the profile that would change it.
    pub reason: String,
}

/// A cell that no case provokes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unprovoked {
    /// The cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// Why, and what would help.
    pub reason: String,
}

/// Plans a run.
#[must_use]
pub fn plan(contract: &Contract, workflows: Option<&Workflows>, context: &PlanContext) -> Plan {
    plan_part(contract, workflows, context, &Part::default())
}

/// What a plan has of some operations: contracts of hundreds with large bodies take seconds. Beside them may stand those
/// that workflows call together with them.
#[must_use]
pub fn plan_part(
    contract: &Contract,
    workflows: Option<&Workflows>,
    context: &PlanContext,
    part: &Part<'_>,
) -> Plan {
    let foreseen = workflows.and_then(|one| routine::foreseen(contract, one, context));
    let context = foreseen.as_ref().unwrap_or(context);
    let plans = part.plans(workflows);
    let operations: Vec<_> = contract.operations.iter().filter(|one| plans(one)).collect();
    let planner = || Planner::new(contract, workflows, context);
    let (planner, mut cases) = parallel::cases(&planner, &operations, part.tell);
    let mut unrunnable = Vec::new();
    if let Some(workflows) = workflows {
        let provoked: Vec<Cell> = cases.iter().map(|case| case.cell.clone()).collect();
        for outcome in workflows.cases(&planner, &provoked) {
            match outcome {
                Ok(case) => cases.push(case),
                Err(one) => unrunnable.push(one),
            }
        }
    }
    number_equal_ids(&mut cases);
    let refused = guard::admit(&planner, &mut cases);
    let cells: Vec<Cell> = operations.into_iter().flat_map(cells_of).collect();
    let unprovoked = unprovoked::list(&planner, &cells, &cases, &refused);
    let left_out = refused.left_out.into_iter().chain(unrunnable).collect();
    let makes = |operation: &&Operation| planner.resources.makes(operation);
    let makers = contract.operations.iter().filter(makes).map(|one| one.id.clone()).collect();
    let routines = workflows.map(|workflows| workflows.routines(&planner)).unwrap_or_default();
    Plan { cells, cases, makers, unprovoked, left_out, routines }
}

/// Which members of an operation's body repeat which path parameter: by examples, in every workflow that succeeds, and
/// where an update names what its path does.
fn mirrors(
    resources: &Resources<'_>,
    workflows: Option<&Workflows>,
    operation: &Operation,
) -> IndexMap<Location, String> {
    let at = |member: &str| Location::default().member(member);
    let shown = resources.mirrors(operation).into_iter();
    let mut mirrors: IndexMap<_, _> =
        shown.map(|(member, parameter)| (at(&member), parameter)).collect();
    mirrors.extend(workflows.map(|workflows| workflows.mirrors(operation)).unwrap_or_default());
    if let Some((member, parameter)) = resources.name(operation) {
        mirrors.insert(at(&member), parameter.to_owned());
    }
    mirrors
}

/// Whether a body of parts can be made: its schema says which there are.
fn is_multipart(planner: &Planner<'_>, media_type: &MediaType) -> bool {
    let names_parts =
        |id| !Merged::of(planner.contract, &[id], Choice::default()).properties().is_empty();
    media_type.name.starts_with("multipart/form-data") && media_type.schema.is_some_and(names_parts)
}

fn cells_of(operation: &Operation) -> impl Iterator<Item = Cell> + '_ {
    let cell = |status: &Status| Cell { operation_id: operation.id.clone(), status: *status };
    operation.responses.keys().map(cell)
}

/// Ids are made of names that a contract may use twice.
fn number_equal_ids(cases: &mut [Case]) {
    let mut seen: IndexMap<String, usize> = IndexMap::new();
    for case in cases {
        let count = seen.entry(case.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            case.id = format!("{}#{count}", case.id);
        }
    }
}

/// The id of a list's operation, and where its answer has the id of its first thing.
type ListedAt = (String, RuntimeExpression);

/// What every derivation asks.
#[derive(Debug)]
struct Planner<'a> {
    contract: &'a Contract,
    context: &'a PlanContext,
    resources: Resources<'a>,
    /// By operation: which members of its body repeat which path parameter.
    mirrors: IndexMap<&'a str, IndexMap<Location, String>>,
    told: Told<'a>,
    sampler: Sampler<'a>,
    places: Places<'a>,
    /// Valid requests by operation. Each has many cases that begin like this, so they are made once.
    calls: RefCell<HashMap<(String, Extent), Result<Call, Reason>>>,
    /// By operation and path parameter: which list shows what it names. Every case of the operation asks.
    shown: RefCell<HashMap<(String, String), Option<ListedAt>>>,
}

impl<'a> Planner<'a> {
    fn new(
        contract: &'a Contract,
        workflows: Option<&Workflows>,
        context: &'a PlanContext,
    ) -> Self {
        let resources = Resources::of(contract);
        let told = Told::of(contract, &resources);
        let mirrored = |one: &'a Operation| (one.id.as_str(), mirrors(&resources, workflows, one));
        let mirrors = contract.operations.iter().map(mirrored).collect();
        Self {
            contract,
            context,
            resources,
            mirrors,
            told,
            sampler: Sampler::new(contract),
            places: Places::of(contract),
            calls: RefCell::default(),
            shown: RefCell::default(),
        }
    }

    /// The list that shows what a path parameter names, if one does.
    fn shown(&self, operation: &Operation, parameter: &str) -> Option<Shown<'a>> {
        let asked = (operation.id.clone(), parameter.to_owned());
        let known = self.shown.borrow().get(&asked).cloned();
        let (list, first) = known.unwrap_or_else(|| {
            let found = self.resources.shown(operation, parameter);
            let found = found.map(|shown| (shown.list.id.clone(), shown.first));
            self.shown.borrow_mut().insert(asked, found.clone());
            found
        })?;
        Some(Shown { list: self.resources.operation(&list)?, first })
    }

    fn operation(&self, id: &str) -> Result<&'a Operation, Reason> {
        self.resources.operation(id).ok_or_else(|| format!("there is no operation `{id}`"))
    }

    /// The operation of a method on the path of another one.
    fn on_path(&self, operation: &Operation, method: Method) -> Option<&'a Operation> {
        self.resources.on_path(operation, method)
    }

    /// Whether it is the first operation of its path.
    fn is_first_on_path(&self, operation: &Operation) -> bool {
        let all = self.resources.beside(operation);
        all.first().is_some_and(|first| first.id == operation.id)
    }

    /// The documented success that a case provokes, and whatever success a target may choose.
    fn success(&self, operation: &Operation) -> Option<(Status, Vec<Status>)> {
        let all: Vec<Status> = operation.successes().map(|r| r.status).collect();
        let first = all.first().copied();
        match first {
            Some(first) => Some((first, all)),
            None => {
                let default = operation.responses.contains_key(&Status::Default);
                default.then(|| (Status::Default, vec![Status::Range(2)]))
            }
        }
    }

    /// The criteria of a step that has to succeed.
    fn succeeds(&self, operation: &Operation) -> Vec<Criterion> {
        let any = self.success(operation).map(|(_, any)| any);
        vec![Criterion::Status(any.unwrap_or_else(|| vec![Status::Range(2)]).into())]
    }

    /// Whether a valid request may conflict with the state of what is there: it documents so, and makes nothing that is removed
    /// again. What is read may not be ready yet. Of actions, descriptions tell in which states they are right.
    fn may_conflict(&self, operation: &Operation) -> bool {
        let says_something = operation.method == Method::Post
            && operation.body.is_some()
            && self.resources.makes(operation)
            && self.resources.remover(&operation.id).is_none();
        operation.documents(409)
            && (says_something || operation.method.is_safe() || self.takes_stock(operation))
    }

    /// The documented refusal that fits: those of the first group of codes that has any; else `4XX`, else `default`.
    fn refusal(&self, operation: &Operation, groups: &[&[u16]]) -> Option<(Status, Vec<Status>)> {
        let documented = |status: &Status| operation.responses.contains_key(status);
        let codes =
            |group: &[u16]| group.iter().map(|code| Status::Code(*code)).collect::<Vec<_>>();
        for group in groups {
            let fitting: Vec<_> = codes(group).into_iter().filter(documented).collect();
            if let Some(first) = fitting.first() {
                return Some((*first, fitting));
            }
        }
        let wide = [Status::Range(4), Status::Default].into_iter().find(documented)?;
        Some((wide, codes(groups.first()?)))
    }

    /// The media type that bodies are made of: of parts only where it is told which there are.
    fn media_type<'o>(&self, operation: &'o Operation) -> Option<&'o MediaType> {
        let can_be_made =
            |one: &&MediaType| one.is_json() || one.is_form() || is_multipart(self, one);
        operation.members_content().filter(can_be_made)
    }

    /// A valid value of a body.
    fn body_sample(
        &self,
        operation: &Operation,
        media_type: &MediaType,
        path: &Path,
        extent: Extent,
    ) -> Result<Sample, Reason> {
        self.body_sample_with(operation, media_type, path, extent, Fixed::new())
    }

    /// The same where more of it is known.
    fn body_sample_with(
        &self,
        operation: &Operation,
        media_type: &MediaType,
        path: &Path,
        extent: Extent,
        known: Fixed,
    ) -> Result<Sample, Reason> {
        let Some(schema) = media_type.schema else {
            return Ok(Sample::Object(IndexMap::new()));
        };
        // What goes with a move may have to be there for one state, and not for another.
        let extent = if self.must_steer(operation, schema) { Extent::Minimal } else { extent };
        let mut fixed = match extent {
            Extent::Complete => draft::fixed_in_all(self, operation, path),
            Extent::Minimal => draft::fixed(self, operation, path),
        };
        fixed.extend(known);
        let whole = match extent {
            Extent::Complete => self.sampler.valid(schema, extent, &fixed),
            Extent::Minimal => None,
        };
        let made = whole.map(|(sample, _)| sample).or_else(|| {
            let (sample, _) = self.sampler.valid(schema, Extent::Minimal, &fixed)?;
            let sample = self.with_needed(operation, schema, sample, &fixed);
            Some(self.as_exemplified(operation, media_type, sample, &fixed))
        });
        let made = made.map(|sample| self.without_steering(operation, schema, sample, &fixed));
        let made = made.map(|sample| self.unconditioned((operation, schema), sample, &fixed));
        let made = made.map(|sample| self.as_chosen((operation, schema), sample, &fixed));
        let made = made.map(|sample| self.with_all_moments(operation, schema, sample, &fixed));
        let made = made.map(|sample| self.with_numbers(media_type, schema, sample, &fixed));
        made.map(|sample| self.with_postal_codes(schema, sample, &fixed))
            .ok_or_else(|| format!("no valid body of `{}` could be made", operation.id))
    }

    /// Whether a place of a body has more than there may be of it, as a description says that it may not be above something:
    /// how much that is follows from the rest of the body.
    fn is_above(&self, operation: &Operation, sample: &Sample) -> bool {
        let place = self.bound(operation);
        let value = place.and_then(|place| sample.at(place));
        matches!(value, Some(Sample::Value(Value::Number(number))) if number.as_f64().is_some_and(|number| number > 1.0))
    }

    /// Whether a member of an operation's body may be this value.
    fn admits_member(&self, operation: &Operation, name: &str, value: &Value) -> bool {
        let Some(schema) = operation.body_schema() else { return false };
        let body = Merged::of(self.contract, &[schema], Choice::default()).properties();
        let ids = body.get(name).map(Vec::as_slice).unwrap_or_default();
        !ids.is_empty() && ids.iter().all(|id| self.sampler.admits_value(*id, value))
    }

    /// Whether some have to send a member of a body, as descriptions say.
    fn may_need(&self, operation: &Operation, member: &str) -> bool {
        self.needed(operation).iter().any(|one| one == member)
    }

    /// The same with what descriptions say that some have to send.
    fn with_needed(
        &self,
        operation: &Operation,
        schema: SchemaId,
        sample: Sample,
        fixed: &Fixed,
    ) -> Sample {
        let is_needed = |name: &&String| {
            sample.members().is_some_and(|own| !own.contains_key(*name))
                && self.may_need(operation, name)
        };
        if self.needed(operation).is_empty() {
            return sample;
        }
        let whole = self.sampler.valid(schema, Extent::Complete, fixed).map(|(whole, _)| whole);
        let members = whole.as_ref().and_then(Sample::members).into_iter().flatten();
        let needed = members.filter(|(name, _)| is_needed(name));
        let mut with = sample.clone();
        for (name, value) in needed {
            let place = Location::default().member(name);
            with = with.with(&place, value.clone()).unwrap_or(with);
        }
        if self.sampler.admits(schema, &with) { with } else { sample }
    }

    /// A key by which no other request is known again: an example of one would be that of every run.
    fn idempotency_key(&self, parameter: &Parameter) -> Option<Sample> {
        let schema = parameter.schema();
        let unique = Sample::Fresh(Fresh::Uuid);
        if schema.is_none_or(|schema| self.sampler.admits(schema, &unique)) {
            return Some(unique);
        }
        let (made, _) = self.sampler.valid(schema?, Extent::Minimal, &Fixed::new())?;
        matches!(made, Sample::Fresh(_)).then_some(made)
    }

    /// A valid value of a parameter.
    fn parameter_sample(&self, parameter: &Parameter) -> Result<Sample, Reason> {
        if let Some(example) = parameter.examples.first() {
            return Ok(Sample::Value(example.value.clone()));
        }
        let Some(schema) = parameter.schema() else { return Ok(Sample::Value("x".into())) };
        let made = self.sampler.valid(schema, Extent::Minimal, &Fixed::new());
        made.map(|(sample, _)| self.with_moment(schema, &parameter.name, sample)).ok_or_else(|| {
            format!(
                "no valid value of the {} parameter `{}` could be made",
                parameter.location, parameter.name
            )
        })
    }

    /// A value of a path parameter that names none of many things, but one of a few that the document lists.
    fn one_of_few(&self, operation: &Operation, name: &str) -> Option<Value> {
        let schema = operation.parameter(In::Path, name)?.schema()?;
        let merged = Merged::of(self.contract, &[schema], Choice::default());
        merged.enumeration()?.first().map(|value| (*value).clone())
    }

    /// The parameter right before the last of the path of a PUT that makes what its path names, where the two are one key:
    /// the currency of `PUT /rates/{currency}/{day}`, which nothing makes.
    fn key_beside<'o>(&self, operation: &'o Operation) -> Option<&'o str> {
        let [.., first, second] = operation.path.without_slash() else { return None };
        let ([PathPart::Parameter(first)], [PathPart::Parameter(_)]) = (&**first, &**second) else {
            return None;
        };
        let is_made = || !self.resources.makers(operation, first).is_empty();
        (self.resources.chooses(operation) && !is_made()).then_some(first)
    }

    /// A value that nothing has yet, such as a path parameter may have.
    fn fresh_id(&self, parameter: &Parameter) -> Option<Sample> {
        let made = self.sampler.valid(parameter.schema()?, Extent::Minimal, &Fixed::new());
        let made = made.map(|(sample, _)| sample).filter(|one| matches!(one, Sample::Fresh(_)));
        made.or_else(|| derive::unknown_id(self, parameter).map(Sample::Fresh))
    }

    /// Whether a request is refused without this condition, and whatever is there meets it (RFC 9110 §13.1.1).
    fn needs_condition(&self, operation: &Operation, parameter: &Parameter) -> bool {
        let admits = |schema| self.sampler.admits_value(schema, &"*".into());
        parameter.location == In::Header
            && parameter.name.eq_ignore_ascii_case("If-Match")
            && derive::condition_is_required(operation)
            && parameter.schema().is_none_or(admits)
    }

    /// A value such as a path parameter has.
    fn stand_in(&self, operation: &Operation, name: &str) -> Value {
        let parameter = operation.parameter(In::Path, name);
        let sample = parameter.and_then(|parameter| self.parameter_sample(parameter).ok());
        sample.map_or(Value::from("x"), |sample| sample.stand_in())
    }
}
