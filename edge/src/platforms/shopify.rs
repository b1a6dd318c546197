//! Shopify's webhooks: customers, and what the law asks for.
//!
//! The signature is the base64 HMAC-SHA256 of the raw body, keyed with the app's secret; the topic stands in a header.
//! Shopify tells each thing at least once and in any order: the newest `updated_at` decides, so a repeated
//! `X-Shopify-Event-Id` changes nothing, and none has to be kept. What Shopify would send again and again because we
//! cannot take it (an address that is none, a name that is too long) is left out or cut, not refused.
//!
//! **Who has registered?** A customer record is made for every guest's checkout, too, with the state `disabled`. So an
//! account counts as made when a record is created `enabled` (at its `created_at`) or becomes it (`customers/enable`).
//! Whoever is missed, because the shop does not send that topic, registers with the first visit that is signed in.

use fidela_protocol::Code;
use fidela_protocol::merchant::CustomerUpdate;
use fidela_rules::order::is_email;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::limits;
use crate::platform::crypto;

/// As in the address of its webhooks.
pub(crate) const NAME: &str = "shopify";

/// Something that Shopify tells.
pub(crate) enum Told {
    /// A customer as they are now.
    Customer {
        /// Shopify's id.
        id: String,
        /// In our words.
        update: Box<CustomerUpdate>,
    },
    /// Everything about a customer has to go.
    Redact {
        /// Shopify's id, where there was an account.
        id: Option<String>,
        /// E-mail address, where there was one.
        email: Option<String>,
    },
    /// Something that a person has to see to: a request for somebody's data, or for a whole shop to be forgotten.
    ForPeople(&'static str),
    /// What we have no use for.
    Unknown,
}

/// A customer of the Admin API, as far as we need it. Ids are larger than what fits a browser's number.
#[derive(Deserialize)]
struct Customer {
    id: Value,
    email: Option<String>,
    verified_email: Option<bool>,
    first_name: Option<String>,
    last_name: Option<String>,
    state: Option<String>,
    tags: Option<String>,
    locale: Option<String>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

/// `customers/redact`.
#[derive(Deserialize)]
struct Redact {
    customer: Option<RedactCustomer>,
}

#[derive(Deserialize)]
struct RedactCustomer {
    id: Option<Value>,
    email: Option<String>,
}

/// Refuses what Shopify has not signed with one of the store's secrets.
pub(crate) fn verify(call: &Call, store: &StoreConfig) -> Outcome<()> {
    let signature = call.header("x-shopify-hmac-sha256").filter(|value| value.len() <= 100);
    let signature = signature.as_deref().and_then(crypto::from_base64).ok_or(Code::SignatureInvalid)?;
    let secrets = store.platform_secrets.get(NAME).into_iter().flatten();
    let mut expected = secrets.map(|secret| crypto::hmac(secret.as_bytes(), &call.body));
    if expected.any(|expected| crypto::same(&signature, &expected)) {
        Ok(())
    } else {
        Err(Code::SignatureInvalid.into())
    }
}

/// Reads what is told.
pub(crate) fn read(call: &Call) -> Outcome<Told> {
    let topic = call.header("x-shopify-topic").unwrap_or_default();
    Ok(match topic.as_str() {
        "customers/create" | "customers/update" | "customers/enable" | "customers/disable" => {
            let customer: Customer = call.json()?;
            let id = id_of(&customer.id).ok_or(Code::InvalidId)?;
            Told::Customer { id, update: Box::new(update(customer, &topic, told_at(call))) }
        }
        "customers/redact" => {
            let Redact { customer } = call.json()?;
            let (id, email) = customer.map_or((None, None), |one| (one.id, one.email));
            Told::Redact { id: id.as_ref().and_then(id_of), email: email.filter(|email| is_email(email)) }
        }
        "customers/data_request" => Told::ForPeople("customers/data_request"),
        "shop/redact" => Told::ForPeople("shop/redact"),
        _ => Told::Unknown,
    })
}

/// An id as digits, however it is written.
fn id_of(id: &Value) -> Option<String> {
    let id = match id {
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    fidela_protocol::ids::is_shop_id(&id).then_some(id)
}

/// When it happened, where the body does not say.
fn told_at(call: &Call) -> Timestamp {
    let triggered = call.header("x-shopify-triggered-at").and_then(|at| at.parse().ok());
    triggered.filter(|at| *at <= call.now).unwrap_or(call.now)
}

fn update(customer: Customer, topic: &str, told_at: Timestamp) -> CustomerUpdate {
    let updated_at = customer.updated_at.unwrap_or(told_at);
    let is_enabled = customer.state.as_deref() == Some("enabled");
    let registered_at = match topic {
        "customers/create" if is_enabled => Some(customer.created_at.unwrap_or(updated_at)),
        "customers/enable" => Some(updated_at),
        _ => None,
    };
    let name = [customer.first_name, customer.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let groups = customer.tags.map(|tags| {
        let tags = tags.split(',').filter_map(words);
        tags.take(limits::GROUPS).collect()
    });
    CustomerUpdate {
        email_verified: customer.email.is_some() && customer.verified_email == Some(true),
        email: customer.email.filter(|email| is_email(email)),
        name: words(&name),
        locale: customer.locale.as_deref().and_then(words).filter(|locale| locale.len() <= 35),
        groups,
        birthday: None,
        registered_at,
        referral_code: None,
        updated_at: Some(updated_at),
    }
}

/// A text as names may be: without control characters, not empty, not longer than names are.
fn words(text: &str) -> Option<String> {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let cut: String = plain.trim().chars().take(limits::NAME_CHARS).collect();
    (!cut.is_empty()).then_some(cut)
}
