//! Dynamic scope: which dynamic anchors lie on the way to a schema (JSON Schema 2020-12, Core §7.1).
//!
//! A schema that is reached in two scopes is read twice, so that each `$dynamicRef` in it has one target. Documents
//! without dynamic anchors have one scope, the empty one.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::resources::Resources;
use crate::Origin;

/// One of [`Scopes`]; the default is the empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct ScopeId(usize);

/// The scopes that were met: by the name of an anchor, the outermost schema that has it.
#[derive(Debug, Default)]
pub(super) struct Scopes(IndexSet<BTreeMap<String, Origin>>);

impl Scopes {
    /// The scope of what stands at a place, entered from a scope.
    pub(super) fn enter(&mut self, from: ScopeId, at: &Origin, resources: &Resources) -> ScopeId {
        let Some(anchors) = resources.dynamic(at) else { return from };
        let mut scope = self.get(from).cloned().unwrap_or_default();
        for (name, place) in anchors {
            scope.entry(name.clone()).or_insert_with(|| place.clone());
        }
        ScopeId(self.0.insert_full(scope).0 + 1)
    }

    /// Where the outermost anchor of a name is.
    pub(super) fn outermost(&self, scope: ScopeId, name: &str) -> Option<&Origin> {
        self.get(scope)?.get(name)
    }

    fn get(&self, ScopeId(place): ScopeId) -> Option<&BTreeMap<String, Origin>> {
        self.0.get_index(place.checked_sub(1)?)
    }
}
