//! Whom a target is trusted to be, and who one is towards it: certificates, read from PEM (RFC 7468).

#[cfg(feature = "tls")]
pub use with::{Certificates, Identity};
#[cfg(feature = "tls")]
pub(super) use with::{Config, config, encrypt};
#[cfg(not(feature = "tls"))]
pub use without::{Certificates, Identity};
#[cfg(not(feature = "tls"))]
pub(super) use without::{Config, config, encrypt};

#[cfg(feature = "tls")]
mod with {
    use std::fmt;
    use std::io;
    use std::sync::{Arc, OnceLock};

    use tokio::net::TcpStream;
    use tokio_rustls::TlsConnector;
    use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, version};

    use crate::transport::connect::Stream;

    /// What a connection is made with.
    pub(in crate::transport) type Config = Arc<ClientConfig>;

    /// Certificates that are trusted beside those that the machine trusts.
    #[derive(Clone, Default)]
    pub struct Certificates(Vec<CertificateDer<'static>>);

    impl Certificates {
        /// Reads a PEM file's content.
        ///
        /// # Errors
        /// What is wrong with it, as a lower-case fragment.
        pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
            let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
            let certificates = certificates.map_err(|error| format!("can't be read: {error}"))?;
            if certificates.is_empty() {
                return Err("holds no certificate: expected `-----BEGIN CERTIFICATE-----`".into());
            }
            let mut roots = RootCertStore::empty();
            for certificate in &certificates {
                let added = roots.add(certificate.clone());
                added.map_err(|error| format!("holds a certificate that is none: {error}"))?;
            }
            Ok(Self(certificates))
        }

        /// Adds others.
        pub fn extend(&mut self, others: Self) {
            self.0.extend(others.0);
        }
    }

    impl fmt::Debug for Certificates {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "Certificates({})", self.0.len())
        }
    }

    /// A client certificate and its key. `Debug` shows neither.
    #[derive(Clone)]
    pub struct Identity(Arc<SingleCertAndKey>);

    impl Identity {
        /// Reads the content of two PEM files, the chain and the key; they may be one.
        ///
        /// # Errors
        /// What is wrong with them, as a lower-case fragment.
        pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
            let Certificates(chain) = Certificates::from_pem(certificate)
                .map_err(|message| format!("the certificate {message}"))?;
            let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
                "the key can't be read: expected `-----BEGIN PRIVATE KEY-----`, not encrypted"
                    .to_owned()
            })?;
            let both = CertifiedKey::from_der(chain, key, &provider())
                .map_err(|error| format!("certificate and key don't go together: {error}"))?;
            Ok(Self(Arc::new(both.into())))
        }
    }

    impl fmt::Debug for Identity {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Identity(…)")
        }
    }

    fn provider() -> CryptoProvider {
        ring::default_provider()
    }

    /// Trusts whom the machine trusts and these roots, and shows this identity to whoever asks.
    pub(in crate::transport) fn config(
        roots: &Certificates,
        identity: Option<&Identity>,
    ) -> io::Result<Config> {
        let mut trusted = RootCertStore::empty();
        trusted.add_parsable_certificates(machine_roots().iter().cloned());
        trusted.add_parsable_certificates(roots.0.iter().cloned());
        if trusted.is_empty() {
            return Err(io::Error::other("this machine has no trusted root certificates"));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(io::Error::other)?
            .with_root_certificates(trusted);
        Ok(Arc::new(match identity {
            Some(Identity(resolver)) => {
                builder.with_client_cert_resolver(Arc::clone(resolver) as _)
            }
            None => builder.with_no_client_auth(),
        }))
    }

    /// Reading them takes a while, and they are the same all through.
    fn machine_roots() -> &'static [CertificateDer<'static>] {
        static ROOTS: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
        ROOTS.get_or_init(|| rustls_native_certs::load_native_certs().certs)
    }

    /// Encrypts a connection to a host.
    pub(in crate::transport) async fn encrypt(
        config: Config,
        host: &str,
        stream: TcpStream,
    ) -> io::Result<Box<dyn Stream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Box::new(TlsConnector::from(config).connect(name, stream).await?))
    }
}

#[cfg(not(feature = "tls"))]
mod without {
    use std::io;

    use tokio::net::TcpStream;

    use crate::transport::connect::Stream;

    const LEFT_OUT: &str = "needs TLS, which was left out of this build";

    /// Nothing: TLS was left out of this build.
    pub(in crate::transport) type Config = ();

    /// None: TLS was left out of this build.
    #[derive(Debug, Clone, Default)]
    pub struct Certificates(());

    impl Certificates {
        /// # Errors
        /// Always: TLS was left out of this build.
        pub fn from_pem(_: &[u8]) -> Result<Self, String> {
            Err(LEFT_OUT.to_owned())
        }

        /// Adds nothing.
        pub fn extend(&mut self, _: Self) {}
    }

    /// None: TLS was left out of this build.
    #[derive(Debug, Clone)]
    pub struct Identity(());

    impl Identity {
        /// # Errors
        /// Always: TLS was left out of this build.
        pub fn from_pem(_: &[u8], _: &[u8]) -> Result<Self, String> {
            Err(LEFT_OUT.to_owned())
        }
    }

    pub(in crate::transport) fn config(
        _: &Certificates,
        _: Option<&Identity>,
    ) -> io::Result<Config> {
        Err(io::Error::other(LEFT_OUT))
    }

    pub(in crate::transport) async fn encrypt(
        (): Config,
        _: &str,
        _: TcpStream,
    ) -> io::Result<Box<dyn Stream>> {
        Err(io::Error::other(LEFT_OUT))
    }
}
