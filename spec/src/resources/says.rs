//! What descriptions say of an operation: of rights, refusals and conflicts, each by the module that hears it.

mod bodies;
mod callers;

use super::{
    Arranged, Basket, Brought, Capacity, Census, Compared, Dated, Each, Formula, Key, Length,
    NeededState, NeededThing, Outcomes, Period, Resources, SizeLimit, Start, ToldLimit,
    ToldMinimum, ToldNumber, ToldSense, Unfit, arranged, basket, brought, capacity, cascade,
    catalogue, census, compared, conflict, consequence, dated, each, formula, granted, length,
    limit, needed_state, needed_thing, often, period, prose, said, sense, size, sort, starts, told,
    unfit, within,
};
use crate::model::{Header, JsonType, Operation, Parameter, SchemaId, Status};
use crate::names::words;
use crate::outline::Outline;

impl<'a> Resources<'a> {
    /// The roles that callers have, folded, where the contract lists them.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// Whether a list is said to leave out what is in a state: "Archived events are left out unless `status` asks for them".
    #[must_use]
    pub fn says_left_out(&self, operation: &Operation, state: &str) -> bool {
        said::left_out(operation, state)
    }

    /// Whether a conflict (409) of an operation is said to be about what `maker` makes: "the berth has no free place".
    #[must_use]
    pub fn conflicts_over(&self, operation: &Operation, maker: &Operation) -> bool {
        conflict::is_over(operation, maker)
    }

    /// Whether the document says that a query parameter which it doesn't name is ignored.
    #[must_use]
    pub fn says_unknown_parameters_are_ignored(&self) -> bool {
        let said = self.contract.info.description.as_deref().unwrap_or_default();
        prose::sentences(said).any(told::unknown_parameters_are_ignored)
    }

    /// Whether an operation says that what was removed is answered with 410, and so not as what was never there (RFC 9110
    /// §15.5.11).
    #[must_use]
    pub fn says_gone(&self, operation: &Operation) -> bool {
        let gone = operation.responses.get(&Status::Code(410));
        gone.is_some_and(|response| prose::says_was_removed(&response.description))
    }

    /// Whether a removal takes with it what an operation reads within the thing, as its description says.
    #[must_use]
    pub fn cascades(&self, remover: &Operation, part: &Operation) -> bool {
        cascade::says(remover, part)
    }

    /// Whether it is said of an operation that what is called `things` must be of the same one of what is called `around`.
    #[must_use]
    pub fn says_of_same(&self, operation: &Operation, things: &str, around: &str) -> bool {
        within::says_of_same(self, operation, things, around)
    }

