//! Callbacks and webhooks: operations that go the other way.

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use super::operation::Read;
use crate::model::{Callback, PathTemplate, SecurityScheme};

type Schemes = IndexMap<String, SecurityScheme>;

impl<'d> Resolver<'d> {
    pub(super) fn read_webhooks(&mut self, root: &Node<'d>, schemes: &Schemes) -> Vec<Callback> {
        let webhooks = root.get("webhooks").filter(|webhooks| webhooks.value.is_object());
        let mut read = Vec::new();
        for (name, node) in webhooks.iter().flat_map(Node::members) {
            read.extend(self.read_sent(name, None, &node, schemes));
        }
        read
    }

    /// The callbacks of an operation: an error in one costs that one. Those of a callback are set aside, since two
    /// may lead to each other.
    pub(super) fn read_callbacks(
        &mut self,
        operation: &Node<'d>,
        schemes: &Schemes,
    ) -> Vec<Callback> {
        let named = operation.get("callbacks").filter(|_| !self.in_callback);
        let mut read = Vec::new();
        for (name, node) in named.iter().flat_map(Node::members) {
            read.extend(self.set_aside(|this| this.read_callback(name, &node, schemes)));
        }
        read
    }

    pub(super) fn read_callback(
        &mut self,
        name: &str,
        node: &Node<'d>,
        schemes: &Schemes,
    ) -> Vec<Callback> {
        let Some(callback) = self.follow_to_object(node) else { return Vec::new() };
        let mut read = Vec::new();
        let items = callback.members().filter(|(expression, _)| !expression.starts_with("x-"));
        for (expression, item) in items {
            read.extend(self.read_sent(name, Some(expression), &item, schemes));
        }
        read
    }

    /// The operations of a path item that stands under a name or an expression.
    fn read_sent(
        &mut self,
        name: &str,
        expression: Option<&str>,
        node: &Node<'d>,
        schemes: &Schemes,
    ) -> Vec<Callback> {
        if name.starts_with("x-") && expression.is_none() {
            return Vec::new();
        }
        let path = PathTemplate::literal(expression.unwrap_or(name));
        let around = std::mem::replace(&mut self.in_callback, true);
        let (item, trouble) = self.attempt(|this| this.follow_to_object(node));
        let read = match item {
            Some(item) => self.read_path_item(&path, &item, trouble, schemes),
            None => {
                self.unread_callback(node, &path, None, trouble);
                Vec::new()
            }
        };
        self.in_callback = around;
        let mut callbacks = Vec::new();
        for Read { node, method, operation, trouble } in read {
            let Some(operation) = operation else {
                self.unread_callback(&node, &path, Some(method), trouble);
                continue;
            };
            self.trouble_in_callback(&operation.origin, trouble);
            let (name, expression) = (name.to_owned(), expression.map(str::to_owned));
            callbacks.push(Callback { name, expression, operation });
        }
        callbacks
    }
}
