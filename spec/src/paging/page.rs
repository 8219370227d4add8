//! A success that may be a page, and what in it may lead to the next one.

use super::{ABOUT, CursorSource, LINKS, Links, Step, Way};
use crate::model::{
    Contract, Header, JsonType, LinkTarget, Location, Operation, Parameter, Response,
    RuntimeExpression,
};
use crate::names::fold;
use crate::outline::Outline;
use crate::pointer::keys;

pub(super) struct Page<'a> {
    contract: &'a Contract,
    operation: &'a Operation,
    pub(super) response: &'a Response,
    body: Outline<'a>,
}

/// The list of a page.
pub(super) struct List<'a> {
    /// The member that it is; `None`: the body itself.
    pub(super) name: Option<String>,
    /// What its items look like.
    item: Outline<'a>,
}

impl<'a> Page<'a> {
    /// The first success that is JSON.
    pub(super) fn of(contract: &'a Contract, operation: &'a Operation) -> Option<Self> {
        let (response, schema) = operation.answer()?;
        Some(Self { contract, operation, response, body: Outline::of(contract, &[schema]) })
    }

    /// Whether it has what any way to a next page needs: a parameter to be set, or the header field `Link`.
    pub(super) fn may_lead_on(&self) -> bool {
        let is_optional =
            |parameter: &Parameter| parameter.location == Location::Query && !parameter.required;
        self.operation.parameters.iter().any(is_optional) || self.link().is_some()
    }

