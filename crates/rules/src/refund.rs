//! Which part of a redemption a refunded order gives back (`rules.md`, *Redemption and refunds*).

use crate::num::{OutOfRange, Wide};
use crate::order::Order;
use crate::program::RedemptionRules;
use crate::quote::discount_shares;

/// Of `points` that the order burned, those to give back by now. 0 as long as nothing was refunded, all of
/// them once it was cancelled or wholly refunded.
///
/// Where lines say how many units came back, the discount's share of those lines counts; otherwise the
/// money refunded, of the money paid. `points_discount` is the order's own.
pub fn points_to_restore(rules: &RedemptionRules, order: &Order, points: i64) -> Result<i64, OutOfRange> {
    let measured = order.measure()?;
    if order.is_cancelled() || order.is_wholly_refunded(&measured) {
        return Ok(points);
    }
    let discount = Wide::of(order.points_discount.0);
    let points = Wide::of(points);
    if discount <= Wide::ZERO {
        return Ok(0);
    }
    let restored = if order.lines.iter().any(|line| line.returned.0 > 0) {
        let shares = discount_shares(rules, &order.basket(), &measured, order.points_discount.0)?;
        let mut back = Fraction::ZERO;
        for (line, share) in order.lines.iter().zip(&shares).filter(|(line, _)| line.quantity.0 > 0) {
            let returned = line.returned.0.clamp(0, line.quantity.0);
            back.add(Wide::of(*share) * Wide::of(returned), line.quantity.0);
        }
        back.times_over(points, discount)
    } else {
        let paid = order.paid(&measured);
        if paid <= Wide::ZERO {
            Wide::ZERO
        } else {
            (points * order.refunded_total(&measured).clamp(Wide::ZERO, paid)).div_floor(paid)
        }
    };
    restored.clamp(Wide::ZERO, points).fit()
}

/// A sum of fractions, kept exact: whole ones apart, the rest over a common denominator. Where that would
/// not fit 64 bits any more (hundreds of lines with quantities that share no factor), what remains of a
/// line is rounded down: at most one minor unit of the discount for each such line.
struct Fraction {
    whole: Wide,
    numerator: Wide,
    denominator: i64,
}

impl Fraction {
    const ZERO: Self = Self { whole: Wide::ZERO, numerator: Wide::ZERO, denominator: 1 };

    fn add(&mut self, numerator: Wide, denominator: i64) {
        let by = Wide::of(denominator);
        self.whole += numerator.div_floor(by);
        let rest = numerator.remainder(by);
        let common = Wide::of(denominator.checked_div(gcd(denominator, self.denominator)).unwrap_or(1))
            * Wide::of(self.denominator);
        let Ok(common) = common.fit() else { return };
        let own = Wide::of(common).div_floor(by);
        let others = Wide::of(common).div_floor(self.denominator.into());
        self.numerator = self.numerator * others + rest * own;
        self.denominator = common;
    }

    /// floor(self · points / discount)
    fn times_over(&self, points: Wide, discount: Wide) -> Wide {
        let denominator = Wide::of(self.denominator);
        // points · (whole + n/d) / discount = (points·whole·d + points·n) / (discount·d). In two steps, so
        // that three large factors never meet in one product: first by the discount, then by d.
        let by_whole = points * self.whole;
        let quotient = by_whole.div_floor(discount);
        let rest = by_whole.remainder(discount);
        quotient + (rest * denominator + points * self.numerator).div_floor(discount * denominator)
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    a
}
