use super::{Operation, RuntimeExpression};

/// A part of where a callback goes (OAS 3.0.3 §4.7.18.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationPart {
    /// What stands for itself.
    Literal(String),
    /// What the exchange that asked for the callback says.
    Expression(RuntimeExpression),
}

/// A request that the API sends, and that a client of it receives: one operation of a callback or of a webhook.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The name of the callback, or of the webhook.
    pub name: String,
    /// Where a callback goes, as a runtime expression (`{$request.body#/url}`); `None`: a webhook, of which the contract
    /// doesn't say where it goes.
    pub expression: Option<String>,
    /// What is sent, and what the client must answer. Its path is the expression, or the name of the webhook.
    pub operation: Operation,
}

impl Callback {
    /// Where a callback goes, in parts; `None` where its expression can't be read, or where there is none.
    ///
    /// ```text
    /// {$request.query.url}/events   the query parameter `url`, and `/events`
    /// $request.query.url            the same without: an expression may stand alone
    /// ```
    #[must_use]
    pub fn destination(&self) -> Option<Vec<DestinationPart>> {
        let expression = self.expression.as_deref()?;
        if let Ok(whole) = expression.parse() {
            return Some(vec![DestinationPart::Expression(whole)]);
        }
        let mut parts = Vec::new();
        let mut rest = expression;
        while let Some((literal, behind)) = rest.split_once('{') {
            let (embedded, after) = behind.split_once('}')?;
            parts.push(DestinationPart::Literal(literal.to_owned()));
            parts.push(DestinationPart::Expression(embedded.parse().ok()?));
            rest = after;
        }
        parts.push(DestinationPart::Literal(rest.to_owned()));
        parts.retain(|part| !matches!(part, DestinationPart::Literal(text) if text.is_empty()));
        Some(parts)
    }

    /// What it is, for messages: `webhook` or `callback`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.expression.is_some() { "callback" } else { "webhook" }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn destination(expression: &str) -> Option<Vec<DestinationPart>> {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n      operationId: a\n      \
             responses: {{'200': {{description: d}}}}\n      callbacks: {{c: {{'{expression}': {{post: {{responses: \
             {{'200': {{description: d}}}}}}}}}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &crate::Memory::one("a.yaml", &text));
        let contract = reading.contract.expect("is read");
        contract.sent().next().and_then(Callback::destination)
    }

    #[test]
    fn where_a_callback_goes_is_read_in_parts() {
        let url = || DestinationPart::Expression(RuntimeExpression::RequestQuery("url".to_owned()));
        let literal = |text: &str| DestinationPart::Literal(text.to_owned());
        assert_eq!(destination("$request.query.url"), Some(vec![url()]));
        assert_eq!(destination("{$request.query.url}/a"), Some(vec![url(), literal("/a")]));
        let whole = Some(vec![literal("http://h/"), url(), literal("?b="), url()]);
        assert_eq!(destination("http://h/{$request.query.url}?b={$request.query.url}"), whole);
        assert_eq!(destination("{$request.nowhere.url}"), None);
        assert_eq!(destination("{$request.query.url"), None);
    }
}
