//! Members that only keywords mention: the type must have them, or what is read would lose them, and nobody could send
//! what `dependentRequired` asks for.

use std::collections::{BTreeSet, HashSet};

use crate::ir::schema::{Keyword, Keywords};
use crate::ir::types::{Kind, Presence, Struct};
use crate::lower::Lowerer;
use crate::lower::names::{Scope, snake};
use crate::lower::object::unspoken;

impl Lowerer<'_> {
    /// Gives each struct that ignores members of other names those that its keywords mention.
    pub(super) fn add_mentioned(&mut self) {
        for at in 0..self.types.len() {
            let mut names = BTreeSet::new();
            self.mention(&self.types[at].schema, &mut names, &mut HashSet::new());
            let item = &mut self.types[at];
            if let Kind::Struct(object) = &mut item.kind
                && object.additional.is_none()
                && !object.closed
            {
                let mut scope = Scope::default();
                object.fields.iter().for_each(|field| drop(scope.take(field.rust.clone())));
                names.retain(|name| !declares(object, name));
                for name in names {
                    let rust = scope.take(snake(&name, "value"));
                    let mut field = unspoken(&name, rust, &item.origin);
                    field.presence = Presence::Optional;
                    object.fields.push(field);
                }
            }
        }
    }

    /// The members that keywords of the same value mention.
    fn mention(
        &self,
        keywords: &Keywords,
        names: &mut BTreeSet<String>,
        followed: &mut HashSet<String>,
    ) {
        for keyword in keywords {
            match keyword {
                Keyword::Required(all) => names.extend(all.iter().cloned()),
                Keyword::Properties(all) => names.extend(all.iter().map(|(name, _)| name.clone())),
                Keyword::DependentSchemas(all) => {
                    names.extend(all.iter().map(|(name, _)| name.clone()));
                }
                Keyword::DependentRequired(all) => {
                    names.extend(all.iter().map(|(name, _)| name.clone()));
                    names.extend(all.iter().flat_map(|(_, needed)| needed.iter().cloned()));
                }
                Keyword::Ref(name) if followed.insert(name.clone()) => {
                    if let Some(keywords) = self.shared.of_name(name) {
                        self.mention(keywords, names, followed);
                    }
                }
                _ => {}
            }
            for schema in keyword.in_place() {
                self.mention(schema, names, followed);
            }
        }
    }
}

fn declares(object: &Struct, name: &str) -> bool {
    object.fields.iter().any(|field| field.wire == name)
        || object.constants.iter().any(|constant| constant.wire == name)
}
