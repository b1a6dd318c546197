//! What points may pay of a cart (`rules.md`, *Quote*): the discount and its tax, or the refusal that says
//! what is missing.

use crate::earn::in_groups;
use crate::num::{OutOfRange, WHOLE_BPS, Wide};
use crate::order::{Basket, Measured, Part};
use crate::program::{Condition, PercentOf, Program, RedemptionRules};
use serde::{Deserialize, Serialize};

/// What a quote needs to know of the shopper.
#[derive(Debug, Clone, Copy)]
pub struct Redeemer<'a> {
    /// Points that can be used now; below zero where some are owed.
    pub available: i64,
    /// Groups the shopper belongs to.
    pub groups: &'a [String],
}

/// Why nothing may be redeemed. In this order: the first that holds is the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// Fewer than no points were asked for.
    InvalidPoints,
    /// A number, given or computed, does not fit ±(2^53 − 1).
    AmountOutOfRange,
    /// The whole program is switched off.
    ProgramDisabled,
    /// Points cannot be used in this store.
    RedemptionDisabled,
    /// The cart is in another currency than the store.
    CurrencyMismatch,
    /// Points are for other groups of customers.
    GroupNotEligible,
    /// The order value is too small, minor units.
    OrderBelowMinimum {
        /// The smallest.
        required: i64,
        /// This order's.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
    /// The order value is too large, minor units.
    OrderAboveMaximum {
        /// The largest.
        limit: i64,
        /// This order's.
        actual: i64,
    },
    /// Nothing in the cart can be paid with points.
    NoEligibleItems,
    /// The balance is too small.
    InsufficientPoints {
        /// The fewest points of one redemption.
        required: i64,
        /// The balance.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
    /// What was asked for, or what the limits leave, buys nothing.
    NothingToRedeem,
    /// What the limits leave is less than one redemption must have.
    BelowMinimumPoints {
        /// The fewest points of one redemption.
        required: i64,
        /// What is left.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidPoints => "invalid_points",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::ProgramDisabled => "program_disabled",
            Self::RedemptionDisabled => "redemption_disabled",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::GroupNotEligible => "group_not_eligible",
            Self::OrderBelowMinimum { .. } => "order_below_minimum",
            Self::OrderAboveMaximum { .. } => "order_above_maximum",
            Self::NoEligibleItems => "no_eligible_items",
            Self::InsufficientPoints { .. } => "insufficient_points",
            Self::NothingToRedeem => "nothing_to_redeem",
            Self::BelowMinimumPoints { .. } => "below_minimum_points",
        }
    }
}

impl From<OutOfRange> for Refusal {
    fn from(_: OutOfRange) -> Self {
        Self::AmountOutOfRange
    }
}

/// What of a discount falls on one tax rate, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TaxPart {
    /// The rate.
    pub tax_bps: i64,
    /// Its share of the discount.
    pub gross: i64,
    /// The tax within that share; 0 where the merchant keeps tax out of the discount.
    pub tax: i64,
}

/// A limit that kept a quote from being larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "limit", rename_all = "snake_case")]
pub enum Bound {
    /// The shopper asked for no more.
    Requested,
    /// The balance.
    Balance,
    /// So many points on one order.
    MaxPoints {
        /// The most.
        points: i64,
    },
    /// A share of the order.
    Share {
        /// The share.
        bps: i64,
        /// Of what.
        percent_of: PercentOf,
        /// That is, minor units.
        minor: i64,
    },
    /// The largest discount.
    MaxDiscount {
        /// Minor units.
        minor: i64,
    },
    /// What points may pay at all.
    Eligible {
        /// Minor units.
        minor: i64,
    },
}

/// What points may pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quote {
    /// Points to use.
    pub points: i64,
    /// What they take off, gross, minor units.
    pub discount: i64,
    /// The discount by tax rate, ascending.
    pub tax: Vec<TaxPart>,
    /// The limits that kept it from being larger.
    pub bounds: Vec<Bound>,
}

/// What a cart's points may pay. `requested` none means as many as possible.
pub fn quote(
    program: &Program,
    basket: &Basket<'_>,
    redeemer: Redeemer<'_>,
    requested: Option<i64>,
) -> Result<Quote, Refusal> {
    quote_measured(program, basket, basket.measure(), redeemer, requested)
}

