//! What differs from a valid body is shown in as small a one as it can be: whatever else may be left out could be what the body is
//! refused for, and then it shows nothing.

use std::rc::Rc;

use indexmap::IndexSet;
use spec::model::SchemaId;

use crate::plan::Planner;
use crate::sample::{Location, Sample, Segment, Variant};

/// Bodies without the members that needn't be there.
pub(super) struct Narrowed<'s> {
    planner: &'s Planner<'s>,
    schema: SchemaId,
    /// The members of the smallest body that is sent.
    kept: IndexSet<String>,
    /// Bodies with what is left of them for a member that is to be there.
    known: Vec<(Rc<Sample>, Option<String>, Rc<Sample>)>,
}

impl<'s> Narrowed<'s> {
    /// Those that have at least what the smallest one has.
    pub(super) fn new(planner: &'s Planner<'s>, schema: SchemaId, smallest: &Sample) -> Self {
        let kept = smallest.members().into_iter().flatten().map(|(name, _)| name.clone());
        Self { planner, schema, kept: kept.collect(), known: Vec::new() }
    }

    /// A variant that differs from the smallest body that has its place. The whole that shows it stays as it is.
    pub(super) fn variant(&mut self, variant: Variant) -> Variant {
        let Some(Segment::Member(member)) = variant.location.0.first() else { return variant };
        // That a member needn't be there shows where all others are: the smallest body is asked for anyway.
        if variant.keyword == "absent" {
            return variant;
        }
        let member = (!self.kept.contains(member)).then(|| member.clone());
        let base = self.base(&variant.base, member);
        Variant { base, ..variant }
    }

    /// What shows a variant, without what it needn't have.
    pub(super) fn sample(&self, variant: &Variant) -> Option<Sample> {
        let Some(Segment::Member(member)) = variant.location.0.first() else { return None };
        (variant.keyword != "absent").then_some(())?;
        self.without_others(&variant.sample, Some(member))
    }

    fn base(&mut self, base: &Rc<Sample>, member: Option<String>) -> Rc<Sample> {
        let known = self.known.iter().find(|(one, of, _)| *of == member && one == base);
        if let Some((.., narrowed)) = known {
            return Rc::clone(narrowed);
        }
        let narrowed = self.without_others(base, member.as_deref());
        let narrowed = narrowed.map_or_else(|| Rc::clone(base), Rc::new);
        self.known.push((Rc::clone(base), member, Rc::clone(&narrowed)));
        narrowed
    }

    /// `None` where it has nothing that may be left out.
    fn without_others(&self, sample: &Sample, member: Option<&str>) -> Option<Sample> {
        let names = sample.members()?.keys();
        let others =
            names.filter(|name| !self.kept.contains(*name) && Some(name.as_str()) != member);
        let others: Vec<Location> = others.map(|name| Location::default().member(name)).collect();
        if others.is_empty() {
            return None;
        }
        let is_right = |changed: &Sample| self.planner.is_as_valid(self.schema, sample, changed);
        let without = |sample: Sample, place: &Location| sample.without(place).unwrap_or(sample);
        let all = others.iter().fold(sample.clone(), without);
        if is_right(&all) {
            return Some(all);
        }
        // One of them has to be there with another one.
        let each = others.iter().fold(sample.clone(), |sample, place| {
            sample.without(place).filter(is_right).unwrap_or(sample)
        });
        Some(each)
    }
}
