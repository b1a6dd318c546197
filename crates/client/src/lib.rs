//! The shopper's side of the HTTP API, typed, for browsers.
//!
//! Nothing here decides and nothing here is shown: a call is one request and says what came of it. Tokens, retries
//! and texts belong to the caller.
//!
//! An answer is read into [`Json`] by the browser's own reader, and into its type from there.

mod invitations;
pub mod json;
mod missions;
mod shapes;

pub use invitations::{Invitation, Invited, Inviting};
pub use missions::{Claimed, MissionNow, MissionState, Toast, missions, toasts};
pub use shapes::{
    CardNow, DayPoints, Explained, HistoryItem, LevelNow, Me, MeNow, NextLevel, Offer, Page, PublicStore,
    Redemption, RewardNow, Shape,
};

use fidela_rules::json::Json;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/fetch.js")]
extern "C" {
    /// `[status, text]`, or `undefined` where there was no answer.
    async fn send(method: &str, url: &str, fields: Vec<String>, body: Option<String>) -> JsValue;
}

/// Why a call came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// There was no answer: whether the request arrived is not known.
    Unreachable,
    /// An answer that is not one of ours, from a proxy for instance: neither is this known.
    Unreadable,
    /// The edge said no.
    Refused(Refused),
}

impl Failure {
    /// The stable code, also for the two that the edge did not give.
    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Unreadable => "unreadable",
            Self::Refused(refused) => &refused.code,
        }
    }

    /// Whether it is open if the request took effect, so that it has to be sent again with its key.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Unreachable | Self::Unreadable => true,
            Self::Refused(refused) => {
                refused.status >= 500 || matches!(refused.status, 408 | 425 | 429) || self.is_in_use()
            }
        }
    }

    /// Whether the same request is being worked on at this moment.
    pub fn is_in_use(&self) -> bool {
        self.code() == "idempotency_key_in_use"
    }
}

/// A problem document, as received.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    /// Stable word.
    pub code: String,
    /// A sentence in the caller's language.
    pub title: String,
    /// Everything in it: the numbers of a refusal among it.
    pub numbers: Json,
}

impl Refused {
    /// One of its numbers; 0 where it does not name it.
    pub fn number(&self, name: &str) -> i64 {
        self.numbers.get(name).and_then(Json::as_given).unwrap_or_default().0
    }
}

/// What changed the shopper's balance, each a [`HistoryItem`].
pub const HISTORY: &str = "/v1/me/ledger?limit=10";
/// The shopper's invitations, each an [`Invitation`], with what there is to say of inviting: [`Inviting`].
pub const INVITATIONS: &str = "/v1/me/invitations?limit=10";

/// One request. All kinds of them are one type, so that whoever adds a token and sends it again is one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    method: &'static str,
    path: String,
    /// The key of a write that needs one; empty: none.
    key: String,
    /// The body of a write that has one.
    body: Option<String>,
}

impl Call {
    fn get(path: String) -> Self {
        Self { method: "GET", path, key: String::new(), body: None }
    }

    /// What a store shows to strangers, a [`PublicStore`], in the language of a locale. It needs no token, and so no preflight.
    pub fn public(store: &str, locale: &str) -> Self {
        let mut path = "/v1/stores/".to_owned();
        push_encoded(&mut path, store);
        path.push_str("/public?locale=");
        push_encoded(&mut path, locale);
        Self::get(path)
    }

    /// The shopper's page in one request, a [`MeNow`].
    pub fn me() -> Self {
        Self::get("/v1/me".to_owned())
    }

    /// A [`Page`] of one of the shopper's lists, newest first: [`HISTORY`] or [`INVITATIONS`].
    pub fn page(list: &'static str, after: Option<&str>) -> Self {
        let mut path = list.to_owned();
        if let Some(after) = after {
            path.push_str("&after=");
            push_encoded(&mut path, after);
        }
        Self::get(path)
    }

    /// Writes to friends, [`Invited`]. `key` and `body` have to be the same whenever it is sent again.
    pub fn invite(key: &str, body: &str) -> Self {
        Self::keyed("/v1/me/invitations", key, body)
    }

    fn keyed(path: &str, key: &str, body: &str) -> Self {
        Self { method: "POST", path: path.to_owned(), key: key.to_owned(), body: Some(body.to_owned()) }
    }

    /// Why one of the shopper's orders earned what it earned, an [`Explained`].
    pub fn order(id: &str) -> Self {
        let mut path = "/v1/me/orders/".to_owned();
        push_encoded(&mut path, id);
        Self::get(path)
    }

    /// Holds points or a reward for a cart, a [`Redemption`]. `key` and `body` have to be the same whenever it is sent again.
    pub fn hold(key: &str, body: &str) -> Self {
        Self::keyed("/v1/me/redemptions", key, body)
    }

    /// Lets held points go. Doing it again answers the same.
    pub fn release(id: &str) -> Self {
        let mut path = "/v1/me/redemptions/".to_owned();
        push_encoded(&mut path, id);
        Self { method: "DELETE", path, key: String::new(), body: None }
    }

