//! What an operation of a JSON patch does to its target: RFC 6902 §4.

use serde_json::Value;
use spec::model::JsonType;
use spec::pointer::escape;

use super::{Own, Subject, Told, answered, bare, seen};
use crate::case::{Case, Content, Operand, Relation, RelationKind, Template};
use crate::plan::draft::patch;
use crate::sample::{Location, Sample};

const CODE: &str = "patch-does-as-it-says";
/// What an operation on what isn't there is answered with.
const REFUSED: &[&[u16]] = &[&[409], &[422, 400, 404, 412]];

impl<'s> Subject<'s> {
    pub(super) fn targets(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for name in self.optional() {
            cases.extend(self.removes_member(&name));
        }
        let absent = self.absent();
        cases.extend(absent.as_ref().and_then(|name| self.on_absent(name, "remove")));
        cases.extend(absent.as_ref().and_then(|name| self.on_absent(name, "replace")));
        cases.extend(self.holds());
        cases.extend(["copy", "move"].into_iter().filter_map(|op| self.transfers(op)));
        cases
    }

    /// Members that a thing has and need not have, as both who makes and who reads it say.
    fn optional(&self) -> Vec<String> {
        let Some(mut own) = self.own() else { return Vec::new() };
        let members = own.draft.patched_members(self.operation);
        let made_of = self.made_of(&own.draft);
        let (Some(members), Some(made_of)) = (members, made_of) else { return Vec::new() };
        let (body, shown) = (self.merged(&[made_of]), self.merged(&[own.answer]));
        let (asked, told, properties) = (body.required(), shown.required(), body.properties());
        let names = members.into_keys().filter(|name| {
            let name = name.as_str();
            let ids = properties.get(name).map(Vec::as_slice).unwrap_or_default();
            let is_free = !asked.contains(name) && !told.contains(name);
            is_free && self.merged(ids).default().is_none() && self.is_shown(own.answer, name)
        });
        names.collect()
    }

    /// §4.2: removes the value at the target location.
    fn removes_member(&self, name: &str) -> Option<Case> {
        let mut own = self.own()?;
        self.succeeds(&mut own, vec![bare("remove", name)], CODE)?;
        let message = format!("`{name}` is gone, as a JSON patch removed it");
        self.read(
            &mut own,
            vec![Relation::new(CODE, message, RelationKind::Absent(answered(name)))],
        )?;
        let (detail, summary) =
            (format!("{CODE}:remove:{name}"), format!("a JSON patch removes `{name}`"));
        self.finish(own, Told { detail, summary })
    }

    /// A member that isn't there where it wasn't sent: one that can't be null, since that is there.
    fn absent(&self) -> Option<String> {
        let own = self.least()?;
        let made = own.draft.steps.last()?;
        let Content::Json(Template::Object(sent)) = &made.request.body.as_ref()?.content else {
            return None;
        };
        let declared = self.merged(&[own.answer]).declared();
        self.optional().into_iter().find(|name| {
            let ids = declared.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
            let may_be_null = self.merged(ids).types().contains(JsonType::Null);
            !may_be_null && !sent.contains_key(name)
        })
    }

    /// §4.2 and §4.3: the target location MUST exist for the operation to be successful.
    fn on_absent(&self, name: &str, op: &str) -> Option<Case> {
        let value = self.own()?.draft.patched_members(self.operation)?.shift_remove(name)?;
        let operation = match op {
            "remove" => bare(op, name),
            _ => patch(op, name, value),
        };
        let mut own = self.least()?;
        self.look(&mut own)?;
        let absent = RelationKind::Absent(Operand::expression(seen(name)));
        let message = format!("`{name}` isn't there, as it was not sent");
        let told = Told {
            detail: format!("{CODE}:{op}-absent:{name}"),
            summary: format!("a JSON patch can't {op} `{name}`, which isn't there"),
        };
        let mut case = self.refused(own, vec![operation], (CODE, REFUSED), told)?;
        // The server may have given it a value of its own.
        case.step_mut(super::CALL)?.premises.push(Relation::new(CODE, message, absent));
        Some(case)
    }

