//! The record of who did what: written down in one place, for every route that changes something of a store.
//!
//! It is written before the answer. Where that fails, so does the request, and whoever sends it again (each write can be
//! repeated) has it written down then.

use fidela_protocol::merchant::{Adjustment, CreateKey};
use fidela_protocol::routes::{Caller, Id, Repeat, Route};
use fidela_protocol::scopes::{AuthorKind, Role, Scope, scope};
use fidela_protocol::team::{AddMember, PutMember};
use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::store::{self, Noted, StoreCall, StoreOp};
use crate::platform::crypto;

/// Whether somebody wants to know later who did it. What a shop's server does all day is in the ledger, where each entry
/// says which key it was.
fn is_noted(route: &Route, kind: AuthorKind) -> bool {
    if matches!(route.id, Id::ExportCustomer | Id::CreateSession) {
        return true;
    }
    // A draft says itself who changed it last, and changes nothing for anybody.
    if route.repeat == Repeat::Read || matches!(route.id, Id::PutDraft | Id::DeleteDraft) {
        return false;
    }
    match scope(route.id) {
        Some(Scope::Orders | Scope::Customers) => kind == AuthorKind::Member,
        Some(_) => true,
        None => route.caller == Caller::Operator,
    }
}

/// Writes down what a request has done, if it has done something.
pub(crate) async fn note(call: &Call, route: &Route, params: &[String], answer: &Answer) -> Outcome<()> {
    let Some(who) = call.author.get() else { return Ok(()) };
    if answer.status >= 400 || !is_noted(route, who.kind) {
        return Ok(());
    }
    let told: Option<Value> = serde_json::from_slice(answer.body()).ok();
    let made = |name: &str| told.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let (store, object, forget) = match route.id {
        Id::CreateStore => (made("store_id"), None, None),
        Id::PutPlan => (params.first().cloned(), None, None),
        // Whoever was erased is named nowhere.
        Id::EraseCustomer => (call.store.get().cloned(), None, params.first().cloned()),
        Id::EraseGuest => (call.store.get().cloned(), None, None),
        _ if params.is_empty() => (call.store.get().cloned(), made("id"), None),
        _ => (call.store.get().cloned(), Some(params.join(" ")), None),
    };
    let Some(store) = store else { return Ok(()) };
    // A natural write is the same by what it says, whatever it comes with.
    let key = call.header("idempotency-key").filter(|_| route.repeat == Repeat::Keyed).unwrap_or_default();
    let asked = [call.method.as_str(), &call.path, &key, &who.id].join("\n");
    let asked = crypto::sha256_hex(&[asked.as_bytes(), b"\n", &call.body].concat());
    let note = words(call, route.id);
    let noted = Noted { action: route.name.to_owned(), object, note, asked, forget };
    let reply = store::call(call, &store, &StoreCall::of(call, None, StoreOp::Note { noted })).await?;
    if reply.status == 204 {
        return Ok(());
    }
    Err(crate::failure::broken("audit", format!("the store answered {}", reply.status)))
}

/// What people want to read beside it.
fn words(call: &Call, route: Id) -> Option<String> {
    let role = |role: Role| if role == Role::Owner { "owner" } else { "staff" };
    match route {
        Id::CreateKey => call.json::<CreateKey>().ok().map(|key| key.name),
        Id::AddMember => {
            call.json::<AddMember>().ok().map(|member| format!("{} ({})", member.name, role(member.role)))
        }
        Id::PutMember => {
            call.json::<PutMember>().ok().map(|member| format!("{} ({})", member.name, role(member.role)))
        }
        Id::AdjustCustomer => call.json::<Adjustment>().ok().map(|told| {
            let Adjustment { points, set_to, stamps, reason, .. } = told;
            let moved = |sign: &str, number: Option<i64>, what: &str| {
                number.map(|number| {
                    let plus = if number > 0 && sign == "±" { "+" } else { "" };
                    let equals = if sign == "=" { "= " } else { "" };
                    format!("{equals}{plus}{number}{what}: {reason}")
                })
            };
            moved("±", points, "")
                .or_else(|| moved("=", set_to, ""))
                .or_else(|| moved("±", stamps, " ◉"))
                .unwrap_or(reason)
        }),
        Id::RemoveReward => call.query("reason").map(str::to_owned),
        Id::CreateEndpoint => {
            let body: Value = call.json().ok()?;
            body.get("url").and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    }
}
