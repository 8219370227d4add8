//! Contract → [`Api`]: every decision about names and types.

use spec::{Contract, Finding};

use crate::Options;
use crate::ir::{Api, Docs, Package};

/// Decides what Rust is to be written for a contract.
#[must_use]
pub fn lower(contract: &Contract, options: &Options) -> (Api, Vec<Finding>) {
    let package = Package {
        name: "api".to_owned(),
        library: "api".to_owned(),
        stem: "Api".to_owned(),
        title: contract.info.title.clone(),
        api_version: contract.info.version.clone(),
        docs: Docs::default(),
        spec: options.spec.clone(),
    };
    let api = Api {
        package,
        types: Vec::new(),
        operations: Vec::new(),
        groups: Vec::new(),
        schemes: Vec::new(),
        servers: Vec::new(),
    };
    (api, Vec::new())
}
