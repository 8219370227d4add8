//! What was made is in its list with what was written, whatever kind it is of, and as it is shown by itself; after a
//! delete it isn't.

use indexmap::IndexMap;
use spec::Direction;
use spec::model::{Method, Operation, SchemaId};
use spec::pointer::escape;
use spec::resources::List;

use super::super::{CALL, read_back};
use super::listed::{
    Size, VARIANTS, WALK, all_items, check, delete, make, make_of, moves, output, update, walk,
};
use crate::case::{
    Case, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Template,
};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, fixed_in_all};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

/// The step that looks at the thing itself, before its list is walked.
const READ: &str = "read";
/// The same behind that: it tells whether the thing changes by itself.
const READ_AGAIN: &str = "read_again";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if !planner.may_make(list.maker) {
        return Vec::new();
    }
    let made = shows(planner, operation, list);
    let updated = shows_updates(planner, operation, list);
    let removed = shows_no_more(planner, operation, list);
    let others = shows_others(planner, operation, list);
    let all = [made, updated, removed, others];
    let mut cases: Vec<Case> = all.into_iter().flatten().collect();
    cases.extend(shows_variants(planner, operation, list));
    cases.extend(shows_as_read(planner, operation, list));
    cases
}

fn shows(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Complete)?;
    draft.answer_of(&made);
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let found = made_is_listed(planner, &draft, list, &made)?;
    let mut case = finish(
        draft,
        planner,
        (operation, list),
        ("made-is-listed", ""),
        "what was made is in its list",
        found,
    )?;
    case.step_mut(CALL)?.criteria.extend(id_is_listed(list, &made));
    Some(case)
}

/// However a list shows its items, they have the ids of what they are.
fn id_is_listed(list: &List<'_>, made: &str) -> Option<Criterion> {
    list.is_whole.then(|| {
        let got = all_items(list, WALK, true);
        let all = Operand::Template(output(made, "id", ""));
        let message = "the id of what was made is in the list";
        let kind = RelationKind::Includes { got, all };
        Criterion::Relation(Relation::new("made-is-listed", message, kind))
    })
}

/// Of things of several kinds, each kind is listed: the first one is, as any case shows.
fn shows_variants(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    let schema = planner.media_type(list.maker).and_then(|media_type| media_type.schema);
    let Some(schema) = schema else { return Vec::new() };
    let alternatives = Merged::of(planner.contract, &[schema], Choice::default()).alternatives();
    let others = (1..alternatives.min(VARIANTS)).filter_map(|number| {
        let mut draft = Draft::new(planner);
        let path = draft.path(list.maker, &Path::new()).ok()?;
        let fixed = fixed_in_all(planner, list.maker, &path);
        let sample = planner.sampler.chosen(schema, Extent::Complete, Choice(number), &fixed)?;
        let made = make_of(&mut draft, planner, list, sample, &fixed)?;
        draft.answer_of(&made);
        walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
        let found = made_is_listed(planner, &draft, list, &made)?;
        let detail = format!("variant-{}", number + 1);
        let summary = "what was made is in its list, of whatever kind it is";
        finish(draft, planner, (operation, list), ("made-is-listed", &detail), summary, found)
    });
    others.collect()
}

fn made_is_listed(
    planner: &Planner<'_>,
    draft: &Draft<'_>,
    list: &List<'_>,
    made: &str,
) -> Option<Criterion> {
    let like = like(planner, draft, list, made, made)?;
    let message = "what was made is in the list, with what was sent and answered";
    Some(listed(level(list), "made-is-listed", message, list, Template::object(like)))
}

/// A list shows a thing as the thing itself is shown: just made, and when something was made within it.
fn shows_as_read(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    let within = planner.resources.made_by(&list.maker.id).map(|(within, ..)| within);
    let mut within = within.filter(|one| {
        one.method == Method::Post
            && one.path.item_parameter().is_none()
            && planner.resources.makes(one)
    });
    let alone = as_read(planner, operation, list, None);
    let within = within.next().and_then(|one| as_read(planner, operation, list, Some(one)));
    alone.into_iter().chain(within).collect()
}

