//! Members that name somebody: one of those who the run may be, as the operation tells that shows who asks.

use serde_json::Value;
use spec::model::Operation;
use spec::names::{fold, singulars, words};
use spec::pointer::escape;
use spec::resources::Reference;

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
        let name = |name: &str| format!("[{}]", Value::from(name));
        let items = marked.items.as_deref().map(name).unwrap_or_default();
        let selector = format!("${items}[?@{} == true]{}", name(&marked.mark), name(&marked.id));
        let (context, language) = (Expression::response_body(""), Language::JsonPath);
        let own = Expression::Selected(Box::new(Selection { context, selector, language }));
        let of_items = marked.items.as_deref().map(|items| format!("/{}", escape(items)));
        let pointer = format!("{}/0/{}", of_items.unwrap_or_default(), escape(&marked.id));
        let stand_in = planner.stand_in_at(list, &pointer)?;
        let output = self.output_named_like(&step, "own", &own);
        Some(Provided { expression: Expression::output(step, &output), stand_in })
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
