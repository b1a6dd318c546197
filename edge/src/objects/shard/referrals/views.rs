//! Invitations as they are read: by whoever invited, and by the merchant.

use fidela_protocol::Code;
use fidela_protocol::merchant::Page;
use fidela_protocol::referrals::{MyInvitation, MyInvitations, Referral};
use fidela_rules::referrals::ReferralState;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::Owner;
use super::super::accounts::Loaded;
use super::super::ops::Work;
use super::super::orders::word;
use super::friend;
use super::inviter::{left_today, link};
use super::record::{Kept, find};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// Which invitations are asked for, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// In this state.
    pub(crate) state: Option<ReferralState>,
    /// By this customer.
    pub(crate) inviter: Option<String>,
    /// Only those with signals.
    pub(crate) signals: bool,
    /// After this one: `{at_ms}.{id}`.
    pub(crate) after: Option<(i64, String)>,
    /// At most so many.
    pub(crate) limit: usize,
}

fn page(sql: &Sql, asked: &Asked) -> Outcome<Vec<Kept>> {
    let mut condition = "1".to_owned();
    let mut values = Vec::new();
    if let Some(inviter) = &asked.inviter {
        condition.push_str(" AND account = ?");
        values.push(Owner::Customer(inviter.clone()).key().into());
    }
    if let Some(state) = &asked.state {
        condition.push_str(" AND state = ?");
        values.push(word(state).into());
    }
    if asked.signals {
        condition.push_str(" AND json_array_length(json, '$.signals') > 0");
    }
    if let Some((at_ms, id)) = &asked.after {
        condition.push_str(" AND (at_ms < ? OR (at_ms = ? AND id < ?))");
        values.extend([(*at_ms).into(), (*at_ms).into(), id.as_str().into()]);
    }
    condition.push_str(" ORDER BY at_ms DESC, id DESC LIMIT ?");
    values.push(i64::try_from(asked.limit).unwrap_or(i64::MAX).into());
    find(sql, &condition, values)
}

/// A shard's part of `GET /v1/referrals`.
pub(in super::super) fn list(work: Work<'_>, asked: &Asked) -> Outcome<Reply> {
    let items = page(work.sql, asked)?.iter().map(Kept::shown).collect::<Outcome<Vec<Referral>>>()?;
    Reply::json(200, &Page { items, next: None })
}

/// `GET /v1/referrals/{id}`.
pub(in super::super) fn one(work: Work<'_>, id: &str) -> Outcome<Reply> {
    Reply::json(200, &super::record::by_id(work.sql, id)?.ok_or(Code::ReferralNotFound)?.shown()?)
}

/// `GET /v1/me/invitations`; its words are put in by the Worker in front.
pub(in super::super) fn mine(
    work: Work<'_>,
    customer: &str,
    network: Option<&str>,
    asked: Asked,
) -> Outcome<Reply> {
    let owner = Owner::Customer(customer.to_owned());
    let loaded = Loaded::load(work.sql, owner.clone())?;
    let program = &work.rules.program;
    let enabled = program.enabled && program.referrals.enabled && loaded.existed;
    let mut mine = MyInvitations { enabled, ..MyInvitations::default() };
    if enabled {
        let link = link(work, &owner, network)?;
        mine.code = link.code;
        mine.opened = link.opened;
        mine.left_today = left_today(work, &owner)?;
    }
    let limit = asked.limit;
    let asked = Asked { inviter: Some(customer.to_owned()), limit: limit.saturating_add(1), ..asked };
    let mut kept = page(work.sql, &asked)?;
    let more = kept.len() > limit;
    kept.truncate(limit);
    mine.next = kept.last().filter(|_| more).map(|last| format!("{}.{}", last.at_ms, last.id));
    mine.items = kept.iter().map(shown).collect::<Outcome<_>>()?;
    Reply::json(200, &mine)
}

fn shown(kept: &Kept) -> Outcome<MyInvitation> {
    Ok(MyInvitation {
        id: kept.id.clone(),
        name: kept.friends_name(),
        via: kept.record.via,
        at: kept.at()?,
        state: kept.record.standing.state,
        reason: kept.record.standing.reason,
        review_until: kept.record.review_until,
        text: String::new(),
        points: kept.record.inviter_points,
    })
}

/// Everything that is kept of an account's invitations, and of who invited it.
pub(in super::super) fn export(work: Work<'_>, owner: &Owner) -> Outcome<Value> {
    let sent = find(work.sql, "account = ? ORDER BY at_ms, id", vec![owner.key().into()])?;
    let sent: Vec<Value> = sent
        .iter()
        .map(|kept| {
            let record = serde_json::to_value(&kept.record).map_err(|error| broken("referral", error))?;
            Ok(json!({ "id": kept.id, "code": kept.code, "record": record }))
        })
        .collect::<Outcome<_>>()?;
    Ok(json!({ "sent": sent, "invited_by": friend::export(work.sql, owner)? }))
}
