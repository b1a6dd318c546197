//! What an order earns (`rules.md`, *Earning*), with a trace of why.

use crate::num::{OutOfRange, WHOLE_BPS, Wide};
use crate::order::{Line, Measured, Order, Part};
use crate::program::{
    Basis, Combine, Condition, EarningProgram, Level, PaidWithPoints, Program, Rate, Rounding, Tax,
};
use jiff::civil::Date;
use serde::Serialize;

/// What an award needs to know of the shopper, as it was when the order was awarded.
#[derive(Debug, Clone, Copy)]
pub struct Earner<'a> {
    /// Groups the shopper belongs to.
    pub groups: &'a [String],
    /// Money spent before, minor units (`rules.md`, *Money spent*).
    pub spent_before: i64,
}

/// Why nothing is earned at all. In this order: the first that holds is the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AwardReason {
    /// A number, given or computed, does not fit ±(2^53 − 1).
    AmountOutOfRange,
    /// The whole program is switched off.
    ProgramDisabled,
    /// The order's status is not one that awards.
    StatusNotAwarded,
    /// The order is in another currency than the store.
    CurrencyMismatch,
}

impl AwardReason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::ProgramDisabled => "program_disabled",
            Self::StatusNotAwarded => "status_not_awarded",
            Self::CurrencyMismatch => "currency_mismatch",
        }
    }
}

/// What one program gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Applied {
    /// Its id.
    pub program: String,
    /// How many points.
    pub points: i64,
}

/// What one program would give, or why it takes no part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered {
    /// Its id.
    pub program: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of looking at a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It is switched off.
    SwitchedOff,
    /// The order was not placed in its time.
    OutsideWindow,
    /// The shopper is in none of its groups.
    GroupNotEligible,
    /// What is left of the order is below its smallest order, minor units.
    OrderBelowMinimum {
        /// The smallest.
        required: i64,
        /// What is left.
        actual: i64,
    },
    /// It would give so many points.
    Evaluated {
        /// Money of the parts that match, minor units.
        eligible: i64,
        /// What of it earns, after refunds and points paid, minor units.
        base: i64,
        /// The cashback level, by the money from which it is reached.
        #[serde(skip_serializing_if = "Option::is_none")]
        level_from: Option<i64>,
        /// The points.
        points: i64,
    },
}

/// What an order earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Award {
    /// Points in all.
    pub points: i64,
    /// The programs that gave them.
    pub applied: Vec<Applied>,
    /// Why nothing was earned at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<AwardReason>,
    /// Each program, and what came of looking at it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub considered: Vec<Considered>,
}

impl Award {
    const fn nothing(reason: AwardReason) -> Self {
        Self { points: 0, applied: Vec::new(), reason: Some(reason), considered: Vec::new() }
    }
}

/// Whether an order is looked at for its award, or again after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// For its award: its status and the program's switch count.
    First,
    /// Again, after something changed: neither counts any more.
    Again,
}

/// What an order placed on that local day earns.
pub fn earn(program: &Program, order: &Order, earner: Earner<'_>, placed_on: Date, look: Look) -> Award {
    let Ok(measured) = order.measure() else { return Award::nothing(AwardReason::AmountOutOfRange) };
    if look == Look::First {
        if !program.enabled {
            return Award::nothing(AwardReason::ProgramDisabled);
        }
        if !program.earning.award_statuses.contains(&order.status) {
            return Award::nothing(AwardReason::StatusNotAwarded);
        }
    }
    if order.currency != program.currency {
        return Award::nothing(AwardReason::CurrencyMismatch);
    }
    award(program, order, &measured, earner, placed_on)
        .unwrap_or_else(|OutOfRange| Award::nothing(AwardReason::AmountOutOfRange))
}

/// What is left of an order that counts, minor units: of its goods, or of all by the program's basis.
/// Stamps and invitations ask it too.
pub fn left(program: &Program, order: &Order, measured: &Measured) -> Wide {
    Counted::of(program, order, measured).left
}

/// The parts that count, and what was given back of them.
struct Counted<'m> {
    shipping: Option<&'m Part>,
    gross: Wide,
    /// Refunds that no part names.
    rest: Wide,
    left: Wide,
}

impl<'m> Counted<'m> {
    fn of(program: &Program, order: &Order, measured: &'m Measured) -> Self {
        let shipping = measured.shipping.as_ref().filter(|_| program.earning.basis == Basis::Order);
        let counted = || measured.lines.iter().chain(shipping);
        let gross: Wide = counted().map(|part| Wide::of(part.gross)).sum();
        let refunded: Wide = counted().map(|part| Wide::of(part.refunded)).sum();
        let rest = (order.refunded_total(measured) - measured.refunded_in_parts()).at_least_zero();
        Self { shipping, gross, rest, left: gross - refunded - rest }
    }
}

