//! Why an order earned what it earned: each program, what it would have given, and why it gave nothing or lost.
//! Stable codes with numbers, of which each language makes its sentences ("Why 12 points?").
//!
//! Apart from [`earn`](crate::earn) because a page that only wants to know how many points needs none of it.

use crate::earn::{Award, Considered, Earner, Outcome, left, matches, names_any, rated};
use crate::num::{OutOfRange, WHOLE_BPS, Wide};
use crate::order::{Measured, Order};
use crate::program::{Basis, EarningProgram, Level, Program, Rate, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One program, and what came of it. Kept with the order's award: what earlier traces lack is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Traced {
    /// Its id.
    pub program: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: TracedOutcome,
}

/// What came of a program. In this order: the first that holds is the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum TracedOutcome {
    /// It is switched off.
    SwitchedOff,
    /// The order was not placed in its time.
    OutsideWindow {
        /// The local day on which the order was placed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        placed_on: Option<Date>,
        /// The program's first local day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        /// Its last; it belongs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// The shopper is in none of its groups.
    GroupNotEligible {
        /// The groups it is for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        groups: Vec<String>,
    },
    /// What is left of the order is below its smallest order, minor units.
    OrderBelowMinimum {
        /// The smallest.
        required: i64,
        /// What is left.
        actual: i64,
        /// What is missing.
        #[serde(default)]
        missing: i64,
    },
    /// Nothing in the order is of its categories and products.
    NoMatchingLines,
    /// It would give so many points by itself.
    Evaluated {
        /// Money of the parts that match, minor units, gross or net as the program says.
        eligible: i64,
        /// What of it earns, after refunds and what points paid, minor units.
        base: i64,
        /// The cashback level, by the money from which it is reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level_from: Option<i64>,
        /// How points followed from the money.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rate: Option<TracedRate>,
        /// Points before `max_points`, where that made them fewer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uncapped: Option<i64>,
        /// The points.
        points: i64,
        /// What became of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<TracedResult>,
    },
}

/// How points follow from money, in one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TracedRate {
    /// Points for each whole amount.
    PerAmount {
        /// Minor units.
        every: i64,
        /// For each of them.
        points: i64,
    },
    /// Points for any order.
    PerOrder {
        /// For each order.
        points: i64,
    },
    /// A share, by money spent.
    Cashback {
        /// The share of the level reached; 0 where none is.
        bps: i64,
        /// Money spent that counted for the level, minor units: with this order's where the program says so.
        spent: i64,
    },
}

