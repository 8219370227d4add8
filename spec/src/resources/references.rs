//! Members of bodies that name what another operation makes, or what a list shows of things that nothing makes: where
//! `POST /customers` makes customers, the `customer_id` of an order is one of theirs.
//!
//! No schema says so; names do: the thing with `id` or with the property that identifies it (`customer_id`,
//! `billing_customer_id`, `customer: {id}`), the thing itself (`category`), and in arrays the plural of either. So do
//! components: where the id of a branch is a `BranchCode`, so is a `home` that is one.

use indexmap::IndexMap;

use super::{Maker, Resources, catalogue, embedded, kind, prose};
use crate::model::{Operation, PathPart, RuntimeExpression, SchemaId};
use crate::names::{fold, singulars, words};
use crate::outline::Outline;

/// What members of bodies may name, by how they are called.
#[derive(Debug, Default)]
pub struct References {
    /// Names of one thing.
    single: IndexMap<String, Vec<Reference>>,
    /// Names of several things.
    several: IndexMap<String, Vec<Reference>>,
    /// By the component that the ids of one thing match, and no other's.
    kinds: IndexMap<SchemaId, Kind>,
    /// The components with a form of their own that bodies have to have, each with the operations that take them.
    taken: IndexMap<SchemaId, Vec<String>>,
}

/// What has ids of one kind.
#[derive(Debug, Clone)]
struct Kind {
    /// What the path calls the thing; `None`: ids of several things are of this kind.
    thing: Option<String>,
    references: Vec<Reference>,
}

impl Kind {
    fn of(plural: &str) -> Self {
        Self { thing: Some(plural.to_owned()), references: Vec::new() }
    }

    /// Another one whose ids are of this kind, which may be of another thing.
    fn add(&mut self, plural: &str, named_by: NamedBy<'_>, maker: &Maker) {
        self.thing.take_if(|thing| thing != plural);
        let is_it = |one: &Reference| one.maker.operation_id == maker.operation_id;
        if !self.references.iter().any(is_it) {
            self.references.push(Reference::new(named_by, maker));
        }
    }
}

/// A thing that can be made, or had from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The operation whose path names the thing, and its parameter that does; `None`: the thing is kept up elsewhere.
    pub named_by: Option<(String, String)>,
    /// Who makes it, or else lists it.
    pub maker: Maker,
    /// Whether a description alone says that it is this thing: then not every one of them may be meant.
    pub is_told: bool,
}

/// The operation whose path names a thing, and its parameter that does.
type NamedBy<'n> = Option<(&'n str, &'n str)>;

impl Reference {
    fn new(named_by: NamedBy<'_>, maker: &Maker) -> Self {
        let named_by = named_by.map(|(one, parameter)| (one.to_owned(), parameter.to_owned()));
        Self { named_by, maker: maker.clone(), is_told: false }
    }
}

impl References {
    pub(super) fn of(resources: &Resources<'_>) -> Self {
        let mut references = Self::default();
        let operations = || resources.contract.operations.iter();
        let items = operations().filter_map(|one| Some((one, one.path.item_parameter()?)));
        // Where nothing has the very thing in its path, what lies within it has.
        let around = operations().flat_map(|one| {
            let item = one.path.item_parameter();
            one.path
                .parameters()
                .filter(move |name| Some(*name) != item)
                .map(move |name| (one, name))
        });
        for (operation, parameter) in items.chain(around) {
            let Some(plural) = collection_of(operation, parameter) else { continue };
            for maker in resources.makers(operation, parameter) {
                let named_by = Some((operation.id.as_str(), parameter));
                references.add(named_by, plural, maker);
                references.add_kinds(resources, named_by, plural, maker);
            }
        }
        for (plural, maker) in catalogue::made_only(resources) {
            references.add(None, plural, &maker);
            references.add_kinds(resources, None, plural, &maker);
        }
        for (name, maker) in embedded::natural(resources) {
            references.single.entry(name).or_default().push(Reference::new(None, &maker));
        }
        for (name, maker) in embedded::issued(resources) {
            references.single.entry(name).or_default().push(Reference::new(None, &maker));
        }
        for (name, maker) in embedded::of(resources) {
            let reference = Reference::new(None, &maker);
            references.single.entry(name).or_insert_with(|| vec![reference]);
        }
        for (name, maker) in embedded::parts(resources) {
            let reference = Reference::new(None, &maker);
            references.several.entry(format!("{name}s")).or_insert_with(|| vec![reference.clone()]);
            references.single.entry(name).or_insert_with(|| vec![reference]);
        }
        for (schema, operation) in kind::taken(resources) {
            references.taken.entry(schema).or_default().push(operation.to_owned());
        }
        for (plural, list) in catalogue::of(resources) {
            references.add(None, plural, &list);
            references.add_kinds(resources, None, plural, &list);
            references.add_roles(resources, &list);
        }
        references.add_unique(kind::unique(resources));
        for (schema, other) in kind::nullable_twins(resources) {
            if let Some(kind) = references.kinds.get(&other).cloned() {
                references.kinds.entry(schema).or_insert(kind);
            }
        }
        references.add_told(resources);
        references
    }

