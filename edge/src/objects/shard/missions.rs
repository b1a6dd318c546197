//! Completed missions: told by the shop or the shopper, or seen by itself. What one gives is decided by
//! `fidela_rules::missions`; that it counts once, and no more often than it may, by the rows that are kept here in
//! the same transaction as the points.
//!
//! A completion for an e-mail address that no account has proved waits in the shard that the address leads to, as
//! guests' orders do (`guests.rs`), with the points that it was worth when it was told.

mod undo;

pub(super) use undo::undo;
pub(crate) use undo::{Taken, ToUndo, Undone};

use std::collections::BTreeMap;

use fidela_ledger::orders::OrderRecord;
use fidela_ledger::{Command, local_day};
use fidela_protocol::events::Happening;
use fidela_protocol::missions::{
    CompletionResult, CompletionStatus, MissionNow, MissionState, Toast, WaitingCompletion,
};
use fidela_protocol::{Code, Problem};
use fidela_rules::bonuses::CREATE_ACCOUNT;
use fidela_rules::missions::{Granted, ONCE, Told, complete};
use fidela_rules::offers::OFFERS_AHEAD_DAYS;
use fidela_rules::program::{Mission, ShowIn};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::accounts::Loaded;
use super::ops::Work;
use super::{Owner, grants, guests, imports, orders, outbox, sums};
use crate::failure::{Failure, Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// Completions, by account; `seq` grows with time. `taken_back` are those whose points went back: they count for
/// nothing, until they are told again or their order counts again.
pub(super) const TABLE: &str = "CREATE TABLE completion (seq INTEGER PRIMARY KEY, account TEXT NOT NULL, mission TEXT NOT NULL, reference TEXT NOT NULL, order_id TEXT, at_ms INTEGER NOT NULL, points INTEGER NOT NULL, toast INTEGER NOT NULL, taken_back INTEGER NOT NULL, json TEXT NOT NULL, UNIQUE (account, mission, reference))";

/// A completion that is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Completed {
    /// By whom.
    pub(crate) owner: Owner,
    /// What it is known by, where that is said.
    pub(crate) reference: Option<String>,
    /// Minor units.
    pub(crate) amount: Option<i64>,
    /// The order that it belongs to.
    pub(crate) order_id: Option<String>,
    /// The row that tells it, of an import.
    pub(crate) row: Option<ImportRow>,
}

/// A row of an import.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ImportRow {
    /// As a spreadsheet shows it.
    pub(crate) number: u32,
    /// How many rows above it would count for the same shopper, where nothing is written.
    pub(crate) before: i64,
}

/// Who tells of a completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TellsIt {
    /// The shop's server, by which key.
    Key(String),
    /// An import, by its id.
    Import(String),
    /// The shopper.
    Shopper,
    /// Nobody: it was seen.
    Seen,
}

/// The answer to one completion of several.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Completing {
    /// What became of it.
    Done(CompletionResult),
    /// It counts for nothing; a problem document.
    Refused(serde_json::Value),
    /// The address is a customer's by now.
    Moved(String),
}

/// What is kept of a completion besides its columns.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Facts {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    by: TellsIt,
    /// The row of an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undone: Option<undo::UndoneBy>,
}

/// A completion as it is kept, and as it is handed to whoever proves the address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    mission: String,
    reference: String,
    order_id: Option<String>,
    at_ms: i64,
    points: i64,
    toast: i64,
    taken_back: i64,
    json: String,
}

const COLUMNS: &str = "mission, reference, order_id, at_ms, points, toast, taken_back, json";

impl Row {
    fn is_taken_back(&self) -> bool {
        self.taken_back != 0
    }

    fn facts(&self) -> Outcome<Facts> {
        serde_json::from_str(&self.json).map_err(|error| broken("completion", error))
    }

    fn kind(&self) -> Outcome<String> {
        Ok(self.facts()?.kind)
    }

