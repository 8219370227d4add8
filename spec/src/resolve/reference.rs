//! `$ref`: from what a document writes to what it means.

use super::Resolver;
use super::node::Node;
use crate::load::{REMOTE, percent_decode};
use crate::model::Version;
use crate::pointer::unescape;
use crate::{FileId, Finding, Origin, Sources};

/// So many references in a row lead to something, or to nothing.
const MAX_HOPS: usize = 64;

impl<'d> Resolver<'d> {
    /// The object behind a chain of references, and the name that it is shared by, if any.
    pub(super) fn follow(&mut self, node: Node<'d>) -> Option<(Node<'d>, Option<String>)> {
        let mut current = node;
        let mut component = None;
        for _ in 0..MAX_HOPS {
            let Some(reference) = reference(&current) else { return Some((current, component)) };
            let next = self.target(&current, reference)?;
            component = component.or_else(|| shared_name(&next.at, &self.document.sources));
            current = next;
        }
        self.circular(&current.at);
        None
    }

    /// What a reference says of what it names, in place of what that says of itself (OAS 3.1.1 §4.8.23, Reference Object):
    /// in 3.0 whatever stands beside `$ref` is passed over.
    pub(super) fn said_beside(&mut self, written: &Node<'d>, key: &str) -> Option<String> {
        let is_heard = self.version >= Version::V3_1 && reference(written).is_some();
        if is_heard { self.text(written, key) } else { None }
    }

    pub(super) fn circular(&mut self, at: &Origin) {
        let message = "this reference leads back to itself";
        self.report(Finding::error("circular-reference", at.clone(), message));
    }

    /// What one `$ref` names. A finding is reported once for each place that the reference is written in.
    pub(super) fn target(&mut self, node: &Node<'d>, reference: &'d str) -> Option<Node<'d>> {
        let around = self.resources.around(&node.at).cloned();
        let around = around.unwrap_or(Origin { file: node.at.file, pointer: String::new() });
        let key = (around, reference);
        if let Some(Some(known)) = self.targets.get(&key) {
            return Some(known.clone());
        }
        let found = self.find(&node.at, reference);
        let target = found.as_ref().ok().cloned();
        if let Err(why) = found {
            let at = node.at.child("$ref");
            let message = format!("`$ref: {reference}` {why}");
            let help = if why == REMOTE {
                "keep a copy of the document beside this one and refer to that, or say where a copy is"
            } else {
                "name something that exists, as `#/components/…` or `file.yaml#/…`"
            };
            self.report(Finding::error("dangling-reference", at, message).help(help));
        }
        self.targets.insert(key, target.clone());
        target
    }

    /// What a reference names, seen from a place: in the resource that it is relative to, else in a file.
    pub(super) fn find(&self, from: &Origin, reference: &str) -> Result<Node<'d>, String> {
        let (url, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_decode(fragment);
        if let Some(resource) = self.resources.named(from, url) {
            let found = self.find_in(resource, &fragment);
            // Documents have an `$id` in schemas whose references are meant to be those of OpenAPI.
            let is_strict = !url.is_empty() || resource.pointer.is_empty();
            if found.is_ok() || is_strict {
                return found;
            }
        }
        let file = self.document.file(from.file, url).map_err(|unreadable| {
            let at =
                unreadable.position.map(|p| format!(" (line {}, column {})", p.line, p.column));
            format!("{}{}", unreadable.message, at.unwrap_or_default())
        })?;
        self.find_in(&Origin { file, pointer: String::new() }, &fragment)
    }

    /// What the part of a reference behind `#` names: a pointer, or an anchor.
    fn find_in(&self, resource: &Origin, fragment: &str) -> Result<Node<'d>, String> {
        if fragment.is_empty() || fragment.starts_with('/') {
            return self.walk(resource.file, &format!("{}{fragment}", resource.pointer), MAX_HOPS);
        }
        let anchor = self.resources.anchor(resource, fragment);
        let anchor =
            anchor.ok_or_else(|| format!("names the anchor `{fragment}`, which is not there"))?;
        self.walk(anchor.file, &anchor.pointer, MAX_HOPS)
    }

    /// What a `$dynamicRef` names. Where that is a dynamic anchor, it is the outermost of its name in scope.
    pub(super) fn dynamic_target(
        &mut self,
        node: &Node<'d>,
        reference: &'d str,
    ) -> Option<Node<'d>> {
        let target = self.target(node, reference)?;
        let name = self.resources.dynamic_name(&target.at).filter(|name| {
            reference.split_once('#').is_some_and(|(_, fragment)| fragment == *name)
        });
        let outermost = name.and_then(|name| self.scopes.outermost(self.scope, name));
        let found = outermost.and_then(|at| self.walk(at.file, &at.pointer, MAX_HOPS).ok());
        Some(found.unwrap_or(target))
    }

    /// Goes down a JSON pointer, through references where it meets them.
    fn walk(&self, file: FileId, pointer: &str, hops: usize) -> Result<Node<'d>, String> {
        let missing = || "leads to nothing".to_owned();
        let value = self.document.files.get(file.0 as usize).ok_or_else(missing)?;
        let mut node = Node { value, at: Origin { file, pointer: String::new() } };
        for segment in pointer.split('/').skip(1) {
            let key = unescape(segment);
            // What stands beside a reference (3.1: `$defs`, say) is nearer than what it leads to.
            if let Some(inner) = reference(&node).filter(|_| !node.has(&key)) {
                let hops = hops.checked_sub(1).ok_or_else(missing)?;
                let (name, fragment) = inner.split_once('#').unwrap_or((inner, ""));
                let next = self.document.file(node.at.file, name).map_err(|_| missing())?;
                node = self.walk(next, &percent_decode(fragment), hops)?;
            }
            let index = key.parse::<usize>().ok();
            let value = match index.filter(|_| node.value.is_array()) {
                Some(index) => node.value.get(index),
                None => node.value.get(key.as_ref()),
            };
            node = Node { value: value.ok_or_else(missing)?, at: node.at.child(&key) };
        }
        Ok(node)
    }
}

/// The text of a node's `$ref`.
pub(super) fn reference<'d>(node: &Node<'d>) -> Option<&'d str> {
    node.object()?.get("$ref")?.as_str()
}

/// The name of a place that others may share: that of a component, of a file of its own, or of a member at the top of a
/// file.
pub(super) fn shared_name(at: &Origin, sources: &Sources) -> Option<String> {
    let mut segments = at.pointer.split('/').skip(1);
    match (segments.next(), segments.next(), segments.next(), segments.next()) {
        (Some("components"), Some(_), Some(name), None) => Some(unescape(name).into_owned()),
        (None, ..) if at.file != FileId::ROOT => {
            Some(sources.path(at).file_stem()?.to_string_lossy().into_owned())
        }
        // `models.yaml#/Pet`: a file of several, by name.
        (Some(name), None, ..) if at.file != FileId::ROOT => Some(unescape(name).into_owned()),
        _ => None,
    }
}
