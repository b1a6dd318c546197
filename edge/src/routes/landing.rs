//! The program's page, `/s/{store}`: how points are earned and used, without JavaScript. The launcher leads here
//! where a browser refuses wasm.

use fidela_protocol::Code;

use crate::answer::Answer;
use crate::auth;
use crate::call::Call;
use crate::failure::{Outcome, broken};
use crate::page::May;
use crate::pages::{self, Scene};
use crate::speech::Speaker;

/// `GET /s/{store}`.
pub(crate) async fn page(call: &Call, store: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    let program = store.program()?;
    let zone = jiff::tz::TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
    let today = zone.to_datetime(call.now).date();
    let speaker = Speaker::in_locale(pages::language(call, &store.locale), &store);
    let public_url = call.edge.clone();
    let scene =
        Scene { store: &store, program: &program, speaker: &speaker, public_url: &public_url, root: "" };
    let answer = pages::program::render(&scene, today, |page| {
        page.answer(May::Widget, "public, max-age=60, stale-while-revalidate=60")
    });
    Ok(answer.header("vary", "accept-language"))
}
