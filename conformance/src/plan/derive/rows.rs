//! Bodies of rows: refused with other columns, without a row and with too many, where descriptions say so; and each row is told of
//! in the answer, whatever became of the others.

use serde_json::Value;
use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::{RowResults, Rows};

use super::{CALL, told, told_limit, valid_call};
use crate::case::{
    Body, Case, Collected, Content, Criterion, Operand, Relation, RelationKind, Request, Text,
};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Cell, Draft, Row, body_of};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "each-row-is-told-of";
const DRY: &str = "dry-run-changes-nothing";
/// What no column is called, and what no row has.
const OTHER: &str = "conformance";
/// The steps that look before: what they don't agree in says nothing.
const LOOK: &str = "look";
const LOOK_AGAIN: &str = "look_again";
/// The step that sends a row alone.
const FIRST: &str = "first";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = dry_runs(planner, operation);
    let Some(rows) = planner.resources.rows(operation) else { return cases };
    let subject = Subject { planner, operation, rows };
    cases.extend(subject.refusals().into_iter().flatten());
    if let Some(results) = &subject.rows.results {
        cases.extend(subject.each(results));
        cases.extend(subject.repeated(results));
    }
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    rows: Rows<'s>,
}

impl<'s> Subject<'s> {
    /// A call with a row that names what is there, as far as that is known.
    fn call(&self) -> Option<(Draft<'s>, Request, Row, bool)> {
        let (mut draft, request, _) =
            valid_call(self.planner, self.operation, Extent::Minimal).ok()?;
        let (row, is_known) = draft.row(&self.rows);
        Some((draft, request, row, is_known))
    }

    fn with(&self, request: &Request, columns: &[String], rows: &[Row]) -> Request {
        Request { body: Some(body_of(&self.rows, columns, rows)), ..request.clone() }
    }

    fn refusals(&self) -> [Option<Case>; 3] {
        let Rows { columns, is_table, others_refused, none_refused, most, .. } = &self.rows;
        let other = |status| {
            let mut others = columns.clone();
            *others.first_mut()? = OTHER.to_owned();
            self.refused((&others, 1), status, ("other-columns", "a column that isn't known"))
        };
        let none = |status| {
            let about = ("no-rows", "no row");
            match is_table {
                true => self.refused((columns, 0), status, about),
                false => self.refused_text("\n", status, about),
            }
        };
        let many = |(most, status): (usize, u16)| {
            let about = ("too-many-rows", "one row more than there may be");
            self.refused((columns, most + 1), status, about)
        };
        [others_refused.and_then(other), none_refused.and_then(none), most.and_then(many)]
    }

    /// So many times the same row: whatever is done for it, is done once.
    fn refused(
        &self,
        (columns, count): (&[String], usize),
        status: u16,
        about: (&str, &str),
    ) -> Option<Case> {
        let (draft, request, row, _) = self.call()?;
        let request = self.with(&request, columns, &vec![row; count]);
        self.finish(draft, request, status, about)
    }

    fn refused_text(&self, text: &str, status: u16, about: (&str, &str)) -> Option<Case> {
        let (draft, mut request, ..) = self.call()?;
        let content_type = Some(self.rows.media_type.name.clone());
        request.body =
            Some(Body { content_type, content: Content::Bytes(text.as_bytes().to_vec()) });
        self.finish(draft, request, status, about)
    }

    fn finish(
        &self,
        draft: Draft<'_>,
        request: Request,
        status: u16,
        (detail, what): (&str, &str),
    ) -> Option<Case> {
        let refused = told_limit::refused(self.planner, self.operation, &[&[status]])?;
        let (detail, summary) =
            (format!("body:{detail}"), format!("a body with {what} is refused"));
        let origin = self.rows.media_type.origin.clone();
        Some(refused.case(draft, request, detail, summary, origin))
    }

