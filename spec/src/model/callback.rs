use super::Operation;

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
    /// What it is, for messages: `webhook` or `callback`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.expression.is_some() { "callback" } else { "webhook" }
    }
}
