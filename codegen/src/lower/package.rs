//! The package: its names, from `info`.

use spec::Contract;

use super::docs;
use crate::Options;
use crate::ir::Package;
use crate::names;

pub(super) fn lower(contract: &Contract, options: &Options) -> Package {
    let title = contract.info.title.trim();
    let name = options.settings.package.clone().unwrap_or_else(|| names::slug(title));
    let library = name.replace('-', "_");
    let pascal = names::pascal(title, "Api");
    let stem = pascal.strip_suffix("Api").filter(|stem| !stem.is_empty()).unwrap_or(&pascal);
    Package {
        library,
        name,
        stem: stem.chars().take(48).collect(),
        title: title.to_owned(),
        api_version: contract.info.version.clone(),
        docs: docs::docs([contract.info.description.as_deref()]),
        spec: options.spec.clone(),
        runtime: options.settings.runtime.clone(),
    }
}
