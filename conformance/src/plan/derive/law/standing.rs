//! Lists that the suite may not fill, because nothing makes what they have or nothing would remove it again: by what is
//! there already, pages add up, totals are true, and items come in the order that is told or asked for.

use spec::model::{JsonType, Operation};
use spec::resources::{List, Sort};

use super::listed::{
    AGAIN, Size, TOTAL, WALK, all_members, check, leads, output, total_level, undisturbed, walk,
};
use super::{numbered, ordered, pages};
use crate::case::{
    Case, Criterion, Derivation, Isolation, Operand, Pair, Relation, RelationKind, Step, Text,
};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};
use crate::sample::{Choice, Merged};

const SORTED: &str = "sorted-as-asked";
/// Pages that are asked for at most: somebody else's list may be long, and is not to be read as a whole.
const PAGES: usize = 20;
/// The step that looks whether there is anything.
const LOOK: &str = "look";
/// The step that asks for the shortest page, and that for the longest.
const SHORT: &str = "short";
const LONG: &str = "long";

/// A list of things that the suite has no hand in.
pub(super) fn list<'l>(planner: &'l Planner<'_>, operation: &'l Operation) -> Option<List<'l>> {
    let kept_up_elsewhere = planner.resources.standing_list(operation);
    let others = || planner.resources.list(operation).filter(|one| !planner.may_make(one.maker));
    kept_up_elsewhere.or_else(others)
}

/// Ends a walk where a list is longer than it is polite to look.
pub(super) fn only_few(walk: &mut Step) {
    if let Some(repeat) = &mut walk.repeat {
        repeat.at_most = PAGES;
    }
}

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(list) = list(planner, operation) else { return Vec::new() };
    let subject = Subject { planner, operation, list: &list };
    let whole = [subject.pages(), subject.total(), subject.counts(), subject.ordered()]
        .into_iter()
        .flatten();
    whole.chain(list.sorts.iter().filter_map(|sort| subject.sorted(sort))).collect()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    list: &'s List<'s>,
}

impl<'s> Subject<'s> {
    /// All of it in pages of two sizes.
    fn pages(&self) -> Option<Case> {
        let Self { planner, operation, list } = *self;
        leads(list).and(list.limit)?;
        let mut draft = self.look()?;
        for (step, size) in [(WALK, pages::SIZE), (pages::OTHER, pages::OTHER_SIZE)] {
            self.walk(&mut draft, step, Size::Of(size))?;
            let criteria = pages::on_each_page(planner, operation, list, step, size);
            draft.last_step()?.criteria.extend(criteria);
        }
        self.walk(&mut draft, AGAIN, Size::Of(pages::SIZE))?;
        let whole = pages::of_the_whole(planner, list, &[], None);
        let mut case =
            self.finish(draft, "pages-add-up", "pages have every item once, and say so", whole)?;
        case.undisturbed = undisturbed(list, WALK, AGAIN);
        Some(case)
    }

    /// How many there are in all does not depend on how long a page is. That is seen of a long list as of a short one.
    fn total(&self) -> Option<Case> {
        let list = self.list;
        list.total.as_ref().and(leads(list)).and(list.limit)?;
        let mut draft = self.look()?;
        for (step, size) in [(SHORT, Size::Of(1)), (LONG, Size::Largest), (AGAIN, Size::Of(1))] {
            self.walk(&mut draft, step, size)?;
            draft.last_step()?.repeat = None;
        }
        let equal = |got: &str, expected: &str| RelationKind::Equal {
            got: Operand::Template(output(got, "totals", "")),
            expected: Operand::Template(output(expected, "totals", "")),
        };
        let message = "the total does not depend on how long a page is";
        let same = Relation::new(TOTAL, message, equal(SHORT, LONG)).at(total_level(list));
        let detail = format!("{TOTAL}:page-size");
        let mut case = self.finish(draft, &detail, message, vec![Criterion::Relation(same)])?;
        let message = "the total is the same twice";
        case.undisturbed = vec![Relation::new("pages-are-stable", message, equal(AGAIN, SHORT))];
        Some(case)
    }

