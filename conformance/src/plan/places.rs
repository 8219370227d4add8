//! What a value at a place of a body must match.
//!
//! Every case of an operation asks this of the same places, so what was found is kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use spec::Contract;
use spec::model::SchemaId;

use crate::sample::{Choice, Merged, Segment};

/// A body's schema and the way to a place in it.
type Place = (SchemaId, Vec<Segment>);

#[derive(Debug)]
pub(super) struct Places<'a> {
    contract: &'a Contract,
    known: RefCell<HashMap<Place, Rc<[SchemaId]>>>,
}

impl<'a> Places<'a> {
    pub(super) fn of(contract: &'a Contract) -> Self {
        Self { contract, known: RefCell::default() }
    }

    /// The schemas that a value there must match, as far as clients send it; none where nothing is said.
    pub(super) fn schemas(&self, body: SchemaId, way: &[Segment]) -> Rc<[SchemaId]> {
        let Some((last, before)) = way.split_last() else { return Rc::from([body]) };
        let asked = (body, way.to_vec());
        if let Some(known) = self.known.borrow().get(&asked) {
            return Rc::clone(known);
        }
        let around = self.schemas(body, before);
        let merged = Merged::of(self.contract, &around, Choice::default());
        let found = match last {
            Segment::Member(name) => merged.properties().swap_remove(name.as_str()),
            Segment::Item(n) => Some(merged.item(*n)),
        };
        let found: Rc<[SchemaId]> = found.unwrap_or_default().into();
        self.known.borrow_mut().insert(asked, Rc::clone(&found));
        found
    }
}
