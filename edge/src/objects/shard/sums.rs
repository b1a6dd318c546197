//! Sums by local day, written in the same transaction as what they sum: what reports are made of.
//!
//! What stood in a store before there were sums is counted by `filling.rs`.

use std::collections::BTreeMap;

use fidela_ledger::sums::{Sum, Sums, lots};
use fidela_ledger::{Account, local_day};
use fidela_rules::num::MAX;
use fidela_rules::referrals::ReferralState;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ops::Work;
use super::{Owner, filling, orders};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// What was summed, by day. Of `lots`, the day is the first on which the points can be used.
pub(super) const TABLE: &str = "CREATE TABLE day_sum (what TEXT NOT NULL, day TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (what, day)) WITHOUT ROWID";

/// Points in lots or held.
const LOTS: &str = "lots";
/// Points that went with shoppers who were erased, less what they owed.
const ERASED: &str = "erased";
/// Points owed.
const OWED: &str = "owed";

/// The word of a sum of the ledger's.
fn word(sum: &Sum) -> String {
    match sum {
        Sum::Earned(source) => format!("earned:{source}"),
        Sum::ClawedBack => "clawed_back".to_owned(),
        Sum::Adjusted => "adjusted".to_owned(),
        Sum::Used => "used".to_owned(),
        Sum::Expired => "expired".to_owned(),
        Sum::Owed => OWED.to_owned(),
    }
}

/// The words of what is summed of a mission: completions, points, shoppers for whom it was the first time.
fn of_mission(id: &str) -> [String; 3] {
    ["done", "points", "first"].map(|what| format!("mission:{what}:{id}"))
}

/// The word of invitations that came to a state.
pub(crate) fn of_state(state: ReferralState) -> String {
    format!("referral:{}", orders::word(&state))
}

/// Adds to a sum.
pub(super) fn add(sql: &Sql, what: &str, day: Date, amount: i64) -> Outcome<()> {
    if amount == 0 {
        return Ok(());
    }
    // No sum of sums is refused, and none leaves the numbers that every reader can hold.
    let statement = format!(
        "INSERT INTO day_sum VALUES (?, ?, ?)
         ON CONFLICT (what, day) DO UPDATE SET amount = max(-{MAX}, min({MAX}, amount + excluded.amount))"
    );
    sql.run(&statement, vec![what.into(), day.to_string().into(), amount.clamp(-MAX, MAX).into()])
}

/// Writes down what entries came to.
pub(super) fn of_entries(sql: &Sql, sums: Sums) -> Outcome<()> {
    for ((sum, day), points) in sums.days {
        add(sql, &word(&sum), day, points)?;
    }
    for (day, points) in sums.lots {
        add(sql, LOTS, day, points)?;
    }
    Ok(())
}

/// An account goes, with what it had.
pub(super) fn of_erased(work: Work<'_>, account: &Account) -> Outcome<()> {
    let today = local_day(work.now, &work.rules.zone);
    let balances = account.balances();
    let net = balances.available.saturating_add(balances.pending).saturating_add(balances.held);
    add(work.sql, ERASED, today, net)?;
    add(work.sql, OWED, today, account.owed().saturating_neg())?;
    for (day, points) in lots(account) {
        add(work.sql, LOTS, day, points.saturating_neg())?;
    }
    Ok(())
}

/// A completion begins to count, or counts no more; to be called before its row says so.
pub(super) fn of_completion(
    work: Work<'_>,
    owner: &Owner,
    mission: &str,
    points: i64,
    counts: bool,
) -> Outcome<()> {
    #[derive(Deserialize)]
    struct Count {
        done: i64,
    }
    let Owner::Customer(_) = owner else { return Ok(()) };
    filling::ensure(work, owner)?;
    let count: Option<Count> = work.sql.first(
        "SELECT count(*) AS done FROM completion WHERE account = ? AND mission = ? AND taken_back = 0",
        vec![owner.key().into(), mission.into()],
    )?;
    let others = count.map_or(0, |count| count.done).saturating_sub(i64::from(!counts));
    let sign = if counts { 1 } else { -1 };
    let today = local_day(work.now, &work.rules.zone);
    completion(work.sql, mission, today, points.saturating_mul(sign), sign, others == 0)
}

/// Adds to what is summed of a mission.
pub(super) fn completion(
    sql: &Sql,
    mission: &str,
    day: Date,
    points: i64,
    sign: i64,
    is_first: bool,
) -> Outcome<()> {
    let [done, worth, first] = of_mission(mission);
    add(sql, &done, day, sign)?;
    add(sql, &worth, day, points)?;
    add(sql, &first, day, if is_first { sign } else { 0 })
}

/// Invitations that came to a state for the first time.
pub(super) fn of_states(
    work: Work<'_>,
    inviter: &Owner,
    reached: &[(Timestamp, ReferralState)],
) -> Outcome<()> {
    if reached.is_empty() {
        return Ok(());
    }
    filling::ensure(work, inviter)?;
    for (at, state) in reached {
        add(work.sql, &of_state(*state), local_day(*at, &work.rules.zone), 1)?;
    }
    Ok(())
}

/// What a report asks of each shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Summed {
    /// Sums day by day, and what they came to before.
    Days {
        /// Which, in the order of the answer's columns.
        whats: Vec<String>,
        /// The first day.
        from: Date,
        /// The last.
        until: Date,
    },
    /// Whole sums of all whose words begin so.
    Words {
        /// How they begin.
        prefix: String,
        /// The first day.
        from: Date,
        /// The last.
        until: Date,
    },
    /// Points by the first day on which they can be used: before the first bound, from each bound to the next; and at
    /// the end what is owed.
    Lots {
        /// In order.
        bounds: Vec<Date>,
    },
    /// Shoppers by money spent, and what they spent: from each bound to the next.
    Spent {
        /// In order.
        bounds: Vec<i64>,
    },
}

