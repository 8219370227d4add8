//! The one table that says what a change means.
//!
//! The comparison states facts ("`maxLength` went down"); what a fact does to those who rely on the contract
//! depends on the direction it is met in, and stands here and nowhere else. Codes are stable and never reused.
//!
//! To add a rule, add a row, state its fact, and give it two edits in `tests/rules/`: the suite fails until then.

use super::rules::{Direction, Rule, Severity};

/// Takes the table as written, and makes of it the enumeration of facts and the rows.
macro_rules! table {
    ($($fact:ident { $($direction:ident $severity:ident $code:literal $reason:literal)+ })+) => {
        /// What the comparison can state.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum Fact { $($fact),+ }

        pub(super) static RULES: &[Rule] = &[$($(Rule {
            code: $code,
            direction: Direction::$direction,
            severity: Severity::$severity,
            reason: $reason,
            fact: Fact::$fact,
        }),+),+];
    };
}

table! {
    // Operations.
    OperationRemoved {
        Both Breaking "operation-removed" "whoever calls it gets an answer that the contract doesn't tell"
    }
    DeprecatedOperationRemoved {
        Both Dangerous "deprecated-operation-removed" "it was announced as deprecated, but clients may still call it"
    }
    OperationAdded {
        Both Compatible "operation-added" "nobody relies on it yet"
    }
    CallbackRemoved {
        Both Breaking "callback-removed" "whoever counts on being told waits in vain"
    }
    CallbackAdded {
        Both Compatible "callback-added" "nobody relies on it yet"
    }
    AnswerRefused {
        Request Breaking "callback-status-removed" "receivers that answer it break the contract now"
    }
    AnswerAdmitted {
        Request Compatible "callback-status-added" "what receivers answer already stays right"
    }
    OperationMoved {
        Both Breaking "operation-moved" "clients go on calling the old method and path"
    }
    OperationIdChanged {
        Both Compatible "operation-id-changed" "nothing changes on the wire; generated code, links and workflows go by it"
    }
    OperationDeprecated {
        Both Compatible "operation-deprecated" "it works as before"
    }
    OperationUndeprecated {
        Both Compatible "operation-undeprecated" "it works as before"
    }
    ServerRemoved {
        Both Dangerous "server-removed" "clients that were configured from the old document still send their requests there"
    }
    ServerAdded {
        Both Compatible "server-added" "the other servers stay"
    }

    // Security.
    SecurityRequired {
        Both Breaking "security-required" "clients that send no credentials are refused"
    }
    SecurityDropped {
        Both Dangerous "security-dropped" "clients lose nothing, but everybody may call it now"
    }
    SecurityAlternativeRemoved {
        Both Breaking "security-alternative-removed" "clients that authenticate this way are refused"
    }
    SecurityAlternativeAdded {
        Both Compatible "security-alternative-added" "the other ways stay"
    }
    SecurityScopeAdded {
        Both Breaking "security-scope-added" "tokens without the scope are refused"
    }
    SecurityScopeRemoved {
        Both Compatible "security-scope-removed" "tokens that have the scope are still good"
    }

    // Parameters.
    RequiredParameterAdded {
        Request Breaking "request-required-parameter-added" "clients don't send it yet and are refused"
    }
    OptionalParameterAdded {
        Request Compatible "request-optional-parameter-added" "clients need not send it"
    }
    ParameterRemoved {
        Request Dangerous "request-parameter-removed" "clients that send it are ignored where they counted on it"
    }
    ParameterBecameRequired {
        Request Breaking "request-parameter-became-required" "clients that leave it out are refused"
    }
    ParameterBecameOptional {
        Request Compatible "request-parameter-became-optional" "clients that send it are still right"
    }
    ParameterStyleChanged {
        Request Breaking "request-parameter-style-changed" "clients go on writing it the old way"
    }
    ParameterDeprecated {
        Request Compatible "request-parameter-deprecated" "it works as before"
    }
    ParameterUndeprecated {
        Request Compatible "request-parameter-undeprecated" "it works as before"
    }

    // Bodies and their media types.
    RequiredBodyAdded {
        Request Breaking "request-required-body-added" "clients don't send one yet and are refused"
    }
    OptionalBodyAdded {
        Request Compatible "request-optional-body-added" "clients need not send one"
    }
    BodyRemoved {
        Request Breaking "request-body-removed" "what clients send in it no longer has any effect"
        Response Breaking "response-body-removed" "clients read a body that is no longer there"
    }
    BodyAdded {
        Response Compatible "response-body-added" "clients didn't expect one and need not read it"
    }
    BodyBecameRequired {
        Request Breaking "request-body-became-required" "clients that send none are refused"
    }
    BodyBecameOptional {
        Request Compatible "request-body-became-optional" "clients that send one are still right"
    }
    MediaTypeRemoved {
        Request Breaking "request-media-type-removed" "clients that send it are refused"
        Response Breaking "response-media-type-removed" "clients that ask for it or can read nothing else get none"
    }
    MediaTypeAdded {
        Request Compatible "request-media-type-added" "the other media types stay"
        Response Compatible "response-media-type-added" "whoever asks for one of the others still gets it"
    }
    MediaTypeWidened {
        Request Compatible "request-media-type-widened" "what clients send falls under the range"
        Response Dangerous "response-media-type-widened" "clients may get another media type of the range"
    }
    MediaTypeNarrowed {
        Request Breaking "request-media-type-narrowed" "clients that send another media type of the range are refused"
        Response Compatible "response-media-type-narrowed" "clients were ready for the whole range"
    }
    EncodingChanged {
        Request Dangerous "request-encoding-changed" "clients go on writing the parts of the form the old way"
        Response Dangerous "response-encoding-changed" "clients go on reading the parts of the form the old way"
    }

    // Responses, their headers and links.
    SuccessStatusRemoved {
        Response Breaking "response-success-status-removed" "clients wait for a success that no longer comes"
    }
    SuccessStatusAdded {
        Response Dangerous "response-success-status-added" "clients that know only the other ones may take it for a failure"
    }
    FailureStatusRemoved {
        Response Compatible "response-failure-status-removed" "clients handle a failure that no longer comes"
    }
    FailureStatusAdded {
        Response Compatible "response-failure-status-added" "a client treats a status it doesn't know as the x00 of its class (RFC 9110, section 15)"
    }
    StatusGeneralized {
        Response Dangerous "response-status-generalized" "the status may still come, but clients are no longer told"
    }
    StatusSingledOut {
        Response Compatible "response-status-singled-out" "the status could come before, too"
    }
    RequiredHeaderRemoved {
        Response Breaking "response-required-header-removed" "clients read a header that is no longer there"
    }
    OptionalHeaderRemoved {
        Response Dangerous "response-optional-header-removed" "clients that use the header no longer get it"
    }
    HeaderAdded {
        Response Compatible "response-header-added" "clients ignore headers that they don't know"
    }
    HeaderBecameRequired {
        Response Compatible "response-header-became-required" "clients could do without it and can do with it"
    }
    HeaderBecameOptional {
        Response Breaking "response-header-became-optional" "clients read a header that may no longer be there"
    }
    HeaderStyleChanged {
        Response Breaking "response-header-style-changed" "clients go on reading it the old way"
    }
    LinkRemoved {
        Response Dangerous "response-link-removed" "clients and suites that follow the link lose their way"
    }
    LinkAdded {
        Response Compatible "response-link-added" "nobody follows it yet"
    }
    LinkChanged {
        Response Dangerous "response-link-changed" "clients and suites that follow the link get elsewhere"
    }

    // Types.
    TypeChanged {
        Request Breaking "request-type-changed" "clients go on sending the old type"
        Response Breaking "response-type-changed" "clients go on reading the old type"
    }
    TypeWidened {
        Request Compatible "request-type-widened" "what clients send is still admitted"
        Response Breaking "response-type-widened" "clients may get a type that they can't read"
    }
    TypeNarrowed {
        Request Breaking "request-type-narrowed" "clients that send another of the old types are refused"
        Response Compatible "response-type-narrowed" "clients can read all that may come"
    }
    BecameNullable {
        Request Compatible "request-became-nullable" "clients need not send null"
        Response Breaking "response-became-nullable" "clients may get a null that they don't expect"
    }
    BecameNotNullable {
        Request Breaking "request-became-not-nullable" "clients that send null are refused"
        Response Compatible "response-became-not-nullable" "clients expect a null that no longer comes"
    }

    // Values.
    EnumAdded {
        Request Breaking "request-enum-added" "clients that send any other value are refused"
        Response Compatible "response-enum-added" "clients can read any value"
    }
    EnumRemoved {
        Request Compatible "request-enum-removed" "the listed values are still admitted"
        Response Dangerous "response-enum-removed" "clients that tell the values apart may get one that they don't know"
    }
    EnumValueAdded {
        Request Compatible "request-enum-value-added" "clients need not send it"
        Response Dangerous "response-enum-value-added" "clients that tell the values apart may get one that they don't know"
    }
    EnumValueRemoved {
        Request Breaking "request-enum-value-removed" "clients that send it are refused"
        Response Compatible "response-enum-value-removed" "clients expect a value that no longer comes"
    }
    EnumReplaced {
        Request Breaking "request-enum-replaced" "none of the values that clients know is admitted"
        Response Breaking "response-enum-replaced" "none of the values that clients know comes any more"
    }
    FormatAdded {
        Request Breaking "request-format-added" "clients that send other text or numbers are refused"
        Response Compatible "response-format-added" "clients can read what any format admits"
    }
    FormatRemoved {
        Request Compatible "request-format-removed" "what has the format is still admitted"
        Response Breaking "response-format-removed" "clients that rely on the format may get what they can't read"
    }
    FormatWidened {
        Request Compatible "request-format-widened" "the wider format admits what clients send"
        Response Breaking "response-format-widened" "clients may get a value beyond what the narrower format can hold"
    }
    FormatNarrowed {
        Request Breaking "request-format-narrowed" "clients that send a value beyond the narrower format are refused"
        Response Compatible "response-format-narrowed" "the wider format holds all that may come"
    }
    FormatChanged {
        Request Breaking "request-format-changed" "clients go on sending the old format"
        Response Breaking "response-format-changed" "clients go on reading the old format"
    }
    UnknownFormatChanged {
        Request Dangerous "request-unknown-format-changed" "what the format asks for is not known here"
        Response Dangerous "response-unknown-format-changed" "what the format promises is not known here"
    }
    PatternAdded {
        Request Breaking "request-pattern-added" "clients that send text which doesn't match are refused"
        Response Compatible "response-pattern-added" "clients can read any text"
    }
    PatternRemoved {
        Request Compatible "request-pattern-removed" "text that matches is still admitted"
        Response Dangerous "response-pattern-removed" "clients that take the text apart by the pattern may fail"
    }
    PatternChanged {
        Request Dangerous "request-pattern-changed" "which of two patterns admits more can't be decided here"
        Response Dangerous "response-pattern-changed" "which of two patterns admits more can't be decided here"
    }
    ContentChanged {
        Request Breaking "request-content-changed" "clients go on encoding the content the old way"
        Response Breaking "response-content-changed" "clients go on decoding the content the old way"
    }
    DefaultChanged {
        Request Dangerous "request-default-changed" "leaving it out means something else now"
        Response Compatible "response-default-changed" "what a response leaves out is up to its reader"
    }

    // Limits. An absent `maximum` is an infinite one, an absent `minLength` is 0.
    MinimumIncreased {
        Request Breaking "request-minimum-increased" "clients that send a smaller number are refused"
        Response Compatible "response-minimum-increased" "clients were ready for smaller numbers"
    }
    MinimumDecreased {
        Request Compatible "request-minimum-decreased" "what clients send is still in range"
        Response Breaking "response-minimum-decreased" "clients may get a number below the old range"
    }
    MaximumDecreased {
        Request Breaking "request-maximum-decreased" "clients that send a greater number are refused"
        Response Compatible "response-maximum-decreased" "clients were ready for greater numbers"
    }
    MaximumIncreased {
        Request Compatible "request-maximum-increased" "what clients send is still in range"
        Response Breaking "response-maximum-increased" "clients may get a number above the old range"
    }
    MinLengthIncreased {
        Request Breaking "request-min-length-increased" "clients that send shorter text are refused"
        Response Compatible "response-min-length-increased" "clients were ready for shorter text"
    }
    MinLengthDecreased {
        Request Compatible "request-min-length-decreased" "what clients send is still long enough"
        Response Breaking "response-min-length-decreased" "clients may get shorter text than was promised"
    }
    MaxLengthDecreased {
        Request Breaking "request-max-length-decreased" "clients that send longer text are refused"
        Response Compatible "response-max-length-decreased" "clients were ready for longer text"
    }
    MaxLengthIncreased {
        Request Compatible "request-max-length-increased" "what clients send is still short enough"
        Response Breaking "response-max-length-increased" "clients may get longer text than they have room for"
    }
    MinItemsIncreased {
        Request Breaking "request-min-items-increased" "clients that send fewer items are refused"
        Response Compatible "response-min-items-increased" "clients were ready for fewer items"
    }
    MinItemsDecreased {
        Request Compatible "request-min-items-decreased" "what clients send still has items enough"
        Response Breaking "response-min-items-decreased" "clients may get fewer items than was promised"
    }
    MaxItemsDecreased {
        Request Breaking "request-max-items-decreased" "clients that send more items are refused"
        Response Compatible "response-max-items-decreased" "clients were ready for more items"
    }
    MaxItemsIncreased {
        Request Compatible "request-max-items-increased" "what clients send is still few enough"
        Response Breaking "response-max-items-increased" "clients may get more items than they have room for"
    }
    MinPropertiesIncreased {
        Request Breaking "request-min-properties-increased" "clients that send fewer members are refused"
        Response Compatible "response-min-properties-increased" "clients were ready for fewer members"
    }
    MinPropertiesDecreased {
        Request Compatible "request-min-properties-decreased" "what clients send still has members enough"
        Response Breaking "response-min-properties-decreased" "clients may get fewer members than was promised"
    }
    MaxPropertiesDecreased {
        Request Breaking "request-max-properties-decreased" "clients that send more members are refused"
        Response Compatible "response-max-properties-decreased" "clients were ready for more members"
    }
    MaxPropertiesIncreased {
        Request Compatible "request-max-properties-increased" "what clients send is still few enough"
        Response Breaking "response-max-properties-increased" "clients may get more members than was promised"
    }
    MultipleOfNarrowed {
        Request Breaking "request-multiple-of-narrowed" "clients that send a number between the new steps are refused"
        Response Compatible "response-multiple-of-narrowed" "clients were ready for the numbers between"
    }
    MultipleOfWidened {
        Request Compatible "request-multiple-of-widened" "what clients send is still a multiple"
        Response Breaking "response-multiple-of-widened" "clients may get a number between the old steps"
    }
    MultipleOfChanged {
        Request Breaking "request-multiple-of-changed" "clients go on sending multiples of the old number"
        Response Breaking "response-multiple-of-changed" "clients may get a number between the old steps"
    }
    UniqueItemsAdded {
        Request Breaking "request-unique-items-added" "clients that send an item twice are refused"
        Response Compatible "response-unique-items-added" "clients were ready for an item twice"
    }
    UniqueItemsRemoved {
        Request Compatible "request-unique-items-removed" "distinct items are still admitted"
        Response Dangerous "response-unique-items-removed" "clients that keep the items as a set may lose some"
    }
    PrefixItemsChanged {
        Request Dangerous "request-prefix-items-changed" "what stands at which place of the array has changed"
        Response Dangerous "response-prefix-items-changed" "what stands at which place of the array has changed"
    }

    // Objects.
    RequiredPropertyAdded {
        Request Breaking "request-required-property-added" "clients don't send it yet and are refused"
        Response Compatible "response-required-property-added" "clients ignore members that they don't know"
    }
    OptionalPropertyAdded {
        Request Compatible "request-optional-property-added" "clients need not send it"
        Response Compatible "response-optional-property-added" "clients ignore members that they don't know"
    }
    RequiredPropertyRemoved {
        Request Dangerous "request-required-property-removed" "clients go on sending it where it has no effect"
        Response Breaking "response-required-property-removed" "clients read a member that is no longer there"
    }
    OptionalPropertyRemoved {
        Request Dangerous "request-optional-property-removed" "clients go on sending it where it has no effect"
        Response Dangerous "response-optional-property-removed" "clients that use the member no longer get it"
    }
    PropertyForbidden {
        Request Breaking "request-property-forbidden" "other members are refused, so clients that go on sending it are"
    }
    PropertyBecameRequired {
        Request Breaking "request-property-became-required" "clients that leave it out are refused"
        Response Compatible "response-property-became-required" "clients could do without it and can do with it"
    }
    PropertyBecameOptional {
        Request Compatible "request-property-became-optional" "clients that send it are still right"
        Response Breaking "response-property-became-optional" "clients read a member that may no longer be there"
    }
    AdditionalPropertiesForbidden {
        Request Breaking "request-additional-properties-forbidden" "clients that send other members are refused"
        Response Compatible "response-additional-properties-forbidden" "clients were ready for other members"
    }
    AdditionalPropertiesAllowed {
        Request Compatible "request-additional-properties-allowed" "clients need not send other members"
        Response Dangerous "response-additional-properties-allowed" "clients that refuse members which they don't know may fail"
    }
    PatternPropertiesChanged {
        Request Dangerous "request-pattern-properties-changed" "which members fall under a pattern can't be decided here"
        Response Dangerous "response-pattern-properties-changed" "which members fall under a pattern can't be decided here"
    }
    BecameReadOnly {
        Request Dangerous "request-became-read-only" "clients go on sending it where it has no effect"
        Response Compatible "response-became-read-only" "servers go on sending it"
    }
    BecameNotReadOnly {
        Request Compatible "request-became-not-read-only" "clients may send it now"
        Response Compatible "response-became-not-read-only" "servers go on sending it"
    }
    BecameWriteOnly {
        Request Compatible "request-became-write-only" "clients go on sending it"
        Response Breaking "response-became-write-only" "clients read a member that is no longer sent"
    }
    BecameNotWriteOnly {
        Request Compatible "request-became-not-write-only" "clients go on sending it"
        Response Compatible "response-became-not-write-only" "clients ignore members that they don't know"
    }
    SchemaDeprecated {
        Request Compatible "request-schema-deprecated" "it works as before"
        Response Compatible "response-schema-deprecated" "it works as before"
    }
    SchemaUndeprecated {
        Request Compatible "request-schema-undeprecated" "it works as before"
        Response Compatible "response-schema-undeprecated" "it works as before"
    }

    // Composition.
    AlternativeAdded {
        Request Compatible "request-alternative-added" "clients need not send it"
        Response Breaking "response-alternative-added" "clients may get what they can't read"
    }
    AlternativeRemoved {
        Request Breaking "request-alternative-removed" "clients that send it are refused"
        Response Compatible "response-alternative-removed" "clients were ready for it, and it no longer comes"
    }
    AnyOfBecameOneOf {
        Request Dangerous "request-any-of-became-one-of" "a value that matches several alternatives is refused, and whether there is one can't be decided here"
        Response Compatible "response-any-of-became-one-of" "clients were ready for a value that matches several alternatives"
    }
    OneOfBecameAnyOf {
        Request Compatible "request-one-of-became-any-of" "a value that matches one alternative is still admitted"
        Response Dangerous "response-one-of-became-any-of" "clients may get a value that matches several alternatives, if there is one"
    }
    CompositionChanged {
        Request Dangerous "request-composition-changed" "what the two compositions admit can't be compared here"
        Response Dangerous "response-composition-changed" "what the two compositions admit can't be compared here"
    }
    NotAdded {
        Request Breaking "request-not-added" "clients that send what is excluded now are refused"
        Response Compatible "response-not-added" "clients were ready for what is excluded now"
    }
    NotRemoved {
        Request Compatible "request-not-removed" "clients need not send what was excluded"
        Response Breaking "response-not-removed" "clients may get what was excluded"
    }
    NotChanged {
        Request Dangerous "request-not-changed" "which of two exclusions admits more can't be decided here"
        Response Dangerous "response-not-changed" "which of two exclusions admits more can't be decided here"
    }
    ConstraintAdded {
        Request Breaking "request-constraint-added" "clients that send what it excludes are refused"
        Response Compatible "response-constraint-added" "clients were ready for what it excludes"
    }
    ConstraintRemoved {
        Request Compatible "request-constraint-removed" "clients need not send what it excluded"
        Response Breaking "response-constraint-removed" "clients may get what it excluded"
    }
    ConstraintChanged {
        Request Dangerous "request-constraint-changed" "which of the two excludes more can't be decided here"
        Response Dangerous "response-constraint-changed" "which of the two excludes more can't be decided here"
    }
    DiscriminatorAdded {
        Request Dangerous "request-discriminator-added" "clients may not send the member that tells the alternatives apart"
        Response Compatible "response-discriminator-added" "clients that try the alternatives are still right"
    }
    DiscriminatorRemoved {
        Request Compatible "request-discriminator-removed" "clients that send the member are still right"
        Response Dangerous "response-discriminator-removed" "clients tell the alternatives apart by a member that may no longer do so"
    }
    DiscriminatorChanged {
        Request Breaking "request-discriminator-changed" "clients go on naming the alternative in the old member"
        Response Breaking "response-discriminator-changed" "clients go on telling the alternatives apart by the old member"
    }
    DiscriminatorValueAdded {
        Request Compatible "request-discriminator-value-added" "clients need not send it"
        Response Dangerous "response-discriminator-value-added" "clients may get an alternative by a name that they don't know"
    }
    DiscriminatorValueRemoved {
        Request Breaking "request-discriminator-value-removed" "clients that name the alternative so are refused"
        Response Compatible "response-discriminator-value-removed" "clients expect a name that no longer comes"
    }
}
