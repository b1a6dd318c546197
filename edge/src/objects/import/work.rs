//! One step of an import: a batch of rows, asked of their shards and written down.

use fidela_protocol::imports::{ImportRowStatus, ImportStatus};
use fidela_protocol::missions::{CompletionResult, CompletionStatus};
use fidela_sheets::Content;
use jiff::Timestamp;

use super::Meta;
use super::rows::{self, Stored};
use super::running::Runner;
use crate::completions::{self, Asking, Owned};
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::shard::{
    Batch, Completed, Completing, ImportRow, Importing, Opening, Owner, ShardOp, Taken, ToUndo, Undone,
};
use crate::objects::store;

impl Runner {
    /// Deals with some rows; after the last ones it stands at the next status.
    pub(super) async fn step(&self, meta: &Meta, now: Timestamp) -> Outcome<()> {
        let limit = i64::try_from(limits::IMPORT_CHUNK).unwrap_or(i64::MAX);
        let todo = rows::todo(self.sql(), limit)?;
        let is_last = todo.len() < limits::IMPORT_CHUNK;
        let status = meta.entry.status;
        let done = if todo.is_empty() {
            Vec::new()
        } else {
            let store = store::config(&self.env, &meta.store, now).await?;
            let asking = Asking { env: &self.env, store: &store, now };
            match status {
                ImportStatus::Checking => self.count(meta, asking, todo, true).await?,
                ImportStatus::Running => self.count(meta, asking, todo, false).await?,
                _ => take_back(meta, asking, todo).await?,
            }
        };
        self.write(|sql| {
            for row in &done {
                rows::save(sql, row)?;
            }
            // Whoever asked meanwhile was told that it is busy: it stands where it stood.
            let Some(meta) = rows::meta(sql)?.filter(|meta| is_last && meta.entry.status == status) else {
                return Ok(());
            };
            let next = match status {
                ImportStatus::Checking if meta.start && is_flawless(sql)? => {
                    rows::all_todo(sql)?;
                    ImportStatus::Running
                }
                ImportStatus::Checking => ImportStatus::Ready,
                ImportStatus::Running => ImportStatus::Done,
                _ => ImportStatus::Reverted,
            };
            rows::save_meta(sql, &meta.at(next, now))
        })
    }

    /// Counts rows, or finds out what counting them would come to.
    async fn count(
        &self,
        meta: &Meta,
        asking: Asking<'_>,
        todo: Vec<Stored>,
        dry: bool,
    ) -> Outcome<Vec<Stored>> {
        let (mut done, mut open, mut befores) = (Vec::new(), Vec::new(), Vec::new());
        for mut row in todo {
            let reference = reference(asking.store, meta, &row)?;
            let (before, same) =
                if dry { rows::above(self.sql(), &row, reference.as_deref())? } else { (0, false) };
            row.reference = reference;
            if same {
                row.status = ImportRowStatus::Replayed;
                done.push(row);
            } else {
                open.push(row);
                befores.push(before);
            }
        }
        let batch = |batch, partial| {
            ShardOp::Import(Importing { import: meta.entry.id.clone(), dry, partial, batch })
        };
        let answers: Vec<Completing> = if meta.is_balances() {
            let openings = open.iter().map(opening).collect::<Outcome<_>>()?;
            completions::each(asking, openings, &|rows, partial| batch(Batch::Open(rows), partial)).await?
        } else {
            let told: Vec<_> = open
                .iter()
                .zip(befores)
                .map(|(row, before)| completed(row, before))
                .collect::<Outcome<_>>()?;
            let mission = meta.mission()?;
            let op = |rows, partial| batch(Batch::Complete(mission.clone(), rows), partial);
            completions::each(asking, told, &op).await?
        };
        for (mut row, result) in open.into_iter().zip(completions::results(answers)?) {
            note(&mut row, result, dry)?;
            done.push(row);
        }
        Ok(done)
    }
}

