//! What a store shows to strangers.

use fidela_protocol::Code;
use fidela_protocol::shopper::{OfferNow, PublicStore, Registration};
use fidela_rules::offers::{OFFERS_AHEAD_DAYS, offers};
use fidela_rules::program::ShowIn;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::setup;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::speech::Speaker;
use crate::{auth, explain};

/// What of a program strangers may know: how points are earned, used and lost. Not the merchant's mails,
/// not missions that are not shown, not how invitations are reviewed.
const SHOWN: [&str; 8] =
    ["enabled", "currency", "timezone", "points", "earning", "redemption", "expiry", "stamp_cards"];

/// `GET /v1/stores/{store}/public`, in the language of `?locale=`, or the store's own: what anybody may keep has to
/// depend on its address alone.
pub(crate) async fn get(call: &Call, store: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    setup::seen(call, &store, false).await;
    let (public, today) = compose(&store, call.query("locale").unwrap_or(&store.locale), call.now)?;
    // What runs now is told, and that is another thing each day.
    let etag = format!("\"{}-{today}\"", store.revision);
    if call.header("if-none-match").as_deref() == Some(etag.as_str()) {
        return Ok(Answer::empty(304).header("etag", etag));
    }
    // A minute, and a minute more while it is read anew: a changed program is decided on at the edge anyway.
    let cache = "public, max-age=60, stale-while-revalidate=60";
    Ok(Answer::json(200, &public)?.header("cache-control", cache).header("etag", etag))
}

/// What a store shows to strangers on a day, which comes with it.
pub(super) fn compose(store: &StoreConfig, locale: &str, now: Timestamp) -> Outcome<(PublicStore, Date)> {
    let shown: Map<String, Value> = SHOWN
        .iter()
        .filter_map(|name| store.program.get(name).map(|value| ((*name).to_owned(), value.clone())))
        .collect();
    let bonus = store.program.pointer("/bonuses/registration").filter(|bonus| !bonus.is_null());
    let registration = bonus.and_then(|bonus| {
        let message = bonus.get("message").filter(|message| !message.is_null()).cloned();
        Some(Registration { points: bonus.get("points")?.as_i64()?, message })
    });
    let program = store.program()?;
    let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
    let today = now.to_zoned(zone).date();
    let offers = offers(&program, &[], today, OFFERS_AHEAD_DAYS);
    let mut told: Vec<OfferNow> = offers.into_iter().map(OfferNow::from).collect();
    let speaker = Speaker::in_locale(locale, store);
    explain::offers(&speaker, &program, &mut told);
    let missions = explain::missions::shown(&speaker, store, &program, ShowIn::Widget, today);
    let public = PublicStore {
        store_id: store.store_id.clone(),
        name: store.name.clone(),
        locale: store.locale.clone(),
        program: Value::Object(shown),
        program_version: store.program_version,
        offers: told,
        missions,
        expiring_days: store.expiring_days,
        registration,
        theme: store.theme.clone(),
    };
    Ok((public, today))
}
