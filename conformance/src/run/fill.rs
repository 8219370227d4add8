//! From a request with holes to one that can be sent.

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{Contract, PathPart, PathTemplate};

use super::obtain::{Obtained, Performs};
use crate::case::{Alteration, Credentials, Pair, Request, encode};
use crate::expression::{Context, Seen, Unresolved};
use crate::profile::{Credential, Profile, Secret, Shown};
use crate::transport::{HttpRequest, HttpResponse};

/// A request ready to be sent, and its parts before they were encoded, for expressions.
pub(super) struct Filled {
    pub(super) http: HttpRequest,
    path: IndexMap<String, String>,
    query: Vec<(String, String)>,
    body: Option<Value>,
    /// What it carries that was had at run time.
    pub(super) carried: Vec<Obtained>,
}

/// Why there is nothing to send, for people.
pub(super) enum Unfilled {
    /// The request has a hole that nothing fills: the case can't go on as it is written.
    Unresolved(String),
    /// There is nothing to show who it is sent as, which says nothing about the target.
    NoCredential(String),
}

impl From<Unresolved> for Unfilled {
    fn from(unresolved: Unresolved) -> Self {
        Self::Unresolved(unresolved.to_string())
    }
}

/// What requests are filled from, beside what their case knows.
pub(super) struct Sender<'a> {
    pub(super) contract: &'a Contract,
    pub(super) profile: &'a Profile,
    /// Performs the workflows that give something; `None`: what they gave already is all there is.
    pub(super) performer: Option<&'a dyn Performs>,
    /// Whether the request itself belongs to such a workflow.
    pub(super) gives: bool,
}

impl Sender<'_> {
    /// Fills a request to an operation; `query` replaces the parameters of the same names.
    ///
    /// # Errors
    /// Why there is nothing to send.
    pub(super) async fn fill(
        &self,
        operation_id: &str,
        request: &Request,
        query: &[Pair],
        context: &Context<'_>,
    ) -> Result<Filled, Unfilled> {
        let token = self.token(&request.credentials).await?;
        let secret = token.as_ref().map(Obtained::secret);
        let shown = self.shown(operation_id, &request.credentials, secret, context)?;
        let given = self.header_values().await?;
        let (target, path, plain_query) = fill_target(request, query, &shown.query, context)?;
        let identity = self.identity(&request.credentials, &shown);
        let mut headers = self.headers(operation_id, request, &given, context)?;
        show(shown, &mut headers);
        let mut body = None;
        if let Some(written) = &request.body {
            if let Some(content_type) = &written.content_type {
                headers.push(("content-type".to_owned(), content_type.clone()));
            }
            body = Some(Bytes::from(written.content.fill(context)?));
        }
        let json = request.body.as_ref().and_then(|body| body.content.json(context));
        let method = request.method.as_str().to_owned();
        let http = HttpRequest { method, target, headers, body, identity, is_limited: false };
        let carried = token.into_iter().chain(given.into_iter().map(|(_, one)| one)).collect();
        Ok(Filled { http, path, query: plain_query, body: json, carried })
    }

    /// The header fields without credentials: the run's own, the profile's over those, the case's over both. `given` are
    /// those of the profile that workflows give.
    fn headers(
        &self,
        operation_id: &str,
        request: &Request,
        given: &[(&str, Obtained)],
        context: &Context<'_>,
    ) -> Result<Vec<(String, String)>, Unresolved> {
        // Whoever is to be nobody where somebody is asked for isn't whoever the profile's header fields say.
        let operation = self.contract.operation(operation_id);
        let is_nobody = matches!(request.credentials, Credentials::None | Credentials::For { .. })
            && operation.is_some_and(|operation| !operation.is_public());
        let mut headers = vec![
            ("accept".to_owned(), "*/*".to_owned()),
            // Without it a target may compress as it likes (RFC 9110 §12.5.3).
            ("accept-encoding".to_owned(), "identity".to_owned()),
            ("user-agent".to_owned(), USER_AGENT.to_owned()),
        ];
        for (name, value) in &self.profile.headers {
            if !(is_nobody && name.eq_ignore_ascii_case("authorization")) {
                replace(&mut headers, name, value.expose().to_owned());
            }
        }
        for (name, value) in given {
            replace(&mut headers, name, value.secret().expose().to_owned());
        }
        for Pair { name, value } in &request.headers {
            replace(&mut headers, name, value.fill(context, &str::to_owned)?);
        }
        Ok(headers)
    }

    fn shown(
        &self,
        operation_id: &str,
        credentials: &Credentials,
        token: Option<&Secret>,
        context: &Context<'_>,
    ) -> Result<Shown, Unfilled> {
        Ok(match credentials {
            Credentials::None => Shown::default(),
            Credentials::As(name) => {
                let operation = self.contract.operation(operation_id);
                let shown = self.credential(name)?.show(self.contract, operation, token);
                shown.ok_or_else(|| nothing_to_show(name, operation_id))?
            }
            Credentials::Almost { name, alteration } => {
                let operation = self.contract.operation(operation_id);
                let almost = self.credential(name)?.altered(*alteration);
                // Digits have no letter case.
                let almost = almost.ok_or_else(|| nothing_to_alter(name, *alteration))?;
                let shown = almost.show(self.contract, operation, token);
                shown.ok_or_else(|| nothing_to_show(name, operation_id))?
            }
            Credentials::For { name, schemes } => {
                let shown = self.credential(name)?.show_as(self.contract, schemes, token);
                shown.ok_or_else(|| nothing_to_show(name, operation_id))?
            }
            Credentials::Behind { name, before } => {
                let token = self.credential(name)?.bearer().or(token);
                let token = token.ok_or_else(|| nothing_to_show(name, operation_id))?;
                Shown::authorization(format!("{before}{}", token.expose()))
            }
            Credentials::Authorization(text) => {
                let text = text.fill(context, &str::to_owned)?;
                Shown::authorization(text)
            }
        })
    }

    /// Whose client certificate goes with it.
    fn identity(&self, credentials: &Credentials, shown: &Shown) -> Option<String> {
        match credentials {
            Credentials::As(name) if shown.certificate => Some(name.clone()),
            Credentials::Behind { name, .. } => {
                self.credential(name).ok()?.identity().map(|_| name.clone())
            }
            Credentials::As(_)
            | Credentials::None
            | Credentials::Authorization(_)
            | Credentials::Almost { .. }
            | Credentials::For { .. } => None,
        }
    }

    fn credential(&self, name: &str) -> Result<&Credential, Unfilled> {
        let missing = || Unfilled::Unresolved(format!("the profile has no credential `{name}`"));
        self.profile.credentials.get(name).ok_or_else(missing)
    }
}

