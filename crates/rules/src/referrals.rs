//! Invitations: what an order of an invited friend is worth to them, and how one comes to its end (`rules.md`,
//! *Referrals*).
//!
//! An invitation goes from *sent* or *shared* over *opened*, *registered* and *ordered* to *in review*, and ends
//! *rewarded* or *refused*. What its friend's order is now decides, not the way there: an order that is called off in
//! review ends the invitation, and another one that qualifies takes it up again.

use crate::earn::left;
use crate::num::Wide;
use crate::order::Order;
use crate::program::Program;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// What was promised when the friend registered: later changes of the program change nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReferralTerms {
    /// For the inviter.
    pub inviter_points: i64,
    /// For the friend.
    pub invitee_points: i64,
    /// Smallest order that counts, minor units.
    pub order_min: i64,
    /// Local days between the award of the order and the points.
    pub review_days: i64,
    /// The most rewards of one inviter in a calendar month.
    pub max_per_month: Option<i64>,
}

/// How far an invitation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReferralState {
    /// The friend was written to.
    Sent,
    /// The friend went on from the invitation's page to the shop.
    Opened,
    /// The friend has an account.
    Registered,
    /// The friend has placed an order that does not count yet.
    Ordered,
    /// An order counts; points come when it still does at the end.
    InReview,
    /// The points were given.
    Rewarded,
    /// It gives nothing.
    Refused,
    /// Nobody came in time.
    Expired,
}

/// Why an invitation gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReferralRefusal {
    /// The friend is the inviter.
    SelfReferral,
    /// The friend was a customer before.
    AlreadyCustomer,
    /// Somebody else invited the friend before.
    AlreadyReferred,
    /// The inviter has been rewarded as often as they may be in a month.
    LimitReached,
    /// The order was called off, or what is left of it is too little.
    OrderCancelled,
    /// The merchant has said no.
    RefusedByMerchant,
}

impl ReferralRefusal {
    /// The stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SelfReferral => "self_referral",
            Self::AlreadyCustomer => "already_customer",
            Self::AlreadyReferred => "already_referred",
            Self::LimitReached => "limit_reached",
            Self::OrderCancelled => "order_cancelled",
            Self::RefusedByMerchant => "refused_by_merchant",
        }
    }

    /// Whether another order of the friend's takes the invitation up again.
    pub const fn may_change(self) -> bool {
        matches!(self, Self::OrderCancelled)
    }
}

/// What is known of the friend's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FriendOrders {
    /// There is none, or none that stands.
    None,
    /// One was placed; it has not been awarded, or is too small.
    Placed,
    /// One counts, awarded on this local day.
    Counts {
        /// The day.
        on: Date,
    },
}

/// An invitation's state, with the reason where it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How far it has come.
    pub state: ReferralState,
    /// Why it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReferralRefusal>,
}

impl Standing {
    /// One that nothing stands against.
    pub const fn of(state: ReferralState) -> Self {
        Self { state, reason: None }
    }

    /// One that gives nothing.
    pub const fn refused(reason: ReferralRefusal) -> Self {
        Self { state: ReferralState::Refused, reason: Some(reason) }
    }

    /// Whether nothing can happen to it any more.
    pub fn has_ended(self) -> bool {
        matches!(self.state, ReferralState::Rewarded | ReferralState::Expired)
            || self.reason.is_some_and(|reason| !reason.may_change())
    }

    /// The friend went on to the shop.
    pub fn opened(self) -> Self {
        if self.state == ReferralState::Sent { Self::of(ReferralState::Opened) } else { self }
    }

    /// What the friend's orders make of it, once the friend has registered.
    pub fn with_orders(self, orders: FriendOrders) -> Self {
        if self.has_ended() {
            return self;
        }
        match (orders, self.state) {
            (FriendOrders::Counts { .. }, _) => Self::of(ReferralState::InReview),
            (_, ReferralState::InReview | ReferralState::Refused) => {
                Self::refused(ReferralRefusal::OrderCancelled)
            }
            (FriendOrders::Placed, _) => Self::of(ReferralState::Ordered),
            (FriendOrders::None, _) => Self::of(ReferralState::Registered),
        }
    }

    /// What the end of the review makes of it: whether the order still counts, and how often the inviter has been
    /// rewarded in the calendar month.
    pub fn settled(self, counts: bool, rewarded_in_month: i64, terms: &ReferralTerms) -> Self {
        if self.state != ReferralState::InReview {
            self
        } else if !counts {
            Self::refused(ReferralRefusal::OrderCancelled)
        } else if terms.max_per_month.is_some_and(|most| rewarded_in_month >= most) {
            Self::refused(ReferralRefusal::LimitReached)
        } else {
            Self::of(ReferralState::Rewarded)
        }
    }
}

