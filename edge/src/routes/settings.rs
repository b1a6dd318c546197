//! A store's settings, by the shop's server.

use fidela_protocol::Code;
use fidela_protocol::merchant::{FieldFault, StoreSettings};

use super::{fault, name_fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{accounts, auth, config, limits};

/// `GET /v1/settings`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let settings = StoreSettings {
        name: store.name.clone(),
        locale: store.locale.clone(),
        origins: store.origins.clone(),
        expiring_days: store.expiring_days,
    };
    Answer::json(200, &settings)
}

/// `PUT /v1/settings`.
pub(crate) async fn put(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let settings: StoreSettings = call.json()?;
    let mut faults = faults(&settings.name, &settings.locale, &settings.origins);
    if !(1..=limits::EXPIRING_DAYS_MOST).contains(&settings.expiring_days) {
        let max = Some(limits::EXPIRING_DAYS_MOST.into());
        faults.push(FieldFault { min: Some(1), max, ..fault("expiring_days", "out_of_range") });
    }
    refuse(Code::InvalidBody, faults)?;
    let store = &merchant.store.store_id;
    let op = StoreOp::SetSettings { settings };
    let reply = store::call(call, store, &StoreCall::of(call, None, op)).await?;
    config::read_anew(store);
    accounts::settle(call, store).await?;
    Ok(reply.into_answer())
}

/// What is wrong with what people read of a store, and with where its pages are.
pub(super) fn faults(name: &str, locale: &str, origins: &[String]) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    faults.extend(name_fault("name", name));
    if !is_locale(locale) {
        faults.push(fault("locale", "locale_expected"));
    }
    if origins.len() > limits::ORIGINS {
        faults.push(fault("origins", "too_many"));
    }
    for (i, origin) in origins.iter().enumerate() {
        if !is_origin(origin) {
            faults.push(fault(format!("origins[{i}]"), "origin_expected"));
        }
    }
    faults
}

fn is_locale(locale: &str) -> bool {
    (2..=35).contains(&locale.len())
        && locale.split('-').all(|tag| !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `https://shop.example`, or `http://` with a port for a laptop; nothing behind it.
pub(super) fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    origin.len() <= 255
        && host.is_some_and(|host| {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
        })
}
