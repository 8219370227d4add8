//! Two values of a parameter, asked for at once.

use spec::model::{Parameter, ParameterShape, Style};
use spec::resources::Filter;

use super::Subject;
use crate::case::{Pair, Text, TextPart};
use crate::plan::draft::Draft;

/// A walk that asks for two values of a filter.
pub(super) fn walk_both(
    subject: &Subject<'_>,
    draft: &mut Draft<'_>,
    filter: &Filter<'_>,
    texts: [Text; 2],
) -> Option<()> {
    let pairs = several(filter.parameter, texts)?;
    subject.walk(draft, &[])?;
    let query = &mut draft.last_step()?.request.query;
    query.retain(|pair| pair.name != filter.parameter.name);
    query.extend(pairs);
    Some(())
}

/// Two values of a parameter, as its style has them (OAS 3.1 §4.8.12).
pub(in super::super) fn several(
    parameter: &Parameter,
    [one, other]: [Text; 2],
) -> Option<Vec<Pair>> {
    let ParameterShape::Schema { style, explode, .. } = &parameter.shape else { return None };
    let pair = |value: Text| Pair { name: parameter.name.clone(), value };
    let between = match (style, explode) {
        (Style::Form, true) => return Some(vec![pair(one), pair(other)]),
        (Style::Form, false) => ",",
        (Style::SpaceDelimited, false) => "%20",
        (Style::PipeDelimited, false) => "%7C",
        _ => return None,
    };
    let between = [TextPart::Raw(between.to_owned())];
    let parts = one.0.into_iter().chain(between).chain(other.0).collect();
    Some(vec![pair(Text(parts))])
}
