//! Things are brought into the state that a request needs.

use std::sync::Arc;

use serde_json::Value;
use spec::model::{Method, Operation, PatchKind};
use spec::resources::{Lifecycle, Move, NeededThing, Resources, Sign};

use super::{Draft, Needed, Path, Purpose, patch, same_path};
use crate::case::{Content, Credentials, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

/// The states of a thing in which an operation is said to be refused.
#[derive(Debug)]
pub(in crate::plan) struct RefusingStates {
    /// The member that shows the state.
    member: String,
    /// The state of what was just made, as far as it is known.
    initial: Option<String>,
    /// Those in which the operation is refused.
    states: Vec<String>,
}

impl RefusingStates {
    /// Those of each thing that an operation is about or lies within.
    pub(in crate::plan) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Self> {
        let lives = resources.lifecycles(operation).into_iter().map(|life| {
            let states = life.refused_in(operation).into_iter().map(str::to_owned).collect();
            Self { member: life.member.clone(), initial: life.initial.clone(), states }
        });
        lives.filter(|refusing| !refusing.states.is_empty()).collect()
    }
}

impl<'p> Draft<'p> {
    /// What the path of an operation names, or lies within, made and brought into a state, with that path.
    pub(in crate::plan) fn brought(
        planner: &'p Planner<'p>,
        operation: &Operation,
        life: &Lifecycle<'_>,
        state: &str,
    ) -> Option<(Self, Path)> {
        let (mut draft, path) = Self::begun(planner, operation)?;
        draft.bring((operation, &path), life, state)?;
        Some((draft, path))
    }

    /// The same with all that a valid request names, which is made before: in the state there may be no way to. `None` as well
    /// where making that has brought the thing into another state.
    pub(in crate::plan) fn brought_with_needs(
        planner: &'p Planner<'p>,
        operation: &Operation,
        life: &Lifecycle<'_>,
        state: &str,
    ) -> Option<(Self, Path)> {
        let (mut draft, path) = Self::begun(planner, operation)?;
        draft.request(operation, &path, Extent::Minimal).ok()?;
        draft.bring((operation, &path), life, state)?;
        Some((draft, path))
    }

    /// What the path of an operation names, made, with that path.
    pub(in crate::plan) fn begun(
        planner: &'p Planner<'p>,
        operation: &Operation,
    ) -> Option<(Self, Path)> {
        let mut draft = Self::for_call(planner, operation);
        // What is brought into a state may need anything for that.
        if draft.purpose == Purpose::Presence {
            draft.purpose = Purpose::Action;
        }
        let path = draft.path(operation, &Path::new()).ok()?;
        Some((draft, path))
    }

    /// Brings what the path of an operation names, or lies within, into a state, by the moves that lead there. `None` where
    /// the case hasn't made it itself, or no moves are known to.
    pub(in crate::plan) fn bring(
        &mut self,
        about: (&Operation, &Path),
        life: &Lifecycle<'_>,
        state: &str,
    ) -> Option<()> {
        let (operation, path) = self.within(life, about)?;
        let about = (operation, &path);
        let thing = self.thing_of(life, about)?;
        let at = self.states.get(&thing).cloned().or_else(|| life.initial.clone())?;
        for one in life.way(&at, state)? {
            let path = same_path(one.operation, about)?;
            self.give_what_moves(&thing.0, one.operation);
            self.make_needed_parts(one.operation);
            let id = self.free_step_id("move");
            let before = self.inputs.clone();
            let request = self.moving(life, one, &path)?;
            let request = self.rename_inputs(request, &before, &id);
            // What else it takes to be moved, nothing may tell: that is found out where the move itself is tried.
            if one.operation.documents(409) {
                self.depends_on_state(one.operation);
            }
            let criteria = self.planner.succeeds(one.operation);
            let usual = request.credentials.clone();
            self.push(one.operation, &id, request, criteria);
            // Whose thing it is has to do with few of the states that a body chooses from.
            let is_separate = self.thing_maker.is_some() && one.by.is_some();
            if let Some(step) = self.last_step().filter(|_| is_separate) {
                step.request.credentials = usual;
            }
            // What the next move needs may be made in this state alone.
            self.states.insert(thing.clone(), one.to.clone());
        }
        self.states.insert(thing, state.to_owned());
        Some(())
    }

    /// Gives what a step makes the members that a move speaks of, "publishing an opening that has no salary range", where it was made
    /// without them.
    fn give_what_moves(&mut self, made: &str, operation: &Operation) -> Option<()> {
        let planner = self.planner;
        let step = self.steps.iter_mut().find(|step| step.id == made)?;
        let maker = planner.operation(&step.operation_id).ok()?;
        let schema = planner.media_type(maker).filter(|one| one.is_json())?.schema?;
        let body = Merged::of(planner.contract, &[schema], Choice::default());
        let required = body.required();
        let is_asked_for = |name: &&&str| {
            !required.contains(**name) && planner.resources.speaks_of(operation, name)
        };
        let properties = body.properties();
        let names: Vec<&&str> = properties.keys().filter(is_asked_for).collect();
        names.first()?;
        let (whole, _) = planner.sampler.valid(schema, Extent::Complete, &Fixed::new())?;
        let whole = planner.with_all_moments(maker, schema, whole, &Fixed::new());
        let request = &mut Arc::make_mut(step).request;
        let Content::Json(Template::Object(members)) = &mut request.body.as_mut()?.content else {
            return None;
        };
        for name in names {
            // What is drawn anew, or names something else, takes more than to be written down.
            let value = whole.members()?.get(*name).and_then(Sample::plain);
            if let Some(value) = value.filter(|_| !members.contains_key(*name)) {
                Arc::make_mut(members).insert((*name).to_owned(), Template::Value(value));
            }
        }
        Some(())
    }

    /// Has a member of what a step has made be a value: by the moves that lead there, or else by a write of that member alone.
    /// Where the answer that shows it afterwards stands: a step whose answer is kept.
    pub(in crate::plan) fn set_member(
        &mut self,
        made: &str,
        (member, value): (&str, &Value),
    ) -> Option<String> {
        let planner = self.planner;
        let maker = planner.operation(&self.step(made)?.operation_id).ok()?;
        let readers: Vec<_> = planner.resources.shown_by(maker).collect();
        let lives = readers.iter().flat_map(|reader| planner.resources.lifecycles(reader));
        let sign = Sign::Is(value.clone());
        let brought = lives.filter(|life| life.member == member).find_map(|life| {
            let state = life.states.iter().find(|state| life.sign(state) == sign)?;
            let mut draft = self.clone();
            let path = draft.path_of(life.about, made)?;
            draft.bring((life.about, &path), life, state).map(|()| draft)
        });
        let written = match brought {
            Some(draft) => {
                *self = draft;
                None
            }
            None => Some(self.write_member(maker, made, (member, value))?),
        };
        let Some(reader) = readers.first() else {
            self.answer_of(written.as_ref()?);
            return written;
        };
        let path = self.path_to(reader, made)?;
        let look = self.bare_request(reader, &path).ok()?;
        let id = self.free_step_id("state");
        self.push(reader, &id, look, planner.succeeds(reader));
        self.answer_of(&id);
        Some(id)
    }

    /// Writes a member of what a step has made, by a PATCH or a PUT.
    fn write_member(
        &mut self,
        maker: &'p Operation,
        made: &str,
        (member, value): (&str, &Value),
    ) -> Option<String> {
        let planner = self.planner;
        let fed = planner.resources.made_by(&maker.id).map(|(fed, _, _)| fed);
        let is_write = |one: &&Operation| matches!(one.method, Method::Patch | Method::Put);
        let writers: Vec<_> = fed.chain([maker]).filter(is_write).collect();
        let drafts = writers.into_iter().filter_map(|writer| {
            let mut draft = self.clone();
            let reader = planner.on_path(writer, Method::Get);
            let path = draft.path_to(writer, made).or_else(|| {
                let there = draft.path_to(reader?, made)?;
                same_path(writer, (reader?, &there))
            })?;
            let before = draft.inputs.clone();
            let request =
                draft.naming(writer, &path, (member, Sample::Value(value.clone())), &[])?;
            let id = draft.free_step_id("set");
            let request = draft.rename_inputs(request, &before, &id);
            // What else it takes, nothing may tell.
            draft.depends_on_state(writer);
            draft.push(writer, &id, request, planner.succeeds(writer));
            Some((draft, id))
        });
        let (draft, id) = drafts.into_iter().next()?;
        *self = draft;
        Some(id)
    }

    /// A body with these members as a body with everything has them.
    pub(in crate::plan) fn with_members(
        &self,
        operation: &Operation,
        path: &Path,
        sample: Sample,
        names: &[String],
    ) -> Sample {
        let media_type = self.planner.media_type(operation).filter(|_| !names.is_empty());
        let fixed = super::fixed_in_all(self.planner, operation, path);
        let whole = media_type.and_then(|media_type| {
            let whole = self.planner.sampler.valid(media_type.schema?, Extent::Complete, &fixed);
            whole.map(|(whole, _)| whole)
        });
        let absent =
            names.iter().filter(|name| sample.at(&Location::default().member(name)).is_none());
        let absent: Vec<&String> = absent.collect();
        absent.into_iter().fold(sample, |sample, name| {
            let place = Location::default().member(name);
            let value = whole.as_ref().and_then(|whole| whole.at(&place)).cloned();
            value.and_then(|value| sample.with(&place, value)).unwrap_or(sample)
        })
    }

    /// The path of an operation, with what it acts on made, in a state in which it isn't refused, and with what has to be there.
    pub(in crate::plan) fn ready_for(&mut self, operation: &Operation) -> Option<Path> {
        let path = self.path(operation, &Path::new()).ok()?;
        self.bring_around(operation, &path);
        self.make_needed_parts(operation);
        Some(path)
    }

    /// Brings what an operation acts on, and each thing that this lies within, into a state in which the operation isn't
    /// refused, as far as such states are known. Only what the case has made itself is brought anywhere. Whether any
    /// state was known to be the right one.
    pub(in crate::plan) fn bring_around(&mut self, operation: &Operation, path: &Path) -> bool {
        let (planner, mut is_known) = (self.planner, false);
        for life in planner.resources.lifecycles(operation) {
            let Some(state) = life.state_for(operation) else { continue };
            let before = self.clone();
            match self.bring((operation, path), life, state) {
                Some(()) => is_known = true,
                None => *self = before,
            }
        }
        is_known
    }

    /// Whether an operation is said to be refused in the state that something of the kind that it is about is in, as far as that
    /// is known.
    pub(super) fn is_refused_as_it_is(&self, operation: &Operation) -> bool {
        self.planner.refusing_states(operation).iter().any(|refusing| {
            let brought = self.states.iter().find(|((_, member), _)| *member == refusing.member);
            let state = brought.map(|(_, state)| state).or(refusing.initial.as_ref());
            state.is_some_and(|state| refusing.states.contains(state))
        })
    }

    /// The operation whose path names the thing of these states, with that path: the operation itself, or what made the
    /// thing that its path names.
    pub(in crate::plan) fn within<'o>(
        &mut self,
        life: &Lifecycle<'_>,
        (operation, path): (&'o Operation, &Path),
    ) -> Option<(&'o Operation, Path)>
    where
        'p: 'o,
    {
        let names_it = |one: &Operation| {
            one.path
                .shape()
                .strip_prefix(&life.item)
                .is_some_and(|it| it.is_empty() || it.starts_with('/'))
        };
        if names_it(operation) {
            return Some((operation, path.clone()));
        }
        let item = path.get(operation.path.item_parameter()?)?;
        let Expression::Output { step, .. } = &item.expression else { return None };
        let made = self.step(step)?.clone();
        let maker = self.planner.operation(&made.operation_id).ok().filter(|one| names_it(one))?;
        let path = self.path(maker, &Path::new()).ok()?;
        let is_same = path.iter().all(|(name, provided)| {
            let sent = made.request.path_parameters.get(name);
            sent.is_some_and(|text| text.expressions().any(|one| *one == provided.expression))
        });
        is_same.then_some((maker, path))
    }

    /// The step that has made the thing, with the member that shows its state.
    fn thing_of(
        &self,
        life: &Lifecycle<'_>,
        (operation, path): (&Operation, &Path),
    ) -> Option<(String, String)> {
        let place = life.about.path.parameters().count().checked_sub(1)?;
        let name = operation.path.parameters().nth(place)?;
        let Expression::Output { step, .. } = &path.get(name)?.expression else { return None };
        let maker = self.step(step).filter(|step| !step.request.method.is_safe())?;
        Some((maker.id.clone(), life.member.clone()))
    }

    /// Makes one of each kind of part that a thing needs to have to be moved, as the description of the move says, and puts there
    /// what it takes of.
    pub(in crate::plan) fn make_needed_parts(&mut self, operation: &Operation) {
        for maker in self.planner.makers_of_needed(operation) {
            let before = self.clone();
            if self.make(&maker.id, 0).is_err() {
                *self = before;
            }
        }
        if self.needed == Needed::Lacking {
            return;
        }
        for needed in self.planner.needed_things(operation) {
            let before = self.clone();
            if self.make_needed_thing(operation, needed).is_none() {
                *self = before;
            }
        }
    }

    /// Fills again what an action has emptied, before it is done once more.
    pub(super) fn fill_again(&mut self, action: &Operation) {
        if !self.planner.is_of_one_each(&action.id) {
            return;
        }
        let Some(filling) = self.planner.resources.filling(action) else { return };
        let last = |id: &str| self.steps.iter().rposition(|step| step.operation_id == id);
        let (Some(done), Some(filled)) = (last(&action.id), last(&filling.id)) else { return };
        if filled < done {
            let request = self.steps[filled].request.clone();
            let id = self.free_step_id("fill");
            self.push(filling, &id, request, self.planner.succeeds(filling));
        }
    }

    /// How what has to be there elsewhere is left.
    pub(in crate::plan) fn needs(&mut self, needed: Needed) {
        self.needed = needed;
    }

    fn make_needed_thing(&mut self, user: &Operation, needed: &NeededThing<'_>) -> Option<()> {
        self.planner.may_make(needed.maker).then_some(())?;
        let before = self.steps.len();
        let step = self.make(&needed.maker.id, 0).ok()?;
        // What was there before may be what the case is about.
        let is_new = self.steps.iter().skip(before).any(|one| one.id == step);
        if needed.is_own && is_new {
            self.make_own(&step, user, needed.maker);
        }
        let state = needed.state.as_ref().filter(|_| self.needed == Needed::Ready);
        let Some((reader, state)) = state else { return Some(()) };
        let life = self.planner.resources.lifecycle(reader)?;
        let path = self.path_to(reader, &step)?;
        self.bring((reader, &path), life, state)
    }

    /// Has a thing made by who needs it, where somebody else usually makes such things.
    fn make_own(&mut self, step: &str, user: &Operation, maker: &Operation) -> Option<()> {
        let own = self.credentials(user);
        let Credentials::As(name) = &own else { return None };
        let caller = self.planner.context.credentials.get(name)?;
        let request = self.step(step)?.request.clone();
        (request.credentials != own && caller.calls(maker)).then_some(())?;
        let request = self.for_oneself(maker, name, request);
        // Whether they may name all of it, or see it, nothing tells.
        let made = self.step_mut(step)?;
        let criteria = std::mem::take(&mut made.criteria).into_iter();
        made.criteria = criteria.flat_map(|one| one.or_others(&[403, 404])).collect();
        made.request = Request { credentials: own.clone(), ..request };
        self.removed_by(name, |one| one == step);
        self.own_steps.push(step.to_owned());
        Some(())
    }

    /// A request that moves a thing.
    pub(in crate::plan) fn moving(
        &mut self,
        life: &Lifecycle<'_>,
        one: &Move<'_>,
        path: &Path,
    ) -> Option<Request> {
        let Some(by) = &one.by else {
            return self.request(one.operation, path, Extent::Minimal).ok();
        };
        let value = life.value(one)?;
        // What is decided may have to be explained.
        let needed = match &one.value {
            Some(value) => self.members_with(one.operation, by, value),
            None => self.planner.resources.needed_for(one.operation, &one.to),
        };
        self.naming(one.operation, path, (by, Sample::Value(value)), &needed)
    }

    /// A PATCH of one member, which an expression gives.
    pub(in crate::plan) fn writing(
        &mut self,
        operation: &Operation,
        path: &Path,
        (name, value): (&str, Expression),
    ) -> Option<Request> {
        let media_type = self.planner.media_type(operation)?;
        let whole = self.planner.body_sample(operation, media_type, path, Extent::Complete).ok()?;
        let stand_in = whole.at(&Location::default().member(name))?.stand_in();
        self.naming(operation, path, (name, Sample::Known(value, stand_in)), &[])
    }

    /// The steps that made what a body names and can be named once only.
    pub(in crate::plan) fn taken(&self, operation: &Operation, request: &Request) -> Vec<String> {
        let named = request.steps_named().filter_map(|step| self.step(step));
        let taken = named.filter(|step| {
            let maker = self.planner.operation(&step.operation_id);
            maker.is_ok_and(|maker| self.planner.resources.takes(operation, maker))
        });
        taken.map(|step| step.id.clone()).collect()
    }

    /// The members that go with a value of one: those that are said to, or all where nothing is said of any.
    fn members_with(&self, operation: &Operation, by: &str, value: &Value) -> Vec<String> {
        let choices: Vec<_> =
            self.planner.choices(operation).iter().filter(|one| one.member == by).collect();
        if choices.is_empty() {
            return self.members_of_body(operation);
        }
        let with = choices.into_iter().filter(|one| *value == one.value.as_str());
        with.flat_map(|one| one.has.clone()).collect()
    }

    fn members_of_body(&self, operation: &Operation) -> Vec<String> {
        let schema = operation.body_schema();
        let merged = schema.map(|schema| {
            Merged::of(self.planner.contract, &[schema], Choice::default()).declared()
        });
        merged.into_iter().flatten().map(|(name, _)| name.to_owned()).collect()
    }

    /// A valid request whose body names a value, and of others only those that are needed with it.
    pub(in crate::plan) fn naming(
        &mut self,
        operation: &Operation,
        path: &Path,
        (name, value): (&str, Sample),
        needed: &[String],
    ) -> Option<Request> {
        let media_type = self.planner.media_type(operation).filter(|one| one.is_json())?;
        let schema = media_type.schema?;
        let place = Location::default().member(name);
        let alone = || Sample::Object([(name.to_owned(), value.clone())].into());
        let admits = |sample: &Sample| self.planner.sampler.admits(schema, sample);
        let sample = match media_type.patch() {
            Some(PatchKind::Json) => Sample::Array(vec![patch("replace", name, value.clone())]),
            _ if operation.method == Method::Patch && admits(&alone()) => alone(),
            _ => {
                let whole =
                    self.planner.body_sample(operation, media_type, path, Extent::Minimal).ok()?;
                whole.with(&place, value.clone())?
            }
        };
        let sample = self.with_members(operation, path, sample, needed);
        admits(&sample).then_some(())?;
        let referred = self.refer(operation, schema, sample, Some(&place));
        let mut request = self.bare_request(operation, path).ok()?;
        request.body = Some(self.written(media_type, referred.sample).ok()?);
        Some(request)
    }
}
