//! What an import asks of a shard: completions, opening balances, and taking both back. Each row is known by the
//! import and its number, so that a batch which is sent again, because nobody knows whether it arrived, is answered as
//! it was.
//!
//! A balance for an e-mail address that no account has proved waits as completions do (`waiting.rs`).

mod waiting;

pub(super) use waiting::{absorb, forget, shown_waiting};

use fidela_ledger::{Command, local_day};
use fidela_protocol::missions::{CompletionResult, CompletionStatus};
use fidela_protocol::{Code, Problem};
use fidela_rules::num::Wide;
use fidela_sheets::Balance;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::accounts::{Loaded, Profile};
use super::missions::{Taken, ToUndo, Undone};
use super::ops::Work;
use super::{Completed, Completing, Owner, Rules, TellsIt, customers, grants, guests, missions};
use crate::failure::{Failure, Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// Balances that were brought along. `source` is the ledger's; `undone` is what taking it back came to.
pub(super) const TABLE: &str = "CREATE TABLE opening (account TEXT NOT NULL, import TEXT NOT NULL, row INTEGER NOT NULL, content TEXT NOT NULL, source TEXT NOT NULL, points INTEGER NOT NULL, spent INTEGER NOT NULL, undone TEXT, PRIMARY KEY (account, import, row)) WITHOUT ROWID";
/// The whole balance, as long as it waits for whoever proves the address.
pub(super) const WAITS: &str = "ALTER TABLE opening ADD COLUMN waits TEXT";

/// A batch of an import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Importing {
    /// `im_…`.
    pub(crate) import: String,
    /// Whether only to say what would happen: whatever is written is rolled back.
    pub(crate) dry: bool,
    /// Whether to go as far as the plan's grants reach.
    pub(crate) partial: bool,
    /// Which rows.
    pub(crate) batch: Batch,
}

/// Rows of an import, each with its own answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Batch {
    /// Completions of a mission.
    Complete(String, Vec<Completed>),
    /// Completions of a mission that are taken back.
    UndoCompletions(String, Vec<ToUndo>),
    /// Opening balances.
    Open(Vec<Opening>),
    /// Opening balances that are taken back.
    UndoOpenings(Vec<(Owner, u32)>),
}

/// A balance that a customer brings along.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Opening {
    /// Whose.
    pub(crate) owner: Owner,
    /// The row.
    pub(crate) row: u32,
    /// What it says.
    pub(crate) balance: Balance,
}

pub(super) fn answer(work: Work<'_>, asked: Importing) -> Outcome<Reply> {
    let Importing { import, dry, partial, batch } = asked;
    match batch {
        Batch::Complete(mission, completions) => {
            missions::tell(work, &mission, completions, &TellsIt::Import(import), partial || dry)
        }
        Batch::UndoCompletions(mission, told) => {
            let undo = |told| missions::undo(work, &import, &mission, told);
            Reply::json(200, &told.into_iter().map(undo).collect::<Outcome<Vec<_>>>()?)
        }
        Batch::Open(rows) => {
            let open = |row| each(open(work, &import, row), partial || dry);
            Reply::json(200, &rows.into_iter().map(open).collect::<Outcome<Vec<_>>>()?)
        }
        Batch::UndoOpenings(rows) => {
            let undo = |(owner, row)| undo(work, &import, owner, row);
            Reply::json(200, &rows.into_iter().map(undo).collect::<Outcome<Vec<_>>>()?)
        }
    }
}

/// One of several that is refused keeps nobody from the others; but where the plan's grants run out, all wait until it
/// is said to go as far as they reach.
pub(super) fn each(answer: Outcome<Completing>, partial: bool) -> Outcome<Completing> {
    match answer {
        Err(Failure::Problem(problem)) if partial || problem.code != Code::PlanLimitReached.code() => {
            let problem = serde_json::to_value(&problem).map_err(|error| broken("problem", error))?;
            Ok(Completing::Refused(problem))
        }
        answer => answer,
    }
}

/// A balance as it was brought along.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Brought {
    import: String,
    row: u32,
    content: String,
    source: String,
    points: i64,
    spent: i64,
    undone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits: Option<String>,
}

impl Brought {
    fn is_undone(&self) -> bool {
        self.undone.is_some()
    }