    /// The ledger's source. A colon in a mission's id would make two of them one.
    fn source(&self) -> String {
        let mission = self.mission.replace('%', "%25").replace(':', "%3A");
        format!("mission:{mission}:{}", self.reference)
    }

    fn insert(&self, work: Work<'_>, owner: &Owner) -> Outcome<()> {
        sums::of_completion(work, owner, &self.mission, self.points, true)?;
        let statement =
            format!("INSERT INTO completion (account, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        let values = vec![
            owner.key().into(),
            self.mission.as_str().into(),
            self.reference.as_str().into(),
            self.order_id.clone().into(),
            self.at_ms.into(),
            self.points.into(),
            self.toast.into(),
            self.taken_back.into(),
            self.json.as_str().into(),
        ];
        work.sql.run(&statement, values)
    }

    fn set_taken_back(&self, work: Work<'_>, owner: &Owner, taken_back: bool) -> Outcome<()> {
        sums::of_completion(work, owner, &self.mission, self.points, !taken_back)?;
        work.sql.run(
            "UPDATE completion SET taken_back = ?, json = ? WHERE account = ? AND mission = ? AND reference = ?",
            vec![
                i64::from(taken_back).into(),
                self.json.as_str().into(),
                owner.key().into(),
                self.mission.as_str().into(),
                self.reference.as_str().into(),
            ],
        )
    }
}

/// The mission and the reference that a source names.
pub(super) fn of_source(source: &str) -> Option<(String, &str)> {
    let (mission, reference) = source.strip_prefix("mission:")?.split_once(':')?;
    Some((mission.replace("%3A", ":").replace("%25", "%"), reference))
}

fn find(sql: &Sql, owner: &Owner, mission: &str, reference: &str) -> Outcome<Option<Row>> {
    sql.first(
        &format!("SELECT {COLUMNS} FROM completion WHERE account = ? AND mission = ? AND reference = ?"),
        vec![owner.key().into(), mission.into(), reference.into()],
    )
}

/// How often a mission counts as done.
fn done(sql: &Sql, owner: &Owner, mission: &str) -> Outcome<i64> {
    #[derive(Deserialize)]
    struct Count {
        done: i64,
    }
    let count: Option<Count> = sql.first(
        "SELECT count(*) AS done FROM completion WHERE account = ? AND mission = ? AND taken_back = 0",
        vec![owner.key().into(), mission.into()],
    )?;
    Ok(count.map_or(0, |count| count.done))
}

/// `POST /v1/missions/{id}/completions`, and imports: each completion with its own answer. Where the plan's grants
/// run out, all are refused together, unless it is said to go as far as they reach (`partial`).
pub(super) fn tell(
    work: Work<'_>,
    mission: &str,
    completions: Vec<Completed>,
    by: &TellsIt,
    partial: bool,
) -> Outcome<Reply> {
    let mut answers = Vec::with_capacity(completions.len());
    for told in completions {
        answers.push(imports::each(one(work, mission, told, by), partial)?);
    }
    Reply::json(200, &answers)
}

/// `POST /v1/me/missions/{id}/completions`.
pub(super) fn claim(
    work: Work<'_>,
    customer: &str,
    mission: &str,
    reference: Option<String>,
) -> Outcome<Reply> {
    let known =
        work.rules.program.mission(mission).filter(|mission| mission.show_in.contains(&ShowIn::Widget));
    let known = known.ok_or(Code::MissionNotFound)?;
    if !known.is_claimed() {
        return Err(Code::MissionNotClaimable.into());
    }
    let owner = Owner::Customer(customer.to_owned());
    let told = Completed { owner, reference, amount: None, order_id: None, row: None };
    match one(work, mission, told, &TellsIt::Shopper)? {
        Completing::Done(result) => Reply::json(200, &result),
        Completing::Refused(_) | Completing::Moved(_) => {
            Err(broken("mission", "a customer's is nobody else's"))
        }
    }
}

