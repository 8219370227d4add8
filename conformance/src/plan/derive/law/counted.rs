//! A number of a thing follows its parts: one more, or so much more, when one is made; the same, when one is made in another
//! thing; and as before, when one is removed, where something removes parts.
//!
//! That it is of the parts, names and descriptions say ([`spec::resources::Tally`]): so it is no promise unless a description
//! says it outright, or a profile does.

use std::sync::Arc;

use spec::model::{Operation, PathPart, Status};
use spec::pointer::escape;
use spec::resources::{Tally, TallyKind};

use super::super::{CALL, was_answered};
use super::another::another;
use super::touched::{answered, seen};
use crate::case::{
    Case, Content, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Request,
    Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Extent, Fixed, Location, Sample};

const CODE: &str = "number-follows-parts";
/// What a step has sent, as its output.
const SENT: &str = "sent";
/// The steps that make parts at the same time.
const AT_ONCE: [&str; 4] = ["at_once_1", "at_once_2", "at_once_3", "at_once_4"];
/// The tag that a step has seen, as its output.
const TAG: &str = "tag";
/// The steps that look, one after the other; the last one is the call.
const LOOKS: [&str; 4] = ["look", "look_first", "look_second", "look_elsewhere"];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let tallies = planner.resources.tallies(operation);
    let made = tallies.iter().filter(|tally| planner.may_make(tally.maker));
    made.flat_map(|tally| [case(planner, operation, tally), at_once(planner, operation, tally)])
        .flatten()
        .collect()
}

fn case(planner: &Planner<'_>, reader: &Operation, tally: &Tally<'_>) -> Option<Case> {
    let [look, look_first, look_second, look_elsewhere] = LOOKS;
    let (status, _) = planner.success(reader)?;
    let mut draft = Draft::new(planner);
    let within = draft.ready_for(tally.maker)?;
    let path = draft.path(reader, &Path::new()).ok()?;
    // Of what the run didn't make, others may write.
    draft.maker_of(reader)?;
    let subject = Subject { planner, reader, tally, path };
    subject.look(&mut draft, look, None)?;
    subject.part(&mut draft, &within, "first", false)?;
    subject.look(&mut draft, look_first, Some(subject.more(look, "first")))?;
    draft.last_step()?.criteria.extend(subject.another_tag(look));
    draft.let_go_of_named(tally.maker);
    let within = draft.ready_for(tally.maker)?;
    subject.part(&mut draft, &within, "second", true)?;
    subject.look(&mut draft, look_second, Some(subject.more(look_first, "second")))?;
    let before = draft.clone();
    if subject.elsewhere(&mut draft).is_some() {
        let message = "stays, as a part was made in another thing";
        let stays = subject.same(look_second, message);
        subject.look(&mut draft, look_elsewhere, Some(stays))?;
    } else {
        draft = before;
    }
    let last = match subject.remove(&mut draft, "second") {
        Some(()) => subject.same(look_first, "is as before a part that was removed again"),
        None => subject.same(look_second, "stays, as nothing was made or removed"),
    };
    subject.look(&mut draft, CALL, Some(last))?;
    Some(draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{}:{}", tally.member, tally.maker.id),
        summary: format!("`{}` follows what `{}` makes", tally.member, tally.maker.id),
        origin: reader.origin.clone(),
    }))
}

/// Of parts that are made at the same time, each one counts.
fn at_once(planner: &Planner<'_>, reader: &Operation, tally: &Tally<'_>) -> Option<Case> {
    let (status, _) = planner.success(reader)?;
    // At the one name that a client has chosen, one is made and the others replace it.
    let is_one = planner.resources.chooses(tally.maker);
    (tally.kind == TallyKind::Count && !is_one).then_some(())?;
    let mut draft = Draft::new(planner);
    let within = draft.ready_for(tally.maker)?;
    let path = draft.path(reader, &Path::new()).ok()?;
    draft.maker_of(reader)?;
    let subject = Subject { planner, reader, tally, path };
    let [look, ..] = LOOKS;
    subject.look(&mut draft, look, None)?;
    let (made, _) = planner.success(tally.maker)?;
    let Status::Code(made) = made else { return None };
    for (n, part) in AT_ONCE.into_iter().enumerate() {
        subject.part(&mut draft, &within, part, false)?;
        draft.status_of(part);
        let racer = draft.last_step()?;
        racer.concurrent = n > 0;
        // There may be room for one alone, or one alone of what it names.
        let refusals = [400, 403, 404, 409, 422, 429].map(Status::Code);
        for status in refusals.into_iter().filter(|one| tally.maker.responses.contains_key(one)) {
            racer.criteria.iter_mut().for_each(|one| one.or(status));
        }
    }
    let kind = RelationKind::More {
        got: subject.got(),
        than: subject.seen(look),
        by: Operand::constant(AT_ONCE.len()),
    };
    let message = format!("`{}` counts each of several at once", tally.member);
    let counts = Relation::new(CODE, message, kind).at(subject.level());
    subject.look(&mut draft, CALL, Some(counts))?;
    let all_made = AT_ONCE.map(|part| was_answered(CODE, part, made, "each of them is made"));
    draft.last_step()?.premises.extend(all_made);
    let mut case = draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{}:{}:at-once", tally.member, tally.maker.id),
        summary: format!("`{}` counts all that are made at once", tally.member),
        origin: reader.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    Some(case)
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    reader: &'s Operation,
    tally: &'s Tally<'s>,
    /// Of the thing whose number it is.
    path: Path,
}