    /// As many pages as an answer says.
    fn counts(&self) -> Option<Case> {
        let draft = Draft::new(self.planner);
        numbered::counts(self.planner, self.operation, self.list, draft)
    }

    /// A list without pages, in the order that it says. Of one that has pages, the walk through them tells.
    fn ordered(&self) -> Option<Case> {
        let Self { planner, list, .. } = *self;
        let is_whole = leads(list).is_none() && list.is_whole;
        let order = ordered::order(planner, list, &[]).filter(|_| is_whole)?;
        let mut draft = self.look()?;
        self.walk(&mut draft, WALK, Size::Largest)?;
        let summary = "a list comes in the order that it says";
        self.finish(draft, "order-is-kept", summary, vec![Criterion::Relation(order)])
    }

    /// All of it, in an order that is asked for.
    fn sorted(&self, sort: &Sort<'_>) -> Option<Case> {
        let list = self.list;
        let is_whole = leads(list).is_some() || list.is_whole;
        let level = self.level_of(sort).filter(|_| is_whole)?;
        let mut draft = self.look()?;
        for step in [WALK, AGAIN] {
            self.walk(&mut draft, step, Size::Largest)?;
            let query = &mut draft.last_step()?.request.query;
            query.retain(|pair| pair.name != sort.parameter.name);
            let value = Text::literal(sort.value.clone());
            query.push(Pair { name: sort.parameter.name.clone(), value });
        }
        let members = all_members(list, WALK, &sort.member);
        let kind = match sort.descending {
            true => RelationKind::Descending(members),
            false => RelationKind::Ascending(members),
        };
        let message = format!("items come in the order of `{}`", sort.member);
        let order = Relation::new(SORTED, message, kind).at(level);
        let detail = format!("{SORTED}:query.{}:{}", sort.parameter.name, sort.value);
        let summary = "items come in the order that was asked for";
        let mut case = self.finish(draft, &detail, summary, vec![Criterion::Relation(order)])?;
        case.undisturbed = undisturbed(list, WALK, AGAIN);
        Some(case)
    }

    /// How firmly items come in the order of a member: numbers and moments have one order, texts one in each language.
    fn level_of(&self, sort: &Sort<'_>) -> Option<Level> {
        let item = Merged::of(self.planner.contract, &self.list.item, Choice::default());
        let ids = item.declared().get(sort.member.as_str())?.clone();
        let member = Merged::of(self.planner.contract, &ids, Choice::default());
        let is_moment = matches!(member.format(), Some("date-time" | "date"));
        let is_text = member.types().contains(JsonType::String) && !is_moment;
        let level = promise::level(SORTED);
        Some(if is_text { level.min(Level::Note) } else { level })
    }

    /// A request for the list as it is.
    fn look(&self) -> Option<Draft<'s>> {
        let mut draft = Draft::new(self.planner);
        walk(&mut draft, self.planner, self.operation, self.list, LOOK, Size::Largest)?;
        draft.last_step()?.repeat = None;
        Some(draft)
    }

    /// A walk through a list that has something.
    fn walk(&self, draft: &mut Draft<'_>, id: &str, size: Size) -> Option<()> {
        walk(draft, self.planner, self.operation, self.list, id, size)?;
        let step = draft.last_step()?;
        only_few(step);
        let kind = RelationKind::Differ {
            got: Operand::Template(output(LOOK, "pages", "")),
            from: Operand::constant(serde_json::json!([])),
        };
        step.premises.push(Relation::new("pages-add-up", "there is something to list", kind));
        Some(())
    }

    fn finish(
        &self,
        mut draft: Draft<'_>,
        detail: &str,
        summary: &str,
        criteria: Vec<Criterion>,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        check(&mut draft, self.planner, self.operation, criteria)?;
        let mut case = draft.finish(About {
            cell: (self.operation, status),
            source: Derivation::Law,
            detail: detail.to_owned(),
            summary: summary.to_owned(),
            origin: self.operation.origin.clone(),
        });
        case.isolation = Isolation::Reads;
        Some(case)
    }
}
