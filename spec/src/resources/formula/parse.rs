//! The words in which descriptions say what a member is of others.

use super::super::prose::on_one_line;
use super::{
    Arithmetic, Formula, Object, Product, Rounding, Term, Toward, number, seconds_of_unit,
};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// Words between two operands.
const PLUS: [&str; 2] = [" plus ", " + "];
const LESS: [&str; 4] = [" less ", " minus ", " without ", " - "];
const TIMES: [&str; 4] = [" times ", " multiplied by ", " * ", " × "];
const OVER: [&str; 3] = [" divided by ", " / ", " ÷ "];
const PERCENT: [&str; 3] = [" % of ", "% of ", " percent of "];
/// Where what else it may be begins.
const ELSE_ZERO: [&str; 5] = [", or 0 ", "; 0 ", ", 0 if ", ", 0 when ", ", or zero "];
/// Numbers in words.
const NUMBERS: [(&str, i64); 8] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("six", 6),
    ("one hundred", 100),
    ("one thousand", 1_000),
    ("one million", 1_000_000),
];

impl Object<'_> {
    /// What a text says that a member is, where it says nothing else; `that` is the member that was spoken of before.
    pub(super) fn formula(&self, text: &str, name: &str, that: Option<&str>) -> Option<Formula> {
        let text = on_one_line(text);
        let (text, rounding) = rounded(&text);
        let (text, or_zero) = match ELSE_ZERO.iter().find_map(|or| text.split_once(or)) {
            Some((text, _)) => (text, true),
            None => (text, false),
        };
        let text = text.split("; null ").next().unwrap_or(text);
        let text =
            ["that is ", ": "].iter().find_map(|is| text.split_once(is)).map_or(text, |(_, is)| is);
        let text = text.trim().trim_end_matches(['.', ',', ';']).trim_end_matches(" and");
        let member = number::of_member(&self.outline, name).unwrap_or_else(|| name.to_owned());
        let is = self.arithmetic(text, (&member, that), rounding)?;
        Some(Formula { list: self.list.clone(), member, is, or_zero })
    }

    fn arithmetic(
        &self,
        text: &str,
        (name, that): (&str, Option<&str>),
        rounding: Option<Rounding>,
    ) -> Option<Arithmetic> {
        if let Some(sum) = self.sum(text, name) {
            return Some(all(vec![sum]));
        }
        if let Some(extreme) = self.extreme(text) {
            return Some(extreme);
        }
        if let Some((number, from)) = text.split_once(" days after ") {
            let days = number_told(number)?;
            let from = from.strip_prefix('`')?.strip_suffix('`')?;
            let is_day = |name: &str| self.spelling(name) == Some("date");
            return (is_day(from) && is_day(name) && from != name)
                .then(|| Arithmetic::DaysAfter { from: from.to_owned(), days });
        }
        let operand = |text: &str| self.operand(text, that).filter(|one| one != name);
        if let Some((one, other)) = between(text, &PLUS)
            && let (Some(one), Some(other)) = (operand(one), operand(other))
            && one != other
        {
            if self.is_moment(&one) && self.is_moment(name) {
                let seconds = seconds_of_unit(&other)?;
                return Some(Arithmetic::Later { from: one, by: other, seconds });
            }
            let terms = vec![Term::Member(one), Term::Member(other)];
            return Some(all(terms)).filter(|_| !self.is_moment(name));
        }
        // What a member is takes longer to tell than whether anything is said of it.
        if !says_arithmetic(text) || self.is_moment(name) || !self.is_numeric(name) {
            return None;
        }
        let product = self.product(text, &operand, rounding);
        let product = product.map(Arithmetic::Product);
        let chained = || product.is_none().then(|| chain(text, &operand)).flatten();
        let chained = chained();
        product.or(chained).or_else(|| self.difference(text, &operand)).or_else(|| {
            let (one, other) = text.split_once(" and ")?;
            Some(all([operand(one)?, operand(other)?].map(Term::Member).into()))
        })
    }

    /// "The lowest price of all variants": of the array, and the member of its items.
    fn extreme(&self, text: &str) -> Option<Arithmetic> {
        const LEAST: [&str; 4] = ["lowest ", "smallest ", "least ", "minimum "];
        const GREATEST: [&str; 4] = ["highest ", "greatest ", "largest ", "maximum "];
        if self.list.is_some() {
            return None;
        }
        let lower = text.to_lowercase();
        let spoken = lower.strip_prefix("the ").unwrap_or(&lower);
        let behind = |those: [&str; 4]| those.into_iter().find_map(|one| spoken.strip_prefix(one));
        let (spoken, is_greatest) =
            behind(LEAST).map(|rest| (rest, false)).or_else(|| Some((behind(GREATEST)?, true)))?;
        let (member, of) = spoken.split_once(" of ")?;
        let things = ["all ", "its ", "the ", "all its ", "all the "];
        let of = things.iter().rev().find_map(|one| of.strip_prefix(one)).unwrap_or(of);
        // Of all of them, and of no others.
        let list = self.array_called(&[of.to_owned()])?;
        let member = number::called(&self.item(list)?, member)?;
        Some(Arithmetic::Extreme { list: list.to_owned(), member, is_greatest })
    }

    /// "`capacity` less `used`", "the quota less what is sold and held", "the total less the payments".
    fn difference(
        &self,
        text: &str,
        operand: &impl Fn(&str) -> Option<String>,
    ) -> Option<Arithmetic> {
        let (from, these) = between(text, &LESS)?;
        let these = these.strip_prefix("what is ").unwrap_or(these);
        let term = |text: &str| {
            let sum = || {
                let word = text.trim().trim_start_matches("the ");
                self.sum_of(self.array_called(&[word.to_owned()])?, None)
            };
            operand(text).map(Term::Member).or_else(sum)
        };
        let these: Option<Vec<Term>> = these.split(" and ").map(term).collect();
        Some(Arithmetic::Sum { plus: vec![Term::Member(operand(from)?)], less: these? })
    }

    /// "`price` times `quantity`", "19 % of the subtotal", "`net` × `rate` / 100", "`quantity` × `price`, less the discount".
    fn product(
        &self,
        text: &str,
        operand: &impl Fn(&str) -> Option<String>,
        rounding: Option<Rounding>,
    ) -> Option<Product> {
        let mut product = Product {
            factors: Vec::new(),
            times: (1, 1),
            over: None,
            less_percent: None,
            rounding,
        };
        if let Some((percent, of)) = between(text, &PERCENT) {
            product.times = percentage(percent)?;
            product.factors = vec![operand(of)?];
            return Some(product);
        }
        let (text, less) = match text.split_once(", less ") {
            Some((text, less)) => (text, Some(less)),
            None => (text, None),
        };
        if let Some(less) = less {
            let less = operand(less)?;
            is_percentage(&less).then_some(())?;
            product.less_percent = Some(less);
        }
        let (text, over) = match between(text, &OVER) {
            Some((text, over)) => (text, Some(over)),
            None => (text, None),
        };
        match over {
            Some(over) => match number_told(over) {
                Some(number) => product.times = (1, number),
                None => product.over = Some(operand(over)?),
            },
            None => {
                between(text, &TIMES)?;
            }
        }
        product.factors = match between(text, &TIMES) {
            Some((one, other)) => vec![operand(one)?, operand(other)?],
            None => vec![operand(text)?],
        };
        let is_twice = product.factors.iter().any(|one| Some(one) == product.over.as_ref());
        let [first, rest @ ..] = product.factors.as_slice() else { return None };
        (!is_twice && !rest.contains(first)).then_some(product)
    }

    /// "The sum of the lines' amounts", "the sum of the lines", "the seats of all sections together".
    fn sum(&self, text: &str, name: &str) -> Option<Term> {
        if self.list.is_some() {
            return None;
        }
        let lower = text.to_lowercase();
        let of = lower.strip_prefix("the sum of ").or_else(|| lower.strip_prefix("sum of "));
        let together = || {
            let of_all = lower.strip_suffix(" together").filter(|text| text.contains(" of all "));
            of_all.and_then(|text| text.strip_prefix("the "))
        };
        let spoken = words(of.or_else(together)?);
        let Some(list) = self.array_called(&spoken) else { return self.sum_of_members(&spoken) };
        let item = self.item(list)?;
        let own = singulars(list);
        let others =
            spoken.iter().filter(|word| !own.contains(word) && *word != list && word.len() > 2);
        let mut numbers = others.clone().filter_map(|word| number::called(&item, word));
        match numbers.next() {
            Some(member) => Some(Term::Sum { list: list.to_owned(), member }),
            // Nothing else is spoken of.
            None if others.clone().all(|word| matches!(word.as_str(), "the" | "all" | "its")) => {
                self.sum_of(list, Some(name))
            }
            None => None,
        }
    }

    /// "Sum of the quantities", "the sum of the `line_total`s": of the only array whose items have a number that is called just so.
    fn sum_of_members(&self, spoken: &[String]) -> Option<Term> {
        let all = spoken.iter().map(String::as_str);
        let called: Vec<&str> = all.filter(|word| !matches!(*word, "the" | "all" | "s")).collect();
        let lists = self.outline.members().into_keys().filter_map(|list| {
            let member = number::called_in_full(&self.item(list)?, &called)?;
            Some(Term::Sum { list: list.to_owned(), member })
        });
        (!called.is_empty()).then(|| only(lists)).flatten()
    }

    /// The sum over an array whose number isn't named: of the member that is called like the sum, or the one amount.
    fn sum_of(&self, list: &str, name: Option<&str>) -> Option<Term> {
        let item = self.item(list)?;
        let same = name.filter(|name| item.has_number(name)).map(str::to_owned);
        let amount = || {
            let mut called = ["amount", "total"].into_iter();
            called.find_map(|word| number::called(&item, word))
        };
        let member = same.or_else(amount)?;
        Some(Term::Sum { list: list.to_owned(), member })
    }

    /// The only array of which some words speak.
    fn array_called(&self, spoken: &[String]) -> Option<&str> {
        let is_spoken = |name: &str| {
            let own = words(name);
            !own.is_empty()
                && spoken.windows(own.len()).any(|some| {
                    some.iter().zip(&own).all(|(one, other)| {
                        singulars(one).iter().any(|one| singulars(other).contains(one))
                    })
                })
        };
        let names = self.outline.members().into_keys();
        only(names.filter(|name| is_spoken(name) && self.item(name).is_some()))
    }

    fn item(&self, list: &str) -> Option<Outline<'_>> {
        let (_, item) = self.outline.member(list)?.list(None).filter(|(name, _)| name.is_none())?;
        Some(Outline::of(self.contract, &item))
    }

    /// A number, or a moment, that is called so: "`price`", "that", "the discount", "price".
    fn operand(&self, text: &str, that: Option<&str>) -> Option<String> {
        let text = text.trim();
        if text == "that" {
            return that.map(str::to_owned);
        }
        let quoted = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
        match quoted {
            Some(quoted) => number::of_member(&self.outline, quoted).or_else(|| {
                (self.is_numeric(quoted) || self.is_moment(quoted)).then(|| quoted.to_owned())
            }),
            None => {
                let text = text.to_lowercase();
                let word = text.strip_prefix("the ").unwrap_or(&text);
                (!word.is_empty() && !word.contains(' ')).then_some(())?;
                number::called(&self.outline, word)
            }
        }
    }

    /// Whether a member is a number, or a decimal in text.
    fn is_numeric(&self, name: &str) -> bool {
        // Of money, it is the number that is spoken of.
        name.starts_with('/')
            || self.outline.has_number(name)
            || self.spelling(name).is_some_and(is_decimal)
    }

    fn is_moment(&self, name: &str) -> bool {
        self.spelling(name) == Some("date-time")
    }

    fn spelling(&self, name: &str) -> Option<&str> {
        self.outline.member(name).and_then(|member| member.spelling())
    }
}

