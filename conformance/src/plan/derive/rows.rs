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
/// The step that looks after.
const READ: &str = "read";
/// The step that sends a row alone.
const FIRST: &str = "first";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = dry_runs(planner, operation);
    let Some(rows) = planner.rows(operation) else { return cases };
    let subject = Subject { planner, operation, rows };
    cases.extend(subject.refusals().into_iter().flatten());
    if let Some(results) = &rows.results {
        cases.extend(subject.each(results));
        cases.extend(subject.repeated(results));
    }
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    rows: &'s Rows<'s>,
}

impl<'s> Subject<'s> {
    /// A call with a row that names what is there, as far as that is known.
    fn call(&self) -> Option<(Draft<'s>, Request, Row, bool)> {
        let (mut draft, request, _) =
            valid_call(self.planner, self.operation, Extent::Minimal).ok()?;
        let (row, is_known) = draft.row(self.rows);
        Some((draft, request, row, is_known))
    }

    fn with(&self, request: &Request, columns: &[String], rows: &[Row]) -> Request {
        Request { body: Some(body_of(self.rows, columns, rows)), ..request.clone() }
    }

    fn refusals(&self) -> [Option<Case>; 3] {
        let Rows { columns, is_table, others_refused, none_refused, most, .. } = self.rows;
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
        // A text may be anything: wrong is what has to be a number.
        let is_number = |value: &Value| {
            value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok())
        };
        (results.is_each && self.rows.values.iter().any(is_number)).then_some(())?;
        let count = RelationKind::Count { items: entries(results), expected: Operand::constant(2) };
        // Taken for the second time, it may be called otherwise than for the first.
        let differ = RelationKind::Differ {
            got: Operand::expression(outcome(results, 1)),
            from: Operand::expression(outcome(results, 0)),
        };
        let mut criteria = vec![
            relation("each row has an entry", count),
            isnt_taken(results, 0),
            relation("what is right isn't answered as what is wrong", differ),
        ];
        let (_, taken) = &results.taken;
        if results.counts_taken {
            let is_taken = Condition::equal(outcome(results, 1), taken.clone());
            let number = Expression::response_body(format!("/{}", escape(taken)));
            let counted = RelationKind::Holds(is_taken.negated().or(Condition::equal(number, 1)));
            criteria
                .push(relation(&format!("`{taken}` is the number of those that were"), counted));
        }
        let wrong = |row: &Row| row.iter().map(|_| Cell::Value(Value::from(OTHER))).collect();
        self.two(results, wrong, criteria, (CODE, "each row is handled by itself"))
    }

    /// A row that repeats another one isn't taken.
    fn repeated(&self, results: &RowResults) -> Option<Case> {
        results.refuses_repeated.then_some(())?;
        let criteria = vec![isnt_taken(results, 1)];
        let about = (&*format!("{CODE}:repeated"), "a row that repeats another one isn't taken");
        self.two(results, Row::clone, criteria, about)
    }

    /// A row that is right, behind another one; sent alone before: if it isn't taken then, this says nothing.
    fn two(
        &self,
        results: &RowResults,
        other: impl FnOnce(&Row) -> Row,
        criteria: Vec<Criterion>,
        about: (&str, &str),
    ) -> Option<Case> {
        let Self { planner, operation, rows } = *self;
        let (status, _) = planner.success(operation)?;
        let (mut draft, request, row, is_known) = self.call()?;
        is_known.then_some(())?;
        let both = self.with(&request, &rows.columns, &[other(&row), row.clone()]);
        let alone = self.with(&request, &rows.columns, &[row]);
        draft.push(operation, FIRST, alone, Vec::new());
        draft.answer_of(FIRST);
        let criteria = planner.succeeds(operation).into_iter().chain(criteria);
        draft.push(operation, CALL, both, criteria.collect());
        let (member, taken) = &results.taken;
        let kind = RelationKind::Equal {
            got: Operand::expression(
                Expression::output(FIRST, ANSWER).at(&pointer(results, 0, member)),
            ),
            expected: Operand::constant(taken.clone()),
        };
        draft.last_step()?.premises.push(Relation::new(CODE, "a row alone is taken", kind));
        Some(told(draft, operation, status, about))
    }
}

/// What is answered of a row.
fn outcome(results: &RowResults, number: usize) -> Expression {
    Expression::response_body(pointer(results, number, &results.taken.0))
}

/// That a row wasn't taken.
fn isnt_taken(results: &RowResults, number: usize) -> Criterion {
    let kind = RelationKind::Differ {
        got: Operand::expression(outcome(results, number)),
        from: Operand::constant(results.taken.1.clone()),
    };
    relation("what is wrong isn't taken", kind)
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
        for look in [LOOK, LOOK_AGAIN] {
            draft.look_at(reader, (&step, look), Vec::new())?;
            draft.answer_of(look);
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
        draft.look_at(reader, (&step, READ), vec![same])?;
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
