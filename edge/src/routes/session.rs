//! Signing in to the console, and out of it.

use fidela_protocol::Code;
use fidela_protocol::ids::is_store_id;
use fidela_protocol::team::{CreateSession, SignIn};

use super::{fault, refuse, text_fault};
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::mail::is_address;
use crate::objects::directory;
use crate::objects::store::{self, SignedIn, StoreCall, StoreOp};
use crate::platform::crypto;
use crate::{auth, config, limits, session};

/// `POST /v1/sign_in`. Whether anybody has the address, nobody learns here: it is written down in either case, and what
/// comes of it comes after the answer.
pub(crate) async fn sign_in(call: &Call) -> Outcome<Answer> {
    let SignIn { email, locale } = call.json()?;
    let mut faults = Vec::new();
    if email.len() > limits::EMAIL_CHARS || !is_address(email.trim()) {
        faults.push(fault("email", "email_expected"));
    }
    faults.extend(locale.as_deref().and_then(|locale| text_fault("locale", locale, 35)));
    refuse(Code::InvalidBody, faults)?;
    directory::sign_in(call, &email, locale.as_deref()).await?;
    Ok(Answer::empty(202))
}

/// `POST /v1/session`. A page of somebody else's cannot sign anybody in, to whatever store.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    session::refuse_others(call)?;
    let CreateSession { token } = call.json()?;
    let (name, secret) = token.trim().split_once('_').ok_or(Code::LinkInvalid)?;
    let id = format!("st_{name}");
    let known = if is_store_id(&id) { auth::store(call, &id).await? } else { None };
    let known = known.ok_or(Code::LinkInvalid)?;
    let op = StoreOp::UseLink { hash: crypto::sha256_hex(secret.as_bytes()) };
    let reply = store::call(call, &id, &StoreCall::of(call, None, op)).await?;
    if reply.status != 200 {
        return Ok(store::told(call, &known, reply)?.into_answer());
    }
    let SignedIn { member, generation } = reply.read()?;
    config::read_anew(&id);
    let (known, cookie) = session::begin(call, known, member, generation)?;
    let _ = call.author.set(known.author());
    let _ = call.store.set(id);
    Ok(Answer::json(200, &known.shown())?.header("set-cookie", cookie).header("cache-control", "no-store"))
}

/// `GET /v1/session`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let known = auth::member(call).await?;
    Ok(Answer::json(200, &known.shown())?.header("cache-control", "no-store"))
}

/// `DELETE /v1/session`. Whoever is signed out already is.
pub(crate) async fn delete(call: &Call) -> Outcome<Answer> {
    if !session::is_there(call) {
        return Ok(Answer::empty(204));
    }
    session::refuse_others(call)?;
    let everywhere = match call.query("everywhere") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Code::InvalidQuery.into()),
    };
    let known = match auth::member(call).await {
        Ok(known) => known,
        Err(crate::failure::Failure::Problem(_)) => return Ok(session::forget(call, Answer::empty(204))),
        Err(fatal) => return Err(fatal),
    };
    let store = known.store.store_id.clone();
    let (member, until) = (known.member.id.clone(), known.until);
    let op = StoreOp::EndSession { member, session: known.id, until, everywhere };
    let reply = store::call(call, &store, &StoreCall::of(call, None, op)).await;
    config::read_anew(&store);
    Ok(session::forget(call, reply?.into_answer()))
}