impl Subject<'_> {
    /// Looks at the thing, whose number has to be this.
    fn look(&self, draft: &mut Draft<'_>, id: &str, relation: Option<Relation>) -> Option<()> {
        let request = draft.bare_request(self.reader, &self.path).ok()?;
        let mut criteria = self.planner.succeeds(self.reader);
        criteria.extend(relation.map(Criterion::Relation));
        draft.push(self.reader, id, request, criteria);
        draft.answer_of(id);
        if self.has_tag() {
            draft.output(id, TAG, &Expression::response_header("ETag"));
        }
        Some(())
    }

    /// Whether every answer has a tag.
    fn has_tag(&self) -> bool {
        self.reader.successes().any(|response| {
            let mut headers = response.headers.iter();
            headers.any(|(name, header)| name.eq_ignore_ascii_case("etag") && header.required)
        })
    }

    /// That the tag is not the one that was there before.
    fn another_tag(&self, before: &str) -> Option<Criterion> {
        let kind = RelationKind::Differ {
            got: Operand::expression(Expression::response_header("ETag")),
            from: Operand::expression(Expression::output(before, TAG)),
        };
        let message = format!("the tag has changed, as `{}` has", self.tally.member);
        let relation = Relation::new("tag-changes-with-it", message, kind);
        self.has_tag().then_some(Criterion::Relation(relation))
    }

    /// Makes one more part; where a number may be less than nothing, one that takes away.
    fn part(&self, draft: &mut Draft<'_>, path: &Path, id: &str, less: bool) -> Option<()> {
        let maker = self.tally.maker;
        let request = draft.request_of_its_own(maker, path, Extent::Minimal, id).ok()?;
        let request = match &self.tally.kind {
            TallyKind::Sum(member) if less => {
                self.with_less(request.clone(), member).unwrap_or(request)
            }
            _ => request,
        };
        draft.push_of_another(maker, id, request)?;
        draft.output(id, SENT, &Expression::request_body(""));
        Some(())
    }

    /// Removes a part, where something does.
    fn remove(&self, draft: &mut Draft<'_>, part: &str) -> Option<()> {
        let planner = self.planner;
        planner.can_remove(self.tally.maker).then_some(())?;
        let remover = planner.resources.remover(&self.tally.maker.id)?;
        let remover = planner.operation(&remover.operation_id).ok()?;
        let removed = draft.path_to(remover, part)?;
        let request = draft.request(remover, &removed, Extent::Minimal).ok()?;
        draft.push(remover, "remove", request, planner.succeeds(remover));
        Some(())
    }

    fn with_less(&self, mut request: Request, member: &str) -> Option<Request> {
        const LESS: i64 = -1;
        let schema = self.planner.media_type(self.tally.maker)?.schema?;
        let (place, value) = (Location::default().member(member), Sample::Value(LESS.into()));
        let fixed = Fixed::from([(place.clone(), value.clone())]);
        let (valid, _) = self.planner.sampler.valid(schema, Extent::Minimal, &fixed)?;
        (valid.at(&place) == Some(&value)).then_some(())?;
        let Content::Json(Template::Object(members)) = &mut request.body.as_mut()?.content else {
            return None;
        };
        Arc::make_mut(members).insert(member.to_owned(), Template::Value(LESS.into()));
        Some(request)
    }

    /// Makes a part in another thing of the same kind.
    fn elsewhere(&self, draft: &mut Draft<'_>) -> Option<()> {
        another(draft, self.planner, (self.reader, &self.path), ("other", Extent::Minimal))?;
        let others = draft.path_to(self.reader, "other")?;
        let other = others.get(self.reader.path.item_parameter()?)?.clone();
        // It stands where the path of the thing ends.
        let at = self.reader.path.without_slash().len().checked_sub(1)?;
        let [PathPart::Parameter(name)] = self.tally.maker.path.segments.get(at)?.as_slice() else {
            return None;
        };
        let given = Path::from([(name.clone(), other)]);
        let within = draft.path(self.tally.maker, &given).ok()?;
        self.part(draft, &within, "elsewhere", false)
    }

    fn got(&self) -> Operand {
        answered(&self.tally.member)
    }

    fn seen(&self, step: &str) -> Operand {
        seen(step, &self.tally.member)
    }

    /// That the number is what a part adds to it.
    fn more(&self, than: &str, part: &str) -> Relation {
        let by = match &self.tally.kind {
            TallyKind::Count => Operand::constant(1),
            TallyKind::Sum(member) => {
                let (step, pointer) = (part.to_owned(), format!("/{}", escape(member)));
                Operand::expression(Expression::Output { step, name: SENT.to_owned(), pointer })
            }
        };
        let kind = RelationKind::More { got: self.got(), than: self.seen(than), by };
        let message = format!("`{}` has what a part adds to it", self.tally.member);
        Relation::new(CODE, message, kind).at(self.level())
    }

    fn level(&self) -> Level {
        if self.tally.is_told { Level::Must } else { promise::level(CODE) }
    }

    fn same(&self, step: &str, message: &str) -> Relation {
        let kind = RelationKind::Equal { got: self.got(), expected: self.seen(step) };
        Relation::new(CODE, format!("`{}` {message}", self.tally.member), kind).at(self.level())
    }
}