fn one(work: Work<'_>, id: &str, told: Completed, by: &TellsIt) -> Outcome<Completing> {
    let Completed { owner, reference, amount, order_id, row: of_import } = told;
    if let Owner::Guest(email) = &owner
        && let Some(customer) = guests::claimed_by(work.sql, email)?
    {
        return Ok(Completing::Moved(customer));
    }
    let mission = work.rules.program.mission(id).ok_or(Code::MissionNotFound)?;
    let reference = mission.reference_of(reference.as_deref()).ok_or(Code::ReferenceRequired)?;
    let known = find(work.sql, &owner, id, reference)?;
    let done = done(work.sql, &owner, id)?.saturating_add(of_import.map_or(0, |row| row.before));
    let customer_id = match &owner {
        Owner::Customer(id) => Some(id.clone()),
        Owner::Guest(_) => None,
    };
    let answer = CompletionResult {
        customer_id,
        reference: Some(reference.to_owned()),
        ..CompletionResult::new(CompletionStatus::Replayed)
    };
    if let Some(known) = known.as_ref().filter(|known| !known.is_taken_back()) {
        let left = mission.limit().map(|limit| limit.saturating_sub(done).max(0));
        // A row that an import sends again, because nobody knows whether it arrived, is answered as it was.
        let facts = known.facts()?;
        let is_this = of_import.is_some_and(|row| facts.row == Some(row.number)) && facts.by == *by;
        let status = match &owner {
            _ if !is_this => CompletionStatus::Replayed,
            Owner::Customer(_) => CompletionStatus::Granted,
            Owner::Guest(_) => CompletionStatus::Waiting,
        };
        return Ok(Completing::Done(CompletionResult {
            status,
            points: known.points,
            done: Some(done),
            left,
            ..answer
        }));
    }
    let today = local_day(work.now, &work.rules.zone);
    let granted =
        complete(&work.rules.program, id, Told { reference: Some(reference), amount }, done, today)?;
    let belongs_to = order_id.as_ref().or_else(|| known.as_ref()?.order_id.as_ref());
    if let (Owner::Customer(_), Some(order)) = (&owner, belongs_to)
        && orders::record(work, &owner, order)?.is_some_and(|record| is_void(&record))
    {
        return Err(Code::OrderCancelled.into());
    }
    let facts = Facts {
        kind: mission.kind.clone(),
        amount,
        by: by.clone(),
        row: of_import.map(|row| row.number),
        undone: None,
    };
    let told = row(work, mission, reference, &granted, order_id, &facts)?;
    let row = match known {
        // What was earned then is what counts again.
        Some(known) => Row { json: told.json, ..known },
        None => told,
    };
    let points = row.points;
    let answer = CompletionResult { points, done: Some(granted.done), left: granted.left, ..answer };
    let status = match &owner {
        Owner::Guest(_) => {
            grants::take(work)?;
            row.insert(work, &owner)?;
            CompletionStatus::Waiting
        }
        Owner::Customer(_) => {
            let mut loaded = Loaded::load(work.sql, owner)?;
            arrive(work, &mut loaded, &row)?;
            grants::take(work)?;
            keep(work, &loaded, &row)?;
            loaded.save(work)?;
            CompletionStatus::Granted
        }
    };
    Ok(Completing::Done(CompletionResult { status, ..answer }))
}

fn row(
    work: Work<'_>,
    mission: &Mission,
    reference: &str,
    granted: &Granted,
    order_id: Option<String>,
    facts: &Facts,
) -> Outcome<Row> {
    Ok(Row {
        mission: mission.id.clone(),
        reference: reference.to_owned(),
        order_id,
        at_ms: work.now.as_millisecond(),
        points: granted.points,
        toast: i64::from(mission.notify.toast),
        taken_back: 0,
        json: serde_json::to_string(facts).map_err(|error| broken("completion", error))?,
    })
}