/// Writes an answer into its row.
fn note(row: &mut Stored, result: CompletionResult, dry: bool) -> Outcome<()> {
    row.status = match (result.status, dry) {
        (CompletionStatus::Granted, true) => ImportRowStatus::Grantable,
        (CompletionStatus::Waiting, true) => ImportRowStatus::WillWait,
        (CompletionStatus::Granted, false) => ImportRowStatus::Granted,
        (CompletionStatus::Waiting, false) => ImportRowStatus::Waiting,
        (CompletionStatus::Replayed, _) => ImportRowStatus::Replayed,
        (CompletionStatus::Refused, _) => ImportRowStatus::Refused,
    };
    row.points = result.points;
    row.code.clone_from(&result.code);
    row.result = Some(serde_json::to_string(&result).map_err(|error| broken("row", error))?);
    Ok(())
}

/// What a row's completion is known by; a balance's is what it says.
fn reference(store: &StoreConfig, meta: &Meta, row: &Stored) -> Outcome<Option<String>> {
    let told = row.reference.as_deref();
    if meta.is_balances() {
        return Ok(told.map(str::to_owned));
    }
    let program = store.program()?;
    let mission = program.mission(&meta.mission()?);
    Ok(mission.and_then(|mission| mission.reference_of(told)).or(told).map(str::to_owned))
}

fn completed(row: &Stored, before: i64) -> Outcome<Completed> {
    let Content::Completion(told) = row.content()? else { return Err(broken("row", "no completion")) };
    Ok(Completed {
        owner: row.owner()?,
        reference: row.reference.clone(),
        amount: told.amount,
        order_id: told.order_id,
        row: Some(ImportRow { number: row.number, before }),
    })
}

fn opening(row: &Stored) -> Outcome<Opening> {
    let Content::Balance(balance) = row.content()? else { return Err(broken("row", "no balance")) };
    Ok(Opening { owner: row.owner()?, row: row.number, balance })
}

impl Owned for Opening {
    fn owner(&self) -> &Owner {
        &self.owner
    }

    fn of_customer(self, customer: String) -> Self {
        Self { owner: Owner::Customer(customer), ..self }
    }
}

impl Owned for ToUndo {
    fn owner(&self) -> &Owner {
        &self.owner
    }

    fn of_customer(self, customer: String) -> Self {
        Self { owner: Owner::Customer(customer), ..self }
    }
}

impl completions::Answered for Undone {
    fn moved(&self) -> Option<&str> {
        match self {
            Self::Moved(customer) => Some(customer),
            Self::Taken(_) | Self::Nothing => None,
        }
    }
}

/// Takes back what rows have granted.
async fn take_back(meta: &Meta, asking: Asking<'_>, todo: Vec<Stored>) -> Outcome<Vec<Stored>> {
    let told = todo.iter().map(|row| -> Outcome<ToUndo> {
        let reference = row.reference.clone().unwrap_or_default();
        Ok(ToUndo { owner: row.owner()?, reference, row: row.number })
    });
    let told = told.collect::<Outcome<Vec<_>>>()?;
    let op = |told: Vec<ToUndo>, partial| {
        let batch = match &meta.entry.mission {
            Some(mission) => Batch::UndoCompletions(mission.clone(), told),
            None => Batch::UndoOpenings(told.into_iter().map(|told| (told.owner, told.row)).collect()),
        };
        ShardOp::Import(Importing { import: meta.entry.id.clone(), dry: false, partial, batch })
    };
    let answers: Vec<Undone> = completions::each(asking, told, &op).await?;
    let note = |(row, undone): (Stored, Undone)| {
        let taken = match undone {
            Undone::Taken(taken) => taken,
            // What waited and is not there any more has gone with an answer that was lost, or with its address.
            _ if row.status == ImportRowStatus::Waiting => Taken { points: row.points, missing: 0 },
            _ => Taken { points: 0, missing: 0 },
        };
        let Taken { points, missing } = taken;
        Stored { status: ImportRowStatus::TakenBack, points, missing, ..row }
    };
    Ok(todo.into_iter().zip(answers).map(note).collect())
}

/// Whether no row has a fault or would be refused.
fn is_flawless(sql: &crate::platform::storage::Sql) -> Outcome<bool> {
    let counts = rows::totals(sql)?.counts;
    Ok(counts.faulty == 0 && counts.refused == 0)
}
