//! What a store's widget, letters and pages look like (S3.16).

use fidela_protocol::Code;
use fidela_protocol::pictures::Theme;

use super::refuse;
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::store::{self, StoreOp};
use crate::{auth, config, theme};

/// `GET /v1/theme`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Answer::json(200, &theme::state(&store, store.look.clone()))
}

/// `PUT /v1/theme`.
pub(crate) async fn put(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let told: Theme = call.json()?;
    refuse(Code::InvalidTheme, theme::faults(&told))?;
    let op = StoreOp::SetTheme { theme: Box::new(told.clone()) };
    let reply = store::ask_for(call, &store, op).await?;
    config::read_anew(&store.store_id);
    if reply.status >= 400 {
        return Ok(reply.into_answer());
    }
    Answer::json(200, &theme::state(&store, told))
}
