//! An export has what its list has: everything that was made, as it is now, however many pages it fills; and nothing that
//! was deleted.

use std::sync::Arc;

use indexmap::IndexSet;
use spec::model::{MediaType, Operation, Parameter};
use spec::pointer::escape;
use spec::resources::{Export, ExportForm, Filter, List};

use super::super::CALL;
use super::listed::{
    AGAIN, Size, VARIANTS, WALK, all_items, delete, make, make_as, make_of, update, walk,
};
use super::ordered;
use crate::case::{
    Case, Collected, Content, Criterion, Derivation, Input, Isolation, Operand, Pair, Relation,
    RelationKind, Request, Template, Text, TextPart,
};
use crate::expression::Expression;
use crate::fresh::{Alphabet, Fresh, TextShape};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, fixed_in_all};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const ALL: &str = "export-has-all";
const AGREES: &str = "export-agrees";
/// The step that exports before anything is made: a copy that is kept shows in the next one.
const BEFORE: &str = "before";
/// Items beyond a page of the default length are made where that holds no more than this.
const MOST: i64 = 60;
/// Things that are made to differ in what records are in the order of.
const UNLIKE: usize = 3;
/// Members for people, in which any text may stand.
const FREE: [&str; 5] = ["name", "title", "description", "note", "comment"];
/// What has to be quoted in a table.
const QUOTED: &str = "a, \"b\" ";

pub(super) fn cases(
    planner: &Planner<'_>,
    operation: &Operation,
    export: &Export<'_>,
) -> Vec<Case> {
    // Of another operation's pages nothing tells how they go with those of the list.
    let is_told = !export.is_paged || export.list.id == operation.id;
    let list = planner.resources.list(export.list).filter(|_| is_told);
    let Some(list) = list else { return Vec::new() };
    let subject = Subject { planner, operation, export, list: &list };
    let forms = export.forms.iter().enumerate();
    // To fill a page for each form would cost more than it shows.
    let whole = forms.filter_map(|(number, form)| subject.case(form, number == 0));
    let shared = list.filters.iter().filter_map(|filter| {
        let own = operation.parameter(filter.parameter.location, &filter.parameter.name)?;
        subject.filtered(export.forms.first()?, filter, own)
    });
    let ordered = subject.export.forms.iter().filter_map(|form| subject.ordered(form));
    whole.chain(shared).chain(ordered).collect()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    export: &'s Export<'s>,
    list: &'s List<'s>,
}

