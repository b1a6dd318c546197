//! What a stamp card's reward takes off a cart (`rules.md`, *Stamp cards*), or the refusal that says what the
//! cart lacks.
//!
//! A reward and points may be used together: the reward first, points on what is left. So
//! [`RewardDiscount::left_of`] gives what a quote is taken on afterwards
//! ([`quote_measured`](crate::quote::quote_measured)).

use crate::num::{Given, OutOfRange, WHOLE_BPS, Wide};
use crate::order::{Basket, Cart, Line, Measured, Part};
use crate::program::{CardReward, Program, ShippingOff};
use crate::quote::{TaxPart, tax_parts};
use serde::Serialize;

/// Why a reward takes nothing off a cart. In this order: the first that holds is the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RewardRefusal {
    /// A number, given or computed, does not fit ±(2^53 − 1).
    AmountOutOfRange,
    /// The whole program is switched off.
    ProgramDisabled,
    /// The cart is in another currency than the store.
    CurrencyMismatch,
    /// The reward's product is not in the cart, or only as an extra of another.
    RewardProductNotInCart,
    /// The cart has no delivery yet.
    NoShipping,
    /// The product or the delivery costs nothing already, or so little that the share of it is nothing.
    NothingToRedeem,
}

impl RewardRefusal {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::ProgramDisabled => "program_disabled",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::RewardProductNotInCart => "reward_product_not_in_cart",
            Self::NoShipping => "no_shipping",
            Self::NothingToRedeem => "nothing_to_redeem",
        }
    }
}

impl From<OutOfRange> for RewardRefusal {
    fn from(_: OutOfRange) -> Self {
        Self::AmountOutOfRange
    }
}

/// What a reward takes off a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RewardDiscount {
    /// Gross, minor units.
    pub discount: i64,
    /// The discount by tax rate: one rate, that of the line or of the delivery.
    pub tax: Vec<TaxPart>,
    /// Id of the line it is taken off; none for delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Place of that part in the basket, lines first, shipping last.
    #[serde(skip)]
    part: usize,
}

impl RewardDiscount {
    /// What is left of the basket that the reward was decided on: the same parts, one of them smaller. Points
    /// are quoted on that.
    pub fn left_of(&self, mut measured: Measured) -> Result<Measured, OutOfRange> {
        let lines = measured.lines.len();
        let part = measured.lines.get_mut(self.part).or(measured.shipping.as_mut());
        let Some(part) = part else { return Ok(measured) };
        let gross = Wide::of(part.gross) - self.discount.into();
        let rate = Wide::of(part.tax_bps);
        let tax = (gross * rate).div_half_up(Wide::of(WHOLE_BPS) + rate);
        part.gross = gross.fit()?;
        part.net = (gross - tax).fit()?;
        part.refunded = part.refunded.min(part.gross);
        if self.part < lines {
            measured.items = (Wide::of(measured.items) - self.discount.into()).fit()?;
        }
        measured.value = (Wide::of(measured.value) - self.discount.into()).fit()?;
        Ok(measured)
    }
}

impl CardReward {
    /// Whether it takes the whole price off.
    pub const fn is_free(&self) -> bool {
        matches!(
            self,
            Self::Product { bps: WHOLE_BPS, .. } | Self::Shipping { off: ShippingOff::Bps(WHOLE_BPS) }
        )
    }
}

/// What a reward takes off a cart, with its tax: see [`taken_off`].
pub fn reward(
    program: &Program,
    reward: &CardReward,
    basket: &Basket<'_>,
) -> Result<RewardDiscount, RewardRefusal> {
    let measured = basket.measure()?;
    let TakenOff { part, discount } = taken_off(program, reward, basket, &measured)?;
    let line = basket.lines.get(part).map(|line| line.id.clone());
    let shares: Vec<i64> =
        measured.parts().enumerate().map(|(place, _)| if place == part { discount } else { 0 }).collect();
    let tax = tax_parts(program.redemption.tax_on_discount, &measured, &shares)?;
    Ok(RewardDiscount { discount, tax, line, part })
}

/// A discount on one part of a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOff {
    /// Place of the part: lines first, shipping last.
    pub part: usize,
    /// Gross, minor units.
    pub discount: i64,
}

impl TakenOff {
    /// The cart as its order will tell it: the reward is the line's discount, or the delivery's. With prices that
    /// include tax this is exactly what [`RewardDiscount::left_of`] leaves; without, the discount is taken apart, and
    /// the rounding of the tax may differ by one minor unit.
    pub fn apply(self, cart: &mut Cart) {
        let line = cart.lines.get_mut(self.part).map(|line| (&mut line.discount, line.tax_bps));
        let delivery = cart.shipping.as_mut().map(|delivery| (&mut delivery.discount, delivery.tax_bps));
        let Some((to, tax_bps)) = line.or(delivery) else { return };
        let gross = Wide::of(self.discount);
        let discount = if cart.prices_include_tax {
            gross
        } else {
            let whole = Wide::of(WHOLE_BPS);
            (gross * whole).div_half_up(whole + tax_bps.0.into())
        };
        // What no number can hold is refused by whoever measures the cart.
        to.0 = (Wide::of(to.0) + discount).fit().unwrap_or(to.0);
    }
}

