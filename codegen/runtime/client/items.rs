//! Bodies that are items, on their way out and in.

use super::request::SENT_ALREADY;
use super::{Received, Request};
use crate::items::{Framing, ItemStream};
use crate::rules::Rules;
use crate::validation::Strictness;

impl Request {
    /// Gives it a body of items.
    #[must_use]
    pub fn items<T: 'static>(
        mut self,
        media_type: &str,
        framing: &impl Framing<T>,
        body: &ItemStream<T>,
    ) -> Self {
        match body.take() {
            Some(items) => self.stream(media_type, &items.encode(framing)),
            None => {
                self.mistake(SENT_ALREADY);
                self
            }
        }
    }
}

impl Received {
    /// The items of the body, as they come; read leniently.
    #[must_use]
    pub fn items<T: 'static>(self, framing: &impl Framing<T>) -> ItemStream<T> {
        let limit = self.limit();
        let how = (&Rules::NONE, Strictness::Lenient);
        ItemStream::decode(self.stream(), framing, how, limit)
    }
}
