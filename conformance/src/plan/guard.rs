//! Which cases may run: nothing that the run didn't make itself is changed or removed, and nothing is made that can't
//! be removed again, unless the profile allows it.
//!
//! ```text
//! cases ──guard──▶ those that may run, and the operations that are left out, each with the line that would allow it
//! ```
//!
//! Decided by looking at the requests of a case as they would be sent, whatever it was derived from; so a derivation
//! can't forget to ask. Workflows are somebody's own words for what is to be done: they are held to `read_only`,
//! `exclude` and `only` alone.

use indexmap::{IndexMap, IndexSet};
use spec::model::{Method, Operation, Status};
use spec::resources::may_create;

use super::{LeftOut, Planner, draft, effect};
use crate::case::{
    Case, Cell, Criterion, Derivation, Input, Isolation, Request, Step, Text, TextPart,
};
use crate::expression::Expression;

/// What a path parameter of a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// What an earlier step of the case made.
    Own,
    /// What the profile names: somebody else's.
    Given,
    /// Nothing: an id made up for the occasion, or a text that no id can be.
    Nothing,
}

/// What may not run.
pub(super) struct Refused {
    /// The operations that are never called, each with the reason.
    pub(super) left_out: Vec<LeftOut>,
    /// Why cases of a cell may not run, by cell.
    pub(super) cells: IndexMap<Cell, String>,
}

/// Takes out the cases that may not run.
pub(super) fn admit(planner: &Planner<'_>, cases: &mut Vec<Case>) -> Refused {
    let mut refused: IndexMap<String, String> = IndexMap::new();
    let mut cells: IndexMap<Cell, String> = IndexMap::new();
    for operation in &planner.contract.operations {
        if let Some(reason) = planner.unselected(operation) {
            refused.insert(operation.id.clone(), reason);
        }
    }
    cases.retain(|case| match refusal(planner, case) {
        None => true,
        Some((operation_id, reason)) => {
            for cell in case.also.iter().chain([&case.cell]) {
                cells.entry(cell.clone()).or_insert_with(|| reason.clone());
            }
            refused.entry(operation_id).or_insert(reason);
            false
        }
    });
    // What is called after all is not left out: only some of its cases are.
    for case in cases.iter() {
        for step in &case.steps {
            refused.shift_remove(&step.operation_id);
        }
    }
    order(planner, cases);
    let left_out = refused.into_iter().map(|(id, reason)| LeftOut { id, reason }).collect();
    Refused { left_out, cells }
}

/// Cases that change what they didn't make don't run beside each other, and those that end it, or the session, come
/// last: once for each operation, as it isn't there to be ended again.
fn order(planner: &Planner<'_>, cases: &mut Vec<Case>) {
    let mut ended: IndexSet<String> = IndexSet::new();
    cases.retain_mut(|case| {
        if case.source == Derivation::Workflow {
            return true;
        }
        let touched = case.steps.iter().filter_map(|step| {
            let operation = planner.operation(&step.operation_id).ok()?;
            Some((step, touch(case, step, operation)?))
        });
        let Some((step, touch)) = touched.max_by_key(|(_, touch)| *touch) else { return true };
        let succeeds = step.criteria.iter().any(Criterion::may_succeed);
        let stays = touch == Touch::Changes || !succeeds || ended.insert(step.operation_id.clone());
        case.isolation = match touch {
            Touch::Changes => Isolation::Alone,
            Touch::Ends => Isolation::Last,
        };
        stays
    });
}

/// What a step does to what the run didn't make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Touch {
    Changes,
    Ends,
}

fn touch(case: &Case, step: &Step, operation: &Operation) -> Option<Touch> {
    let target = operation.path.parameters().last().map(|name| named(case, &step.request, name));
    let is_shared = target.is_none_or(|target| target == Named::Given);
    match step.request.method {
        _ if case.source == Derivation::Method || !is_shared => None,
        _ if effect::ends(operation) => Some(Touch::Ends),
        Method::Delete => Some(Touch::Ends),
        Method::Put | Method::Patch => Some(Touch::Changes),
        _ => None,
    }
}

