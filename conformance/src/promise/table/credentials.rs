//! What requests with credentials ask for that are odd, wrong or missing.

use super::super::Level::{Must, Note, Should};
use super::super::Promise;
use super::row;

/// In the order in which they are shown.
pub(super) const CREDENTIALS: &[Promise] = &[
    row(
        "scheme-letter-case",
        Must,
        "the name of an authentication scheme is read in any letter case",
        "RFC 9110 §11.1",
        "`bearer` and `Bearer` are the same scheme. Of an access token of OAuth, which RFC 6750 has sent as `Bearer`, it is a remark.",
    ),
    row(
        "unknown-credentials",
        Must,
        "credentials that nobody was given are refused",
        "RFC 9110 §15.5.2; OAS 3.1 §4.8.30, Security Requirement Object",
        "Lower it for a target where whoever comes with a new name has an account by that.",
    ),
    row(
        "credentials-compared-whole",
        Must,
        "a secret is compared as a whole",
        "RFC 9110 §15.5.2; OWASP ASVS V2.10: a secret that is compared by its beginning is as short as that",
        "A token that lacks its last character is nobody's.",
    ),
    row(
        "signature-verified",
        Must,
        "a signed token is refused without its signature, and with another one",
        "RFC 7515 §5.2; RFC 8725 §3.1 and §3.2: `none` only where no signature is wanted",
        "Who takes the claims of a token for granted lets anybody be anybody. Asked of bearer tokens that are JWTs (RFC 7519).",
    ),
    row(
        "credentials-letter-case",
        Should,
        "letter case matters in a secret",
        "RFC 6750 §2.1: a b64token, whose letters differ by case",
        "A comparison in any letter case halves what there is to guess of each letter. Lower it for keys that are hexadecimal by intent.",
    ),
    row(
        "malformed-credentials",
        Should,
        "credentials that aren't written as their scheme has it are refused",
        "RFC 6750 §2.1, RFC 7617 §2",
        "A server that takes a token without its scheme is more lenient than it says.",
    ),
    row(
        "unlisted-scheme-refused",
        Should,
        "credentials for a security scheme that an operation doesn't list are refused",
        "OAS 3.1 §4.8.30, Security Requirement Object: which schemes can be used; not that others can't",
        "A key that may stand in a link here, and so in logs and histories, opens more than it is meant for. Raise it where your contract promises it.",
    ),
    row(
        "alternative-suffices",
        Should,
        "each of several security requirements is enough by itself",
        "OAS 3.1 §4.8.30: only one of the requirements needs to be satisfied",
        "Asked with the same credential, where by the profile it fits both. Raise it where it does.",
    ),
    row(
        "wrong-key-beside",
        Note,
        "a wrong key for another requirement does no harm beside the right one for the first",
        "OAS 3.1 §4.8.30: only one of the requirements needs to be satisfied",
        "Servers that refuse whatever is wrong are as careful. Raise it where your contract promises it.",
    ),
    row(
        "caller-comes-first",
        Note,
        "who may not call an operation is told so before the body is looked at",
        "RFC 9110 §15.5: where several refusals are right, nothing says which comes",
        "What is wrong with a body tells something of what is there, and costs the server time. Raise it where your contract promises it.",
    ),
];
