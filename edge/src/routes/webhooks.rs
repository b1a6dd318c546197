//! What shop platforms tell. `generic` is Standard Webhooks: anybody can speak it.

use fidela_protocol::Code;
use fidela_protocol::merchant::{CustomerUpdate, WebhookCustomer, WebhookEvent};
use serde_json::json;

use super::{customers, orders};
use crate::answer::Answer;
use crate::auth;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::limits;
use crate::platform::crypto;
use crate::platforms::shopify::{self, Told};

/// `POST /v1/webhooks/{store}/{platform}`.
pub(crate) async fn receive(call: &Call, store: &str, platform: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    match platform {
        "generic" => generic(call, &store).await,
        shopify::NAME => from_shopify(call, &store).await,
        _ => Err(Code::NotFound.into()),
    }
}

/// A platform wants to know that it was taken in, and must not be shown a person's balance.
fn received(answer: Answer) -> Outcome<Answer> {
    if answer.status < 300 { Answer::json(200, &json!({ "received": true })) } else { Ok(answer) }
}

async fn generic(call: &Call, store: &StoreConfig) -> Outcome<Answer> {
    verify(call, store)?;
    let answer = match call.json()? {
        WebhookEvent::Order(order) => orders::tell(call, store, *order).await?,
        WebhookEvent::CustomerCreated(mut customer) => {
            let CustomerUpdate { registered_at, updated_at, .. } = &mut customer.update;
            *registered_at = registered_at.or(*updated_at).or(Some(call.now));
            customer_told(call, store, *customer).await?
        }
        WebhookEvent::Customer(customer) => customer_told(call, store, *customer).await?,
    };
    received(answer)
}

async fn customer_told(call: &Call, store: &StoreConfig, customer: WebhookCustomer) -> Outcome<Answer> {
    let WebhookCustomer { id, update } = customer;
    if !fidela_protocol::ids::is_shop_id(&id) {
        return Err(Code::InvalidId.into());
    }
    customers::tell(call, store, id, update).await
}

async fn from_shopify(call: &Call, store: &StoreConfig) -> Outcome<Answer> {
    shopify::verify(call, store)?;
    match shopify::read(call)? {
        Told::Customer { id, update } => received(customers::tell(call, store, id, *update).await?),
        Told::Redact { id, email } => {
            if let Some(id) = id {
                customers::erase_of(call, store, id).await?;
            }
            if let Some(email) = email {
                customers::erase_guest_of(call, store, &email).await?;
            }
            received(Answer::empty(204))
        }
        Told::ForPeople(topic) => {
            // The merchant answers a person with the export of their data; the operator forgets a store.
            let line = json!({ "event": "for_people", "topic": topic, "store": store.store_id });
            worker::console_warn!("{line}");
            received(Answer::empty(204))
        }
        Told::Unknown => Answer::json(200, &json!({ "received": false })),
    }
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
