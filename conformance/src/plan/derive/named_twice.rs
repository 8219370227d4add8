//! A list that names the same thing twice is refused, where a description says so.

use std::sync::Arc;

use spec::model::Operation;

use super::{told_limit, valid_calls};
use crate::case::{Case, Request, Template};
use crate::plan::Planner;

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let told = planner.resources.named_twice(operation)?;
    let refused = told_limit::refused(planner, operation, &[&[told.status]])?;
    let has_list = |request: &Request| request.members().any(|(name, _)| *name == told.list);
    let mut calls = valid_calls(planner, operation);
    let (draft, request, _) = calls.find(|(_, request, _)| has_list(request))?;
    let (_, list) = request.members().find(|(name, _)| **name == told.list)?;
    let Template::Array(items) = list else { return None };
    let mut items = Arc::unwrap_or_clone(Arc::clone(items));
    items.push(items.first()?.clone());
    let request = request.with_member(&told.list, Template::array(items))?;
    let detail = format!("body.{}:named-twice", told.list);
    let summary = format!("`{}` that name the same thing twice are refused", told.list);
    Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
}
