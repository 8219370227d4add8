//! What tells the alternatives of a schema apart.

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use super::reference::reference;
use super::structure;
use crate::model::{Discriminator, Schema, SchemaId, Version};
use crate::pointer::escape;
use crate::{Finding, Origin};

impl<'d> Resolver<'d> {
    pub(super) fn read_discriminator(
        &mut self,
        node: &Node<'d>,
        schema: &Schema,
    ) -> Option<Discriminator> {
        let written = node.get("discriminator")?;
        let typed = self.typed::<openapiv3::Discriminator>(&written, &structure::DISCRIMINATOR)?;
        let mut mapping = IndexMap::new();
        let at = written.at.child("mapping");
        for (value, target) in &typed.mapping {
            if let Some(id) = self.mapped_schema(&written, &at.child(value), target) {
                mapping.insert(value.clone(), id);
            }
        }
        // OAS 3.0.3 §4.7.25: a schema without a mapping goes by the name of its component.
        let alternatives = [("oneOf", &schema.one_of), ("anyOf", &schema.any_of)];
        for (key, ids) in alternatives {
            let Some(list) = node.get(key) else { continue };
            for (item, id) in list.items().zip(ids) {
                let name = reference(&item).and_then(|text| text.rsplit('/').next());
                if let Some(name) = name.filter(|_| !mapping.values().any(|mapped| mapped == id)) {
                    mapping.insert(name.to_owned(), *id);
                }
            }
        }
        let default_mapping = written
            .get("defaultMapping")
            .filter(|_| self.version >= Version::V3_2)
            .and_then(|target| self.mapped_schema(&written, &target.at, target.value.as_str()?));
        Some(Discriminator { property: typed.property_name, mapping, default_mapping })
    }

    /// A mapping names a schema by reference, or by the bare name of a component.
    fn mapped_schema(&mut self, written: &Node<'d>, at: &Origin, target: &str) -> Option<SchemaId> {
        let bare = format!("#/components/schemas/{}", escape(target));
        let is_bare = !target.contains(['#', '/']);
        let found = if is_bare { self.find(&Origin::root(""), &bare).ok() } else { None };
        let found = found.or_else(|| self.find(&written.at, target).ok());
        match found {
            Some(node) => Some(self.schema_id(&node)),
            None => {
                let message = format!("this mapping leads to `{target}`, which does not exist");
                // Which alternative a value is of is told by the alternatives as well.
                self.report_mended(Finding::error("dangling-reference", at.clone(), message));
                None
            }
        }
    }
}
