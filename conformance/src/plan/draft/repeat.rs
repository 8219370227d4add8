//! Members of bodies that repeat what the thing shows which they are about: the amount that is paid is the total of the order.

use spec::model::{Operation, SchemaId};
use spec::pointer::escape;

use super::Draft;
use crate::expression::Expression;
use crate::sample::{Location, Sample};

impl Draft<'_> {
    /// The body with what it has to repeat of the thing that the case has made, where that changes nothing about how it keeps
    /// to the schema; but at places that are to be left as they are.
    pub(in crate::plan) fn repeating(
        &mut self,
        operation: &Operation,
        schema: SchemaId,
        mut sample: Sample,
        is_kept: &dyn Fn(&Location) -> bool,
    ) -> Sample {
        for repeated in self.planner.repeated_of(operation) {
            let place = Location::default().member(&repeated.member);
            let Some(there) = sample.at(&place).filter(|_| !is_kept(&place)) else { continue };
            let stand_in = there.stand_in();
            let Some(shown) = self.shown_by_maker(operation, &repeated.of) else { continue };
            let violated = self.planner.sampler.violated(schema, &sample);
            let same = sample.with(&place, Sample::Known(shown, stand_in));
            let fits = |one: &Sample| self.planner.sampler.violated(schema, one) == violated;
            sample = same.filter(fits).unwrap_or(sample);
        }
        sample
    }

    /// What the answer to whoever made the thing of an operation shows under this name.
    pub(in crate::plan) fn shown_by_maker(
        &mut self,
        operation: &Operation,
        member: &str,
    ) -> Option<Expression> {
        let maker = self.maker_of(operation)?;
        let step = self.made.get(&maker.id)?.clone();
        let shown = Expression::response_body(format!("/{}", escape(member)));
        let output = self.output_named_like(&step, member, &shown);
        Some(Expression::output(step, &output))
    }
}
