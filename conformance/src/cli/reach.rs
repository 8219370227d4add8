//! The first connection to a target. A service without TLS waits for the rest of what it takes for a slow request, so
//! that nothing but a time limit would end a handshake with it: it is asked whether it speaks HTTP.

use std::time::Duration;

use tokio::time::sleep;

use crate::transport::{Base, Http, HttpRequest, Limits, Network, Transport as _, Unreachable};

/// How long a handshake may take before anything else is tried.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long it may take to learn that HTTP is spoken.
const ASKING: Duration = Duration::from_secs(2);

/// Makes the first connection to the target at this URL.
///
/// # Errors
/// When there is nothing to connect to, or it speaks no TLS where the URL says that it does.
pub(super) async fn reach(http: &Http, url: &str, network: &Network) -> Result<(), Unreachable> {
    // A proxy's answer would not be the target's.
    let Some(rest) = url.strip_prefix("https://").filter(|_| network.proxy.is_none()) else {
        return http.reach().await;
    };
    let plain = format!("http://{}", with_port(rest.split('/').next().unwrap_or_default()));
    let slow = async {
        sleep(PATIENCE).await;
        if !speaks_http(&plain).await {
            std::future::pending::<()>().await;
        }
    };
    let failed = tokio::select! {
        reached = http.reach() => match reached {
            Ok(()) => return Ok(()),
            Err(error) => (!speaks_http(&plain).await).then_some(error),
        },
        () = slow => None,
    };
    let without_tls = || Unreachable(format!("TLS failed: {plain} speaks HTTP without TLS"));
    Err(failed.unwrap_or_else(without_tls))
}

/// The port of `https` is another than that of `http`.
fn with_port(authority: &str) -> String {
    let host = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind);
    if host.contains(':') { authority.to_owned() } else { format!("{authority}:443") }
}

/// Whether an HTTP request without TLS is answered as one: servers behind TLS answer it with a 400, if at all.
async fn speaks_http(url: &str) -> bool {
    let Ok(base) = Base::parse(url) else { return false };
    let http = Http::new(base, Limits { connect: ASKING, ..Limits::default() });
    let request =
        HttpRequest { method: "HEAD".to_owned(), target: "/".to_owned(), ..HttpRequest::default() };
    let status = http.exchange(request, ASKING).await.status();
    status.is_some_and(|status| status != 400 && status < 500)
}

#[cfg(test)]
mod tests {
    use super::with_port;

    #[test]
    fn the_port_of_the_url_is_asked() {
        for (authority, expected) in [
            ("api.example", "api.example:443"),
            ("api.example:8443", "api.example:8443"),
            ("[::1]", "[::1]:443"),
            ("[::1]:8443", "[::1]:8443"),
        ] {
            assert_eq!(with_port(authority), expected);
        }
    }
}