/// The points of a completion, for the first time or again after they were taken back.
fn arrive(work: Work<'_>, loaded: &mut Loaded, row: &Row) -> Outcome<()> {
    let (source, points) = (row.source(), row.points);
    let command = match loaded.account.source(&source) {
        Some(known) => Command::Clawback { keep: known.earned, source },
        None if points > 0 => Command::Earn { source, points },
        None => return Ok(()),
    };
    loaded.run(work.rules, &command, work.now)?;
    Ok(())
}

/// Writes a customer's completion down, and tells of it.
fn keep(work: Work<'_>, loaded: &Loaded, row: &Row) -> Outcome<()> {
    let Row { mission, reference, points, .. } = row;
    let notify_email = work.rules.program.mission(mission).is_some_and(|mission| mission.notify.email);
    let happening = Happening::MissionCompleted {
        mission: mission.clone(),
        reference: (reference != ONCE).then(|| reference.clone()),
        points: *points,
        notify_email,
    };
    outbox::emit(work, &loaded.owner, work.now, &row.source(), happening)?;
    if row.is_taken_back() {
        row.set_taken_back(work, &loaded.owner, false)
    } else {
        row.insert(work, &loaded.owner)
    }
}

/// Completes a mission that is seen to be done, as long as it may be. The plan counts it and does not refuse it:
/// nobody asked who could be told.
fn see(
    work: Work<'_>,
    loaded: &mut Loaded,
    mission: &Mission,
    reference: &str,
    order_id: Option<String>,
) -> Outcome<bool> {
    let known = find(work.sql, &loaded.owner, &mission.id, reference)?;
    if known.as_ref().is_some_and(|known| !known.is_taken_back()) {
        return Ok(false);
    }
    let done = done(work.sql, &loaded.owner, &mission.id)?;
    let told = Told { reference: Some(reference), amount: None };
    let today = local_day(work.now, &work.rules.zone);
    let Ok(granted) = complete(&work.rules.program, &mission.id, told, done, today) else {
        return Ok(false);
    };
    let row = if let Some(known) = known {
        known
    } else {
        let (kind, by) = (mission.kind.clone(), TellsIt::Seen);
        let facts = Facts { kind, amount: None, by, row: None, undone: None };
        row(work, mission, reference, &granted, order_id, &facts)?
    };
    if let Err(failure) = arrive(work, loaded, &row) {
        return match failure {
            // No number can hold it: there is nobody who could be told.
            Failure::Problem(_) => Ok(false),
            fatal @ Failure::Fatal(_) => Err(fatal),
        };
    }
    grants::count(work)?;
    keep(work, loaded, &row)?;
    Ok(true)
}

fn seen<'m>(work: Work<'m>, kind: &'m str) -> Option<&'m Mission> {
    let mut missions = work.rules.program.missions.iter();
    missions.find(|mission| mission.is_automatic() && mission.kind == kind)
}

/// Missions that are done by what is known of a person: an account that was created since the mission is there, or
/// at the first visit of somebody who had one before (S4.3, S4.4); and a profile that is complete.
pub(super) fn of_person(work: Work<'_>, loaded: &mut Loaded, visits: bool) -> Outcome<bool> {
    let mut changed = false;
    if let Some(mission) = seen(work, CREATE_ACCOUNT) {
        let registered = loaded.profile.registered_at;
        let since = registered.is_some_and(|at| mission.since.is_some_and(|since| at >= since));
        if visits || since {
            changed |= see(work, loaded, mission, ONCE, None)?;
        }
    }
    let profile = &loaded.profile;
    if profile.email.is_some()
        && profile.name.is_some()
        && profile.birthday.is_some()
        && let Some(mission) = seen(work, "complete_profile")
    {
        changed |= see(work, loaded, mission, ONCE, None)?;
    }
    Ok(changed)
}

fn is_void(record: &OrderRecord) -> bool {
    let order = &record.order;
    order.is_cancelled() || order.basket().measure().is_ok_and(|measured| order.is_wholly_refunded(&measured))
}

