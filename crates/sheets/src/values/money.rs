//! Money: a number, and perhaps a currency beside it.

use super::number::{Decimal, NotANumber, NotWhole};
use crate::cell::{Cell, trim};
use crate::fault::Code;
use crate::options::Currency;

/// Signs and words that stand for currencies; a dollar or a peso may be many.
const SIGNS: &[(&str, &[&str])] = &[
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["JPY", "CNY"]),
    ("r$", &["BRL"]),
    ("us$", &["USD"]),
    ("$", &["USD", "ARS", "AUD", "BRL", "CAD", "CLP", "COP", "DOP", "HKD", "MXN", "NZD", "SGD", "UYU"]),
    ("lei", &["RON", "MDL"]),
    ("leu", &["RON", "MDL"]),
    ("s/", &["PEN"]),
    ("s/.", &["PEN"]),
    ("bs", &["BOB", "VES"]),
    ("₲", &["PYG"]),
    ("₡", &["CRC"]),
    ("fr", &["CHF"]),
    ("fr.", &["CHF"]),
    ("zł", &["PLN"]),
    ("kč", &["CZK"]),
    ("ft", &["HUF"]),
    ("лв", &["BGN"]),
    ("лв.", &["BGN"]),
];

/// Minor units, not negative.
pub(crate) fn read(cell: &Cell, currency: Currency) -> Result<i64, Code> {
    let number = match cell {
        Cell::Number { text, .. } => Decimal::of_plain(text).ok_or(Code::AmountInvalid)?,
        Cell::Text(text) => written(trim(text), currency)?,
        _ => return Err(Code::AmountInvalid),
    };
    let amount = number.whole(currency.digits()).map_err(|why| match why {
        NotWhole::TooPrecise => Code::AmountTooPrecise,
        NotWhole::TooLarge => Code::AmountTooLarge,
    })?;
    if number.negative && amount != 0 { Err(Code::AmountNegative) } else { Ok(amount) }
}

fn written(text: &str, currency: Currency) -> Result<Decimal, Code> {
    // Accountants put what is owed in brackets.
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return written(inner.trim(), currency).and(Err(Code::AmountNegative));
    }
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '\u{2212}');
    let start = text.find(is_number).ok_or(Code::AmountInvalid)?;
    let end = text.rfind(|c: char| c.is_ascii_digit()).ok_or(Code::AmountInvalid)?;
    let before = text.get(..start).unwrap_or_default();
    let number = text.get(start..=end).ok_or(Code::AmountInvalid)?;
    let after = text.get(end.saturating_add(1)..).unwrap_or_default();
    // `-R$ 5` has its sign before the currency, where `start` found it.
    let (sign, number) = match number.strip_prefix(['-', '+', '\u{2212}']) {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) => {
            let at = rest.find(|c: char| c.is_ascii_digit()).ok_or(Code::AmountInvalid)?;
            let (between, digits) = rest.split_at_checked(at).ok_or(Code::AmountInvalid)?;
            check_currency(between, currency)?;
            (!number.starts_with('+'), digits)
        }
        _ => (false, number),
    };
    check_currency(before, currency)?;
    check_currency(after, currency)?;
    let mut decimal = Decimal::of_written(number).map_err(|why| match why {
        NotANumber::Invalid => Code::AmountInvalid,
        NotANumber::Ambiguous => Code::AmountAmbiguous,
    })?;
    decimal.negative |= sign;
    Ok(decimal)
}

/// What stands beside a number is the store's currency, or nothing.
fn check_currency(beside: &str, currency: Currency) -> Result<(), Code> {
    let beside = trim(beside).to_lowercase();
    if beside.is_empty() || beside.eq_ignore_ascii_case(currency.code()) {
        return Ok(());
    }
    match SIGNS.iter().find(|(sign, _)| *sign == beside) {
        Some((_, codes)) if codes.contains(&currency.code()) => Ok(()),
        Some(_) => Err(Code::AmountOtherCurrency),
        None if beside.len() == 3 && beside.bytes().all(|b| b.is_ascii_lowercase()) => {
            Err(Code::AmountOtherCurrency)
        }
        None => Err(Code::AmountInvalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, code: &str) -> Result<i64, Code> {
        read(&Cell::Text(text.to_owned()), Currency::of(code).unwrap())
    }

    // S0.6
    #[test]
    fn money_as_people_write_it() {
        let cases = [
            ("12.50", "RON", 1250),
            ("12,50", "RON", 1250),
            (" 12,50 ", "RON", 1250),
            ("R$ 12,50", "BRL", 1250),
            ("R$12,50", "BRL", 1250),
            ("12.50 lei", "RON", 1250),
            ("12,50 RON", "RON", 1250),
            ("ron 12,50", "RON", 1250),
            ("€ 1.234,56", "EUR", 123_456),
            ("1 234,56 €", "EUR", 123_456),
            ("$1,234.56", "MXN", 123_456),
            ("US$ 5", "USD", 500),
            ("1.234,5678", "CLF", 12_345_678),
            ("1.234.567", "CLP", 1_234_567),
            ("$ 15 000", "CLP", 15_000),
            ("15.00", "CLP", 15),
            ("1,2345", "KWD", -1),
            ("12,5", "KWD", 12_500),
            ("-0", "RON", 0),
        ];
        for (text, code, expect) in cases {
            let expect = if expect < 0 { Err(Code::AmountTooPrecise) } else { Ok(expect) };
            assert_eq!(of(text, code), expect, "{text}");
        }
        let refused = [
            ("1,234", Code::AmountAmbiguous),
            ("1.234 lei", Code::AmountAmbiguous),
            ("12.50 EUR", Code::AmountOtherCurrency),
            ("€5", Code::AmountOtherCurrency),
            ("USD 5", Code::AmountOtherCurrency),
            ("-5", Code::AmountNegative),
            ("-R$ 5", Code::AmountOtherCurrency),
            ("-lei 5", Code::AmountNegative),
            ("(5,00)", Code::AmountNegative),
            ("12,345678", Code::AmountTooPrecise),
            ("99999999999999999", Code::AmountTooLarge),
            ("five", Code::AmountInvalid),
            ("5 apples", Code::AmountInvalid),
            ("5 5", Code::AmountInvalid),
            ("=5+5", Code::AmountInvalid),
            ("5%", Code::AmountInvalid),
            ("", Code::AmountInvalid),
            ("()", Code::AmountInvalid),
            ("((((1))))", Code::AmountNegative),
        ];
        for (text, expect) in refused {
            assert_eq!(of(text, "RON"), Err(expect), "{text}");
        }
    }

    #[test]
    fn a_workbooks_number_is_not_ambiguous() {
        let of = |text: &str| {
            read(
                &Cell::Number { text: text.to_owned(), rounded: false, since: 0 },
                Currency::of("RON").unwrap(),
            )
        };
        assert_eq!(of("1234"), Ok(123_400));
        assert_eq!(of("1.23"), Ok(123));
        assert_eq!(of("1.234"), Err(Code::AmountTooPrecise));
        assert_eq!(of("-1"), Err(Code::AmountNegative));
        assert_eq!(read(&Cell::Date(46_000), Currency::of("RON").unwrap()), Err(Code::AmountInvalid));
    }
}