/// The operation for which a case may not run, and why.
fn refusal(planner: &Planner<'_>, case: &Case) -> Option<(String, String)> {
    for step in &case.steps {
        let Ok(operation) = planner.operation(&step.operation_id) else { continue };
        let unselected = planner.unselected(operation);
        // A method that is not documented may write, too.
        let unselected = unselected.or_else(|| planner.forbidden(step.request.method));
        let reason = unselected.or_else(|| match case.source {
            Derivation::Workflow => None,
            _ => planner.harm(case, step, operation),
        });
        if let Some(reason) = reason {
            return Some((operation.id.clone(), reason));
        }
    }
    None
}

impl Planner<'_> {
    /// Why an operation isn't called at all, by the choice of whoever runs the suite.
    pub(super) fn unselected(&self, operation: &Operation) -> Option<String> {
        let permissions = &self.context.permissions;
        if permissions.exclude.matches(operation) {
            return Some("it is excluded".to_owned());
        }
        if !permissions.only.is_empty() && !permissions.only.matches(operation) {
            return Some("it is not among what `only` names".to_owned());
        }
        self.forbidden(operation.method)
    }

    /// Why an operation may not be called where nothing may be written.
    pub(super) fn is_read_only(&self, operation: &Operation) -> Option<String> {
        self.forbidden(operation.method)
    }

    /// Why no request of this method is sent. That a POST only asks is known by its name alone, so that it doesn't count.
    fn forbidden(&self, method: Method) -> Option<String> {
        (self.context.permissions.read_only && !method.is_safe())
            .then(|| "it may write, and the run is read-only".to_owned())
    }

    /// What a step might do to what isn't the run's own.
    pub(super) fn harm(&self, case: &Case, step: &Step, operation: &Operation) -> Option<String> {
        let permissions = &self.context.permissions;
        if permissions.allow.matches(operation) {
            return None;
        }
        let request = &step.request;
        let id = &operation.id;
        let allow = || format!("`allow = [\"{id}\"]` in the profile lets it be called");
        let target = operation.path.parameters().last().map(|name| named(case, request, name));
        let key = self.key_beside(operation).map(|name| named(case, request, name));
        let is_vacant = key == Some(Named::Nothing) && draft::is_vacant(step);
        let target = if is_vacant { Some(Named::Nothing) } else { target };
        if let Some(sound) = effect::sound(operation)
            && (sound.reach == effect::Reach::People || target != Some(Named::Own))
            && !self.is_harmless(operation, target, &sound)
        {
            let effect::Sound { reach, word, .. } = sound;
            return Some(format!("`{word}` in its name: it may act on {reach}; {}", allow()));
        }
        if request.method.is_safe() || case.source == Derivation::Method {
            return None;
        }
        if matches!(request.method, Method::Other(_)) {
            let method = &request.method;
            return Some(format!("what `{method}` does, no standard says; {}", allow()));
        }
        if operation.method == Method::Post && self.resources.makes(operation) {
            return self.leftover(operation, target);
        }
        match target {
            Some(Named::Own) if operation.method == Method::Post && is_accepted(operation) => {
                Some(format!(
                    "it is only accepted (202) and done later, perhaps when what it is done to has been removed; {}",
                    allow()
                ))
            }
            Some(Named::Own) => None,
            Some(Named::Nothing) if may_create(operation) => self.leftover(operation, target),
            Some(Named::Nothing)
                if operation.method != Method::Post
                    || item(operation)
                    || is_found_missing(operation) =>
            {
                None
            }
            Some(Named::Given) => {
                let what = operation.path.parameters().last().unwrap_or_default();
                Some(format!(
                    "it may change or remove what the profile's `{what}` names, which the run did not make; {}",
                    allow()
                ))
            }
            _ if operation.method == Method::Post
                && (effect::asks(operation) || self.is_described(operation)) =>
            {
                None
            }
            _ if operation.method == Method::Post => {
                Some(format!("nothing tells whether it makes or changes something; {}", allow()))
            }
            _ => Some(format!(
                "its path names no single thing, so it may act on everything there is; {}",
                allow()
            )),
        }
    }

    /// Whether a name that sounds harmful is not: the profile says how to call the operation, it makes what it is called
    /// after and can remove that again, or it removes or changes what isn't there.
    fn is_harmless(
        &self,
        operation: &Operation,
        target: Option<Named>,
        sound: &effect::Sound,
    ) -> bool {
        match operation.method {
            Method::Post if self.is_described(operation) => true,
            Method::Post => !sound.is_verb && self.can_remove(operation),
            _ => target == Some(Named::Nothing) && operation.path.item_parameter().is_some(),
        }
    }

    /// Why something may not be made: it couldn't be removed again.
    fn leftover(&self, operation: &Operation, target: Option<Named>) -> Option<String> {
        let within_own = target == Some(Named::Own) && operation.method == Method::Post;
        if within_own || self.may_leave(operation) {
            return None;
        }
        let id = &operation.id;
        let why = match self.resources.remover(id) {
            Some(remover) => {
                format!("`{}`, which removes it, may not be called", remover.operation_id)
            }
            None => "nothing in the contract removes it again".to_owned(),
        };
        Some(format!(
            "it makes something, and {why}; `creates = [\"{id}\"]` in the profile lets it be made"
        ))
    }

    /// Whether what an operation makes can be removed by the run, or may stay by the profile.
    pub(super) fn may_leave(&self, operation: &Operation) -> bool {
        self.can_remove(operation) || self.context.permissions.creates.matches(operation)
    }

    /// Whether what an operation makes can be removed by the run.
    pub(super) fn can_remove(&self, operation: &Operation) -> bool {
        let Some(remover) = self.resources.remover(&operation.id) else { return false };
        let Ok(remover) = self.operation(&remover.operation_id) else { return false };
        let has_caller =
            remover.is_public() || self.credentials(remover) != crate::case::Credentials::None;
        has_caller && self.unselected(remover).is_none()
    }
}

