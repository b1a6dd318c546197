//! The library of missions.

use fidela_protocol::library::MissionLibrary;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::speech::Speaker;
use crate::{auth, library};

/// `GET /v1/missions/library`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let program = store.program()?;
    let language = Speaker::of(call, &store).tag();
    let items = library::all(&store, &program, language);
    Ok(Answer::json(200, &MissionLibrary { items })?.header("cache-control", "private, no-store"))
}
