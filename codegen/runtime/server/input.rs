//! The parameters of a request: found, taken apart as their style has it, and read as what the contract says.
//!
//! Every violation is kept, so that a client learns of all its mistakes at once.

use std::borrow::Cow;

use http::HeaderName;

use super::Context;
use super::credentials::cookies;
use super::path::{self, Piece};
use crate::json::Json;
use crate::rules::Rules;
use crate::text::cookie;
use crate::text::query::Query;
use crate::text::read::decode;
use crate::text::split::{take_apart, take_field_apart};
use crate::text::{Fault, Form, Raw};
use crate::validation::{Code, Report, Strictness, Violation};

/// The parameters of a request, and what is wrong with them.
#[derive(Debug)]
pub struct Input<'r> {
    context: &'r Context,
    query: Option<Query<'r>>,
    declared: &'static [&'static str],
    declared_cookies: &'static [&'static str],
    report: Report,
}

pub(super) type Found<'r> = Result<Option<Raw<'r>>, Fault>;

impl<'r> Input<'r> {
    /// The parameters of this request.
    #[must_use]
    pub fn new(context: &'r Context) -> Self {
        let report = Report::of_text(Strictness::Strict);
        Self { context, query: None, declared: &[], declared_cookies: &[], report }
    }

    /// Tells the names of the query, for an object that has spread its members over it.
    pub fn declare(&mut self, names: &'static [&'static str]) {
        self.declared = names;
    }

    /// Tells the names of the cookies, for an object that has spread its members over them.
    pub fn declare_cookies(&mut self, names: &'static [&'static str]) {
        self.declared_cookies = names;
    }

    /// What is wrong.
    #[must_use]
    pub fn into_violations(self) -> Vec<Violation> {
        self.report.into_violations()
    }

    /// A path parameter; `None` where it is wrong.
    pub fn path<T: Json>(
        &mut self,
        name: &'static str,
        piece: Piece,
        form: Form,
        rules: &Rules,
    ) -> Option<T> {
        // Clients write none of these (`text::write::path`): there is nothing in an empty one, and dots are steps to
        // whoever looks at the URL on the way (RFC 3986 §5.2.4).
        let is_value = |text: &&str| !matches!(*text, "" | "." | "..");
        let text = piece.find(self.context.uri().path()).filter(is_value);
        let found = text.map(|text| path::read(text, name, form)).transpose();
        self.required("path", name, form, rules, found)
    }

    /// A query parameter that must be there; `None` where it is wrong.
    pub fn query<T: Json>(&mut self, name: &'static str, form: Form, rules: &Rules) -> Option<T> {
        let found = self.find_query(name, form).map(|found| match form {
            // Nothing is what an object without members is written as: what it lacks is for its type to say.
            Form::Spread(_) => found.or(Some(Raw::Members(Vec::new()))),
            _ => found,
        });
        self.required("query", name, form, rules, found)
    }

    /// A query parameter that may be absent; `None` where it is wrong.
    pub fn query_optional<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let found = self.find_query(name, form);
        self.optional("query", name, form, rules, found)
    }

    /// What all of the query is, which must be there; `None` where it is wrong.
    pub fn query_string<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<T> {
        let found = self.find_query_string(form);
        self.required("query", name, form, rules, found)
    }

    /// What all of the query is, where there is one; `None` where it is wrong.
    pub fn query_string_optional<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let found = self.find_query_string(form);
        self.optional("query", name, form, rules, found)
    }

    /// A header field that must be there; `None` where it is wrong.
    pub fn header<T: Json>(&mut self, name: &'static str, form: Form, rules: &Rules) -> Option<T> {
        let found = self.find_header(name, form);
        self.required("header", name, form, rules, found)
    }

    /// A header field that may be absent; `None` where it is wrong.
    pub fn header_optional<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let found = self.find_header(name, form);
        self.optional("header", name, form, rules, found)
    }

    /// A cookie that must be there; `None` where it is wrong.
    pub fn cookie<T: Json>(&mut self, name: &'static str, form: Form, rules: &Rules) -> Option<T> {
        let found = self.find_cookie(name, form);
        self.required("cookie", name, form, rules, found)
    }

    /// A cookie that may be absent; `None` where it is wrong.
    pub fn cookie_optional<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let found = self.find_cookie(name, form);
        self.optional("cookie", name, form, rules, found)
    }

    fn find_query(&mut self, name: &str, form: Form) -> Found<'r> {
        let context = self.context;
        let parse = || Query::parse(context.uri().query().unwrap_or_default());
        self.query.get_or_insert_with(parse).find(name, form, self.declared)
    }

    fn find_query_string(&self, form: Form) -> Found<'r> {
        let query = self.context.uri().query().filter(|query| !query.is_empty());
        query.map(|query| take_apart(query, form, decode)).transpose()
    }

    fn find_header(&self, name: &str, form: Form) -> Found<'r> {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return Ok(None) };
        let mut texts = Vec::new();
        for value in self.context.headers().get_all(name) {
            texts.push(std::str::from_utf8(value.as_bytes()).map_err(|_| Fault::Bytes)?);
        }
        match (texts.as_slice(), form) {
            ([], _) => Ok(None),
            ([text], _) => take_field_apart(text, form).map(Some),
            // RFC 9110 §5.3: a list may come as several fields.
            (_, Form::List(..)) => {
                let items = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
                let items = items.filter(|item| !item.is_empty());
                Ok(Some(Raw::List(items.map(Cow::Borrowed).collect())))
            }
            _ => Err(Fault::Repeated),
        }
    }

    fn find_cookie(&self, name: &str, form: Form) -> Found<'r> {
        cookie::find(cookies(self.context), name, form, self.declared_cookies)
    }

    fn required<T: Json>(
        &mut self,
        location: &'static str,
        name: &'static str,
        form: Form,
        rules: &Rules,
        found: Found<'_>,
    ) -> Option<T> {
        let found = self.optional(location, name, form, rules, found)?;
        found.or_else(|| missing(&mut self.report, [location, name]))
    }

    fn optional<T: Json>(
        &mut self,
        location: &'static str,
        name: &'static str,
        form: Form,
        rules: &Rules,
        found: Found<'_>,
    ) -> Option<Option<T>> {
        read_found(&mut self.report, [location, name], form, rules, found)
    }
}

