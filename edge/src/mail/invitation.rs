//! The letter with which a shopper invites a friend: in the merchant's words (`referrals.email` of the program) or
//! ours. The friend is nobody's customer: what is known of them is what the inviter typed, and it is used for this one
//! letter. Both names are somebody's words, so what could lead anywhere is left out (`names.rs`).

use fidela_protocol::messages::{LetterKind, LetterText};
use fidela_rules::Program;
use fidela_rules::program::{Display, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use worker::Env;

use super::template::{Value, clean, fill, places};
use super::{
    Draft, Letter, Link, Mailbox, Words, address_of, from, html, is_address, is_person_name, letter_id,
    own_text, plain_text,
};
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::speech::{self, Speaker};

/// An invitation by e-mail, as the outbox keeps it until its letter has left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// Its event's: the same invitation is the same letter.
    pub(crate) id: String,
    /// When it was asked for.
    pub(crate) at: Timestamp,
    /// The friend's address, as the inviter typed it.
    pub(crate) email: String,
    /// The friend's first name, as the inviter typed it.
    pub(crate) friend: String,
    /// The inviter's first name, where the shop has told it.
    pub(crate) inviter: Option<String>,
    /// The inviter's language: the best guess at the friend's.
    pub(crate) locale: Option<String>,
    /// The code of the invitation's link.
    pub(crate) code: String,
    /// Keyed hash of the friend's address.
    pub(crate) hash: String,
    /// What the friend gets.
    pub(crate) points: i64,
}

/// Writes the letter of an invitation. Without a sender there is none, and none to what is no address.
pub(crate) fn compose_invitation(
    env: &Env,
    store: &StoreConfig,
    invitation: &Invitation,
) -> Outcome<Option<Letter>> {
    compose(env, store, invitation, Draft::default())
}

/// The same, in words that a merchant tries out.
pub(crate) fn compose(
    env: &Env,
    store: &StoreConfig,
    invitation: &Invitation,
    draft: Draft,
) -> Outcome<Option<Letter>> {
    let sender = draft.sender.unwrap_or_else(|| store.messages.sender.clone());
    let Some(shop) = from(env, store, &sender).filter(|_| is_address(&invitation.email)) else {
        return Ok(None);
    };
    let program = store.program()?;
    let speaker = Speaker::in_locale(&language(store, &program, invitation, draft.text.is_some()), store);
    let told = told(&program, &speaker);
    let text = draft.text.unwrap_or_else(|| {
        let own = own_words(&speaker, invitation.points);
        LetterText { subject: told.0.unwrap_or(own.subject), body: told.1.unwrap_or(own.body) }
    });
    let shop_url = sender.shop_url.as_deref().or(store.origins.first().map(String::as_str));
    let words = Words { store, program: &program, speaker: &speaker, shop_url };
    let link = address_of(env, &format!("/r/{}", invitation.code));
    let inviter = invitation.inviter.as_deref().filter(|name| is_person_name(name)).map(clean);
    let friend = Some(invitation.friend.as_str()).filter(|name| is_person_name(name)).map(clean);
    let place = |name: &str| match name {
        "friend" => friend.clone().map(Value::Words),
        "inviter" => {
            let somebody = || speaker.word("mail.invite.a_friend").to_owned();
            Some(Value::Words(inviter.clone().unwrap_or_else(somebody)))
        }
        "store" => Some(Value::Words(store.name.clone())),
        "points" => words.shown(invitation.points).ok().map(Value::Words),
        "link" => Some(Value::Link(link.clone())),
        "shop_url" => shop_url.map(|url| Value::Link(url.to_owned())),
        _ => None,
    };
    let say = |key: &str| fill(speaker.word(key), place).line();
    let (subject, body) = (fill(&text.subject, place), fill(&text.body, place));
    let hero = hero(&words, invitation.points)?;
    let token = Link::Invitations.token(&store.store_id, &store.index_key, &invitation.hash);
    let unsubscribe = address_of(env, &format!("/n/{token}"));
    let mut frame = html::Frame {
        locale: speaker.tag(),
        store: clean(&store.name),
        subject: subject.line(),
        preheader: format!("{} {} {}", hero.about, hero.number, hero.unit),
        hero,
        paragraphs: body.paragraphs(),
        balance: None,
        button: Some((speaker.word("mail.invite.button").to_owned(), link.clone())),
        note: order_min(&words, invitation.points),
        footer: sender.footer.clone().unwrap_or_default(),
        why: say("mail.invite.why"),
        unsubscribe: Some((speaker.word("mail.invite.never").to_owned(), unsubscribe.clone())),
        theme: &store.theme,
    };
    let html = html::letter(&frame);
    // As text, the link stands where the merchant has put it; in HTML it is a button, too.
    if has_link(&text.body) {
        frame.button = None;
    }
    let by = |name: &str| {
        fill(speaker.word("mail.invite.from"), |place| match place {
            "inviter" => Some(Value::Words(name.to_owned())),
            "store" => Some(Value::Words(shop.name.clone())),
            _ => None,
        })
        .line()
    };
    Ok(Some(Letter {
        id: letter_id(store, &invitation.id),
        at: invitation.at,
        locale: speaker.tag(),
        to: Mailbox { name: friend.clone().unwrap_or_default(), email: invitation.email.clone() },
        subject: subject.line(),
        text: plain_text(&frame, &body.text()),
        html,
        reply_to: sender.reply_to.clone(),
        from: Mailbox {
            name: inviter.as_deref().map_or_else(|| shop.name.clone(), by),
            email: shop.email.clone(),
        },
        unsubscribe: Some(unsubscribe),
    }))
}

