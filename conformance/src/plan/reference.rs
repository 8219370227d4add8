//! Members of bodies that name what another operation makes, or what it lists: where `POST /customers` makes customers,
//! the `customer_id` of an order is one of theirs.
//!
//! ```text
//! body as sampled ──refer──▶ the same, with what it names made by earlier steps of the case
//! ```
//!
//! Names say so ([`spec::resources::References`]). A wrong guess costs a request and no false alarm: what is put there is
//! as valid by the schema as what stood there. Where the profile says what a member is, that stands.

mod bounds;
mod made_up;
mod somebody;

use std::cell::LazyCell;
use std::rc::Rc;

pub(super) use bounds::bounds;
use bounds::in_order;
use serde_json::Value;
use spec::model::{JsonType, MediaType, Method, Operation, RuntimeExpression, SchemaId};
use spec::names::{fold, words};
use spec::pointer::{escape, unescape};
use spec::resources::{Maker, Reference};

use super::draft::{Draft, Path, Provided, is_existing};
use super::{Planner, effect};
use crate::case::Request;
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample, Segment};

/// A value of the kind that a place takes: of an array, its first one.
fn first(sample: &Sample) -> Value {
    match sample {
        Sample::Array(items) => items.first().map_or(Value::Null, Sample::stand_in),
        one => one.stand_in(),
    }
}

/// Of several items of an array that would name the same thing, as there is one of it, the first alone.
fn once_each(sample: &Sample, place: &Named, fits: &dyn Fn(&Sample) -> bool) -> Sample {
    let [before @ .., Segment::Item(n), Segment::Member(member)] = place.location.0.as_slice()
    else {
        return sample.clone();
    };
    let list = Location(before.to_vec());
    let named = |n: usize| sample.at(&list.item(n).member(member));
    let is_named_before = (0..*n).any(|earlier| named(earlier) == named(*n));
    let Some(Sample::Array(items)) = sample.at(&list).filter(|_| is_named_before) else {
        return sample.clone();
    };
    let less = sample.with(&list, Sample::Array(items[..*n].to_vec()));
    less.filter(fits).unwrap_or_else(|| sample.clone())
}

/// How often an array has the one name that it has: once, but where it is there to show a name twice.
fn times(sample: &Sample, place: &Named) -> usize {
    match sample.at(&place.location) {
        Some(Sample::Array(items)) if items.iter().all(|item| Some(item) == items.first()) => {
            items.len().clamp(1, 2)
        }
        _ => 1,
    }
}

/// A place of a body that names something.
pub(super) struct Named {
    pub(super) location: Location,
    /// How the member is called that stands there.
    pub(super) name: String,
    /// Whether it is an array of names.
    several: bool,
}

/// The places that are named like something, whatever that is.
pub(super) fn named(sample: &Sample) -> Vec<Named> {
    let mut all = Vec::new();
    collect(sample, &Location::default(), "", &mut all);
    all
}

/// Those at a place, within it, or of the array that it is an item of.
fn named_at(sample: &Sample, place: &Location) -> Vec<Named> {
    let is_item = |segment: &Segment| matches!(segment, Segment::Item(_));
    let mut way = place.0.as_slice();
    while let Some((_, around)) = way.split_last().filter(|(last, _)| is_item(last)) {
        way = around;
    }
    let place = Location(way.to_vec());
    let name = way.iter().fold(String::new(), |name, segment| match segment {
        Segment::Member(member) => called(&name, member),
        Segment::Item(_) => name,
    });
    let mut all = Vec::new();
    if let Some(there) = sample.at(&place) {
        collect(there, &place, &name, &mut all);
    }
    all
}

/// How a member is called that stands in something of this name: `customer: {id}` is `customer_id`.
fn called(name: &str, member: &str) -> String {
    let is_id = member.len() <= 4 && fold(member) == "id";
    if is_id { format!("{name}_{member}") } else { member.to_owned() }
}

fn collect(sample: &Sample, location: &Location, name: &str, all: &mut Vec<Named>) {
    match sample {
        Sample::Object(members) => {
            for (member, inner) in members {
                collect(inner, &location.member(member), &called(name, member), all);
            }
        }
        Sample::Array(items) => {
            let is_leaf = |item: &Sample| matches!(item, Sample::Value(_) | Sample::Fresh(_));
            if !items.is_empty() && items.iter().all(is_leaf) {
                let (location, name) = (location.clone(), name.to_owned());
                all.push(Named { location, name, several: true });
                return;
            }
            for (n, item) in items.iter().enumerate() {
                collect(item, &location.item(n), name, all);
            }
        }
        Sample::Value(_) | Sample::Fresh(_) => {
            let (location, name) = (location.clone(), name.to_owned());
            all.push(Named { location, name, several: false });
        }
        Sample::Known(..) => {}
    }
}

