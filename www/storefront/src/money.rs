//! Money in bani (1 leu = 100 bani), always whole, always with tax included.

/// Standard rate of VAT in basis points.
pub(crate) const VAT_STANDARD_BPS: i64 = 1_900;
/// Reduced rate of VAT (food) in basis points.
pub(crate) const VAT_REDUCED_BPS: i64 = 900;

/// Writes an amount as shoppers read it: `1,234.50 lei`.
pub(crate) fn lei(minor: i64) -> String {
    let sign = if minor < 0 { "\u{2212}" } else { "" };
    let digits = (minor.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{:02}\u{a0}lei", minor.unsigned_abs() % 100)
}

/// Reads an amount that somebody typed (`12`, `12.5`, `12,50`), in lei; `None` where it is no amount.
pub(crate) fn parse_lei(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let bani: i64 = format!("{part:0<2}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 100 + bani)
}

/// Shares `total` over `weights` in proportion, so that the shares add up to it exactly: the rest goes to
/// those with the largest remainder, and among equals to the first.
pub(crate) fn share_out(total: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if whole <= 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<i128> = weights.iter().map(|weight| i128::from(total) * i128::from(*weight)).collect();
    let mut shares: Vec<i64> =
        exact.iter().map(|part| i64::try_from(part / whole).unwrap_or_default()).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(exact[index] % whole));
    let missing = usize::try_from(total - shares.iter().sum::<i64>()).unwrap_or_default();
    for index in order.into_iter().take(missing) {
        shares[index] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{lei, parse_lei, share_out};

    #[test]
    fn writes_lei() {
        assert_eq!(lei(0), "0.00\u{a0}lei");
        assert_eq!(lei(123_450), "1,234.50\u{a0}lei");
        assert_eq!(lei(-2_000), "\u{2212}20.00\u{a0}lei");
    }

    #[test]
    fn reads_lei() {
        assert_eq!(parse_lei("12"), Some(1_200));
        assert_eq!(parse_lei(" 12,5 "), Some(1_250));
        assert_eq!(parse_lei("12.05"), Some(1_205));
        for wrong in ["", "-1", "1.234", "x", ".", "1e3", "12345678901"] {
            assert_eq!(parse_lei(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn shares_add_up() {
        assert_eq!(share_out(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(share_out(2_000, &[10_000, 5_000, 0]), [1_333, 667, 0]);
        assert_eq!(share_out(5, &[]), Vec::<i64>::new());
        assert_eq!(share_out(5, &[0, 0]), [0, 0]);
    }
}
