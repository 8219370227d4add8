//! Contract → [`Api`]: every decision about names and types.
//!
//! Schemas first: each component gets its [`TypeId`] before any is converted, so that references need no order. Then
//! operations, which may add types of their own. At last the passes that look at all types together: where values
//! travel (`usage`), where a type would contain itself (`cycles`), in which file it stands (`files`).

mod compose;
mod content;
mod cycles;
mod depth;
mod directions;
mod docs;
mod enumeration;
mod extended;
mod files;
mod keywords;
mod limits;
mod media_type;
mod multipart;
mod object;
mod operation;
mod order;
mod package;
mod paging;
mod parameter;
mod pattern;
mod response;
mod rules;
mod scalar;
mod schema;
mod security;
mod sent;
mod servers;
mod shape;
mod size;
mod spread;
mod tag;
mod tagged;
mod union;
mod unsupported;
mod usage;
mod variant;

use std::collections::{BTreeMap, HashMap, HashSet};

use spec::model::{Schema, SchemaId};
use spec::{Contract, Finding, Origin};

use crate::Options;
use crate::ir::types::{Item, Kind, Slot, Type, Usage};
use crate::ir::{Api, Content, TypeId};
use crate::names::{self, Scope};
use crate::settings::{self, Settings};
pub(crate) use docs::is_dangerous;

/// Decides what Rust is to be written for a contract.
#[must_use]
pub fn lower(contract: &Contract, options: &Options) -> (Api, Vec<Finding>) {
    let settings = &options.settings;
    let read = contract.schemas.len();
    let (supported, unsupported) = unsupported::leave_out(contract);
    let contract = supported.as_ref().unwrap_or(contract);
    let unfolded = extended::unfold(contract);
    let contract = unfolded.as_ref().unwrap_or(contract);
    let selected = settings.only.as_ref().map(|only| settings::select(contract, only));
    let contract = selected.as_ref().unwrap_or(contract);
    let mut lowerer = Lowerer::new(contract, settings, read);
    lowerer.reserve_operations();
    lowerer.lower_components();
    let schemes = lowerer.lower_schemes();
    let (mut operations, groups) = lowerer.lower_operations(&schemes);
    lowerer.drain();
    lowerer.lower_keywords();
    let mut schemas = lowerer.typed();
    schemas.retain(|(id, _)| id.index() < read);
    let Lowerer { mut types, mut findings, mut scope, shared, .. } = lowerer;
    findings.extend(unsupported);
    directions::split(&mut types, &mut operations, &mut scope);
    tagged::settle(&mut types);
    findings.extend(cycles::break_up(&mut types));
    let is_deep = depth::cut(&mut types);
    usage::mark(&mut types, &operations);
    usage::close_enums(&mut types, settings.enums);
    usage::relax(&mut types);
    files::assign(&mut types, &operations, &groups);
    findings.sort_by(|a, b| {
        (a.at.file, &a.at.pointer, a.code).cmp(&(b.at.file, &b.at.pointer, b.code))
    });
    findings.dedup();
    let api = Api {
        package: package::lower(contract, options),
        types,
        is_deep,
        schemas,
        shared_schemas: shared.into_schemas(),
        operations,
        groups,
        schemes,
        servers: servers::lower(contract),
    };
    (api, findings)
}

/// What is known while a contract is being lowered.
struct Lowerer<'c> {
    contract: &'c Contract,
    settings: &'c Settings,
    types: Vec<Item>,
    findings: Vec<Finding>,
    /// The names of types.
    scope: Scope,
    /// The names in `crate::operations`.
    operation_scope: Scope,
    /// Schemas that have a type, or are having it made.
    known: HashMap<SchemaId, Slot>,
    /// Schemas that have a declared type of their own.
    declared: BTreeMap<SchemaId, TypeId>,
    /// Named schemas that have an id, and are still to be converted.
    queue: Vec<(SchemaId, TypeId)>,
    /// Schemas that are being converted in place: to meet one again is a cycle without a name.
    open: HashSet<SchemaId>,
    /// How many schemas without an id we are in.
    composed: usize,
    /// Schemas with `allOf`, merged.
    merged: HashMap<SchemaId, Schema>,
    /// Schemas with a `multipleOf` that a merged one has no room for.
    lost_steps: HashSet<SchemaId>,
    /// Schemas that a discriminator has a name for.
    discriminated: HashSet<SchemaId>,
    /// How many schemas the document has: those behind them were made.
    read: usize,
    /// Schemas that keywords refer to.
    shared: keywords::Shared,
    /// Schemas whose keywords are being collected in place.
    unsaid_open: Vec<SchemaId>,
    patterns: pattern::Patterns,
    /// The enums of the bodies of response components, by the component.
    choices: HashMap<String, Vec<(Vec<Content>, String)>>,
    /// The names of operations' types, by operation id.
    stems: BTreeMap<String, String>,
}

