//! What is done leaves one entry in the log, which says what was done, by whom, and with what; what is said to leave none, leaves
//! none.

use indexmap::IndexMap;
use spec::model::{Method, Operation, Status};
use spec::names::fold;
use spec::pointer::escape;
use spec::resources::{About, Comparison, Entry, Lifecycle, Log, Move, SortKey, Trace};

use super::super::{CALL, told, valid_call, was_answered};
use super::by_caller;
use crate::case::{
    Case, Collected, Credentials, Criterion, Operand, Relation, RelationKind, Request, Template,
    Text,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, same_path};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "done-is-logged";
/// The steps that look at the log.
const BEFORE: &str = "before";
const READ: &str = "read";
/// The output with the entries.
const ENTRIES: &str = "entries";
/// The output with what was sent.
const SENT: &str = "sent";
/// What is said of what was done, and kept with it.
const SAID: [&str; 8] =
    ["comment", "comments", "note", "notes", "reason", "remark", "remarks", "message"];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some((status, _)) = planner.success(operation) else { return Vec::new() };
    let traces = planner.resources.traces(operation);
    if traces.is_empty() {
        return Vec::new();
    }
    // One that is always told is no other's.
    let another = by_caller::callers(planner, operation).into_iter().nth(1);
    let cases = traces.into_iter().flat_map(|trace| {
        let has_actor = trace.log.actor.is_some() && trace.entry != Entry::None;
        let subject = Subject { planner, operation, status, trace, caller: None };
        let mut cases: Vec<Case> = subject.as_it_is().into_iter().chain(subject.moved()).collect();
        if let Some(name) = another.filter(|_| has_actor) {
            let subject = Subject { caller: Some(name), ..subject };
            let one = subject.as_it_is().map(|case| vec![case]);
            cases.extend(one.unwrap_or_else(|| subject.moved()));
        }
        cases
    });
    cases.collect()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    status: Status,
    trace: Trace<'s>,
    /// Who calls, where it isn't the usual one.
    caller: Option<&'s str>,
}

