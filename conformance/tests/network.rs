//! The way to a target: roots of the profile, client certificates, proxies.
#![cfg(feature = "tls")]

mod bench;
mod target;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bench::{Bench, Things, code, text};
use conformance::transport::{
    Base, Certificates, Http, HttpRequest, Identity, Limits, Network, Transport,
};
use indexmap::IndexMap;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use target::{RawTarget, answer, json, read_request};
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

const LIMIT: Duration = Duration::from_secs(20);

/// An authority made for one test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("signed"))
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a name, and its key, both as PEM.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.0).expect("signed");
        (certificate.pem(), key.serialize_pem())
    }

    fn certificates(&self) -> Certificates {
        Certificates::from_pem(self.pem().as_bytes()).expect("a certificate")
    }

    fn identity(&self, name: &str) -> Identity {
        let (certificate, key) = self.issue(name);
        Identity::from_pem(certificate.as_bytes(), key.as_bytes()).expect("they go together")
    }

    fn acceptor(&self, name: &str, wants_client: bool) -> TlsAcceptor {
        let (certificate, key) = self.issue(name);
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM")];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(self.pem().as_bytes()).expect("PEM"))
            .expect("a root");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let builder = match wants_client {
            true => builder.with_client_cert_verifier(verifier.build().expect("a verifier")),
            false => builder.with_no_client_auth(),
        };
        Arc::new(builder.with_single_cert(chain, key).expect("they go together")).into()
    }

    /// A target behind TLS that answers every request.
    async fn serve(&self, name: &str, wants_client: bool) -> RawTarget {
        self.serve_with(name, wants_client, |_| json(200, "{}")).await
    }

    async fn serve_with(
        &self,
        name: &str,
        wants_client: bool,
        respond: impl Fn(&str) -> String + Clone + Send + Sync + 'static,
    ) -> RawTarget {
        let acceptor = self.acceptor(name, wants_client);
        let mut target = RawTarget::start(move |stream| {
            let (acceptor, respond) = (acceptor.clone(), respond.clone());
            async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                while let Some(request) = read_request(&mut stream).await {
                    answer(&mut stream, respond(&request)).await;
                }
            }
        })
        .await;
        target.url = target.url.replace("http://", "https://");
        target
    }
}

fn http(url: &str, network: Network) -> Http {
    Http::over(network, Base::parse(url).expect("a URL"), Limits::default())
}

fn get(identity: Option<&str>) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        target: "/things?a=%zz".into(),
        identity: identity.map(str::to_owned),
        ..HttpRequest::default()
    }
}

async fn why_not(http: &Http, identity: Option<&str>) -> String {
    let exchange = http.exchange(get(identity), LIMIT).await;
    exchange.outcome.expect_err("no answer").to_string()
}

#[tokio::test]
async fn a_target_is_trusted_by_the_roots_of_the_profile_alone() {
    let authority = Authority::new();
    let target = authority.serve("127.0.0.1", false).await;
    let network = Network { roots: authority.certificates(), ..Network::default() };
    assert_eq!(http(&target.url, network).exchange(get(None), LIMIT).await.status(), Some(200));
    let told = why_not(&http(&target.url, Network::default()), None).await;
    assert!(told.contains("UnknownIssuer") || told.contains("no trusted root"), "{told}");
    let other = Network { roots: Authority::new().certificates(), ..Network::default() };
    assert!(http(&target.url, other).reach().await.is_err(), "another authority");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let target = authority.serve("elsewhere.example", false).await;
    let network = Network { roots: authority.certificates(), ..Network::default() };
    let told = why_not(&http(&target.url, network), None).await;
    assert!(told.contains("not valid for name") || told.contains("NotValidForName"), "{told}");
}

#[tokio::test]
async fn each_credential_shows_its_own_certificate() {
    let authority = Authority::new();
    let target = authority.serve("127.0.0.1", true).await;
    let network = Network {
        roots: authority.certificates(),
        identities: IndexMap::from([
            ("known".to_owned(), authority.identity("known")),
            ("stranger".to_owned(), Authority::new().identity("stranger")),
        ]),
        ..Network::default()
    };
    let http = http(&target.url, network);
    http.reach().await.expect("somebody is known there");
    assert_eq!(http.exchange(get(Some("known")), LIMIT).await.status(), Some(200));
    assert_eq!(http.exchange(get(Some("stranger")), LIMIT).await.status(), None);
    assert_eq!(http.exchange(get(None), LIMIT).await.status(), None);
    assert_eq!(http.exchange(get(Some("known")), LIMIT).await.status(), Some(200));
}

#[test]
fn what_is_no_certificate_is_refused() {
    assert!(Certificates::from_pem(b"").expect_err("nothing").contains("no certificate"));
    let (certificate, _) = Authority::new().issue("a");
    let (_, key) = Authority::new().issue("b");
    let mixed = Identity::from_pem(certificate.as_bytes(), key.as_bytes()).expect_err("mixed up");
    assert!(mixed.contains("don't go together"), "{mixed}");
    let none = Identity::from_pem(certificate.as_bytes(), b"").expect_err("no key");
    assert!(none.contains("PRIVATE KEY"), "{none}");
}

