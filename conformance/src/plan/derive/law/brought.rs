//! Once something was done, other things than the one that it was done to are as is told: what is lent is on loan, the visits of who
//! has moved away are cancelled, there is one more that is taken.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::{Brought, Consequence, Lifecycle, Move, ShownBy, Trigger};

use super::super::{CALL, told, valid_call, was_answered};
use super::listed::{Size, WALK, all_items, output, pointer, walk};
use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Request, Template};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path, same_path};
use crate::sample::{Extent, Sample};

const CODE: &str = "others-follow";
/// The steps that look before and after.
const LOOK: &str = "look";
const READ: &str = "read";
/// By what a list tells the thing from others, as an output of the step that made it.
const ID: &str = "id";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let brought = planner.resources.brought(operation);
    let cases = brought.iter().filter_map(|brought| {
        let shown_by = match brought.shown {
            ShownBy::Item(reader) | ShownBy::List(reader) | ShownBy::Member { reader, .. } => {
                reader
            }
        };
        Subject { planner, operation, brought, shown_by }.case()
    });
    cases.collect()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    brought: &'s Brought<'s>,
    /// What shows the other thing.
    shown_by: &'s Operation,
}

/// What a case has before the call.
struct Ready<'s> {
    draft: Draft<'s>,
    request: Request,
    path: Path,
    /// The step that made the other thing.
    thing: String,
}

impl<'s> Subject<'s> {
    fn case(&self) -> Option<Case> {
        let Self { planner, operation, brought, .. } = self;
        let (status, _) = planner.success(operation)?;
        let Status::Code(done) = status else { return None };
        let Ready { mut draft, request, path, thing } = match &brought.on {
            Trigger::Always => self.always()?,
            Trigger::Move(state) => self.moved(state)?,
            Trigger::Set(name, value) => self.set(name, value)?,
        };
        let before = self.before(&thing);
        let counts = matches!(brought.change, Consequence::Counts { .. });
        if before.is_some() || counts {
            self.look(&mut draft, (&thing, &path), LOOK)?;
            draft.answer_of(LOOK);
        }
        // What else it takes, nothing may tell.
        if brought.on != Trigger::Always {
            draft.depends_on_state(operation);
        }
        draft.push(operation, CALL, request, planner.succeeds(operation));
        draft.last_step()?.premises.extend(before);
        draft.status_of(CALL);
        self.look(&mut draft, (&thing, &path), READ)?;
        let after = self.after(&thing)?;
        let last = draft.last_step()?;
        last.criteria.extend(after);
        last.premises.push(was_answered(CODE, CALL, done, "it is done"));
        let (detail, summary) = self.called();
        Some(told(draft, operation, status, (&format!("{CODE}:{detail}"), &summary)))
    }

    /// What tells the case from others of the operation, and what it is about.
    fn called(&self) -> (String, String) {
        let reader = &self.shown_by.id;
        let on = match &self.brought.on {
            Trigger::Always => None,
            Trigger::Move(state) => Some(state.as_str()),
            Trigger::Set(_, Value::String(value)) => Some(value.as_str()),
            Trigger::Set(name, _) => Some(name.as_str()),
        };
        let (what, to) = match &self.brought.change {
            Consequence::State { state, .. } => {
                (format!("becomes `{state}`"), on.map(|_| state.as_str()))
            }
            Consequence::Counts { member, .. } => {
                (format!("counts in `{member}`"), Some(member.as_str()))
            }
        };
        let parts = [Some(reader.as_str()), to, on];
        let detail = parts.into_iter().flatten().collect::<Vec<_>>().join(":");
        (detail, format!("what `{reader}` shows {what}"))
    }

