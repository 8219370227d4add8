//! The keywords that lead to other schemas: items and members.

use super::engine::{At, Engine, Here, Step};
use super::keywords::admits;
use super::rules::Direction;
use super::table::Fact;
use crate::model::{Additional, JsonType, SchemaId};
use crate::normal::{Conjunction, Marks, Normal, Normalizer, Others};

/// What one side says of a member.
struct Member {
    schema: Conjunction,
    required: Option<SchemaId>,
    marks: Marks,
}

impl Member {
    /// Whether messages of this direction carry it: requests have no `readOnly`, responses no `writeOnly` members.
    fn travels(&self, direction: Direction) -> bool {
        match direction {
            Direction::Request => self.marks.read_only.is_none(),
            Direction::Response => self.marks.write_only.is_none(),
            Direction::Both => true,
        }
    }
}

impl<'a> Engine<'a> {
    pub(super) fn compare_array(&mut self, here: &Here<'_, 'a>) {
        if !admits(here, JsonType::Array) {
            return;
        }
        let (old, new) = (here.old, here.new);
        let at = (At(old.unique_items, "uniqueItems"), At(new.unique_items, "uniqueItems"));
        match (old.unique_items, new.unique_items) {
            (None, Some(_)) => {
                self.state(here, Fact::UniqueItemsAdded, at, "no two items may be equal now");
            }
            (Some(_), None) => {
                self.state(here, Fact::UniqueItemsRemoved, at, "two items may be equal now");
            }
            _ => {}
        }
        self.part(here, (old.items, new.items), Step::Items(here.id));
        let (was, is) = (old.prefix_items.len(), new.prefix_items.len());
        if was != is {
            let at = (At(None, ""), At(None, ""));
            let what = format!("`prefixItems` lists {is} items in place of {was}");
            self.state(here, Fact::PrefixItemsChanged, at, &what);
        }
        for (place, pair) in old.prefix_items.iter().zip(&new.prefix_items).enumerate() {
            self.part(here, (*pair.0, *pair.1), Step::Item(here.id, place));
        }
    }

    pub(super) fn compare_members(&mut self, here: &Here<'_, 'a>) {
        if !admits(here, JsonType::Object) {
            return;
        }
        let (old, new) = (here.old, here.new);
        for name in names(old) {
            self.compare_member(here, name);
        }
        for name in names(new) {
            if !declares(old, name) {
                self.compare_member(here, name);
            }
        }
        self.compare_other_members(here);
        self.compare_pattern_members(here);
    }

    fn compare_member(&mut self, here: &Here<'_, 'a>, name: &'a str) {
        let old = declares(here.old, name).then(|| {
            let schema = here.old.properties.get(name).copied();
            let schema = schema.unwrap_or(Conjunction::Anything);
            let required = here.old.required.get(name).copied();
            Member { schema, required, marks: self.old.marks(schema) }
        });
        let new = declares(here.new, name).then(|| {
            let schema = here.new.properties.get(name).copied();
            let schema = schema.unwrap_or(Conjunction::Anything);
            let required = here.new.required.get(name).copied();
            Member { schema, required, marks: self.new.marks(schema) }
        });
        match (old, new) {
            (Some(old), Some(new)) => self.compare_kept_member(here, name, &old, &new),
            (Some(old), None) if old.travels(here.direction) => {
                self.state_removed(here, name, &old)
            }
            (None, Some(new)) if new.travels(here.direction) => self.state_added(here, name, &new),
            _ => {}
        }
    }

    fn compare_kept_member(
        &mut self,
        here: &Here<'_, 'a>,
        name: &'a str,
        old: &Member,
        new: &Member,
    ) {
        self.compare_marks(here, name, old, new);
        let (was, is) = (old.travels(here.direction), new.travels(here.direction));
        let at = (At(old.required, "required"), At(new.required, "required"));
        match (old.required.filter(|_| was), new.required.filter(|_| is)) {
            (None, Some(_)) => {
                let what = format!("`{name}` is required now");
                self.state(here, Fact::PropertyBecameRequired, at, &what);
            }
            (Some(_), None) if is => {
                let what = format!("`{name}` is no longer required");
                self.state(here, Fact::PropertyBecameOptional, at, &what);
            }
            _ => {}
        }
        if was && is {
            self.part(here, (old.schema, new.schema), Step::Property(here.id, name));
        }
    }

