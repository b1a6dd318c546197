//! Takes back what is left of completions that an import has told.

use fidela_ledger::Command;
use serde::{Deserialize, Serialize};

use super::{TellsIt, find};
use crate::failure::{Outcome, broken};
use crate::objects::shard::accounts::Loaded;
use crate::objects::shard::ops::Work;
use crate::objects::shard::{Owner, guests};

/// A completion that is to be taken back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ToUndo {
    /// Whose.
    pub(crate) owner: Owner,
    /// What it is known by.
    pub(crate) reference: String,
    /// The row of the import that told it.
    pub(crate) row: u32,
}

/// What an undo could take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// So many points.
    pub(crate) points: i64,
    /// And so many not: they are spent, held or have lapsed.
    pub(crate) missing: i64,
}

/// What became of one of several.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Undone {
    /// It was taken back, as far as it was there.
    Taken(Taken),
    /// There is nothing of it any more, or others have told it since.
    Nothing,
    /// The address is a customer's by now.
    Moved(String),
}

/// What is kept of an undo, so that it answers the same again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct UndoneBy {
    import: String,
    row: u32,
    taken: Taken,
}

pub(in crate::objects::shard) fn undo(
    work: Work<'_>,
    import: &str,
    mission: &str,
    told: ToUndo,
) -> Outcome<Undone> {
    let ToUndo { owner, reference, row: number } = told;
    if let Owner::Guest(email) = &owner
        && let Some(customer) = guests::claimed_by(work.sql, email)?
    {
        return Ok(Undone::Moved(customer));
    }
    let Some(mut row) = find(work.sql, &owner, mission, &reference)? else { return Ok(Undone::Nothing) };
    let mut facts = row.facts()?;
    if let Some(UndoneBy { import: by, row: of, taken }) = &facts.undone
        && row.is_taken_back()
        && (by.as_str(), *of) == (import, number)
    {
        return Ok(Undone::Taken(*taken));
    }
    let is_its = facts.by == TellsIt::Import(import.to_owned()) && facts.row == Some(number);
    if !is_its || row.is_taken_back() {
        return Ok(Undone::Nothing);
    }
    if let Owner::Guest(_) = &owner {
        work.sql.run(
            "DELETE FROM completion WHERE account = ? AND mission = ? AND reference = ?",
            vec![owner.key().into(), mission.into(), reference.into()],
        )?;
        return Ok(Undone::Taken(Taken { points: row.points, missing: 0 }));
    }
    let mut loaded = Loaded::load(work.sql, owner)?;
    loaded.bring_to(work.rules, work.now);
    let source = row.source();
    let left = loaded.account.left_of(&source);
    let taken = Taken { points: left, missing: row.points.saturating_sub(left) };
    if left > 0 || row.points == 0 {
        if left > 0 {
            loaded.run(work.rules, &Command::TakeBack { source }, work.now)?;
        }
        facts.undone = Some(UndoneBy { import: import.to_owned(), row: number, taken });
        row.json = serde_json::to_string(&facts).map_err(|error| broken("completion", error))?;
        row.set_taken_back(work, &loaded.owner, true)?;
    }
    loaded.save(work)?;
    Ok(Undone::Taken(taken))
}
