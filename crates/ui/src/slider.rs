//! Where a slider over points may stand.

/// From the least to the most, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slider {
    /// The least; a multiple of `step`.
    pub min: i64,
    /// The most; a multiple of `step`, not below `min`.
    pub max: i64,
    /// At least 1.
    pub step: i64,
}

impl Slider {
    /// From what one redemption must have to what the limits allow.
    pub fn new(min: i64, max: i64, step: i64) -> Self {
        Self { min: min.min(max), max, step: step.max(1) }
    }

    /// The nearest place that is not above what was wished.
    pub fn settle(self, wished: i64) -> i64 {
        let steps = wished.clamp(self.min, self.max).saturating_sub(self.min).div_euclid(self.step);
        self.min.saturating_add(steps.saturating_mul(self.step))
    }

    /// What a person typed, settled; nothing where it is no number. Blanks and separators of thousands are let go.
    pub fn parse(self, typed: &str) -> Option<i64> {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() || typed.trim_start().starts_with('-') {
            return None;
        }
        // More digits than fit mean: as many as possible.
        Some(self.settle(digits.parse().unwrap_or(i64::MAX)))
    }

    /// How far along it stands, in thousandths: what the filled part of its track shows.
    pub fn filled(self, at: i64) -> i64 {
        let length = self.max.saturating_sub(self.min);
        if length <= 0 {
            return 1_000;
        }
        let along = i128::from(at.clamp(self.min, self.max).saturating_sub(self.min));
        i64::try_from(along * 1_000 / i128::from(length)).unwrap_or(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_on_steps_only() {
        let slider = Slider::new(100, 300, 50);
        for (wished, expect) in [(0, 100), (100, 100), (149, 100), (150, 150), (299, 250), (9_999, 300)] {
            assert_eq!(slider.settle(wished), expect, "{wished}");
        }
    }

    #[test]
    fn what_is_typed_is_settled() {
        let slider = Slider::new(0, 5_000, 1);
        assert_eq!(slider.parse("1 200"), Some(1_200));
        assert_eq!(slider.parse("1.200"), Some(1_200));
        assert_eq!(slider.parse("99999999999999999999999"), Some(5_000));
        assert_eq!(slider.parse("-5"), None);
        assert_eq!(slider.parse(""), None);
    }

    #[test]
    fn the_track_is_filled_in_proportion() {
        let slider = Slider::new(0, 200, 1);
        assert_eq!((slider.filled(0), slider.filled(50), slider.filled(200)), (0, 250, 1_000));
        assert_eq!(Slider::new(20, 20, 1).filled(20), 1_000);
    }
}
