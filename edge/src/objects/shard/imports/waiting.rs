//! Balances for an e-mail address that no account has proved. They wait in the shard that the address leads to, beside
//! the guest's orders and completions, and arrive with them (`guests.rs`).

use fidela_protocol::imports::WaitingOpening;
use fidela_sheets::Balance;

use super::{Brought, Standing, Told, all, bring, find, standing};
use crate::failure::{Failure, Outcome, broken};
use crate::objects::shard::accounts::Loaded;
use crate::objects::shard::missions::{Taken, Undone};
use crate::objects::shard::ops::Work;
use crate::objects::shard::{Owner, customers, grants};
use crate::platform::storage::Sql;

/// Keeps a balance until somebody proves the address. The plan counts it now, as it does a completion that waits.
pub(super) fn wait(work: Work<'_>, guest: &Owner, told: Told<'_>) -> Outcome<()> {
    let waits = serde_json::to_string(&told.balance).map_err(|error| broken("balance", error))?;
    if told.balance.points > 0 {
        grants::take(work)?;
    }
    told.brought(String::new(), Some(waits)).insert(work.sql, guest)
}

impl Brought {
    /// What it will bring; none where it does not wait.
    fn balance(&self) -> Outcome<Option<Balance>> {
        let read = |json: &String| serde_json::from_str(json).map_err(|error| broken("balance", error));
        self.waits.as_ref().map(read).transpose()
    }
}

/// What waits, for whoever asks what is stored under an address.
pub(in crate::objects::shard) fn shown_waiting(sql: &Sql, guest: &Owner) -> Outcome<Vec<WaitingOpening>> {
    let mut shown = Vec::new();
    for brought in all(sql, guest)? {
        if let Some(balance) = brought.balance()? {
            let Balance { points, last_day, spent, registered_at, birthday, name, .. } = balance;
            let import = brought.import;
            shown.push(WaitingOpening { import, points, last_day, spent, registered_at, birthday, name });
        }
    }
    Ok(shown)
}

/// Takes in what has waited. What the account has brought along meanwhile counts, and not what comes second; of points
/// whose last day has passed, everything else still comes.
pub(in crate::objects::shard) fn absorb(
    work: Work<'_>,
    loaded: &mut Loaded,
    waiting: Vec<Brought>,
) -> Outcome<()> {
    for brought in waiting {
        let Some(balance) = brought.balance()? else { continue };
        let Brought { import, row, content, .. } = brought;
        if find(work.sql, &loaded.owner, &import, row)?.is_some() {
            // It has arrived, or was taken back on its way.
            continue;
        }
        let arrived = match standing(work.sql, &loaded.owner, &import, row, &content)? {
            Standing::Same { .. } | Standing::Opened => false,
            Standing::New(same) => {
                match bring(work, loaded, Told { import: &import, row, content, balance }, same) {
                    Ok(_) => true,
                    // No number can hold it: there is nobody who could be told.
                    Err(Failure::Problem(_)) => false,
                    Err(fatal @ Failure::Fatal(_)) => return Err(fatal),
                }
            }
        };
        if !arrived {
            turn_away(work, &loaded.owner, &import, row, Some(Taken { points: 0, missing: 0 }))?;
        }
    }
    customers::make_known(work, loaded)
}

/// Notes that a row came to nothing here, or was taken back before it arrived: whenever it is asked to, it does not
/// arrive any more. `taken` is what taking it back comes to; none where it was to arrive, and that is all of it.
pub(super) fn turn_away(
    work: Work<'_>,
    owner: &Owner,
    import: &str,
    row: u32,
    taken: Option<Taken>,
) -> Outcome<()> {
    let undone = serde_json::to_string(&taken).map_err(|error| broken("opening", error))?;
    let (content, source) = (String::new(), String::new());
    let import = import.to_owned();
    Brought { import, row, content, source, points: 0, spent: 0, undone: Some(undone), waits: None }
        .insert(work.sql, owner)
}

/// Takes back what still waits.
pub(super) fn undo(work: Work<'_>, guest: &Owner, import: &str, row: u32) -> Outcome<Undone> {
    let Some(brought) = find(work.sql, guest, import, row)? else { return Ok(Undone::Nothing) };
    brought.remove(work.sql, guest)?;
    Ok(Undone::Taken(Taken { points: brought.points, missing: 0 }))
}

/// Forgets what an account brought along, or what waits for an address.
pub(in crate::objects::shard) fn forget(sql: &Sql, owner: &Owner) -> Outcome<()> {
    sql.run("DELETE FROM opening WHERE account = ?", vec![owner.key().into()])
}
