//! Responses: an enum with a variant a documented status.

use std::borrow::Cow;

use indexmap::IndexMap;
use spec::Finding;
use spec::model::{Header, MediaType, Method, Operation as Written, Response, Status};

use super::content::Carrier;
use super::{Lowerer, docs, order};
use crate::ir::operation::{Content, HeaderField, Responses, Variant};
use crate::names::{Scope, pascal, snake};

impl Lowerer<'_> {
    pub(super) fn responses(&mut self, written: &Written, stem: &str) -> Responses {
        let mut scope = Scope::with(&["Self"]);
        let mut variants = Vec::new();
        for (status, response) in order::sorted(&written.responses) {
            let rust = scope.take(status_name(*status));
            let contents = self.answered(written.method, *status, response);
            variants.push(self.variant(*status, response, &contents, stem, rust));
        }
        Responses { rust: format!("{stem}Response"), variants }
    }

    /// What may be answered of what a response documents: nothing, where HTTP has no content.
    fn answered<'r>(
        &mut self,
        method: Method,
        status: Status,
        response: &'r Response,
    ) -> Cow<'r, IndexMap<String, MediaType>> {
        let documented = Cow::Borrowed(&response.content);
        let Some((what, clause)) = without_content(method, status) else { return documented };
        if documented.is_empty() {
            return documented;
        }
        let message =
            format!("{what} has no content ({clause}), so what is documented is left out");
        // What HEAD would have is often said as of GET, and harmless.
        let finding = if method == Method::Head { Finding::note } else { Finding::warning };
        self.note(finding("content-never-sent", response.origin.clone(), message));
        Cow::default()
    }

    fn variant(
        &mut self,
        status: Status,
        response: &Response,
        contents: &IndexMap<String, MediaType>,
        stem: &str,
        rust: String,
    ) -> Variant {
        let owner = response
            .component
            .as_deref()
            .map_or_else(|| format!("{stem}{rust}"), |component| pascal(component, "Response"));
        let carrier = if status.is_success() { Carrier::Success } else { Carrier::Failure };
        let contents = self.contents(contents, &owner, carrier);
        let choice = (contents.len() > 1).then(|| match &response.component {
            Some(component) => self.choice(component, &contents),
            None => self.take_beside_types(format!("{stem}{rust}Body"), "Choice"),
        });
        let mut fields = Scope::with(&["status", "body"]);
        let headers = order::sorted(&response.headers)
            .into_iter()
            .map(|(name, header)| {
                let rust = fields.take(snake(name, "header"));
                self.header_field((name, header), rust, &owner, name)
            })
            .collect();
        let mut docs = docs::docs([Some(response.description.as_str())]);
        if docs.is_empty() {
            docs = docs::line(format!("`{status}`"));
        }
        Variant {
            rust,
            status,
            component: response.component.clone(),
            headers,
            contents,
            choice,
            docs,
            origin: response.origin.clone(),
        }
    }

    /// A header field, by this name of its own; `role` is what a type without a name is called after.
    pub(super) fn header_field(
        &mut self,
        (name, header): (&str, &Header),
        rust: String,
        owner: &str,
        role: &str,
    ) -> HeaderField {
        let (slot, form) = self.text_form(&header.shape, owner, role, &header.origin);
        let mut docs = docs::docs([header.description.as_deref()]);
        if docs.is_empty() {
            docs = docs::line(format!("`{}`", name.replace('`', "'")));
        }
        let wire = name.to_ascii_lowercase();
        HeaderField { rust, wire, slot, required: header.required, form, docs }
    }

    /// The enum of the bodies of a component: one for all operations that have it.
    fn choice(&mut self, component: &str, contents: &[Content]) -> String {
        let known = self.choices.entry(component.to_owned()).or_default();
        // A component is something else as a success, which may come piece by piece.
        if let Some((_, name)) = known.iter().find(|(known, _)| known == contents) {
            return name.clone();
        }
        let name = format!("{}Body", pascal(component, "Response"));
        let name = self.take_beside_types(name, "Choice");
        let known = self.choices.entry(component.to_owned()).or_default();
        known.push((contents.to_vec(), name.clone()));
        name
    }
}

/// What is never answered with content, and who says so.
fn without_content(method: Method, status: Status) -> Option<(String, &'static str)> {
    if method == Method::Head {
        return Some(("an answer to HEAD".to_owned(), "RFC 9110 §9.3.2"));
    }
    let clause = match status {
        Status::Code(100..=199) | Status::Range(1) => "RFC 9110 §15.2",
        Status::Code(204) => "RFC 9110 §15.3.5",
        Status::Code(205) => "RFC 9110 §15.3.6",
        Status::Code(304) => "RFC 9110 §15.4.5",
        Status::Code(_) | Status::Range(_) | Status::Default => return None,
    };
    Some((format!("a {status}"), clause))
}

fn status_name(status: Status) -> String {
    let name = match status {
        Status::Default => "Default",
        Status::Range(1) => "Informational",
        Status::Range(2) => "Success",
        Status::Range(3) => "Redirection",
        Status::Range(4) => "ClientError",
        Status::Range(_) => "ServerError",
        Status::Code(code) => {
            return reason(code).map_or_else(|| format!("Status{code}"), str::to_owned);
        }
    };
    name.to_owned()
}

/// The names that RFC 9110 and its companions give to statuses.
fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        100 => "Continue",
        101 => "SwitchingProtocols",
        102 => "Processing",
        103 => "EarlyHints",
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritativeInformation",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        208 => "AlreadyReported",
        226 => "ImUsed",
        300 => "MultipleChoices",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        305 => "UseProxy",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        407 => "ProxyAuthenticationRequired",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "ContentTooLarge",
        414 => "UriTooLong",
        415 => "UnsupportedMediaType",
        416 => "RangeNotSatisfiable",
        417 => "ExpectationFailed",
        418 => "ImATeapot",
        421 => "MisdirectedRequest",
        422 => "UnprocessableContent",
        423 => "Locked",
        424 => "FailedDependency",
        425 => "TooEarly",
        426 => "UpgradeRequired",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        431 => "RequestHeaderFieldsTooLarge",
        451 => "UnavailableForLegalReasons",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        505 => "HttpVersionNotSupported",
        506 => "VariantAlsoNegotiates",
        507 => "InsufficientStorage",
        508 => "LoopDetected",
        510 => "NotExtended",
        511 => "NetworkAuthenticationRequired",
        _ => return None,
    })
}