/// The same for a cart that has been measured: what a reward leaves of it is
/// [`RewardDiscount::left_of`](crate::reward::RewardDiscount::left_of) (`rules.md`, *Stamp cards*: the reward
/// first, points on what is left).
pub fn quote_measured(
    program: &Program,
    basket: &Basket<'_>,
    measured: Result<Measured, OutOfRange>,
    redeemer: Redeemer<'_>,
    requested: Option<i64>,
) -> Result<Quote, Refusal> {
    if requested.is_some_and(|points| points < 0) {
        return Err(Refusal::InvalidPoints);
    }
    let rules = &program.redemption;
    let measured = measured?;
    let available = Wide::of(redeemer.available);
    available.fit()?;
    let requested = requested.map(Wide::of);
    requested.map_or(Ok(0), Wide::fit)?;
    if !program.enabled {
        return Err(Refusal::ProgramDisabled);
    }
    if !rules.enabled {
        return Err(Refusal::RedemptionDisabled);
    }
    if basket.currency != program.currency {
        return Err(Refusal::CurrencyMismatch);
    }
    if !in_groups(&rules.groups, redeemer.groups) {
        return Err(Refusal::GroupNotEligible);
    }
    let actual = measured.value;
    if let Some(required) = rules.order_min.filter(|min| actual < *min) {
        let missing = (Wide::of(required) - actual.into()).fit()?;
        return Err(Refusal::OrderBelowMinimum { required, actual, missing });
    }
    if let Some(limit) = rules.order_max.filter(|max| actual > *max) {
        return Err(Refusal::OrderAboveMaximum { limit, actual });
    }
    let gross = eligible_gross(rules, basket, &measured);
    let eligible: Wide = gross.iter().copied().sum();
    if eligible == Wide::ZERO {
        return Err(Refusal::NoEligibleItems);
    }
    let required = program.required_points();
    let lacking = |actual: Wide| -> Result<(i64, i64, i64), OutOfRange> {
        Ok((required.fit()?, actual.fit()?, (required - actual).fit()?))
    };
    if available < required {
        let (required, actual, missing) = lacking(available)?;
        return Err(Refusal::InsufficientPoints { required, actual, missing });
    }

    let limits = Limits::of(rules, &measured, eligible);
    let value = program.points.value;
    let step = Wide::of(rules.step);
    // value(p) ≤ cap exactly for p·M < (cap + 1)·P.
    let affordable =
        ((limits.cap + Wide::ONE) * value.points.into() - Wide::ONE).div_floor(value.minor.into());
    let asked = [Some(available), requested, rules.max_points.map(Wide::of)];
    let most = asked.into_iter().flatten().fold(affordable, Wide::min);
    let points = most.down_to_step(step);
    let discount = value.value_of(points);
    if discount == Wide::ZERO {
        return Err(Refusal::NothingToRedeem);
    }
    if points < required {
        let (required, actual, missing) = lacking(points)?;
        return Err(Refusal::BelowMinimumPoints { required, actual, missing });
    }
    // Points that buy nothing are handed back.
    let used = value.points_for(discount).up_to_step(step);
    let bounds = limits.bounds(rules, points + step, value.value_of(points + step), available, requested)?;
    let shares = share(discount, &gross, eligible)?;
    let tax = tax_parts(rules.tax_on_discount, &measured, &shares)?;
    Ok(Quote { points: used.fit()?, discount: discount.fit()?, tax, bounds })
}

/// How a discount falls on each part (lines first, shipping last), minor units: by gross over what points
/// may pay, largest remainder first, ties to the earlier line. Parts that points may not pay get 0.
pub fn discount_shares(
    rules: &RedemptionRules,
    basket: &Basket<'_>,
    measured: &Measured,
    discount: i64,
) -> Result<Vec<i64>, OutOfRange> {
    let gross = eligible_gross(rules, basket, measured);
    let eligible: Wide = gross.iter().copied().sum();
    share(discount.into(), &gross, eligible)
}

/// Gross that points may pay, for each part; 0 for one that they may not.
fn eligible_gross(rules: &RedemptionRules, basket: &Basket<'_>, measured: &Measured) -> Vec<Wide> {
    let lines = basket.lines.iter().zip(&measured.lines).map(|(line, part)| {
        let categories = line.category_ids.iter().map(String::as_str);
        let matches = Condition::matches_line(rules.categories.as_ref(), categories)
            && Condition::matches_line(rules.products.as_ref(), std::iter::once(line.product_id.as_str()));
        if matches { Wide::of(part.gross) } else { Wide::ZERO }
    });
    let shipping =
        measured.shipping.iter().map(|part| if rules.shipping { Wide::of(part.gross) } else { Wide::ZERO });
    lines.chain(shipping).collect()
}