/// Whether a pattern is that of decimals: of digits and a point.
pub(in crate::resources) fn is_decimal(pattern: &str) -> bool {
    let digits = pattern.replace(r"\d", "0");
    digits.contains(r"\.") && !digits.chars().any(char::is_alphabetic)
}

/// Whether a text has what stands between or before operands.
fn says_arithmetic(text: &str) -> bool {
    let is_short = |text: &str| text.split_whitespace().count() <= 2;
    let both =
        text.split_once(" and ").is_some_and(|(one, other)| is_short(one) && is_short(other));
    both || [&LESS[..], &TIMES, &OVER, &PERCENT]
        .into_iter()
        .any(|signs| between(text, signs).is_some())
}

/// All of these together.
fn all(plus: Vec<Term>) -> Arithmetic {
    Arithmetic::Sum { plus, less: Vec::new() }
}

/// "Subtotal minus discount plus shipping": three operands or more, each with the sign before it.
fn chain(text: &str, operand: &impl Fn(&str) -> Option<String>) -> Option<Arithmetic> {
    let (mut plus, mut less) = (Vec::new(), Vec::new());
    let (mut rest, mut is_less) = (text, false);
    loop {
        let signs = PLUS.iter().map(|sign| (*sign, false));
        let signs = signs.chain(LESS.iter().map(|sign| (*sign, true)));
        let found = signs.filter_map(|(sign, next)| Some((rest.find(sign)?, sign.len(), next)));
        let next = found.min_by_key(|(at, ..)| *at);
        let own = next.map_or(rest, |(at, ..)| &rest[..at]);
        let name = operand(own)?;
        // A share of an amount is none.
        (!is_percentage(&name) && !is_rate(&name)).then_some(())?;
        let term = Term::Member(name);
        (!plus.contains(&term) && !less.contains(&term)).then_some(())?;
        if is_less {
            less.push(term)
        } else {
            plus.push(term)
        }
        let Some((at, length, is_next_less)) = next else { break };
        (rest, is_less) = (&rest[at + length..], is_next_less);
    }
    (plus.len() + less.len() > 2).then_some(Arithmetic::Sum { plus, less })
}