fn as_read(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    within: Option<&Operation>,
) -> Option<Case> {
    const CODE: &str = "listed-as-read";
    let (reader, is_same) = reader(planner, list)?;
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Complete)?;
    if let Some(within) = within {
        let path = draft.path(within, &Path::new()).ok()?;
        let request = draft.request(within, &path, Extent::Minimal).ok()?;
        draft.push(within, "within", request, planner.succeeds(within));
    }
    let path = draft.path_to(reader, &made)?;
    let read = draft.bare_request(reader, &path).ok()?;
    draft.push(reader, READ, read.clone(), planner.succeeds(reader));
    draft.answer_of(READ);
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    draft.push(reader, READ_AGAIN, read, planner.succeeds(reader));
    draft.answer_of(READ_AGAIN);
    let own = list.id.first()?;
    let shown = required(planner, reader, list)?;
    // Of one name in two schemas, the same is only likely.
    let is_there = is_same && list.is_whole;
    let level = if is_there { promise::level(CODE) } else { Level::Should };
    (is_same || shown.contains(own)).then_some(())?;
    let names = [own].into_iter().chain(shown.iter().filter(|name| *name != own));
    let like = names.map(|name| {
        let pointer = format!("/{}", escape(name));
        (name.clone(), output(READ, ANSWER, &pointer))
    });
    let like = Template::object(like.collect());
    let message = "the list shows it as it is shown by itself";
    let found = listed(level, CODE, message, list, like);
    let summary = "a list shows a thing as the thing itself is shown";
    let detail = within.map_or("", |within| within.id.as_str());
    let mut case = finish(draft, planner, (operation, list), (CODE, detail), summary, found)?;
    let same = RelationKind::Equal {
        got: Operand::Template(output(READ_AGAIN, ANSWER, "")),
        expected: Operand::Template(output(READ, ANSWER, "")),
    };
    case.undisturbed =
        vec![Relation::new("reads-are-stable", "two looks at it show the same", same)];
    Some(case)
}

/// The GET that shows what is listed, and whether by the very schema of the list.
fn reader<'p>(planner: &Planner<'p>, list: &List<'_>) -> Option<(&'p Operation, bool)> {
    let is_same = |reader: &&Operation| {
        reader.answer_schema().is_some_and(|answer| list.item.contains(&answer))
    };
    let same = planner.resources.shown_by(list.maker).find(is_same);
    let other = || planner.resources.shown_by(list.maker).find(|one| one.answer_schema().is_some());
    same.map(|reader| (reader, true)).or_else(|| Some((other()?, false)))
}

/// The members that both the list and the thing itself must show: what an answer may leave out, a list may leave out for
/// brevity.
fn required(planner: &Planner<'_>, reader: &Operation, list: &List<'_>) -> Option<Vec<String>> {
    let of = |ids: &[SchemaId]| -> Vec<String> {
        let choice = Choice::default();
        let all = Merged::toward(planner.contract, ids, choice, Direction::Response).required();
        all.into_iter().map(str::to_owned).collect()
    };
    let thing = of(&[reader.answer_schema()?]);
    Some(of(&list.item).into_iter().filter(|name| thing.contains(name)).collect())
}

fn shows_updates(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    draft.answer_of(&made);
    let updated = update(&mut draft, planner, list, &made)?;
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let like = like(planner, &draft, list, &made, &updated)?;
    let message = "what was updated is in the list as it is now";
    let summary = "what was updated is in its list as it is now";
    let found = listed(level(list), "updated-is-listed", message, list, Template::object(like));
    finish(draft, planner, (operation, list), ("updated-is-listed", ""), summary, found)
}

