//! Letters, by the shop's server: who they come from, which are sent, and in which words.

use std::collections::BTreeSet;
use std::rc::Rc;

use fidela_protocol::ids::is_shop_id;
use fidela_protocol::merchant::FieldFault;
use fidela_protocol::messages::{
    LetterKind, LetterText, MessagePreview, Messages, MessagesState, PreviewMessage, Sender,
};
use fidela_protocol::team::Member;
use fidela_protocol::{Code, Problem};
use jiff::ToSpan;
use jiff::tz::TimeZone;

use super::{fault, refuse, text_fault};
use crate::address::person_hash;
use crate::answer::Answer;
use crate::auth::{self, Merchant};
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::mail::{self, Delivery, Draft, Event, Facts, Invitation, Letter, Recipient, Transport};
use crate::objects::shard::{Reader, ShardOp};
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{accounts, config, limits, speech};

/// `GET /v1/messages`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Answer::json(200, &state(call, &store, store.messages.clone())?)
}

/// `PUT /v1/messages`.
pub(crate) async fn put(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let messages: Messages = call.json()?;
    refuse(Code::InvalidBody, faults(&messages))?;
    let op = StoreOp::SetMessages { messages: Box::new(messages.clone()) };
    let reply = store::call(call, &store.store_id, &StoreCall::of(call, None, op)).await?;
    config::read_anew(&store.store_id);
    if reply.status >= 400 {
        return Ok(reply.into_answer());
    }
    accounts::settle(call, &store.store_id).await?;
    Answer::json(200, &state(call, &store, messages)?)
}

fn state(call: &Call, store: &StoreConfig, messages: Messages) -> Outcome<MessagesState> {
    let places = |kind: LetterKind| kind.placeholders().iter().map(|&place| place.to_owned()).collect();
    Ok(MessagesState {
        messages,
        defaults: mail::own_texts(store)?,
        placeholders: LetterKind::ALL.map(|kind| (kind.word().to_owned(), places(kind))).into(),
        transport: Transport::of(&call.env).map_or("none", |transport| transport.word()).to_owned(),
    })
}

/// Everything that is wrong, place by place.
fn faults(messages: &Messages) -> Vec<FieldFault> {
    let mut faults = sender_faults("sender.", &messages.sender);
    for (name, letter) in &messages.letters {
        let path = format!("letters.{name}");
        let Some(kind) = LetterKind::of_word(name) else {
            faults.push(fault(path, "unknown_letter"));
            continue;
        };
        if !kind.is_of_messages() {
            faults.push(fault(path, "set_in_program"));
            continue;
        }
        for (locale, text) in &letter.texts {
            let path = format!("{path}.texts.{locale}");
            if !speech::languages().any(|known| known == locale) {
                faults.push(fault(&path, "unknown_locale"));
            }
            faults.extend(text_faults(&format!("{path}."), kind, text, &messages.sender));
        }
    }
    faults
}

fn sender_faults(path: &str, sender: &Sender) -> Vec<FieldFault> {
    let Sender { from_name, from_email, reply_to, shop_url, footer } = sender;
    let at = |field: &str| format!("{path}{field}");
    let mut faults = Vec::new();
    faults
        .extend(from_name.as_deref().and_then(|name| line_fault(&at("from_name"), name, limits::NAME_CHARS)));
    for (field, email) in [("from_email", from_email), ("reply_to", reply_to)] {
        if email.as_deref().is_some_and(|email| !mail::is_address(email)) {
            faults.push(fault(at(field), "email_expected"));
        }
    }
    if shop_url.as_deref().is_some_and(|url| !is_url(url)) {
        faults.push(fault(at("shop_url"), "url_expected"));
    }
    faults.extend(footer.as_deref().and_then(|text| text_fault(&at("footer"), text, limits::FOOTER_CHARS)));
    faults
}

