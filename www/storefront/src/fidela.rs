//! The shop's side of Fidela's HTTP API: what a merchant's server calls with its secret key.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, redirect};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Config;
use crate::held::{HeldRedemption, HeldReward};
use crate::money::lei;

/// How long a page waits for what is only nice to know.
const NICE_TO_KNOW_WITHIN: Duration = Duration::from_millis(1_500);
/// The most of an answer that is read, in bytes.
const ANSWER_MAX_BYTES: usize = 64 * 1_024;

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// No answer, or one that says nothing about the question: asking again may help.
    #[error("Fidela did not answer: {0}")]
    Unavailable(String),
    /// Fidela said no.
    #[error("Fidela refused ({code}): {sentence}")]
    Refused {
        /// The problem's stable code.
        code: String,
        /// The problem's sentence, for the shopper.
        sentence: String,
    },
}

/// An answer of any status.
pub(crate) struct RawAnswer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body, cut at a limit.
    pub(crate) body: String,
}

impl RawAnswer {
    /// Whether the same request may be answered otherwise later: our key may be mended, the server may come
    /// back. Everything else is Fidela's word on it.
    pub(crate) fn is_passing(&self) -> bool {
        let in_use = self.status == 409 && self.body.contains("idempotency_key_in_use");
        self.status >= 500 || matches!(self.status, 401 | 403 | 408 | 425 | 429) || in_use
    }
}

/// The tax in a discount, of one rate.
#[derive(Debug, Deserialize)]
struct TaxPart {
    tax: i64,
}

/// A redemption as Fidela tells it to the merchant.
#[derive(Debug, Deserialize)]
pub(crate) struct Redemption {
    id: String,
    #[serde(default)]
    code: String,
    status: String,
    points: i64,
    discount: i64,
    #[serde(default)]
    tax: Vec<TaxPart>,
    reward: Option<HeldReward>,
    expires_at: Option<String>,
    /// Whose it is; in one of the two shapes a merchant's API may use.
    customer_id: Option<String>,
    customer: Option<Value>,
}

impl Redemption {
    /// Whether it can still be confirmed, as far as its status tells; the last word is the confirmation's.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.status.as_str(), "released" | "expired" | "run_out" | "committed")
    }

    /// Whether it may be another shopper's: a browser can name any id.
    pub(crate) fn belongs_to_another(&self, shopper: &str) -> bool {
        let named = self.customer.as_ref().and_then(|it| it.as_str().or_else(|| it.get("id")?.as_str()));
        self.customer_id.as_deref().or(named).is_some_and(|owner| owner != shopper)
    }

    /// What the cart keeps of it.
    pub(crate) fn into_held(self) -> HeldRedemption {
        let Self { id, code, points, discount, expires_at, reward, tax, .. } = self;
        let tax = tax.iter().fold(0, |sum: i64, part| sum.saturating_add(part.tax));
        HeldRedemption { id, code, points, discount, tax, expires_at, reward }
    }
}

/// The client.
pub(crate) struct Fidela {
    http: Client,
    base: String,
    secret_key: String,
}

