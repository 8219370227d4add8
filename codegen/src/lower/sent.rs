//! What the API sends by itself: callbacks and webhooks, in the order in which they are generated.

use std::collections::{HashMap, HashSet};

use spec::Contract;
use spec::model::{
    Callback, DestinationPart as WrittenPart, Location, Operation as Written, PathTemplate,
    RuntimeExpression,
};

use crate::ir::operation::{CallbackOf, ContentKind, DestinationPart, Operation, Parameter, Sent};

/// A callback or webhook, before it is lowered.
pub(super) struct Request<'c> {
    /// It as the contract has it.
    pub(super) callback: &'c Callback,
    /// What is sent, and what comes back.
    pub(super) written: &'c Written,
    /// What it is.
    pub(super) sent: Sent,
    /// Where the router of receivers has it.
    pub(super) path: PathTemplate,
}

/// Every callback, by name and expression, and every webhook, by name. A callback of several operations is one.
pub(super) fn requests(contract: &Contract) -> Vec<Request<'_>> {
    let owners = {
        let mut owned: Vec<_> = contract.callbacks().collect();
        owned.sort_by_key(|(owner, callback)| {
            (&callback.name, &callback.expression, callback.operation.method, &owner.id)
        });
        owned.into_iter().map(|(owner, callback)| (Some(owner), callback))
    };
    let mut webhooks: Vec<&Callback> = contract.webhooks.iter().collect();
    webhooks.sort_by_key(|webhook| (&webhook.name, webhook.operation.method));
    let webhooks = webhooks.into_iter().map(|webhook| (None, webhook));
    let mut seen = HashSet::new();
    let mut paths = Paths::default();
    let all = owners.chain(webhooks).filter(|(_, one)| seen.insert(one.operation.id.as_str()));
    all.map(|(owner, callback)| {
        let path = paths.of(callback);
        Request { callback, written: &callback.operation, sent: sent(owner, callback), path }
    })
    .collect()
}

fn sent(owner: Option<&Written>, callback: &Callback) -> Sent {
    let expression = callback.expression.clone();
    let callback_of = owner.zip(expression).map(|(owner, expression)| CallbackOf {
        operation: owner.id.clone(),
        expression,
        destination: None,
    });
    Sent { name: callback.name.clone(), callback: callback_of }
}

/// Where a callback goes, by what a request for the operation says that it is a callback of; `None` where that is not
/// all of it, or not of one type.
pub(super) fn destination(callback: &Callback, owner: &Operation) -> Option<Vec<DestinationPart>> {
    let parts = callback.destination()?.into_iter();
    parts.map(|part| lowered(part, owner)).collect()
}

fn lowered(part: WrittenPart, owner: &Operation) -> Option<DestinationPart> {
    let expression = match part {
        WrittenPart::Literal(text) => return Some(DestinationPart::Literal(text)),
        WrittenPart::Expression(expression) => expression,
    };
    match expression {
        RuntimeExpression::RequestQuery(name) => parameter(owner, Location::Query, &name),
        RuntimeExpression::RequestPath(name) => parameter(owner, Location::Path, &name),
        RuntimeExpression::RequestHeader(name) => parameter(owner, Location::Header, &name),
        RuntimeExpression::RequestBody(pointer) => {
            let [content] = owner.body.as_ref()?.contents.as_slice() else { return None };
            let is_value = matches!(content.kind, ContentKind::Json(_) | ContentKind::Form(..));
            is_value.then_some(DestinationPart::Body(pointer))
        }
        RuntimeExpression::Url
        | RuntimeExpression::Method
        | RuntimeExpression::StatusCode
        | RuntimeExpression::ResponseHeader(_)
        | RuntimeExpression::ResponseBody(_) => None,
    }
}

fn parameter(owner: &Operation, location: Location, name: &str) -> Option<DestinationPart> {
    let is_it = |field: &&Parameter| match location {
        Location::Header => field.wire.eq_ignore_ascii_case(name),
        _ => field.wire == name,
    };
    let mut fields = owner.parameters.as_ref()?.of(location);
    let Parameter { rust, required, .. } = fields.find(is_it)?;
    Some(DestinationPart::Parameter { rust: rust.clone(), required: *required })
}

/// Where the router of receivers has each: a path for each path item.
#[derive(Default)]
struct Paths<'c> {
    known: HashMap<(&'c str, Option<&'c str>), String>,
    taken: HashSet<String>,
}

impl<'c> Paths<'c> {
    fn of(&mut self, callback: &'c Callback) -> PathTemplate {
        let item = (callback.name.as_str(), callback.expression.as_deref());
        let taken = &mut self.taken;
        let path = self.known.entry(item).or_insert_with(|| free_path(&callback.name, taken));
        PathTemplate::literal(path)
    }
}

/// The name as a segment that needs no escaping (RFC 3986 §2.3), with a number where another has that already.
fn free_path(name: &str, taken: &mut HashSet<String>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    let mut plain: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    // A segment of dots alone is resolved away by those who send.
    if plain.trim_matches('.').is_empty() {
        plain.push_str("callback");
    }
    let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
    let mut paths = std::iter::once(plain.clone()).chain(numbered);
    paths.find(|path| taken.insert(path.clone())).unwrap_or(plain)
}