impl ReferralTerms {
    /// What a program promises now.
    pub const fn of(program: &Program) -> Self {
        let referrals = &program.referrals;
        Self {
            inviter_points: referrals.inviter_points,
            invitee_points: referrals.invitee_points,
            order_min: referrals.order_min,
            review_days: referrals.review_days,
            max_per_month: referrals.max_per_month,
        }
    }

    /// The local day on which the review of an order ends that was awarded on another, at its first instant; with at
    /// least so many days of review.
    pub fn review_until(&self, awarded_on: Date, at_least_days: i64) -> Date {
        let days = self.review_days.max(at_least_days);
        let span = Span::new().try_days(days).unwrap_or_else(|_| 0.days());
        awarded_on.checked_add(span).unwrap_or(Date::MAX)
    }
}

/// Whether an order that has been awarded counts for its buyer's inviter: it was not called off, not wholly refunded,
/// and enough of it is left.
pub fn counts(program: &Program, order: &Order, order_min: i64) -> bool {
    let Ok(measured) = order.measure() else { return false };
    order.currency == program.currency
        && !order.is_cancelled()
        && !order.is_wholly_refunded(&measured)
        && left(program, order, &measured) >= Wide::of(order_min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TERMS: ReferralTerms = ReferralTerms {
        inviter_points: 100,
        invitee_points: 50,
        order_min: 0,
        review_days: 14,
        max_per_month: Some(2),
    };
    const COUNTS: FriendOrders = FriendOrders::Counts { on: date(2026, 3, 10) };

    // S3.13
    #[test]
    fn an_invitation_goes_its_way() {
        let sent = Standing::of(ReferralState::Sent);
        assert_eq!(sent.opened().state, ReferralState::Opened);
        let registered = sent.opened().with_orders(FriendOrders::None);
        assert_eq!(registered.state, ReferralState::Registered);
        assert_eq!(registered.opened(), registered);
        let ordered = registered.with_orders(FriendOrders::Placed);
        assert_eq!(ordered.state, ReferralState::Ordered);
        assert_eq!(ordered.with_orders(FriendOrders::None).state, ReferralState::Registered);
        let in_review = ordered.with_orders(COUNTS);
        assert_eq!(in_review.state, ReferralState::InReview);
        assert_eq!(in_review.settled(true, 1, &TERMS).state, ReferralState::Rewarded);
        assert_eq!(in_review.settled(true, 2, &TERMS), Standing::refused(ReferralRefusal::LimitReached));
        assert_eq!(in_review.settled(false, 0, &TERMS), Standing::refused(ReferralRefusal::OrderCancelled));
        assert_eq!(ordered.settled(true, 0, &TERMS), ordered);
    }

    #[test]
    fn another_order_takes_up_what_a_cancelled_one_ended_and_nothing_else_changes_an_end() {
        let in_review = Standing::of(ReferralState::InReview);
        let cancelled = in_review.with_orders(FriendOrders::None);
        assert_eq!(cancelled, Standing::refused(ReferralRefusal::OrderCancelled));
        assert_eq!(cancelled.with_orders(FriendOrders::Placed), cancelled);
        assert_eq!(cancelled.with_orders(COUNTS), in_review);
        let ends = [
            ReferralRefusal::SelfReferral,
            ReferralRefusal::AlreadyCustomer,
            ReferralRefusal::AlreadyReferred,
            ReferralRefusal::LimitReached,
            ReferralRefusal::RefusedByMerchant,
        ];
        let others = [ReferralState::Rewarded, ReferralState::Expired].map(Standing::of);
        for end in ends.map(Standing::refused).into_iter().chain(others) {
            assert!(end.has_ended());
            assert_eq!(end.with_orders(COUNTS), end);
            assert_eq!(end.opened(), end);
            assert_eq!(end.settled(false, 9, &TERMS), end);
        }
    }

    #[test]
    fn a_review_ends_at_a_local_midnight() {
        assert_eq!(TERMS.review_until(date(2026, 2, 20), 0), date(2026, 3, 6));
        let none = ReferralTerms { review_days: 0, ..TERMS };
        assert_eq!(none.review_until(date(2026, 2, 20), 0), date(2026, 2, 20));
        assert_eq!(none.review_until(date(2026, 2, 20), 7), date(2026, 2, 27));
        assert_eq!(TERMS.review_until(Date::MAX, 0), Date::MAX);
    }
}