impl Fidela {
    /// Makes a client. It follows no redirects (they would carry the key elsewhere) and gives up soon: a
    /// shopper is waiting, and the outbox tries again.
    pub(crate) fn new(config: &Config) -> reqwest::Result<Self> {
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(8))
            .build()?;
        Ok(Self { http, base: config.fidela_url.clone(), secret_key: config.secret_key.clone() })
    }

    /// `GET /v1/redemptions/{id}`: what a redemption is worth, from the one who knows.
    pub(crate) async fn redemption(&self, id: &str) -> Result<Redemption, CallError> {
        understood(&self.ask(self.http.get(self.at(&format!("/v1/redemptions/{id}")))).await?)
    }

    /// `POST /v1/redemptions/{id}/confirm`: the shop's own cart, before it takes payment. `discount` is what the
    /// shop is about to take off for points; a reward's own discount is in the answer.
    pub(crate) async fn confirm(
        &self,
        id: &str,
        key: &str,
        cart: &Value,
        discount: i64,
    ) -> Result<Redemption, CallError> {
        let request = self.http.post(self.at(&format!("/v1/redemptions/{id}/confirm")));
        let body = json!({ "cart": cart, "discount": discount });
        understood(&self.ask(request.header("idempotency-key", key).json(&body)).await?)
    }

    /// `POST /v1/redemptions/{id}/release`: lets points and reward go. Nothing depends on the answer; a hold that
    /// is not released runs out by itself.
    pub(crate) async fn release(&self, id: &str) {
        let request = self.http.post(self.at(&format!("/v1/redemptions/{id}/release")));
        let key = format!("release-{id}");
        if let Err(error) = self.ask(request.header("idempotency-key", key).json(&json!({}))).await {
            eprintln!("storefront: redemption {id} could not be released: {error}");
        }
    }

    /// `GET /v1/orders/{id}`: why an order earned what it earned, in sentences. Where they do not come, or not
    /// soon, the page does without.
    pub(crate) async fn explained(&self, order_id: &str) -> Vec<String> {
        let request = self.http.get(self.at(&format!("/v1/orders/{order_id}"))).timeout(NICE_TO_KNOW_WITHIN);
        match self.ask(request).await {
            Ok(answer) if answer.status == 200 => sentences(&answer.body),
            _ => Vec::new(),
        }
    }

    /// `PUT` of an order or a customer, `POST` of a completed mission.
    pub(crate) async fn tell(&self, post: bool, path: &str, body: &Value) -> Result<RawAnswer, CallError> {
        let url = self.at(path);
        self.ask(if post { self.http.post(url) } else { self.http.put(url) }.json(body)).await
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn ask(&self, request: RequestBuilder) -> Result<RawAnswer, CallError> {
        let unavailable = |error: reqwest::Error| {
            CallError::Unavailable(match error {
                error if error.is_timeout() => "it took too long".to_owned(),
                error if error.is_connect() => "nobody listens at its address".to_owned(),
                error => error.without_url().to_string(),
            })
        };
        let request = request.bearer_auth(&self.secret_key).header("accept-language", "en");
        let mut response = request.send().await.map_err(unavailable)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
            body.extend_from_slice(&chunk);
            if body.len() >= ANSWER_MAX_BYTES {
                body.truncate(ANSWER_MAX_BYTES);
                break;
            }
        }
        Ok(RawAnswer { status, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

/// The sentences in an order's answer, if there are any.
fn sentences(body: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    let sentences = answer.pointer("/award/explained").and_then(Value::as_array);
    sentences.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Reads a redemption, or the problem document that came instead of it.
fn understood(answer: &RawAnswer) -> Result<Redemption, CallError> {
    if (200..300).contains(&answer.status) {
        return serde_json::from_str(&answer.body)
            .map_err(|error| CallError::Unavailable(format!("its answer cannot be read: {error}")));
    }
    if answer.is_passing() || answer.status < 400 {
        return Err(CallError::Unavailable(format!("status {}", answer.status)));
    }
    let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let text = |field| problem.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let sentence = text("detail").or(text("title")).unwrap_or("This cannot be used for your cart.");
    // A refusal to confirm says what would be allowed: the shopper should know it too.
    let allowed = problem.pointer("/allowed/discount").and_then(Value::as_i64).filter(|&minor| minor > 0);
    let allowed = allowed.map(|minor| format!(" At most {} can come off.", lei(minor))).unwrap_or_default();
    Err(CallError::Refused {
        code: text("code").unwrap_or("unknown").to_owned(),
        sentence: format!("{sentence}{allowed}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{CallError, RawAnswer, sentences, understood};

    fn answer(status: u16, body: &str) -> RawAnswer {
        RawAnswer { status, body: body.to_owned() }
    }

    #[test]
    fn reads_a_redemption() {
        let body = r#"{"id":"rd_1","code":"LUT-1","status":"confirmed","points":20,"discount":2000,
                       "customer_id":"ana","tax":[]}"#;
        let redemption = understood(&answer(200, body)).expect("a redemption");
        assert!(redemption.is_open());
        assert!(redemption.belongs_to_another("mihai") && !redemption.belongs_to_another("ana"));
        assert_eq!(redemption.into_held().discount, 2_000);
    }

    #[test]
    fn reads_a_redemption_with_a_reward() {
        let body = r#"{"id":"rd_1","code":"LUT-1","status":"held","points":0,"discount":0,"tax":[],
                       "reward":{"id":"rw_1","card":"coffee-card","discount":4800,"tax":[],"line":"coffee-casa"}}"#;
        let held = understood(&answer(200, body)).expect("a redemption").into_held();
        let reward = held.reward.clone().expect("a reward");
        assert_eq!(
            (reward.line.as_deref(), reward.discount, held.off()),
            (Some("coffee-casa"), 4_800, 4_800)
        );
    }

    #[test]
    fn reads_why() {
        assert_eq!(
            sentences(r#"{"award":{"explained":["Coffee card: one stamp."]}}"#),
            ["Coffee card: one stamp."]
        );
        for nothing in ["{}", "no", r#"{"award":{}}"#, r#"{"award":{"explained":7}}"#] {
            assert_eq!(sentences(nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    #[test]
    fn tells_no_from_not_now() {
        let body = r#"{"code":"order_below_minimum","detail":"Add 5.00 lei to use points."}"#;
        let refused = understood(&answer(422, body)).expect_err("a refusal");
        assert!(matches!(&refused, CallError::Refused { code, sentence }
            if code == "order_below_minimum" && sentence == "Add 5.00 lei to use points."));
        let body =
            r#"{"code":"discount_mismatch","title":"Too much.","allowed":{"points":10,"discount":1000}}"#;
        let refused = understood(&answer(422, body)).expect_err("a refusal");
        assert!(matches!(&refused, CallError::Refused { sentence, .. }
            if sentence.starts_with("Too much. At most 10.00") && sentence.ends_with("can come off.")));
        for status in [401, 429, 503] {
            assert!(matches!(understood(&answer(status, "")), Err(CallError::Unavailable(_))));
        }
    }
}
