//! What shop platforms tell. `generic` is Standard Webhooks: anybody can speak it.

use fidela_protocol::Code;
use fidela_protocol::merchant::{WebhookCustomer, WebhookEvent};
use serde_json::json;

use super::{customers, orders};
use crate::answer::Answer;
use crate::auth;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::limits;
use crate::platform::crypto;

/// `POST /v1/webhooks/{store}/{platform}`.
pub(crate) async fn receive(call: &Call, store: &str, platform: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    if platform != "generic" {
        return Err(Code::NotFound.into());
    }
    verify(call, &store)?;
    let answer = match call.json()? {
        WebhookEvent::Order(order) => orders::tell(call, &store, *order).await?,
        WebhookEvent::Customer(customer) => {
            let WebhookCustomer { id, update } = *customer;
            if !fidela_protocol::ids::is_shop_id(&id) {
                return Err(Code::InvalidId.into());
            }
            customers::tell(call, &store, id, update).await?
        }
    };
    // A platform wants to know that it was taken in, and must not be shown a person's balance.
    if answer.status < 300 { Answer::json(200, &json!({ "received": true })) } else { Ok(answer) }
}

/// Standard Webhooks: `webhook-signature` is a list of `v1,{base64 of HMAC-SHA256 over id.timestamp.body}`.
fn verify(call: &Call, store: &StoreConfig) -> Outcome<()> {
    let header = |name| call.header(name).filter(|value| value.len() <= 2_000).ok_or(Code::SignatureInvalid);
    let (id, timestamp, signatures) =
        (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(&call.body);
    let genuine = store.webhook_secrets.iter().any(|secret| {
        let key = crypto::from_base64(secret.trim_start_matches("whsec_")).unwrap_or_default();
        let expected = crypto::hmac(&key, &signed);
        signatures
            .split_whitespace()
            .filter_map(|signature| signature.strip_prefix("v1,").and_then(crypto::from_base64))
            .any(|signature| crypto::same(&signature, &expected))
    });
    if !genuine {
        return Err(Code::SignatureInvalid.into());
    }
    let told_at: i64 = timestamp.parse().map_err(|_| Code::SignatureInvalid)?;
    if told_at.abs_diff(call.now.as_second()) > limits::WEBHOOK_SECONDS.unsigned_abs() {
        return Err(Code::SignatureExpired.into());
    }
    Ok(())
}
