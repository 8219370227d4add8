//! A JSON patch is carried out as a whole or not at all: RFC 5789 §2 and RFC 6902 §5.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Subject, Told};
use crate::case::Case;
use crate::plan::draft::patch;
use crate::sample::Sample;

const CODE: &str = "patch-is-atomic";
/// What a patch that can't be carried out is answered with.
const REFUSED: &[&[u16]] = &[&[409], &[422, 400, 412]];
/// The same where a part of it can't be carried out on anything: RFC 5789 §2.2 has a name for both, and insists on neither.
const IMPOSSIBLE: &[&[u16]] = &[&[409, 422, 400, 412]];
/// A member that nothing has.
const NOBODYS: &str = "conformance-no-such-member";
/// Members of which each is changed before what fails, at most.
const MEMBERS: usize = 8;

impl Subject<'_> {
    pub(super) fn refused_wholes(&self) -> Vec<Case> {
        let Some(members) = self.members() else { return Vec::new() };
        let mut cases = Vec::new();
        // A server may put back some of what it has changed, and not all.
        for (n, name) in members.keys().take(MEMBERS).enumerate() {
            cases.extend(self.failing_test(name, n == 0));
        }
        cases.extend(self.missing_target());
        cases
    }

    /// What can be changed and is seen.
    fn members(&self) -> Option<IndexMap<String, Sample>> {
        let mut own = self.own()?;
        let mut members = own.draft.patched_members(self.operation)?;
        members.retain(|name, _| self.is_shown(own.answer, name));
        Some(members)
    }

    /// A change, and a test that doesn't hold: neither is done.
    fn failing_test(&self, name: &str, is_first: bool) -> Option<Case> {
        let mut own = self.own()?;
        let mut members = own.draft.patched_members(self.operation)?;
        let value = members.shift_remove(name)?;
        let untrue = Sample::Object(IndexMap::from([(
            "conformance".to_owned(),
            Sample::Value(Value::from("untrue")),
        )]));
        let all = vec![patch("replace", name, value), patch("test", name, untrue)];
        let detail = match is_first {
            true => format!("{CODE}:failing-test"),
            false => format!("{CODE}:failing-test:{name}"),
        };
        let summary = "a JSON patch whose last test doesn't hold changes nothing".to_owned();
        self.refused(own, all, (CODE, REFUSED), Told { detail, summary })
    }

    /// RFC 6902 §4.3: the target location MUST exist for the operation to be successful.
    fn missing_target(&self) -> Option<Case> {
        let mut own = self.own()?;
        let members = own.draft.patched_members(self.operation)?;
        let (name, value) = members.into_iter().next()?;
        let nothing = Sample::Value(Value::from("conformance"));
        let all = vec![patch("replace", &name, value), patch("replace", NOBODYS, nothing)];
        let detail = format!("{CODE}:missing-target");
        let summary = "a JSON patch that replaces what isn't there changes nothing".to_owned();
        self.refused(own, all, (CODE, IMPOSSIBLE), Told { detail, summary })
    }
}
