//! What each caller has one of holds what was put into it, and nobody else's: how much of each part was put in last, in the order in
//! which they came; nothing of what was taken out, or once an action has taken all of it, which then has less of each in stock.

use serde_json::json;
use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::Basket;

use super::super::{CALL, told, valid_call, was_answered};
use crate::case::{
    Case, Collected, Credentials, Criterion, Operand, Relation, RelationKind, Request, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::sample::Extent;

const HELD: &str = "basket-holds-what-was-put";
const STOCK: &str = "stock-goes-down";
const HIDDEN: &str = "hidden-stays-hidden";
/// How many of the first part are put in at first, and then; and of the second part.
const FIRST: u64 = 2;
const THEN: u64 = 3;
const OTHER: u64 = 2;
/// The steps that put them there.
const PUT: &str = "put";
const PUT_OTHER: &str = "put_other";
/// The step that looks at the stock before.
const LOOK: &str = "look";
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !planner.is_of_one_each(&operation.id) {
        return Vec::new();
    }
    let Some((operation, filling)) = filling(planner, operation) else { return Vec::new() };
    let Some(basket) = planner.resources.basket(filling) else { return Vec::new() };
    let subject = Subject { planner, filling, basket };
    if operation.id == filling.id {
        let all = [subject.holds(), subject.without(), subject.unknown_out(), subject.of_others()];
        return all.into_iter().flatten().collect();
    }
    [subject.emptied(operation), subject.takes_stock(operation)].into_iter().flatten().collect()
}

/// The operation itself, and what fills such a thing: itself, or what has to come before it.
fn filling<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> Option<(&'p Operation, &'p Operation)> {
    let operation = planner.operation(&operation.id).ok()?;
    Some((operation, planner.resources.filling(operation).unwrap_or(operation)))
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    filling: &'s Operation,
    basket: Basket<'s>,
}

impl<'s> Subject<'s> {
    /// Something with a part that may be put in; each time another one.
    fn part(&self, draft: &mut Draft<'_>) -> Option<Path> {
        if let Some(step) = self.whole(draft) {
            draft.let_go(&step);
        }
        draft.path(self.filling, &Path::new()).ok()
    }

    /// The step that made what has the part.
    fn whole(&self, draft: &Draft<'_>) -> Option<String> {
        let (resources, name) = (&self.planner.resources, &self.basket.part.0);
        let makers = resources.makers(self.filling, name).iter();
        let mut makers = makers.chain(resources.maker_of_whole(self.filling, name));
        makers.find_map(|maker| draft.made_by_maker(&maker.operation_id))
    }

    /// A request that puts so many of a part in.
    fn putting(&self, draft: &mut Draft<'_>, path: &Path, count: u64) -> Option<Request> {
        let request = draft.request(self.filling, path, Extent::Minimal).ok()?;
        request.with_member(&self.basket.quantity.0, Template::Value(count.into()))
    }

    /// Puts so many of a part in: if not, there is nothing to judge.
    fn put(
        &self,
        draft: &mut Draft<'_>,
        path: &Path,
        (id, count): (&str, u64),
    ) -> Option<Credentials> {
        let request = self.putting(draft, path, count)?;
        let credentials = request.credentials.clone();
        draft.push(self.filling, id, request, Vec::new());
        draft.status_of(id);
        Some(credentials)
    }

    /// Looks what is in it.
    fn read(
        &self,
        draft: &mut Draft<'_>,
        (id, credentials): (&str, Credentials),
        criteria: Vec<Criterion>,
    ) -> Option<()> {
        let reader = self.basket.reader;
        let mut request = draft.bare_request(reader, &Path::new()).ok()?;
        request.credentials = credentials;
        let criteria = self.planner.succeeds(reader).into_iter().chain(criteria).collect();
        draft.push(reader, id, request, criteria);
        Some(())
    }

    /// That steps were answered with success.
    fn were_done(&self, draft: &mut Draft<'_>, steps: &[&str]) -> Option<()> {
        let (status, _) = self.planner.success(self.filling)?;
        let Status::Code(code) = status else { return None };
        let done = steps.iter().map(|step| was_answered(HELD, step, code, "it is put in"));
        draft.last_step()?.premises.extend(done);
        Some(())
    }

