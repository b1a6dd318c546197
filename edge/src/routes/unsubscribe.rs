//! `/u/{token}`: where the link of a letter leads. Looking at it changes nothing, because mail scanners do; the button
//! does, and so does a mail client's own (RFC 8058).

use fidela_protocol::Code;
use maud::html;
use std::rc::Rc;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::mail::{Link, unsubscribe};
use crate::objects::shard::{Reader, ShardOp};
use crate::page::{self, May};
use crate::speech::Speaker;
use crate::{accounts, auth};

/// A genuine token is longer than an id may be: it hides one.
fn token(call: &Call) -> &str {
    call.path.strip_prefix("/u/").unwrap_or_default()
}

/// Whom a link is for.
async fn whose(call: &Call) -> Outcome<Option<(Rc<StoreConfig>, String)>> {
    let Some(name) = unsubscribe::store(token(call)) else { return Ok(None) };
    let Some(store) = auth::store(call, &name).await? else { return Ok(None) };
    let customer = Link::Letters.whom(token(call), &store.store_id, &store.index_key);
    Ok(customer.map(|customer| (store, customer)))
}

/// `GET /u/{token}`.
pub(crate) async fn page(call: &Call) -> Outcome<Answer> {
    let Some((store, customer)) = whose(call).await? else { return Ok(unknown(call)) };
    let op = ShardOp::Reader { customer: customer.clone(), off: None };
    let reply = accounts::of_customer(call, &store, &customer, None, op).await?;
    if reply.status == 404 {
        return Ok(unknown(call));
    }
    let Reader { off, locale, .. } = reply.read()?;
    let speaker = Speaker::in_locale(locale.as_deref().unwrap_or(&store.locale), &store);
    let say = |key: &str| speaker.word(key).replace("{store}", &store.name);
    let title = say("leave.title");
    let (told, button, action, quiet) = if off {
        (say("leave.done"), say("leave.back"), "on", true)
    } else {
        (say("leave.ask"), say("leave.button"), "off", false)
    };
    let main = html! {
        h1 { (title) }
        p role="status" { (told) }
        form method="post" {
            input type="hidden" name="action" value=(action);
            button.quiet[quiet] type="submit" { (button) }
        }
    };
    Ok(page::answer(200, speaker.tag(), &title, false, May::Post, main))
}

/// Nobody, or nobody any more: said in the language of whoever looks.
fn unknown(call: &Call) -> Answer {
    let (tag, text) = crate::speech::word_for(call, "leave.unknown");
    let main = html! { p role="status" { (text) } };
    page::answer(404, tag, &text, false, May::Nothing, main)
}

/// `POST /u/{token}`: letters off, or on again with `action=on`. The page's own form is sent back to the page; a mail
/// client gets an empty answer, because it may not follow.
pub(crate) async fn set(call: &Call) -> Outcome<Answer> {
    let (store, customer) = whose(call).await?.ok_or(Code::NotFound)?;
    let action = form_field(&call.body, "action");
    let op = ShardOp::Reader { customer: customer.clone(), off: Some(action != Some("on")) };
    let reply = accounts::of_customer(call, &store, &customer, None, op).await?;
    if reply.status >= 400 {
        return Ok(reply.into_answer());
    }
    Ok(match action {
        Some(_) => Answer::empty(303).header("location", call.path.clone()),
        None => Answer::empty(200),
    })
}

/// A field of a form, whose words are all of letters.
fn form_field<'b>(body: &'b [u8], name: &str) -> Option<&'b str> {
    let body = std::str::from_utf8(body).ok()?;
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
