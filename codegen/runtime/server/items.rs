//! Bodies that are items, on their way in and out.

use axum::response::Response;

use super::{Body, Refused, Reply, Unanswerable};
use crate::runtime::items::{Framing, ItemStream};
use crate::runtime::rules::Rules;
use crate::runtime::validation::Strictness;

impl Body<'_> {
    /// The items as they come. Here it is an item that may have so many bytes; there may be any number of them.
    ///
    /// # Errors
    /// Never; so that all ways to read a body look alike.
    pub fn items<T: 'static>(
        self,
        framing: &impl Framing<T>,
        rules: &'static Rules,
    ) -> Result<ItemStream<T>, Refused> {
        let limit = self.limit;
        let bytes = self.limited(usize::MAX);
        Ok(ItemStream::decode(bytes, framing, (rules, Strictness::Strict), limit))
    }
}

impl Reply {
    /// The response with a body of items, each sent when it is there.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn items<T: 'static>(
        self,
        media_type: &str,
        framing: &impl Framing<T>,
        items: ItemStream<T>,
    ) -> Result<Response, Unanswerable> {
        self.stream(media_type, items.encode(framing))
    }
}