/// A proxy that notes what it is asked, and tunnels to where it is told.
async fn proxy(asked: Arc<Mutex<Vec<String>>>, refusal: Option<&'static str>) -> RawTarget {
    RawTarget::start(move |mut stream| {
        let asked = Arc::clone(&asked);
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let line = request.lines().next().unwrap_or_default().to_owned();
                asked.lock().expect("no panic").push(line.clone());
                let Some(rest) = line.strip_prefix("CONNECT ") else {
                    answer(&mut stream, json(200, "{}")).await;
                    continue;
                };
                if let Some(refusal) = refusal {
                    answer(&mut stream, refusal).await;
                    return;
                }
                let place = rest.split(' ').next().unwrap_or_default();
                let mut onward = TcpStream::connect(place).await.expect("the target is there");
                answer(&mut stream, "HTTP/1.1 200 Connection established\r\nx: y\r\n\r\n").await;
                let _ = copy_bidirectional(&mut stream, &mut onward).await;
                return;
            }
        }
    })
    .await
}

fn through(proxy: &RawTarget, roots: Certificates) -> Network {
    Network { proxy: Some(Base::parse(&proxy.url).expect("a URL")), roots, ..Network::default() }
}

#[tokio::test]
async fn a_proxy_is_told_the_whole_url() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let proxy = proxy(Arc::clone(&asked), None).await;
    let network = through(&proxy, Certificates::default());
    let exchange = http("http://api.invalid:81/v1", network).exchange(get(None), LIMIT).await;
    assert_eq!(exchange.status(), Some(200));
    let asked = asked.lock().expect("no panic").clone();
    assert_eq!(asked, ["GET http://api.invalid:81/v1/things?a=%zz HTTP/1.1"]);
}

#[tokio::test]
async fn a_target_behind_tls_is_reached_through_a_tunnel() {
    let authority = Authority::new();
    let target = authority.serve("127.0.0.1", false).await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let proxy = proxy(Arc::clone(&asked), None).await;
    let network = through(&proxy, authority.certificates());
    assert_eq!(http(&target.url, network).exchange(get(None), LIMIT).await.status(), Some(200));
    let place = target.url.trim_start_matches("https://");
    assert_eq!(*asked.lock().expect("no panic"), [format!("CONNECT {place} HTTP/1.1")]);
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_none_is_told() {
    for (refusal, words) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "CONNECT with 407"),
        ("220 mail ready\r\n\r\n", "no HTTP proxy"),
        ("HTTP/1.1 200 OK\r\n", "end of file"),
    ] {
        let proxy = proxy(Arc::default(), Some(refusal)).await;
        let network = through(&proxy, Certificates::default());
        let told = why_not(&http("https://api.invalid", network), None).await;
        assert!(told.contains("proxy 127.0.0.1") && told.contains(words), "{told}");
    }
}

#[tokio::test]
async fn a_profile_names_roots_and_certificates_by_files_beside_it() {
    let authority = Authority::new();
    let things = Things::default();
    let respond = move |request: &str| things.respond(request);
    let target = authority.serve_with("127.0.0.1", true, respond).await;
    let bench = Bench::new();
    let output = bench.run(&["--url", &target.url]).await;
    assert_eq!(code(&output), 3, "{}", text(&output));
    assert!(text(&output).contains("can't reach the target"), "{}", text(&output));

    let (certificate, key) = authority.issue("client");
    bench.write("ca.pem", &authority.pem());
    bench.write("client.pem", &certificate);
    bench.write("client.key", &key);
    let profile = bench.read("profile.toml");
    let network = "ca = \"ca.pem\"\nclient_certificate = { certificate = \"client.pem\", key = \"client.key\" }\n";
    bench.write("profile.toml", &format!("{network}{profile}"));
    let output = bench.run(&["--url", &target.url, "--require-all"]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));

    bench.write("ca.pem", &key);
    let output = bench.run(&["--url", &target.url]).await;
    assert_eq!(code(&output), 2, "{}", text(&output));
    assert!(text(&output).contains("`ca.pem` holds no certificate"), "{}", text(&output));
    assert!(text(&output).contains("profile.toml:1:6"), "{}", text(&output));
}

#[tokio::test]
async fn a_target_without_tls_is_told_at_once() {
    // It waits for the end of what it takes for a request, and hears no handshake.
    let target = RawTarget::start(move |mut stream| async move {
        while let Some(_request) = read_request(&mut stream).await {
            answer(&mut stream, json(404, "{}")).await;
        }
    })
    .await;
    let bench = Bench::new();
    let url = target.url.replace("http://", "https://");
    let started = std::time::Instant::now();
    let output = bench.run(&["--url", &url]).await;
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    assert_eq!(code(&output), 3, "{}", text(&output));
    let told = format!("TLS failed: {} speaks HTTP without TLS", target.url);
    assert!(text(&output).contains(&told), "{}", text(&output));
}
