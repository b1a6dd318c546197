//! A workbook's numbers. They are kept as binary floating point and written with 17 digits, so that a cell that
//! shows `100.1` holds `100.09999999999999`; spreadsheets show at most 15, and so do we.

/// Significant digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;
/// The largest exponent that is written out; what is beyond is no money, no points and no date.
const LARGEST: i64 = 40;

/// A number such as `1.0009999999999999E2` as a plain decimal (`100.1`), and whether whole digits were lost; none
/// if it is no number.
pub(crate) fn decimal(raw: &str) -> Option<(String, bool)> {
    let raw = raw.trim();
    let (negative, unsigned) =
        raw.strip_prefix('-').map_or((false, raw.strip_prefix('+').unwrap_or(raw)), |rest| (true, rest));
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || digits.len() > 400 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // The number is 0.digits × 10^point.
    let mut point = i64::try_from(whole.len()).ok()?.checked_add(i64::from(exponent))?;
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.drain(..zeros);
    point = point.checked_sub(i64::try_from(zeros).ok()?)?;
    let rounded = digits.len() > DIGITS && point > 15;
    if digits.len() > DIGITS {
        let up = digits.get(DIGITS).is_some_and(|digit| *digit >= b'5');
        digits.truncate(DIGITS);
        if up && carry(&mut digits) {
            point = point.checked_add(1)?;
        }
    }
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    if digits.is_empty() || point < -LARGEST {
        return Some(("0".to_owned(), false));
    }
    if point > LARGEST {
        return None;
    }
    let mut text = String::new();
    if negative {
        text.push('-');
    }
    let before = usize::try_from(point).unwrap_or_default();
    if before == 0 {
        text.push('0');
    }
    text.extend((0..before).map(|at| digits.get(at).copied().map_or('0', char::from)));
    if digits.len() > before {
        text.push('.');
        text.extend((point..0).map(|_| '0'));
        text.extend(digits.iter().skip(before).copied().map(char::from));
    }
    Some((text, rounded))
}

/// Adds one to the last digit; whether the number got one digit more (and starts with a new 1).
fn carry(digits: &mut Vec<u8>) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit = digit.saturating_add(1);
            return false;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_was_typed() {
        let cases = [
            ("0", "0"),
            ("100.1", "100.1"),
            ("100.09999999999999", "100.1"),
            ("1.0009999999999999E2", "100.1"),
            ("0.30000000000000004", "0.3"),
            ("12.499999999999998", "12.5"),
            ("-12.50", "-12.5"),
            ("1E3", "1000"),
            ("1.5e-3", "0.0015"),
            ("1E-300", "0"),
            ("0.1", "0.1"),
            (".5", "0.5"),
            ("99999999999999.99", "100000000000000"),
            ("999999999999999.9", "1000000000000000"),
            ("123456789012345", "123456789012345"),
            ("46000", "46000"),
        ];
        for (raw, expect) in cases {
            assert_eq!(decimal(raw), Some((expect.to_owned(), false)), "{raw}");
        }
        assert_eq!(decimal("1234567890123456"), Some(("1234567890123460".to_owned(), true)));
        assert_eq!(decimal("1.2345678901234568E+19"), Some(("12345678901234600000".to_owned(), true)));
        for raw in ["", "-", ".", "1,5", "NaN", "inf", "1E400", "1E99999", "0x10", "1.2.3", "١"] {
            assert_eq!(decimal(raw), None, "{raw}");
        }
    }
}
