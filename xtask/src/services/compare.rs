//! A service's failures beside what people found on examining them, and beside the other tool's.

use std::collections::BTreeSet;

use super::failure::{Failure, Kind, Tool};
use super::file::{Examined, Judgement, ServiceFile};
use super::results::Measured;

/// A service's file beside what was measured of it.
pub(super) struct Entry<'a> {
    pub(super) file: &'a ServiceFile,
    pub(super) measured: Measured,
}

/// What both tools say of a service: an operation and a kind of failure.
pub(super) type Faults<'a> = BTreeSet<(&'a str, Kind)>;

/// The faults of a service by who found them.
pub(super) struct Comparison<'a> {
    pub(super) both: Faults<'a>,
    pub(super) ours: Faults<'a>,
    pub(super) theirs: Faults<'a>,
    /// Those of theirs on operations that our suite doesn't call.
    pub(super) uncalled: Faults<'a>,
    /// Found by both, where we don't fail the run for it.
    pub(super) remarked: Faults<'a>,
    /// What Schemathesis says and nobody examined.
    pub(super) open: Faults<'a>,
    pub(super) false_alarms: usize,
    pub(super) their_false_alarms: usize,
}

impl Entry<'_> {
    pub(super) fn judgements(&self) -> &[Judgement] {
        &self.file.judgements
    }

    pub(super) fn failures(&self, tool: Tool) -> &[Failure] {
        let measured = &self.measured;
        let failures = match tool {
            Tool::Suite => measured.ours.as_ref().map(|found| &found.failures),
            Tool::Schemathesis => measured.peer.as_ref().map(|found| &found.failures),
        };
        failures.map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn ran(&self, tool: Tool) -> bool {
        match tool {
            Tool::Suite => self.measured.ours.is_some(),
            Tool::Schemathesis => self.measured.peer.is_some(),
        }
    }

    /// Failures of ours that nobody judged.
    pub(super) fn not_examined(&self) -> impl Iterator<Item = &Failure> {
        let failures = self.failures(Tool::Suite).iter();
        failures.filter(|failure| failure.judgement(Tool::Suite, self.judgements()).is_none())
    }

    /// The failures of a tool that were judged so, by operation and kind.
    fn judged(&self, tool: Tool, as_what: Option<Examined>) -> Faults<'_> {
        let failures = self.failures(tool).iter().filter(|failure| {
            failure.judgement(tool, self.judgements()).map(|found| found.verdict) == as_what
        });
        failures.map(|failure| (failure.operation.as_str(), failure.kind)).collect()
    }

    /// Whether our suite calls an operation. What the document doesn't have, it calls as well as the other tool.
    fn calls(&self, operation: &str) -> bool {
        let mut ours = self.measured.ours.iter();
        !ours.any(|found| found.left_out.iter().any(|one| one == operation))
    }

    /// What we told without failing the run for it.
    fn remarks(&self) -> Faults<'_> {
        let remarks = self.measured.ours.iter().flat_map(|found| &found.remarks);
        remarks.map(|one| (one.operation.as_str(), one.kind)).collect()
    }

    pub(super) fn comparison(&self) -> Comparison<'_> {
        let fault = Some(Examined::TrueFault);
        let ours = self.judged(Tool::Suite, fault);
        let told_by_them = self.judged(Tool::Schemathesis, fault);
        // A fault that we were found right about is one, whoever tells it.
        let told = &self.judged(Tool::Schemathesis, None) | &told_by_them;
        let both = &ours & &told;
        let unmatched = &(&told_by_them - &both) - &self.judged(Tool::Suite, None);
        let remarked = &unmatched & &self.remarks();
        let theirs = &unmatched - &remarked;
        Comparison {
            ours: &ours - &both,
            uncalled: theirs
                .iter()
                .copied()
                .filter(|(operation, _)| !self.calls(operation))
                .collect(),
            theirs,
            remarked,
            open: &(&self.judged(Tool::Schemathesis, None) - &both) - &told_by_them,
            both,
            false_alarms: self.judged(Tool::Suite, Some(Examined::FalseAlarm)).len(),
            their_false_alarms: self.judged(Tool::Schemathesis, Some(Examined::FalseAlarm)).len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::file;
    use crate::services::results::{Ours, Peer};

    const FILE: &str = r#"
        about = "A store."
        [[install]]
        from = "pypi"
        packages = ["store==1.0.0"]
        [start]
        command = ["store"]
        ready = "/"
        [document]
        path = "/openapi.json"
        [[judgements]]
        operation = "GET /a"
        check = "body-schema"
        verdict = "true-fault"
        why = "It is so."
        [[judgements]]
        operation = "GET /b"
        check = "body-schema"
        verdict = "false-alarm"
        why = "It is not so."
        [[judgements]]
        tool = "schemathesis"
        operation = "GET /c*"
        check = "response_schema_conformance"
        verdict = "true-fault"
        why = "It is so."
        [[judgements]]
        tool = "schemathesis"
        operation = "GET /f"
        check = "response_schema_conformance"
        verdict = "true-fault"
        why = "It is so."
    "#;

    fn failures(check: &str, operations: &[&str]) -> Vec<Failure> {
        let failure = |operation: &&str| Failure {
            operation: (*operation).to_owned(),
            check: check.to_owned(),
            came: "200".to_owned(),
            kind: Kind::Body,
            times: 1,
            message: String::new(),
            example: String::new(),
        };
        operations.iter().map(failure).collect()
    }

    #[test]
    fn a_fault_is_whose_who_tells_it() {
        let file = file::parse("store", FILE).expect("a service file");
        let ours = failures("body-schema", &["GET /a", "GET /b", "GET /d"]);
        let remarks = failures("body-schema", &["GET /f", "GET /g"]);
        let theirs = failures(
            "response_schema_conformance",
            &["GET /a", "GET /c", "GET /c/left-out", "GET /e", "GET /f"],
        );
        let left_out = vec!["GET /c/left-out".to_owned()];
        let measured = Measured {
            name: "store".to_owned(),
            date: String::new(),
            ours: Some(Ours { failures: ours, remarks, left_out, ..Ours::default() }),
            peer: Some(Peer { failures: theirs, ..Peer::default() }),
            troubles: Vec::new(),
        };
        let entry = Entry { file: &file, measured };
        let compared = entry.comparison();
        let operations = |faults: &Faults<'_>| {
            faults.iter().map(|(operation, _)| (*operation).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(operations(&compared.both), ["GET /a"]);
        assert!(compared.ours.is_empty());
        assert_eq!(operations(&compared.remarked), ["GET /f"]);
        assert_eq!(operations(&compared.theirs), ["GET /c", "GET /c/left-out"]);
        assert_eq!(operations(&compared.uncalled), ["GET /c/left-out"]);
        assert_eq!(operations(&compared.open), ["GET /e"]);
        assert_eq!(compared.false_alarms, 1);
        let open: Vec<_> = entry.not_examined().map(|failure| failure.operation.as_str()).collect();
        assert_eq!(open, ["GET /d"]);
    }
}
