//! What each caller has one of and fills part by part, as the cart of a shop: `PUT /cart/items/{sku}` with a quantity, `GET /cart`
//! with what is in it, and an action that takes it all.

use super::Resources;
use super::prose::{has, on_one_line, sentences};
use crate::model::{Method, Operation, PathPart, RuntimeExpression, shape};
use crate::names::fold;
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::{escape, keys};

/// One of a kind for each caller, seen from the operation that puts a part into it.
#[derive(Debug, Clone)]
pub struct Basket<'a> {
    /// The GET that shows it.
    pub reader: &'a Operation,
    /// The array of its answer with what is in it.
    pub list: String,
    /// The path parameter that names a part, and the member of an item that does.
    pub part: (String, String),
    /// The number of the body, and that of an item.
    pub quantity: (String, String),
    /// Whether a quantity of 0 takes a part out.
    pub is_emptied_by_zero: bool,
    /// Whether that is said to be fine where it isn't in.
    pub is_fine_without: bool,
    /// Whether items are said to come in the order in which they were put in first.
    pub keeps_order: bool,
    /// The action after which it is said to be empty.
    pub emptied_by: Option<&'a Operation>,
    /// The action that is said to take from the stock of each part as much as there is of it.
    pub taken_by: Option<&'a Operation>,
    /// What shows the stock of a part.
    pub stock: Option<Stock<'a>>,
}

/// Where the stock of a part is shown.
#[derive(Debug, Clone)]
pub struct Stock<'a> {
    /// What shows the thing that has the part.
    pub reader: &'a Operation,
    /// The JSON pointer to the stock of the part whose name the maker tells.
    pub pointer: String,
}

pub(super) fn of<'a>(resources: &Resources<'a>, filling: &'a Operation) -> Option<Basket<'a>> {
    let actions = || {
        let all = resources.contract.operations.iter();
        all.filter(|one| resources.filling(one).is_some_and(|it| it.id == filling.id))
    };
    let parameter = filling.path.item_parameter().filter(|_| filling.method == Method::Put)?;
    let body = Outline::of(resources.contract, &[filling.body_schema()?]);
    let sent = only(body.members().into_keys().filter(|name| body.has_number(name)))?;
    let reader = reader(resources, filling)?;
    let answer = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let (list, item) = answer.list(None)?;
    let item = Outline::of(resources.contract, &item);
    let called = |wanted: &str| item.members().into_keys().find(|name| fold(name) == fold(wanted));
    let (id, shown) = (called(parameter)?, called(sent).filter(|name| item.has_number(name))?);
    let says = |one: &Operation, what: fn(&str) -> bool| {
        sentences(&on_one_line(one.told.as_deref().unwrap_or_default())).any(what)
    };
    Some(Basket {
        list: list?.to_owned(),
        part: (parameter.to_owned(), id.to_owned()),
        quantity: (sent.to_owned(), shown.to_owned()),
        is_emptied_by_zero: resources.emptied_by(filling).is_some_and(|name| name == sent),
        is_fine_without: says(filling, says_fine_without),
        keeps_order: says(reader, says_in_order_of_adding),
        emptied_by: actions().find(|one| says(one, says_empty_afterwards)),
        taken_by: actions().find(|one| says(one, says_stock_goes_down)),
        stock: stock(resources, filling, parameter),
        reader,
    })
}

/// The GET of the one thing: on a path with which that of the part begins.
fn reader<'a>(resources: &Resources<'a>, filling: &Operation) -> Option<&'a Operation> {
    let segments = filling.path.without_slash();
    let is_literal = |segment: &Vec<PathPart>| matches!(segment.as_slice(), [PathPart::Literal(_)]);
    let around = (1..segments.len()).map(|length| &segments[..length]);
    let mut literal = around.filter(|some| some.iter().all(is_literal));
    literal.find_map(|some| resources.at(&shape(some), Method::Get))
}

fn stock<'a>(resources: &Resources<'a>, filling: &Operation, parameter: &str) -> Option<Stock<'a>> {
    let maker = resources.maker_of_whole(filling, parameter)?;
    let (RuntimeExpression::ResponseBody(name) | RuntimeExpression::RequestBody(name)) = &maker.id
    else {
        return None;
    };
    let (part, _) = name.rsplit_once('/')?;
    let reader = only(resources.shown_by(resources.operation(&maker.operation_id)?))?;
    let whole = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let list = keys(part).next()?;
    let (_, item) = whole.member(&list)?.list(None)?;
    let item = Outline::of(resources.contract, &item);
    const STOCKS: [&str; 4] = ["stock", "instock", "stockquantity", "stocklevel"];
    let is_stock = |name: &&str| STOCKS.contains(&fold(name).as_str());
    let stock =
        only(item.members().into_keys().filter(is_stock).filter(|one| item.has_number(one)))?;
    Some(Stock { reader, pointer: format!("{part}/{}", escape(stock)) })
}

/// What would make it a matter of more than the action itself.
const LATER: [&str; 9] =
    [" if ", "unless", "not ", " once ", " when ", "as soon as", " after ", " later", " until "];

fn says_fine_without(sentence: &str) -> bool {
    const NOT_IN: [&str; 4] = ["wasn't in", "was not in", "isn't in", "is not in"];
    has(sentence, &["is fine if it", "is fine where it"]) && has(sentence, &NOT_IN)
}

fn says_in_order_of_adding(sentence: &str) -> bool {
    has(sentence, &["in the order in which they were"]) && has(sentence, &["added", "put in"])
}

fn says_empty_afterwards(sentence: &str) -> bool {
    has(sentence, &["is empty afterwards", "is empty then", "is emptied", "is then empty"])
        && !has(sentence, &LATER)
}

fn says_stock_goes_down(sentence: &str) -> bool {
    const DOWN: [&str; 5] = [
        "goes down by the",
        "is reduced by the",
        "decreases by the",
        "is lowered by the",
        "falls by the",
    ];
    has(sentence, &["stock"])
        && has(sentence, &DOWN)
        && has(sentence, &["quantit"])
        && !has(sentence, &LATER)
}
