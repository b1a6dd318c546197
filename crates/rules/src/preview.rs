//! What a draft of a program would do with an order or a cart (`POST /v1/program/preview`): nothing is written.

use crate::earn::{Applied, Award, AwardReason, Earner, Look, earn};
use crate::order::{Cart, Order};
use crate::program::Program;
use crate::quote::{Quote, Redeemer, Refusal, quote};
use crate::stamps::{CardLook, stamps};
use crate::trace::{Traced, trace};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// What a preview needs to know of a shopper, as the merchant supposes it.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Points that can be used.
    pub available: i64,
    /// Money spent before, minor units.
    pub spent: i64,
    /// Groups the shopper belongs to.
    pub groups: &'a [String],
}

/// What a program would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Preview {
    /// Points that the order would earn once it reaches a status that awards.
    pub points: i64,
    /// The programs that would give them.
    pub applied: Vec<Applied>,
    /// Why nothing would be earned at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<AwardReason>,
    /// Each program, and what would come of it.
    pub considered: Vec<Traced>,
    /// Each stamp card, and whether the order would stamp it.
    pub stamps: Vec<CardLook>,
    /// What points could pay of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// Why points could pay nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl Cart {
    /// The order that this cart would become.
    pub fn to_order(&self, id: &str, placed_at: Timestamp, status: &str) -> Order {
        Order {
            id: id.to_owned(),
            customer: None,
            currency: self.currency.clone(),
            placed_at,
            updated_at: None,
            status: status.to_owned(),
            channel: crate::order::Channel::default(),
            payment_method: crate::order::PaymentMethod::default(),
            prices_include_tax: self.prices_include_tax,
            lines: self.lines.clone(),
            shipping: self.shipping,
            discount_codes: self.discount_codes.clone(),
            redemption_id: None,
            reward_id: None,
            points_discount: crate::num::Given(0),
            refunded: None,
        }
    }
}

/// What a program would do with an order placed on a local day. An order that is not cancelled is looked at as if
/// it had reached the first status that awards: a merchant asks what it would earn, not whether it has arrived.
pub fn preview(program: &Program, order: &Order, facts: Facts<'_>, placed_on: Date) -> Preview {
    let mut order = order.clone();
    if let Some(status) = program.earning.award_statuses.first().filter(|_| !order.is_cancelled()) {
        order.status.clone_from(status);
    }
    let earner = Earner { groups: facts.groups, spent_before: facts.spent };
    let award = earn(program, &order, earner, placed_on, Look::First);
    let considered = trace(program, &order, earner, placed_on, &award);
    let redeemer = Redeemer { available: facts.available, groups: facts.groups };
    let quoted = quote(program, &order.basket(), redeemer, None);
    let Award { points, applied, reason, .. } = award;
    Preview {
        points,
        applied,
        reason,
        considered,
        stamps: stamps(program, &order, Look::First),
        refusal: quoted.as_ref().err().copied(),
        quote: quoted.ok(),
    }
}
