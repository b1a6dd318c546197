//! Numbers as people write them.
//!
//! Digits with one decimal mark, a comma or a point, and thousands apart by points, commas, spaces or
//! apostrophes in groups of three. Which of both marks is the decimal one:
//! - both are there: the last one, and it stands once;
//! - one of them stands more than once: none is, they part thousands;
//! - one of them stands once with other than three digits after it: it is;
//! - one of them stands once with three digits after it: it is, where it cannot part thousands (`0,125`,
//!   `1234,500`, `1 234,500`); otherwise nobody can tell (`1,234`, `1.500`), and nobody guesses.

/// Why something is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotANumber {
    Invalid,
    Ambiguous,
}

/// A number in two pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    whole: String,
    fraction: String,
}

/// Why a number does not become a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotWhole {
    TooPrecise,
    TooLarge,
}

impl Decimal {
    /// A plain decimal, with a point: what [`super::plain::decimal`] gives.
    pub(crate) fn of_plain(text: &str) -> Option<Self> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        (is_digits(whole) && (fraction.is_empty() || is_digits(fraction))).then(|| Self {
            negative,
            whole: whole.to_owned(),
            fraction: fraction.to_owned(),
        })
    }

    /// As people write it, without a currency.
    pub(crate) fn of_written(text: &str) -> Result<Self, NotANumber> {
        let (negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let marks: Vec<(usize, char)> =
            unsigned.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
        let spaced = unsigned.contains(is_apart);
        let decimal = match (marks.first(), marks.last()) {
            (Some(first), Some(last)) if first.1 != last.1 => Some(*last),
            (Some(first), Some(last)) if first.0 == last.0 => {
                let (before, after) = unsigned.split_at_checked(last.0).ok_or(NotANumber::Invalid)?;
                let before_is_group = (1..=3).contains(&before.len()) && !before.starts_with('0');
                if after.len() == 4 && before_is_group && !spaced {
                    let both = before.bytes().chain(after.bytes().skip(1)).all(|b| b.is_ascii_digit());
                    return Err(if both { NotANumber::Ambiguous } else { NotANumber::Invalid });
                }
                Some(*last)
            }
            _ => None,
        };
        let (whole, fraction) = match decimal {
            Some((at, mark)) => {
                let (whole, rest) = unsigned.split_at_checked(at).ok_or(NotANumber::Invalid)?;
                (whole, rest.strip_prefix(mark).unwrap_or(rest))
            }
            None => (unsigned, ""),
        };
        let whole = joined(whole).ok_or(NotANumber::Invalid)?;
        if !(fraction.is_empty() && decimal.is_none() || is_digits(fraction)) {
            return Err(NotANumber::Invalid);
        }
        Ok(Self { negative, whole, fraction: fraction.to_owned() })
    }

    /// Times ten to the power of `digits`, without its sign.
    pub(crate) fn whole(&self, digits: u8) -> Result<i64, NotWhole> {
        let fraction = self.fraction.trim_end_matches('0');
        let digits = usize::from(digits);
        if fraction.len() > digits {
            return Err(NotWhole::TooPrecise);
        }
        let text = format!("{}{fraction:0<digits$}", self.whole);
        let n = text.parse::<i64>().ok().filter(|n| fidela_rules::num::fits(*n));
        n.ok_or(NotWhole::TooLarge)
    }
}

/// What parts thousands beside the point and the comma.
fn is_apart(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The digits of a whole number, with its thousands in order: one mark throughout, three digits in each group.
fn joined(text: &str) -> Option<String> {
    if is_digits(text) {
        return Some(text.to_owned());
    }
    let mark =
        text.chars().find(|c| !c.is_ascii_digit()).filter(|c| is_apart(*c) || matches!(c, '.' | ','))?;
    let mut groups = text.split(mark);
    let first =
        groups.next().filter(|group| is_digits(group) && group.len() <= 3 && !group.starts_with('0'))?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let cases = [
            ("12.50", Ok(1250)),
            ("12,50", Ok(1250)),
            ("12,5", Ok(1250)),
            ("12", Ok(1200)),
            ("1.234,56", Ok(123_456)),
            ("1,234.56", Ok(123_456)),
            ("1 234,56", Ok(123_456)),
            ("1\u{a0}234,56", Ok(123_456)),
            ("1\u{202f}234.56", Ok(123_456)),
            ("1'234.56", Ok(123_456)),
            ("1.234.567", Ok(123_456_700)),
            ("1,234,567.8", Ok(123_456_780)),
            ("1 234", Ok(123_400)),
            ("12.345.678,90", Ok(1_234_567_890)),
            ("0,500", Ok(50)),
            ("1234,500", Ok(123_450)),
            ("1 234,500", Ok(123_450)),
            ("007", Ok(700)),
            ("90071992547409.91", Ok(9_007_199_254_740_991)),
        ];
        for (text, expect) in cases {
            assert_eq!(Decimal::of_written(text).map(|n| n.whole(2).unwrap()), expect, "{text}");
        }
        for text in ["1,234", "1.234", "12.500", "999,999"] {
            assert_eq!(Decimal::of_written(text), Err(NotANumber::Ambiguous), "{text}");
        }
        let wrong = [
            "",
            " ",
            "-",
            ".",
            ",",
            "1.",
            ".5",
            "1..2",
            "1.2.3",
            "12,34,56",
            "1,23.4,5",
            "1 2",
            "1 23",
            "0.123.456",
            "1.234,567.8",
            "1,234 567",
            "x",
            "1x",
            "1,x34",
            "١٢",
            "1e3",
            "1 234 56",
            "--1",
            "1-",
            "12 ,5",
            "1.,2",
        ];
        for text in wrong {
            assert_eq!(Decimal::of_written(text), Err(NotANumber::Invalid), "{text}");
        }
        let precise = Decimal::of_written("12,345 6".replace(' ', "").as_str()).unwrap();
        assert_eq!(precise.whole(2), Err(NotWhole::TooPrecise));
        assert_eq!(Decimal::of_written("90071992547409.92").unwrap().whole(2), Err(NotWhole::TooLarge));
        assert_eq!(Decimal::of_written(&"9".repeat(300)).unwrap().whole(0), Err(NotWhole::TooLarge));
        assert!(Decimal::of_written("-5").unwrap().negative);
    }
}