const USER_AGENT: &str = concat!("conformance/", env!("CARGO_PKG_VERSION"));

fn nothing_to_show(name: &str, operation_id: &str) -> Unfilled {
    Unfilled::NoCredential(format!(
        "credential `{name}` has nothing of the kind that `{operation_id}` asks for"
    ))
}

fn nothing_to_alter(name: &str, alteration: Alteration) -> Unfilled {
    let how = alteration.as_str().replace('_', " ");
    Unfilled::NoCredential(format!("the secret of `{name}` is the same, {how} or not"))
}

/// Takes the place of the fields of this name.
fn replace(headers: &mut Vec<(String, String)>, name: &str, value: String) {
    headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
    headers.push((name.to_owned(), value));
}

/// Credentials in the header; cookies beside those that are there already (RFC 6265 §5.4: one field).
fn show(shown: Shown, headers: &mut Vec<(String, String)>) {
    for (name, value) in shown.headers {
        replace(headers, &name, value);
    }
    if shown.cookies.is_empty() {
        return;
    }
    let own = shown.cookies.iter().map(|(name, value)| format!("{name}={value}"));
    let present = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let cookies: Vec<_> = present.map(|(_, value)| value.clone()).chain(own).collect();
    replace(headers, "cookie", cookies.join("; "));
}

/// The path that a request goes to, encoded, without its query.
///
/// # Errors
/// The first expression that has no value here.
pub(super) fn target(request: &Request, context: &Context<'_>) -> Result<String, Unresolved> {
    let (target, ..) = fill_target(request, &[], &[], context)?;
    Ok(target.split('?').next().unwrap_or_default().to_owned())
}

type Target = (String, IndexMap<String, String>, Vec<(String, String)>);

fn fill_target(
    request: &Request,
    overriding: &[Pair],
    shown: &[(String, String)],
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
    let overridden = |name: &String| overriding.iter().any(|pair| pair.name == *name);
    let is_shown = |name: &String| shown.iter().any(|(own, _)| own == name);
    let kept = request.query.iter().filter(|pair| !overridden(&pair.name));
    let mut pairs = Vec::new();
    let mut plain_query = Vec::new();
    for Pair { name, value } in kept.chain(overriding).filter(|pair| !is_shown(&pair.name)) {
        let written = value.fill(context, &encode)?;
        pairs.push(match name.as_str() {
            "" => written,
            name => format!("{}={written}", encode(name)),
        });
        plain_query.push((name.clone(), value.fill(context, &str::to_owned)?));
    }
    pairs.extend(shown.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))));
    if !pairs.is_empty() {
        target.push('?');
        target.push_str(&pairs.join("&"));
    }
    Ok((target, path, plain_query))
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
            response_content: &response.body,
        }
    }
}
