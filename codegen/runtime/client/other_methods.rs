//! Methods that HTTP has no name for here: those of `additionalOperations` (OAS 3.2.0 §4.9.1).

use http::Method;

/// The method of this name.
///
/// # Panics
/// Where the name is no token (RFC 9110 §9.1), which the generator has made sure of.
#[must_use]
pub fn method(name: &'static str) -> Method {
    Method::from_bytes(name.as_bytes()).expect("a method of the contract is a token")
}