    fn insert(&self, sql: &Sql, owner: &Owner) -> Outcome<()> {
        sql.run(
            "INSERT INTO opening (account, import, row, content, source, points, spent, undone, waits)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                owner.key().into(),
                self.import.as_str().into(),
                i64::from(self.row).into(),
                self.content.as_str().into(),
                self.source.as_str().into(),
                self.points.into(),
                self.spent.into(),
                self.undone.clone().into(),
                self.waits.clone().into(),
            ],
        )
    }

    fn remove(&self, sql: &Sql, owner: &Owner) -> Outcome<()> {
        sql.run(
            "DELETE FROM opening WHERE account = ? AND import = ? AND row = ?",
            vec![owner.key().into(), self.import.as_str().into(), i64::from(self.row).into()],
        )
    }
}

/// Everything that is kept of what an account brought along, or that waits for whoever proves an address.
pub(super) fn all(sql: &Sql, owner: &Owner) -> Outcome<Vec<Brought>> {
    let statement =
        "SELECT import, row, content, source, points, spent, undone, waits FROM opening WHERE account = ?";
    sql.rows(statement, vec![owner.key().into()])
}

fn find(sql: &Sql, owner: &Owner, import: &str, row: u32) -> Outcome<Option<Brought>> {
    Ok(all(sql, owner)?.into_iter().find(|known| known.import == import && known.row == row))
}

/// What makes a row another one of the same person: one line for each last day is usual.
fn content(balance: &Balance) -> Outcome<String> {
    let Balance { points, last_day, spent, .. } = balance;
    serde_json::to_string(&(points, last_day, spent)).map_err(|error| broken("balance", error))
}

/// How a row stands to what its owner has brought along before.
enum Standing {
    /// It is new; perhaps one that says the same was taken back.
    New(Option<Brought>),
    /// One that says the same counts; perhaps it is this very row.
    Same { is_this: bool },
    /// Another import has brought a balance along.
    Opened,
}

fn standing(sql: &Sql, owner: &Owner, import: &str, row: u32, content: &str) -> Outcome<Standing> {
    let rows = all(sql, owner)?;
    let same = rows.iter().find(|known| known.content == content);
    if let Some(same) = same.filter(|same| !same.is_undone()) {
        return Ok(Standing::Same { is_this: same.import == import && same.row == row });
    }
    if rows.iter().any(|known| !known.is_undone() && known.import != import) {
        return Ok(Standing::Opened);
    }
    Ok(Standing::New(same.cloned()))
}

fn is_over(work: Work<'_>, balance: &Balance) -> bool {
    balance.last_day.is_some_and(|last_day| last_day < local_day(work.now, &work.rules.zone))
}

fn open(work: Work<'_>, import: &str, opening: Opening) -> Outcome<Completing> {
    let Opening { owner, row, balance } = opening;
    if let Owner::Guest(email) = &owner
        && let Some(customer) = guests::claimed_by(work.sql, email)?
    {
        return Ok(Completing::Moved(customer));
    }
    let (status, customer_id) = match &owner {
        Owner::Customer(id) => (CompletionStatus::Granted, Some(id.clone())),
        Owner::Guest(_) => (CompletionStatus::Waiting, None),
    };
    let answer = CompletionResult { points: balance.points, customer_id, ..CompletionResult::new(status) };
    let content = content(&balance)?;
    let same = match standing(work.sql, &owner, import, row, &content)? {
        Standing::New(same) => same,
        Standing::Same { is_this: true } => return Ok(Completing::Done(answer)),
        Standing::Same { is_this: false } => {
            return Ok(Completing::Done(CompletionResult { status: CompletionStatus::Replayed, ..answer }));
        }
        Standing::Opened => return Err(Code::BalanceAlreadyOpened.into()),
    };
    if is_over(work, &balance) {
        return Err(Code::LastDayOver.into());
    }
    let told = Told { import, row, content, balance };
    match &owner {
        Owner::Guest(_) => waiting::wait(work, &owner, told)?,
        Owner::Customer(_) => {
            let mut loaded = Loaded::load(work.sql, owner)?;
            if bring(work, &mut loaded, told, same)? {
                grants::take(work)?;
            }
            customers::make_known(work, &mut loaded)?;
            loaded.save(work)?;
        }
    }
    Ok(Completing::Done(answer))
}

/// A row of an import that brings a balance along.
struct Told<'a> {
    import: &'a str,
    row: u32,
    content: String,
    balance: Balance,
}

