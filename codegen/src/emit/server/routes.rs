//! Paths → routes of axum.
//!
//! axum takes a parameter for a whole segment only, and refuses two routes of one shape: so operations whose routes look
//! alike to it share one, which then looks closer where their paths differ. Text it compares as it came, so that a path with
//! text that is encoded has a route for each spelling.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use spec::model::{Method, PathPart, PathTemplate};

use super::Server;
use crate::emit::code::{Code, Expr, WIDTH, call, list, signature, slice};
use crate::emit::operations::group_name;
use crate::emit::path::{encoded, literals};
use crate::emit::types::string;
use crate::emit::usage::{composed, texts};
use crate::ir::{Direction, Group, Operation};
use crate::names::{Scope, snake};

/// The operations whose paths have one shape, and the route that axum knows it by.
struct Shape<'a> {
    path: &'a PathTemplate,
    operations: Vec<(usize, &'a Operation)>,
}

impl Server<'_> {
    /// The router of everything, and one for each group.
    pub(super) fn write_routers(&self, code: &mut Code) {
        let is_empty = !self.api.has(self.direction);
        let shared = self.shared_paths();
        match self.direction {
            Direction::ToApi => {
                code.doc("The router of every operation. To a path that the contract doesn't have it answers 404 by itself.");
                code.doc("");
                code.doc("Layers go around it, and routes beside it, as with any router of axum.");
            }
            Direction::FromApi => {
                code.doc("The router of every callback and webhook, each at the path of its name; to others it answers 404 by");
                code.doc("itself. Where one is to be received elsewhere, a router of the user's has its `…_route` there.");
            }
        }
        self.write_router_head(code);
        code.deeper(|code| {
            if is_empty {
                code.line("let _ = (service, options);");
            } else {
                let ids = self.all().map(|(_, operation)| string(&operation.id));
                code.put("", &call("options.check", [slice(ids)]), ";");
            }
            let mut routes = self.all_routes(!shared.is_empty());
            routes.push(call(".fallback", ["not_found"]));
            code.put("", &Expr::from("Router::new()").then(routes), "");
        });
        code.line("}");
        for group in self.groups() {
            let (name, bound) = (group_router(group), &group.rust);
            code.space();
            code.doc(&format!(
                "The router of {} alone, without a fallback: to be merged with others.",
                group_name(group)
            ));
            let has_shared = |(_, operation): (_, &Operation)| {
                shared.contains(&axum_path(&operation.path, true))
            };
            if self.operations(group).any(has_shared) {
                code.doc("");
                code.doc(
                    "Other methods of paths that it shares with other tags are theirs, so it doesn't answer them as \
                     documented.",
                );
            }
            let head =
                format!("pub fn {name}<S: {bound}>(service: &Arc<S>, options: Options) -> Router");
            code.block(head, |code| {
                let routes = self.routes(self.operations(group).collect(), &shared);
                code.put("", &Expr::from("Router::new()").then(routes), "");
            });
        }
        if self.direction == Direction::FromApi {
            self.write_own_routes(code);
        }
    }

    /// What the API sends goes wherever it was told to, so that each may be at a path of its own.
    fn write_own_routes(&self, code: &mut Code) {
        let mut names = Scope::with(&["router"]);
        let mut paths: IndexMap<&str, Shape<'_>> = IndexMap::new();
        for (index, operation) in self.all() {
            let path = &operation.path;
            let shape =
                paths.entry(&path.text).or_insert_with(|| Shape { path, operations: Vec::new() });
            shape.operations.push((index, operation));
        }
        for (path, shape) in paths {
            let ids: Vec<String> =
                shape.operations.iter().map(|(_, one)| format!("`{}`", one.id)).collect();
            let groups: BTreeSet<usize> =
                shape.operations.iter().map(|(_, one)| one.group).collect();
            let bounds: Vec<String> =
                groups.into_iter().map(|at| self.api.groups[at].rust.clone()).collect();
            let name = names.take(composed(&[&snake(path, "callback"), "_route"]));
            code.space();
            code.doc(&format!("Receives {}, at whatever path a router has it.", ids.join(", ")));
            let head = format!("pub fn {name}<S: {}>", bounds.join(" + "));
            let arguments = ["service: &Arc<S>", "options: &Options"];
            code.block(signature(&head, arguments, "MethodRouter"), |code| {
                let route = Expr::from("Route::new(service, options)");
                code.put("", &route.then(self.methods(&shape, false)), "");
            });
        }
    }

    /// The bounds stand on lines of their own where there are many.
    fn write_router_head(&self, code: &mut Code) {
        let mut traits: Vec<String> = self.groups().map(|group| group.rust.clone()).collect();
        if traits.is_empty() {
            traits.push("Service".to_owned());
        }
        let bounds = traits.join(" + ");
        let line =
            format!("pub fn router<S: {bounds}>(service: &Arc<S>, options: Options) -> Router {{");
        if line.len() <= WIDTH {
            code.line(&line);
            return;
        }
        code.line("pub fn router<S>(service: &Arc<S>, options: Options) -> Router");
        code.line("where");
        code.deeper(|code| {
            code.line(&format!("S: {}", traits.remove(0)));
            code.deeper(|code| traits.iter().for_each(|bound| code.line(&format!("+ {bound}"))));
        });
        code.line("{");
    }

    /// The paths, as axum tells them apart, that operations of several groups have.
    fn shared_paths(&self) -> BTreeSet<String> {
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        let mut shared = BTreeSet::new();
        for (_, operation) in self.all() {
            let key = axum_path(&operation.path, true);
            if *groups.entry(key.clone()).or_insert(operation.group) != operation.group {
                shared.insert(key);
            }
        }
        shared
    }

    /// The routes of every operation: those of each group, unless two groups share a path.
    fn all_routes(&self, share_paths: bool) -> Vec<Expr> {
        if share_paths {
            return self.routes(self.all().collect(), &BTreeSet::new());
        }
        let routers = self.groups().map(|group| {
            let router = format!("{}(service, options.clone())", group_router(group));
            call(".merge", [router])
        });
        routers.collect()
    }

    /// The routes of these operations; those of `open` paths leave methods that they don't have to others.
    fn routes(&self, operations: Vec<(usize, &Operation)>, open: &BTreeSet<String>) -> Vec<Expr> {
        let mut routes: IndexMap<String, IndexMap<String, Shape<'_>>> = IndexMap::new();
        for (index, operation) in operations {
            let key = axum_path(&operation.path, true);
            let shapes = routes.entry(key).or_default();
            let shape = shapes
                .entry(operation.path.shape())
                .or_insert_with(|| Shape { path: &operation.path, operations: Vec::new() });
            // Of two operations of one method and shape only the first can be reached.
            if shape.operations.iter().all(|(_, other)| other.method != operation.method) {
                shape.operations.push((index, operation));
            }
        }
        let routes = routes.into_iter().filter_map(|(key, mut shapes)| {
            shapes.sort_by(|_, a, _, b| literal_length(b.path).cmp(&literal_length(a.path)));
            self.route(&shapes, open.contains(&key))
        });
        routes.collect()
    }

    fn route(&self, shapes: &IndexMap<String, Shape<'_>>, is_open: bool) -> Option<Expr> {
        let first = shapes.values().next()?;
        let path = axum_path(first.path, false);
        let route = |methods| {
            let is_spelled_in_one_way = !path.contains('%');
            let path = string(&path).into();
            match is_spelled_in_one_way {
                true => call(".route", [path, methods]),
                false => call(".merge", [call("crate::runtime::server::spelled", [path, methods])]),
            }
        };
        if shapes.len() == 1 && pieces(first.path).is_empty() {
            return Some(route(self.route_of(first, is_open)));
        }
        let choices = shapes.values().map(|shape| {
            let pieces = format!("&[{}]", pieces(shape.path).join(", "));
            call("", [pieces.into(), self.route_of(shape, false)])
        });
        let choice = call("crate::runtime::server::choose", [list("[", choices, "]")]);
        Some(route(choice))
    }

    fn route_of(&self, shape: &Shape<'_>, is_open: bool) -> Expr {
        Expr::from("Route::new(service, &options)").then(self.methods(shape, is_open))
    }

    /// The operations of a path, added to its route one after the other.
    fn methods(&self, shape: &Shape<'_>, is_open: bool) -> Vec<Expr> {
        let (routed, others): (Vec<_>, Vec<_>) =
            shape.operations.iter().map(|(_, one)| *one).partition(|one| one.filter().is_some());
        let methods = routed.iter().filter_map(|operation| {
            let on = format!(".on::<{}>", self.marker(operation));
            Some(call(&on, [format!("MethodFilter::{}", operation.filter()?)]))
        });
        let others = others.iter().map(|operation| {
            let also = format!(".also::<{}>", self.marker(operation));
            call(&also, [string(operation.method.as_str())])
        });
        let otherwise = match self.otherwise(shape).filter(|_| !is_open) {
            Some(operation) => format!(".otherwise::<{}>()", self.marker(operation)),
            None => ".open()".to_owned(),
        };
        methods.chain(others).chain([otherwise.into()]).collect()
    }

    /// The operation that answers other methods: one that documents a 405, if any.
    fn otherwise<'s>(&self, shape: &'s Shape<'_>) -> Option<&'s Operation> {
        let documents = |operation: &&Operation| {
            operation.responses.variants.iter().any(|v| v.status == spec::model::Status::Code(405))
        };
        let mut operations = shape.operations.iter().map(|(_, operation)| *operation);
        operations.clone().find(documents).or_else(|| operations.next())
    }

    fn marker(&self, operation: &Operation) -> String {
        let module = &self.api.groups[operation.group].module;
        format!("{}::{module}::{}", self.steps_module(), operation.stem)
    }

    /// The methods of each path's shape: `GET, HEAD`.
    pub(super) fn allow(&self, operation: &Operation) -> String {
        let methods: BTreeSet<(usize, Method)> = self
            .api
            .operations_in(operation.direction())
            .filter(|(_, other)| is_same_shape(&other.path, &operation.path))
            .flat_map(|(_, other)| with_head(other.method))
            .map(|method| {
                let place = Method::ALL.iter().position(|known| *known == method);
                (place.unwrap_or(Method::ALL.len()), method)
            })
            .collect();
        methods.iter().map(|(_, method)| method.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// The name of the function that makes the router of a group.
fn group_router(group: &Group) -> String {
    composed(&[&group.module, "_router"])
}

/// Whether two paths differ in nothing but the names of their parameters.
fn is_same_shape(one: &PathTemplate, other: &PathTemplate) -> bool {
    let is_same = |(one, other): (&PathPart, &PathPart)| match (one, other) {
        (PathPart::Literal(one), PathPart::Literal(other)) => one == other,
        (PathPart::Parameter(_), PathPart::Parameter(_)) => true,
        _ => false,
    };
    one.segments.len() == other.segments.len()
        && one
            .segments
            .iter()
            .zip(&other.segments)
            .all(|(one, other)| one.len() == other.len() && one.iter().zip(other).all(is_same))
}

/// axum serves `HEAD` with the `GET`.
fn with_head(method: Method) -> impl Iterator<Item = Method> {
    std::iter::once(method).chain((method == Method::Get).then_some(Method::Head))
}

fn literal_length(path: &PathTemplate) -> usize {
    let parts = path.segments.iter().flatten();
    parts.map(|part| if let PathPart::Literal(text) = part { text.len() } else { 0 }).sum()
}

/// The path as axum writes it. Anonymous, it is the same for all paths that axum can't tell apart.
fn axum_path(path: &PathTemplate, anonymous: bool) -> String {
    let mut text = String::new();
    for (at, segment) in path.segments.iter().enumerate() {
        text.push('/');
        match segment.as_slice() {
            [PathPart::Literal(literal)] if is_compared(literal) => {
                text.push_str(&encoded(literal))
            }
            [] => {}
            parts => {
                let name = parts.iter().find_map(|part| match part {
                    PathPart::Parameter(name) => Some(name.as_str()),
                    PathPart::Literal(_) => None,
                });
                match name {
                    _ if anonymous => text.push_str("{}"),
                    Some(name) if parts.len() == 1 && is_usable(path, name) => {
                        text.push_str(&format!("{{{name}}}"));
                    }
                    _ => text.push_str(&format!("{{segment_{at}}}")),
                }
            }
        }
    }
    text
}

/// axum wants each name once, and plain.
fn is_usable(path: &PathTemplate, name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && path.parameters().filter(|other| *other == name).count() == 1
}

/// Whether axum compares a segment of this text: what begins with these signs it takes for parameters of its past.
fn is_compared(literal: &str) -> bool {
    !literal.starts_with([':', '*'])
}

/// The segments that axum doesn't look into: where they stand, and the literals around their parameters.
fn pieces(path: &PathTemplate) -> Vec<String> {
    let is_looked_into = |segment: &[PathPart]| match segment {
        [PathPart::Literal(literal)] => !is_compared(literal),
        parts => parts.len() > 1,
    };
    let segments = path.segments.iter().enumerate();
    let looked_into = segments.filter(|(_, segment)| is_looked_into(segment));
    looked_into.map(|(at, segment)| format!("({at}, {})", texts(&literals(segment)))).collect()
}
