//! Letters to shoppers, of events that the outbox kept for them. Whether somebody gets one is looked at when it is
//! sent: who has left the store's letters, has no address, or has been erased meanwhile gets none. An invitation's
//! letter goes to the friend: its event has all that it needs.
//!
//! The address is the one that the shop's server told, by `PUT`, webhook or a token that it signed: also one that it
//! has not verified, because the shop writes to it as well.

use fidela_protocol::messages::{FRIEND_INVITED, LetterKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::Env;

use super::accounts::Loaded;
use super::postman::Sent;
use super::{Owner, Rules};
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::mail::{self, Delivery, Draft, Event, Facts, Invitation, Letter, Recipient, Transport};
use crate::platform::storage::Sql;

/// An event of the outbox, as far as letters tell of it.
#[derive(Deserialize)]
struct Told {
    id: String,
    at: Timestamp,
    /// Nobody's, where it is an invitation's.
    #[serde(default)]
    customer_id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Value,
}

/// What a letter tells of an event; nothing, where there is none for it.
fn facts(told: &Told) -> Outcome<Option<Facts>> {
    #[derive(Deserialize)]
    struct Completed {
        mission: String,
        points: i64,
        notify_email: bool,
    }
    #[derive(Deserialize)]
    struct Expiring {
        points: i64,
        on: jiff::civil::Date,
    }
    let unreadable = |error: serde_json::Error| broken("event", error);
    Ok(match LetterKind::of_event(&told.kind) {
        Some(LetterKind::MissionCompleted) => {
            let Completed { mission, points, notify_email } =
                serde_json::from_value(told.data.clone()).map_err(unreadable)?;
            // A mission that gives nothing but its mark is no news.
            (notify_email && points > 0).then_some(Facts::MissionCompleted { mission, points })
        }
        Some(LetterKind::PointsExpiring) => {
            let Expiring { points, on } = serde_json::from_value(told.data.clone()).map_err(unreadable)?;
            Some(Facts::PointsExpiring { points, last_day: on })
        }
        Some(LetterKind::Invitation) | None => None,
    })
}

/// The letter of an event, if somebody is to get one now.
fn write(sql: &Sql, env: &Env, config: &StoreConfig, json: &str, now: Timestamp) -> Outcome<Option<Letter>> {
    let told: Told = serde_json::from_str(json).map_err(|error| broken("event", error))?;
    if told.kind == FRIEND_INVITED {
        let invitation: Invitation =
            serde_json::from_value(told.data).map_err(|error| broken("event", error))?;
        return mail::compose_invitation(env, config, &invitation);
    }
    let Some(facts) = facts(&told)?.filter(|facts| config.messages.sends(facts.kind())) else {
        return Ok(None);
    };
    let mut loaded = Loaded::load(sql, Owner::Customer(told.customer_id.clone()))?;
    let wanted = loaded.existed && loaded.profile.mail_off_at.is_none();
    let Some(email) = loaded.profile.email.clone().filter(|email| wanted && mail::is_address(email)) else {
        return Ok(None);
    };
    let program = config.program()?.as_ref().clone();
    let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
    loaded.bring_to(&Rules { version: config.program_version, program, zone }, now);
    let to = Recipient {
        customer: told.customer_id,
        email,
        name: loaded.profile.name,
        locale: loaded.profile.locale,
        balance: loaded.account.balances().available,
    };
    mail::compose(env, config, &to, &facts, Event { id: &told.id, at: told.at }, Draft::default())
}

/// Sends the letter of an event.
pub(super) async fn deliver(
    sql: &Sql,
    env: &Env,
    config: &StoreConfig,
    json: &str,
    now: Timestamp,
) -> Outcome<Sent> {
    let Some(transport) = Transport::of(env) else { return Ok(Sent::Drop) };
    let Some(letter) = write(sql, env, config, json, now)? else { return Ok(Sent::Drop) };
    Ok(match transport.send(&letter, now).await? {
        Delivery::Sent => Sent::Delivered(200),
        Delivery::Later(Some(status)) => Sent::Retry(status),
        Delivery::Later(None) => Sent::Unreachable,
        Delivery::Never(status) => {
            // Nothing of a person: the event's id leads to whoever has to know.
            let line = json!({ "event": "mail", "letter": letter.id, "status": status, "given_up": true });
            worker::console_error!("{line}");
            Sent::Drop
        }
    })
}
