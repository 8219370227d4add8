//! The way to a target: more roots to trust, a proxy, client certificates.

use toml::de::DeTable;

use super::node::{Entry, Reader, member};
use crate::transport::{Base, Certificates, Identity, Network};

impl Reader<'_> {
    pub(super) fn network(&mut self, root: &DeTable<'_>) -> Network {
        let mut network = Network::default();
        if let Some(entry) = member(root, "ca") {
            network.roots = self.roots(entry);
        }
        if let Some(entry) = member(root, "proxy") {
            network.proxy = self.proxy(entry);
        }
        if let Some(entry) = member(root, "client_certificate") {
            network.identity = self.identity(entry);
        }
        network
    }

    /// One file or several.
    fn roots(&mut self, entry: &Entry<'_>) -> Certificates {
        let mut roots = Certificates::default();
        for (path, span) in self.string_or_strings(entry) {
            let Some(pem) = self.file(path, &span) else { continue };
            match Certificates::from_pem(&pem) {
                Ok(more) => roots.extend(more),
                Err(message) => self.wrong(&span, format!("`{path}` {message}")),
            }
        }
        roots
    }

    fn proxy(&mut self, entry: &Entry<'_>) -> Option<Base> {
        let text = self.string(entry)?;
        match Base::parse(text) {
            Ok(_) if text.starts_with("https:") => {
                let message = format!("the proxy `{text}` would be spoken to over TLS");
                self.wrong_with_help(&entry.span(), message, "only proxies behind `http://` work");
                None
            }
            Ok(base) => Some(base),
            Err(message) => {
                self.wrong(&entry.span(), message);
                None
            }
        }
    }

    /// `{ certificate = "c.pem", key = "k.pem" }`; without `key` both are in the one file.
    pub(super) fn identity(&mut self, entry: &Entry<'_>) -> Option<Identity> {
        let table = self.table_of(entry, &["certificate", "key"])?;
        let Some(certificate) = member(table, "certificate") else {
            let help =
                "add `certificate = \"FILE\"`, and `key = \"FILE\"` where it is another file";
            self.wrong_with_help(&entry.span(), "no `certificate` is named here", help);
            return None;
        };
        let path = self.string(certificate)?;
        let chain = self.file(path, &certificate.span())?;
        let key = match member(table, "key") {
            Some(entry) => {
                let path = self.string(entry)?;
                self.file(path, &entry.span())?
            }
            None => chain.clone(),
        };
        match Identity::from_pem(&chain, &key) {
            Ok(identity) => Some(identity),
            Err(message) => {
                self.wrong(&certificate.span(), message);
                None
            }
        }
    }

    /// The content of a file that is named relative to the profile.
    fn file(&mut self, path: &str, span: &std::ops::Range<usize>) -> Option<Vec<u8>> {
        match std::fs::read(self.beside(path)) {
            Ok(content) => Some(content),
            Err(error) => {
                self.wrong(span, format!("can't read `{path}`: {error}"));
                None
            }
        }
    }
}