    /// The list of this name, or the only one.
    pub(super) fn list(&self, name: Option<&str>) -> Option<List<'a>> {
        let (name, item) = self.body.list(name)?;
        let name = name.map(str::to_owned);
        Some(List { name, item: Outline::of(self.contract, &item) })
    }

    pub(super) fn by_way(&self, way: &Way, list: &List<'_>) -> Option<Step> {
        match way {
            Way::Cursor { parameter, next, more } => {
                self.cursor(list, parameter, next, more.as_deref())
            }
            Way::Offset(name) => self.count(name, |_| Some(None)),
            Way::Page(name, first) => self.count(name, |parameter| {
                Some(Some(first.or_else(|| self.first_of(parameter)).unwrap_or(1)))
            }),
            Way::Link => self.link_header(),
        }
    }

    /// By what goes without saying.
    pub(super) fn evident(&self, list: &List<'_>) -> Option<Step> {
        self.by_link(list)
            .or_else(|| self.link_header())
            .or_else(|| self.by_names(list))
            .or_else(|| self.by_saying(list))
            .or_else(|| self.by_last_id(list))
            .or_else(|| self.by_count())
            .or_else(|| self.by_url())
    }

    /// A member with the URL of the next page.
    fn by_url(&self) -> Option<Step> {
        Some(Step::Url { next: self.url(&["next"])? })
    }

    /// The members with the URLs of other pages.
    pub(super) fn links(&self) -> Links {
        Links {
            next: self.url(&["next"]),
            previous: self.url(&["prev", "previous"]),
            first: self.url(&["first"]),
            last: self.url(&["last"]),
        }
    }

    /// The names of the members that lead to the URL of a page, by its format or as it says.
    fn url(&self, pages: &[&str]) -> Option<Vec<String>> {
        const FORMATS: [&str; 4] = ["uri", "uri-reference", "iri", "iri-reference"];
        let is_called = |name: &str| {
            let ends = |rest: &str| matches!(rest, "" | "url" | "link" | "page");
            pages.iter().any(|page| name.strip_prefix(page).is_some_and(ends))
        };
        let is_url = |(path, said): &(Vec<String>, String)| {
            self.body.at(path).is_some_and(|member| {
                let format = member.spelling();
                member.is(JsonType::String)
                    && (format.is_some_and(|format| FORMATS.contains(&format)) || says_url(said))
            })
        };
        self.called(is_called).into_iter().find(is_url).map(|(path, _)| path)
    }

    /// A link from the success to the same operation, whose cursor is a member of the body.
    fn by_link(&self, list: &List<'_>) -> Option<Step> {
        let mut links: Vec<_> = self.response.links.iter().collect();
        // The members of a JSON object have no order.
        links.sort_by_key(|(name, _)| *name);
        let own = |target: &LinkTarget| *target == LinkTarget::Operation(self.operation.id.clone());
        let own = links.into_iter().filter(|(_, link)| own(&link.target));
        own.map(|(_, link)| link).find_map(|link| {
            let mut parameters: Vec<_> = link.expressions().collect();
            parameters.sort_by_key(|(name, _)| *name);
            parameters.into_iter().find_map(|(name, expression)| {
                let RuntimeExpression::ResponseBody(pointer) = expression else { return None };
                self.cursor_at(list, name, (false, keys(&pointer).collect()), None)
            })
        })
    }

    fn link_header(&self) -> Option<Step> {
        let is_text = Outline::of(self.contract, &[self.link()?.schema()?]).is(JsonType::String);
        is_text.then_some(Step::Link)
    }

    fn link(&self) -> Option<&'a Header> {
        let mut headers = self.response.headers.iter();
        headers.find(|(name, _)| name.eq_ignore_ascii_case("link")).map(|(_, header)| header)
    }

    /// A parameter, and a member that is called like it with `next` in front.
    fn by_names(&self, list: &List<'_>) -> Option<Step> {
        let mut members: Vec<&str> = self.body.members().into_keys().collect();
        members.sort_unstable();
        let query = |parameter: &&Parameter| parameter.location == Location::Query;
        self.operation.parameters.iter().filter(query).find_map(|parameter| {
            let wanted = format!("next{}", fold(&parameter.name));
            let next = members.iter().find(|name| fold(name) == wanted)?;
            self.cursor_at(list, &parameter.name, (false, vec![(*next).to_owned()]), None)
        })
    }

    /// A parameter that is called a cursor, and a member for the next page that is one: by its name, by its description, or
    /// as the parameter's description names it. A `next` of which nobody says so may as well be a URL.
    fn by_saying(&self, list: &List<'_>) -> Option<Step> {
        const CURSORS: [&str; 4] = ["cursor", "pagetoken", "continuationtoken", "continuation"];
        let is_cursor = |parameter: &&Parameter| {
            let called = fold(&parameter.name);
            parameter.location == Location::Query && CURSORS.contains(&called.as_str())
        };
        let parameter = self.operation.parameters.iter().find(is_cursor)?;
        let told = parameter.description.as_deref().unwrap_or_default();
        let mut nexts = self.nexts().into_iter();
        let (path, _) = nexts.find(|(path, said)| {
            let name = path.last().map(String::as_str).unwrap_or_default();
            let mut words = told.split(|c: char| !c.is_alphanumeric() && c != '_');
            says_cursor(name) || says_cursor(said) || words.any(|word| word == name)
        })?;
        self.cursor_at(list, &parameter.name, (false, path), None)
    }

    /// Members that lead to a next page by their names, each with its description.
    fn nexts(&self) -> Vec<(Vec<String>, String)> {
        const NEXT: [&str; 7] =
            ["next", "nextcursor", "nextpagetoken", "nexttoken", "nexturl", "nextlink", "nextpage"];
        self.called(|name| NEXT.contains(&name))
    }

    /// The members that are called so, of the body or of what it says about the whole, each with its description.
    fn called(&self, is_called: impl Fn(&str) -> bool) -> Vec<(Vec<String>, String)> {
        let within = |body: &Outline<'a>, above: &[String]| -> Vec<(Vec<String>, String)> {
            let members = body.members().into_iter().filter(|(name, _)| is_called(&fold(name)));
            members
                .map(|(name, ids)| {
                    let said =
                        ids.iter().filter_map(|id| self.contract.schema(*id).description.clone());
                    let path = above.iter().cloned().chain([name.to_owned()]).collect();
                    (path, said.collect::<Vec<_>>().join(" "))
                })
                .collect()
        };
        let mut called = within(&self.body, &[]);
        let about = self.body.members().into_iter();
        let is_about = |name: &str| ABOUT.contains(&name) || LINKS.contains(&name);
        for (name, ids) in about.filter(|(name, _)| is_about(&fold(name))) {
            called.extend(within(&Outline::of(self.contract, &ids), &[name.to_owned()]));
        }
        called
    }

    /// The last item is named beside whether there is more.
    fn by_last_id(&self, list: &List<'_>) -> Option<Step> {
        self.cursor_at(list, "after", (false, vec!["last_id".to_owned()]), Some("has_more"))
    }

    pub(super) fn by_count(&self) -> Option<Step> {
        let offset = ["offset", "skip"].iter().find_map(|name| self.count(name, |_| Some(None)));
        offset.or_else(|| self.count("page", |parameter| self.first_of(parameter).map(Some)))
    }

    /// A query parameter that counts, from what `first` says.
    fn count(&self, name: &str, first: impl Fn(&Parameter) -> Option<Option<i64>>) -> Option<Step> {
        let parameter = self.optional(name)?;
        let is_integer = Outline::of(self.contract, &[parameter.schema()?]).is(JsonType::Integer);
        let first = first(parameter).filter(|_| is_integer)?;
        Some(Step::Count { parameter: name.to_owned(), first })
    }

    /// The number of the first page, where the contract gives it.
    fn first_of(&self, parameter: &Parameter) -> Option<i64> {
        Outline::of(self.contract, &[parameter.schema()?]).first_integer()
    }

    /// A query parameter that takes what the page says.
    fn cursor(
        &self,
        list: &List<'_>,
        parameter: &str,
        source: &CursorSource,
        more: Option<&str>,
    ) -> Option<Step> {
        let next = match source {
            CursorSource::Member(path) => (false, split(&self.body, path)?),
            CursorSource::LastItem(path) => (true, split(&list.item, path)?),
        };
        self.cursor_at(list, parameter, next, more)
    }

    /// The same, where members lead to the cursor from the body, or from the last item.
    fn cursor_at(
        &self,
        list: &List<'_>,
        name: &str,
        (by_last_item, next): (bool, Vec<String>),
        more: Option<&str>,
    ) -> Option<Step> {
        let parameter = self.optional(name)?;
        let takes_text = Outline::of(self.contract, &[parameter.schema()?]).is_scalar();
        let within = if by_last_item { &list.item } else { &self.body };
        let cursor = within.at(&next)?;
        let is_flag =
            |name: &str| self.body.member(name).is_some_and(|member| member.is(JsonType::Boolean));
        let fits = takes_text && cursor.is_scalar() && more.is_none_or(is_flag);
        let (parameter, more) = (name.to_owned(), more.map(str::to_owned));
        fits.then_some(Step::Cursor { parameter, by_last_item, next, more })
    }

    fn optional(&self, name: &str) -> Option<&'a Parameter> {
        let parameter = self.operation.parameter(Location::Query, name)?;
        (!parameter.required).then_some(parameter)
    }
}

fn says_url(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "url" | "uri" | "link"))
}

fn says_cursor(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("cursor") || text.contains("token")
}

/// The names that a path with dots stands for; a name may have a dot of its own.
fn split(within: &Outline<'_>, path: &str) -> Option<Vec<String>> {
    if within.member(path).is_some() {
        return Some(vec![path.to_owned()]);
    }
    let (name, rest) = path.split_once('.')?;
    let mut names = split(&within.member(name)?, rest)?;
    names.insert(0, name.to_owned());
    Some(names)
}
