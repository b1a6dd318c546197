//! Whole numbers: money in minor units, points, shares in basis points (`_bps`, 10 000 = 100 %).
//!
//! Every number, given or computed, fits ±(2^53 − 1), so that it survives JSON and SQLite; what does not
//! is [`OutOfRange`]. In between, [`Wide`] computes in 128 bits and saturates: a saturated value never
//! fits, so no product can wrap around into something that looks right.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// The largest number there is: 2^53 − 1.
pub const MAX: i64 = 9_007_199_254_740_991;

/// One whole in basis points.
pub const WHOLE_BPS: i64 = 10_000;

/// A number that does not fit ±(2^53 − 1); the code is `amount_out_of_range` everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

/// Whether a number fits.
pub const fn fits(n: i64) -> bool {
    n >= -MAX && n <= MAX
}

/// A number on its way between two that fit: 128 bits, saturating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Wide(i128);

impl Wide {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1);

    /// A number as it was given.
    pub const fn of(n: i64) -> Self {
        // `i128::from` is not `const` yet; widening never loses.
        #[expect(clippy::as_conversions, reason = "widening, in a const fn")]
        Self(n as i128)
    }

    /// The number, if it fits ±(2^53 − 1).
    pub fn fit(self) -> Result<i64, OutOfRange> {
        i64::try_from(self.0).ok().filter(|n| fits(*n)).ok_or(OutOfRange)
    }

    /// Quotient towards minus infinity; 0 where the divisor is not positive (no caller has such a one).
    pub fn div_floor(self, by: Self) -> Self {
        if by.0 <= 0 {
            return Self::ZERO;
        }
        Self(self.0.checked_div_euclid(by.0).unwrap_or(0))
    }

    /// Quotient towards plus infinity.
    pub fn div_ceil(self, by: Self) -> Self {
        -(-self).div_floor(by)
    }

    /// Nearest whole number, halves away from zero (*half up*).
    pub fn div_half_up(self, by: Self) -> Self {
        let two = Self(2);
        if self.0 < 0 {
            -((-self) * two + by).div_floor(by * two)
        } else {
            (self * two + by).div_floor(by * two)
        }
    }

    /// Remainder of [`Self::div_floor`].
    pub fn remainder(self, by: Self) -> Self {
        self - self.div_floor(by) * by
    }

    /// The number, or 0 if it is negative.
    pub fn at_least_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// The largest multiple of `step` that is not larger.
    pub fn down_to_step(self, step: Self) -> Self {
        self.div_floor(step) * step
    }

    /// The smallest multiple of `step` that is not smaller.
    pub fn up_to_step(self, step: Self) -> Self {
        self.div_ceil(step) * step
    }
}

impl From<i64> for Wide {
    fn from(n: i64) -> Self {
        Self::of(n)
    }
}
impl Add for Wide {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
impl Sub for Wide {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}
impl Mul for Wide {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0.saturating_mul(other.0))
    }
}
impl Neg for Wide {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}
impl AddAssign for Wide {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl SubAssign for Wide {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
impl std::iter::Sum for Wide {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, |sum, n| sum + n)
    }
}

/// A whole number as JSON gives it. One that no 64 bits can hold is kept as the largest, which does not
/// fit ±(2^53 − 1) either: so it is reported as out of range by the rules, not as broken JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Given(pub i64);

impl Given {
    /// A number of a JSON value; nothing where it is no number, or has a fraction. The same as its `Deserialize`,
    /// without the sentences of `serde` on what else it could have been, which weigh 9 kB in a browser.
    pub fn of(value: &serde_json::Value) -> Option<Self> {
        let number = value.as_number()?;
        match (number.as_i64(), number.as_u64()) {
            (Some(n), _) => Some(Self(n)),
            (None, Some(_)) => Some(Self(i64::MAX)),
            (None, None) => Self::of_float(number.as_f64()?),
        }
    }

    /// Whole numbers too long for 64 bits come as floats; anything with a fraction is a mistake.
    pub fn of_float(n: f64) -> Option<Self> {
        if n.fract() != 0.0 || n.is_nan() {
            return None;
        }
        if n.abs() <= 9_007_199_254_740_991.0 {
            #[expect(
                clippy::as_conversions,
                clippy::cast_possible_truncation,
                reason = "whole and within ±2^53: exact"
            )]
            return Some(Self(n as i64));
        }
        Some(Self(if n > 0.0 { i64::MAX } else { i64::MIN }))
    }
}

impl Serialize for Given {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Given {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": -MAX, "maximum": MAX })
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Given;
            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("a whole number")
            }
            fn visit_i64<E>(self, n: i64) -> Result<Given, E> {
                Ok(Given(n))
            }
            fn visit_u64<E>(self, n: u64) -> Result<Given, E> {
                Ok(Given(i64::try_from(n).unwrap_or(i64::MAX)))
            }
            fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Given, E> {
                Given::of_float(n).ok_or_else(|| E::custom("a whole number is needed, without a fraction"))
            }
        }
        from.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_in_three_ways() {
        let cases = [(7, 2, 3, 4, 4), (5, 2, 2, 3, 3), (4, 2, 2, 2, 2), (1, 3, 0, 1, 0), (-5, 2, -3, -2, -3)];
        for (n, by, floor, ceil, half_up) in cases {
            assert_eq!(Wide::of(n).div_floor(Wide::of(by)), Wide::of(floor), "{n}/{by} floor");
            assert_eq!(Wide::of(n).div_ceil(Wide::of(by)), Wide::of(ceil), "{n}/{by} ceil");
            assert_eq!(Wide::of(n).div_half_up(Wide::of(by)), Wide::of(half_up), "{n}/{by} half up");
        }
    }

    #[test]
    fn what_saturates_never_fits() {
        let huge = Wide::of(i64::MAX) * Wide::of(i64::MAX) * Wide::of(i64::MAX);
        assert_eq!(huge.fit(), Err(OutOfRange));
        assert_eq!(Wide::of(MAX).fit(), Ok(MAX));
        assert_eq!((Wide::of(MAX) + Wide::ONE).fit(), Err(OutOfRange));
        assert_eq!((-Wide::of(MAX) - Wide::ONE).fit(), Err(OutOfRange));
    }

    #[test]
    fn reads_numbers_too_long_for_64_bits() {
        let n: Given = serde_json::from_str("123456789012345678901234567890").unwrap();
        assert_eq!(n, Given(i64::MAX));
        assert!(serde_json::from_str::<Given>("1.5").is_err());
        assert_eq!(serde_json::from_str::<Given>("100.0").unwrap(), Given(100));
    }

    #[test]
    fn reads_the_same_from_a_value() {
        let texts = [
            "0",
            "-7",
            "9007199254740993",
            "18446744073709551615",
            "-123456789012345678901234567890",
            "1e300",
            "100.0",
            "1.5",
            "\"1\"",
            "null",
            "true",
            "[]",
            "{}",
        ];
        for text in texts {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(Given::of(&value), serde_json::from_value(value.clone()).ok(), "{text}");
        }
    }
}
