//! Things are brought into the state that a request needs.

use serde_json::Value;
use spec::model::{Method, Operation, PatchKind};
use spec::resources::{Lifecycle, Move, Sign};

use super::{Draft, Path, patch, same_path};
use crate::case::Request;
use crate::expression::Expression;
use crate::sample::{Extent, Location, Sample};

impl Draft<'_> {
    /// Brings what the path of an operation names, or lies within, into a state, by the moves that lead there.
    pub(in crate::plan) fn bring(
        &mut self,
        about: (&Operation, &Path),
        life: &Lifecycle<'_>,
        state: &str,
    ) -> Option<()> {
        let thing = self.thing_of(life, about)?;
        let at = self.states.get(&thing).cloned().or_else(|| life.initial.clone())?;
        for one in life.way(&at, state)? {
            let path = same_path(one.operation, about)?;
            let id = self.free_step_id("move");
            let before = self.inputs.clone();
            let request = self.moving(life, one, &path)?;
            let request = self.rename_inputs(request, &before, &id);
            let criteria = self.planner.succeeds(one.operation);
            self.push(one.operation, &id, request, criteria);
        }
        self.states.insert(thing, state.to_owned());
        Some(())
    }

    /// Brings what an operation acts on, and each thing that this lies within, into a state in which the operation isn't
    /// refused, as far as such states are known. Only what the case has made itself is brought anywhere. Whether any
    /// state was known to be the right one.
    pub(in crate::plan) fn bring_around(&mut self, operation: &Operation, path: &Path) -> bool {
        let mut is_known = false;
        for life in self.planner.resources.lifecycles(operation) {
            let Some(state) = life.state_for(operation) else { continue };
            let before = self.clone();
            let brought = self.has_made(&life, (operation, path)).then_some(());
            match brought.and_then(|()| self.bring((operation, path), &life, state)) {
                Some(()) => is_known = true,
                None => *self = before,
            }
        }
        is_known
    }

    /// Whether the thing that has a lifecycle, which is what the path of an operation names or lies within, was made by
    /// the case itself.
    pub(in crate::plan) fn has_made(
        &self,
        life: &Lifecycle<'_>,
        about: (&Operation, &Path),
    ) -> bool {
        self.thing_of(life, about).is_some()
    }

    /// The step that has made the thing, with the member that shows its state.
    fn thing_of(
        &self,
        life: &Lifecycle<'_>,
        (operation, path): (&Operation, &Path),
    ) -> Option<(String, String)> {
        let place = life.reader.path.parameters().count().checked_sub(1)?;
        let name = operation.path.parameters().nth(place)?;
        let Expression::Output { step, .. } = &path.get(name)?.expression else { return None };
        let maker = self.step(step).filter(|step| !step.request.method.is_safe())?;
        Some((maker.id.clone(), life.member.clone()))
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
        let Sign::Is(value) = life.sign(&one.to) else { return None };
        self.naming(one.operation, path, (by, value))
    }

    /// A valid request whose body names a value, and no other that it can do without.
    pub(in crate::plan) fn naming(
        &mut self,
        operation: &Operation,
        path: &Path,
        (name, value): (&str, Value),
    ) -> Option<Request> {
        let media_type = self.planner.media_type(operation).filter(|one| one.is_json())?;
        let schema = media_type.schema?;
        let value = Sample::Value(value);
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
        admits(&sample).then_some(())?;
        let referred = self.refer(operation, schema, sample, Some(&place));
        let mut request = self.bare_request(operation, path).ok()?;
        request.body = Some(self.written(media_type, referred.sample).ok()?);
        Some(request)
    }
}
