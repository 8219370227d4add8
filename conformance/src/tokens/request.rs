//! What is sent to an authorization server, and what is made of its answers.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use crate::case::encode;
use crate::profile::{Flow, Grant, Secret};
use crate::transport::{Base, Http, HttpRequest, HttpResponse, Limits, Network, Transport};

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of an answer, at most.
const LONGEST: usize = 256 * 1024;

/// The codes of RFC 6749 §5.2: any other text of an answer might repeat a secret.
const ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// The way to an authorization server.
pub(super) struct Asking<'a> {
    pub(super) network: &'a Network,
    /// Whose client certificate it is shown (RFC 8705).
    pub(super) identity: Option<&'a str>,
}

/// What a server gave.
pub(super) struct Answer {
    pub(super) token: Secret,
    pub(super) lifetime: Option<Duration>,
    pub(super) refresh: Option<Secret>,
}

impl Asking<'_> {
    /// Finds the token endpoint (OpenID Connect Discovery 1.0 §4).
    pub(super) async fn discover(&self, url: &str) -> Result<String, String> {
        const WELL_KNOWN: &str = "/.well-known/openid-configuration";
        let url = match url.contains("/.well-known/") {
            true => url.to_owned(),
            false => format!("{}{WELL_KNOWN}", url.trim_end_matches('/')),
        };
        let get = HttpRequest { method: "GET".to_owned(), ..HttpRequest::default() };
        let answer = self.exchange("the discovery document", &url, get).await?;
        let document = json("the discovery document", &answer)?;
        let endpoint = document.get("token_endpoint").and_then(Value::as_str);
        endpoint
            .map(str::to_owned)
            .ok_or_else(|| "the discovery document names no `token_endpoint`".to_owned())
    }

    /// Asks for a token; `refresh` takes the place of the profile's refresh token.
    pub(super) async fn token(
        &self,
        url: &str,
        grant: &Grant,
        refresh: Option<&Secret>,
    ) -> Result<Answer, String> {
        let mut request = HttpRequest {
            method: "POST".to_owned(),
            headers: vec![(
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            )],
            ..HttpRequest::default()
        };
        let mut form = form(grant, refresh);
        if let Some(id) = &grant.client_id {
            let secret = grant.client_secret.as_ref().map(Secret::expose);
            match secret {
                // RFC 6749 §2.3.1: both are encoded first.
                Some(secret) if !grant.client_in_body => {
                    let pair = STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
                    request.headers.push(("authorization".to_owned(), format!("Basic {pair}")));
                }
                _ => {
                    form.push(("client_id", id));
                    form.extend(secret.map(|secret| ("client_secret", secret)));
                }
            }
        }
        let form: Vec<_> =
            form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        request.body = Some(Bytes::from(form.join("&")));
        let answer = self.exchange(ENDPOINT, url, request).await?;
        read(&json(ENDPOINT, &answer)?)
    }

    /// One exchange, answered with a 200.
    async fn exchange(
        &self,
        what: &str,
        url: &str,
        mut request: HttpRequest,
    ) -> Result<HttpResponse, String> {
        let (origin, target) = split(url);
        let base = Base::parse(origin).map_err(|error| format!("{what}: {error}"))?;
        request.target = target;
        request.identity = self.identity.map(str::to_owned);
        request.headers.push(("accept".to_owned(), "application/json".to_owned()));
        let limits = Limits { body: LONGEST, connect: TIMEOUT };
        let http = Http::over(self.network.clone(), base, limits);
        let outcome = http.exchange(request, TIMEOUT).await.outcome;
        let answer = outcome.map_err(|failure| format!("{what}: {failure}"))?;
        if answer.status == 200 {
            return Ok(answer);
        }
        let code = serde_json::from_slice::<Value>(&answer.body).ok();
        let code = code.as_ref().and_then(|body| body.get("error")).and_then(Value::as_str);
        let code = ERRORS.into_iter().find(|known| code == Some(*known));
        let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
        Err(format!("{what} answered {}{code}", answer.status))
    }
}

const ENDPOINT: &str = "the token endpoint";

/// Origin and the rest: an endpoint's URL may have a query.
fn split(url: &str) -> (&str, String) {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let rest = url[authority..].find(['/', '?']).map_or(url.len(), |at| authority + at);
    let (origin, target) = url.split_at(rest);
    let slash = if target.starts_with('/') { "" } else { "/" };
    (origin, format!("{slash}{target}"))
}

fn form<'g>(grant: &'g Grant, refresh: Option<&'g Secret>) -> Vec<(&'static str, &'g str)> {
    let mut form = match &grant.flow {
        Flow::ClientCredentials => vec![("grant_type", "client_credentials")],
        Flow::Password { username, password } => vec![
            ("grant_type", "password"),
            ("username", username.as_str()),
            ("password", password.expose()),
        ],
        Flow::RefreshToken(own) => vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.unwrap_or(own).expose()),
        ],
    };
    if !grant.scope.is_empty() {
        form.push(("scope", &grant.scope));
    }
    form
}

fn json(what: &str, answer: &HttpResponse) -> Result<Value, String> {
    serde_json::from_slice(&answer.body)
        .map_err(|_| format!("{what} answered something else than JSON"))
}

/// RFC 6749 §5.1.
fn read(body: &Value) -> Result<Answer, String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let token = text("access_token").ok_or("the token endpoint gave no `access_token`")?;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("the token endpoint gave a token that no header can carry".to_owned());
    }
    let token = Secret::new(token);
    if !token.is_searchable() {
        return Err("the token endpoint gave a token too short to be redacted safely".to_owned());
    }
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("the token endpoint gave a token of another type than `Bearer`".to_owned());
    }
    let seconds = body.get("expires_in").and_then(|value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    });
    let lifetime = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Ok(Answer {
        token,
        // What lasts longer than a run could is as good as for ever.
        lifetime: lifetime.filter(|life| *life < Duration::from_secs(100 * 24 * 3600)),
        refresh: text("refresh_token").map(Secret::new),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn urls_are_split_behind_the_origin() {
        assert_eq!(split("https://a.b/c?d"), ("https://a.b", "/c?d".to_owned()));
        assert_eq!(split("https://a.b?d"), ("https://a.b", "/?d".to_owned()));
        assert_eq!(split("https://a.b"), ("https://a.b", "/".to_owned()));
        assert_eq!(split(""), ("", "/".to_owned()));
    }

    #[test]
    fn answers_are_read_or_refused() {
        let sound =
            read(&json!({"access_token": "abcd", "expires_in": "60", "token_type": "bearer"}));
        assert_eq!(sound.ok().and_then(|answer| answer.lifetime), Some(Duration::from_secs(60)));
        for (body, words) in [
            (json!([]), "no `access_token`"),
            (json!({"access_token": "a b c d"}), "no header can carry"),
            (json!({"access_token": "abc"}), "too short"),
            (json!({"access_token": "abcd", "token_type": "mac"}), "another type"),
        ] {
            let told = read(&body).err().unwrap_or_default();
            assert!(told.contains(words), "{body}: {told}");
        }
        let endless = read(&json!({"access_token": "abcd", "expires_in": 1e300}));
        assert!(endless.is_ok_and(|answer| answer.lifetime.is_none()));
        let over = read(&json!({"access_token": "abcd", "expires_in": -1}));
        assert!(over.is_ok_and(|answer| answer.lifetime.is_none()));
    }
}
