//! What a mutant of the depot knows and can reach.

use std::collections::{BTreeMap, BTreeSet};

use depot::state::{Clock, Company, Item};
use depot::{Depot, KEYS};
use serde_json::Value;

use crate::exchange::{Answered, Asked};
use crate::subject;

/// The sound server's store, and what the mutant has noted for itself.
#[derive(Debug)]
pub struct Memory {
    depot: Depot,
    /// The caller's company as it was when [`Memory::look`] was called last.
    pub was: Company,
    /// Whatever a mutant wants to know again.
    pub notes: BTreeMap<String, Value>,
    /// Ids that a mutant has singled out.
    pub marked: BTreeSet<i64>,
    /// How many exchanges there were.
    pub exchanges: u64,
}

impl subject::Memory for Memory {
    fn learn(&mut self, _: &Asked, _: &Answered) {
        self.exchanges += 1;
    }
}

impl Memory {
    /// Nothing yet, over a store.
    pub fn of(depot: Depot) -> Self {
        Self {
            depot,
            was: Company::default(),
            notes: BTreeMap::new(),
            marked: BTreeSet::new(),
            exchanges: 0,
        }
    }

    /// Keeps the caller's company as it is now.
    pub fn look(&mut self, asked: &Asked) {
        self.was = self.edit(asked, |company, _| company.clone()).unwrap_or_default();
    }

    /// Reaches into the caller's company; `None`: nobody knows the caller.
    pub fn edit<R>(
        &self,
        asked: &Asked,
        act: impl FnOnce(&mut Company, &mut Clock) -> R,
    ) -> Option<R> {
        Some(self.edit_of(asked.company()?, act))
    }

    /// Reaches into a company.
    pub fn edit_of<R>(
        &self,
        company: &'static str,
        act: impl FnOnce(&mut Company, &mut Clock) -> R,
    ) -> R {
        let mut state = self.depot.state();
        let (company, clock) = state.of(company);
        act(company, clock)
    }

    /// Reaches into the item of the path, if it is there.
    pub fn edit_item(&self, asked: &Asked, act: impl FnOnce(&mut Item)) {
        let Some(id) = asked.item() else { return };
        self.edit(asked, |company, _| company.items.get_mut(&id).map(act));
    }

    /// The item of the path as it was at the last look.
    pub fn old_item(&self, asked: &Asked) -> Option<Item> {
        self.was.items.get(&asked.item()?).cloned()
    }
}

impl Asked {
    /// The key that it shows, in the header.
    pub(crate) fn key(&self) -> Option<&str> {
        self.header("x-api-key")
    }

    /// The company whose key it shows.
    pub(crate) fn company(&self) -> Option<&'static str> {
        let key = self.key().map(str::to_owned).or_else(|| self.parameter("key"))?;
        KEYS.into_iter().find(|(known, ..)| *known == key).map(|(_, company, _)| company)
    }

    /// The id behind `items`.
    pub(crate) fn item(&self) -> Option<i64> {
        self.id_behind("items")
    }

    /// The id behind a segment of the path.
    pub(crate) fn id_behind(&self, segment: &str) -> Option<i64> {
        self.behind(segment)?.parse().ok()
    }
}

/// Keeps the caller's company as it is before the request.
pub(super) fn looking(asked: &mut Asked, memory: &mut Memory) {
    memory.look(asked);
}
