//! Parameters: by location and name, those of the path by their place in it.

use super::engine::Form;
use super::operations::Exchange;
use super::rules::Direction;
use super::table::Fact;
use crate::model::{Location, Operation, Parameter, ParameterShape, Style};

const REQUEST: Direction = Direction::Request;

impl<'a> Exchange<'_, 'a> {
    pub(super) fn compare_parameters(&mut self) {
        let (old, new) = (self.old, self.new);
        for parameter in &new.parameters {
            match counterpart(new, parameter, old) {
                Some(before) => self.compare_parameter(before, parameter),
                None => self.state_new_parameter(parameter),
            }
        }
        for parameter in &old.parameters {
            if counterpart(old, parameter, new).is_none() {
                let at = (parameter.origin.clone(), self.new.origin.clone());
                let message = format!("{} is gone", title(parameter));
                if self.sent.is_some() && parameter.required {
                    // Whoever receives the request counts on what was always there.
                    let fact = Fact::RequiredHeaderRemoved;
                    self.state_as_it_is(fact, Direction::Response, at, message);
                } else {
                    self.state(Fact::ParameterRemoved, REQUEST, at, message);
                }
            }
        }
    }

    fn state_new_parameter(&mut self, parameter: &Parameter) {
        let (fact, kind) = if parameter.required {
            (Fact::RequiredParameterAdded, "required")
        } else {
            (Fact::OptionalParameterAdded, "optional")
        };
        let at = (self.old.origin.clone(), parameter.origin.clone());
        self.state(fact, REQUEST, at, format!("{kind} {} is new", title(parameter)));
    }

    fn compare_parameter(&mut self, old: &'a Parameter, new: &'a Parameter) {
        let at = |key: &str| (old.origin.child(key), new.origin.child(key));
        let title = title(new);
        match (old.required, new.required) {
            (false, true) => {
                let message = format!("{title} is required now");
                self.state(Fact::ParameterBecameRequired, REQUEST, at("required"), message);
            }
            (true, false) => {
                let message = format!("{title} is no longer required");
                self.state(Fact::ParameterBecameOptional, REQUEST, at("required"), message);
            }
            _ => {}
        }
        match (old.deprecated, new.deprecated) {
            (false, true) => {
                let message = format!("{title} is deprecated now");
                self.state(Fact::ParameterDeprecated, REQUEST, at("deprecated"), message);
            }
            (true, false) => {
                let message = format!("{title} is no longer deprecated");
                self.state(Fact::ParameterUndeprecated, REQUEST, at("deprecated"), message);
            }
            _ => {}
        }
        if let Some(change) = style_change(&old.shape, &new.shape) {
            let at = (old.origin.clone(), new.origin.clone());
            let message = format!("{title}: {change}");
            self.state(Fact::ParameterStyleChanged, REQUEST, at, message);
        }
        let schemas = (old.schema(), new.schema());
        let form = form(&old.shape, &new.shape);
        self.value(schemas, (&old.origin, &new.origin), (REQUEST, form), &title);
    }
}

/// What the other operation calls this parameter.
fn counterpart<'b>(
    own: &Operation,
    parameter: &Parameter,
    other: &'b Operation,
) -> Option<&'b Parameter> {
    let name = match parameter.location {
        // Names in a path are for people: clients fill in places.
        Location::Path => {
            let place = own.path.parameters().position(|name| name == parameter.name);
            place.and_then(|place| other.path.parameters().nth(place)).unwrap_or(&parameter.name)
        }
        Location::Query | Location::Header | Location::Cookie => &parameter.name,
        // Its name is for people too, and there is but one.
        Location::QueryString => return other.query_string(),
    };
    other.parameters.iter().find(|candidate| {
        let same_name = if parameter.location == Location::Header {
            candidate.name.eq_ignore_ascii_case(name)
        } else {
            candidate.name == *name
        };
        candidate.location == parameter.location && same_name
    })
}

fn title(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", parameter.location, parameter.name)
}

/// How both write values: as text, unless one of them has content.
pub(super) fn form(old: &ParameterShape, new: &ParameterShape) -> Form {
    match (old, new) {
        (ParameterShape::Schema { .. }, ParameterShape::Schema { .. }) => Form::Text,
        _ => Form::Content,
    }
}

/// How the two write a value differently.
pub(super) fn style_change(old: &ParameterShape, new: &ParameterShape) -> Option<String> {
    use ParameterShape::{Content, Schema};
    match (old, new) {
        (
            Schema { style: was, explode: long, allow_reserved: raw, .. },
            Schema { style: is, explode, allow_reserved, .. },
        ) => {
            let change = if was != is {
                format!("`style` changed from {} to {}", name(*was), name(*is))
            } else if long != explode {
                format!("`explode` changed from {long} to {explode}")
            } else if raw != allow_reserved {
                format!("`allowReserved` changed from {raw} to {allow_reserved}")
            } else {
                return None;
            };
            Some(change)
        }
        (Content(was), Content(is)) => (!was.name.eq_ignore_ascii_case(&is.name))
            .then(|| format!("written as `{}` in place of `{}`", is.name, was.name)),
        (Schema { .. }, Content(is)) => Some(format!("written as `{}` now", is.name)),
        (Content(was), Schema { .. }) => Some(format!("no longer written as `{}`", was.name)),
    }
}

/// As in a document.
fn name(style: Style) -> &'static str {
    match style {
        Style::Simple => "simple",
        Style::Label => "label",
        Style::Matrix => "matrix",
        Style::Form => "form",
        Style::SpaceDelimited => "spaceDelimited",
        Style::PipeDelimited => "pipeDelimited",
        Style::DeepObject => "deepObject",
        Style::Cookie => "cookie",
    }
}
