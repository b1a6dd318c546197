//! A store's plan, and the quota of grants that its shards borrow from.
//!
//! Blocks are small against what is left, and single towards the end, so that little of the quota lies unused
//! somewhere. When it is lent out, the Worker in front asks all shards to give back what they do not use, and only
//! then is a grant refused: exactly at the limit, and never beyond it.

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::plan::{Allowance, Exceeded, Plan};
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use serde::Deserialize;

use super::ops::{bump, save, settings};
use crate::failure::{Failure, Outcome};
use crate::objects::Reply;
use crate::objects::shard::Lent;
use crate::platform::storage::Sql;

/// What was lent to each shard.
pub(super) const LENT: &str = "CREATE TABLE lent (month TEXT NOT NULL, shard INTEGER NOT NULL, total INTEGER NOT NULL, used INTEGER NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY (month, shard)) WITHOUT ROWID";

/// Grants lent at once, at most: a shard then asks once for a hundred.
const BLOCK: u32 = 100;

/// `PUT /v1/stores/{store}/plan`. What is there already keeps working, whatever the plan says.
pub(super) fn set(sql: &Sql, plan: Plan) -> Outcome<Reply> {
    let mut settings = settings(sql)?;
    if settings.plan.as_ref() != Some(&plan) {
        settings.plan = Some(plan);
        save(sql, &settings)?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

/// Refuses a program that adds what the plan does not allow.
pub(super) fn check(plan: Option<&Plan>, old: Option<&Program>, new: &Program) -> Outcome<()> {
    Allowance::of(plan).check(old, new).map_err(exceeded)
}

fn exceeded(Exceeded { what, limit, actual }: Exceeded) -> Failure {
    let path = if what == "custom_missions" { "missions" } else { what };
    let fault = FieldFault {
        path: path.to_owned(),
        code: "plan_limit_reached".to_owned(),
        min: None,
        max: Some(limit.into()),
    };
    let problem = Problem::new(Code::PlanLimitReached).with("what", what).with("limit", limit);
    problem.with("actual", actual).faults(vec![fault]).into()
}

#[derive(Deserialize)]
struct Row {
    shard: u16,
    total: u32,
    used: u32,
    turn: u32,
}

/// Lends a shard, which has too few for what it is asked, some more of the month's grants.
pub(super) fn lend(sql: &Sql, shard: u16, asked: &Lent) -> Outcome<Reply> {
    let settings = settings(sql)?;
    let month = asked.month.as_str();
    let rows: Vec<Row> =
        sql.rows("SELECT shard, total, used, turn FROM lent WHERE month = ?", vec![month.into()])?;
    let own = rows.iter().find(|row| row.shard == shard);
    let turn = own.map_or(0, |own| own.turn);
    // Asked after the newest answer: it has what it says. Otherwise another one is on its way there.
    let has = asked.used.saturating_add(asked.unused);
    let (kept, used) = match own {
        Some(own) if own.turn == asked.turn => (has, asked.used),
        Some(own) => (own.total.max(has), own.used),
        None => (has, asked.used),
    };
    let others = rows.iter().filter(|row| row.shard != shard);
    let lent = others.clone().fold(kept, |sum, row| sum.saturating_add(row.total));
    let unused = others
        .fold(kept.saturating_sub(used), |sum, row| sum.saturating_add(row.total.saturating_sub(row.used)));
    let block = match Allowance::of(settings.plan.as_ref()).quotas.grants_per_month {
        None => BLOCK,
        Some(limit) => {
            let left = limit.saturating_sub(lent);
            if left == 0 {
                let problem = Problem::new(Code::PlanLimitReached).with("what", "grants_per_month");
                let problem = problem.with("limit", limit).with("actual", lent);
                return Err(if unused > 0 { problem.with("lent_unused", unused) } else { problem }.into());
            }
            let fair = left.checked_div(u32::from(settings.shards).saturating_mul(2)).unwrap_or(0);
            fair.clamp(1, BLOCK).min(left)
        }
    };
    let lent = Lent { month: month.to_owned(), unused: block, used, turn: turn.saturating_add(1) };
    write(sql, shard, &lent, kept.saturating_add(block))?;
    Reply::json(200, &lent)
}

fn write(sql: &Sql, shard: u16, lent: &Lent, total: u32) -> Outcome<()> {
    sql.run("DELETE FROM lent WHERE month < ?", vec![lent.month.as_str().into()])?;
    let number = |number: u32| i64::from(number).into();
    let values = vec![
        lent.month.as_str().into(),
        i64::from(shard).into(),
        number(total),
        number(lent.used),
        number(lent.turn),
    ];
    sql.run("INSERT OR REPLACE INTO lent VALUES (?, ?, ?, ?, ?)", values)
}

/// Takes back what shards do not use. One that has borrowed again meanwhile keeps what it has.
pub(super) fn take_back(sql: &Sql, given_back: Vec<(u16, Lent)>) -> Outcome<Reply> {
    for (shard, lent) in given_back {
        let values = vec![lent.month.as_str().into(), i64::from(shard).into()];
        let row: Option<Row> =
            sql.first("SELECT shard, total, used, turn FROM lent WHERE month = ? AND shard = ?", values)?;
        if row.is_some_and(|row| row.turn == lent.turn) {
            write(sql, shard, &lent, lent.used)?;
        }
    }
    Ok(Reply::empty(204))
}