impl Subject<'_> {
    /// The member that tells which record is of which item.
    fn by(&self) -> Option<&str> {
        let [id] = self.list.id.as_slice() else { return None };
        Some(self.export.key.as_deref().unwrap_or(id))
    }

    fn case(&self, form: &ExportForm<'_>, fills_a_page: bool) -> Option<Case> {
        let Self { planner, operation, list, .. } = *self;
        let (status, _) = planner.success(operation)?;
        planner.may_make(list.maker).then_some(())?;
        // Which record is of which item is told by one member.
        let by = self.by()?;
        let mut draft = Draft::new(planner);
        let request = self.request(&mut draft, form)?;
        draft.push(operation, BEFORE, request.clone(), planner.succeeds(operation));
        self.fill(&mut draft, fills_a_page && !self.export.is_paged)?;
        let request = self.look(&mut draft, WALK)?.unwrap_or(request);
        let mut criteria = planner.succeeds(operation);
        criteria.extend(self.relations(form, by).into_iter().map(Criterion::Relation));
        criteria.extend(self.order(form).map(Criterion::Relation));
        draft.push(operation, CALL, accepting(request, form.media_type), criteria);
        self.look(&mut draft, AGAIN)?;
        let mut case = draft.finish(About {
            cell: (operation, status),
            source: Derivation::Law,
            detail: format!("{ALL}:{}", form.media_type.name),
            summary: "an export has what its list has, and says the same of it".to_owned(),
            origin: form.media_type.origin.clone(),
        });
        case.isolation = Isolation::Alone;
        let same = RelationKind::Equal { got: self.items(AGAIN), expected: self.items(WALK) };
        let message = "two walks find the same items";
        case.undisturbed = vec![Relation::new("pages-are-stable", message, same)];
        Some(case)
    }

    /// Things that surely aren't made in the order that the export has, where a request can set what that is.
    fn ordered(&self, form: &ExportForm<'_>) -> Option<Case> {
        let Self { planner, operation, list, .. } = *self;
        let (status, _) = planner.success(operation)?;
        let order = self.order(form)?;
        let key = self.export.order.as_ref()?.keys.first()?;
        (!self.export.is_paged && planner.may_make(list.maker)).then_some(())?;
        let mut draft = Draft::new(planner);
        for number in 0..UNLIKE {
            ordered::make_unlike(&mut draft, planner, list, (key, number))?;
        }
        let request = self.request(&mut draft, form)?;
        let mut criteria = planner.succeeds(operation);
        criteria.push(Criterion::Relation(order));
        draft.push(operation, CALL, request, criteria);
        Some(draft.finish(About {
            cell: (operation, status),
            source: Derivation::Law,
            detail: format!("order-is-kept:{}", form.media_type.name),
            summary: "an export comes in the order that it says".to_owned(),
            origin: form.media_type.origin.clone(),
        }))
    }

    /// A filter that both have admits the same for both, with the value of one of two things.
    fn filtered(
        &self,
        form: &ExportForm<'_>,
        filter: &Filter<'_>,
        own: &Parameter,
    ) -> Option<Case> {
        let Self { planner, operation, list, .. } = *self;
        let (status, _) = planner.success(operation)?;
        (!self.export.is_paged && planner.may_make(list.maker)).then_some(())?;
        let by = self.by()?;
        let mut draft = Draft::new(planner);
        let mut made = || {
            let made = make(&mut draft, planner, list, Extent::Complete)?;
            draft.answer_of(&made);
            Some(made)
        };
        let (_, second) = (made()?, made()?);
        let pointer = format!("/{}", escape(&filter.member));
        let value = Text::expression(Expression::output(&second, ANSWER).at(&pointer));
        let asked = |request: &mut Request| {
            request.ask(&own.name, value.clone());
        };
        let mut request = self.request(&mut draft, form)?;
        asked(&mut request);
        walk(&mut draft, planner, self.export.list, list, WALK, Size::Largest)?;
        asked(&mut draft.last_step()?.request);
        let [has, _] = self.relations(form, by);
        let mut criteria = planner.succeeds(operation);
        criteria.push(Criterion::Relation(has));
        draft.push(operation, CALL, request, criteria);
        walk(&mut draft, planner, self.export.list, list, AGAIN, Size::Largest)?;
        asked(&mut draft.last_step()?.request);
        let mut case = draft.finish(About {
            cell: (operation, status),
            source: Derivation::Law,
            detail: format!("{ALL}:query.{}", own.name),
            summary: format!("`{}` admits for an export what it admits for its list", own.name),
            origin: own.origin.clone(),
        });
        case.isolation = Isolation::Alone;
        let same = RelationKind::Equal { got: self.items(AGAIN), expected: self.items(WALK) };
        let message = "two walks find the same items";
        case.undisturbed = vec![Relation::new("pages-are-stable", message, same)];
        Some(case)
    }

    /// Looks at the list: at all of it; or where the export is a page, at the same page, whose request is given.
    fn look(&self, draft: &mut Draft<'_>, step: &str) -> Option<Option<Request>> {
        walk(draft, self.planner, self.export.list, self.list, step, Size::Largest)?;
        let walked = draft.last_step()?;
        if !self.export.is_paged {
            return Some(None);
        }
        walked.repeat = None;
        let (response, _) = self.export.list.answer()?;
        let json = response.content.values().find(|one| one.is_json())?;
        walked.request = accepting(walked.request.clone(), json);
        Some(Some(walked.request.clone()))
    }

    /// The items that a look at the list had.
    fn items(&self, step: &str) -> Operand {
        match self.export.is_paged {
            false => all_items(self.list, step, false),
            true => {
                let from = Expression::output(step, "pages");
                Operand::Collected(Collected { from, path: vec![None] })
            }
        }
    }

    fn request(&self, draft: &mut Draft<'_>, form: &ExportForm<'_>) -> Option<Request> {
        let path = draft.path(self.operation, &Path::new()).ok()?;
        let request = draft.request(self.operation, &path, Extent::Minimal).ok()?;
        Some(accepting(request, form.media_type))
    }

    /// Makes things of every kind, one of them with a text that has to be quoted, updates one and deletes one.
    fn fill(&self, draft: &mut Draft<'_>, fills_a_page: bool) -> Option<()> {
        let Self { planner, list, .. } = *self;
        let made = make(draft, planner, list, Extent::Complete)?;
        let deleted = make(draft, planner, list, Extent::Minimal)?;
        self.make_quoted(draft);
        self.make_variants(draft);
        self.make_states(draft);
        let more = self.default_size().filter(|_| fills_a_page).unwrap_or_default();
        for _ in 0..more {
            make(draft, planner, list, Extent::Minimal)?;
        }
        // Where nothing updates, things are as they were made, and where nothing deletes, all are there.
        update(draft, planner, list, &made);
        match planner.can_remove(list.maker) {
            true => delete(draft, planner, list, &deleted),
            false => Some(()),
        }
    }

    /// How many items a page has by default, if not too many.
    fn default_size(&self) -> Option<i64> {
        let schema = self.list.limit?.schema()?;
        let merged = Merged::of(self.planner.contract, &[schema], Choice::default());
        merged.default()?.as_i64().filter(|default| (1..=MOST).contains(default))
    }

    fn make_quoted(&self, draft: &mut Draft<'_>) -> Option<()> {
        let Self { planner, list, .. } = *self;
        let shape = TextShape {
            before: String::new(),
            length: 12,
            alphabet: Alphabet::Plain,
            after: String::new(),
        };
        let fresh = Fresh::Text(shape);
        let stand_in = format!("{QUOTED}{}", fresh.stand_in().as_str().unwrap_or_default());
        let schema = planner.media_type(list.maker)?.schema?;
        let body = Merged::of(planner.contract, &[schema], Choice::default());
        let members = body.properties();
        let admits = |name: &&str| {
            let ids = members.get(*name).map(Vec::as_slice).unwrap_or_default();
            let admits = |id| planner.sampler.admits_value(id, &stand_in.as_str().into());
            !ids.is_empty() && ids.iter().copied().all(admits)
        };
        let name = FREE.into_iter().find(admits)?;
        let put = |draft: &mut Draft<'_>, mut request: Request| {
            draft.inputs.insert("quoted".into(), Input::Fresh(fresh).into());
            let body = &mut request.body.as_mut()?.content;
            let Content::Json(Template::Object(members)) = body else { return None };
            let own = TextPart::Expression(Expression::input("quoted"));
            let text = Text(vec![TextPart::Literal(QUOTED.to_owned()), own]);
            Arc::make_mut(members).insert(name.to_owned(), Template::Text(text));
            Some(request)
        };
        make_as(draft, planner, list, Extent::Minimal, put).map(|_| ())
    }

    /// One thing in each state that something leads to.
    fn make_states(&self, draft: &mut Draft<'_>) {
        let Self { planner, list, .. } = *self;
        let readers = planner.resources.shown_by(list.maker);
        let lives = readers.filter_map(|reader| planner.resources.lifecycle(reader));
        let Some(life) = lives.into_iter().next() else { return };
        for state in life.moves.iter().map(|one| one.to.as_str()).collect::<IndexSet<_>>() {
            let before = draft.clone();
            let brought = make(draft, planner, list, Extent::Minimal).and_then(|made| {
                let path = draft.path_of(life.about, &made)?;
                draft.bring((life.about, &path), life, state)
            });
            if brought.is_none() {
                *draft = before;
            }
        }
    }

    fn make_variants(&self, draft: &mut Draft<'_>) -> Option<()> {
        let Self { planner, list, .. } = *self;
        let schema = planner.media_type(list.maker)?.schema?;
        let body = Merged::of(planner.contract, &[schema], Choice::default());
        for number in 1..body.alternatives().min(VARIANTS) {
            let path = draft.path(list.maker, &Path::new()).ok()?;
            let fixed = fixed_in_all(planner, list.maker, &path);
            let made = planner.sampler.chosen(schema, Extent::Complete, Choice(number), &fixed);
            made.and_then(|sample| make_of(draft, planner, list, sample, &fixed));
        }
        Some(())
    }

    /// That records come in the order that the export tells, where they have names to go by.
    fn order(&self, form: &ExportForm<'_>) -> Option<Relation> {
        let keys = &self.export.order.as_ref().filter(|_| form.is_named)?.keys;
        let items = Operand::expression(Expression::response_body(""));
        let message = format!("records come in the order of `{}`", keys.first()?.member);
        let kind = RelationKind::Sorted { items, keys: ordered::certain(keys) };
        Some(Relation::new("order-is-kept", message, kind))
    }

    fn relations(&self, form: &ExportForm<'_>, by: &str) -> [Relation; 2] {
        let records = || Operand::expression(Expression::response_body(""));
        let items = || self.items(WALK);
        let (has, agrees) = (promise::level(ALL), promise::level(AGREES));
        // Columns that are called as the members are, one by one, are what these are.
        let agrees = if form.tells_columns { Level::Must } else { agrees };
        let has = if self.export.is_whole { Level::Must } else { has };
        // A table whose first line may be a record as any other has no names to go by.
        let level = |level: Level| if form.is_named { level } else { level.min(Level::Note) };
        let things =
            RelationKind::SameThings { records: records(), items: items(), by: by.to_owned() };
        let members = RelationKind::Agree { records: records(), items: items(), by: by.to_owned() };
        [
            Relation::new(ALL, "the export has every item of the list, and nothing else", things)
                .at(level(has)),
            Relation::new(AGREES, "the export says of items what the list says", members)
                .at(level(agrees)),
        ]
    }
}

/// A request that would have this media type and no other.
fn accepting(mut request: Request, media_type: &MediaType) -> Request {
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case("accept"));
    let value = Text::literal(media_type.name.clone());
    request.headers.push(Pair { name: "Accept".to_owned(), value });
    request
}