/// What became of what a program would give; of reasons for nothing the first that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TracedResult {
    /// The order earned them.
    Applied,
    /// Another program gave as much or more, or stands first: the winner.
    LostTo {
        /// Its id.
        program: String,
        /// What it gave.
        points: i64,
    },
    /// Nothing of the money earns any more: it was refunded, or points paid it.
    NothingLeft,
    /// `max_points` is 0: nothing is ever given.
    CappedToNothing,
    /// No cashback level is reached.
    NoLevelReached {
        /// Money spent from which the lowest is, minor units.
        required: i64,
        /// Money spent.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
    /// A level is reached, and the order is too small for it, minor units.
    OrderBelowLevelMinimum {
        /// The smallest order of the levels reached.
        required: i64,
        /// What is left of this one.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
    /// The program, or its level, gives nothing for any money.
    RateIsZero,
    /// The money is less than one point takes, minor units.
    BelowOnePoint {
        /// The least that gives one.
        required: i64,
        /// What earns.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
}

/// The trace of an award: with the same program, order, earner and day that it was decided with. Empty where
/// nothing was earned at all for a reason of its own (`award.reason`).
pub fn trace(
    program: &Program,
    order: &Order,
    earner: Earner<'_>,
    placed_on: Date,
    award: &Award,
) -> Vec<Traced> {
    let Ok(measured) = order.measure() else { return Vec::new() };
    let look = Looking { program, order, measured: &measured, earner, placed_on, award };
    let considered = program.earning.programs.iter().zip(&award.considered);
    considered
        .filter_map(|(earning, considered)| {
            let outcome = look.outcome(earning, considered).ok()?;
            Some(Traced { program: earning.id.clone(), outcome })
        })
        .collect()
}

struct Looking<'l> {
    program: &'l Program,
    order: &'l Order,
    measured: &'l Measured,
    earner: Earner<'l>,
    placed_on: Date,
    award: &'l Award,
}

impl Looking<'_> {
    fn outcome(
        &self,
        earning: &EarningProgram,
        considered: &Considered,
    ) -> Result<TracedOutcome, OutOfRange> {
        Ok(match considered.outcome {
            Outcome::SwitchedOff => TracedOutcome::SwitchedOff,
            Outcome::OutsideWindow => TracedOutcome::OutsideWindow {
                placed_on: Some(self.placed_on),
                from: earning.from,
                until: earning.until,
            },
            Outcome::GroupNotEligible => TracedOutcome::GroupNotEligible { groups: earning.groups.clone() },
            Outcome::OrderBelowMinimum { required, actual } => {
                TracedOutcome::OrderBelowMinimum { required, actual, missing: missing(required, actual)? }
            }
            Outcome::Evaluated { .. } if !self.anything_matches(earning) => TracedOutcome::NoMatchingLines,
            Outcome::Evaluated { eligible, base, level_from, points } => {
                let left = left(self.program, self.order, self.measured);
                let spent_before = self.earner.spent_before;
                let (uncapped, level) = rated(self.program, &earning.rate, base.into(), spent_before, left);
                let rate = self.rate(&earning.rate, level, left)?;
                let result = if points > 0 {
                    self.won_or_lost(&earning.id)
                } else if base <= 0 {
                    TracedResult::NothingLeft
                } else if earning.max_points == Some(0) {
                    TracedResult::CappedToNothing
                } else {
                    self.nothing(&earning.rate, level, base, left, rate)?
                };
                TracedOutcome::Evaluated {
                    eligible,
                    base,
                    level_from,
                    rate: Some(rate),
                    // What no number can hold has certainly been capped, and need not be shown.
                    uncapped: uncapped.fit().ok().filter(|uncapped| *uncapped != points),
                    points,
                    result: Some(result),
                }
            }
        })
    }

    fn anything_matches(&self, earning: &EarningProgram) -> bool {
        let delivery = self.program.earning.basis == Basis::Order && self.measured.shipping.is_some();
        (delivery && !names_any(earning)) || self.order.lines.iter().any(|line| matches(earning, line))
    }

    fn rate(&self, rate: &Rate, level: Option<&Level>, left: Wide) -> Result<TracedRate, OutOfRange> {
        Ok(match *rate {
            Rate::PerAmount { every, points } => TracedRate::PerAmount { every, points },
            Rate::PerOrder { points } => TracedRate::PerOrder { points },
            Rate::Cashback { counts_this_order, .. } => {
                let own = if counts_this_order { left } else { Wide::ZERO };
                let spent = (Wide::of(self.earner.spent_before) + own).fit()?;
                TracedRate::Cashback { bps: level.map_or(0, |level| level.bps), spent }
            }
        })
    }

    fn won_or_lost(&self, id: &str) -> TracedResult {
        let applied = &self.award.applied;
        match applied.first() {
            Some(winner) if applied.iter().all(|applied| applied.program != id) => {
                TracedResult::LostTo { program: winner.program.clone(), points: winner.points }
            }
            _ => TracedResult::Applied,
        }
    }

    /// Why money that earns gave no point.
    fn nothing(
        &self,
        rate: &Rate,
        level: Option<&Level>,
        base: i64,
        left: Wide,
        traced: TracedRate,
    ) -> Result<TracedResult, OutOfRange> {
        if let (Rate::Cashback { levels, .. }, None, TracedRate::Cashback { spent, .. }) =
            (rate, level, traced)
        {
            let reached = levels.iter().filter(|level| level.spend_from <= spent);
            if let Some(required) = reached.map(|level| level.order_min).min() {
                let actual = left.fit()?;
                let missing = missing(required, actual)?;
                return Ok(TracedResult::OrderBelowLevelMinimum { required, actual, missing });
            }
            return Ok(match levels.iter().map(|level| level.spend_from).min() {
                None => TracedResult::RateIsZero,
                Some(required) => {
                    let missing = missing(required, spent)?;
                    TracedResult::NoLevelReached { required, actual: spent, missing }
                }
            });
        }
        // Points are base · numerator / denominator, rounded.
        let value = self.program.points.value;
        let (numerator, denominator) = match traced {
            TracedRate::PerAmount { points: 0, .. } | TracedRate::PerOrder { .. } => (Wide::ZERO, Wide::ONE),
            TracedRate::PerAmount { every, .. } => (Wide::ONE, Wide::of(every)),
            TracedRate::Cashback { bps, .. } => {
                (Wide::of(bps) * value.points.into(), Wide::of(WHOLE_BPS) * value.minor.into())
            }
        };
        if numerator <= Wide::ZERO {
            return Ok(TracedResult::RateIsZero);
        }
        let required = match self.program.earning.rounding {
            Rounding::Down => denominator.div_ceil(numerator),
            Rounding::Nearest => denominator.div_ceil(numerator * Wide::of(2)),
            Rounding::Up => Wide::ONE,
        };
        let required = required.fit()?;
        Ok(TracedResult::BelowOnePoint { required, actual: base, missing: missing(required, base)? })
    }
}

fn missing(required: i64, actual: i64) -> Result<i64, OutOfRange> {
    (Wide::of(required) - actual.into()).fit()
}
