//! An invitation as it is kept with whoever invited.

use fidela_protocol::referrals::{Friend, InvitedBy, NotSent, Referral, ReferralStep, Signal};
use fidela_rules::referrals::{FriendOrders, ReferralState, ReferralTerms, Standing};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::super::ops::Work;
use super::super::{Owner, sums};
use crate::failure::{Outcome, broken};
use crate::platform::storage::Sql;
use crate::{ids, limits};

/// An invitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) via: InvitedBy,
    #[serde(flatten)]
    pub(super) standing: Standing,
    /// Whom a letter was written to; forgotten when nobody needs it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) friend: Option<Friend>,
    /// The first name of a friend who came by the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Until when it can be taken up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) not_sent: Option<NotSent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) signals: Vec<Signal>,
    /// Tag of the friend's network; forgotten with the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) network: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) terms: Option<ReferralTerms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) review_until: Option<Date>,
    /// Whether the friend's shard was asked to settle it.
    #[serde(default)]
    pub(super) settling: bool,
    /// The newest of the friend's news.
    #[serde(default)]
    pub(super) seq: u64,
    #[serde(default)]
    pub(super) inviter_points: i64,
    #[serde(default)]
    pub(super) friend_points: i64,
    pub(super) steps: Vec<ReferralStep>,
}

/// An invitation with what it is found by.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) inviter: Owner,
    pub(super) friend: Option<String>,
    pub(super) code: String,
    pub(super) at_ms: i64,
    pub(super) rewarded_ms: Option<i64>,
    pub(super) due_ms: Option<i64>,
    pub(super) record: Record,
    /// States that it came to for the first time and that are not written down yet.
    pub(super) reached: Vec<(Timestamp, ReferralState)>,
}

#[derive(Deserialize)]
pub(super) struct Row {
    id: String,
    account: String,
    friend: Option<String>,
    code: String,
    at_ms: i64,
    rewarded_ms: Option<i64>,
    due_ms: Option<i64>,
    json: String,
}

/// What a [`Row`] is read from.
pub(super) const COLUMNS: &str = "id, account, friend, code, at_ms, rewarded_ms, due_ms, json";

impl Row {
    pub(super) fn kept(self) -> Outcome<Kept> {
        let Self { id, account, friend, code, at_ms, rewarded_ms, due_ms, json } = self;
        let inviter = Owner::of_key(&account).ok_or_else(|| broken("a referral's account", &account))?;
        let record = serde_json::from_str(&json).map_err(|error| broken("referral", error))?;
        Ok(Kept { id, inviter, friend, code, at_ms, rewarded_ms, due_ms, record, reached: Vec::new() })
    }
}

/// Invitations that a condition names.
pub(super) fn find(sql: &Sql, condition: &str, values: Vec<worker::SqlStorageValue>) -> Outcome<Vec<Kept>> {
    let rows: Vec<Row> = sql.rows(&format!("SELECT {COLUMNS} FROM referral WHERE {condition}"), values)?;
    rows.into_iter().map(Row::kept).collect()
}

/// One by its id.
pub(super) fn by_id(sql: &Sql, id: &str) -> Outcome<Option<Kept>> {
    Ok(find(sql, "id = ?", vec![id.into()])?.pop())
}

impl Kept {
    /// A new one.
    pub(super) fn new(work: Work<'_>, inviter: &Owner, via: InvitedBy, code: &str) -> Outcome<Self> {
        let record = Record {
            via,
            standing: Standing::of(match via {
                InvitedBy::Email => ReferralState::Sent,
                InvitedBy::Link => ReferralState::Opened,
            }),
            friend: None,
            name: None,
            until: None,
            not_sent: None,
            signals: Vec::new(),
            network: None,
            terms: None,
            order: None,
            review_until: None,
            settling: false,
            seq: 0,
            inviter_points: 0,
            friend_points: 0,
            steps: Vec::new(),
        };
        Ok(Self {
            id: ids::new_referral_id(&work.home.store, work.home.shard)?,
            inviter: inviter.clone(),
            friend: None,
            code: code.to_owned(),
            at_ms: work.now.as_millisecond(),
            rewarded_ms: None,
            due_ms: None,
            record,
            reached: Vec::new(),
        })
    }