/// The largest discount, and what each limit by itself allows.
struct Limits {
    eligible: Wide,
    share: Option<Wide>,
    cap: Wide,
}

impl Limits {
    fn of(rules: &RedemptionRules, measured: &Measured, eligible: Wide) -> Self {
        let whole = match rules.percent_of {
            PercentOf::Order => Wide::of(measured.value),
            PercentOf::Items => Wide::of(measured.items),
            PercentOf::Eligible => eligible,
        };
        let share = rules.max_bps.map(|bps| (whole * Wide::of(bps)).div_floor(WHOLE_BPS.into()));
        let most = [share, rules.max_discount.map(Wide::of)];
        Self { eligible, share, cap: most.into_iter().flatten().fold(eligible, Wide::min) }
    }

    /// The limits that one step more would break.
    fn bounds(
        &self,
        rules: &RedemptionRules,
        points: Wide,
        discount: Wide,
        available: Wide,
        requested: Option<Wide>,
    ) -> Result<Vec<Bound>, OutOfRange> {
        let mut bounds = Vec::new();
        if requested.is_some_and(|requested| points > requested) {
            bounds.push(Bound::Requested);
        }
        if points > available {
            bounds.push(Bound::Balance);
        }
        if let Some(most) = rules.max_points.filter(|most| points > (*most).into()) {
            bounds.push(Bound::MaxPoints { points: most });
        }
        if let (Some(share), Some(bps)) = (self.share.filter(|share| discount > *share), rules.max_bps) {
            bounds.push(Bound::Share { bps, percent_of: rules.percent_of, minor: share.fit()? });
        }
        if let Some(minor) = rules.max_discount.filter(|most| discount > (*most).into()) {
            bounds.push(Bound::MaxDiscount { minor });
        }
        if discount > self.eligible {
            bounds.push(Bound::Eligible { minor: self.eligible.fit()? });
        }
        Ok(bounds)
    }
}

/// Largest remainder: everybody's floor, then one unit each to the largest remainders.
fn share(discount: Wide, gross: &[Wide], eligible: Wide) -> Result<Vec<i64>, OutOfRange> {
    let mut shares: Vec<Wide> = gross.iter().map(|g| (discount * *g).div_floor(eligible)).collect();
    let given: Wide = shares.iter().copied().sum();
    let mut by_remainder: Vec<(usize, Wide)> = Vec::with_capacity(gross.len());
    for (index, g) in gross.iter().enumerate() {
        let remainder = (discount * *g).remainder(eligible);
        // Of equal remainders the earlier part comes first. Put where it belongs: the library's sort is 5 kB of a page.
        let at = by_remainder.partition_point(|(_, other)| *other >= remainder);
        by_remainder.insert(at, (index, remainder));
    }
    let mut missing = discount - given;
    for (index, remainder) in by_remainder {
        if missing <= Wide::ZERO || remainder <= Wide::ZERO {
            break;
        }
        if let Some(share) = shares.get_mut(index) {
            *share += Wide::ONE;
            missing -= Wide::ONE;
        }
    }
    shares.into_iter().map(Wide::fit).collect()
}

/// What of a discount falls on each rate, ascending; `shares` are those of the parts, lines first.
pub(crate) fn tax_parts(
    tax_on_discount: bool,
    measured: &Measured,
    shares: &[i64],
) -> Result<Vec<TaxPart>, OutOfRange> {
    // A cart has a handful of rates: a sorted list is enough, and a map weighs more than the rest of this file.
    let mut rates: Vec<(i64, Wide, Wide)> = Vec::new();
    for (Part { tax_bps, .. }, share) in measured.parts().zip(shares).filter(|(_, share)| **share > 0) {
        let rate = Wide::of(*tax_bps);
        let share = Wide::of(*share);
        let tax =
            if tax_on_discount { (share * rate).div_half_up(Wide::of(WHOLE_BPS) + rate) } else { Wide::ZERO };
        if let Some((_, gross_sum, tax_sum)) = rates.iter_mut().find(|(of, ..)| of == tax_bps) {
            *gross_sum += share;
            *tax_sum += tax;
        } else {
            let at = rates.partition_point(|(of, ..)| of < tax_bps);
            rates.insert(at, (*tax_bps, share, tax));
        }
    }
    rates
        .into_iter()
        .map(|(tax_bps, gross, tax)| Ok(TaxPart { tax_bps, gross: gross.fit()?, tax: tax.fit()? }))
        .collect()
}
