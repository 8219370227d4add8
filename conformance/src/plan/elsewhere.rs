//! What a PUT puts somewhere by a name that something else has: `PUT /teams/{team_id}/members/{user_id}` takes a user that
//! there is into a team, and makes none.

use serde_json::Value;
use spec::model::{Location as In, Operation, RuntimeExpression};
use spec::names::{fold, singulars};
use spec::pointer::unescape;
use spec::resources::{Maker, Reference};

use super::Planner;
use super::draft::{Draft, LOOK_UP, Path, Provided};
use crate::case::Text;
use crate::expression::{Expression, Language, Selection};
use crate::sample::{Choice, Extent, Merged};

impl Planner<'_> {
    /// What the last parameter of an operation's path may name, where that isn't what the path is of by its own name.
    pub(super) fn named_elsewhere(&self, operation: &Operation, parameter: &str) -> Vec<Reference> {
        let is_item = operation.path.item_parameter() == Some(parameter);
        let name = fold(parameter);
        let own = operation.path.last_literal().map(singulars).unwrap_or_default();
        let is_own = own.iter().any(|thing| name.starts_with(thing.as_str()));
        let is_made = !self.resources.makers(operation, parameter).is_empty();
        if !is_item || is_own || is_made && !self.resources.chooses(operation) {
            return Vec::new();
        }
        let references = self.resources.references().called(parameter, false);
        let others = references.into_iter().filter(|one| one.maker.operation_id != operation.id);
        others.cloned().collect()
    }
}

impl Draft<'_> {
    /// Something that is there, for a PUT that puts it somewhere: what is made for the purpose, or one of those that a list
    /// shows. `None` where the path names nothing else's.
    pub(super) fn elsewhere(&mut self, operation: &Operation, parameter: &str) -> Option<Provided> {
        let references = self.planner().named_elsewhere(operation, parameter);
        references.iter().find_map(|reference| {
            let before = self.clone();
            let provided = self.by_reference(operation, parameter, reference);
            if provided.is_none() {
                *self = before;
            }
            provided
        })
    }

    fn by_reference(
        &mut self,
        operation: &Operation,
        parameter: &str,
        reference: &Reference,
    ) -> Option<Provided> {
        let planner = self.planner();
        let maker = planner.operation(&reference.maker.operation_id).ok()?;
        planner.may_make(maker).then_some(())?;
        let provided = match &reference.named_by {
            Some((named, own)) => {
                let named = planner.operation(named).ok()?;
                self.provide_made(named, own, &reference.maker, 0).ok()?
            }
            None => {
                let stand_in = planner.stand_in(operation, parameter);
                let selected = self.another_of(&reference.maker, operation);
                let list = &reference.maker.operation_id;
                self.provide_selected(list, &selected, stand_in).ok()?
            }
        };
        Some(provided)
    }

    /// The step that asks a list for things of the kind that some words name, where a parameter of it has that kind among few:
    /// `?role=vet` for a `vet_id`. `None` where no word does.
    pub(super) fn list_of_kind(&mut self, list: &Maker, words: &[String]) -> Option<String> {
        let operation = self.planner().operation(&list.operation_id).ok()?;
        operation.method.is_safe().then_some(())?;
        let kinds = operation.parameters.iter().filter(|one| one.location == In::Query);
        let (parameter, kind) = kinds
            .filter_map(|one| {
                let merged =
                    Merged::of(self.planner().contract, &[one.schema()?], Choice::default());
                let values = merged.enumeration()?.into_iter().filter_map(Value::as_str);
                let kind = values.into_iter().find(|kind| is_said(kind, words))?;
                Some((one, kind.to_owned()))
            })
            .next()?;
        let id = format!("{LOOK_UP}_{}", fold(&kind));
        if self.step(&id).is_none() {
            let path = self.path(operation, &Path::new()).ok()?;
            let mut request = self.request(operation, &path, Extent::Minimal).ok()?;
            request.ask(&parameter.name, Text::literal(kind));
            let criteria = self.planner().succeeds(operation);
            self.push(operation, &id, request, criteria);
        }
        Some(id)
    }

    /// Of what a list shows, another one each time, from the last one on: the first is likely to be who asks.
    pub(super) fn another_of(&self, list: &Maker, operation: &Operation) -> Expression {
        let used = self.steps.iter().filter(|step| step.operation_id == operation.id).count() + 1;
        let pointer = match &list.id {
            RuntimeExpression::ResponseBody(pointer) => pointer.as_str(),
            other => return other.clone().into(),
        };
        let name = |token: &str| format!("[{}]", Value::from(unescape(token)));
        let path = |tokens: &str| tokens.split('/').skip(1).map(name).collect::<String>();
        let select = |context, selector| {
            let language = Language::JsonPath;
            Expression::Selected(Box::new(Selection { context, selector, language }))
        };
        let (all, whole) = (Expression::response_body(""), format!("{pointer}/"));
        let Some((items, own)) = whole.split_once("/0/") else {
            return select(all, format!("${}", path(pointer)));
        };
        let (items, own) = (path(items), path(&format!("/{}", own.trim_end_matches('/'))));
        match self.planner().resources.tells_whether_active(list) {
            // Who has left, or is blocked, is of no use to anything.
            Some(member) => {
                let active = format!("${items}[?@{} == true]{own}", name(&member));
                select(select(all, active), format!("$[-{used}]"))
            }
            None => select(all, format!("${items}[-{used}]{own}")),
        }
    }
}

/// Whether words have those of a kind, one behind the other, in the singular or the plural.
fn is_said(kind: &str, words: &[String]) -> bool {
    let kind = spec::names::words(kind);
    words.contains(&kind.concat())
        || words.windows(kind.len().max(1)).any(|those| {
            those.iter().zip(&kind).all(|(word, own)| singulars(word).iter().any(|one| one == own))
        })
}