fn between<'t>(text: &'t str, signs: &[&str]) -> Option<(&'t str, &'t str)> {
    signs.iter().find_map(|sign| text.split_once(sign))
}

/// Whether a member is by its name in percent.
fn is_percentage(name: &str) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "percent" | "percentage" | "pct"))
}

/// Whether a member is by its name no amount, but how much of one there is for another, or how many.
fn is_rate(name: &str) -> bool {
    const RATES: [&str; 4] = ["rate", "ratio", "count", "days"];
    words(name).last().is_some_and(|word| RATES.contains(&word.as_str()))
}

/// 19 and 100 of "19", 15 and 200 of "7.5".
fn percentage(text: &str) -> Option<(i64, i64)> {
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    let scale = 10_i64.checked_pow(u32::try_from(behind.len()).ok()?)?;
    let number: i64 = format!("{whole}{behind}").parse().ok()?;
    Some((number, scale.checked_mul(100)?))
}

/// A number in digits or in words.
fn number_told(text: &str) -> Option<i64> {
    let text = text.trim().replace([',', '_', ' '], " ");
    let in_words = NUMBERS.iter().find(|(word, _)| *word == text).map(|(_, number)| *number);
    in_words.or_else(|| text.replace(' ', "").parse().ok()).filter(|number| *number > 0)
}

