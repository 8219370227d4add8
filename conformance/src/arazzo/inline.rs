//! What a workflow calls takes its place in it: a workflow becomes a list of calls of operations.
//!
//! A step of a called workflow is named by the steps that lead to it (`log-in.send`); its inputs are what the call gives,
//! and else inputs of the whole under such a name (`log-in.user`). What has to be run before comes first.

use indexmap::IndexMap;
use spec::Origin;

use super::written::{Call, Transfer, Written, WrittenStep};
use super::{Workflow, WorkflowInput, WorkflowStep};
use crate::case::{Action, Criterion, Template, Text, TextPart, Then};
use crate::expression::{Condition, Expression};

/// Where something can't be put together, and why.
pub(super) struct Problem {
    pub(super) at: Origin,
    pub(super) message: String,
}

/// A workflow with all that it calls in place of the calls.
pub(super) fn inline(
    all: &IndexMap<String, Written>,
    written: &Written,
) -> Result<Workflow, Problem> {
    let mut inliner = Inliner {
        all,
        steps: Vec::new(),
        inputs: IndexMap::new(),
        given: IndexMap::new(),
        open: Vec::new(),
        places: IndexMap::new(),
        transfers: IndexMap::new(),
    };
    let whole = Scope::default();
    let outputs = inliner.workflow(&written.id, whole, &written.origin)?;
    inliner.transfer()?;
    inliner.settle(&written.origin)?;
    Ok(Workflow {
        id: written.id.clone(),
        summary: written.summary.clone(),
        inputs: inliner.inputs,
        steps: inliner.steps,
        outputs,
        exclusive: written.exclusive,
        origin: written.origin.clone(),
    })
}

type Outputs = IndexMap<String, Expression>;

struct Inliner<'w> {
    all: &'w IndexMap<String, Written>,
    steps: Vec<WorkflowStep>,
    inputs: IndexMap<String, WorkflowInput>,
    /// What workflows have given, by their ids.
    given: IndexMap<String, Outputs>,
    /// The workflows that are being put in, the innermost last.
    open: Vec<String>,
    /// Where names lead that no step has, by the number of steps before.
    places: IndexMap<String, usize>,
    /// What is gone to beyond the steps.
    transfers: IndexMap<String, (Transfer, Scope)>,
}

/// How the names of a workflow are meant in the whole.
#[derive(Clone, Default)]
struct Scope {
    /// What stands before the ids of the workflows that its document names.
    document: String,
    /// What stands before the names of its steps.
    prefix: String,
    /// What its inputs are; `None`: they are inputs of the whole under their own names.
    arguments: Option<IndexMap<String, Template>>,
    /// What its calls have given, by their steps.
    calls: IndexMap<String, Outputs>,
    /// What the workflow that is being called gives: `$outputs`.
    called: Outputs,
}

