//! Loading and saving an account, and carrying commands out on it.

use fidela_ledger::sums::Sums;
use fidela_ledger::{Account, CardEvent, Change, Command, Done, Entry, Refusal, execute};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ops::Work;
use super::{Owner, Rules, filling, listing, outbox, referrals, reminders, sums};
use crate::failure::{Outcome, broken};
use crate::platform::storage::Sql;

/// What is known of an account's person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) email_verified: bool,
    pub(crate) name: Option<String>,
    pub(crate) locale: Option<String>,
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    pub(crate) birthday: Option<Date>,
    pub(crate) registered_at: Option<Timestamp>,
    /// As of when; the newest of token and `PUT` wins.
    pub(crate) updated_at: Option<Timestamp>,
    /// Keyed hash of the e-mail whose guest points were asked for.
    pub(crate) claimed_email: Option<String>,
    /// When the account was first told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen_at: Option<Timestamp>,
    /// Hash of the address that its shard was told (`referrals`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) known_as: Option<String>,
    /// Since when they want no letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail_off_at: Option<Timestamp>,
}

/// An account in memory.
pub(crate) struct Loaded {
    pub(crate) owner: Owner,
    pub(crate) profile: Profile,
    pub(crate) account: Account,
    /// Money spent, minor units.
    pub(crate) spent: i64,
    /// Orders known.
    pub(crate) orders: i64,
    seq: i64,
    due_ms: Option<i64>,
    /// The account as it is stored: what its new entries come to is summed from there.
    before: Account,
    entries: Vec<Entry>,
    /// Whether it was there before.
    pub(crate) existed: bool,
}

#[derive(Deserialize)]
struct Row {
    profile: String,
    ledger: String,
    spent: i64,
    orders: i64,
    seq: i64,
    due_ms: Option<i64>,
}

impl Loaded {
    /// An account, as it is stored, or a new one.
    pub(crate) fn load(sql: &Sql, owner: Owner) -> Outcome<Self> {
        let row: Option<Row> = sql.first(
            "SELECT profile, ledger, spent, orders, seq, due_ms FROM account WHERE key = ?",
            vec![owner.key().into()],
        )?;
        Self::of(owner, row)
    }

    /// An account that nobody has.
    pub(super) fn made_up(owner: Owner) -> Self {
        Self { existed: true, ..Self::new(owner) }
    }

    fn new(owner: Owner) -> Self {
        Self {
            owner,
            profile: Profile::default(),
            account: Account::default(),
            spent: 0,
            orders: 0,
            seq: 0,
            due_ms: None,
            before: Account::default(),
            entries: Vec::new(),
            existed: false,
        }
    }

    fn of(owner: Owner, row: Option<Row>) -> Outcome<Self> {
        let Some(Row { profile, ledger, spent, orders, seq, due_ms }) = row else {
            return Ok(Self::new(owner));
        };
        let profile = serde_json::from_str(&profile).map_err(|error| broken("profile", error))?;
        let account: Account = serde_json::from_str(&ledger).map_err(|error| broken("ledger", error))?;
        let before = account.clone();
        let (entries, existed) = (Vec::new(), true);
        Ok(Self { owner, profile, account, spent, orders, seq, due_ms, before, entries, existed })
    }

    /// When something of it is due, as it is stored.
    pub(super) const fn stored_due_ms(&self) -> Option<i64> {
        self.due_ms
    }

    /// Carries a command out, after what is due by itself.
    pub(crate) fn run(&mut self, rules: &Rules, command: &Command, now: Timestamp) -> Result<Done, Refusal> {
        let (done, entries) = execute(&mut self.account, &rules.program, &rules.zone, Some(command), now);
        self.entries.extend(entries);
        done
    }

    /// Brings the account to a moment: what is due by itself happens.
    pub(crate) fn bring_to(&mut self, rules: &Rules, now: Timestamp) {
        let (_, entries) = execute(&mut self.account, &rules.program, &rules.zone, None, now);
        self.entries.extend(entries);
    }

    /// Entries that others have made on this account.
    pub(crate) fn append(&mut self, entries: Vec<Entry>) {
        self.entries.extend(entries);
    }

    /// Entries that happened and are not written yet, newest first, as they will be once they are: what a reader
    /// sees does not depend on whether the alarm has run.
    pub(crate) fn unwritten(&self, shown_only: bool) -> Vec<StoredEntry> {
        let first = u64::try_from(self.seq).unwrap_or(0).saturating_add(1);
        let numbered = (first..).zip(self.entries.iter().cloned());
        let mut entries: Vec<_> = numbered
            .filter(|(_, entry)| !shown_only || is_shown(entry))
            .map(|(seq, entry)| StoredEntry { seq, entry })
            .collect();
        entries.reverse();
        entries
    }