fn award(
    program: &Program,
    order: &Order,
    measured: &Measured,
    earner: Earner<'_>,
    placed_on: Date,
) -> Result<Award, OutOfRange> {
    let counted = Counted::of(program, order, measured);
    let left = counted.left.fit()?;
    let mut considered = Vec::with_capacity(program.earning.programs.len());
    for earning in &program.earning.programs {
        let outcome = if !earning.enabled {
            Outcome::SwitchedOff
        } else if !in_window(placed_on, earning.from, earning.until) {
            Outcome::OutsideWindow
        } else if !in_groups(&earning.groups, earner.groups) {
            Outcome::GroupNotEligible
        } else if left < earning.order_min {
            Outcome::OrderBelowMinimum { required: earning.order_min, actual: left }
        } else {
            evaluate(program, earning, order, measured, &counted, earner.spent_before)?
        };
        considered.push(Considered { program: earning.id.clone(), outcome });
    }
    let applied = combine(program.earning.combine, &considered);
    let points = applied.iter().map(|a| Wide::of(a.points)).sum::<Wide>().fit()?;
    Ok(Award { points, applied, reason: None, considered })
}

/// Whether a local day lies between two, both of which belong.
pub fn in_window(day: Date, from: Option<Date>, until: Option<Date>) -> bool {
    from.is_none_or(|from| day >= from) && until.is_none_or(|until| day <= until)
}

/// Whether one of the shopper's groups is asked for, or none is.
pub fn in_groups(asked: &[String], own: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|group| own.contains(group))
}

fn combine(how: Combine, considered: &[Considered]) -> Vec<Applied> {
    let giving = || {
        considered.iter().filter_map(|c| match c.outcome {
            Outcome::Evaluated { points, .. } if points > 0 => {
                Some(Applied { program: c.program.clone(), points })
            }
            _ => None,
        })
    };
    match how {
        Combine::Sum => giving().collect(),
        Combine::First => giving().take(1).collect(),
        // Not `max_by_key`, which keeps the last of equals: the first listed has to win.
        Combine::Best => giving()
            .reduce(|best, next| if next.points > best.points { next } else { best })
            .into_iter()
            .collect(),
    }
}

fn evaluate(
    program: &Program,
    earning: &EarningProgram,
    order: &Order,
    measured: &Measured,
    counted: &Counted<'_>,
    spent_before: i64,
) -> Result<Outcome, OutOfRange> {
    let amount = |part: &Part| match program.earning.tax {
        Tax::Included => Wide::of(part.gross),
        Tax::Excluded => Wide::of(part.net),
    };
    let by_line = order.lines.iter().zip(&measured.lines).filter(|(line, _)| matches(earning, line));
    // Delivery has neither category nor product: it belongs to a program that names none.
    let shipping = counted.shipping.filter(|_| !names_any(earning));

    let (mut eligible, mut own) = (Wide::ZERO, Wide::ZERO);
    for part in by_line.map(|(_, part)| part).chain(shipping) {
        eligible += amount(part);
        own += (Wide::of(part.refunded) * amount(part)).div_floor(part.gross.into());
    }
    let paid_with_points = match program.earning.paid_with_points {
        PaidWithPoints::Excluded => Wide::of(order.points_discount.0),
        PaidWithPoints::Included => Wide::ZERO,
    };
    let shared = counted.rest + paid_with_points;
    let base = (eligible - own - (shared * eligible).div_floor(counted.gross)).at_least_zero();

    let (points, level) = rated(program, &earning.rate, base, spent_before, counted.left);
    let level_from = level.map(|level| level.spend_from);
    let points = earning.max_points.map_or(points, |most| points.min(most.into()));
    Ok(Outcome::Evaluated { eligible: eligible.fit()?, base: base.fit()?, level_from, points: points.fit()? })
}

/// Whether a line is one that a program counts.
pub(crate) fn matches(earning: &EarningProgram, line: &Line) -> bool {
    let categories = line.category_ids.iter().map(String::as_str);
    Condition::matches_line(earning.categories.as_ref(), categories)
        && Condition::matches_line(earning.products.as_ref(), std::iter::once(line.product_id.as_str()))
}

/// Whether a program names categories or products at all.
pub(crate) fn names_any(earning: &EarningProgram) -> bool {
    Condition::names_any(earning.categories.as_ref()) || Condition::names_any(earning.products.as_ref())
}

/// Points before any limit, and the cashback level that gives them.
pub(crate) fn rated<'r>(
    program: &Program,
    rate: &'r Rate,
    base: Wide,
    spent_before: i64,
    left: Wide,
) -> (Wide, Option<&'r Level>) {
    match rate {
        Rate::PerAmount { every, points } => {
            (round(program, base, Wide::of(*every)) * Wide::of(*points), None)
        }
        Rate::PerOrder { points } => (if base > Wide::ZERO { Wide::of(*points) } else { Wide::ZERO }, None),
        Rate::Cashback { levels, counts_this_order } => {
            let spent = Wide::of(spent_before) + if *counts_this_order { left } else { Wide::ZERO };
            let level = reached(levels, spent, left);
            let points = level.map_or(Wide::ZERO, |level| {
                let value = program.points.value;
                let share = base * Wide::of(level.bps) * value.points.into();
                round(program, share, Wide::of(WHOLE_BPS) * value.minor.into())
            });
            (points, level)
        }
    }
}

fn reached(levels: &[Level], spent: Wide, left: Wide) -> Option<&Level> {
    levels
        .iter()
        .filter(|level| Wide::of(level.spend_from) <= spent && left >= level.order_min.into())
        .reduce(|best, next| if next.spend_from > best.spend_from { next } else { best })
}

pub(crate) fn round(program: &Program, n: Wide, by: Wide) -> Wide {
    match program.earning.rounding {
        Rounding::Down => n.div_floor(by),
        Rounding::Nearest => n.div_half_up(by),
        Rounding::Up => n.div_ceil(by),
    }
}
