//! Which schemas of two contracts say the same, whatever they are called and in whichever order they say it.
//!
//! Two schemas are of one class when they have the same keywords and what they refer to is of one class, place by place:
//! the coarsest such partition, so recursion is no special case (it is what minimizes automata, too). Annotations, and
//! formats that no validator asserts, make no difference.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::JsonSchemas;
use crate::model::SchemaId;
use crate::validate::asserts;

/// The classes of all schemas of two contracts, by their places in each.
#[derive(Debug)]
pub(super) struct Classes {
    /// What stands for each schema of either contract.
    definitions: [Vec<Value>; 2],
    of: [Vec<usize>; 2],
}

/// Keywords whose subschemas have no order.
const UNORDERED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

impl Classes {
    pub(super) fn of(sides: [&JsonSchemas<'_>; 2]) -> Self {
        let definitions = sides.map(|side| {
            let ids = side.contract().schemas.iter();
            ids.map(|(id, _)| essential(side, id)).collect::<Vec<_>>()
        });
        let mut shapes = HashMap::new();
        let nodes = definitions.each_ref().map(|definitions| {
            definitions.iter().map(|one| Node::of(one, &mut shapes)).collect::<Vec<_>>()
        });
        let of = refine(&nodes);
        Self { definitions, of }
    }

    /// The class of a schema of a contract.
    pub(super) fn class(&self, side: usize, id: SchemaId) -> usize {
        self.of[side].get(id.index()).copied().unwrap_or_default()
    }

    /// What stands for a schema; it refers to others as [`crate::json_schema`] does.
    pub(super) fn definition(&self, side: usize, id: SchemaId) -> &Value {
        self.definitions[side].get(id.index()).unwrap_or(&Value::Bool(true))
    }
}

/// A definition without what says nothing of values that are sent.
fn essential(side: &JsonSchemas<'_>, id: SchemaId) -> Value {
    let mut definition = side.definition(id);
    if let Some(keywords) = definition.as_object_mut() {
        if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
            for (name, member) in side.contract().schema(id).properties.iter() {
                if !side.is_sent(*member) {
                    properties.insert(name.clone(), Value::Bool(true));
                }
            }
        }
        let says_nothing = |format: &Value| !format.as_str().is_some_and(asserts);
        if keywords.get("format").is_some_and(says_nothing) {
            keywords.remove("format");
        }
        keywords.remove("contentEncoding");
        keywords.remove("contentMediaType");
        for keyword in ["type", "enum", "required"] {
            if let Some(Value::Array(values)) = keywords.get_mut(keyword) {
                values.sort_by_cached_key(ToString::to_string);
            }
        }
    }
    definition
}

/// A definition, taken apart.
struct Node {
    /// The number of its keywords, without what they refer to.
    shape: usize,
    /// What it refers to, place by place; the subschemas of `anyOf` are of one place.
    children: Vec<Vec<usize>>,
}

impl Node {
    fn of(definition: &Value, shapes: &mut HashMap<String, usize>) -> Self {
        let mut children = Vec::new();
        let shape = strip(definition, &mut children).to_string();
        let next = shapes.len();
        Self { shape: *shapes.entry(shape).or_insert(next), children }
    }
}

/// A value with its members sorted and references gone.
fn strip(value: &Value, children: &mut Vec<Vec<usize>>) -> Value {
    let Value::Object(members) = value else { return value.clone() };
    if let Some(child) = referred(value) {
        children.push(vec![child]);
        return Value::Null;
    }
    let mut names: Vec<_> = members.keys().collect();
    names.sort_unstable();
    let stripped = names.into_iter().map(|name| {
        let member = &members[name];
        let stripped = match member {
            Value::Array(all) if UNORDERED.contains(&name.as_str()) => {
                children.push(all.iter().filter_map(referred).collect());
                all.len().into()
            }
            Value::Array(all) if name == "prefixItems" => {
                all.iter().map(|item| strip(item, children)).collect()
            }
            // What stands here are values; a property may have that name.
            Value::Array(_) if name == "enum" => member.clone(),
            _ => strip(member, children),
        };
        (name.clone(), stripped)
    });
    Value::Object(stripped.collect::<Map<_, _>>())
}

/// The place of the schema that a reference leads to.
pub(super) fn referred(value: &Value) -> Option<usize> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("$ref")?.as_str()?.strip_prefix("#/$defs/s")?.parse().ok()
}

/// Splits what differs in shape until nothing more differs in what it refers to.
fn refine(nodes: &[Vec<Node>; 2]) -> [Vec<usize>; 2] {
    let mut classes = nodes.each_ref().map(|side| side.iter().map(|node| node.shape).collect());
    let mut count = 0;
    loop {
        let mut known = HashMap::new();
        let next = [0, 1].map(|side| {
            let nodes: &Vec<Node> = &nodes[side];
            let before: &Vec<usize> = &classes[side];
            let key = |node: &Node| {
                let class = |child: &usize| before.get(*child).copied();
                let places = node.children.iter().map(|place| {
                    let mut place: Vec<_> = place.iter().map(class).collect();
                    place.sort_unstable();
                    place
                });
                (node.shape, places.collect::<Vec<_>>())
            };
            let all = nodes.iter().zip(before).map(|(node, before)| {
                let next = known.len();
                *known.entry((*before, key(node))).or_insert(next)
            });
            all.collect::<Vec<_>>()
        });
        classes = next;
        if known.len() == count {
            return classes;
        }
        count = known.len();
    }
}