impl Subject<'_> {
    /// A request with as little as it needs, or else with something that it changes.
    fn as_it_is(&self) -> Option<Case> {
        (self.trace.entry != Entry::OfState).then_some(())?;
        // What is changed is more likely to be changed by all that can be.
        let changes = matches!(self.operation.method, Method::Put | Method::Patch);
        let extent = if changes { Extent::Complete } else { Extent::Minimal };
        let (draft, request, path) = valid_call(self.planner, self.operation, extent).ok()?;
        self.case(draft, request, &path, "")
    }

    /// Changes of a state: one, where the operation changes other things as well, or one to each state that has an entry of its own.
    fn moved(&self) -> Vec<Case> {
        let lives = self.planner.resources.lifecycles(self.operation);
        let moves = lives.iter().flat_map(|life| {
            life.moves_of(self.operation).filter(|own| !own.is_guessed).map(move |own| (*life, own))
        });
        let is_of_state = self.trace.entry == Entry::OfState;
        // What moves by nothing that is sent is moved as it is, too.
        let moves = moves.filter(|(_, own)| is_of_state || own.by.is_some());
        let most = if is_of_state && self.caller.is_none() { usize::MAX } else { 1 };
        let mut known: Vec<&str> = Vec::new();
        let cases = moves.filter_map(|(life, own)| {
            (!known.contains(&own.to.as_str())).then_some(())?;
            let case = self.move_of(life, own)?;
            known.push(&own.to);
            Some(case)
        });
        cases.take(most).collect()
    }

    fn move_of(&self, life: &Lifecycle<'_>, own: &Move<'_>) -> Option<Case> {
        let entry = match &self.trace.entry {
            Entry::OfState => self.trace.log.knows(&own.to).then(|| Entry::Of(own.to.clone()))?,
            known => known.clone(),
        };
        let from = own.from.iter().find(|from| life.way_to(from).is_some())?;
        let (mut draft, path) = Draft::brought(self.planner, self.operation, life, from)?;
        let request = draft.moving(life, own, &path)?;
        let subject = Subject { trace: Trace { entry, ..self.trace.clone() }, ..*self };
        subject.case(draft, request, &path, &format!(":{from}:{}", own.to))
    }

    fn case(
        &self,
        mut draft: Draft<'_>,
        mut request: Request,
        path: &Path,
        which: &str,
    ) -> Option<Case> {
        let Self { planner, operation, trace, .. } = self;
        let log = trace.log;
        if let Some(name) = self.caller {
            draft.let_take_part(name, operation, false);
            request.credentials = Credentials::As(name.to_owned());
        }
        let before = match trace.about {
            About::OfPath => {
                // Of what the run didn't make, others may write.
                draft.maker_of(operation)?;
                self.look(&mut draft, path, BEFORE, Vec::new())?;
                Some(Expression::output(BEFORE, ENTRIES))
            }
            About::Made(_) => None,
        };
        let mut like = self.like(&request);
        let actor = self.actor(&mut draft, &request);
        // Of another caller nothing else is of interest.
        (self.caller.is_none() || actor.is_some()).then_some(())?;
        like.extend(actor);
        draft.push(operation, CALL, request, planner.succeeds(operation));
        draft.output(CALL, SENT, &Expression::request_body(""));
        self.look(&mut draft, path, READ, self.relations(before, like))?;
        if let Some(name) = self.caller {
            draft.may_be_refused_with(name, &[400, 403, 404, 409, 422]);
            draft.status_of(CALL);
            let Status::Code(status) = self.status else { return None };
            let is_done = was_answered(CODE, CALL, status, "this caller may do it");
            draft.last_step()?.premises.push(is_done);
        }
        let as_whom = self.caller.map(|name| format!(":{name}")).unwrap_or_default();
        let detail = format!("{CODE}:{}{which}{as_whom}", log.reader.id);
        let summary = match &trace.entry {
            Entry::Of(action) => format!("it leaves an entry in the log, of what is `{action}`"),
            Entry::OfState | Entry::None => "it leaves no entry in the log".to_owned(),
        };
        Some(told(draft, operation, self.status, (&detail, &summary)))
    }

    /// By what an entry tells who has sent a request.
    fn actor(&self, draft: &mut Draft<'_>, request: &Request) -> Option<(String, Template)> {
        let log = self.trace.log;
        let member = log.actor.as_ref().filter(|_| self.trace.entry != Entry::None)?;
        let pointer = format!("{}/0/{}", items(log), escape(member));
        let own = draft.id_of_caller(request.credentials.plain()?, (log.reader, &pointer))?;
        Some((member.clone(), Template::Expression(own)))
    }

    /// What an entry says of a request: what was done, and what it was sent with under the same name.
    fn like(&self, request: &Request) -> IndexMap<String, Template> {
        let Trace { log, entry, .. } = &self.trace;
        let Entry::Of(action) = entry else { return IndexMap::new() };
        let done = (log.action.clone(), Template::Value(action.as_str().into()));
        // What else is called alike may be something else: the name of the thing, another one that is named.
        let is_said = |name: &str| SAID.contains(&fold(name).as_str());
        let sent = request.members().filter(|(name, _)| is_said(name) && log.tells(action, name));
        let sent = sent.map(|(name, _)| {
            let sent = Expression::output(CALL, SENT).at(&format!("/{}", escape(name)));
            (name.to_owned(), Template::Expression(sent))
        });
        [done].into_iter().chain(sent).collect()
    }

    /// Looks at the entries about the thing.
    fn look(
        &self,
        draft: &mut Draft<'_>,
        path: &Path,
        step: &str,
        relations: Vec<Criterion>,
    ) -> Option<()> {
        let Self { planner, operation, trace, .. } = self;
        let log = trace.log;
        let (named_by, named) = match trace.about {
            About::OfPath => (*operation, path.clone()),
            About::Made(named_by) => (named_by, draft.path_of(named_by, CALL)?),
        };
        let there = match log.by_id {
            Some(_) => draft.path(log.reader, &Path::new()).ok()?,
            None => same_path(log.reader, (named_by, &named))?,
        };
        let mut request = draft.bare_request(log.reader, &there).ok()?;
        if let Some(by_id) = log.by_id {
            let id = named.get(named_by.path.parameters().last()?)?;
            request.ask(&by_id.name, Text::expression(id.expression.clone()));
        }
        if let Some(((by_kind, _), kind)) = log.by_kind.as_ref().zip(trace.kind.as_ref()) {
            request.ask(&by_kind.name, Text::literal(kind.clone()));
        }
        let criteria = planner.succeeds(log.reader).into_iter().chain(relations).collect();
        draft.push(log.reader, step, request, criteria);
        let may_look = |name: &&str| {
            planner.context.credentials.get(*name).is_some_and(|one| one.calls(log.reader))
        };
        if let Some(name) = self.caller.filter(may_look) {
            draft.last_step()?.request.credentials = Credentials::As(name.to_owned());
        }
        draft.output(step, ENTRIES, &Expression::response_body(items(log)));
        Some(())
    }

    fn relations(
        &self,
        before: Option<Expression>,
        like: IndexMap<String, Template>,
    ) -> Vec<Criterion> {
        let Trace { log, entry, .. } = &self.trace;
        let entries = |member: Option<&String>| {
            let path = [None].into_iter().chain(member.cloned().map(Some)).collect();
            Operand::Collected(Collected { from: Expression::response_body(items(log)), path })
        };
        let Entry::Of(action) = entry else {
            let kept = before.map(|before| RelationKind::SameItems {
                got: entries(None),
                expected: Operand::expression(before),
            });
            return kept
                .map(|kind| self.relation("it leaves no entry in the log", kind, self.level()))
                .into_iter()
                .collect();
        };
        let is_there = RelationKind::Matches { items: entries(None), like: Template::object(like) };
        let message = "its entry says what was done, and by whom";
        let mut all = vec![self.relation(message, is_there, self.level())];
        let count = match before {
            Some(before) => RelationKind::CountMore {
                items: entries(None),
                than: Operand::expression(before),
                by: 1,
            },
            None => RelationKind::Count { items: entries(None), expected: Operand::constant(1) },
        };
        all.extend(log.newest_first.map(|descending| {
            let key = SortKey::new(log.at.clone(), descending, Comparison::Open);
            let kind = RelationKind::Sorted { items: entries(None), keys: vec![key] };
            self.relation("entries come in the order that is told", kind, promise::level(CODE))
        }));
        if log.has_several {
            return all;
        }
        let level = if log.has_one_each { promise::level(CODE) } else { Level::Should };
        all.push(self.relation("it leaves one entry", count, level));
        let these =
            Operand::Template(Template::array(vec![Template::Value(action.as_str().into())]));
        let got = entries(Some(&log.action));
        let at_end = log.newest_first.map(|newest| match newest {
            true => RelationKind::BeginsWith { got, these },
            false => RelationKind::EndsWith { got, these },
        });
        let message = "its entry is where the newest is";
        all.extend(at_end.map(|kind| self.relation(message, kind, level)));
        all
    }

    fn relation(&self, message: &str, kind: RelationKind, level: Level) -> Criterion {
        Criterion::Relation(Relation::new(CODE, message, kind).at(level))
    }

    fn level(&self) -> Level {
        if self.trace.log.is_told { promise::level(CODE) } else { Level::Should }
    }
}

/// Where the entries stand in the answer.
fn items(log: &Log<'_>) -> String {
    log.entries.as_ref().map(|name| format!("/{}", escape(name))).unwrap_or_default()
}
