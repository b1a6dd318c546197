//! Letters to shoppers: composed in the shopper's language from the store's texts or ours, and handed to whatever
//! transport the deployment has. Who gets one is decided in the shard (`objects/shard`); nothing here decides.

mod console;
mod html;
mod invitation;
mod mime;
mod names;
mod template;
pub(crate) mod transport;
pub(crate) mod unsubscribe;

use std::collections::BTreeMap;

use fidela_protocol::messages::{LetterKind, LetterText, Sender};
use fidela_rules::Program;
use fidela_rules::num::Wide;
use fidela_rules::program::Display;
use fidela_ui::sentences::iso;
use jiff::Timestamp;
use jiff::civil::Date;
use worker::Env;

use crate::config::StoreConfig;
use crate::explain::missions::name_of;
use crate::failure::Outcome;
use crate::platform::{crypto, env};
use crate::speech::{self, Speaker};
pub(crate) use console::{About, ConsoleLetter, compose as compose_for_console};
pub(crate) use invitation::{Invitation, compose as try_invitation, compose_invitation, has_link};
pub(crate) use names::is_person_name;
pub(crate) use template::{Filled, Value, clean, fill, places};
pub(crate) use transport::{Delivery, Transport};
pub(crate) use unsubscribe::Link;

/// A name with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// What people read; on one line.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: String,
}

impl Mailbox {
    /// `"Name" <address>`.
    pub(crate) fn written(&self) -> String {
        if self.name.is_empty() {
            return self.email.clone();
        }
        let name = self.name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{name}\" <{}>", self.email)
    }
}

/// A letter, ready to go.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// The same for the same event, in letters that may stand in a file's name.
    pub(crate) id: String,
    /// When its event happened.
    pub(crate) at: Timestamp,
    /// The language it is written in.
    pub(crate) locale: &'static str,
    /// From whom.
    pub(crate) from: Mailbox,
    /// Where answers go.
    pub(crate) reply_to: Option<String>,
    /// To whom.
    pub(crate) to: Mailbox,
    /// On one line.
    pub(crate) subject: String,
    /// As plain text.
    pub(crate) text: String,
    /// As HTML.
    pub(crate) html: String,
    /// Where nobody wants more of these, if they come by themselves.
    pub(crate) unsubscribe: Option<String>,
}

impl Letter {
    /// Names in order of time; the same event has the same name.
    pub(crate) fn file_name(&self) -> String {
        format!("{}-{}", self.at.strftime("%Y%m%dT%H%M%SZ"), self.id)
    }
}

/// What a letter tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facts {
    /// A mission gave points.
    MissionCompleted {
        /// Its id.
        mission: String,
        /// What it gave.
        points: i64,
    },
    /// Points will be gone soon.
    PointsExpiring {
        /// How many.
        points: i64,
        /// The last day on which they are good.
        last_day: Date,
    },
}

impl Facts {
    /// Which letter tells it.
    pub(crate) const fn kind(&self) -> LetterKind {
        match self {
            Self::MissionCompleted { .. } => LetterKind::MissionCompleted,
            Self::PointsExpiring { .. } => LetterKind::PointsExpiring,
        }
    }

    const fn points(&self) -> i64 {
        match self {
            Self::MissionCompleted { points, .. } | Self::PointsExpiring { points, .. } => *points,
        }
    }
}

/// Whom a letter is for.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    /// The shop's id.
    pub(crate) customer: String,
    /// As the shop told it.
    pub(crate) email: String,
    /// As the shop told it.
    pub(crate) name: Option<String>,
    /// Their language.
    pub(crate) locale: Option<String>,
    /// Points that they can use now.
    pub(crate) balance: i64,
}

/// What happened, once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    /// The same for the same event.
    pub(crate) id: &'a str,
    /// When.
    pub(crate) at: Timestamp,
}

/// Texts that a merchant tries out.
#[derive(Default)]
pub(crate) struct Draft {
    /// The letter's.
    pub(crate) text: Option<LetterText>,
    /// From whom.
    pub(crate) sender: Option<Sender>,
}

/// Whether a mail server can be given an address: what the shop tells is looked at loosely, and what has a meaning
/// of its own in a header is no address.
pub(crate) fn is_address(email: &str) -> bool {
    fidela_rules::order::is_email(email)
        && !email
            .chars()
            .any(|c| matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '[' | ']' | '\\'))
}

