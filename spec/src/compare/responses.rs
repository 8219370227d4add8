//! Responses: statuses, headers, and the bodies behind them.

use super::operations::Exchange;
use super::parameters::{form, style_change};
use super::rules::Direction;
use super::table::Fact;
use crate::model::{Header, Operation, Response, Status};

const RESPONSE: Direction = Direction::Response;

impl<'a> Exchange<'_, 'a> {
    pub(super) fn compare_responses(&mut self) {
        let (old, new) = (self.old, self.new);
        for (status, response) in &new.responses {
            match (old.responses.get(status), covering(old, *status)) {
                (Some(before), _) => self.compare_response(before, response),
                (None, Some(before)) => {
                    let message = format!("`{status}` has a response of its own now");
                    let at = (before.origin.clone(), response.origin.clone());
                    self.state(Fact::StatusSingledOut, RESPONSE, at, message);
                    self.compare_response(before, response);
                }
                (None, None) => self.state_new_status(*status, response),
            }
        }
        for (status, response) in &old.responses {
            match (new.responses.get(status), covering(new, *status)) {
                (Some(_), _) => {}
                (None, Some(after)) => {
                    let message =
                        format!("`{status}` is documented only as `{}` now", after.status);
                    let at = (response.origin.clone(), after.origin.clone());
                    self.state(Fact::StatusGeneralized, RESPONSE, at, message);
                    self.compare_response(response, after);
                }
                (None, None) => self.state_lost_status(*status, response),
            }
        }
    }

    fn state_new_status(&mut self, status: Status, response: &Response) {
        let fact =
            if status.is_success() { Fact::SuccessStatusAdded } else { Fact::FailureStatusAdded };
        let at = (self.old.origin.child("responses"), response.origin.clone());
        let word = if self.sent.is_some() { "be answered" } else { "answer" };
        self.state(fact, RESPONSE, at, format!("may {word} `{status}` now"));
    }

    fn state_lost_status(&mut self, status: Status, response: &Response) {
        let fact = if status.is_success() {
            Fact::SuccessStatusRemoved
        } else {
            Fact::FailureStatusRemoved
        };
        let at = (response.origin.clone(), self.new.origin.child("responses"));
        let words =
            if self.sent.is_some() { "may no longer be answered" } else { "no longer answers" };
        self.state(fact, RESPONSE, at, format!("{words} `{status}`"));
    }

    fn compare_response(&mut self, old: &'a Response, new: &'a Response) {
        let noun = format!("`{}` response body", new.status);
        let at = || (old.origin.child("content"), new.origin.child("content"));
        match (old.content.is_empty(), new.content.is_empty()) {
            (false, true) => {
                self.state(Fact::BodyRemoved, RESPONSE, at(), format!("{noun} is gone"));
            }
            (true, false) => {
                self.state(Fact::BodyAdded, RESPONSE, at(), format!("{noun} is new"));
            }
            _ => {
                let places = (&old.origin, &new.origin);
                self.compare_content((&old.content, &new.content), places, RESPONSE, &noun);
            }
        }
        self.compare_headers(old, new);
        self.compare_links(old, new);
    }

    fn compare_headers(&mut self, old: &'a Response, new: &'a Response) {
        let find = |response: &'a Response, name: &str| {
            response.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        for (name, header) in &new.headers {
            let title = format!("header `{name}` of the `{}` response", new.status);
            if let Some((_, before)) = find(old, name) {
                self.compare_header(before, header, &title);
            } else {
                let at = (old.origin.clone(), header.origin.clone());
                let message = format!("{title} is new");
                if self.sent.is_some() && header.required {
                    // Whoever answers doesn't send it yet.
                    let fact = Fact::RequiredParameterAdded;
                    self.state_as_it_is(fact, Direction::Request, at, message);
                } else {
                    self.state(Fact::HeaderAdded, RESPONSE, at, message);
                }
            }
        }
        for (name, header) in &old.headers {
            if find(new, name).is_some() {
                continue;
            }
            let fact = if header.required {
                Fact::RequiredHeaderRemoved
            } else {
                Fact::OptionalHeaderRemoved
            };
            let at = (header.origin.clone(), new.origin.clone());
            let title = format!("header `{name}` of the `{}` response", new.status);
            self.state(fact, RESPONSE, at, format!("{title} is gone"));
        }
    }

    fn compare_header(&mut self, old: &'a Header, new: &'a Header, title: &str) {
        let at = |key: &str| (old.origin.child(key), new.origin.child(key));
        match (old.required, new.required) {
            (false, true) => {
                let message = format!("{title} is required now");
                self.state(Fact::HeaderBecameRequired, RESPONSE, at("required"), message);
            }
            (true, false) => {
                let message = format!("{title} is no longer required");
                self.state(Fact::HeaderBecameOptional, RESPONSE, at("required"), message);
            }
            _ => {}
        }
        if let Some(change) = style_change(&old.shape, &new.shape) {
            let message = format!("{title}: {change}");
            let at = (old.origin.clone(), new.origin.clone());
            self.state(Fact::HeaderStyleChanged, RESPONSE, at, message);
        }
        let schemas = (old.schema(), new.schema());
        let form = form(&old.shape, &new.shape);
        self.value(schemas, (&old.origin, &new.origin), (RESPONSE, form), title);
    }
}

/// The range or `default` that a status falls under.
fn covering(operation: &Operation, status: Status) -> Option<&Response> {
    let range = match status {
        Status::Code(code) => u8::try_from(code / 100).ok().map(Status::Range),
        Status::Range(_) => None,
        Status::Default => return None,
    };
    let range = range.and_then(|range| operation.responses.get(&range));
    range.or_else(|| operation.responses.get(&Status::Default))
}