/// Whether one place lies within the other.
pub(super) fn overlap(one: &Location, other: &Location) -> bool {
    one.0.iter().zip(&other.0).all(|(one, other)| one == other)
}

/// A body whose references were followed.
pub(super) struct Referred {
    pub(super) sample: Sample,
    /// Whether something in it names what could be made and was not: nothing may be there.
    pub(super) is_open: bool,
}

impl Draft<'_> {
    /// Makes what a body names, but at a place where it has something of its own to show: at the root, it is shown by the
    /// whole, and what can't be made is left out.
    pub(super) fn refer(
        &mut self,
        operation: &Operation,
        schema: SchemaId,
        mut sample: Sample,
        except: Option<&Location>,
    ) -> Referred {
        let planner = self.planner();
        let is_showing = except.is_some();
        let except = except.filter(|place| !place.0.is_empty());
        let (shared, own) = planner.given_properties(operation);
        let is_given = |location: &Location| match location.0.first() {
            Some(Segment::Member(name)) => {
                own.contains_key(name) || shared.iter().any(|(given, _)| given == name)
            }
            _ => false,
        };
        let original = sample.clone();
        // What takes its place violates just as much, so that it is found out once, and only where it is asked.
        let violated = LazyCell::new(|| planner.sampler.violated(schema, &original));
        let fits = |changed: &Sample| planner.sampler.violated(schema, changed) == *violated;
        // Of what is said not to be above something, there is as little as shows.
        let bounded = planner.bound(operation);
        let bounded = bounded.filter(|place| !except.is_some_and(|except| overlap(except, place)));
        if let Some(place) = bounded.filter(|_| planner.is_above(operation, &sample)) {
            let less = sample.with(place, Sample::Value(1.into())).filter(fits);
            sample = less.unwrap_or(sample);
        }
        let is_kept = |place: &Location| {
            is_given(place) || except.is_some_and(|except| overlap(except, place))
        };
        sample = self.as_it_is(operation, sample, &is_kept, &fits);
        sample = self.repeating(operation, schema, sample, &is_kept);
        sample = in_order(sample, &is_kept, &fits);
        sample = self.risen(operation, sample, &is_kept, &fits);
        if is_showing {
            sample = self.without_made_up((operation, schema), sample, &is_kept, &fits);
        }
        let mut is_open = false;
        for place in named(&sample) {
            if is_given(&place.location) {
                continue;
            }
            if except.is_some_and(|except| overlap(except, &place.location)) {
                is_open |= self.is_left_open((operation, schema), &sample, &place, &fits);
                continue;
            }
            let candidates = self.candidates(operation, schema, &place);
            // Who or what else is there, is named only where something has to be: whoever that is gets rights by it.
            let is_found = candidates.first().is_some_and(|one| self.is_found(one));
            let is_aside = self.is_making(&operation.id) || self.is_filling();
            if is_found && is_aside && !planner.may_need(operation, &place.name) {
                let less = sample.without(&place.location).filter(|less| fits(less));
                if let Some(less) = less {
                    sample = less;
                    continue;
                }
            }
            // Of users who are something by their role, those that the run may be are known best.
            let own = is_found.then(|| self.marked_id_of(&words(&place.name))).flatten();
            let own = own.and_then(|Provided { expression, stand_in }| {
                let known = Sample::Known(expression, stand_in);
                let known = if place.several { Sample::Array(vec![known]) } else { known };
                sample.with(&place.location, known).filter(|changed| fits(changed))
            });
            if let Some(own) = own {
                sample = own;
                continue;
            }
            let made = candidates.iter().find_map(|reference| {
                let before = self.clone();
                let made = self.put((operation, schema), &sample, &place, reference, &fits);
                match &made {
                    Some(_) if self.may_not_do(operation, &place, reference) => {
                        self.makes_up(operation);
                    }
                    Some(_) => {}
                    None => *self = before,
                }
                made
            });
            match made {
                Some(made) => sample = once_each(&made, &place, &fits),
                None if self.is_made_up((operation, schema), &sample, &place) => {
                    let there = self.value_there(operation, &place);
                    let there = there.or_else(|| self.value_listed(operation, &place));
                    let known = there.or_else(|| self.own_id_of(&place.name));
                    let known = known.and_then(|Provided { expression, stand_in }| {
                        let known = Sample::Known(expression, stand_in);
                        sample.with(&place.location, known).filter(|changed| fits(changed))
                    });
                    if let Some(known) = known {
                        sample = known;
                        continue;
                    }
                    // An id that may have to be somebody's is left out, but where that is tried: what has it may be refused
                    // for it, and shows nothing then. What shows something at another place does so without it.
                    let is_needed = planner.may_need(operation, &place.name);
                    // Within a member there may be no value without its parts.
                    let is_own = place.location.0.len() == 1
                        && sample.members().is_some_and(|all| all.len() > 1)
                        && !planner.resources.says_one_of(operation, &place.name);
                    let is_made_aside = self.is_making(&operation.id) || self.is_filling();
                    let is_aside = is_showing
                        || !is_needed && (is_made_aside || is_own && !self.keeps_made_up());
                    match sample.without(&place.location).filter(|_| is_aside) {
                        Some(less) if fits(&less) => sample = less,
                        _ => self.makes_up(operation),
                    }
                }
                None => {}
            }
        }
        sample = self.within_ranges(sample, &is_kept, &fits);
        Referred { sample, is_open }
    }

    /// Looks at a place that is left as it is, where it has something of its own to show: whether it names what could be made.
    fn is_left_open(
        &mut self,
        (operation, schema): (&Operation, SchemaId),
        sample: &Sample,
        place: &Named,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> bool {
        if self.is_made_up((operation, schema), sample, place) {
            self.makes_up(operation);
        }
        let is_null = matches!(sample.at(&place.location), Some(Sample::Value(Value::Null)));
        let candidates = self.candidates(operation, schema, place);
        let would_fit =
            |one: &Reference| self.would_fit((operation, schema), sample, place, one, fits);
        !is_null && candidates.iter().any(would_fit)
    }

    /// Whether a place of a body, with all within it, names what could be made. What is made up there is remembered.
    pub(super) fn leaves_open(
        &mut self,
        (operation, schema): (&Operation, SchemaId),
        sample: &Sample,
        at: &Location,
    ) -> bool {
        let planner = self.planner();
        let violated = LazyCell::new(|| planner.sampler.violated(schema, sample));
        let fits = |changed: &Sample| planner.sampler.violated(schema, changed) == *violated;
        let mut is_open = false;
        for place in named_at(sample, at) {
            is_open |= self.is_left_open((operation, schema), sample, &place, &fits);
        }
        is_open
    }

    /// A request that names this at a place of its body, and else what the draft has made, or makes for it. `None` where an id
    /// had to be made up.
    pub(super) fn request_naming(
        &mut self,
        operation: &Operation,
        media_type: &MediaType,
        (place, named): (&Location, Sample),
    ) -> Option<Request> {
        let path = self.path(operation, &Path::new()).ok()?;
        let sample =
            self.planner().body_sample(operation, media_type, &path, Extent::Complete).ok()?;
        let sample = sample.with(place, named)?;
        let referred = self.refer(operation, media_type.schema?, sample, Some(place));
        let mut request = self.bare_request(operation, &path).ok()?;
        request.body = Some(self.written(media_type, referred.sample).ok()?);
        (!self.has_made_up(operation)).then_some(request)
    }

    /// The places of the body of a valid request that name what an operation makes.
    pub(super) fn references_of(mut self, operation: &Operation) -> Vec<Location> {
        let planner = self.planner();
        let mut find = || {
            let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
            let path = self.path(operation, &Path::new()).ok()?;
            let sample =
                planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
            Some(self.references_in(operation, media_type.schema?, &sample))
        };
        find().unwrap_or_default().into_iter().map(|(place, _)| place).collect()
    }

    /// Whether something is named at a place of a body, or within it, as far as names and components tell.
    pub(super) fn names_at(
        &self,
        (operation, schema): (&Operation, SchemaId),
        sample: &Sample,
        place: &Location,
    ) -> bool {
        named_at(sample, place).iter().any(|place| {
            self.is_made_up((operation, schema), sample, place)
                || !self.candidates(operation, schema, place).is_empty()
        })
    }

    /// The places of a body that name what an operation makes, and whether each is an array of names.
    pub(super) fn references_in(
        &self,
        operation: &Operation,
        schema: SchemaId,
        sample: &Sample,
    ) -> Vec<(Location, bool)> {
        let is_one = |place: &Named| !self.candidates(operation, schema, place).is_empty();
        let places = named(sample).into_iter().filter(is_one);
        places.map(|place| (place.location, place.several)).collect()
    }

    /// What a place may name: by what it is called, and by what its values must match.
    fn candidates(&self, operation: &Operation, schema: SchemaId, place: &Named) -> Vec<Reference> {
        let planner = self.planner();
        let references = planner.resources.references();
        let called = references.called(&place.name, place.several).into_iter();
        let matched = planner.declared_at(schema, place);
        let all = called.chain(references.of_kind(&matched));
        let mut candidates: Vec<Reference> = Vec::new();
        for one in all.filter(|one| self.may_refer(operation, one)) {
            if !candidates.contains(one) {
                candidates.push(one.clone());
            }
        }
        candidates
    }

    /// Whether what a list shows first may not be what is meant: a description alone says that it is one of those, or a
    /// refusal speaks of the member.
    fn may_not_do(&self, operation: &Operation, place: &Named, reference: &Reference) -> bool {
        let is_listed = reference.named_by.is_none() && self.is_found(reference);
        reference.is_told
            || is_listed && self.planner().resources.refuses_for(operation, &place.name)
    }

    /// The step that made what an operation's path names, where a reference names another one of its kind.
    fn own_made(&self, operation: &Operation, reference: &Reference) -> Option<String> {
        let last = operation.path.parameters().last()?;
        let makers = self.planner().resources.makers(operation, last);
        let is_same = makers.iter().any(|one| one.operation_id == reference.maker.operation_id);
        is_same.then(|| self.made_by_maker(&reference.maker.operation_id))?
    }

    /// Whether a place is said to name another thing than the one that the operation is about: "the other issue".
    fn wants_another(&self, (operation, schema): (&Operation, SchemaId), place: &Named) -> bool {
        const OTHER: [&str; 5] = ["other ", "another ", "different", "itself", "distinct"];
        let declared = self.planner().declared_at(schema, place);
        let contract = self.planner().contract;
        let told = declared.iter().filter_map(|id| contract.schema(*id).description.as_deref());
        let mut told = told.chain(operation.told.as_deref());
        told.any(|text| OTHER.iter().any(|other| text.to_lowercase().contains(other)))
    }

    /// The value that a member has in what the path of an operation names, where the case has made that: it is of something that is
    /// there.
    fn value_there(&mut self, operation: &Operation, place: &Named) -> Option<Provided> {
        let [Segment::Member(name)] = place.location.0.as_slice() else { return None };
        let planner = self.planner();
        let item = operation.path.item_parameter()?;
        let mut makers = planner.resources.makers(operation, item).iter();
        let made = makers.find_map(|maker| self.made_by_maker(&maker.operation_id))?;
        let maker = planner.operation(&self.step(&made)?.operation_id).ok()?;
        let pointer = format!("/{}", escape(name));
        let stand_in = planner.stand_in_at(maker, &pointer)?;
        let answered = Expression::response_body(pointer);
        let output = self.output_named_like(&made, name, &answered);
        Some(Provided { expression: Expression::output(made, &output), stand_in })
    }

    /// The body of a replacement with the numbers that a thing has which a list shows: how much of something there may be depends on
    /// what else there is, and whoever uses the thing need not notice.
    fn as_it_is(
        &mut self,
        operation: &Operation,
        mut sample: Sample,
        is_kept: &dyn Fn(&Location) -> bool,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> Sample {
        if operation.method != Method::Put {
            return sample;
        }
        let is_number = |one: &Sample| matches!(one, Sample::Value(Value::Number(_)));
        let members = sample.members().into_iter().flatten();
        let numbers = members.filter(|(_, member)| is_number(member));
        let names: Vec<String> = numbers.map(|(name, _)| name.clone()).collect();
        for name in names {
            let location = Location::default().member(&name);
            let place = Named { location, name, several: false };
            if is_kept(&place.location) {
                continue;
            }
            let before = self.clone();
            let Some(Provided { expression, stand_in }) = self.value_listed(operation, &place)
            else {
                continue;
            };
            let known = Sample::Known(expression, stand_in);
            match sample.with(&place.location, known).filter(|changed| fits(changed)) {
                Some(changed) => sample = changed,
                None => *self = before,
            }
        }
        sample
    }

    /// The same where what the path names is what a list shows first.
    fn value_listed(&mut self, operation: &Operation, place: &Named) -> Option<Provided> {
        let [Segment::Member(name)] = place.location.0.as_slice() else { return None };
        let planner = self.planner();
        let shown = planner.shown(operation, operation.path.item_parameter()?)?;
        let mut steps = self.steps.iter();
        let step = steps.find(|one| one.operation_id == shown.list.id && is_existing(&one.id))?;
        let step = step.id.clone();
        let RuntimeExpression::ResponseBody(first) = shown.first else { return None };
        let pointer = format!("{}/{}", first.rsplit_once('/')?.0, escape(name));
        let stand_in = planner.stand_in_at(shown.list, &pointer)?;
        let output = self.output_named_like(&step, name, &Expression::response_body(pointer));
        Some(Provided { expression: Expression::output(step, &output), stand_in })
    }

    /// Whether what is named is what a list shows, and nothing that the run makes.
    fn is_found(&self, reference: &Reference) -> bool {
        let maker = self.planner().operation(&reference.maker.operation_id);
        maker.is_ok_and(|maker| maker.method.is_safe())
    }

    fn may_refer(&self, operation: &Operation, reference: &Reference) -> bool {
        let maker = &reference.maker.operation_id;
        *maker != operation.id
            && !self.is_making(maker)
            && self.planner().operation(maker).is_ok_and(|maker| {
                self.planner().may_make(maker)
                    && !self.planner().is_own_part(operation, maker)
                    && self.planner().may_name_listed(operation, maker)
            })
    }

    fn would_fit(
        &self,
        operation: (&Operation, SchemaId),
        sample: &Sample,
        place: &Named,
        reference: &Reference,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> bool {
        self.clone().put(operation, sample, place, reference, fits).is_some()
    }

    /// The body with what it names made, if that changes nothing about how it keeps to the schema.
    fn put(
        &mut self,
        (operation, schema): (&Operation, SchemaId),
        sample: &Sample,
        place: &Named,
        reference: &Reference,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> Option<Sample> {
        let Provided { expression, stand_in } = match &reference.named_by {
            Some((named, parameter)) => {
                let named = self.planner().operation(named).ok()?;
                let own = self.own_made(operation, reference);
                let own = own.filter(|_| self.wants_another((operation, schema), place));
                let own = own.inspect(|own| self.let_go(own));
                let provided = self.provide_made(named, parameter, &reference.maker, 0).ok()?;
                if let Some(own) = own {
                    self.go_back_to(&reference.maker.operation_id, own);
                }
                provided
            }
            // It is of the kind of what stood there, by all that the document tells.
            None => {
                let stand_in = self.planner().stand_in_of(&reference.maker);
                let stand_in = stand_in.unwrap_or(first(sample.at(&place.location)?));
                let words = self.planner().words_at(schema, place);
                if let Some(step) = self.list_of_kind(&reference.maker, &words) {
                    self.provide_from(&step, &reference.maker, stand_in)
                } else if let Some((shows, own)) = self.caller_for(reference) {
                    self.provide_selected(&shows, &own, stand_in).ok()?
                } else if reference.is_told {
                    let selected = self.another_of(&reference.maker, operation);
                    let list = &reference.maker.operation_id;
                    self.provide_selected(list, &selected, stand_in).ok()?
                } else {
                    self.provide_listed(&reference.maker, stand_in).ok()?
                }
            }
        };
        let known = |stand_in| {
            let known = Sample::Known(expression.clone(), stand_in);
            if !place.several {
                return sample.with(&place.location, known).filter(|changed| fits(changed));
            }
            // Of items that are each to be another one, there is one.
            let mut counts = [times(sample, place), 1].into_iter();
            counts.find_map(|count| {
                let those = Sample::Array(vec![known.clone(); count]);
                sample.with(&place.location, those).filter(|changed| fits(changed))
            })
        };
        // Who makes it may call any text what has to be a UUID where it is named.
        let is_text = stand_in.is_string();
        known(stand_in).or_else(|| {
            let wanted = sample.at(&place.location).filter(|one| is_text && is_uuid(one))?;
            known(first(wanted))
        })
    }
}

fn is_uuid(sample: &Sample) -> bool {
    match sample {
        Sample::Array(items) => items.iter().all(is_uuid),
        one => *one == Sample::Fresh(Fresh::Uuid),
    }
}

impl Planner<'_> {
    /// What a value at a place of a body must match; of an array of names, each of them.
    fn declared_at(&self, body: SchemaId, place: &Named) -> Rc<[SchemaId]> {
        let mut way = place.location.0.clone();
        way.extend(place.several.then_some(Segment::Item(0)));
        let declared = self.places.schemas(body, &way);
        // What stands beside a `$ref` makes a schema of its own, of which the component is a part (OAS 3.1 §4.8.24.1).
        let parts = declared.iter().flat_map(|id| &self.contract.schema(*id).all_of);
        let parts: Vec<SchemaId> = parts.filter(|part| !declared.contains(part)).copied().collect();
        match parts.as_slice() {
            [] => declared,
            parts => declared.iter().chain(parts).copied().collect(),
        }
    }

    /// What is said of the value at a place of a body, and how the member is called that stands there: by words.
    fn words_at(&self, body: SchemaId, place: &Named) -> Vec<String> {
        let declared = self.declared_at(body, place);
        let said =
            declared.iter().filter_map(|id| self.contract.schema(*id).description.as_deref());
        let first = said.filter_map(|text| text.split(['.', ';']).next());
        let all = std::iter::once(place.name.as_str()).chain(first).flat_map(words);
        all.collect()
    }

    /// A value such as the id of what a maker makes, or lists, as its answer's schema has it.
    fn stand_in_of(&self, maker: &Maker) -> Option<Value> {
        let RuntimeExpression::ResponseBody(pointer) = &maker.id else { return None };
        self.stand_in_at(self.operation(&maker.operation_id).ok()?, pointer)
    }

    /// A value such as stands at a place of an operation's answer.
    fn stand_in_at(&self, operation: &Operation, pointer: &str) -> Option<Value> {
        let mut ids = vec![operation.answer_schema()?];
        for token in pointer.split('/').skip(1) {
            let merged = Merged::of(self.contract, &ids, Choice::default());
            ids = match token.parse() {
                Ok(n) if merged.types().contains(JsonType::Array) => merged.item(n),
                _ => merged.declared().get(&*unescape(token))?.clone(),
            };
        }
        let (made, _) = self.sampler.valid(*ids.first()?, Extent::Minimal, &Fixed::new())?;
        Some(made.stand_in())
    }

    /// Whether an operation makes what lies within the very thing that another one makes, where it can't be before the thing
    /// is; or puts it into a set of that thing, which the body of the thing has as well: `PUT /devices/{id}/tags/{tag}`.
    fn is_own_part(&self, operation: &Operation, maker: &Operation) -> bool {
        let resources = &self.resources;
        let makes_around = maker.path.parameters().any(|name| {
            let makers = resources.makers(maker, name);
            makers.iter().any(|one| one.operation_id == operation.id)
        });
        let adds_to_set = maker.body.is_none() && resources.chooses(maker);
        let around = operation.path.item_parameter().map(|_| operation.path.shape() + "/");
        let lies_within = around.is_some_and(|around| maker.path.shape().starts_with(&around));
        makes_around || adds_to_set && lies_within
    }

    /// Whether a body may name what a list shows. What is changed by what names it, as an account is by a transfer, is somebody
    /// else's: that takes leave.
    fn may_name_listed(&self, operation: &Operation, list: &Operation) -> bool {
        let permissions = &self.context.permissions;
        !list.method.is_safe()
            || self.resources.is_only_shown(list)
            || permissions.creates.matches(operation)
            || permissions.allow.matches(operation)
    }

    /// Whether an operation makes nothing that could stay behind: it acts on a thing, which the run makes for it.
    fn only_acts(&self, operation: &Operation) -> bool {
        operation.path.parameters().next().is_some() && !self.resources.makes(operation)
    }

    /// Whether an operation may act on what the run has made, as far as its name tells.
    pub(super) fn may_act(&self, operation: &Operation) -> bool {
        let allowed = self.context.permissions.allow.matches(operation);
        self.unselected(operation).is_none() && (allowed || effect::sound(operation).is_none())
    }

    /// Whether an operation may make or list what others name, and the guard lets it.
    pub(super) fn may_make(&self, maker: &Operation) -> bool {
        let permissions = &self.context.permissions;
        let is_quiet = effect::sound(maker).is_none() || permissions.allow.matches(maker);
        self.unselected(maker).is_none()
            && is_quiet
            && (maker.method.is_safe() || self.may_leave(maker) || self.only_acts(maker))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_overlap_where_one_lies_within_the_other() {
        let lines = Location::default().member("lines");
        let item = lines.item(0).member("item_id");
        assert!(overlap(&lines, &item));
        assert!(!overlap(&lines.item(1), &item));
    }
}