    /// What no two things have the same of tells which one is meant, where no path or list does.
    fn add_unique(&mut self, unique: Vec<(SchemaId, &str, Maker)>) {
        let mut own: IndexMap<SchemaId, Kind> = IndexMap::new();
        for (schema, plural, maker) in unique {
            own.entry(schema).or_insert_with(|| Kind::of(plural)).add(plural, None, &maker);
        }
        for (schema, kind) in own {
            self.kinds.entry(schema).or_insert(kind);
        }
    }

    /// Members that are called after what the thing is to another one, where descriptions tell which thing it is: the
    /// `delegateId` of which it is said that it is "the employee who received it".
    fn add_told(&mut self, resources: &Resources<'_>) {
        let mut told: IndexMap<String, Vec<String>> = IndexMap::new();
        let members = resources.contract.schemas.iter().flat_map(|(_, schema)| &schema.properties);
        for (name, id) in members.filter(|(name, _)| is_id(name)) {
            let described = resources.contract.schema(*id).description.as_deref();
            let thing = described.and_then(prose::thing_described);
            if let Some(thing) = thing.filter(|_| self.called(name, false).is_empty()) {
                told.entry(fold(name)).or_default().push(fold(&thing));
            }
        }
        for (name, thing) in resources.contract.operations.iter().flat_map(named_in_text) {
            if self.called(&name, false).is_empty() {
                told.entry(fold(&name)).or_default().push(fold(&thing));
            }
        }
        for (name, things) in told {
            let known = things.iter().filter_map(|thing| self.single.get(thing));
            let mut known: Vec<_> = known.collect();
            known.dedup();
            if let [references] = known.as_slice() {
                let told = references.iter().map(|one| Reference { is_told: true, ..one.clone() });
                let told = told.collect();
                self.single.insert(name, told);
            }
        }
    }

    fn add(&mut self, named_by: NamedBy<'_>, plural: &str, maker: &Maker) {
        let parameter = named_by.map_or("id", |(_, parameter)| parameter);
        let reference = Reference::new(named_by, maker);
        let put = |table: &mut IndexMap<String, Vec<Reference>>, name: String| {
            let there = table.entry(name).or_default();
            if !there.iter().any(|one| one.maker.operation_id == maker.operation_id) {
                there.push(reference.clone());
            }
        };
        let property = id_property(&maker.id);
        put(&mut self.several, fold(plural));
        for thing in singulars(plural) {
            let own = fold(parameter);
            let own = if own.starts_with(&thing) { own } else { format!("{thing}{own}") };
            put(&mut self.single, thing.clone());
            for name in [format!("{thing}id"), format!("{thing}{property}"), own] {
                put(&mut self.several, format!("{name}s"));
                put(&mut self.single, name);
            }
        }
    }

    /// What a list can be asked for by what its items are: of users by their `role`, an `interviewerId` is one of those.
    fn add_roles(&mut self, resources: &Resources<'_>, list: &Maker) {
        let Some(operation) = resources.operation(&list.operation_id) else { return };
        // Of what lies within something else, another one may be meant.
        if operation.path.parameters().next().is_some() {
            return;
        }
        let roles = operation.parameters.iter().filter(|one| fold(&one.name) == "role");
        let roles = roles.filter_map(|one| one.schema());
        let roles: Vec<String> =
            roles.flat_map(|id| Outline::of(resources.contract, &[id]).texts()).collect();
        for role in roles {
            let reference = Reference::new(None, list);
            let name = fold(&role);
            self.single.entry(format!("{name}id")).or_insert_with(|| vec![reference.clone()]);
            self.several.entry(format!("{name}ids")).or_insert_with(|| vec![reference]);
        }
    }

    fn add_kinds(
        &mut self,
        resources: &Resources<'_>,
        named_by: NamedBy<'_>,
        plural: &str,
        maker: &Maker,
    ) {
        for schema in kind::of(resources, named_by, maker) {
            let kind = self.kinds.entry(schema).or_insert_with(|| Kind::of(plural));
            kind.add(plural, named_by, maker);
        }
    }