/// What a reward takes off a cart. Product: `bps` of one unit, after the line's own discount, half up; of
/// several lines with the product the one whose unit costs most, because the shopper could have bought that
/// one alone. Delivery: a share, half up, or an amount; never more than its gross.
pub fn taken_off(
    program: &Program,
    reward: &CardReward,
    basket: &Basket<'_>,
    measured: &Measured,
) -> Result<TakenOff, RewardRefusal> {
    if !program.enabled {
        return Err(RewardRefusal::ProgramDisabled);
    }
    if basket.currency != program.currency {
        return Err(RewardRefusal::CurrencyMismatch);
    }
    let (part, discount) = match reward {
        CardReward::Product { product_id, bps } => {
            let (place, line, part) = dearest(product_id, basket, measured)?;
            let units = Wide::of(line.quantity.0) * WHOLE_BPS.into();
            (place, (Wide::of(part.gross) * Wide::of(*bps)).div_half_up(units))
        }
        CardReward::Shipping { off } => {
            let part = measured.shipping.as_ref().ok_or(RewardRefusal::NoShipping)?;
            let gross = Wide::of(part.gross);
            let discount = match off {
                ShippingOff::Bps(bps) => (gross * Wide::of(*bps)).div_half_up(WHOLE_BPS.into()),
                ShippingOff::Amount(minor) => Wide::of(*minor).min(gross),
            };
            (measured.lines.len(), discount)
        }
    };
    if discount <= Wide::ZERO {
        return Err(RewardRefusal::NothingToRedeem);
    }
    Ok(TakenOff { part, discount: discount.fit()? })
}

/// The line of the product whose unit costs most, the earlier of equals. An extra of another line is no
/// product of its own.
fn dearest<'b>(
    product_id: &str,
    basket: &Basket<'b>,
    measured: &'b Measured,
) -> Result<(usize, &'b Line, &'b Part), RewardRefusal> {
    let lines = basket.lines.iter().zip(&measured.lines).enumerate();
    lines
        .map(|(place, (line, part))| (place, line, part))
        .filter(|(_, line, _)| {
            line.product_id == product_id && line.extra_of.is_none() && line.quantity > Given(0)
        })
        // a/n < b/m exactly for a·m < b·n: no unit's price is rounded before it is compared.
        .reduce(|best, next| {
            let dearer = Wide::of(next.2.gross) * best.1.quantity.0.into()
                > Wide::of(best.2.gross) * next.1.quantity.0.into();
            if dearer { next } else { best }
        })
        .ok_or(RewardRefusal::RewardProductNotInCart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What a page quotes on is what the edge quotes on.
    #[test]
    fn a_cart_without_the_reward_is_what_is_left_of_it() {
        let program: Program = serde_json::from_value(json!({
            "currency": "RON", "timezone": "UTC", "points": { "value": { "points": 1, "minor": 100 } },
        }))
        .unwrap();
        let rewards = [
            CardReward::Product { product_id: "p".to_owned(), bps: 3_333 },
            CardReward::Product { product_id: "p".to_owned(), bps: WHOLE_BPS },
            CardReward::Shipping { off: ShippingOff::Bps(5_000) },
            CardReward::Shipping { off: ShippingOff::Amount(701) },
        ];
        for include_tax in [true, false] {
            let cart: Cart = serde_json::from_value(json!({
                "currency": "RON", "prices_include_tax": include_tax,
                "lines": [
                    { "id": "1", "product_id": "p", "quantity": 3, "unit_price": 1_999, "discount": 100, "tax_bps": 1_900 },
                    { "id": "2", "product_id": "q", "quantity": 1, "unit_price": 5_000, "tax_bps": 900 },
                ],
                "shipping": { "price": 1_501, "tax_bps": 1_900 },
            }))
            .unwrap();
            for terms in &rewards {
                let measured = cart.basket().measure().unwrap();
                let exact = reward(&program, terms, &cart.basket()).unwrap();
                let mut without = cart.clone();
                taken_off(&program, terms, &cart.basket(), &measured).unwrap().apply(&mut without);
                let (left, told) = (exact.left_of(measured).unwrap(), without.basket().measure().unwrap());
                if include_tax {
                    assert_eq!(told, left, "{terms:?}");
                } else {
                    assert!(told.value.abs_diff(left.value) <= 1, "{terms:?}: {} {}", told.value, left.value);
                }
            }
        }
    }
}