/// Kinds whose points go with the order that they belong to.
const WITH_ORDER: [&str; 2] = ["first_order", "review"];

/// What an order does to missions: the first one completes its mission, and one that is cancelled or wholly
/// refunded takes its completions along, until it counts again. The order is not written yet.
pub(super) fn with_order(work: Work<'_>, loaded: &mut Loaded, record: &OrderRecord) -> Outcome<()> {
    let id = record.order.id.as_str();
    let void = is_void(record);
    let rows: Vec<Row> = work.sql.rows(
        &format!("SELECT {COLUMNS} FROM completion WHERE account = ? AND order_id = ?"),
        vec![loaded.owner.key().into(), id.into()],
    )?;
    for row in rows {
        if !WITH_ORDER.contains(&row.kind()?.as_str()) || row.is_taken_back() == void {
            continue;
        }
        let source = row.source();
        let earned = loaded.account.source(&source).map(|source| source.earned);
        if void {
            if earned.is_some() {
                loaded.run(work.rules, &Command::Clawback { source, keep: 0 }, work.now)?;
            }
            row.set_taken_back(work, &loaded.owner, true)?;
            continue;
        }
        // Another may have taken its place meanwhile.
        let limit = work.rules.program.mission(&row.mission).and_then(Mission::limit);
        let done = done(work.sql, &loaded.owner, &row.mission)?;
        if limit.is_none_or(|limit| done < limit) {
            if let Some(keep) = earned {
                loaded.run(work.rules, &Command::Clawback { source, keep }, work.now)?;
            }
            row.set_taken_back(work, &loaded.owner, false)?;
        }
    }
    if record.award.is_some()
        && !void
        && let Some(mission) = seen(work, "first_order")
        && done(work.sql, &loaded.owner, &mission.id)? == 0
        && !has_other_order(work.sql, &loaded.owner, id)?
    {
        see(work, loaded, mission, id, Some(id.to_owned()))?;
    }
    Ok(())
}

/// Whether another order was awarded and not cancelled.
fn has_other_order(sql: &Sql, owner: &Owner, id: &str) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Any {}
    let any: Option<Any> = sql.first(
        "SELECT 1 AS one FROM orders WHERE account = ? AND id <> ? AND json_extract(json, '$.award.at') IS NOT NULL
         AND json_extract(json, '$.order.status') <> 'cancelled' LIMIT 1",
        vec![owner.key().into(), id.into()],
    )?;
    Ok(any.is_some())
}

/// Everything that is kept of an account's completions, or that waits for whoever proves an address.
pub(super) fn all(sql: &Sql, owner: &Owner) -> Outcome<Vec<Row>> {
    let statement = format!("SELECT {COLUMNS} FROM completion WHERE account = ? ORDER BY seq");
    sql.rows(&statement, vec![owner.key().into()])
}

/// What waits, for whoever asks what is stored under an address.
pub(super) fn shown_waiting(sql: &Sql, guest: &Owner) -> Outcome<Vec<WaitingCompletion>> {
    let shown =
        |row: Row| WaitingCompletion { mission: row.mission, reference: row.reference, points: row.points };
    Ok(all(sql, guest)?.into_iter().map(shown).collect())
}

/// Takes in what has waited: what was told by customer id as well counts once, and what is over the limit, not.
pub(super) fn absorb(work: Work<'_>, loaded: &mut Loaded, waiting: Vec<Row>) -> Outcome<()> {
    for row in waiting {
        let limit = work.rules.program.mission(&row.mission).and_then(Mission::limit);
        let done = done(work.sql, &loaded.owner, &row.mission)?;
        let known = find(work.sql, &loaded.owner, &row.mission, &row.reference)?.is_some();
        if known || limit.is_some_and(|limit| done >= limit) {
            continue;
        }
        let row = Row { at_ms: work.now.as_millisecond(), ..row };
        if arrive(work, loaded, &row).is_ok() {
            keep(work, loaded, &row)?;
        }
    }
    Ok(())
}

