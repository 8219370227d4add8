//! Members that name somebody: one of those who the run may be, as the operation tells that shows who asks.

use serde_json::Value;
use spec::model::Operation;
use spec::names::{fold, singulars, words};
use spec::pointer::escape;
use spec::resources::{MarkedCaller, Reference};

use crate::case::Credentials;
use crate::expression::{Expression, Language, Selection};
use crate::plan::draft::{Draft, OWN_AS, Path, Provided};
use crate::sample::Extent;

impl Draft<'_> {
    /// By what a credential goes after which a member is called: who is a `lecturer` is what a `lecturerId` names, as the operation
    /// tells that shows who calls.
    pub(super) fn own_id_of(&mut self, name: &str) -> Option<Provided> {
        let planner = self.planner();
        let called = words(name);
        let [.., role, last] = called.as_slice() else { return None };
        matches!(last.as_str(), "id" | "ids").then_some(())?;
        let Some((shows, own)) = planner.resources.caller_named(name) else {
            return self.marked_id_of(&called);
        };
        let is_one = |name: &str| words(name).contains(role);
        let step = self.asked_as(shows, role, is_one)?;
        let stand_in = planner.stand_in_at(shows, &own)?;
        let output = self.output_named_like(&step, "own", &Expression::response_body(own));
        Some(Provided { expression: Expression::output(step, &output), stand_in })
    }

    /// The same where a list of users marks who asks.
    pub(super) fn marked_id_of(&mut self, called: &[String]) -> Option<Provided> {
        let planner = self.planner();
        let marked = planner.resources.marked_caller()?;
        let list = planner.operation(&marked.operation).ok()?;
        let role = called.split_last()?.1.concat();
        let is_one = |name: &str| singulars(&fold(name)).contains(&role) || fold(name) == role;
        let step = self.asked_as(list, &role, is_one)?;
        let stand_in = planner.stand_in_at(list, &marked_pointer(marked))?;
        let output = self.output_named_like(&step, "own", &marked_id(marked));
        Some(Provided { expression: Expression::output(step, &output), stand_in })
    }

    /// By what a credential goes, where what stands at a JSON pointer of an operation's answer may name it: as the operation tells
    /// that shows who asks, or the list that marks them.
    pub(in crate::plan) fn id_of_caller(
        &mut self,
        name: &str,
        told: (&Operation, &str),
    ) -> Option<Expression> {
        let planner = self.planner();
        let resources = &planner.resources;
        let shown = resources.caller_named("id").map(|(shows, own)| {
            let expression = Expression::response_body(own.clone());
            (shows, own, expression)
        });
        let marked = resources.marked_caller().and_then(|marked| {
            let list = planner.operation(&marked.operation).ok()?;
            Some((list, marked_pointer(marked), marked_id(marked)))
        });
        let (shows, _, own) = shown.into_iter().chain(marked).find(|(shows, own, _)| {
            planner.context.credentials.get(name).is_some_and(|caller| caller.calls(shows))
                && resources.names_as(told, (shows, own))
        })?;
        let step = self.asked_as(shows, name, |one| one == name)?;
        let output = self.output_named_like(&step, "own", &own);
        Some(Expression::output(step, &output))
    }

    /// The step in which the first credential that is one of these, and may, asks an operation who it is.
    fn asked_as(
        &mut self,
        shows: &Operation,
        role: &str,
        is_one: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let planner = self.planner();
        let mut callers = planner.context.credentials.iter();
        let (caller, _) = callers.find(|(name, caller)| is_one(name) && caller.calls(shows))?;
        let step = format!("{OWN_AS}{role}");
        if self.step(&step).is_none() {
            let mut asks = self.request(shows, &Path::new(), Extent::Minimal).ok()?;
            asks.credentials = Credentials::As(caller.clone());
            self.push(shows, &step, asks, planner.succeeds(shows));
        }
        Some(step)
    }

    /// The operation that shows who calls, and how, where what is named is one of those who do, within a thing that knows who takes
    /// part: whoever makes it does.
    pub(super) fn caller_for(&self, reference: &Reference) -> Option<(String, Expression)> {
        let planner = self.planner();
        let (shows, own) = planner.resources.caller_among(&reference.maker)?;
        let mut grants = planner.resources.grants().iter();
        let takes_part = grants.any(|grant| self.made_by_maker(&grant.maker.id).is_some());
        let own = Expression::response_body(own);
        let is_one = takes_part && !reference.is_told && planner.may_make(shows);
        is_one.then(|| (shows.id.clone(), own))
    }
}

/// Where the id of whoever is the first that a list shows stands in its answer.
fn marked_pointer(marked: &MarkedCaller) -> String {
    let items = marked.items.as_deref().map(|items| format!("/{}", escape(items)));
    format!("{}/0/{}", items.unwrap_or_default(), escape(&marked.id))
}

/// The id of the one that a list marks.
fn marked_id(marked: &MarkedCaller) -> Expression {
    let name = |name: &str| format!("[{}]", Value::from(name));
    let items = marked.items.as_deref().map(name).unwrap_or_default();
    let selector = format!("${items}[?@{} == true]{}", name(&marked.mark), name(&marked.id));
    let (context, language) = (Expression::response_body(""), Language::JsonPath);
    Expression::Selected(Box::new(Selection { context, selector, language }))
}
