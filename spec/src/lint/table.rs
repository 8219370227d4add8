//! The one table of what lint looks for.
//!
//! To add a rule, add a row, report it, and give it two edits in `tests/lint.rs`: the suite fails until then.

use crate::Severity;

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable, kebab-case, never reused.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why.
    pub reason: &'static str,
    /// The way out.
    pub help: &'static str,
}

/// Takes the table as written, and makes of it a name for each row and the list of all.
macro_rules! table {
    ($($(#[$doc:meta])* $name:ident $severity:ident $code:literal $reason:literal $help:literal)+) => {
        $($(#[$doc])* pub static $name: Rule = Rule {
            code: $code,
            severity: Severity::$severity,
            reason: $reason,
            help: $help,
        };)+

        pub(super) static RULES: &[&Rule] = &[$(&$name),+];
    };
}

table! {
    /// An example that its schema refuses.
    INVALID_EXAMPLE Warning "invalid-example"
        "readers copy examples, and mock servers answer with them"
        "correct the example or the schema"

    /// A default that its schema refuses.
    INVALID_DEFAULT Warning "invalid-default"
        "generated code fills it in, and servers then refuse it"
        "correct the default or the schema"

    /// JSON without a schema.
    RESPONSE_WITHOUT_SCHEMA Warning "response-without-schema"
        "any JSON conforms, so clients can rely on none"
        "give the media type a schema"

    /// An operation that only fails, as documented.
    NO_SUCCESS_RESPONSE Warning "no-success-response"
        "no client knows what to expect when all goes well"
        "document a 2xx or 3xx response"

    /// An operation that takes input and documents no refusal.
    NO_CLIENT_ERROR Note "no-client-error"
        "no client knows how a wrong request is refused"
        "document a 4xx response, such as 400 or 422"

    /// An operation that asks for credentials and documents no refusal of them.
    NO_UNAUTHORIZED Note "no-unauthorized-response"
        "no client knows how missing credentials are refused"
        "document a 401 response"

    /// An operation that is open while others aren't.
    UNSECURED_OPERATION Note "unsecured-operation"
        "other operations ask for credentials, so this may be an oversight"
        "give it `security`, or leave it if everybody may call it"

    /// An operation that the document doesn't name.
    MISSING_OPERATION_ID Note "missing-operation-id"
        "generated names then follow the path, and change with it"
        "give it an `operationId`"

    /// A body where HTTP gives it no meaning.
    BODY_WITHOUT_MEANING Warning "body-without-meaning"
        "a body of GET or HEAD has no meaning in HTTP, and some clients and proxies drop it (RFC 9110, section 9.3.1)"
        "send the input as query parameters, or use POST"

    /// Two operations of the same URLs.
    AMBIGUOUS_PATH Error "ambiguous-path"
        "a request to such a URL could be meant for either"
        "tell the paths apart by a literal segment"

    /// A default of what must be sent anyway.
    DEFAULT_OF_REQUIRED Note "default-of-required"
        "a required value is never left out, so its default is never used"
        "drop the default, or make it optional"

    /// `x-paging` that can't be read, or doesn't fit the operation.
    PAGING_NOT_UNDERSTOOD Warning "paging-not-understood"
        "clients have no stream of pages then, and no test walks them"
        "name a query parameter that isn't required and members that the answer has, or drop the rule"

    /// A range without a value in it.
    EMPTY_RANGE Error "empty-range"
        "no value can match"
        "swap the two ends"

    /// A required member that nothing describes.
    REQUIRED_UNDESCRIBED Warning "required-undescribed"
        "the name may be a slip of the pen: any value will do for it"
        "describe it in `properties`, or correct the name"

    /// A listed value that the type refuses.
    ENUM_OF_OTHER_TYPE Warning "enum-of-other-type"
        "such a value never matches"
        "write the value as the type wants it, or drop it"

    /// A nullable `enum` without null.
    ENUM_WITHOUT_NULL Warning "enum-without-null"
        "`nullable` doesn't add null to the listed values, so null is refused all the same"
        "list null among the values"

    /// A nullable schema that another refuses null for.
    NULL_REFUSED Warning "null-refused"
        "`allOf` asks for all of its schemas, and one of them refuses null"
        "write the schema inline, or make each of them nullable"

    /// A component that no operation uses.
    UNUSED_COMPONENT Note "unused-component"
        "nothing refers to it, so it is no part of the contract"
        "drop it, or refer to it"

    /// A documented status that no case or workflow of the conformance suite provokes.
    CELL_WITHOUT_CASE Warning "cell-without-case"
        "no test can show that an implementation keeps this promise"
        "add a workflow to the Arazzo document that provokes it, or drop the response"

    /// A workflow that speaks of what the contract doesn't have.
    WORKFLOW_MISFIT Warning "workflow-misfit"
        "the workflow can't be run, so what it promises is not tested"
        "change the workflow with the contract"
}
