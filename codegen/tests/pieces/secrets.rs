//! Keys as they are given, wherever they stand (RFC 6265 §5.4, RFC 9110 §5.5).

use media_api::server::{self, Context, GetMeResponse};

use super::service::Scripted;

impl server::Secrets for Scripted {
    async fn get_me(&self, caller: String, _: &Context) -> GetMeResponse {
        GetMeResponse::Ok(caller)
    }
}