    /// A text that the thing has, whatever it is.
    fn text(&self, own: &mut Own<'s>) -> Option<(String, Sample)> {
        let members = own.draft.patched_members(self.operation)?;
        let shown: Vec<_> =
            members.into_iter().filter(|(name, _)| self.is_shown(own.answer, name)).collect();
        shown.into_iter().find(|(_, value)| value.stand_in().is_string())
    }

    /// §4.6: a test that holds is successful, and no more than that.
    fn holds(&self) -> Option<Case> {
        let mut own = self.own()?;
        self.look(&mut own)?;
        let (name, value) = self.text(&mut own)?;
        let known = Sample::Known(seen(&name), value.stand_in());
        self.succeeds(&mut own, vec![patch("test", &name, known)], CODE)?;
        let same = RelationKind::Equal {
            got: answered(&name),
            expected: Operand::expression(seen(&name)),
        };
        let message = format!("`{name}` is what it was tested to be");
        self.read(&mut own, vec![Relation::new(CODE, message, same)])?;
        let (detail, summary) =
            (format!("{CODE}:test"), "a JSON patch whose test holds is carried out".to_owned());
        self.finish(own, Told { detail, summary })
    }

    /// §4.4 and §4.5: what was at `from` is at the target, and after a `move` no longer there.
    fn transfers(&self, op: &str) -> Option<Case> {
        let mut own = self.own()?;
        self.look(&mut own)?;
        let (from, to) = self.transferable(&mut own)?;
        let mut operation = bare(op, &to).members()?.clone();
        let source = Value::from(format!("/{}", escape(&from)));
        operation.insert("from".to_owned(), Sample::Value(source));
        self.succeeds(&mut own, vec![Sample::Object(operation)], CODE)?;
        let same =
            RelationKind::Equal { got: answered(&to), expected: Operand::expression(seen(&from)) };
        let mut relations = vec![Relation::new(CODE, format!("`{to}` is what `{from}` was"), same)];
        let (message, kind) = match op {
            "move" => ("is gone, as it was moved", RelationKind::Absent(answered(&from))),
            _ => {
                let expected = Operand::expression(seen(&from));
                let stays = RelationKind::Equal { got: answered(&from), expected };
                ("stays, as it was copied", stays)
            }
        };
        relations.push(Relation::new(CODE, format!("`{from}` {message}"), kind));
        self.read(&mut own, relations)?;
        let detail = format!("{CODE}:{op}:{from}:{to}");
        let summary = format!("a JSON patch can {op} `{from}` to `{to}`");
        self.finish(own, Told { detail, summary })
    }

    /// A member that need not be there, and another one that may be what it is.
    fn transferable(&self, own: &mut Own<'s>) -> Option<(String, String)> {
        let made_of = self.made_of(&own.draft)?;
        let members = own.draft.patched_members(self.operation)?;
        let all = Sample::Object(members.clone());
        let optional = self.optional();
        let pairs = optional.iter().flat_map(|from| members.keys().map(move |to| (from, to)));
        let mut fitting = pairs.filter(|(from, to)| {
            let value = members.get(from.as_str()).filter(|one| one.stand_in().is_string());
            let moved =
                value.and_then(|value| all.with(&Location::default().member(to), value.clone()));
            let moved = moved.and_then(|all| all.without(&Location::default().member(from)));
            let fits = moved.is_some_and(|moved| self.planner.sampler.admits(made_of, &moved));
            from != to && fits && self.is_shown(own.answer, to) && self.is_free(own, to)
        });
        fitting.next().map(|(from, to)| (from.clone(), to.clone()))
    }

    /// Whether nothing is known of a member that the server may look up: it names something else, or has a format.
    fn is_free(&self, own: &Own<'_>, name: &str) -> bool {
        let declared = self.merged(&[own.answer]).declared();
        let ids = declared.get(name).map(Vec::as_slice).unwrap_or_default();
        self.merged(ids).format().is_none() && !spec::resources::names_another(self.operation, name)
    }
}
