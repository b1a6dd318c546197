//! What of a store's settings decides in its shards: told with each call, and never older than what is known.

use fidela_protocol::messages::{FRIEND_INVITED, LetterKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use worker::Env;

use super::reminders;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::mail::Transport;
use crate::platform::storage::{Sql, Storage};

/// The newest that this shard was told, in one row.
pub(super) const TABLE: &str = "CREATE TABLE terms (json TEXT NOT NULL)";

/// What of a store's settings decides in its shards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// Of the store's configuration: it grows with each change.
    pub(crate) revision: u64,
    /// Whether its plan limits grants.
    pub(crate) metered: bool,
    /// How many days ahead shoppers are told that points expire.
    pub(crate) expiring_days: u16,
    /// How many shards the store has.
    #[serde(default)]
    pub(crate) shards: u16,
    /// Whether the deployment sends letters.
    #[serde(default)]
    pub(crate) mail: bool,
    /// Who is told what happens.
    pub(crate) subscriptions: Vec<Subscription>,
}

/// Who is told what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subscription {
    /// Who.
    pub(crate) listener: Listener,
    /// Types of events; empty: all.
    pub(crate) kinds: Vec<String>,
}

impl Subscription {
    /// Whether they want to know of a type of event. Who wants all of them gets those that the API names, and not what
    /// is between us and the mail.
    fn wants(&self, kind: &str) -> bool {
        let all = self.kinds.is_empty() && kind != FRIEND_INVITED;
        all || self.kinds.iter().any(|known| known == kind)
    }
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Listener {
    /// A webhook endpoint, `wh_…`.
    Hook(String),
    /// The shopper, by e-mail.
    Mail,
    /// Another of the store's shards, or this one.
    Shard(u16),
}

impl Listener {
    const MAIL: &str = "mail";
    const SHARD: &str = "shard:";

    /// As it is stored.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Hook(endpoint) => endpoint.clone(),
            Self::Mail => Self::MAIL.to_owned(),
            Self::Shard(number) => format!("{}{number}", Self::SHARD),
        }
    }

    /// From how it is stored.
    pub(crate) fn of_word(word: String) -> Self {
        if word == Self::MAIL {
            return Self::Mail;
        }
        let shard = word.strip_prefix(Self::SHARD).and_then(|number| number.parse().ok());
        shard.map_or(Self::Hook(word), Self::Shard)
    }
}

impl Terms {
    /// Those of a store, in a deployment that sends letters or does not.
    pub(crate) fn of(store: &StoreConfig, env: &Env) -> Self {
        let hooks = store.endpoints.iter().filter(|endpoint| endpoint.off_since.is_none());
        let subscriptions = hooks.map(|endpoint| Subscription {
            listener: Listener::Hook(endpoint.id.clone()),
            kinds: endpoint.events.clone(),
        });
        let letters = LetterKind::ALL.into_iter().filter(|kind| store.messages.sends(*kind));
        let letters: Vec<String> = letters.map(|kind| kind.tells().to_owned()).collect();
        let mail = (!letters.is_empty() && Transport::of(env).is_some())
            .then_some(Subscription { listener: Listener::Mail, kinds: letters });
        Self {
            revision: store.revision,
            metered: store.limits_grants(),
            expiring_days: store.expiring_days,
            shards: store.shards,
            mail: Transport::of(env).is_some(),
            subscriptions: subscriptions.chain(mail).collect(),
        }
    }

    /// Who wants to know of a type of event.
    pub(crate) fn listeners<'t>(&'t self, kind: &'t str) -> impl Iterator<Item = &'t Listener> {
        self.subscriptions.iter().filter(move |told| told.wants(kind)).map(|told| &told.listener)
    }
}

fn kept(sql: &Sql) -> Outcome<Option<Terms>> {
    #[derive(Deserialize)]
    struct Row {
        json: String,
    }
    let row: Option<Row> = sql.first("SELECT json FROM terms", vec![])?;
    row.map(|row| serde_json::from_str(&row.json).map_err(|error| broken("terms", error))).transpose()
}

/// Takes in what is told, unless something newer is known already; answers what counts. `known` is what this object
/// has in memory.
pub(super) fn take_in(
    storage: &Storage,
    known: Option<Terms>,
    told: Terms,
    now: Timestamp,
) -> Outcome<Terms> {
    let known = match known {
        Some(known) => Some(known),
        None => kept(storage.sql())?,
    };
    // Whether letters are sent is the deployment's to say: that may change without a new revision.
    if let Some(known) = known.as_ref().filter(|known| known.revision > told.revision || **known == told) {
        return Ok(known.clone());
    }
    let json = serde_json::to_string(&told).map_err(|error| broken("terms", error))?;
    storage.transaction(|sql| {
        sql.run("DELETE FROM terms", vec![])?;
        sql.run("INSERT INTO terms VALUES (?)", vec![json.into()])?;
        reminders::look_again(sql, known.as_ref(), &told, now)
    })?;
    Ok(told)
}
