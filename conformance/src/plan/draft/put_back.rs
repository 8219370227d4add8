//! What a list shows was there before the run: what a case changes of it is put back as it was, however the case ends.

use spec::model::{Method, Operation};

use super::undo::undoing;
use super::{ANSWER, Draft, Path, existing};
use crate::case::{Body, Cleanup, Content, Members, Pair, Request, Template, Text};
use crate::expression::Expression;
use crate::sample::{Choice, Merged};

/// The step that looks at the thing as it was.
const AS_IT_WAS: &str = "as_it_was";
const IF_MATCH: &str = "If-Match";

impl Draft<'_> {
    /// Looks at what a request is about to change, where that is what a list shows. What can't be put back, nobody needs to look at.
    pub(super) fn look_before(&mut self, operation: &Operation, request: &Request) {
        let changes = self.members_to_put_back(operation, request).is_some();
        if !changes || self.seen_before(operation, request).is_some() {
            return;
        }
        let Some(reader) = self.planner.on_path(operation, Method::Get) else { return };
        let Ok(mut look) = self.bare_request(reader, &Path::new()) else { return };
        look.path_parameters.clone_from(&request.path_parameters);
        // Who is refused what is tried wouldn't be shown it either.
        if request.credentials.plain().is_some() {
            look.credentials = request.credentials.clone();
        }
        let id = self.free_step_id(AS_IT_WAS);
        self.push(reader, &id, look, Vec::new());
    }

    /// Sees to it that what a step changes of such a thing is put back.
    pub(super) fn put_back(&mut self, operation: &Operation, step: &str) {
        let Some(changed) = self.step(step).map(|step| step.request.clone()) else { return };
        let Some((names, nulls)) = self.members_to_put_back(operation, &changed) else { return };
        let Some(seen) = self.seen_before(operation, &changed) else { return };
        // Whatever was wrong with the request that changed it.
        let Ok(mut request) = self.bare_request(operation, &Path::new()) else { return };
        let content_type = self.planner.media_type(operation).map(|one| one.name.clone());
        self.answer_of(&seen);
        let of = Expression::output(seen, ANSWER);
        let content = Content::Members(Members { of, names, nulls });
        request.body = Some(Body { content_type, content });
        request.path_parameters.clone_from(&changed.path_parameters);
        if changed.credentials.plain().is_some() {
            request.credentials = changed.credentials;
        }
        // By now it has another entity tag, whatever that is (RFC 9110 §13.1.1).
        let is_tag = |name: &str| name.eq_ignore_ascii_case(IF_MATCH);
        request.headers.retain(|pair| !is_tag(&pair.name));
        if operation.parameters.iter().any(|one| is_tag(&one.name)) {
            request.headers.push(Pair { name: IF_MATCH.to_owned(), value: Text::literal("*") });
        }
        let undo = undoing(step, operation, request);
        self.cleanup.insert(0, Cleanup { puts_back: true, ..undo });
    }

    /// The step that looked at what a request changes, before anything did.
    fn seen_before(&self, operation: &Operation, request: &Request) -> Option<String> {
        let reader = self.planner.on_path(operation, Method::Get)?;
        let mut looks = self.steps.iter().filter(|step| {
            step.operation_id == reader.id
                && step.id.starts_with(AS_IT_WAS)
                && step.request.path_parameters == request.path_parameters
        });
        looks.next().map(|step| step.id.clone())
    }

    /// Which members of what a list shows a request may change, all of which the thing itself shows, and whether those that it lacks
    /// are to be null. `None` where it changes nothing of the kind, or in a way that can't be taken back so.
    fn members_to_put_back(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Option<(Vec<String>, bool)> {
        let planner = self.planner;
        let is_update = matches!(request.method, Method::Put | Method::Patch)
            && request.method == operation.method
            && request.steps_in_path().any(existing::is_existing);
        is_update.then_some(())?;
        let reader = planner.on_path(operation, Method::Get)?;
        let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
        let merged = |schema| Merged::of(planner.contract, &[schema], Choice::default());
        let (shown, body) = (merged(reader.answer_schema()?), merged(media_type.schema?));
        let shown = shown.declared();
        let is_shown = |name: &&String| shown.contains_key(name.as_str());
        let content = &request.body.as_ref()?.content;
        let properties = body.properties();
        let mut names: Vec<String> = properties.keys().map(|name| (*name).to_owned()).collect();
        if request.method == Method::Patch {
            // What isn't sent stays as it was.
            if let Content::Json(Template::Object(sent)) = content {
                names = sent.keys().cloned().collect();
            }
            names.retain(|name| is_shown(&name));
            return (!names.is_empty()).then_some((names, media_type.name.contains("merge-patch")));
        }
        names.retain(|name| is_shown(&name));
        let is_whole = body.required().iter().all(|name| shown.contains_key(&**name));
        is_whole.then_some((names, false))
    }
}
