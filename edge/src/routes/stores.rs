//! Stores, by the operator.

use fidela_protocol::merchant::CreateStore;
use fidela_protocol::{Code, Problem};

use super::{fault, name_fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{auth, ids, limits};

/// `POST /v1/stores`. The store's id follows from the operator's key and the request's, so the same request,
/// told again, finds what it made.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let operator_key = auth::operator(call)?;
    let keyed = call.idempotency()?;
    let request: CreateStore = call.json()?;
    let mut faults = Vec::new();
    faults.extend(name_fault("name", &request.name));
    if !is_locale(&request.locale) {
        faults.push(fault("locale", "locale_expected"));
    }
    if !matches!(request.shards, 1 | 16 | 256 | 1024) {
        faults.push(fault("shards", "not_one_of_the_choices"));
    }
    if request.origins.len() > limits::ORIGINS {
        faults.push(fault("origins", "too_many"));
    }
    for (i, origin) in request.origins.iter().enumerate() {
        if !is_origin(origin) {
            faults.push(fault(format!("origins[{i}]"), "origin_expected"));
        }
    }
    refuse(Code::InvalidBody, faults)?;
    let id = ids::new_store(&operator_key, &keyed.key).ok_or_else(|| Problem::new(Code::Unauthorized))?;
    let op = StoreOp::Create { store: id.clone(), request: Box::new(request) };
    let reply = store::call(call, &id, &StoreCall { now: call.now, key: Some(keyed), op }).await?;
    Ok(reply.into_answer())
}

fn is_locale(locale: &str) -> bool {
    (2..=35).contains(&locale.len())
        && locale.split('-').all(|tag| !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `https://shop.example`, or `http://` with a port for a laptop; nothing behind it.
fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    origin.len() <= 255
        && host.is_some_and(|host| {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
        })
}
