//! Statuses.

use super::{Fault, Judged, Subject};

/// The operation documents the status, by itself, by its range or by `default`.
pub(super) fn documented(subject: &Subject<'_>) -> Judged {
    if subject.documented.is_some() {
        return Some(Vec::new());
    }
    // Nobody documents what a method that the path doesn't have is answered with.
    if subject.is_probe() {
        return None;
    }
    let documented: Vec<_> = subject.operation.responses.keys().map(ToString::to_string).collect();
    let what = match subject.response.header("location") {
        Some(_) if (300..400).contains(&subject.status()) => {
            "a redirect, which was not followed and is not documented"
        }
        _ => "a status that is not documented",
    };
    let fault =
        Fault::new(format!("{} answers {}, {what}", subject.operation.id, subject.status()))
            .expected(format!("one of {}", documented.join(", ")))
            .got(subject.status().to_string())
            .at(&subject.operation.origin.child("responses"));
    Some(vec![fault])
}

/// A documented 5xx is a right answer only where the case provoked it.
pub(super) fn no_server_error(subject: &Subject<'_>) -> Judged {
    let status = subject.status();
    // RFC 9110 §15.6.2: the answer to a method that the server doesn't know.
    let is_told = subject.operation.documents(501);
    if status == 501 && (subject.is_probe() || is_told) {
        return None;
    }
    let provoked = subject.wanted.iter().any(|wanted| wanted.admits(status));
    if provoked {
        return None;
    }
    if status < 500 {
        return Some(Vec::new());
    }
    let fault = Fault::new("the target failed on a request that doesn't ask for it")
        .expected("a status below 500")
        .got(status.to_string());
    Some(vec![fault])
}
