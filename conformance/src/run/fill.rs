//! From a request with holes to one that can be sent.

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{PathPart, PathTemplate};

use crate::case::{Credentials, Pair, Request, encode};
use crate::expression::{Context, Seen, Unresolved};
use crate::profile::Profile;
use crate::transport::{HttpRequest, HttpResponse};

/// A request ready to be sent, and its parts before they were encoded, for expressions.
pub(super) struct Filled {
    pub(super) http: HttpRequest,
    path: IndexMap<String, String>,
    query: Vec<(String, String)>,
    body: Option<Value>,
}

/// Fills a request; `query` replaces the parameters of the same names.
///
/// # Errors
/// Why there is nothing to send, for people.
pub(super) fn fill(
    request: &Request,
    query: &[Pair],
    context: &Context<'_>,
    profile: &Profile,
) -> Result<Filled, String> {
    let (target, path, plain_query) =
        fill_target(request, query, context).map_err(|unresolved| unresolved.to_string())?;
    let mut headers = vec![
        ("accept".to_owned(), "*/*".to_owned()),
        // Without it a target may compress as it likes (RFC 9110 §12.5.3).
        ("accept-encoding".to_owned(), "identity".to_owned()),
        ("user-agent".to_owned(), concat!("conformance/", env!("CARGO_PKG_VERSION")).to_owned()),
    ];
    for Pair { name, value } in &request.headers {
        headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        headers.push((name.clone(), plain(value, context)?));
    }
    headers.extend(authorization(&request.credentials, context, profile)?);
    let mut body = None;
    if let Some(written) = &request.body {
        if let Some(content_type) = &written.content_type {
            headers.push(("content-type".to_owned(), content_type.clone()));
        }
        let bytes = written.content.fill(context).map_err(|unresolved| unresolved.to_string())?;
        body = Some(Bytes::from(bytes));
    }
    let json = request.body.as_ref().and_then(|body| body.content.json(context));
    let http = HttpRequest { method: request.method.as_str().to_owned(), target, headers, body };
    Ok(Filled { http, path, query: plain_query, body: json })
}

type Target = (String, IndexMap<String, String>, Vec<(String, String)>);

fn fill_target(
    request: &Request,
    overriding: &[Pair],
    context: &Context<'_>,
) -> Result<Target, Unresolved> {
    let mut target = String::new();
    let mut path = IndexMap::new();
    for segment in &PathTemplate::parse(&request.path).segments {
        target.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => target.push_str(text),
                PathPart::Parameter(name) => {
                    // A parameter without a value can't be in a plan; the braces would show that it is.
                    let Some(value) = request.path_parameters.get(name) else {
                        target.push_str(&encode(&format!("{{{name}}}")));
                        continue;
                    };
                    target.push_str(&value.fill(context, &encode)?);
                    path.insert(name.clone(), value.fill(context, &str::to_owned)?);
                }
            }
        }
    }
    let kept = request
        .query
        .iter()
        .filter(|pair| !overriding.iter().any(|overriding| overriding.name == pair.name));
    let mut plain_query = Vec::new();
    for (index, Pair { name, value }) in kept.chain(overriding).enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&encode(name));
        target.push('=');
        target.push_str(&value.fill(context, &encode)?);
        plain_query.push((name.clone(), value.fill(context, &str::to_owned)?));
    }
    Ok((target, path, plain_query))
}

fn plain(text: &crate::case::Text, context: &Context<'_>) -> Result<String, String> {
    text.fill(context, &str::to_owned).map_err(|unresolved| unresolved.to_string())
}

fn authorization(
    credentials: &Credentials,
    context: &Context<'_>,
    profile: &Profile,
) -> Result<Option<(String, String)>, String> {
    let known = |name: &str| {
        let credential = profile.credentials.get(name);
        credential.ok_or_else(|| format!("the profile has no credential `{name}`"))
    };
    Ok(match credentials {
        Credentials::None => None,
        Credentials::As(name) => Some(known(name)?.kind.header()),
        Credentials::Behind { name, before } => {
            let secret = known(name)?.kind.secret();
            Some(("authorization".to_owned(), format!("{before}{}", secret.expose())))
        }
        Credentials::Authorization(text) => {
            Some(("authorization".to_owned(), plain(text, context)?))
        }
    })
}

impl Filled {
    /// This request and its answer as expressions see them.
    pub(super) fn seen<'a>(
        &'a self,
        url: &'a str,
        http: &'a HttpRequest,
        response: &'a HttpResponse,
        json: Option<&'a Value>,
    ) -> Seen<'a> {
        Seen {
            url,
            method: &http.method,
            path: &self.path,
            query: &self.query,
            request_headers: &http.headers,
            request_body: self.body.as_ref(),
            status: response.status,
            response_headers: &response.headers,
            response_body: json,
        }
    }
}
