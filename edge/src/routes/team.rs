//! Who may sign in to a store's console, the secrets of its shopper tokens, and the record of who did what.

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::scopes::AuthorKind;
use fidela_protocol::team::{AddMember, Member, PutMember};
use fidela_protocol::{Code, Problem};

use super::keys::write;
use super::{fault, name_fault, refuse};
use crate::answer::Answer;
use crate::auth;
use crate::call::Call;
use crate::failure::Outcome;
use crate::mail::is_address;
use crate::objects::directory::{self, Welcome};
use crate::objects::store::{self, Removed, StoreCall, StoreOp};
use crate::{config, limits};

/// `GET /v1/team`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Ok(store::ask_for(call, &store, StoreOp::Team).await?.into_answer())
}

/// What is wrong with how somebody is let in.
pub(super) fn person_faults(before: &str, email: &str, name: &str) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if email.len() > limits::EMAIL_CHARS || !is_address(email) {
        faults.push(fault(format!("{before}email"), "email_expected"));
    }
    faults.extend(name_fault(&format!("{before}name"), name));
    faults
}

/// `POST /v1/team`. The directory is told first: an address that leads to a store which does not know it leads nowhere.
pub(crate) async fn add(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let request: AddMember = call.json()?;
    refuse(Code::InvalidBody, person_faults("", &request.email, &request.name))?;
    merchant.may_give(request.role.scopes())?;
    directory::join(call, &request.email, &merchant.store.store_id).await?;
    let answer = write(call, &merchant, Some(keyed), StoreOp::AddMember { request }).await?;
    let added = (answer.status == 201).then(|| serde_json::from_slice::<Member>(answer.body()).ok());
    // Also when it is repeated: the first time may have come this far and no further.
    if let Some(member) = added.flatten() {
        let store = merchant.store.store_id.clone();
        // A key has a name that says nothing to whoever reads the letter.
        let by = match merchant.who.kind {
            AuthorKind::Member => merchant.who.name.clone(),
            _ => merchant.store.name.clone(),
        };
        let welcome = Welcome { store, member: member.id, name: member.name, by };
        directory::greet(call, &member.email, welcome).await?;
    }
    Ok(answer)
}

/// `PUT /v1/team/{member}`.
pub(crate) async fn put(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let told: PutMember = call.json()?;
    refuse(Code::InvalidBody, name_fault("name", &told.name).into_iter().collect())?;
    merchant.may_give(told.role.scopes())?;
    write(call, &merchant, None, StoreOp::PutMember { id, told }).await
}

/// `DELETE /v1/team/{member}`.
pub(crate) async fn remove(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let store = &merchant.store;
    let reply = store::ask_for(call, store, StoreOp::RemoveMember { id }).await;
    config::read_anew(&store.store_id);
    let reply = reply?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let Removed { email } = reply.read()?;
    if let Some(email) = email {
        directory::leave(call, &email, &store.store_id).await?;
    }
    Ok(Answer::empty(204))
}

/// `GET /v1/identity_secrets`.
pub(crate) async fn secrets(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Ok(store::ask_for(call, &store, StoreOp::IdentitySecrets).await?.into_answer())
}

/// `POST /v1/identity_secrets`.
pub(crate) async fn create_secret(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    write(call, &merchant, Some(keyed), StoreOp::CreateIdentitySecret).await
}

/// `DELETE /v1/identity_secrets/{secret}`.
pub(crate) async fn remove_secret(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    write(call, &merchant, None, StoreOp::RemoveIdentitySecret { id }).await
}

/// `GET /v1/audit`.
pub(crate) async fn audit(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let after = call.query("after").map(str::parse::<u32>).transpose().map_err(|_| {
        Problem::new(Code::InvalidQuery).detail("`after` is what `next` of the page before said.")
    })?;
    let op = StoreOp::Audit { after: after.map(i64::from), limit: call.page_rows()? };
    let reply = store::call(call, &store.store_id, &StoreCall::of(call, None, op)).await?;
    Ok(reply.into_answer())
}
