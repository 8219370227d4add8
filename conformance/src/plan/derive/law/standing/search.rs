//! Searches of lists that the suite may not fill: what the list shows first is found by each text of its own that the search is
//! said to look at, in capitals as well where letter case is said to make no difference.

use spec::pointer::escape;
use spec::resources::Search;

use super::super::listed::{AGAIN, Size, WALK, all_items, item_member, output};
use super::super::query::search::level;
use super::{LOOK, Subject};
use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Template, Text, TextPart};
use crate::expression::{Condition, Expression, Language, Pattern, Piece, Query};

const CODE: &str = "search-finds";
/// Texts that are longer, no parameter has to take.
pub(super) const LONGEST: u64 = 100;

pub(super) fn cases(subject: &Subject<'_>) -> Vec<Case> {
    let searches = subject.list.search.iter().filter(|search| !search.has_wildcards);
    let cases = searches.flat_map(|search| {
        search.members.iter().flat_map(|member| {
            let in_capitals = search.any_case.then_some(Asked::InCapitals);
            let by_part = search.finds_parts.then_some(Asked::InPart);
            let asked = [Some(Asked::AsItIs), in_capitals, by_part].into_iter().flatten();
            asked.filter_map(|asked| subject.found(search, member, asked))
        })
    });
    cases.collect()
}

/// How the text of a member is asked for.
#[derive(Debug, Clone, Copy)]
enum Asked {
    AsItIs,
    InCapitals,
    /// By what stands within it.
    InPart,
}

impl Asked {
    fn part(self, text: Expression) -> TextPart {
        match self {
            Self::AsItIs => TextPart::Expression(text),
            Self::InCapitals => TextPart::Capitals(text),
            Self::InPart => TextPart::Inner(text),
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::AsItIs => "",
            Self::InCapitals => ":capitals",
            Self::InPart => ":part",
        }
    }
}

impl Subject<'_> {
    fn found(&self, search: &Search<'_>, member: &str, asked: Asked) -> Option<Case> {
        item_member(self.planner, self.list, member)?;
        let mut draft = self.look()?;
        let first = |rest: &str| Expression::output(LOOK, "pages").at(&format!("/0{rest}"));
        let text = first(&format!("/{}", escape(member)));
        self.walk(&mut draft, WALK, Size::Largest)?;
        let step = draft.last_step()?;
        step.request.ask(&search.parameter.name, Text(vec![asked.part(text.clone())]));
        step.premises.push(self.may_be_sent(search, text, asked));
        self.walk(&mut draft, AGAIN, Size::Largest)?;
        draft.last_step()?.repeat = None;
        let found = RelationKind::Includes {
            got: all_items(self.list, WALK, false),
            all: Operand::Template(Template::array(vec![Template::Expression(first(""))])),
        };
        let message = format!("what comes first is found by its `{member}`");
        let criterion =
            Criterion::Relation(Relation::new(CODE, message, found).at(level(search, member)));
        let criteria = [criterion].into_iter().chain(self.total_of(WALK)).collect();
        let suffix = asked.suffix();
        let detail = format!("{CODE}:query.{}:{member}{suffix}", search.parameter.name);
        let summary = "a search finds what is there";
        let mut case = self.finish(draft, &detail, summary, criteria)?;
        let same = RelationKind::Equal {
            got: Operand::Template(output(AGAIN, "pages", "/0")),
            expected: Operand::Template(output(LOOK, "pages", "/0")),
        };
        let message = "what comes first is the same twice";
        case.undisturbed = vec![Relation::new("pages-are-stable", message, same)];
        Some(case)
    }

    /// That a text is one that the parameter takes: neither empty nor too long, and of letters, digits and the like, which mean
    /// nothing more than themselves.
    fn may_be_sent(&self, search: &Search<'_>, text: Expression, asked: Asked) -> Relation {
        let schema = search.parameter.schema().map(|id| self.planner.contract.schema(id));
        let longest = schema.and_then(|schema| schema.max_length).unwrap_or(LONGEST);
        let shortest = schema.and_then(|schema| schema.min_length).unwrap_or(1).max(1);
        // Of what is within, there has to be more than a single letter.
        let shortest = if matches!(asked, Asked::InPart) { shortest.max(2) + 2 } else { shortest };
        let kind = RelationKind::Holds(is_plain(text, (shortest, longest.min(LONGEST))));
        Relation::new(CODE, "the text is one that can be searched for", kind)
    }
}

/// That a text has at least and at most so many characters, all of which mean nothing more than themselves.
pub(super) fn is_plain(text: Expression, (shortest, longest): (u64, u64)) -> Condition {
    let pattern = format!("^[A-Za-z0-9@. _-]{{{shortest},{longest}}}$");
    let query = Query {
        context: text,
        pattern: Pattern(vec![Piece::Literal(pattern)]),
        language: Language::Regex,
    };
    Condition::Query(Box::new(query))
}
