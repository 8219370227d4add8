//! What the generated crate doesn't let its users write.
//!
//! After a change of the generated code, `TRYBUILD=overwrite cargo test -p codegen --test compile_fail` writes the
//! compiler's words anew: read them before committing.

#[test]
fn the_contract_is_kept_by_the_compiler() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