/// Whether an operation documents that what its path names may not be there: then it acts on nothing else.
fn is_found_missing(operation: &Operation) -> bool {
    operation.documents(404)
}

/// Whether an operation documents no success but that it was accepted (RFC 9110 §15.3.3).
fn is_accepted(operation: &Operation) -> bool {
    let mut all = operation.successes().map(|response| response.status).peekable();
    all.peek().is_some() && all.all(|status| status == Status::Code(202))
}

/// Whether the path of an operation ends with the parameter that names a thing.
fn item(operation: &Operation) -> bool {
    operation.path.item_parameter().is_some()
}

/// What a path parameter of a request names.
fn named(case: &Case, request: &Request, name: &str) -> Named {
    let Some(Text(parts)) = request.path_parameters.get(name) else { return Named::Nothing };
    let of = |part: &TextPart| match part {
        TextPart::Literal(_) | TextPart::Raw(_) => Named::Nothing,
        TextPart::Expression(hole) | TextPart::Capitals(hole) | TextPart::Inner(hole) => match hole
        {
            Expression::Input { name, .. } => {
                match case.inputs.get(name.as_str()).map(|input| &**input) {
                    Some(Input::Fresh(_)) => Named::Nothing,
                    Some(Input::Profile(_) | Input::Value(_)) | None => Named::Given,
                }
            }
            Expression::Output { step, .. } if draft::is_existing(step) => Named::Given,
            Expression::Output { .. } => Named::Own,
            Expression::Exchange(_)
            | Expression::WorkflowOutput { .. }
            | Expression::Selected(_) => Named::Given,
        },
    };
    let all: Vec<_> = parts.iter().map(of).collect();
    [Named::Given, Named::Own].into_iter().find(|one| all.contains(one)).unwrap_or(Named::Nothing)
}
