//! One piece for what many cases have alike: a body of a hundred members is sent in hundreds of ways, and most of these
//! differ in one of them. Without it the plan of a large contract takes many times the memory.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use crate::case::{Case, Content, Input, Inputs, Step, Template, Text};
use crate::expression::Expression;

/// The pieces of bodies and the inputs that were met before.
#[derive(Default)]
pub(super) struct Sharing {
    pieces: HashSet<Piece>,
    inputs: HashMap<Arc<str>, Vec<Arc<Input>>>,
}

impl Sharing {
    /// Lets a case have the pieces of those before it where they are the same.
    pub(super) fn share(&mut self, case: &mut Case) {
        let undone = case.cleanup.iter_mut().map(|cleanup| &mut cleanup.step);
        for step in case.steps.iter_mut().chain(undone) {
            self.share_body(step);
        }
        let inputs = std::mem::take(&mut case.inputs);
        case.inputs = self.shared_inputs(inputs);
    }

    /// A step that several cases have is shared already.
    fn share_body(&mut self, step: &mut Arc<Step>) {
        let body = Arc::get_mut(step).and_then(|step| step.request.body.as_mut());
        if let Some(Content::Json(json) | Content::Defective { json, .. }) =
            body.map(|body| &mut body.content)
        {
            self.share_template(json);
        }
    }

    /// From the inside out, so that what differs in one place shares all the others.
    fn share_template(&mut self, template: &mut Template) {
        match template {
            Template::Array(items) => {
                Arc::make_mut(items).iter_mut().for_each(|item| self.share_template(item));
            }
            Template::Object(members) => {
                Arc::make_mut(members).values_mut().for_each(|one| self.share_template(one));
            }
            Template::Value(_) | Template::Expression(_) | Template::Text(_) => return,
        }
        let piece = Piece(template.clone());
        match self.pieces.get(&piece) {
            Some(Piece(known)) => *template = known.clone(),
            None => {
                self.pieces.insert(piece);
            }
        }
    }

    fn shared_inputs(&mut self, inputs: Inputs) -> Inputs {
        let shared = |(name, input): (Arc<str>, Arc<Input>)| {
            let name = match self.inputs.get_key_value(&name) {
                Some((known, _)) => Arc::clone(known),
                None => name,
            };
            let known = self.inputs.entry(Arc::clone(&name)).or_default();
            let input = match known.iter().find(|one| **one == input) {
                Some(known) => Arc::clone(known),
                None => {
                    known.push(Arc::clone(&input));
                    input
                }
            };
            (name, input)
        };
        inputs.into_iter().map(shared).collect()
    }
}

/// An array or an object whose own pieces are shared already, so that these are the same where they are one.
struct Piece(Template);

/// What tells a piece of a piece from others: where it is, or what it says.
#[derive(PartialEq, Eq, Hash)]
enum Part<'t> {
    At(*const ()),
    Value(&'t Value),
    Expression(&'t Expression),
    Text(&'t Text),
}

impl Piece {
    fn parts(&self) -> impl Iterator<Item = (Option<&str>, Part<'_>)> {
        let (items, members) = match &self.0 {
            Template::Array(items) => (Some(&**items), None),
            Template::Object(members) => (None, Some(&**members)),
            Template::Value(_) | Template::Expression(_) | Template::Text(_) => (None, None),
        };
        let items = items.into_iter().flatten().map(|item| (None, part(item)));
        let members = members.into_iter().flatten();
        items.chain(members.map(|(name, member)| (Some(name.as_str()), part(member))))
    }
}

fn part(template: &Template) -> Part<'_> {
    match template {
        Template::Array(items) => Part::At(Arc::as_ptr(items).cast()),
        Template::Object(members) => Part::At(Arc::as_ptr(members).cast()),
        Template::Value(value) => Part::Value(value),
        Template::Expression(expression) => Part::Expression(expression),
        Template::Text(text) => Part::Text(text),
    }
}

impl Hash for Piece {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().for_each(|part| part.hash(state));
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(&self.0) == std::mem::discriminant(&other.0)
            && self.parts().eq(other.parts())
    }
}

impl Eq for Piece {}
