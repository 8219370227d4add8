//! For whom a case is sent, and whether whoever that is can undo it.

use std::sync::Arc;

use spec::model::{Method, Operation, Status};

use super::Draft;
use super::member::asks_who;
use crate::case::{Credentials, Request, Step, Template};
use crate::expression::Expression;
use crate::plan::Caller;
use crate::plan::sender::Side;
use crate::sample::{Choice, Merged};

impl<'p> Draft<'p> {
    /// Other callers who may ask for all of these, as far as rights go, and have made nothing of what is there.
    pub(in crate::plan) fn strangers(&self, operations: &[&Operation]) -> Vec<&'p str> {
        let planner = self.planner;
        let side = operations.first().map(|one| planner.side_of(one));
        let others = planner.context.credentials.iter().filter(|(name, caller)| {
            let own = Credentials::As((*name).clone());
            operations.iter().all(|one| caller.calls(one))
                && Some(planner.side_with(name)) == side
                && self.steps.iter().all(|step| step.request.credentials != own)
        });
        others.map(|(name, _)| name.as_str()).collect()
    }
}

impl Draft<'_> {
    /// Sends what follows for another side. What was made so far is none of its things.
    pub(in crate::plan) fn act_for(&mut self, side: Side) {
        self.side = side;
        self.made.clear();
    }

    /// Sends all steps so far as one credential, but for those that it may not call.
    pub(in crate::plan) fn made_by(&mut self, name: &str) {
        let planner = self.planner;
        let Some(caller) = planner.context.credentials.get(name) else { return };
        for at in 0..self.steps.len() {
            let step = &self.steps[at];
            let Ok(operation) = planner.operation(&step.operation_id) else { continue };
            // Where duties are separated, whose thing it is has to do with few of the states that a body chooses from.
            let is_separate = self.thing_maker.as_deref() == Some(name);
            let is_others = step.request.credentials == Credentials::None
                || is_separate && step.id.starts_with("move") && planner.steers(operation)
                || is_separate && self.own_steps.contains(&step.id);
            let own = Credentials::As(name.to_owned());
            let may_not = !caller.calls(operation) || planner.is_let_but_for(operation, &own);
            if may_not || asks_who(&step.id) || is_others {
                continue;
            }
            let mut request = self.for_oneself(operation, name, step.request.clone());
            request.credentials = Credentials::As(name.to_owned());
            for member in self.not_to_be_sent(operation, name) {
                if let Some(body) = &mut request.body {
                    body.content.remove_member(&member);
                }
            }
            Arc::make_mut(&mut self.steps[at]).request = request;
        }
        self.removed_by(name, |_| true);
    }

    /// The members of a body by which something is made that a caller may not send, and that needn't be there.
    fn not_to_be_sent(&self, operation: &Operation, name: &str) -> Vec<String> {
        let planner = self.planner;
        if operation.method != Method::Post {
            return Vec::new();
        }
        let told = planner.resources.member_roles(operation).into_iter();
        let schema = planner.media_type(operation).and_then(|one| one.schema);
        let body = schema.map(|schema| Merged::of(planner.contract, &[schema], Choice::default()));
        let required = body.map(|body| body.required()).unwrap_or_default();
        let own = told.filter(|one| planner.is_of_role(name, &one.who));
        let members = own.flat_map(|one| one.members);
        members.filter(|one| !required.contains(one.as_str())).collect()
    }

    /// A request of a caller without what says for whom it is, where those who mean themselves leave that out, and whoever else it
    /// may be, they could not have made.
    pub(in crate::plan) fn for_oneself(
        &self,
        operation: &Operation,
        name: &str,
        mut request: Request,
    ) -> Request {
        let planner = self.planner;
        let Some(caller) = planner.context.credentials.get(name) else { return request };
        let left_out = request.members().filter(|(name, value)| {
            self.is_of_others(value, caller) && planner.resources.may_be_left_out(operation, name)
        });
        let left_out: Vec<String> = left_out.map(|(name, _)| name.clone()).collect();
        for name in left_out {
            if let Some(body) = &mut request.body {
                body.content.remove_member(&name);
            }
        }
        request
    }

    /// Whether a value is of what some steps have made that a caller could not have made.
    pub(in crate::plan) fn is_of_others(&self, value: &Template, caller: &Caller) -> bool {
        let steps = value.expressions().into_iter().filter_map(Expression::step);
        let mut made = steps.filter_map(|step| self.step(step));
        made.any(|step| {
            let maker = self.planner.operation(&step.operation_id);
            maker.is_ok_and(|maker| !maker.method.is_safe() && !caller.calls(maker))
        })
    }

    /// Sends the calls of one operation as one credential.
    pub(in crate::plan) fn asked_by(&mut self, operation: &Operation, name: &str) {
        for step in self.steps.iter_mut().filter(|step| step.operation_id == operation.id) {
            Arc::make_mut(step).request.credentials = Credentials::As(name.to_owned());
        }
    }

    /// Has what some steps made removed by one credential, where it may: it need not be there for others.
    pub(in crate::plan) fn removed_by(&mut self, name: &str, is_meant: impl Fn(&str) -> bool) {
        let planner = self.planner;
        let Some(caller) = planner.context.credentials.get(name) else { return };
        let own = Credentials::As(name.to_owned());
        let is_theirs: Vec<String> = self
            .steps
            .iter()
            .filter(|step| step.request.credentials == own && is_meant(&step.id))
            .map(|step| step.id.clone())
            .collect();
        for cleanup in self.cleanup.iter_mut().filter(|one| is_theirs.contains(&one.after)) {
            let remover = planner.operation(&cleanup.step.operation_id);
            if remover.is_ok_and(|one| caller.calls(one)) {
                Arc::make_mut(&mut cleanup.step).request.credentials = own.clone();
            }
        }
    }

    /// Whether somebody else than whoever this is has written something so far.
    pub(in crate::plan) fn has_written_besides(&self, own: &Credentials) -> bool {
        let is_others =
            |step: &Arc<Step>| !step.request.method.is_safe() && step.request.credentials != *own;
        self.steps.iter().any(is_others)
    }

    /// Lets what a credential does so far be refused: it need not see what somebody else has made, nor have a right to it.
    /// Then the case says nothing.
    pub(in crate::plan) fn may_be_refused(&mut self, name: &str) {
        self.may_be_refused_with(name, &[403, 404]);
    }

    /// The same with these statuses: it may be somebody of whom what it sends isn't valid.
    pub(in crate::plan) fn may_be_refused_with(&mut self, name: &str, refusals: &[u16]) {
        let own = Credentials::As(name.to_owned());
        let planner = self.planner;
        for step in self.steps.iter_mut().filter(|step| step.request.credentials == own) {
            let Ok(operation) = planner.operation(&step.operation_id) else { continue };
            let refusals = refusals.iter().map(|code| Status::Code(*code));
            for refusal in refusals.filter(|one| operation.responses.contains_key(one)) {
                Arc::make_mut(step).criteria.iter_mut().for_each(|one| one.or(refusal));
            }
        }
    }

    /// The first credential of its side that may call an operation; nobody where nobody is asked for.
    pub(in crate::plan) fn credentials(&self, operation: &Operation) -> Credentials {
        self.planner.credentials_of(operation, &self.side)
    }

    /// Whether the run may do all of it, as far as its operations tell, and leaves nothing behind.
    pub(in crate::plan) fn may_run(&self) -> bool {
        let planner = self.planner;
        let may = |step: &Step| {
            let operation = planner.operation(&step.operation_id);
            operation.is_ok_and(|one| one.method.is_safe() || planner.may_act(one))
        };
        self.steps.iter().all(|step| may(step)) && self.leaves_nothing()
    }

    /// Whether all that it makes is removed again: its side may have nobody who could do so.
    pub(in crate::plan) fn leaves_nothing(&self) -> bool {
        let is_undone = |step: &Step| self.cleanup.iter().any(|cleanup| cleanup.after == step.id);
        let may_stay = |step: &Step| {
            let permissions = &self.planner.context.permissions;
            let last = step.request.path_parameters.last();
            let mut last = last.into_iter().flat_map(|(_, text)| text.expressions());
            // What lies within a thing goes with it.
            let is_within = last.any(|one| matches!(one, Expression::Output { .. }));
            self.planner.operation(&step.operation_id).is_ok_and(|maker| {
                !self.planner.resources.makes(maker)
                    || permissions.creates.matches(maker)
                    || (is_within && self.planner.resources.remover(&maker.id).is_none())
            })
        };
        self.steps.iter().all(|step| is_undone(step) || may_stay(step))
    }
}