fn text_faults(path: &str, kind: LetterKind, text: &LetterText, sender: &Sender) -> Vec<FieldFault> {
    let (subject, body) = (format!("{path}subject"), format!("{path}body"));
    let mut faults = Vec::new();
    faults.extend(line_fault(&subject, &text.subject, limits::SUBJECT_CHARS));
    faults.extend(text_fault(&body, &text.body, limits::TEXT_CHARS));
    for (path, template) in [(subject, &text.subject), (body, &text.body)] {
        for place in mail::places(template).collect::<BTreeSet<_>>() {
            if !kind.placeholders().contains(&place) {
                faults.push(fault(format!("{path}{{{place}}}"), "unknown_placeholder"));
            } else if place == "shop_url" && sender.shop_url.is_none() && kind.is_of_messages() {
                faults.push(fault(format!("{path}{{{place}}}"), "shop_url_missing"));
            }
        }
    }
    faults
}

/// A fault of a text that has to stay on one line: it becomes a header.
fn line_fault(path: &str, line: &str, max: usize) -> Option<FieldFault> {
    let broken = line.contains('\n').then(|| fault(path, "control_character"));
    broken.or_else(|| text_fault(path, line, max))
}

/// An address of the web that a link may have, without a name and a password in it.
fn is_url(url: &str) -> bool {
    let web = url.starts_with("https://") || url.starts_with("http://");
    let plain = !url.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    web && plain
        && url.chars().count() <= limits::URL_CHARS
        && worker::Url::parse(url)
            .is_ok_and(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
}

/// `POST /v1/messages/preview`.
pub(crate) async fn preview(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let (letter, warnings) = compose(call, &store, None).await?;
    let preview = MessagePreview {
        locale: letter.locale.to_owned(),
        from: letter.from.written(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        warnings,
    };
    Answer::json(200, &preview)
}

/// `POST /v1/messages/test`: the letter goes to whoever is signed in, and to nobody else. One in a minute: it has the same
/// id then, by which providers know it.
pub(crate) async fn test(call: &Call) -> Outcome<Answer> {
    let Merchant { store, who, .. } = auth::merchant(call).await?;
    let me = store.team.iter().find(|person| person.member.id == who.id).map(|person| &person.member);
    let me =
        me.ok_or_else(|| Problem::new(Code::Unauthorized).detail("A key has no address to send it to."))?;
    let transport = Transport::of(&call.env).ok_or(Code::LetterNotSent)?;
    let (letter, _) = compose(call, &store, Some(me)).await?;
    match transport.send(&letter, call.now).await? {
        Delivery::Sent => Ok(Answer::empty(202)),
        Delivery::Later(_) | Delivery::Never(_) => Err(Code::LetterNotSent.into()),
    }
}

/// The letter that is asked for, with what may surprise. `me`: who gets it; nobody, where it is only looked at.
async fn compose(
    call: &Call,
    store: &Rc<StoreConfig>,
    me: Option<&Member>,
) -> Outcome<(Letter, Vec<FieldFault>)> {
    let PreviewMessage { letter, locale, customer_id, text, sender } = call.json()?;
    let mut faults = Vec::new();
    let kind = LetterKind::of_word(&letter);
    if kind.is_none() {
        faults.push(fault("letter", "unknown_letter"));
    }
    faults.extend(sender.as_ref().map(|sender| sender_faults("sender.", sender)).unwrap_or_default());
    if let (Some(kind), Some(text)) = (kind, &text) {
        faults.extend(text_faults("text.", kind, text, sender.as_ref().unwrap_or(&store.messages.sender)));
    }
    refuse(Code::InvalidBody, faults)?;
    let kind = kind.ok_or(Code::InvalidBody)?;
    let warnings =
        if kind == LetterKind::Invitation { invitation_warnings(store, text.as_ref())? } else { Vec::new() };
    let mut to = match customer_id {
        Some(customer) => known(call, store, customer).await?,
        None => Recipient {
            customer: "preview".to_owned(),
            email: EXAMPLE.to_owned(),
            name: Some("Ana".to_owned()),
            locale: None,
            balance: 1_240,
        },
    };
    to.locale = locale.or(to.locale);
    let id =
        me.map_or_else(|| "preview".to_owned(), |me| format!("test-{}-{}", me.id, call.now.as_second() / 60));
    if let Some(me) = me {
        me.email.clone_into(&mut to.email);
    }
    let mut draft = Draft { text, sender };
    // Where nobody has said from whom letters come, one can be looked at all the same.
    let sender = draft.sender.as_ref().unwrap_or(&store.messages.sender);
    if me.is_none() && mail::from(&call.env, store, sender).is_none() {
        let sender = sender.clone();
        draft.sender = Some(Sender { from_email: Some("loyalty@example.com".to_owned()), ..sender });
    }
    let event = Event { id: &id, at: call.now };
    let letter = if let Some(facts) = made_up(call, store, kind)? {
        mail::compose(&call.env, store, &to, &facts, event, draft)?
    } else {
        let mut invitation = invitation(store, to, event)?;
        if let Some(me) = me {
            me.email.clone_into(&mut invitation.email);
        }
        mail::try_invitation(&call.env, store, &invitation, draft)?
    };
    let nobody = || match me {
        Some(_) => Code::LetterNotSent.into(),
        None => broken("preview", "nobody to send it"),
    };
    Ok((letter.ok_or_else(nobody)?, warnings))
}

/// Whom nobody knows.
const EXAMPLE: &str = "ana@example.com";

/// A shopper of the store's.
async fn known(call: &Call, store: &StoreConfig, customer: String) -> Outcome<Recipient> {
    if !is_shop_id(&customer) {
        return Err(Code::InvalidId.into());
    }
    let op = ShardOp::Reader { customer: customer.clone(), off: None };
    let reply = accounts::of_customer(call, store, &customer, None, op).await?;
    if reply.status == 404 {
        return Err(Code::NotFound.into());
    }
    let Reader { email, name, locale, available, .. } = reply.read()?;
    Ok(Recipient {
        customer,
        email: email.unwrap_or_else(|| EXAMPLE.to_owned()),
        name,
        locale,
        balance: available,
    })
}

/// An invitation to show the letter with, from somebody.
fn invitation(store: &StoreConfig, inviter: Recipient, event: Event<'_>) -> Outcome<Invitation> {
    let email = "dan@example.com".to_owned();
    Ok(Invitation {
        id: event.id.to_owned(),
        at: event.at,
        friend: "Dan".to_owned(),
        inviter: inviter.name.as_deref().and_then(|name| name.split_whitespace().next()).map(str::to_owned),
        locale: inviter.locale,
        // Nobody's: its page says that there is no such invitation.
        code: "preview".to_owned(),
        hash: person_hash(&store.index_key, &email),
        email,
        points: store.program()?.referrals.invitee_points,
    })
}

/// What of an invitation may surprise the merchant.
fn invitation_warnings(store: &StoreConfig, draft: Option<&LetterText>) -> Outcome<Vec<FieldFault>> {
    let referrals = &store.program()?.referrals;
    let mut warnings = Vec::new();
    if let Some(text) = draft {
        if !mail::has_link(&text.body) {
            warnings.push(fault("text.body", "link_added"));
        }
        let promises = |template: &str| mail::places(template).any(|place| place == "points");
        for (path, template) in [("text.subject", &text.subject), ("text.body", &text.body)] {
            if referrals.invitee_points == 0 && promises(template) {
                warnings.push(fault(format!("{path}{{points}}"), "nothing_for_friends"));
            }
        }
    }
    if !referrals.enabled {
        warnings.push(fault("letter", "referrals_off"));
    }
    Ok(warnings)
}

/// Something to show a letter with; nothing, where it is an invitation.
fn made_up(call: &Call, store: &StoreConfig, kind: LetterKind) -> Outcome<Option<Facts>> {
    let program = store.program()?;
    Ok(Some(match kind {
        LetterKind::Invitation => return Ok(None),
        LetterKind::MissionCompleted => {
            let mission = program.missions.first().map(|mission| mission.id.clone());
            Facts::MissionCompleted { mission: mission.unwrap_or_default(), points: 50 }
        }
        LetterKind::PointsExpiring => {
            let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
            let today = call.now.to_zoned(zone).date();
            let last_day = today.saturating_add(i64::from(store.expiring_days).days());
            Facts::PointsExpiring { points: 120, last_day }
        }
    }))
}