impl Inliner<'_> {
    /// Puts in a workflow; what it gives.
    fn workflow(&mut self, id: &str, mut scope: Scope, at: &Origin) -> Result<Outputs, Problem> {
        let problem = |message: String| Problem { at: at.clone(), message };
        if self.open.iter().any(|open| open == id) {
            return Err(problem(format!("`{id}` calls itself")));
        }
        let all = self.all;
        let written =
            all.get(id).ok_or_else(|| problem(format!("no workflow is called `{id}`")))?;
        scope.document.clone_from(&written.prefix);
        self.open.push(id.to_owned());
        for before in &written.depends_on {
            if !self.given.contains_key(before) {
                let own = Scope { prefix: self.free(before), ..Scope::default() };
                let given = self.workflow(before, own, &written.origin.child("dependsOn"))?;
                self.given.insert(before.clone(), given);
            }
        }
        self.declare(written, &scope);
        let start = self.steps.len();
        for step in &written.steps {
            match step {
                WrittenStep::Operation(step) => {
                    let step = self.step(step, &scope)?;
                    self.steps.push(step);
                }
                WrittenStep::Call(call) => self.call(call, &mut scope)?,
            }
        }
        for (label, transfer) in &written.transfers {
            let label = format!("{}{label}", scope.prefix);
            self.transfers.insert(label, (transfer.clone(), scope.clone()));
        }
        self.open.pop();
        if !scope.prefix.is_empty() {
            self.return_to_caller(start, &scope.prefix);
        }
        let outputs = written.outputs.iter();
        let outputs = outputs.map(|(name, one)| Ok((name.clone(), self.expression(one, &scope)?)));
        outputs.collect::<Result<_, String>>().map_err(problem)
    }

    /// `log-in.`, else `log-in-2.`: what no step has before its name.
    fn free(&self, wanted: &str) -> String {
        let is_free = |prefix: &String| self.steps.iter().all(|step| !step.id.starts_with(prefix));
        let numbered = (2..).map(|number| format!("{wanted}-{number}."));
        let mut prefixes = [format!("{wanted}.")].into_iter().chain(numbered);
        prefixes.find(is_free).unwrap_or_default()
    }

    /// The inputs of a workflow as inputs of the whole.
    fn declare(&mut self, written: &Written, scope: &Scope) {
        for (name, input) in &written.inputs {
            let given = scope.arguments.as_ref().map(|arguments| arguments.get(name));
            let (name, default) = match given {
                None => (name.clone(), input.default.clone()),
                Some(None) => (format!("{}{name}", scope.prefix), input.default.clone()),
                Some(Some(Template::Value(value))) => {
                    (format!("{}{name}", scope.prefix), Some(value.clone()))
                }
                Some(Some(_)) => continue,
            };
            let input = WorkflowInput { default, schema: input.schema };
            self.inputs.entry(name).or_insert(input);
        }
    }

    /// Where a called workflow ends, its caller goes on.
    fn return_to_caller(&mut self, start: usize, prefix: &str) {
        let label = format!("behind {prefix}");
        for step in self.steps.iter_mut().skip(start) {
            for action in &mut step.flow.on_success {
                if action.then == Then::End {
                    action.then = Then::GoTo(label.clone());
                }
            }
        }
        self.places.insert(label, self.steps.len());
    }

    fn call(&mut self, call: &Call, scope: &mut Scope) -> Result<(), Problem> {
        let problem = |message: String| Problem { at: call.origin.clone(), message };
        let arguments = call.arguments.iter();
        let arguments = arguments.map(|(name, one)| Ok((name.clone(), self.template(one, scope)?)));
        let arguments = arguments.collect::<Result<_, String>>().map_err(problem)?;
        let prefix = format!("{}{}", scope.prefix, call.id);
        self.places.insert(prefix.clone(), self.steps.len());
        let inner =
            Scope { prefix: format!("{prefix}."), arguments: Some(arguments), ..Scope::default() };
        let outputs = self.workflow(&call.workflow, inner, &call.origin)?;
        self.given.insert(call.workflow.clone(), outputs.clone());
        let seen = Scope { called: outputs.clone(), ..scope.clone() };
        let mut given = outputs;
        for (name, expression) in &call.outputs {
            given.insert(name.clone(), self.expression(expression, &seen).map_err(problem)?);
        }
        let mut criteria = call.criteria.clone();
        self.criteria(&mut criteria, &seen).map_err(problem)?;
        let mut flow = call.flow.clone();
        for action in flow.actions_mut() {
            self.action(action, &seen).map_err(problem)?;
        }
        if let Some(last) = self.steps.last_mut() {
            last.criteria.extend(criteria);
            last.flow.on_success.extend(flow.on_success);
        }
        scope.calls.insert(call.id.clone(), given);
        Ok(())
    }

    /// Puts in the workflows that actions go to, behind all steps.
    fn transfer(&mut self) -> Result<(), Problem> {
        while let Some((label, (transfer, scope))) = self.transfers.shift_remove_index(0) {
            self.end();
            self.places.insert(label.clone(), self.steps.len());
            let problem = |message: String| Problem { at: transfer.origin.clone(), message };
            let arguments = self.arguments(&transfer.arguments, &scope).map_err(problem)?;
            let prefix = self.free(&format!("{}{}", scope.prefix, transfer.workflow));
            let inner = Scope { prefix, arguments: Some(arguments), ..Scope::default() };
            self.workflow(&transfer.workflow, inner, &transfer.origin)?;
            self.end();
        }
        Ok(())
    }

    /// Behind the latest step there is nothing more.
    fn end(&mut self) {
        if let Some(last) = self.steps.last_mut() {
            let end = Action { name: "end".to_owned(), criteria: Vec::new(), then: Then::End };
            last.flow.on_success.push(end);
        }
    }

    /// Every action goes to a step that there is.
    fn settle(&mut self, at: &Origin) -> Result<(), Problem> {
        let ids: Vec<String> = self.steps.iter().map(|step| step.id.clone()).collect();
        let places = &self.places;
        for step in &mut self.steps {
            for action in step.flow.actions_mut() {
                let target = match &mut action.then {
                    Then::GoTo(target) | Then::Retry { first: Some(target), .. } => target,
                    Then::End | Then::Retry { first: None, .. } => continue,
                };
                if ids.contains(target) {
                    continue;
                }
                let Some(place) = places.get(target) else {
                    let message = format!("an action goes to `{target}`, and no step is called so");
                    return Err(Problem { at: at.clone(), message });
                };
                match ids.get(*place) {
                    Some(id) => id.clone_into(target),
                    None => action.then = Then::End,
                }
            }
        }
        Ok(())
    }

    fn step(&self, step: &WorkflowStep, scope: &Scope) -> Result<WorkflowStep, Problem> {
        let mut step = step.clone();
        self.rename(&mut step, scope)
            .map_err(|message| Problem { at: step.origin.clone(), message })?;
        Ok(step)
    }

    fn rename(&self, step: &mut WorkflowStep, scope: &Scope) -> Result<(), String> {
        step.id.insert_str(0, &scope.prefix);
        for parameter in &mut step.parameters {
            parameter.value = self.template(&parameter.value, scope)?;
        }
        if let Some(body) = &mut step.body {
            body.payload = self.template(&body.payload, scope)?;
        }
        self.criteria(&mut step.criteria, scope)?;
        for output in step.outputs.values_mut() {
            *output = self.expression(output, scope)?;
        }
        step.flow.actions_mut().try_for_each(|action| self.action(action, scope))
    }

    fn action(&self, action: &mut Action, scope: &Scope) -> Result<(), String> {
        match &mut action.then {
            Then::GoTo(target) | Then::Retry { first: Some(target), .. } => {
                target.insert_str(0, &scope.prefix);
            }
            Then::End | Then::Retry { first: None, .. } => {}
        }
        self.criteria(&mut action.criteria, scope)
    }

    fn criteria(&self, criteria: &mut [Criterion], scope: &Scope) -> Result<(), String> {
        criteria.iter_mut().try_for_each(|criterion| match criterion {
            Criterion::Condition(condition) => self.condition(condition, scope),
            Criterion::Status(_) | Criterion::Relation(_) => Ok(()),
        })
    }

    fn condition(&self, condition: &mut Condition, scope: &Scope) -> Result<(), String> {
        condition.expressions_mut().into_iter().try_for_each(|expression| {
            *expression = self.expression(expression, scope)?;
            Ok(())
        })
    }

    /// A value of a workflow as the whole has it.
    fn template(&self, template: &Template, scope: &Scope) -> Result<Template, String> {
        Ok(match template {
            Template::Value(value) => Template::Value(value.clone()),
            Template::Expression(expression) => match scope.composed(expression) {
                Some(composed) => composed.clone(),
                None => Template::Expression(self.expression(expression, scope)?),
            },
            Template::Text(text) => Template::Text(self.text(text, scope)?),
            Template::Array(items) => {
                let items = items.iter().map(|item| self.template(item, scope));
                Template::array(items.collect::<Result<_, _>>()?)
            }
            Template::Object(members) => Template::object(self.arguments(members, scope)?),
        })
    }

    /// Values by their names as the whole has them.
    fn arguments(
        &self,
        values: &IndexMap<String, Template>,
        scope: &Scope,
    ) -> Result<IndexMap<String, Template>, String> {
        let values = values.iter();
        values.map(|(name, one)| Ok((name.clone(), self.template(one, scope)?))).collect()
    }

    fn text(&self, text: &Text, scope: &Scope) -> Result<Text, String> {
        let mut parts = Vec::new();
        for part in &text.0 {
            let TextPart::Expression(expression) = part else {
                parts.push(part.clone());
                continue;
            };
            match scope.composed(expression) {
                Some(Template::Text(inner)) => parts.extend(inner.0.iter().cloned()),
                _ => parts.push(TextPart::Expression(self.expression(expression, scope)?)),
            }
        }
        Ok(Text(parts))
    }

    fn expression(&self, expression: &Expression, scope: &Scope) -> Result<Expression, String> {
        let missing = || format!("`{expression}` is given by nothing that was run before");
        Ok(match expression {
            Expression::Exchange(_) => expression.clone(),
            Expression::Selected(selection) => {
                let mut selection = selection.clone();
                selection.context = self.expression(&selection.context, scope)?;
                Expression::Selected(selection)
            }
            Expression::Input { name, pointer } => scope.input(name, pointer)?,
            Expression::Output { step, name, pointer } => match scope.calls.get(step) {
                Some(given) => given.get(name).ok_or_else(missing)?.clone().at(pointer),
                None => Expression::Output {
                    step: format!("{}{step}", scope.prefix),
                    name: name.clone(),
                    pointer: pointer.clone(),
                },
            },
            Expression::WorkflowOutput { workflow, name, pointer } => {
                let given = match workflow {
                    Some(workflow) => {
                        let workflow = format!("{}{workflow}", scope.document);
                        self.given.get(&workflow).ok_or_else(missing)?
                    }
                    None => &scope.called,
                };
                given.get(name).ok_or_else(missing)?.clone().at(pointer)
            }
        })
    }
}

impl Scope {
    /// The value that a call gives an input, where that is more than one expression or one constant.
    fn composed(&self, expression: &Expression) -> Option<&Template> {
        let Expression::Input { name, pointer } = expression else { return None };
        let argument = self.arguments.as_ref()?.get(name).filter(|_| pointer.is_empty())?;
        let is_one = matches!(argument, Template::Expression(_) | Template::Value(_));
        (!is_one).then_some(argument)
    }

    fn input(&self, name: &str, pointer: &str) -> Result<Expression, String> {
        let Some(arguments) = &self.arguments else {
            return Ok(Expression::input(name).at(pointer));
        };
        match arguments.get(name) {
            Some(Template::Expression(expression)) => Ok(expression.clone().at(pointer)),
            Some(Template::Value(_)) | None => {
                Ok(Expression::input(format!("{}{name}", self.prefix)).at(pointer))
            }
            Some(_) => Err(format!(
                "the input `{name}` is put together of several values, and can't be used in an expression"
            )),
        }
    }
}
