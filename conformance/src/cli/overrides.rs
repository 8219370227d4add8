//! Flags that say what a profile may say, too: they are added to it, or take its place.

use spec::Contract;

use super::RunFlags;
use super::select::unknown;
use crate::profile::Profile;
use crate::selection::{Pattern, Patterns};

/// Puts what the flags say into the profile.
///
/// # Errors
/// A pattern that means no operation.
pub(super) fn override_profile(
    flags: &RunFlags,
    profile: &mut Profile,
    contract: &Contract,
) -> Result<(), String> {
    let permissions = &mut profile.permissions;
    for (flag, own, list) in [
        ("--allow", &flags.allow, &mut permissions.allow),
        ("--creates", &flags.creates, &mut permissions.creates),
        ("--exclude", &flags.exclude, &mut permissions.exclude),
    ] {
        add(flag, own, list, contract)?;
    }
    permissions.read_only |= flags.read_only;
    for field in &flags.header {
        profile.set_header(&field.name, field.value.clone());
    }
    profile.rate = flags.rate.or(profile.rate);
    profile.workers = flags.workers.or(profile.workers);
    if flags.base_path.is_some() {
        profile.base_path.clone_from(&flags.base_path);
    }
    Ok(())
}

fn add(
    flag: &str,
    own: &[Pattern],
    list: &mut Patterns,
    contract: &Contract,
) -> Result<(), String> {
    for pattern in own {
        if !contract.operations.iter().any(|operation| pattern.matches(operation)) {
            return Err(unknown(flag, &pattern.to_string(), contract));
        }
        list.0.push(pattern.clone());
    }
    Ok(())
}
