//! The letters to a store's team: that somebody is in it, and the links with which they sign in to its console.

use jiff::Timestamp;
use worker::Env;

use super::template::{Value, clean, fill};
use super::{Letter, Mailbox, address_of, html, is_address, letter_id, plain_text};
use crate::config::StoreConfig;
use crate::platform::env;
use crate::speech::Speaker;

/// What such a letter tells.
pub(crate) struct ConsoleLetter {
    /// The same for the same letter.
    pub(crate) id: String,
    /// When it was asked for.
    pub(crate) at: Timestamp,
    /// As the team has it.
    pub(crate) email: String,
    /// As the team has it.
    pub(crate) name: String,
    /// The language of whoever asked, if that is whoever gets it.
    pub(crate) locale: Option<String>,
    /// Why it is sent.
    pub(crate) about: About,
}

/// Why a letter is sent to somebody of a team.
pub(crate) enum About {
    /// They want to sign in.
    SignIn {
        /// What proves that they got it.
        token: String,
    },
    /// They were let in.
    Welcome {
        /// By whom, in a name.
        by: String,
    },
}

/// Keys of its words.
struct Words {
    subject: &'static str,
    body: &'static str,
    once: Option<&'static str>,
    button: &'static str,
    why: &'static str,
}

const SIGN_IN: Words = Words {
    subject: "mail.sign_in.subject",
    body: "mail.sign_in.body",
    once: Some("mail.sign_in.once"),
    button: "mail.sign_in.button",
    why: "mail.sign_in.why",
};

const WELCOME: Words = Words {
    subject: "mail.welcome.subject",
    body: "mail.welcome.body",
    once: None,
    button: "mail.welcome.button",
    why: "mail.welcome.why",
};

/// Writes it; with the link by itself. Whoever runs the deployment sends it, not the shop: a shop's own address may be
/// what is to be mended in the console. Without a sender there is none.
pub(crate) fn compose(env: &Env, store: &StoreConfig, told: &ConsoleLetter) -> Option<(Letter, String)> {
    let sender = env::var(env, "MAIL_FROM").or_else(|| store.messages.sender.from_email.clone());
    let from = sender.filter(|sender| is_address(sender) && is_address(&told.email))?;
    let speaker = Speaker::in_locale(told.locale.as_deref().unwrap_or(&store.locale), store);
    let (words, path, by) = match &told.about {
        // Behind the number sign: what stands there is sent to no server, and stands in no log.
        About::SignIn { token } => (&SIGN_IN, format!("/console/sign-in#token={token}"), ""),
        About::Welcome { by } => (&WELCOME, "/console/sign-in".to_owned(), by.as_str()),
    };
    let link = address_of(env, &path);
    let place = |name: &str| match name {
        "name" => Some(Value::Words(clean(&told.name))),
        "store" => Some(Value::Words(store.name.clone())),
        "by" => Some(Value::Words(clean(by))),
        _ => None,
    };
    let (subject, body) = (fill(speaker.word(words.subject), place), fill(speaker.word(words.body), place));
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
        preheader: words.once.map(say).unwrap_or_default(),
        balance: None,
        note: None,
        button: Some((speaker.word(words.button).to_owned(), link.clone())),
        footer: String::new(),
        why: say(words.why),
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