/// Whether a body says itself where the link goes.
pub(crate) fn has_link(body: &str) -> bool {
    places(body).any(|place| place == "link")
}

/// What the store's own text has in a language.
fn told(program: &Program, speaker: &Speaker) -> (Option<String>, Option<String>) {
    let of = |name: &str| {
        let text = program.referrals.email.get(name).map(|text| text.get(speaker.tag()).to_owned());
        text.filter(|text| !text.is_empty())
    };
    (of("subject"), of("body"))
}

/// Our own words. Where the friend gets nothing, they promise nothing.
fn own_words(speaker: &Speaker, points: i64) -> LetterText {
    let own = own_text(speaker, LetterKind::Invitation, Display::Points);
    if points > 0 {
        return own;
    }
    LetterText { body: speaker.word("mail.invite.body_plain").to_owned(), ..own }
}

/// The language of a letter: the inviter's, where there are words in it; the store's own otherwise. A merchant's text
/// that is the same in every language is one in the store's.
fn language(store: &StoreConfig, program: &Program, invitation: &Invitation, is_draft: bool) -> String {
    let home = || store.locale.clone();
    let Some(wished) = invitation.locale.clone().filter(|locale| speech::tag_of(locale).is_some()) else {
        return home();
    };
    let has_words = |text: &Text| match text {
        Text::Plain(_) => speech::tag_of(&wished) == speech::tag_of(&store.locale),
        Text::ByLocale(texts) => {
            texts.iter().any(|(locale, _)| speech::tag_of(locale) == speech::tag_of(&wished))
        }
    };
    let told = program.referrals.email.iter().all(|(_, text)| has_words(text));
    if is_draft || told { wished } else { home() }
}

/// What stands large at the head: what the friend gets, or who invites.
fn hero(words: &Words<'_>, points: i64) -> Outcome<html::Hero> {
    if points <= 0 {
        let about = words.speaker.word("mail.invite.to").to_owned();
        return Ok(html::Hero { about, number: clean(&words.store.name), unit: String::new() });
    }
    let (number, unit) = words.amount(points)?;
    let about = words.speaker.word("mail.invite.with_order").to_owned();
    Ok(html::Hero { about, number: format!("+{number}"), unit })
}

/// The smallest order that brings the points, said whatever the text says.
fn order_min(words: &Words<'_>, points: i64) -> Option<String> {
    let order_min = words.program.referrals.order_min;
    (points > 0 && order_min > 0).then(|| {
        let amount = words.speaker.write().0.money(order_min);
        fill(words.speaker.word("mail.invite.order_min"), |_| Some(Value::Words(amount.clone()))).line()
    })
}
