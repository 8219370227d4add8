//! What differs from a valid body is shown in as small a one as it can be: whatever else may be left out could be what the body is
//! refused for, and then it shows nothing.

use std::rc::Rc;

use indexmap::IndexSet;
use spec::model::{Operation, SchemaId};

use crate::plan::Planner;
use crate::sample::{Location, Sample, Segment, Variant};

/// Of bodies with more members than that, each would be looked at anew for each of them.
const MOST: usize = 60;

/// Bodies without the members that needn't be there.
pub(super) struct Narrowed<'s> {
    planner: &'s Planner<'s>,
    schema: SchemaId,
    /// The smallest body that is sent.
    smallest: Sample,
    /// The members that are spoken of together with others: one may need another.
    tied: IndexSet<String>,
    /// Bodies with what is left of them for a branch that is to be there.
    known: Vec<(Rc<Sample>, Option<Location>, Rc<Sample>)>,
}

impl<'s> Narrowed<'s> {
    /// Those that have at least what the smallest one has.
    pub(super) fn new(
        planner: &'s Planner<'s>,
        (operation, schema): (&Operation, SchemaId),
        smallest: &Sample,
    ) -> Self {
        let tied = planner.resources.told_together(operation).into_iter().collect();
        Self { planner, schema, smallest: smallest.opened(), tied, known: Vec::new() }
    }

    /// A variant that differs from the smallest body that has its place. The whole that shows it stays as it is.
    pub(super) fn variant(&mut self, variant: Variant) -> Variant {
        if self.is_of_all(&variant) {
            return variant;
        }
        let branch = self.branch(&variant.location);
        let base = self.base(&variant.base, branch);
        Variant { base, ..variant }
    }

    /// What shows a variant, without what it needn't have.
    pub(super) fn sample(&self, variant: &Variant) -> Option<Sample> {
        (!self.is_of_all(variant)).then_some(())?;
        self.without_others(&variant.sample, &variant.location)
    }

    /// Whether a variant shows something of all that a body has. That a member needn't be there shows where all others are: the
    /// smallest body is asked for anyway.
    fn is_of_all(&self, Variant { location, keyword, .. }: &Variant) -> bool {
        let is_tied = |member: &Segment| match member {
            Segment::Member(name) => self.tied.contains(name),
            Segment::Item(_) => false,
        };
        location.0.first().is_none_or(is_tied) || *keyword == "absent"
    }

    /// The first on the way to a place that the smallest body doesn't have.
    fn branch(&self, place: &Location) -> Option<Location> {
        let prefixes = (1..=place.0.len()).map(|length| Location(place.0[..length].to_vec()));
        prefixes.into_iter().find(|prefix| self.smallest.at(prefix).is_none())
    }

    fn base(&mut self, base: &Rc<Sample>, branch: Option<Location>) -> Rc<Sample> {
        let is_same = |one: &Rc<Sample>| Rc::ptr_eq(one, base) || one == base;
        let known = self.known.iter().find(|(one, of, _)| *of == branch && is_same(one));
        if let Some((.., narrowed)) = known {
            return Rc::clone(narrowed);
        }
        let narrowed = self.without_others(base, branch.as_ref().unwrap_or(&Location::default()));
        let narrowed = narrowed.map_or_else(|| Rc::clone(base), Rc::new);
        self.known.push((Rc::clone(base), branch, Rc::clone(&narrowed)));
        narrowed
    }

    /// `None` where it has nothing that may be left out.
    fn without_others(&self, sample: &Sample, place: &Location) -> Option<Sample> {
        let mut others = Vec::new();
        others_in(sample, &self.smallest, &place.0, &Location::default(), &mut others);
        if others.is_empty() || others.len() > MOST {
            return None;
        }
        let is_right = |changed: &Sample| self.planner.is_as_valid(self.schema, sample, changed);
        let mut all = sample.clone();
        others.iter().for_each(|place| drop(all.remove(place)));
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

/// The members of a sample that the smallest one doesn't have, and that aren't on the way to a place.
fn others_in(
    sample: &Sample,
    smallest: &Sample,
    way: &[Segment],
    here: &Location,
    found: &mut Vec<Location>,
) {
    let behind = |segment: &Segment| match way.split_first() {
        Some((first, rest)) if first == segment => Some(rest),
        _ => None,
    };
    match (sample, smallest) {
        (Sample::Object(members), Sample::Object(least)) => {
            for (name, member) in members {
                let (place, rest) = (here.member(name), behind(&Segment::Member(name.clone())));
                match least.get(name) {
                    Some(least) => {
                        others_in(member, least, rest.unwrap_or_default(), &place, found);
                    }
                    None if rest.is_none() => found.push(place),
                    None => {}
                }
            }
        }
        (Sample::Array(items), Sample::Array(least)) => {
            for (n, (item, least)) in items.iter().zip(least).enumerate() {
                let rest = behind(&Segment::Item(n)).unwrap_or_default();
                others_in(item, least, rest, &here.item(n), found);
            }
        }
        _ => {}
    }
}
