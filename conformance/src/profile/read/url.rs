//! URLs and base paths, from profiles and flags alike.

/// A base URL as requests begin with it: `http` or `https`, a host, no query, no slash at the end.
///
/// # Errors
/// What is wrong with it, as a lower-case fragment.
pub(crate) fn check_url(text: &str) -> Result<String, String> {
    let wrong = |what: &str| {
        Err(format!("the URL `{text}` {what}; expected something like `http://127.0.0.1:8080`"))
    };
    let Ok(uri) = text.parse::<http::Uri>() else { return wrong("can't be read") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return wrong("doesn't begin with `http://` or `https://`");
    }
    let Some(authority) = uri.authority() else { return wrong("has no host") };
    if authority.host().is_empty() {
        return wrong("has no host");
    }
    if authority.as_str().contains('@') {
        // The text itself would show the password.
        return Err(
            "the URL carries user information; put credentials under `[credentials]`".into()
        );
    }
    if uri.query().is_some() || text.contains('#') {
        return wrong("has a query or a fragment");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// What a target may be called: the name becomes a part of file names.
///
/// # Errors
/// What is wrong with it, as a lower-case fragment.
pub(crate) fn check_target_name(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match !name.is_empty() && name.chars().all(plain) && !name.starts_with('.') {
        true => Ok(()),
        false => Err(format!("`{name}` is no name of a target: letters, digits, `-`, `_`, `.`")),
    }
}

/// A path that stands between a URL and the paths of a contract: empty, or from a slash on and without one at its end.
///
/// # Errors
/// What is wrong with it, as a lower-case fragment.
pub(crate) fn check_base_path(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    let sound = path.is_empty() || path.starts_with('/');
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#{}".contains(&byte));
    if sound && plain {
        return Ok(path.to_owned());
    }
    Err(format!("the base path `{text}` is no path; expected something like `/api/v1`, or `\"\"`"))
}

/// The URL of an authorization server, perhaps relative to the target.
///
/// # Errors
/// What is wrong with it, as a lower-case fragment.
pub(super) fn check_endpoint(text: &str) -> Result<String, String> {
    if text.contains('@') {
        // The text itself might show a password.
        return Err("the URL carries user information, or an `@` that isn't encoded".to_owned());
    }
    let absolute = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    let relative = !text.contains("://") && !text.is_empty();
    if (absolute || relative) && text.parse::<http::Uri>().is_ok() && !text.contains('#') {
        return Ok(text.to_owned());
    }
    Err(format!(
        "the URL `{text}` can't be read; expected something like `https://id.example/token`"
    ))
}
