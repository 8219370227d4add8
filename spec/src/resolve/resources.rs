//! `$id`, `$anchor` and `$dynamicAnchor`: the names that schemas of 3.1 give themselves.
//!
//! A schema with an `$id` is a resource: references in it are relative to it, and its anchors are its own. What has
//! none belongs to the resource around it, at last to the file. Nothing of this costs documents without such names.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::load::{Document, join};
use crate::{FileId, Origin};

/// The members that hold objects by name, which say nothing themselves.
const NAMED: &[&str] = &[
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "schemas",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "paths",
    "pathItems",
    "callbacks",
    "content",
    "encoding",
    "mediaTypes",
    "additionalOperations",
];

/// The members that hold values of the user's own.
const VALUES: &[&str] = &["enum", "const", "default", "example", "examples", "value"];

/// The resources of all files, each by its place.
#[derive(Debug, Default)]
pub(super) struct Resources {
    by_url: HashMap<String, Origin>,
    all: BTreeMap<Origin, Resource>,
}

#[derive(Debug, Default)]
struct Resource {
    url: String,
    anchors: BTreeMap<String, Origin>,
    dynamic: BTreeMap<String, Origin>,
}

impl Resources {
    pub(super) fn of(document: &Document) -> Self {
        let mut resources = Self::default();
        for (file, value) in (0..).map(FileId).zip(&document.files) {
            let origin = Origin { file, pointer: String::new() };
            if document.sources.mentions(&origin, &["$id", "$anchor", "$dynamicAnchor"]) {
                // From 3.2 on, a document may say what references in it are relative to.
                let url = document.self_uri(file).unwrap_or_default().to_owned();
                resources.all.insert(origin.clone(), Resource { url, ..Resource::default() });
                resources.collect(value, &origin);
            }
        }
        resources
    }

    /// Goes through a file; a stack, since documents may nest deeply.
    fn collect(&mut self, value: &Value, root: &Origin) {
        let mut open = vec![(value, root.clone(), root.clone(), false)];
        while let Some((value, at, mut resource, is_named)) = open.pop() {
            match value {
                Value::Object(members) => {
                    if !is_named {
                        let text = |key: &str| members.get(key).and_then(Value::as_str);
                        resource = self.enter(resource, &at, text("$id"));
                        self.name(&resource, &at, text("$anchor"), text("$dynamicAnchor"));
                    }
                    for (key, member) in members {
                        let key = key.as_str();
                        let is_value = VALUES.contains(&key) || key.starts_with("x-");
                        if is_named || !is_value {
                            let names = !is_named && NAMED.contains(&key);
                            open.push((member, at.child(key), resource.clone(), names));
                        }
                    }
                }
                Value::Array(items) => {
                    let items = items.iter().enumerate();
                    open.extend(
                        items.map(|(n, item)| (item, at.child(n), resource.clone(), false)),
                    );
                }
                _ => {}
            }
        }
    }

    fn enter(&mut self, around: Origin, at: &Origin, id: Option<&str>) -> Origin {
        let Some(id) = id.filter(|id| !id.starts_with('#')) else { return around };
        let base = self.all.get(&around).map_or("", |resource| &resource.url);
        let url = join(base, id.split('#').next().unwrap_or_default());
        self.by_url.entry(url.clone()).or_insert_with(|| at.clone());
        self.all.insert(at.clone(), Resource { url, ..Resource::default() });
        at.clone()
    }

    fn name(
        &mut self,
        resource: &Origin,
        at: &Origin,
        anchor: Option<&str>,
        dynamic: Option<&str>,
    ) {
        let Some(resource) = self.all.get_mut(resource) else { return };
        for name in anchor.into_iter().chain(dynamic) {
            resource.anchors.entry(name.to_owned()).or_insert_with(|| at.clone());
        }
        if let Some(name) = dynamic {
            resource.dynamic.insert(name.to_owned(), at.clone());
        }
    }

    /// The resource that a place belongs to; `None` where its file names nothing.
    pub(super) fn around(&self, at: &Origin) -> Option<&Origin> {
        if self.all.is_empty() {
            return None;
        }
        let mut around = at.clone();
        loop {
            if let Some((found, _)) = self.all.get_key_value(&around) {
                return Some(found);
            }
            let end = around.pointer.rfind('/')?;
            around.pointer.truncate(end);
        }
    }

    /// The resource that the part of a reference in front of `#` names, seen from a place.
    pub(super) fn named(&self, from: &Origin, url: &str) -> Option<&Origin> {
        let around = self.around(from);
        if url.is_empty() {
            return around;
        }
        let base = around.and_then(|around| self.all.get(around)).map_or("", |one| &one.url);
        self.by_url.get(&join(base, url))
    }

    /// The place of an anchor of a resource.
    pub(super) fn anchor(&self, resource: &Origin, name: &str) -> Option<&Origin> {
        self.all.get(resource)?.anchors.get(name)
    }

    /// The dynamic anchors of the resource that a place belongs to.
    pub(super) fn dynamic(&self, at: &Origin) -> Option<&BTreeMap<String, Origin>> {
        let dynamic = &self.all.get(self.around(at)?)?.dynamic;
        (!dynamic.is_empty()).then_some(dynamic)
    }

    /// The name of the dynamic anchor that stands at a place.
    pub(super) fn dynamic_name(&self, at: &Origin) -> Option<&str> {
        let (name, _) = self.dynamic(at)?.iter().find(|(_, place)| *place == at)?;
        Some(name)
    }
}