    /// Whatever is asked for.
    fn always(&self) -> Option<Ready<'s>> {
        let (draft, request, path) =
            valid_call(self.planner, self.operation, Extent::Minimal).ok()?;
        let named = request.expressions().into_iter().filter_map(Expression::step);
        let thing = self.the_only_one(&draft, named)?;
        Some(Ready { draft, request, path, thing })
    }

    /// A move of what the operation is about.
    fn moved(&self, state: &str) -> Option<Ready<'s>> {
        let Self { planner, operation, .. } = self;
        let lives = planner.resources.lifecycles(operation);
        let mut moves =
            lives.iter().flat_map(|life| life.moves_of(operation).map(move |own| (*life, own)));
        let (life, own) = moves.find(|(_, own)| own.to == state)?;
        let (draft, path) = Draft::begun(planner, operation)?;
        let (draft, thing) = self.other(draft, &path)?;
        let mut draft = nearest_start(&draft, (life, own), (operation, &path))?;
        draft.make_needed_parts(operation);
        let request = draft.moving(life, own, &path)?;
        Some(Ready { draft, request, path, thing })
    }

    /// A body that sets a member.
    fn set(&self, name: &str, value: &Value) -> Option<Ready<'s>> {
        let (draft, path) = Draft::begun(self.planner, self.operation)?;
        let (mut draft, thing) = self.other(draft, &path)?;
        let set = (name, Sample::Value(value.clone()));
        let request = draft.naming(self.operation, &path, set, &[])?;
        Some(Ready { draft, request, path, thing })
    }

    /// The other thing: one that is named by what the path names, or else one that is made for it, in the state that is told.
    fn other(&self, mut draft: Draft<'s>, path: &Path) -> Option<(Draft<'s>, String)> {
        let steps: Vec<&str> = path.values().filter_map(|one| one.expression.step()).collect();
        let own = *steps.last()?;
        let thing = match self.the_only_one(&draft, steps) {
            Some(thing) => thing,
            None => self.made(&mut draft)?,
        };
        // It has to be one of this thing's, and no other's.
        let is_related = draft.all_named([thing.as_str()]).contains(own)
            || draft.all_named([own]).contains(&thing);
        is_related.then_some(())?;
        let from = &self.brought.from;
        let Some(life) = self.life().filter(|_| !from.is_empty()) else {
            return Some((draft, thing));
        };
        if !life.initial.as_ref().is_some_and(|first| from.contains(first)) {
            let brought = from.iter().find_map(|state| {
                let mut draft = draft.clone();
                draft.set_member(&thing, (&life.member, &state.as_str().into()))?;
                Some(draft)
            });
            draft = brought?;
        }
        Some((draft, thing))
    }

    /// The states of the other thing, where something shows it by itself.
    fn life(&self) -> Option<&'s Lifecycle<'s>> {
        match self.brought.shown {
            ShownBy::Item(reader) => self.planner.resources.lifecycle(reader),
            ShownBy::List(_) | ShownBy::Member { .. } => None,
        }
    }

    /// The step that makes one.
    fn made(&self, draft: &mut Draft<'s>) -> Option<String> {
        match self.brought.shown {
            ShownBy::Item(reader) => {
                let there = draft.path(reader, &Path::new()).ok()?;
                there.values().next_back()?.expression.step().map(str::to_owned)
            }
            ShownBy::List(list) => {
                let list = self.planner.resources.list(list)?;
                let made = draft.make(&list.maker.id, 0).ok()?;
                draft.output(&made, ID, &Expression::response_body(pointer(&list.id)));
                Some(made)
            }
            ShownBy::Member { maker, .. } => draft.make(&maker.id, 0).ok(),
        }
    }

    /// The step that made the one thing of its kind that is named, or that is named by what is named.
    fn the_only_one<'n>(
        &self,
        draft: &Draft<'_>,
        named: impl IntoIterator<Item = &'n str>,
    ) -> Option<String> {
        let ShownBy::Item(reader) = self.brought.shown else { return None };
        let resources = &self.planner.resources;
        let makes = |step: &String| {
            let made = draft.step(step).map(|step| step.operation_id.as_str());
            let maker = made.and_then(|made| self.planner.operation(made).ok());
            maker.is_some_and(|maker| resources.shown_by(maker).any(|one| one.id == reader.id))
        };
        let named = draft.all_named(named);
        let mut all = named.into_iter().filter(makes);
        let found = all.next()?;
        all.next().is_none().then_some(found)
    }

    /// Looks at the other thing.
    fn look(&self, draft: &mut Draft<'_>, (thing, path): (&str, &Path), id: &str) -> Option<()> {
        let Self { planner, operation, .. } = self;
        let (reader, path) = match self.brought.shown {
            ShownBy::Item(reader) => (reader, draft.path_to(reader, thing)?),
            ShownBy::Member { reader, .. } => (reader, same_path(reader, (operation, path))?),
            ShownBy::List(operation) => {
                let list = planner.resources.list(operation)?;
                walk(draft, planner, operation, &list, &format!("{id}_{WALK}"), Size::Largest)?;
                // What a walk has found is judged at a plain request.
                (operation, draft.path(operation, &Path::new()).ok()?)
            }
        };
        let read = draft.bare_request(reader, &path).ok()?;
        draft.push(reader, id, read, planner.succeeds(reader));
        Some(())
    }

    /// What has to hold of the other thing before.
    fn before(&self, thing: &str) -> Option<Relation> {
        let Consequence::State { member, .. } = &self.brought.change else { return None };
        let from = &self.brought.from;
        let kind = match self.brought.shown {
            ShownBy::List(_) => {
                self.listed(LOOK, thing, &[(member, from.first()?.as_str().into())])?
            }
            _ => {
                let was = Expression::output(LOOK, ANSWER).at(&self.place(member));
                let is = from.iter().map(|state| Condition::equal(was.clone(), state.as_str()));
                RelationKind::Holds(is.reduce(Condition::or)?)
            }
        };
        Some(Relation::new(CODE, "it happens in this state", kind))
    }

    /// What has to hold of it then.
    fn after(&self, thing: &str) -> Option<Vec<Criterion>> {
        let relation = |message: String, kind: RelationKind| {
            Criterion::Relation(Relation::new(CODE, message, kind))
        };
        let (member, value, state) = match &self.brought.change {
            Consequence::State { member, value, state } => (member, value, state),
            Consequence::Counts { member, by } => {
                let place = self.place(member);
                let than = Operand::expression(Expression::output(LOOK, ANSWER).at(&place));
                let got = Operand::expression(Expression::response_body(place));
                let kind = RelationKind::More { got, than, by: Operand::constant(*by) };
                let message = format!("`{member}` has gone up or down by one");
                return Some(vec![relation(message, kind)]);
            }
        };
        let with = self.brought.with.iter().map(|(member, value)| (member, value.clone()));
        let all: Vec<(&String, Value)> =
            [(member, value.clone())].into_iter().chain(with).collect();
        if let ShownBy::List(_) = self.brought.shown {
            let message = format!("`{member}` of the item is `{state}` then");
            return Some(vec![relation(message, self.listed(READ, thing, &all)?)]);
        }
        let is = |(member, value): (&String, Value)| {
            let message = format!("`{member}` is `{value}` then");
            let got = Operand::expression(Expression::response_body(self.place(member)));
            relation(message, RelationKind::Equal { got, expected: Operand::constant(value) })
        };
        Some(all.into_iter().map(is).collect())
    }

    /// That the item of a list has these members.
    fn listed(
        &self,
        look: &str,
        thing: &str,
        members: &[(&String, Value)],
    ) -> Option<RelationKind> {
        let ShownBy::List(list) = self.brought.shown else { return None };
        let (list, walk) = (self.planner.resources.list(list)?, format!("{look}_{WALK}"));
        let [id] = list.id.as_slice() else { return None };
        let own = [(id.clone(), output(thing, ID, ""))].into_iter();
        let members =
            members.iter().map(|(name, value)| ((*name).clone(), Template::Value(value.clone())));
        let like = Template::object(own.chain(members).collect());
        Some(RelationKind::Matches { items: all_items(&list, &walk, false), like })
    }

    /// Where an answer shows a member of the other thing, as a JSON pointer.
    fn place(&self, member: &str) -> String {
        let around = match self.brought.shown {
            ShownBy::Member { name, .. } => format!("/{}", escape(name)),
            ShownBy::Item(_) | ShownBy::List(_) => String::new(),
        };
        format!("{around}/{}", escape(member))
    }
}

/// What is moved, in the state that it is moved from which the fewest steps lead to.
fn nearest_start<'p>(
    draft: &Draft<'p>,
    (life, own): (&Lifecycle<'_>, &Move<'_>),
    about: (&Operation, &Path),
) -> Option<Draft<'p>> {
    let brought = own.from.iter().filter_map(|from| {
        let mut draft = draft.clone();
        draft.bring(about, life, from)?;
        Some(draft)
    });
    brought.min_by_key(|draft| draft.steps.len())
}