/// The answer to [`Summed::Days`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DaySums {
    /// What each column came to before the first day.
    pub(crate) before: Vec<i64>,
    /// Days on which there is anything.
    pub(crate) days: BTreeMap<Date, Vec<i64>>,
}

/// A shard's part of a report.
pub(super) fn answer(work: Work<'_>, asked: Summed) -> Outcome<Reply> {
    if filling::step(work)? {
        return filling::not_ready();
    }
    match asked {
        Summed::Days { whats, from, until } => Reply::json(200, &days(work.sql, &whats, from, until)?),
        Summed::Words { prefix, from, until } => Reply::json(200, &words(work.sql, &prefix, from, until)?),
        Summed::Lots { bounds } => Reply::json(200, &of_lots(work.sql, &bounds)?),
        Summed::Spent { bounds } => Reply::json(200, &spent(work.sql, &bounds)?),
    }
}

/// One JSON text of a statement.
#[derive(Deserialize)]
struct Text {
    json: Option<String>,
}

fn text<T: serde::de::DeserializeOwned>(
    sql: &Sql,
    statement: &str,
    values: Vec<worker::SqlStorageValue>,
) -> Outcome<T> {
    let row: Option<Text> = sql.first(statement, values)?;
    let json = row.and_then(|row| row.json).unwrap_or_else(|| "[]".to_owned());
    serde_json::from_str(&json).map_err(|error| broken("sums", error))
}

fn days(sql: &Sql, whats: &[String], from: Date, until: Date) -> Outcome<DaySums> {
    // As one text: a row of many columns would be taken apart by the runtime, value by value.
    let column = |(at, _): (usize, &String)| {
        format!("coalesce(sum(CASE WHEN what = ?{} THEN amount END), 0)", at.saturating_add(1))
    };
    let columns = whats.iter().enumerate().map(column).collect::<Vec<_>>().join(", ");
    let known = (1..=whats.len()).map(|at| format!("?{at}")).collect::<Vec<_>>().join(", ");
    let (first, last) = (whats.len().saturating_add(1), whats.len().saturating_add(2));
    let values = |days: &[Date]| -> Vec<worker::SqlStorageValue> {
        let whats = whats.iter().map(|what| what.as_str().into());
        whats.chain(days.iter().map(|day| day.to_string().into())).collect()
    };
    let before: Vec<i64> = text(
        sql,
        &format!(
            "SELECT json_array({columns}) AS json FROM day_sum WHERE what IN ({known}) AND day < ?{first}"
        ),
        values(&[from]),
    )?;
    let rows: Vec<(Date, Vec<i64>)> = text(
        sql,
        &format!(
            "SELECT json_group_array(json_array(day, json(amounts))) AS json FROM
             (SELECT day, json_array({columns}) AS amounts FROM day_sum
              WHERE what IN ({known}) AND day >= ?{first} AND day <= ?{last} GROUP BY day)"
        ),
        values(&[from, until]),
    )?;
    Ok(DaySums { before, days: rows.into_iter().collect() })
}

fn words(sql: &Sql, prefix: &str, from: Date, until: Date) -> Outcome<Vec<(String, i64)>> {
    text(
        sql,
        "SELECT json_group_array(json_array(what, amount)) AS json FROM
         (SELECT what, sum(amount) AS amount FROM day_sum
          WHERE what >= ? AND what < ? AND day >= ? AND day <= ? GROUP BY what)",
        vec![
            prefix.into(),
            format!("{prefix}\u{10ffff}").into(),
            from.to_string().into(),
            until.to_string().into(),
        ],
    )
}

fn of_lots(sql: &Sql, bounds: &[Date]) -> Outcome<Vec<i64>> {
    #[derive(Deserialize)]
    struct Points {
        points: i64,
    }
    let mut sums = Vec::new();
    let mut edges: Vec<String> = bounds.iter().map(Date::to_string).collect();
    edges.insert(0, String::new());
    for (at, from) in edges.iter().enumerate() {
        let until = edges.get(at.saturating_add(1)).map_or("~", String::as_str);
        let points: Option<Points> = sql.first(
            "SELECT coalesce(sum(amount), 0) AS points FROM day_sum WHERE what = ? AND day >= ? AND day < ?",
            vec![LOTS.into(), from.as_str().into(), until.into()],
        )?;
        sums.push(points.map_or(0, |points| points.points));
    }
    let owed: Option<Points> = sql
        .first("SELECT coalesce(sum(amount), 0) AS points FROM day_sum WHERE what = ?", vec![OWED.into()])?;
    sums.push(owed.map_or(0, |owed| owed.points));
    Ok(sums)
}

fn spent(sql: &Sql, bounds: &[i64]) -> Outcome<Vec<(i64, i64)>> {
    #[derive(Deserialize)]
    struct Spenders {
        shoppers: i64,
        spent: i64,
    }
    let mut sums = Vec::new();
    for (at, from) in bounds.iter().enumerate() {
        let until = bounds.get(at.saturating_add(1)).copied().unwrap_or(MAX);
        let spenders: Option<Spenders> = sql.first(
            "SELECT count(*) AS shoppers, coalesce(sum(spent), 0) AS spent FROM shopper WHERE spent >= ? AND spent < ?",
            vec![(*from).into(), until.into()],
        )?;
        sums.push(spenders.map_or((0, 0), |spenders| (spenders.shoppers, spenders.spent)));
    }
    Ok(sums)
}