/// A text without what it says of rounding, and what that is.
fn rounded(text: &str) -> (&str, Option<Rounding>) {
    let Some((before, said)) = text.split_once(", rounded") else { return (text, None) };
    let said = said.to_lowercase();
    let is_half = said.contains("half") || said.contains("halves");
    let toward = match (is_half, said.contains(" down"), said.contains(" up")) {
        (true, false, true) => Toward::NearestUp,
        (false, true, false) => Toward::Down,
        (false, false, true) => Toward::Up,
        _ => Toward::Nearest,
    };
    let places = said.split_once(" decimal").and_then(|(number, _)| {
        let number = number.rsplit(' ').next()?;
        u32::try_from(number_told(number)?).ok()
    });
    (before, Some(Rounding { toward, places }))
}

#[cfg(test)]
mod tests {
    use crate::model::{Contract, Operation};
    use crate::resources::Resources;

    fn contract() -> Contract {
        let member =
            |kind: &str, said: &str| serde_json::json!({"type": kind, "description": said});
        let money = |said: &str| serde_json::json!({"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "description": said});
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {"/bills": {"get": {"operationId": "get", "responses": {"200": {
                "description": "It.",
                "content": {"application/json": {"schema": {"type": "object", "properties": {
                    "subtotal": member("integer", "The sum of the lines."),
                    "lines": {"type": "array", "items": {"type": "object", "properties": {
                        "quantity": member("integer", ""),
                        "price": member("integer", ""),
                        "discount_percent": member("integer", ""),
                        "total": member("integer", "`quantity` × `price`, less the discount, rounded"),
                    }}},
                    "tax": member("integer", "19 % of the subtotal, rounded to whole cents, half a cent upwards."),
                    "payments": {"type": "array", "items": {"type": "object", "properties": {"amount": member("integer", "")}}},
                    "balance": member("integer", "What is left: `gross` less the payments, or 0 if it is void."),
                    "open": member("integer", "The subtotal less what is tax and gross."),
                    "gross": member("integer", "Subtotal and tax."),
                    "share": member("number", "`tax` divided by `gross`, rounded to four decimals; null while there is nothing."),
                    "net": money("What it costs."),
                    "rate": member("integer", "In percent"),
                    "vat": money("`net` × `rate` / 100, rounded"),
                    "issued_on": {"type": "string", "format": "date"},
                    "due_on": {"type": "string", "format": "date", "description": "14 days after `issued_on`."},
                }}}}
            }}}}}
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        crate::read(std::path::Path::new("a.json"), &source).contract.expect("it is read")
    }

    #[test]
    fn what_members_are_of_others_is_heard() {
        let contract = contract();
        let resources = Resources::of(&contract);
        let operation: &Operation = contract.operations.first().expect("there is one");
        let all = resources.formulas(operation);
        let told: Vec<String> = all.iter().map(ToString::to_string).collect();
        let expected = [
            "`subtotal` is the sum of `total` of `lines`",
            "`tax` is `subtotal` times 19 divided by 100, rounded half up",
            "`balance` is `gross` less the sum of `amount` of `payments`, or 0",
            "`open` is `subtotal` less `tax` and `gross`",
            "`gross` is `subtotal` plus `tax`",
            "`share` is `tax` divided by `gross`, rounded",
            "`vat` is `net` times `rate` divided by 100, rounded",
            "`due_on` is 14 days after `issued_on`",
            "of each of `lines`, `total` is `quantity` times `price` less `discount_percent` percent, rounded",
        ];
        assert_eq!(told, expected);
    }
}