impl Told<'_> {
    fn brought(&self, source: String, waits: Option<String>) -> Brought {
        Brought {
            import: self.import.to_owned(),
            row: self.row,
            content: self.content.clone(),
            source,
            points: self.balance.points,
            spent: self.balance.spent.unwrap_or(0),
            undone: None,
            waits,
        }
    }
}

/// Brings a balance into an account, for the first time or again after it was taken back, and answers whether points
/// came with it. What it is refused for, it is refused for before anything has changed.
fn bring(work: Work<'_>, loaded: &mut Loaded, told: Told<'_>, same: Option<Brought>) -> Outcome<bool> {
    let balance = &told.balance;
    let spent = (Wide::of(loaded.spent) + balance.spent.unwrap_or(0).into()).fit()?;
    let mut profile = loaded.profile.clone();
    learn(&mut profile, balance, work.rules)?;
    let source = match &same {
        Some(same) => same.source.clone(),
        None => format!("import:{}:{}", told.import, told.row),
    };
    let command = match loaded.account.source(&source) {
        // Taken back before: what was taken comes again, and what was spent of it stays spent.
        Some(known) => Some(Command::Clawback { keep: known.earned, source: source.clone() }),
        None if balance.points > 0 && !is_over(work, balance) => {
            Some(Command::Open { source: source.clone(), points: balance.points, last_day: balance.last_day })
        }
        None => None,
    };
    if let Some(command) = &command {
        loaded.run(work.rules, command, work.now)?;
    }
    loaded.spent = spent;
    loaded.profile = profile;
    if let Some(same) = same {
        same.remove(work.sql, &loaded.owner)?;
    }
    told.brought(source, None).insert(work.sql, &loaded.owner)?;
    Ok(command.is_some())
}

/// What the file says of a person, where nothing is known: what the shop or a token has said is newer.
fn learn(profile: &mut Profile, balance: &Balance, rules: &Rules) -> Outcome<()> {
    let Balance { email, registered_at, birthday, name, .. } = balance;
    let start_of = |day: &Date| -> Outcome<Timestamp> {
        let start = day.to_zoned(rules.zone.clone()).map_err(|_| Problem::new(Code::AmountOutOfRange))?;
        Ok(start.timestamp())
    };
    if profile.email.is_none() && email.is_some() {
        profile.email.clone_from(email);
        profile.email_verified = false;
    }
    profile.name = profile.name.take().or_else(|| name.clone());
    profile.birthday = profile.birthday.or(*birthday);
    if profile.registered_at.is_none() {
        profile.registered_at = registered_at.as_ref().map(start_of).transpose()?;
    }
    Ok(())
}

fn undo(work: Work<'_>, import: &str, owner: Owner, row: u32) -> Outcome<Undone> {
    if let Owner::Guest(email) = &owner {
        return match guests::claimed_by(work.sql, email)? {
            Some(customer) => Ok(Undone::Moved(customer)),
            None => waiting::undo(work, &owner, import, row),
        };
    }
    let known = find(work.sql, &owner, import, row)?;
    let mut loaded = Loaded::load(work.sql, owner)?;
    let Some(Brought { source, points, spent, undone, .. }) = known else {
        if loaded.existed {
            waiting::turn_away(work, &loaded.owner, import, row, None)?;
        }
        return Ok(Undone::Nothing);
    };
    if let Some(undone) = undone {
        let taken: Option<Taken> = serde_json::from_str(&undone).map_err(|error| broken("opening", error))?;
        return Ok(taken.map_or(Undone::Nothing, Undone::Taken));
    }
    loaded.bring_to(work.rules, work.now);
    let left = loaded.account.left_of(&source);
    if left > 0 {
        loaded.run(work.rules, &Command::TakeBack { source }, work.now)?;
    }
    let taken = Taken { points: left, missing: points.saturating_sub(left) };
    loaded.spent = loaded.spent.saturating_sub(spent);
    let undone = serde_json::to_string(&taken).map_err(|error| broken("opening", error))?;
    work.sql.run(
        "UPDATE opening SET undone = ? WHERE account = ? AND import = ? AND row = ?",
        vec![undone.into(), loaded.owner.key().into(), import.into(), i64::from(row).into()],
    )?;
    loaded.save(work)?;
    Ok(Undone::Taken(taken))
}
