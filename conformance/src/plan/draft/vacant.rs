//! Keys of several parts, of which one is made up and the others need not be: a rate of `PUT /rates/{currency}/{day}`, whose
//! day is any. That nobody has the key is looked up before anything is put there.

use spec::model::{Method, Operation};

use super::{Draft, Path, Provided, STATUS};
use crate::case::{Relation, RelationKind, Request, Step};
use crate::expression::{Condition, Expression};

const CODE: &str = "key-is-vacant";
/// What the step is called that looks whether somebody has the key.
const LOOK: &str = "look_whether_vacant";

/// Whether a step is sent only where nobody has the key that it puts something under.
pub(in crate::plan) fn is_vacant(step: &Step) -> bool {
    step.premises.iter().any(|premise| premise.law == CODE)
}

impl Draft<'_> {
    /// Adds a step that looks whether there is something already where the operation puts something, and what must hold of
    /// it. Nothing where the case itself has put something there before, or where there is no way to look.
    pub(super) fn look_whether_vacant(
        &mut self,
        operation: &Operation,
        request: &Request,
    ) -> Vec<Relation> {
        let planner = self.planner;
        let has_put = || self.steps.iter().any(|step| step.operation_id == operation.id);
        if planner.key_beside(operation).is_none() {
            return Vec::new();
        }
        if let Some(looked) = self.step(LOOK).filter(|_| has_put()) {
            let same = looked.request.path_parameters == request.path_parameters;
            return if same { vec![vacant()] } else { Vec::new() };
        }
        let reader = planner.on_path(operation, Method::Get);
        let reader = reader.filter(|one| one.documents(404));
        let looking =
            reader.and_then(|one| Some((one, self.bare_request(one, &Path::new()).ok()?)));
        let Some((reader, mut looking)) = looking else { return Vec::new() };
        looking.path_parameters.clone_from(&request.path_parameters);
        self.push(reader, LOOK, looking, Vec::new());
        self.status_of(LOOK);
        vec![vacant()]
    }

    /// The other part of a key under which the case has put something: what was sent as such.
    pub(super) fn beside_made(&self, operation: &Operation, name: &str) -> Option<Provided> {
        let put = self.planner.on_path(operation, Method::Put)?;
        self.planner.key_beside(put)?;
        let place = operation.path.parameters().position(|one| one == name)?;
        let sent = self.step(self.made.get(&put.id)?)?;
        let text = sent.request.path_parameters.get(put.path.parameters().nth(place)?)?;
        let expression = text.expressions().next()?.clone();
        Some(Provided { expression, stand_in: self.planner.stand_in(operation, name) })
    }
}

fn vacant() -> Relation {
    let is_missing = Condition::equal(Expression::output(LOOK, STATUS), 404);
    Relation::new(CODE, "nobody has the key that was made up", RelationKind::Holds(is_missing))
}