    fn compare_marks(&mut self, here: &Here<'_, 'a>, name: &str, old: &Member, new: &Member) {
        let (was, is) = (old.marks, new.marks);
        for (keyword, old, new, became, ceased) in [
            (
                "readOnly",
                was.read_only,
                is.read_only,
                Fact::BecameReadOnly,
                Fact::BecameNotReadOnly,
            ),
            (
                "writeOnly",
                was.write_only,
                is.write_only,
                Fact::BecameWriteOnly,
                Fact::BecameNotWriteOnly,
            ),
        ] {
            let at = (At(old, keyword), At(new, keyword));
            match (old, new) {
                (None, Some(_)) => {
                    self.state(here, became, at, &format!("`{name}` is `{keyword}` now"));
                }
                (Some(_), None) => {
                    self.state(here, ceased, at, &format!("`{name}` is no longer `{keyword}`"));
                }
                _ => {}
            }
        }
    }

    fn state_removed(&mut self, here: &Here<'_, 'a>, name: &str, old: &Member) {
        let is_request = here.direction == Direction::Request;
        let at = (self.member_place(true, old.schema), At(None, ""));
        let (fact, kind) = match (here.new.others, old.required) {
            (Others::Forbidden(_), _) if is_request => (Fact::PropertyForbidden, "property"),
            (_, Some(_)) => (Fact::RequiredPropertyRemoved, "required property"),
            (_, None) => (Fact::OptionalPropertyRemoved, "optional property"),
        };
        self.state(here, fact, at, &format!("{kind} `{name}` is gone"));
    }

    fn state_added(&mut self, here: &Here<'_, 'a>, name: &str, new: &Member) {
        let at = (At(None, ""), self.member_place(false, new.schema));
        let (fact, kind) = match new.required {
            Some(_) => (Fact::RequiredPropertyAdded, "required"),
            None => (Fact::OptionalPropertyAdded, "optional"),
        };
        self.state(here, fact, at, &format!("{kind} property `{name}` is new"));
    }

    /// A member's place is that of what it must match, unless that is a component, which others use as well.
    fn member_place(&self, old: bool, schema: Conjunction) -> At {
        let side = if old { &self.old } else { &self.new };
        let named = side.name(schema).is_some();
        At(side.schemas(schema).first().copied().filter(|_| !named), "")
    }

    fn compare_other_members(&mut self, here: &Here<'_, 'a>) {
        let at = |side: &Normalizer<'_>, by: Option<SchemaId>| {
            let is_plain = by.is_none_or(|id| side.schema(id).additional == Additional::Forbidden);
            At(by, if is_plain { "additionalProperties" } else { "unevaluatedProperties" })
        };
        match (here.old.others, here.new.others) {
            (Others::Match(old), Others::Match(new)) => {
                self.part(here, (old, new), Step::Others(here.id));
            }
            (Others::Match(_), Others::Forbidden(by)) => {
                let what = "members that aren't listed are refused now";
                let fact = Fact::AdditionalPropertiesForbidden;
                let at = (at(&self.old, None), at(&self.new, Some(by)));
                self.state(here, fact, at, what);
            }
            (Others::Forbidden(by), Others::Match(_)) => {
                let what = "members that aren't listed are admitted now";
                let fact = Fact::AdditionalPropertiesAllowed;
                let at = (at(&self.old, Some(by)), at(&self.new, None));
                self.state(here, fact, at, what);
            }
            (Others::Forbidden(_), Others::Forbidden(_)) => {}
        }
    }

    fn compare_pattern_members(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (&here.old.pattern_properties, &here.new.pattern_properties);
        for (pattern, &schema) in old {
            match new.get(pattern) {
                Some(&now) => self.part(here, (schema, now), Step::Others(here.id)),
                None => {
                    let what = format!("`patternProperties` no longer has `{pattern}`");
                    let at = (At(None, ""), At(None, ""));
                    self.state(here, Fact::PatternPropertiesChanged, at, &what);
                }
            }
        }
        for pattern in new.keys().filter(|pattern| !old.contains_key(*pattern)) {
            let what = format!("`patternProperties` has `{pattern}` now");
            let at = (At(None, ""), At(None, ""));
            self.state(here, Fact::PatternPropertiesChanged, at, &what);
        }
    }
}

fn declares(flat: &Normal<'_>, name: &str) -> bool {
    flat.properties.contains_key(name) || flat.required.contains_key(name)
}

/// The members that a schema speaks of: it may require one that it doesn't describe.
fn names<'a>(flat: &Normal<'a>) -> Vec<&'a str> {
    let undescribed = flat.required.keys().filter(|name| !flat.properties.contains_key(*name));
    flat.properties.keys().chain(undescribed).copied().collect()
}