/// Reads what was found in a place, if anything was; `None` where it is wrong, as the report is told.
pub(super) fn read_found<T: Json>(
    report: &mut Report,
    place: [&'static str; 2],
    form: Form,
    rules: &Rules,
    found: Found<'_>,
) -> Option<Option<T>> {
    at(report, place, |report| {
        let fault = match found {
            Ok(None) => return Some(None),
            Ok(Some(raw)) => match read_raw(raw, form, rules, report) {
                Ok(value) => return value.map(Some),
                Err(fault) => fault,
            },
            Err(fault) => fault,
        };
        report.add(code(&fault), fault.to_string());
        None
    })
}

/// Tells that nothing was found in a place where there must be something.
pub(super) fn missing<T>(report: &mut Report, place: [&'static str; 2]) -> Option<T> {
    at(report, place, |report| {
        report.add(Code::Missing, "is required");
        None
    })
}

/// Within a location, at a name.
pub(super) fn at<T>(
    report: &mut Report,
    [location, name]: [&'static str; 2],
    look: impl FnOnce(&mut Report) -> T,
) -> T {
    report.within(location, |report| report.within(name, look))
}

fn read_raw<T: Json>(
    raw: Raw<'_>,
    form: Form,
    rules: &Rules,
    report: &mut Report,
) -> Result<Option<T>, Fault> {
    let text = match (&raw, form) {
        (Raw::Json(text), _) => text,
        (_, Form::Spread(spread)) => {
            return report.with_json(spread.members, |report| T::read(raw, rules, report));
        }
        _ => return T::read(raw, rules, report),
    };
    // Within JSON a number is a number again.
    let mut inner = Report::new(Strictness::Strict);
    let mut input = serde_json::Deserializer::from_str(text);
    let value = T::read(&mut input, rules, &mut inner).and_then(|value| {
        input.end()?;
        Ok(value)
    });
    report.append(inner.into_violations());
    value.map_err(|_| Fault::Other("is not JSON".to_owned()))
}

fn code(fault: &Fault) -> Code {
    match fault {
        Fault::Repeated => Code::Repeated,
        Fault::Escape | Fault::Bytes | Fault::Charset(_) | Fault::Style => Code::InvalidFormat,
        Fault::Other(_) => Code::WrongType,
    }
}