/// What a type is called where its schema has no name.
#[derive(Debug, Clone, Copy)]
struct Hint<'h> {
    /// The type that it belongs to: `Pet`.
    owner: &'h str,
    /// What it is there: `bounding_box`.
    role: &'h str,
}

impl Hint<'_> {
    fn name(&self) -> String {
        format!("{}{}", self.owner, names::pascal(self.role, "Value"))
    }
}

impl<'c> Lowerer<'c> {
    fn new(contract: &'c Contract, settings: &'c Settings, read: usize) -> Self {
        let schemas = contract.schemas.iter().map(|(_, schema)| schema);
        let discriminators = schemas.filter_map(|schema| schema.discriminator.as_ref());
        let discriminated = discriminators.flat_map(|one| one.mapping.values().copied()).collect();
        Self {
            contract,
            settings,
            discriminated,
            types: Vec::new(),
            findings: Vec::new(),
            scope: Scope::with(&names::PRELUDE),
            operation_scope: Scope::with(&names::PRELUDE),
            known: HashMap::new(),
            declared: BTreeMap::new(),
            queue: Vec::new(),
            open: HashSet::new(),
            composed: 0,
            merged: HashMap::new(),
            lost_steps: HashSet::new(),
            read,
            shared: keywords::Shared::default(),
            unsaid_open: Vec::new(),
            patterns: pattern::Patterns::default(),
            choices: HashMap::new(),
            stems: BTreeMap::new(),
        }
    }

    /// Gives every component a name and an id, by name, then converts them.
    fn lower_components(&mut self) {
        let contract = self.contract;
        let mut components = order::sorted(&contract.components);
        // What a user has named has the name, and others are numbered around it; so with what keeps its own.
        components.sort_by_key(|(name, _)| {
            let is_renamed = names::of_type(name) != names::pascal(name, "Type");
            (!self.settings.schemas.contains_key(*name), is_renamed)
        });
        for (name, id) in &components {
            if self.contract.schema(**id).name.as_ref() == Some(*name) {
                self.reserve(**id, name);
            }
        }
        for (name, id) in &components {
            if self.contract.schema(**id).name.as_ref() != Some(*name) {
                self.alias(**id, name);
            }
        }
        self.drain();
    }

    /// A component that is nothing but a reference.
    fn alias(&mut self, id: SchemaId, name: &str) {
        let rust = self.take_type_name(name);
        let slot = self.slot(id, Hint { owner: &rust, role: "value" });
        let origin = self.contract.schema(id).origin.clone();
        self.declare(
            rust,
            Kind::Alias(slot),
            docs::line("Another name, as the contract has it."),
            &origin,
        );
    }

    /// Names a schema and gives it an id; it is converted when its turn comes.
    fn reserve(&mut self, id: SchemaId, name: &str) -> TypeId {
        let schema = self.contract.schema(id);
        let rust = self.take_type_name(name);
        let ty =
            self.declare(rust, Kind::Alias(Slot::plain(Type::Any)), docs::docs([]), &schema.origin);
        let slot = self.nullable_if(self.admits_null(id), Slot::plain(Type::Named(ty)));
        self.known.insert(id, slot);
        self.declared.insert(id, ty);
        self.queue.push((id, ty));
        ty
    }

    /// The name of a component's type.
    fn take_type_name(&mut self, component: &str) -> String {
        let wanted = self.settings.schemas.get(component).cloned();
        self.scope.take(wanted.unwrap_or_else(|| names::of_type(component)))
    }

    /// Converts what has a name and an id, until nothing is left.
    fn drain(&mut self) {
        // First in, first out: names of inline types go to the first component that asks.
        let mut next = 0;
        while let Some((id, ty)) = self.queue.get(next).copied() {
            self.convert(id, ty);
            next += 1;
        }
        self.queue.clear();
    }

    /// Adds a type. The name must have been taken.
    fn declare(
        &mut self,
        rust: String,
        kind: Kind,
        docs: crate::ir::Docs,
        origin: &Origin,
    ) -> TypeId {
        let id = TypeId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(Item {
            rust,
            file: String::new(),
            docs,
            deprecated: false,
            kind,
            schema: Vec::new(),
            used: Usage::default(),
            answered_by: None,
            textual: false,
            origin: origin.clone(),
        });
        id
    }

    /// The schemas that have a declared type, for [`Api::schemas`].
    fn typed(&self) -> Vec<(SchemaId, Type)> {
        let is_declared = |ty: &Type| match ty {
            Type::Nullable(slot) => matches!(slot.ty, Type::Named(_)),
            ty => matches!(ty, Type::Named(_)),
        };
        let known = self.known.iter().map(|(id, slot)| (*id, slot.ty.clone()));
        let mut typed: Vec<_> = known.filter(|(_, ty)| is_declared(ty)).collect();
        typed.sort_by_key(|(id, _)| *id);
        let mut seen = HashSet::new();
        typed.retain(|(_, ty)| seen.insert(format!("{ty:?}")));
        typed
    }

    fn item(&mut self, id: TypeId) -> &mut Item {
        &mut self.types[id.0 as usize]
    }

    fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}