/// Forgets an account's completions, or what waits for an address.
pub(super) fn forget(sql: &Sql, owner: &Owner) -> Outcome<()> {
    sql.run("DELETE FROM completion WHERE account = ?", vec![owner.key().into()])
}

/// Missions as a shopper sees them; their words are put in by the Worker in front.
pub(super) fn of(work: Work<'_>, owner: &Owner) -> Outcome<Vec<MissionNow>> {
    #[derive(Deserialize)]
    struct Count {
        mission: String,
        done: i64,
    }
    let counts: Vec<Count> = work.sql.rows(
        "SELECT mission, count(*) AS done FROM completion WHERE account = ? AND taken_back = 0 GROUP BY mission",
        vec![owner.key().into()],
    )?;
    let done: BTreeMap<_, _> = counts.into_iter().map(|count| (count.mission, count.done)).collect();
    Ok(shown(&work.rules.program, &done, local_day(work.now, &work.rules.zone)))
}

/// The missions that the widget shows to somebody who has done each so often.
pub(super) fn shown(
    program: &fidela_rules::Program,
    done: &BTreeMap<String, i64>,
    today: jiff::civil::Date,
) -> Vec<MissionNow> {
    let missions = program.missions.iter().filter(|mission| mission.show_in.contains(&ShowIn::Widget));
    missions.filter_map(|mission| now(mission, done.get(&mission.id).copied().unwrap_or(0), today)).collect()
}

/// A mission as somebody sees it who has done it so often; none where it is over, or too far ahead.
pub(crate) fn now(mission: &Mission, done: i64, today: jiff::civil::Date) -> Option<MissionNow> {
    let horizon = today.checked_add(OFFERS_AHEAD_DAYS.days()).unwrap_or(jiff::civil::Date::MAX);
    let limit = mission.limit();
    let left = limit.map(|limit| limit.saturating_sub(done).max(0));
    let state = if !mission.enabled {
        return None;
    } else if left == Some(0) {
        MissionState::Done
    } else if mission.runs_on(today) {
        MissionState::Open
    } else if mission.from.is_some_and(|from| from > today && from <= horizon) {
        MissionState::Soon
    } else {
        return None;
    };
    Some(MissionNow {
        id: mission.id.clone(),
        kind: mission.kind.clone(),
        title: String::new(),
        text: String::new(),
        gives: String::new(),
        details: Vec::new(),
        icon: String::new(),
        points: mission.points,
        limit,
        done,
        left,
        state,
        verify: mission.verify,
        from: mission.from,
        until: mission.until,
    })
}

/// What arrived lately and is to be told in the widget, oldest first.
pub(super) fn toasts(work: Work<'_>, owner: &Owner) -> Outcome<Vec<Toast>> {
    #[derive(Deserialize)]
    struct Arrived {
        seq: i64,
        mission: String,
        points: i64,
    }
    let since =
        work.now.checked_sub((24 * limits::TOAST_DAYS).hours()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut arrived: Vec<Arrived> = work.sql.rows(
        "SELECT seq, mission, points FROM completion
         WHERE account = ? AND taken_back = 0 AND toast = 1 AND points > 0 AND at_ms >= ? ORDER BY seq DESC LIMIT ?",
        vec![owner.key().into(), since.as_millisecond().into(), limits::TOASTS.into()],
    )?;
    arrived.reverse();
    let toast = |Arrived { seq, mission, points }| Toast { id: seq, mission, points, title: String::new() };
    Ok(arrived.into_iter().map(toast).collect())
}

impl From<fidela_rules::missions::MissionRefusal> for Failure {
    fn from(refusal: fidela_rules::missions::MissionRefusal) -> Self {
        Problem::refusal(&refusal).into()
    }
}