/// What the item of a made thing has to have: its id, and as far as items have such members what a step sent and the
/// moment of its creation.
fn like(
    planner: &Planner<'_>,
    draft: &Draft<'_>,
    list: &List<'_>,
    made: &str,
    sender: &str,
) -> Option<IndexMap<String, Template>> {
    let answer = list.maker.answer_schema()?;
    let request = draft.step(sender)?.request.clone();
    let mut like = IndexMap::from([(list.id.first()?.clone(), output(made, "id", ""))]);
    let (choice, direction) = (Choice::default(), Direction::Response);
    let shown = Merged::toward(planner.contract, &list.item, choice, direction);
    let shown = shown.declared();
    for shared in read_back::sent_members(planner, &request, answer) {
        // Members of members are compared by the read of the thing itself.
        let name = shared.pointer.trim_start_matches('/');
        if shown.contains_key(name) && shared.is_literal() {
            like.insert(name.to_owned(), output(sender, "sent", &shared.sent));
        }
    }
    let times = read_back::creation_times(planner, answer).into_iter();
    for name in times.filter(|name| shown.contains_key(name.as_str())) {
        let answered = output(made, ANSWER, &format!("/{name}"));
        like.insert(name, answered);
    }
    Some(like)
}

/// How much it weighs that something is in a list: less, where the list may have more pages than can be walked.
fn level(list: &List<'_>) -> Level {
    let is_same = list.maker.answer_schema().is_some_and(|made| list.item.contains(&made));
    if list.is_whole && is_same { Level::Must } else { Level::Should }
}

fn listed(
    level: Level,
    law: &'static str,
    message: &str,
    list: &List<'_>,
    like: Template,
) -> Criterion {
    let kind = RelationKind::Matches { items: all_items(list, WALK, false), like };
    Criterion::Relation(Relation::new(law, message, kind).at(level))
}

fn shows_no_more(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    const CODE: &str = "deleted-is-not-listed";
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    delete(&mut draft, planner, list, &made)?;
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let kind = RelationKind::Excludes {
        got: all_items(list, WALK, true),
        none: Operand::Template(output(&made, "id", "")),
    };
    let none =
        Criterion::Relation(Relation::new(CODE, "what was deleted is not in the list", kind));
    finish(
        draft,
        planner,
        (operation, list),
        (CODE, ""),
        "what was deleted is not in its list",
        none,
    )
}

/// Where only the list shows what is in it, what is removed is one, and another one stays.
fn shows_others(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    const CODE: &str = "others-stay";
    let remover = planner.resources.remover(&list.maker.id)?;
    let remover = planner.operation(&remover.operation_id).ok()?;
    planner.on_path(remover, Method::Get).is_none().then_some(())?;
    let mut draft = Draft::new(planner);
    let stays = make(&mut draft, planner, list, Extent::Minimal)?;
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    delete(&mut draft, planner, list, &made)?;
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let all = Operand::Template(output(&stays, "id", ""));
    let kind = RelationKind::Includes { got: all_items(list, WALK, true), all };
    let message = "what was not deleted is in the list";
    let criterion = Criterion::Relation(Relation::new(CODE, message, kind));
    finish(
        draft,
        planner,
        (operation, list),
        (CODE, ""),
        "what is deleted is one of the list",
        criterion,
    )
}

/// The case, of a law and what tells it from others of that law.
fn finish(
    mut draft: Draft<'_>,
    planner: &Planner<'_>,
    (operation, list): (&Operation, &List<'_>),
    (law, detail): (&str, &str),
    summary: &str,
    criterion: Criterion,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    check(&mut draft, planner, operation, vec![criterion])?;
    let detail = if detail.is_empty() { law.to_owned() } else { format!("{law}:{detail}") };
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail,
        summary: summary.to_owned(),
        origin: operation.origin.clone(),
    });
    if moves(list) {
        case.isolation = Isolation::Alone;
    }
    Some(case)
}
