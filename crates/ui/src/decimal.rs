//! Whole numbers as the text that `Intl` formats, exactly: money never becomes a float on its way.

/// Minor units as a decimal number: 12345 with 2 digits is `123.45`.
pub fn of_minor(minor: i64, digits: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let text = padded(minor.unsigned_abs().to_string(), digits.saturating_add(1));
    // Never beyond its end: it is longer than its fraction.
    let (whole, fraction) =
        text.split_at_checked(text.len().saturating_sub(digits)).unwrap_or((text.as_str(), ""));
    let point = if digits == 0 { "" } else { "." };
    [sign, whole, point, fraction].concat()
}

/// Time left, as `mm:ss`, with hours where there are any. Nothing is left below zero.
pub fn countdown(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let [hours, minutes, seconds] =
        [seconds / 3_600, seconds / 60 % 60, seconds % 60].map(|part| padded(part.to_string(), 2));
    let minutes_left = [minutes.as_str(), ":", &seconds].concat();
    match hours.trim_start_matches('0') {
        "" => minutes_left,
        hours => [hours, ":", &minutes_left].concat(),
    }
}

/// A number with so many digits at least.
pub(crate) fn padded(number: String, digits: usize) -> String {
    let mut padded = number;
    while padded.len() < digits {
        padded.insert(0, '0');
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_whatever_its_digits() {
        let cases = [
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (12_345, 2, "123.45"),
            (-7, 2, "-0.07"),
            (500, 0, "500"),
            (1, 3, "0.001"),
            (9_007_199_254_740_991, 2, "90071992547409.91"),
        ];
        for (minor, digits, expect) in cases {
            assert_eq!(of_minor(minor, digits), expect);
        }
    }

    #[test]
    fn time_left_reads_like_a_clock() {
        assert_eq!(countdown(1_799), "29:59");
        assert_eq!(countdown(3_600), "1:00:00");
        assert_eq!(countdown(-5), "00:00");
    }
}