    pub(super) fn at(&self) -> Outcome<Timestamp> {
        Timestamp::from_millisecond(self.at_ms).map_err(|error| broken("a referral's time", error))
    }

    /// Whether a friend has registered by it.
    pub(super) const fn has_friend(&self) -> bool {
        self.record.terms.is_some()
    }

    /// It has come to this, which is written down with who decided it.
    pub(super) fn come_to(
        &mut self,
        standing: Standing,
        at: Timestamp,
        by: Option<String>,
        note: Option<String>,
    ) {
        let record = &mut self.record;
        if record.standing == standing && !record.steps.is_empty() {
            return;
        }
        record.standing = standing;
        let Standing { state, reason } = standing;
        if record.steps.iter().all(|step| step.state != state) {
            self.reached.push((at, state));
        }
        record.steps.push(ReferralStep { at, state, reason, by, who: None, note });
        // An order that comes and goes for ever is told by its newest steps.
        while record.steps.len() > limits::REFERRAL_STEPS {
            record.steps.remove(1);
        }
    }

    /// Writes it down.
    pub(super) fn save(&mut self, work: Work<'_>) -> Outcome<()> {
        sums::of_states(work, &self.inviter, &std::mem::take(&mut self.reached))?;
        let json = serde_json::to_string(&self.record).map_err(|error| broken("referral", error))?;
        let state = super::super::orders::word(&self.record.standing.state);
        work.sql.run(
            "INSERT OR REPLACE INTO referral (id, account, friend, code, state, at_ms, rewarded_ms, due_ms, json)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                self.id.as_str().into(),
                self.inviter.key().into(),
                self.friend.clone().into(),
                self.code.as_str().into(),
                state.into(),
                self.at_ms.into(),
                self.rewarded_ms.into(),
                self.due_ms.into(),
                json.into(),
            ],
        )
    }

    /// What is due for nobody but the friend's privacy: when the name is forgotten.
    pub(super) fn forget_after(&mut self, from: Timestamp) {
        if self.record.standing.has_ended() {
            let at = from.checked_add((24 * limits::FRIEND_KEPT_DAYS).hours()).ok();
            self.due_ms = at.map(Timestamp::as_millisecond);
        }
    }

    /// The friend, as the inviter sees them.
    pub(super) fn friends_name(&self) -> Option<String> {
        let Some(friend) = &self.record.friend else { return self.record.name.clone() };
        let initial = friend.last_name.chars().next().map(|letter| format!(" {letter}."));
        Some(format!("{}{}", friend.first_name, initial.unwrap_or_default()))
    }

    /// As the merchant sees it.
    pub(super) fn shown(&self) -> Outcome<Referral> {
        let Record { via, standing, not_sent, signals, terms, order, review_until, steps, .. } =
            self.record.clone();
        let inviter_id = match &self.inviter {
            Owner::Customer(id) | Owner::Guest(id) => id.clone(),
        };
        Ok(Referral {
            id: self.id.clone(),
            inviter_id,
            friend_id: self.friend.clone(),
            via,
            state: standing.state,
            reason: standing.reason,
            not_sent,
            signals,
            terms,
            order_id: order,
            review_until,
            at: self.at()?,
            inviter_points: self.record.inviter_points,
            friend_points: self.record.friend_points,
            steps,
        })
    }

    /// What the friend's orders make of it, and when that is looked at again.
    pub(super) fn with_orders(&mut self, work: Work<'_>, orders: FriendOrders, at: Timestamp) {
        let standing = self.record.standing.with_orders(orders);
        let until = match (orders, self.record.terms, standing.state) {
            (FriendOrders::Counts { on }, Some(terms), ReferralState::InReview) => {
                let least = if self.record.signals.is_empty() { 0 } else { limits::SUSPECT_REVIEW_DAYS };
                Some(terms.review_until(on, least))
            }
            _ => None,
        };
        self.come_to(standing, at, None, None);
        if standing.state == ReferralState::Refused {
            self.record.settling = false;
        }
        self.record.review_until = until.or(self.record.review_until);
        let ends = until.and_then(|day| fidela_ledger::start_of_day(day, &work.rules.zone));
        self.due_ms = ends.map(Timestamp::as_millisecond).filter(|_| !self.record.settling);
    }
}
