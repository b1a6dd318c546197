//! Where the links at the end of letters lead: `/u/{token}` of a shopper's, `/n/{token}` of an invitation's. Looking at
//! one changes nothing, because mail scanners do; the button does, and so does a mail client's own (RFC 8058). What was
//! ended can be begun again on the same page.

use fidela_protocol::Code;
use maud::html;
use serde::Deserialize;
use std::rc::Rc;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::mail::{Link, unsubscribe};
use crate::objects::Reply;
use crate::objects::shard::{Reader, ShardOp};
use crate::page::{self, May};
use crate::speech::{self, Speaker};
use crate::{accounts, auth};

/// `GET /u/{token}`.
pub(crate) async fn page(call: &Call) -> Outcome<Answer> {
    show(call, Link::Letters).await
}

/// `POST /u/{token}`: letters off, or on again with `action=on`.
pub(crate) async fn set(call: &Call) -> Outcome<Answer> {
    change(call, Link::Letters).await
}

/// `GET /n/{token}`.
pub(crate) async fn invitations_page(call: &Call) -> Outcome<Answer> {
    show(call, Link::Invitations).await
}

/// `POST /n/{token}`: nobody of the store's writes to that address any more, or may again with `action=on`.
pub(crate) async fn decline_invitations(call: &Call) -> Outcome<Answer> {
    change(call, Link::Invitations).await
}

/// A genuine token is longer than an id may be: it hides one.
fn token(call: &Call) -> &str {
    call.path.rsplit('/').next().unwrap_or_default()
}

/// Whom a link is for.
async fn whose(call: &Call, link: Link) -> Outcome<Option<(Rc<StoreConfig>, String)>> {
    let Some(name) = unsubscribe::store(token(call)) else { return Ok(None) };
    let Some(store) = auth::store(call, &name).await? else { return Ok(None) };
    let whom = link.whom(token(call), &store.store_id, &store.index_key);
    Ok(whom.map(|whom| (store, whom)))
}

/// Asks whether somebody wants none, or sets it.
async fn ask(
    call: &Call,
    store: &StoreConfig,
    link: Link,
    whom: String,
    off: Option<bool>,
) -> Outcome<Reply> {
    match link {
        Link::Letters => {
            let op = ShardOp::Reader { customer: whom.clone(), off };
            accounts::of_customer(call, store, &whom, None, op).await
        }
        Link::Invitations => {
            let op = ShardOp::DeclineInvitations { hash: whom.clone(), set: off };
            accounts::of_guest(call, store, &whom, op).await
        }
    }
}

/// Whether somebody wants none, and in which language they read.
fn standing(store: &StoreConfig, link: Link, call: &Call, reply: &Reply) -> Outcome<(bool, Speaker)> {
    #[derive(Deserialize)]
    struct Person {
        declined: bool,
    }
    let home = || store.locale.clone();
    let (off, locale) = match link {
        Link::Letters => {
            let Reader { off, locale, .. } = reply.read()?;
            (off, locale)
        }
        // Nobody has told us a friend's language; their browser does.
        Link::Invitations => {
            let wished = call.header("accept-language").filter(|wished| speech::tag_of(wished).is_some());
            (reply.read::<Person>()?.declined, wished)
        }
    };
    Ok((off, Speaker::in_locale(&locale.unwrap_or_else(home), store)))
}

async fn show(call: &Call, link: Link) -> Outcome<Answer> {
    let Some((store, whom)) = whose(call, link).await? else { return Ok(unknown(call)) };
    let reply = ask(call, &store, link, whom, None).await?;
    if reply.status == 404 {
        return Ok(unknown(call));
    }
    let (off, speaker) = standing(&store, link, call, &reply)?;
    let say = |key: &str| {
        let of = match link {
            Link::Letters => "leave",
            Link::Invitations => "decline",
        };
        speaker.word(&format!("{of}.{key}")).replace("{store}", &store.name)
    };
    let title = say("title");
    let (told, button, action) =
        if off { (say("done"), say("back"), "on") } else { (say("ask"), say("button"), "off") };
    let main = html! {
        h1 { (title) }
        p role="status" { (told) }
        form method="post" {
            input type="hidden" name="action" value=(action);
            button.quiet[off] type="submit" { (button) }
        }
    };
    Ok(page::answer(200, speaker.tag(), &title, false, May::Post, main))
}

/// Nobody, or nobody any more: said in the language of whoever looks.
fn unknown(call: &Call) -> Answer {
    let (tag, title) = speech::word_for(call, "leave.unknown");
    let (_, why) = speech::word_for(call, "leave.unknown_why");
    let main = html! {
        h1 { (title) }
        p role="status" { (why) }
    };
    page::answer(404, tag, &title, false, May::Nothing, main)
}

/// The page's own form is sent back to the page; a mail client gets an empty answer, because it may not follow.
async fn change(call: &Call, link: Link) -> Outcome<Answer> {
    let (store, whom) = whose(call, link).await?.ok_or(Code::NotFound)?;
    let action = form_field(&call.body, "action");
    let reply = ask(call, &store, link, whom, Some(action != Some("on"))).await?;
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