    /// What else than the thing that an operation is about is in a state once it was done.
    #[must_use]
    pub fn brought(&self, operation: &Operation) -> Vec<Brought<'a>> {
        brought::of(self, operation)
    }

    /// Whether an operation, or its conflict, speaks of what is called so.
    #[must_use]
    pub fn speaks_of(&self, operation: &Operation, member: &str) -> bool {
        let own = operation.told.as_deref();
        own.into_iter()
            .chain(told::refusals(operation, [409]))
            .any(|said| prose::mentions(said, member))
    }

    /// With which statuses a file without a byte in it is said to be refused; none: nothing is said.
    #[must_use]
    pub fn refused_empty(&self, operation: &Operation) -> Vec<u16> {
        size::empty_is_refused(operation)
    }

    /// The values that members of an operation's body are said to have to be more than.
    #[must_use]
    pub fn told_minima(&self, operation: &Operation) -> Vec<ToldMinimum> {
        limit::minima(self.contract, operation)
    }

    /// The parameters of a query that an operation says to take together or not at all, and with which status one alone is refused.
    #[must_use]
    pub fn taken_together(&self, operation: &Operation) -> Option<(Vec<String>, u16)> {
        told::taken_together(operation)
    }

    /// Whether a file is said to be taken once.
    #[must_use]
    pub fn says_same_content(&self, operation: &Operation) -> bool {
        conflict::says_same_content(operation)
    }

    /// Whether a member of what an operation makes is said by its name to be given once, so that nothing else ever has the same.
    #[must_use]
    pub fn says_given_once(&self, operation: &Operation, member: &str) -> bool {
        told::told_once(operation, member)
    }

    /// Whether the ids that a member of this name has are said to be given once, by the document or by an operation that gives them.
    #[must_use]
    pub fn says_ids_given_once(&self, operation: &Operation, member: &str) -> bool {
        told::ids_given_once(self.contract, operation, member)
    }

    /// Whether an operation says that no two things have the same of any of these members.
    #[must_use]
    pub fn says_unique(&self, operation: &Operation, members: &[&str]) -> bool {
        conflict::says_unique(operation, members)
    }

    /// Whether a body that is no JSON is said to be a 400, by the operation or for all.
    #[must_use]
    pub fn says_malformed_is_400(&self, operation: &Operation) -> bool {
        told::malformed_is_400(self.contract, operation)
    }

    /// Whether nothing of what a list shows is changed by anything, nor has anything done to it.
    #[must_use]
    pub fn is_only_shown(&self, list: &Operation) -> bool {
        catalogue::is_only_shown(self, list)
    }

    /// The members of an operation's body that may not be less than another one, as descriptions say.
    #[must_use]
    pub fn compared(&self, operation: &Operation) -> Vec<Compared> {
        compared::of(self.contract, operation)
    }

    /// Whether members that only the server writes are said to be ignored where they are sent, by the operation or for all.
    #[must_use]
    pub fn says_read_only_is_ignored(&self, operation: &Operation) -> bool {
        told::read_only_is_ignored(self.contract, operation)
    }

    /// Whether a body of another media type than those that are taken is said to be refused, by the operation or for all.
    #[must_use]
    pub fn says_other_media_are_refused(&self, operation: &Operation) -> bool {
        told::other_media_are_refused(self.contract, operation)
    }

    /// The members of a body, out of these, of which no two things may have the same, as the description of the conflict says.
    #[must_use]
    pub fn keys(&self, operation: &Operation, members: &[&str]) -> Vec<Key> {
        conflict::keys(operation, members)
    }

    /// The value that a parameter has where it isn't sent, as its description says.
    #[must_use]
    pub fn told_default<'p>(&self, parameter: &'p Parameter) -> Option<&'p str> {
        sort::told_default(parameter)
    }

    /// Whether a refusal of an operation (400, 404, 409, 422) speaks of a member of its body.
    #[must_use]
    pub fn refuses_for(&self, operation: &Operation, member: &str) -> bool {
        told::refuses_for(operation, member)
    }

    /// The number of an operation's body that is said not to be above a number of its answer.
    #[must_use]
    pub fn told_bound(&self, operation: &Operation) -> Option<String> {
        limit::bound(self.contract, operation)
    }

    /// The numbers of an operation's body that are said not to be above something.
    #[must_use]
    pub fn told_bounds(&self, operation: &Operation) -> Vec<ToldLimit> {
        limit::bounds(self.contract, operation)
    }

    /// How large what an operation takes may be, as it tells.
    #[must_use]
    pub fn size_limit(&self, operation: &Operation) -> Option<SizeLimit> {
        size::limit(self.contract, operation)
    }

    /// With which statuses a file is said to be refused that isn't what its media type says; none: nothing is said.
    #[must_use]
    pub fn refused_content(&self, operation: &Operation) -> Vec<u16> {
        size::content_is_refused(operation)
    }

    /// The member of an operation's body that is said to have to have the right check digit.
    #[must_use]
    pub fn told_check_digit(&self, operation: &Operation) -> Option<ToldLimit> {
        limit::check_digit(self.contract, operation)
    }

    /// The members of what an operation answers with that are there in some states of a thing, or are null in some.
    #[must_use]
    pub fn dated(&self, operation: &Operation) -> Vec<Dated> {
        dated::of(self, operation)
    }

    /// What each caller has one of, where an operation puts a part into it.
    #[must_use]
    pub fn basket(&self, filling: &'a Operation) -> Option<Basket<'a>> {
        basket::of(self, filling)
    }

    /// In which state what an operation makes is said to be as soon as it is made.
    #[must_use]
    pub fn start(&self, operation: &Operation) -> Option<Start> {
        starts::of(self, operation)
    }

    /// Whether an operation is said to move things in several ways, each of which somebody else may: a table of its moves has a
    /// column that tells who, or a sentence says that rights depend on the move.
    #[must_use]
    pub fn reserves_moves(&self, operation: &Operation) -> bool {
        let is_refused = operation.documents(403);
        is_refused && operation.told.as_deref().is_some_and(granted::differs_by_move)
    }

    /// The arrays within what an operation answers with that are said to come in an order.
    #[must_use]
    pub fn arranged(&self, operation: &'a Operation) -> Vec<Arranged<'a>> {
        arranged::of(self, operation)
    }

    /// The members of what an operation answers with that follow from others, as descriptions say.
    #[must_use]
    pub fn formulas(&self, operation: &Operation) -> Vec<Formula> {
        formula::of(self, operation)
    }

    /// Whether an answer of an operation is said to be for a number that is above, or below, what follows from something
    /// else.
    #[must_use]
    pub fn is_bounded_elsewhere(&self, operation: &Operation, member: &str) -> bool {
        limit::is_bounded_elsewhere(self.contract, operation, member)
    }

    /// Whether an operation says that it refuses bodies for what no schema says, with a 422.
    #[must_use]
    pub fn says_refused_for_sense(&self, operation: &Operation) -> bool {
        told::refused_for_sense(operation)
    }

    /// The members of an operation's body that the one period in it begins and ends with.
    #[must_use]
    pub fn period_bounds(&self, operation: &Operation) -> Option<(String, String)> {
        period::bounds(self.contract, operation)
    }

    /// What is said of how long the period of an operation's body may be.
    #[must_use]
    pub fn period_lengths(&self, operation: &Operation) -> Vec<Length> {
        length::of(self.contract, operation)
    }

    /// The period of an operation's body that is said to be refused where it ends before it begins.
    #[must_use]
    pub fn refused_period(&self, operation: &Operation) -> Option<Period> {
        period::refused(self.contract, operation)
    }

    /// The period of an operation's body that has to be another one for each request, or to lie ahead, as what overlaps another one
    /// is said to be a conflict, or what is over to be refused.
    #[must_use]
    pub fn period_drawn(&self, operation: &Operation) -> Option<Period> {
        let remover = self.remover(&operation.id);
        let remover = remover.and_then(|remover| self.operation(&remover.operation_id));
        period::drawn(self.contract, operation, remover)
    }

    /// The period of an operation's body of which it is said that what overlaps another one is a conflict. It has a length
    /// unless a single day is said to be enough for that.
    #[must_use]
    pub fn period_apart(&self, operation: &Operation) -> Option<Period> {
        period::apart(self.contract, operation)
    }

    /// Whether an answer of an operation is said to be for a member that names what isn't there.
    #[must_use]
    pub fn may_be_unknown(&self, operation: &Operation, member: &str) -> bool {
        told::may_be_unknown(operation, member)
    }

    /// Whether a 404 of an operation is said to be for what isn't there for anybody.
    #[must_use]
    pub fn says_absent_to_all(&self, operation: &Operation) -> bool {
        told::absent_to_all(self.contract, operation)
    }

    /// With which statuses an operation says to refuse a body in which this member names what isn't there.
    #[must_use]
    pub fn unknown_is(&self, operation: &Operation, member: &str) -> Vec<u16> {
        told::unknown_is(operation, member)
    }

    /// The same of whatever a body names itself, as is said of all operations.
    #[must_use]
    pub fn unknown_anywhere_is(&self, operation: &Operation) -> Vec<u16> {
        told::unknown_anywhere_is(self.contract, operation)
    }

    /// Whether an operation may say that a request with a key of idempotency that was seen is refused, even the same one.
    #[must_use]
    pub fn says_key_is_refused(&self, operation: &Operation, key: &Parameter) -> bool {
        said::key_is_refused(operation, key)
    }

    /// Whether an operation says that another request with a key of idempotency that was seen is refused.
    #[must_use]
    pub fn says_key_is_of_one(&self, operation: &Operation, key: &Parameter) -> bool {
        said::key_is_of_one(operation, key)
    }

    /// The header field by which an answer tells whether it is one that was given before: `Idempotency-Replayed`; and whether
    /// other answers have it as well. A boolean is told of each, and the text `true`, where there is no other, of those alone.
    #[must_use]
    pub fn tells_repetition(&self, operation: &Operation) -> Option<(String, bool)> {
        let (response, _) = operation.answer()?;
        let is_it = |(name, header): (&String, &Header)| {
            let last = words(name).pop().unwrap_or_default();
            let shown = Outline::of(self.contract, &[header.schema()?]);
            let texts = shown.texts();
            let is_of_both = texts.len() == 2
                && ["true", "false"].iter().all(|one| texts.iter().any(|text| text == one));
            let is_boolean = shown.is(JsonType::Boolean) || is_of_both;
            let is_told = is_boolean || texts == ["true"];
            let is_called = matches!(last.as_str(), "replayed" | "replay" | "repeated");
            (is_called && is_told).then(|| (name.clone(), is_boolean))
        };
        response.headers.iter().find_map(is_it)
    }

    /// Whether an operation says that a key of idempotency is that of one caller: another's is another key.
    #[must_use]
    pub fn says_key_is_of_caller(&self, operation: &Operation, key: &Parameter) -> bool {
        said::key_is_of_caller(operation, key)
    }

    /// Whether an operation says that a key of idempotency is free after a request that failed.
    #[must_use]
    pub fn says_failed_key_is_free(&self, operation: &Operation, key: &Parameter) -> bool {
        said::failed_key_is_free(operation, key)
    }

    /// Whether an operation says that a key of idempotency is answered again whatever has become of the things meanwhile.
    #[must_use]
    pub fn says_key_is_answered_later(&self, operation: &Operation, key: &Parameter) -> bool {
        said::key_is_answered_later(operation, key)
    }

    /// Whether an operation says that a key of idempotency is answered with the first answer, to the letter.
    #[must_use]
    pub fn says_first_answer_again(&self, operation: &Operation, key: &Parameter) -> bool {
        said::first_answer_again(operation, key)
    }

    /// Whether an operation says that a key of idempotency is that of requests about one thing.
    #[must_use]
    pub fn says_key_is_of_thing(&self, operation: &Operation, key: &Parameter) -> bool {
        said::key_is_of_thing(operation, key)
    }

    /// Whether a condition is said to take one entity tag and no list of them, which RFC 9110 §13.1 has.
    #[must_use]
    pub fn takes_one_tag(&self, condition: &Parameter) -> bool {
        const ONE: [&str; 3] = ["single tag", "one tag only", "lists are not supported"];
        condition.description.as_deref().is_some_and(|said| prose::has(said, &ONE))
    }

    /// Whether an operation says that `If-Match: *` is refused (412), which RFC 9110 §13.1.1 has for whatever is there.
    #[must_use]
    pub fn refuses_any_tag(&self, operation: &Operation) -> bool {
        let changed = operation.responses.get(&Status::Code(412));
        let parameters = operation.parameters.iter().filter_map(|one| one.description.as_deref());
        let told = [operation.told.as_deref(), changed.map(|one| one.description.as_str())];
        let mut told = told.into_iter().flatten().chain(parameters);
        let refused = |one: &str| prose::has(one, &["with `*`"]) && prose::has(one, &["412"]);
        changed.is_some() && told.any(|text| prose::sentences(text).any(refused))
    }

    /// Whether an operation says that doing the same once more is no error.
    #[must_use]
    pub fn says_taken_again(&self, operation: &Operation) -> bool {
        said::taken_again(operation)
    }

    /// Whether an answer tells of each of several things what became of it, so that one that can't be is no reason to
    /// refuse the others.
    #[must_use]
    pub fn tells_of_each(&self, operation: &Operation) -> bool {
        each::tells(self.contract, operation)
    }

    /// How an operation takes several things at once in such a body, and tells by a status what became of each.
    #[must_use]
    pub fn each(&self, operation: &Operation, body: SchemaId) -> Option<Each> {
        Each::of(self.contract, operation, body)
    }

    /// How an operation does one thing to several that such a body names, and tells in words what came of each.
    #[must_use]
    pub fn outcomes(&self, operation: &Operation, body: SchemaId) -> Option<Outcomes> {
        Outcomes::of(self.contract, operation, body)
    }

    /// Whether a removal says that what another operation makes keeps the thing from being removed.
    #[must_use]
    pub fn says_kept(&self, remover: &Operation, part: &Operation) -> bool {
        conflict::says_kept(self, remover, part)
    }

    /// Whether what an operation takes is said to be free again once the thing is in a state.
    #[must_use]
    pub fn says_free_when(&self, operation: &Operation, state: &str) -> bool {
        let told = operation.told.as_deref().unwrap_or_default();
        prose::sentences(told)
            .any(|one| prose::says_free_again(one) && words(one).iter().any(|word| word == state))
    }

    /// Whether an operation can name what `maker` makes once only.
    #[must_use]
    pub fn takes(&self, operation: &Operation, maker: &Operation) -> bool {
        unfit::takes(self, operation, maker)
    }

    /// The actions of which such things come as a list shows, where nothing is for making them.
    #[must_use]
    pub fn fillers(&self, list: &Operation) -> Vec<&Operation> {
        consequence::fillers(self, list)
    }

    /// The states of what `maker` makes for which an operation is said to refuse a request that names it.
    #[must_use]
    pub fn unfit(&self, operation: &Operation, maker: &Operation) -> Vec<Unfit> {
        unfit::of(self, operation, maker)
    }

    /// The states that an operation needs of what it doesn't act on itself: of what it names, or what that lies in.
    #[must_use]
    pub fn needed_states(&self, operation: &Operation) -> Vec<NeededState> {
        needed_state::of(self, operation)
    }

    /// What is said of an operation's bodies that no schema says.
    #[must_use]
    pub fn told_sense(&self, operation: &Operation) -> Option<ToldSense> {
        sense::of(self, operation)
    }

    /// The members of an operation's body that are said to be sent in some cases only.
    #[must_use]
    pub fn sometimes_absent(&self, operation: &Operation) -> Vec<String> {
        sense::sometimes_absent(self, operation)
    }

    /// What has to be there elsewhere before an operation is called.
    #[must_use]
    pub fn needed_things(&self, operation: &Operation) -> Vec<NeededThing<'a>> {
        needed_thing::of(self, operation)
    }

    /// Whether a request is said to be refused for what its body names, as that was used before.
    #[must_use]
    pub fn says_used_before(&self, operation: &Operation) -> bool {
        often::used_before(self.contract, operation)
    }

    /// The room that what `maker` makes has for what an operation makes, as is said of the latter.
    #[must_use]
    pub fn capacity(&self, operation: &Operation, maker: &Operation) -> Option<Capacity> {
        capacity::of(self, operation, maker)
    }

    /// With which status a change is said to be refused that would leave less of this than is taken.
    #[must_use]
    pub fn keeps_what_is_taken(&self, operation: &Operation, member: &str) -> Option<u16> {
        capacity::keeps_what_is_taken(operation, member)
    }

    /// The numbers that an operation shows and no request gives, with what is said of them.
    #[must_use]
    pub fn told_numbers(&self, reader: &Operation) -> Vec<ToldNumber> {
        census::numbers(self, reader)
    }

    /// What such a number is of the things that `maker` makes.
    #[must_use]
    pub fn census(
        &self,
        number: &ToldNumber,
        (reader, maker): (&Operation, &Operation),
    ) -> Option<Census> {
        census::of(self, number, (reader, maker))
    }

    /// Whether it does so whatever state that is in.
    #[must_use]
    pub fn says_kept_whatever(&self, remover: &Operation, part: &Operation) -> bool {
        conflict::says_kept_whatever(remover, part)
    }

    /// The parameter by which a thing is removed with what another operation makes, where the removal says so.
    #[must_use]
    pub fn switch<'o>(&self, remover: &'o Operation, part: &Operation) -> Option<&'o Parameter> {
        conflict::switch(self.contract, remover, part)
    }
}
