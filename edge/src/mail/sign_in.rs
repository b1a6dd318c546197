//! The letter with which somebody of a store's team signs in to its console.

use jiff::Timestamp;
use worker::Env;

use super::template::{Value, clean, fill};
use super::{Letter, Mailbox, address_of, html, is_address, letter_id, plain_text};
use crate::config::StoreConfig;
use crate::platform::env;
use crate::speech::Speaker;

/// What such a letter tells.
pub(crate) struct SignInLetter {
    /// The same for the same letter.
    pub(crate) id: String,
    /// When it was asked for.
    pub(crate) at: Timestamp,
    /// As the team has it.
    pub(crate) email: String,
    /// As the team has it.
    pub(crate) name: String,
    /// The language of whoever asked.
    pub(crate) locale: Option<String>,
    /// What proves that they got it.
    pub(crate) token: String,
}

/// Writes it; with the link by itself. Whoever runs the deployment sends it, not the shop: a shop's own address may be
/// what is to be mended in the console. Without a sender there is none.
pub(crate) fn compose(env: &Env, store: &StoreConfig, told: &SignInLetter) -> Option<(Letter, String)> {
    let sender = env::var(env, "MAIL_FROM").or_else(|| store.messages.sender.from_email.clone());
    let from = sender.filter(|sender| is_address(sender) && is_address(&told.email))?;
    let speaker = Speaker::in_locale(told.locale.as_deref().unwrap_or(&store.locale), store);
    // Behind the number sign: what stands there is sent to no server, and stands in no log.
    let link = address_of(env, &format!("/console/sign-in#token={}", told.token));
    let place = |name: &str| match name {
        "name" => Some(Value::Words(clean(&told.name))),
        "store" => Some(Value::Words(store.name.clone())),
        _ => None,
    };
    let (subject, body) =
        (fill(speaker.word("mail.sign_in.subject"), place), fill(speaker.word("mail.sign_in.body"), place));
    let say = |key: &str| fill(speaker.word(key), place).line();
    let frame = html::Frame {
        locale: speaker.tag(),
        store: "Fidela".to_owned(),
        subject: subject.line(),
        hero: html::Hero {
            about: say("mail.sign_in.console_of"),
            number: clean(&store.name),
            unit: String::new(),
        },
        paragraphs: body.paragraphs(),
        preheader: say("mail.sign_in.once"),
        balance: None,
        note: None,
        button: Some((speaker.word("mail.sign_in.button").to_owned(), link.clone())),
        footer: String::new(),
        why: say("mail.sign_in.why"),
        unsubscribe: None,
        theme: &store.theme,
    };
    let letter = Letter {
        id: letter_id(store, &told.id),
        at: told.at,
        locale: speaker.tag(),
        to: Mailbox { name: clean(&told.name), email: told.email.clone() },
        subject: subject.line(),
        text: plain_text(&frame, &body.text()),
        html: html::letter(&frame),
        reply_to: None,
        from: Mailbox { name: "Fidela".to_owned(), email: from },
        unsubscribe: None,
    };
    Some((letter, link))
}