    /// A row that is wrong doesn't keep the one behind it from being taken, and both are told of.
    fn each(&self, results: &RowResults) -> Option<Case> {
        results.is_each.then_some(())?;
        let (draft, request, row, is_known) = self.call()?;
        // A text may be anything: wrong is what has to be a number.
        let is_number = |value: &Value| {
            value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok())
        };
        (is_known && self.rows.values.iter().any(is_number)).then_some(())?;
        let wrong: Row = row.iter().map(|_| Cell::Value(Value::from(OTHER))).collect();
        let (mut draft, both) = self.after_alone(draft, &request, results, &[wrong, row])?;
        let mut criteria = self.planner.succeeds(self.operation);
        let kind = RelationKind::Count { items: entries(results), expected: Operand::constant(2) };
        criteria.push(relation("each row has an entry", kind));
        if let Some((member, taken)) = &results.taken {
            let outcome = |number| Expression::response_body(pointer(results, number, member));
            criteria.push(self.outcome(results, (0, member, taken)));
            // Taken for the second time, it may be called otherwise than for the first.
            let kind = RelationKind::Differ {
                got: Operand::expression(outcome(1)),
                from: Operand::expression(outcome(0)),
            };
            criteria.push(relation("what is right isn't answered as what is wrong", kind));
            let is_taken = Condition::equal(outcome(1), taken.clone());
            let count = Expression::response_body(format!("/{}", escape(taken)));
            let counted = RelationKind::Holds(is_taken.negated().or(Condition::equal(count, 1)));
            let message = format!("`{taken}` is the number of those that were");
            criteria.extend(results.counts_taken.then(|| relation(&message, counted)));
        }
        self.send(&mut draft, both, criteria)?;
        let (status, _) = self.planner.success(self.operation)?;
        let summary = "each row is handled by itself";
        Some(told(draft, self.operation, status, (CODE, summary)))
    }

    /// A row that repeats another one isn't taken.
    fn repeated(&self, results: &RowResults) -> Option<Case> {
        let (member, taken) = results.taken.as_ref().filter(|_| results.refuses_repeated)?;
        let (draft, request, row, is_known) = self.call()?;
        is_known.then_some(())?;
        let (mut draft, both) = self.after_alone(draft, &request, results, &[row.clone(), row])?;
        let mut criteria = self.planner.succeeds(self.operation);
        criteria.push(self.outcome(results, (1, member, taken)));
        self.send(&mut draft, both, criteria)?;
        let (status, _) = self.planner.success(self.operation)?;
        let detail = format!("{CODE}:repeated");
        Some(told(
            draft,
            self.operation,
            status,
            (&detail, "a row that repeats another one isn't taken"),
        ))
    }

    /// The first row that is right is sent alone: if it isn't taken, the rest says nothing.
    fn after_alone(
        &self,
        mut draft: Draft<'s>,
        request: &Request,
        results: &RowResults,
        rows: &[Row],
    ) -> Option<(Draft<'s>, Request)> {
        let right = rows.last()?.clone();
        let alone = self.with(request, &self.rows.columns, &[right]);
        draft.push(self.operation, FIRST, alone, Vec::new());
        draft.answer_of(FIRST);
        results.taken.as_ref()?;
        Some((draft, self.with(request, &self.rows.columns, rows)))
    }

    fn send(
        &self,
        draft: &mut Draft<'_>,
        request: Request,
        criteria: Vec<Criterion>,
    ) -> Option<()> {
        draft.push(self.operation, CALL, request, criteria);
        let results = self.rows.results.as_ref()?;
        let (member, taken) = results.taken.as_ref()?;
        let alone = Expression::output(FIRST, ANSWER).at(&pointer(results, 0, member));
        let kind = RelationKind::Equal {
            got: Operand::expression(alone),
            expected: Operand::constant(taken.clone()),
        };
        draft.last_step()?.premises.push(Relation::new(CODE, "a row alone is taken", kind));
        Some(())
    }

    /// That a row wasn't taken.
    fn outcome(
        &self,
        results: &RowResults,
        (number, member, taken): (usize, &str, &str),
    ) -> Criterion {
        let got = Operand::expression(Expression::response_body(pointer(results, number, member)));
        let kind = RelationKind::Differ { got, from: Operand::constant(taken) };
        relation("what is wrong isn't taken", kind)
    }
}

fn relation(message: &str, kind: RelationKind) -> Criterion {
    Criterion::Relation(Relation::new(CODE, message, kind))
}

fn pointer(results: &RowResults, number: usize, member: &str) -> String {
    format!("/{}/{number}/{}", escape(&results.list), escape(member))
}

fn entries(results: &RowResults) -> Operand {
    let path = vec![Some(results.list.clone()), None];
    Operand::Collected(Collected { from: Expression::response_body(""), path })
}

/// What only looks what would come of it changes nothing of what it names.
fn dry_runs(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(switch) = planner.resources.dry_run(operation) else { return Vec::new() };
    let Ok((draft, ..)) = valid_call(planner, operation, Extent::Complete) else {
        return Vec::new();
    };
    let made = draft.steps.iter().filter_map(|step| {
        let maker = planner.operation(&step.operation_id).ok()?;
        let reader = planner.resources.shown_by(maker).next()?;
        Some((step.id.clone(), reader))
    });
    let made: Vec<(String, &Operation)> = made.collect();
    let cases = made.into_iter().filter_map(|(step, reader)| {
        let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
        let path = draft.path_to(reader, &step)?;
        let read = draft.bare_request(reader, &path).ok()?;
        for step in [LOOK, LOOK_AGAIN] {
            draft.push(reader, step, read.clone(), planner.succeeds(reader));
            draft.answer_of(step);
        }
        request.ask(&switch.name, Text::literal("true"));
        let told_again = || {
            let got = Expression::response_body(format!("/{}", escape(&switch.name)));
            let kind = RelationKind::Equal {
                got: Operand::expression(got),
                expected: Operand::constant(true),
            };
            let message = format!("`{}` is answered as it was asked", switch.name);
            Criterion::Relation(Relation::new(DRY, message, kind))
        };
        let answer = operation
            .answer_schema()
            .map(|schema| Merged::of(planner.contract, &[schema], Choice::default()).declared());
        let is_shown = answer.is_some_and(|answer| answer.contains_key(switch.name.as_str()));
        let criteria = planner.succeeds(operation).into_iter().chain(is_shown.then(told_again));
        draft.push(operation, CALL, request, criteria.collect());
        let kind = RelationKind::Equal {
            got: Operand::expression(Expression::response_body("")),
            expected: Operand::expression(Expression::output(LOOK, ANSWER)),
        };
        let message = format!("with `{}` it is as it was", switch.name);
        let same = Criterion::Relation(Relation::new(DRY, message, kind));
        let criteria = planner.succeeds(reader).into_iter().chain([same]);
        draft.push(reader, "read", read, criteria.collect());
        let stood = RelationKind::Equal {
            got: Operand::expression(Expression::output(LOOK_AGAIN, ANSWER)),
            expected: Operand::expression(Expression::output(LOOK, ANSWER)),
        };
        let stood = Relation::new(DRY, "it stays when it is looked at", stood);
        draft.last_step()?.premises.push(stood);
        let (status, _) = planner.success(operation)?;
        let detail = format!("{DRY}:{}", reader.id);
        Some(told(draft, operation, status, (&detail, "what only looks changes nothing")))
    });
    cases.collect()
}
