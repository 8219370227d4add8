//! [`Document`] → [`Contract`]: follows every `$ref`, brings 3.0, 3.1 and 3.2 into one form, and collects what is wrong.
//!
//! Nothing is refused as a whole: a part that can't be understood is left out, with a finding at its place, and so are
//! the operations that it touches (see [`trouble`]).
//! Objects that are the same in every version and have no references inside are read by `openapiv3`; schemas,
//! and what holds them, are read here, since they need references, positions and every version. What each object may hold stands in [`structure`].

mod applicators;
mod callback;
mod components;
mod content;
mod discriminator;
mod envelope;
mod names;
mod node;
mod operation;
mod parameter;
mod reference;
mod resources;
mod response;
mod root;
mod schema;
mod scope;
mod security;
mod server;
mod structure;
mod trouble;
mod xml;

use std::collections::{HashMap, HashSet, VecDeque};

use indexmap::IndexMap;

use crate::load::{Document, rounded};
use crate::model::{Contract, Schema, SchemaId, SecurityScheme, Version};
use crate::pointer::unescape;
use crate::{FileId, Finding, Findings, Origin, Reading};
use node::Node;
use resources::Resources;
use scope::{ScopeId, Scopes};
use trouble::Troubles;

pub(crate) use structure::is_token;

/// Resolves a loaded document; what can't be loaded passes through.
pub(crate) fn resolve(loaded: Result<Document, Findings>) -> Reading {
    let document = match loaded {
        Ok(document) => document,
        Err(findings) => return Reading { contract: None, findings },
    };
    let mut resolver = Resolver::new(&document);
    resolver.findings.extend(document.repeated.iter().map(repeated));
    resolver.findings.extend(rounded(&document));
    let contract = resolver.contract();
    let list = without_repetition(resolver.findings);
    Reading { contract, findings: Findings { list, sources: document.sources.clone() } }
}

/// A member that an object has more than once.
fn repeated(at: &Origin) -> Finding {
    let name = at.pointer.rsplit('/').next().map(unescape).unwrap_or_default();
    let message = format!(
        "`{name}` is there more than once, and all but the last one are passed over (RFC 8259 §4, YAML 1.2.2 §3.2.1.1)"
    );
    Finding::warning("repeated-key", at.clone(), message)
        .help("keep one of them, or give the others names of their own")
}

/// A component is read again wherever it is used: what is wrong with it is said once.
fn without_repetition(findings: Vec<Finding>) -> Vec<Finding> {
    let mut said = HashSet::new();
    let is_new = |finding: &Finding| {
        // What a value is not is said by its table and by its reader, which expects the same or more.
        let message = (finding.code != "wrong-type").then(|| finding.message.clone());
        said.insert((finding.code, finding.at.clone(), message))
    };
    findings.into_iter().filter(is_new).collect()
}

/// The work in progress: what was met so far, and what is still to be read.
struct Resolver<'d> {
    document: &'d Document,
    version: Version,
    findings: Vec<Finding>,
    /// Each by itself, as a list of them that grows would be copied again and again.
    schemas: Vec<Option<Box<Schema>>>,
    /// Where a schema stands → its id, so that a reference and its target are one, and cycles end.
    ids: HashMap<(Origin, ScopeId), SchemaId>,
    /// Schemas that have an id but were not read yet. A queue, since chains of references may be long.
    pending: VecDeque<(SchemaId, Node<'d>, ScopeId)>,
    /// What a `$ref` in a resource was found to mean.
    targets: HashMap<(Origin, &'d str), Option<Node<'d>>>,
    /// The names that schemas give themselves.
    resources: Resources,
    scopes: Scopes,
    /// Security schemes that no component is, but that a requirement names.
    schemes_by_uri: IndexMap<String, SecurityScheme>,
    /// The dynamic anchors on the way to the schema that is being read.
    scope: ScopeId,
    /// Whether what is being read is sent by the API.
    in_callback: bool,
    /// Which of it can't be relied on.
    troubles: Troubles,
}

impl<'d> Resolver<'d> {
    fn new(document: &'d Document) -> Self {
        Self {
            document,
            version: Version::V3_0,
            findings: Vec::new(),
            schemas: Vec::new(),
            ids: HashMap::new(),
            pending: VecDeque::new(),
            targets: HashMap::new(),
            resources: Resources::default(),
            scopes: Scopes::default(),
            schemes_by_uri: IndexMap::new(),
            scope: ScopeId::default(),
            in_callback: false,
            troubles: Troubles::default(),
        }
    }

    fn contract(&mut self) -> Option<Contract> {
        let root = Node::root(&self.document.files[0]);
        self.version = self.read_version(&root)?;
        if self.version >= Version::V3_1 {
            self.resources = Resources::of(self.document);
        }
        let mut contract = self.read_root(&root);
        self.read_pending();
        self.check_components(&root, &contract);
        self.finish_schemas(&mut contract);
        contract.security_schemes.append(&mut self.schemes_by_uri);
        envelope::find_all(&mut contract);
        let own = self.document.self_uri(FileId::ROOT);
        names::settle(&mut contract, own, &mut self.findings);
        let has_paths = root.get("paths").is_none_or(|paths| paths.value.is_object());
        self.leave_out(contract).filter(|_| has_paths)
    }
}

#[cfg(test)]
mod tests;