    /// Says that a mission is done, a [`Claimed`]. Where it can be done several times, each has its own `reference`,
    /// which is a plain word; said again, it counts once.
    pub fn claim(mission: &str, reference: Option<&str>) -> Self {
        let mut path = "/v1/me/missions/".to_owned();
        push_encoded(&mut path, mission);
        path.push_str("/completions");
        let body =
            reference.map_or_else(|| "{}".to_owned(), |word| ["{\"reference\":\"", word, "\"}"].concat());
        Self { method: "POST", path, key: String::new(), body: Some(body) }
    }
}

/// The API of one store, called from one page.
#[derive(Debug, Clone)]
pub struct Client {
    edge: String,
    store: String,
    locale: String,
}

impl Client {
    /// For a store at an edge (`https://edge.example`, no slash at the end). Problems are told in `locale`.
    pub fn new(edge: &str, store: &str, locale: &str) -> Self {
        Self { edge: edge.to_owned(), store: store.to_owned(), locale: locale.to_owned() }
    }

    /// Makes a call; `token` is the shopper's.
    pub async fn make(&self, call: &Call, token: Option<&str>) -> Result<Json, Failure> {
        let text = self.ask(call, token).await?;
        json::read(&text).ok_or(Failure::Unreadable)
    }

    /// The text of an answer that says yes, or why there is none.
    async fn ask(&self, call: &Call, token: Option<&str>) -> Result<String, Failure> {
        let mut fields = vec!["Accept-Language".to_owned(), self.locale.clone()];
        let mut field = |name: &str, value: String| fields.extend([name.to_owned(), value]);
        if let Some(token) = token {
            field("Authorization", ["Bearer ", token].concat());
            field("Fidela-Store", self.store.clone());
        }
        if !call.key.is_empty() {
            field("Idempotency-Key", call.key.clone());
        }
        if call.body.is_some() {
            field("Content-Type", "application/json".to_owned());
        }
        let url = [self.edge.as_str(), &call.path].concat();
        let answer = send(call.method, &url, fields, call.body.clone()).await;
        if answer.is_undefined() {
            return Err(Failure::Unreachable);
        }
        let answer = js_sys::Array::from(&answer);
        let (Some(status), Some(text)) = (status(&answer.get(0)), answer.get(1).as_string()) else {
            return Err(Failure::Unreachable);
        };
        if (200..300).contains(&status) { Ok(text) } else { Err(refused(status, &text)) }
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an HTTP status has three digits"
)]
fn status(value: &JsValue) -> Option<u16> {
    value.as_f64().map(|status| status as u16)
}

/// The answer to a call as what it is; `read::<MeNow>(value)`.
pub fn read<T: Shape>(answer: Json) -> Result<T, Failure> {
    T::read(&answer).ok_or(Failure::Unreadable)
}

/// A problem document; anything else that is not a success says nothing about the request.
fn refused(status: u16, text: &str) -> Failure {
    let Some(numbers) = json::read(text) else { return Failure::Unreadable };
    let word = |name: &str| numbers.get(name).and_then(Json::as_str).map(str::to_owned);
    let (code, title) = (word("code"), word("title"));
    match code {
        Some(code) => Failure::Refused(Refused { status, code, title: title.unwrap_or_default(), numbers }),
        None => Failure::Unreadable,
    }
}

/// Percent-encodes everything that is not a letter, a digit, or one of `-_.~`.
fn push_encoded(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default().to_ascii_uppercase();
            url.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_keeps_its_numbers() {
        let text =
            r#"{"type":"about:blank","status":422,"code":"insufficient_points","title":"No.","missing":7}"#;
        let Failure::Refused(refused) = refused(422, text) else { panic!("a problem is a refusal") };
        assert_eq!(
            (refused.code.as_str(), refused.number("missing"), refused.number("else")),
            ("insufficient_points", 7, 0)
        );
    }

    #[test]
    fn what_may_have_taken_effect_stays_open() {
        let problem = |status, code| refused(status, &format!(r#"{{"code":"{code}"}}"#));
        assert!(Failure::Unreachable.is_open());
        assert!(refused(502, "<html>").is_open());
        assert!(problem(503, "unavailable").is_open());
        assert!(problem(409, "idempotency_key_in_use").is_open());
        assert!(!problem(422, "insufficient_points").is_open());
        assert!(!problem(409, "hold_conflict").is_open());
    }

    #[test]
    fn a_claim_names_its_mission_and_its_day() {
        let once = Call::claim("follow us", None);
        assert_eq!(once.path, "/v1/me/missions/follow%20us/completions");
        assert_eq!(once.body.as_deref(), Some("{}"));
        let daily = Call::claim("m", Some("2026-03-10")).body;
        assert_eq!(daily.as_deref(), Some(r#"{"reference":"2026-03-10"}"#));
    }

    #[test]
    fn ids_cannot_leave_their_place_in_the_path() {
        let mut path = String::new();
        push_encoded(&mut path, "rd_1/../é?");
        assert_eq!(path, "rd_1%2F..%2F%C3%A9%3F");
    }
}