/// Our own text of a letter in a language. Where points are shown as money, what they are worth goes without saying.
fn own_text(speaker: &Speaker, kind: LetterKind, display: Display) -> LetterText {
    let (subject, body) = match (kind, display) {
        (LetterKind::MissionCompleted, _) => ("mail.mission.subject", "mail.mission.body"),
        (LetterKind::PointsExpiring, Display::Points) => ("mail.expiring.subject", "mail.expiring.body"),
        (LetterKind::PointsExpiring, Display::Money) => ("mail.expiring.subject", "mail.expiring.body_money"),
        (LetterKind::Invitation, _) => ("mail.invite.subject", "mail.invite.body"),
    };
    LetterText { subject: speaker.word(subject).to_owned(), body: speaker.word(body).to_owned() }
}

/// Our own texts, by letter and language.
pub(crate) fn own_texts(store: &StoreConfig) -> Outcome<BTreeMap<String, BTreeMap<String, LetterText>>> {
    let display = store.program()?.points.display;
    let of = |kind| {
        speech::languages()
            .map(|tag| (tag.to_owned(), own_text(&Speaker::in_locale(tag, store), kind, display)))
            .collect()
    };
    Ok(LetterKind::ALL.into_iter().map(|kind| (kind.word().to_owned(), of(kind))).collect())
}

/// From whom a store's letters come, if anybody can be named.
pub(crate) fn from(env: &Env, store: &StoreConfig, sender: &Sender) -> Option<Mailbox> {
    let email = sender.from_email.clone().or_else(|| env::var(env, "MAIL_FROM"));
    let name = clean(sender.from_name.as_ref().unwrap_or(&store.name));
    Some(Mailbox { name, email: email.filter(|email| is_address(email))? })
}

/// The same for the same event of the same store, in letters that may stand in a file's name.
fn letter_id(store: &StoreConfig, event_id: &str) -> String {
    let name = store.store_id.strip_prefix("st_").unwrap_or(&store.store_id);
    let plain = event_id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let event_id = if plain { event_id.to_owned() } else { crypto::sha256_hex(event_id.as_bytes()) };
    format!("{event_id}.{name}")
}

/// An address of this deployment's own.
fn address_of(env: &Env, path: &str) -> String {
    format!("{}{path}", env::var(env, "PUBLIC_URL").unwrap_or_default())
}

/// Writes a letter to a shopper. Without a sender there is none.
pub(crate) fn compose(
    env: &Env,
    store: &StoreConfig,
    to: &Recipient,
    facts: &Facts,
    event: Event<'_>,
    draft: Draft,
) -> Outcome<Option<Letter>> {
    let sender = draft.sender.unwrap_or_else(|| store.messages.sender.clone());
    let Some(from) = from(env, store, &sender) else { return Ok(None) };
    let speaker = Speaker::in_locale(to.locale.as_deref().unwrap_or(&store.locale), store);
    let program = store.program()?;
    let kind = facts.kind();
    let told = store.messages.letters.get(kind.word()).and_then(|letter| letter.texts.get(speaker.tag()));
    let text = draft
        .text
        .or_else(|| told.cloned())
        .unwrap_or_else(|| own_text(&speaker, kind, program.points.display));
    let words = Words { store, program: &program, speaker: &speaker, shop_url: sender.shop_url.as_deref() };
    let place = |name: &str| words.place(name, to, facts);
    let (subject, body) = (fill(&text.subject, place), fill(&text.body, place));
    let token = Link::Letters.token(&store.store_id, &store.index_key, &to.customer);
    let unsubscribe = address_of(env, &format!("/u/{token}"));
    let (label, balance) = (speaker.word("mail.balance"), words.shown(to.balance)?);
    let frame = html::Frame {
        locale: speaker.tag(),
        store: clean(&store.name),
        subject: subject.line(),
        hero: words.hero(facts)?,
        paragraphs: body.paragraphs(),
        preheader: format!("{label}: {balance}"),
        balance: Some((label.to_owned(), balance)),
        note: None,
        button: sender.shop_url.clone().map(|url| (speaker.word("mail.to_shop").to_owned(), url)),
        footer: sender.footer.clone().unwrap_or_default(),
        why: fill(speaker.word("mail.why"), place).line(),
        unsubscribe: Some((speaker.word("mail.unsubscribe").to_owned(), unsubscribe.clone())),
        theme: &store.theme,
    };
    Ok(Some(Letter {
        id: letter_id(store, event.id),
        at: event.at,
        locale: speaker.tag(),
        to: Mailbox { name: clean(to.name.as_deref().unwrap_or_default()), email: to.email.clone() },
        subject: subject.line(),
        text: plain_text(&frame, &body.text()),
        html: html::letter(&frame),
        reply_to: sender.reply_to,
        from,
        unsubscribe: Some(unsubscribe),
    }))
}

