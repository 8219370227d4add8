//! What is there already: which list shows what a path parameter names.

use super::Resources;
use super::identity::IdProperty;
use crate::model::{Method, Operation, PathPart, RuntimeExpression, shape, without_slash};
use crate::outline::Outline;
use crate::paging::{self, Rules};
use crate::pointer::escape;

/// A list that shows things such as a path parameter names.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The GET on the path before the parameter.
    pub list: &'a Operation,
    /// Where the id of the first of them stands in its answer.
    pub first: RuntimeExpression,
}

pub(super) fn of<'a>(
    resources: &Resources<'a>,
    operation: &Operation,
    parameter: &str,
) -> Option<Shown<'a>> {
    let segments = &operation.path.segments;
    let is_it = |segment: &Vec<PathPart>| matches!(segment.as_slice(), [PathPart::Parameter(name)] if name == parameter);
    let collection = &segments[..segments.iter().position(is_it)?];
    let list = get_at(resources, collection)?;
    let first = first(
        resources,
        list,
        &IdProperty::of_parameter(resources.contract, operation, parameter, collection),
    )?;
    Some(Shown { list, first })
}

/// Where the id of the first item of a list stands in its answer.
pub(super) fn first(
    resources: &Resources<'_>,
    list: &Operation,
    property: &IdProperty<'_>,
) -> Option<RuntimeExpression> {
    let answer = Outline::of(resources.contract, &[list.answer_schema()?]);
    let pages = paging::read(resources.contract, list, Rules::default()).ok();
    let named = pages.as_ref().and_then(|pages| pages.paging()?.items.as_deref());
    let (items, item) = answer.list(named)?;
    let item = Outline::of(resources.contract, &item);
    let id = property.member(&item)?;
    if !item.member(id)?.is_scalar() {
        return None;
    }
    let items = items.map(|name| format!("/{}", escape(name))).unwrap_or_default();
    Some(RuntimeExpression::ResponseBody(format!("{items}/0/{}", escape(id))))
}

/// The GET of a path, whether or not that ends with a slash.
fn get_at<'a>(resources: &Resources<'a>, segments: &[Vec<PathPart>]) -> Option<&'a Operation> {
    let bare = shape(without_slash(segments));
    let paths = [format!("{bare}/"), bare];
    let mut there = paths.iter().filter_map(|path| resources.by_path.get(path)).flatten();
    there.find(|one| one.method == Method::Get).copied()
}