    /// Writes the account and its new entries, and tells of them whoever listens.
    pub(super) fn save(mut self, work: Work<'_>) -> Outcome<()> {
        let sql = work.sql;
        let unwritable = |error: serde_json::Error| broken("account", error);
        let key = self.owner.key();
        filling::ensure(work, &self.owner)?;
        let entries = std::mem::take(&mut self.entries);
        sums::of_entries(sql, Sums::of(&mut self.before, &entries, &work.rules.zone))?;
        outbox::emit_entries(work, &self.owner, &self.account, self.seq.saturating_add(1), &entries)?;
        reminders::emit(work, &self.owner, &self.account)?;
        for entry in entries {
            self.seq = self.seq.saturating_add(1);
            let json = serde_json::to_string(&entry).map_err(unwritable)?;
            let shown = i64::from(is_shown(&entry));
            sql.run(
                "INSERT INTO entry VALUES (?, ?, ?, ?)",
                vec![key.as_str().into(), self.seq.into(), shown.into(), json.into()],
            )?;
        }
        let due =
            [self.account.next_due(&work.rules.zone), reminders::next(work, &self.owner, &self.account)];
        let due_ms = due.into_iter().flatten().min().map(whole_ms);
        let due_ms = [due_ms, referrals::next_due(sql, &self.owner)?].into_iter().flatten().min();
        listing::keep(sql, &self, due_ms)?;
        let profile = serde_json::to_string(&self.profile).map_err(unwritable)?;
        let ledger = serde_json::to_string(&self.account).map_err(unwritable)?;
        sql.run(
            "INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                key.into(),
                profile.into(),
                ledger.into(),
                self.spent.into(),
                self.orders.into(),
                self.seq.into(),
                due_ms.into(),
                // Shoppers are searched by the words of `listing`.
                "".into(),
            ],
        )
    }
}

/// The first whole millisecond at which a moment has come.
fn whole_ms(at: Timestamp) -> i64 {
    let ms = at.as_millisecond();
    if Timestamp::from_millisecond(ms).is_ok_and(|whole| whole < at) { ms.saturating_add(1) } else { ms }
}

/// What a shopper's history does not tell: bookkeeping that moves nothing they could miss, and what carts keep of
/// rewards for a while.
fn is_shown(entry: &Entry) -> bool {
    match &entry.change {
        Change::DebtPaid { .. } | Change::Prolonged { .. } | Change::Confirmed { .. } | Change::Person(_) => {
            false
        }
        Change::Card(event) => !matches!(
            event,
            CardEvent::RewardHeld { .. }
                | CardEvent::RewardConfirmed { .. }
                | CardEvent::RewardRanOut { .. }
                | CardEvent::RewardReleased { .. }
        ),
        Change::Lapsed { points, .. } => *points > 0,
        _ => true,
    }
}

/// Accounts with something due up to a moment, and when it is.
pub(crate) fn with_due(sql: &Sql, now: Timestamp, limit: usize) -> Outcome<Vec<(Owner, Timestamp)>> {
    #[derive(Deserialize)]
    struct Due {
        key: String,
        due_ms: i64,
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Due> = sql.rows(
        "SELECT key, due_ms FROM account WHERE due_ms <= ? ORDER BY due_ms LIMIT ?",
        vec![now.as_millisecond().into(), limit.into()],
    )?;
    rows.into_iter()
        .filter_map(|row| Some((Owner::of_key(&row.key)?, row.due_ms)))
        .map(|(owner, due_ms)| {
            let at = Timestamp::from_millisecond(due_ms).map_err(|error| broken("due", error))?;
            Ok((owner, at))
        })
        .collect()
}

/// The soonest moment at which something of this shard is due, milliseconds since 1970.
pub(crate) fn next_due(sql: &Sql) -> Outcome<Option<i64>> {
    #[derive(Deserialize)]
    struct Soonest {
        due_ms: Option<i64>,
    }
    let soonest: Option<Soonest> =
        sql.first("SELECT min(due_ms) AS due_ms FROM account WHERE due_ms IS NOT NULL", vec![])?;
    Ok(soonest.and_then(|soonest| soonest.due_ms))
}

/// An entry of the history as it is stored.
pub(crate) struct StoredEntry {
    pub(crate) seq: u64,
    pub(crate) entry: Entry,
}

/// Entries, newest first.
pub(crate) fn history(
    sql: &Sql,
    owner: &Owner,
    after: Option<u64>,
    limit: usize,
    all: bool,
) -> Outcome<Vec<StoredEntry>> {
    #[derive(Deserialize)]
    struct EntryRow {
        seq: u64,
        json: String,
    }
    let before = after.and_then(|after| i64::try_from(after).ok()).unwrap_or(i64::MAX >> 11);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<EntryRow> = sql.rows(
        "SELECT seq, json FROM entry WHERE account = ? AND seq < ? AND shown >= ? ORDER BY seq DESC LIMIT ?",
        vec![owner.key().into(), before.into(), i64::from(!all).into(), limit.into()],
    )?;
    rows.into_iter()
        .map(|row| {
            let entry = serde_json::from_str(&row.json).map_err(|error| broken("entry", error))?;
            Ok(StoredEntry { seq: row.seq, entry })
        })
        .collect()
}

/// A JSON document of one of the tables that keep one.
#[derive(Deserialize)]
pub(crate) struct JsonRow {
    pub(crate) json: String,
}

/// Everything of one account in a table, as JSON.
pub(crate) fn documents(sql: &Sql, statement: &str, owner: &Owner) -> Outcome<Vec<Value>> {
    let rows: Vec<JsonRow> = sql.rows(statement, vec![owner.key().into()])?;
    rows.iter()
        .map(|row| serde_json::from_str(&row.json).map_err(|error| broken("document", error)))
        .collect()
}