/// The letter as text, with what HTML shows around it.
fn plain_text(frame: &html::Frame<'_>, body: &str) -> String {
    let line = |told: &Option<(String, String)>| {
        told.as_ref().map(|(label, what)| format!("{label}: {what}\n")).unwrap_or_default()
    };
    let (balance, button) = (line(&frame.balance), line(&frame.button));
    let note = frame.note.as_deref().unwrap_or_default();
    let mut small = String::new();
    for text in [note, frame.footer.trim()].into_iter().filter(|text| !text.is_empty()) {
        small.push_str(text);
        small.push_str("\n\n");
    }
    let (why, leave) = (&frame.why, line(&frame.unsubscribe));
    format!("{body}\n\n{balance}{button}\n-- \n{small}{why}\n{leave}")
}

/// What goes into a letter's places, for one store in one language.
struct Words<'a> {
    store: &'a StoreConfig,
    program: &'a Program,
    speaker: &'a Speaker,
    shop_url: Option<&'a str>,
}

impl Words<'_> {
    /// Points as money.
    fn value(&self, points: i64) -> Outcome<String> {
        let minor = self.program.points.value.value_of(Wide::of(points)).fit()?;
        Ok(self.speaker.write().0.money(minor))
    }

    /// Points as the store shows them.
    fn shown(&self, points: i64) -> Outcome<String> {
        let (formats, texts) = self.speaker.write();
        match self.program.points.display {
            Display::Points => Ok(formats.points(texts, points)),
            Display::Money => self.value(points),
        }
    }

    /// Points as the store shows them, and apart from the number what it counts.
    fn amount(&self, points: i64) -> Outcome<(String, String)> {
        let (formats, texts) = self.speaker.write();
        Ok(match self.program.points.display {
            Display::Points => (formats.number(points), formats.unit(texts, points)),
            Display::Money => (self.value(points)?, String::new()),
        })
    }

    /// What stands large at the head: what it is about, the number, and what it counts.
    fn hero(&self, facts: &Facts) -> Outcome<html::Hero> {
        let formats = self.speaker.write().0;
        let (number, unit) = self.amount(facts.points())?;
        Ok(match facts {
            Facts::MissionCompleted { mission, .. } => {
                html::Hero { about: self.mission(mission), number: format!("+{number}"), unit }
            }
            Facts::PointsExpiring { last_day, .. } => {
                let about = fill(self.speaker.word("mail.use_by"), |name| {
                    (name == "last_day").then(|| Value::Words(formats.day(&iso(*last_day))))
                });
                html::Hero { about: about.line(), number, unit }
            }
        })
    }

    /// What people read of a mission, also of one that is gone by now.
    fn mission(&self, id: &str) -> String {
        let known = self.program.mission(id).map(|_| name_of(self.speaker, self.program, id));
        let name = known.map(|name| clean(&name)).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| self.speaker.word("mail.a_mission").to_owned())
    }

    fn place(&self, name: &str, to: &Recipient, facts: &Facts) -> Option<Value> {
        let words = |words: String| Some(Value::Words(words));
        match (name, facts) {
            ("name", _) => to.name.clone().map(Value::Words),
            ("store", _) => words(self.store.name.clone()),
            ("shop_url", _) => self.shop_url.map(|url| Value::Link(url.to_owned())),
            ("balance", _) => self.shown(to.balance).ok().map(Value::Words),
            ("points", _) => self.shown(facts.points()).ok().map(Value::Words),
            ("value", _) => self.value(facts.points()).ok().map(Value::Words),
            ("mission", Facts::MissionCompleted { mission, .. }) => words(self.mission(mission)),
            ("last_day", Facts::PointsExpiring { last_day, .. }) => {
                words(self.speaker.write().0.day(&iso(*last_day)))
            }
            _ => None,
        }
    }
}