    /// What a value may name that has to match some schemas, as ids of one thing alone do.
    #[must_use]
    pub fn of_kind(&self, schemas: &[SchemaId]) -> Vec<&Reference> {
        let kinds = schemas.iter().filter_map(|schema| self.kinds.get(schema));
        kinds.filter(|kind| kind.thing.is_some()).flat_map(|kind| &kind.references).collect()
    }

    /// Whether a value that has to match some schemas may name what another operation has taken: a barcode that both a copy and
    /// its loan have.
    #[must_use]
    pub fn are_shared(&self, operation: &Operation, schemas: &[SchemaId]) -> bool {
        let mut takers = schemas.iter().filter_map(|schema| self.taken.get(schema)).flatten();
        takers.any(|taker| *taker != operation.id)
    }

    /// What a member may name, the likeliest first; `several`: where it is an array. Words before the name of the thing
    /// tell only which one it is, and only where an id is meant: `billing_customer_id`, but not `sub_category`.
    #[must_use]
    pub fn called(&self, name: &str, several: bool) -> Vec<&Reference> {
        let table = if several { &self.several } else { &self.single };
        let whole = table.get(&fold(name)).into_iter().flatten();
        let tails = tails(name).into_iter().filter(|tail| tail.len() > 1);
        let ids = tails.filter_map(|tail| {
            let is_id = tail.last().is_some_and(|last| matches!(last.as_str(), "id" | "ids"));
            is_id.then(|| table.get(&tail.concat())).flatten()
        });
        whole.chain(ids.flatten()).collect()
    }
}

/// The ids of which the description of an operation says what they are of: "Merges the candidate `duplicateId` into another one".
fn named_in_text(operation: &Operation) -> Vec<(String, String)> {
    let said = operation.told.as_deref().unwrap_or_default();
    let words: Vec<&str> = said.split_whitespace().collect();
    let named = words.windows(3).filter_map(|three| {
        let [the, thing, name] = three else { return None };
        let name = name.trim_end_matches(['.', ',', ';']).strip_prefix('`')?.strip_suffix('`')?;
        let is_thing = thing.chars().all(char::is_alphabetic);
        let is_one = matches!(the.to_lowercase().as_str(), "the" | "a" | "an" | "another");
        (is_one && is_thing && is_id(name)).then(|| (name.to_owned(), thing.to_lowercase()))
    });
    named.collect()
}

/// Whether a member is called as the id of something: `delegateId`.
fn is_id(name: &str) -> bool {
    matches!(words(name).as_slice(), [_, .., last] if last == "id")
}

/// What a path calls the things of which a parameter names one.
fn collection_of<'o>(operation: &'o Operation, parameter: &str) -> Option<&'o str> {
    let segments = operation.path.without_slash();
    let is_it = |segment: &Vec<PathPart>| matches!(segment.as_slice(), [PathPart::Parameter(name)] if name == parameter);
    let before = segments.iter().position(is_it)?.checked_sub(1)?;
    match segments.get(before)?.as_slice() {
        [PathPart::Literal(plural)] => Some(plural),
        _ => None,
    }
}

/// The last token of where an id stands: `slug` of `$response.body#/data/slug`.
fn id_property(id: &RuntimeExpression) -> String {
    let pointer = match id {
        RuntimeExpression::ResponseBody(pointer) | RuntimeExpression::RequestBody(pointer) => {
            pointer.as_str()
        }
        RuntimeExpression::RequestPath(name) => name.as_str(),
        _ => "id",
    };
    fold(pointer.rsplit('/').next().unwrap_or_default())
}

/// The words of a name without its first one, without its first two, and so on.
fn tails(name: &str) -> Vec<Vec<String>> {
    let words = words(name);
    (1..words.len()).map(|n| words[n..].to_vec()).collect()
}

/// Whether a member is the id of something else than what the operation is about, as far as its name says: `policy_id`
/// of a project.
#[must_use]
pub fn names_another(operation: &Operation, name: &str) -> bool {
    let words = words(name);
    let is_id = matches!(&words[..], [_, .., last] if matches!(last.as_str(), "id" | "ids" | "uuid" | "uuids"));
    let own =
        |plural: &str| singulars(plural).iter().any(|thing| fold(name).starts_with(thing.as_str()));
    is_id && !operation.path.last_literal().is_some_and(own)
}
