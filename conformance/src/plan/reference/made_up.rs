//! Values of bodies that were made up where something has to be named: nothing may be there by that name.

use serde_json::Value;
use spec::model::{Operation, SchemaId};
use spec::names::is_own_id;
use spec::resources::names_another;

use super::{Named, named};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::{Choice, Location, Merged, Sample};

/// Whether a place has a value that was made up, rather than one of a few.
fn is_free(sample: &Sample, place: &Named) -> bool {
    match sample.at(&place.location) {
        Some(Sample::Array(items)) => items.iter().any(|item| matches!(item, Sample::Fresh(_))),
        Some(one) => matches!(one, Sample::Fresh(_)),
        None => false,
    }
}

impl Draft<'_> {
    /// A body without all that it names at places of which nothing tells what they name, if that changes nothing about how it keeps
    /// to the schema: of a large body, each by itself would take long to find out.
    pub(super) fn without_made_up(
        &mut self,
        (operation, schema): (&Operation, SchemaId),
        sample: Sample,
        is_kept: &dyn Fn(&Location) -> bool,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> Sample {
        let mut less = sample.clone();
        for place in named(&sample).into_iter().filter(|place| !is_kept(&place.location)) {
            let is_unknown = self.is_made_up((operation, schema), &sample, &place)
                && self.candidates(operation, schema, &place).is_empty()
                && self.value_there(operation, &place).is_none()
                && self.own_id_of(&place.name).is_none();
            if is_unknown {
                less.remove(&place.location);
            }
        }
        if less != sample && fits(&less) { less } else { sample }
    }

    /// Whether a place has a made-up value where something has to be named, as far as names and components tell.
    pub(super) fn is_made_up(
        &self,
        (operation, schema): (&Operation, SchemaId),
        sample: &Sample,
        place: &Named,
    ) -> bool {
        let references = self.planner().resources.references();
        let is_shared =
            || references.are_shared(operation, &self.planner().declared_at(schema, place));
        let is_named = names_another(operation, &place.name);
        let is_number =
            || is_named && self.planner().is_drawn_number(operation, schema, sample, place);
        (is_free(sample, place) || is_number())
            && (is_named
                || place.several && self.planner().resources.are_made(&place.name)
                || self.is_others_uuid(schema, place)
                || self.planner().resources.may_be_unknown(operation, &place.name)
                || is_shared())
    }

    /// Whether a place wants a UUID, and not one that would be the thing's own: it is what something else goes by.
    fn is_others_uuid(&self, schema: SchemaId, place: &Named) -> bool {
        let contract = self.planner().contract;
        let declared = self.planner().declared_at(schema, place);
        let is_uuid = |id: &SchemaId| contract.schema(*id).format.as_deref() == Some("uuid");
        !is_own_id(&place.name) && declared.iter().any(is_uuid)
    }
}

impl Planner<'_> {
    /// Whether numbers stand at a place of a body that were drawn, and that no example of the document has: as ids, of nothing that
    /// is known to be there.
    fn is_drawn_number(
        &self,
        operation: &Operation,
        schema: SchemaId,
        sample: &Sample,
        place: &Named,
    ) -> bool {
        let numbers: Vec<&Value> = match sample.at(&place.location) {
            Some(Sample::Value(number @ Value::Number(_))) => vec![number],
            Some(Sample::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Sample::Value(number @ Value::Number(_)) => Some(number),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let declared = self.declared_at(schema, place);
        let own = declared.iter().flat_map(|id| &self.contract.schema(*id).examples);
        let media_type = self.media_type(operation);
        let whole = media_type.into_iter().flat_map(|media_type| &media_type.examples);
        let shown: Vec<&Value> = own
            .map(|example| &example.value)
            .chain(whole.filter_map(|example| example.value.get(&place.name)))
            .collect();
        let is_shown = |number: &&Value| {
            shown.iter().any(|shown| {
                *shown == *number || shown.as_array().is_some_and(|all| all.contains(number))
            })
        };
        let few = Merged::of(self.contract, &declared, Choice::default()).enumeration();
        !numbers.is_empty() && few.is_none() && !numbers.iter().all(is_shown)
    }
}