    /// The names of all parts in it, or what else they have.
    fn items(&self, member: Option<&str>) -> Operand {
        let path = [Some(self.basket.list.clone()), None].into_iter();
        let path = path.chain(member.map(|one| Some(one.to_owned()))).collect();
        Operand::Collected(Collected { from: Expression::response_body(""), path })
    }

    fn name(&self, path: &Path) -> Option<Expression> {
        Some(path.get(&self.basket.part.0)?.expression.clone())
    }

    /// That so many of a part are in it.
    fn has(&self, path: &Path, count: u64) -> Option<Criterion> {
        let (part, quantity) = (&self.basket.part.1, &self.basket.quantity.1);
        let like = [
            (part.clone(), Template::Expression(self.name(path)?)),
            (quantity.clone(), Template::Value(count.into())),
        ];
        let kind =
            RelationKind::Matches { items: self.items(None), like: Template::object(like.into()) };
        let message = format!("there are the {count} that were put in last");
        Some(Criterion::Relation(Relation::new(HELD, message, kind)))
    }

    /// That a part isn't in it.
    fn lacks(&self, path: &Path, (law, message): (&'static str, &str)) -> Option<Criterion> {
        let none = Operand::expression(self.name(path)?);
        let kind = RelationKind::Excludes { got: self.items(Some(&self.basket.part.1)), none };
        Some(Criterion::Relation(Relation::new(law, message, kind)))
    }

    fn told(&self, draft: Draft<'_>, operation: &Operation, about: (&str, &str)) -> Option<Case> {
        let (status, _) = self.planner.success(operation)?;
        Some(told(draft, operation, status, about))
    }

    /// Two parts, of which the first is put in once more with another quantity.
    fn holds(&self) -> Option<Case> {
        let mut draft = Draft::for_call(self.planner, self.filling);
        let one = self.part(&mut draft)?;
        let credentials = self.put(&mut draft, &one, (PUT, FIRST))?;
        let other = self.part(&mut draft)?;
        // Where none can be made, it is the same one again.
        (self.name(&one)? != self.name(&other)?).then_some(())?;
        self.put(&mut draft, &other, (PUT_OTHER, OTHER))?;
        self.put(&mut draft, &one, (CALL, THEN))?;
        let mut criteria = vec![self.has(&one, THEN)?, self.has(&other, OTHER)?];
        if self.basket.keeps_order {
            let these = [self.name(&one)?, self.name(&other)?].map(Template::Expression);
            let kind = RelationKind::InOrder {
                got: self.items(Some(&self.basket.part.1)),
                these: Operand::Template(Template::array(these.into())),
            };
            let message = "what was put in first comes first";
            criteria.push(Criterion::Relation(Relation::new(HELD, message, kind)));
        }
        self.read(&mut draft, (READ, credentials), criteria)?;
        self.were_done(&mut draft, &[PUT, PUT_OTHER, CALL])?;
        self.told(draft, self.filling, (HELD, "it holds as many of each as were put in last"))
    }

    /// A part that is taken out by putting in none of it.
    fn without(&self) -> Option<Case> {
        self.basket.is_emptied_by_zero.then_some(())?;
        let mut draft = Draft::for_call(self.planner, self.filling);
        let path = self.part(&mut draft)?;
        let credentials = self.put(&mut draft, &path, (PUT, FIRST))?;
        let out = self.putting(&mut draft, &path, 0)?;
        draft.push(self.filling, CALL, out, self.planner.succeeds(self.filling));
        self.were_done(&mut draft, &[PUT])?;
        let lacks = self.lacks(&path, (HELD, "what was taken out isn't in it any more"))?;
        self.read(&mut draft, (READ, credentials), vec![lacks])?;
        let detail = format!("{HELD}:none");
        self.told(draft, self.filling, (&detail, "what was taken out isn't in it any more"))
    }

    /// None of a part that isn't in it.
    fn unknown_out(&self) -> Option<Case> {
        (self.basket.is_emptied_by_zero && self.basket.is_fine_without).then_some(())?;
        let mut draft = Draft::for_call(self.planner, self.filling);
        let path = self.part(&mut draft)?;
        let out = self.putting(&mut draft, &path, 0)?;
        draft.push(self.filling, CALL, out, self.planner.succeeds(self.filling));
        let detail = format!("{HELD}:none-before");
        self.told(draft, self.filling, (&detail, "what isn't in it may be taken out all the same"))
    }

    /// Others have one of their own.
    fn of_others(&self) -> Option<Case> {
        let mut draft = Draft::for_call(self.planner, self.filling);
        let path = self.part(&mut draft)?;
        // What was there before may be in anybody's.
        self.whole(&draft)?;
        let own = self.put(&mut draft, &path, (CALL, FIRST))?;
        let others = draft.strangers(&[self.filling, self.basket.reader]);
        let other = others.into_iter().find(|name| own != Credentials::As((*name).to_owned()))?;
        let message = "what somebody else has put into theirs isn't in it";
        let lacks = self.lacks(&path, (HIDDEN, message))?;
        self.read(&mut draft, (READ, Credentials::As(other.to_owned())), vec![lacks])?;
        self.were_done(&mut draft, &[CALL])?;
        let detail = format!("{HIDDEN}:others");
        self.told(draft, self.filling, (&detail, "each caller has one of their own"))
    }

    /// After an action that is said to take all.
    fn emptied(&self, action: &Operation) -> Option<Case> {
        self.basket.emptied_by.filter(|one| one.id == action.id)?;
        let (mut draft, request, _) = valid_call(self.planner, action, Extent::Minimal).ok()?;
        let credentials = request.credentials.clone();
        draft.push(action, CALL, request, Vec::new());
        let kind = RelationKind::Equal {
            got: Operand::expression(Expression::response_body(format!(
                "/{}",
                escape(&self.basket.list)
            ))),
            expected: Operand::constant(json!([])),
        };
        let empty = Relation::new(HELD, "nothing is in it any more", kind);
        self.read(&mut draft, (READ, credentials), vec![Criterion::Relation(empty)])?;
        self.was_done(&mut draft, action)?;
        let detail = format!("{HELD}:taken");
        self.told(draft, action, (&detail, "it is empty once all was taken"))
    }

    /// That the action succeeded; it says so itself elsewhere.
    fn was_done(&self, draft: &mut Draft<'_>, action: &Operation) -> Option<()> {
        draft.status_of(CALL);
        let (Status::Code(code), _) = self.planner.success(action)? else { return None };
        let done = was_answered(HELD, CALL, code, "the action is done");
        draft.last_step()?.premises.push(done);
        Some(())
    }

    /// The stock of each of two parts is less by as much as there was of it.
    fn takes_stock(&self, action: &Operation) -> Option<Case> {
        self.basket.taken_by.filter(|one| one.id == action.id)?;
        let stock = self.basket.stock.as_ref()?;
        let mut draft = Draft::for_call(self.planner, self.filling);
        let mut parts = Vec::new();
        for (id, count, look) in [(PUT, THEN, LOOK), (PUT_OTHER, OTHER, "look_other")] {
            let path = self.part(&mut draft)?;
            let whole = self.whole(&draft)?;
            self.put(&mut draft, &path, (id, count))?;
            draft.look_at(stock.reader, (&whole, look), Vec::new())?;
            draft.answer_of(look);
            parts.push((whole, look, count));
        }
        let request = draft.request(action, &Path::new(), Extent::Minimal).ok()?;
        draft.push(action, CALL, request, Vec::new());
        for (number, (whole, look, count)) in parts.iter().enumerate() {
            let got = Operand::expression(Expression::response_body(stock.pointer.clone()));
            let than = Operand::expression(Expression::output(*look, ANSWER).at(&stock.pointer));
            let by = Operand::constant(-i64::try_from(*count).ok()?);
            let message = format!("there are {count} less in stock, as many as were taken");
            let less = Relation::new(STOCK, message, RelationKind::More { got, than, by });
            let read = format!("{READ}_{}", number + 1);
            draft.look_at(stock.reader, (whole, &read), vec![Criterion::Relation(less)])?;
            self.were_done(&mut draft, &[PUT, PUT_OTHER])?;
            self.was_done(&mut draft, action)?;
        }
        self.told(draft, action, (STOCK, "as much is taken from stock as is ordered"))
    }
}
