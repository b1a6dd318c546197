//! Days: ISO 8601, as people write them, and as spreadsheets count them.

use crate::cell::{Cell, trim};
use crate::fault::Code;
use crate::options::DateOrder;
use jiff::civil::{Date, date};

/// The first day that anybody could mean.
const FIRST: Date = date(1900, 1, 1);
/// The last one.
const LAST: Date = date(2199, 12, 31);

/// A day. A time of day beside it is left out.
pub(crate) fn read(cell: &Cell, order: Option<DateOrder>) -> Result<Date, Code> {
    let day = match cell {
        Cell::Date(serial) => of_serial(*serial).ok_or(Code::DateInvalid),
        // Without a date's format only what cannot be a year is taken for a day: 10000 is in 1927.
        Cell::Number { text, since, .. } => bare_serial(text, *since).ok_or(Code::DateInvalid),
        Cell::Text(text) => written(trim(text), order),
        _ => Err(Code::DateInvalid),
    }?;
    if (FIRST..=LAST).contains(&day) { Ok(day) } else { Err(Code::DateInvalid) }
}

/// The day of a spreadsheet's number. Day 60 is 29 February 1900, which never was.
pub(crate) fn of_serial(serial: i64) -> Option<Date> {
    let since = if serial < 60 { date(1899, 12, 31) } else { date(1899, 12, 30) };
    let days = jiff::Span::new().try_days(serial).ok()?;
    (serial > 0 && serial != 60).then(|| since.checked_add(days).ok()).flatten()
}

fn bare_serial(text: &str, since: i64) -> Option<Date> {
    let whole = text.split('.').next().unwrap_or_default();
    let serial = (5..=6).contains(&whole.len()).then(|| whole.parse::<i64>().ok()).flatten()?;
    of_serial(serial.checked_add(since)?)
}

fn written(text: &str, order: Option<DateOrder>) -> Result<Date, Code> {
    if let Some(day) = bare_serial(text, 0).filter(|_| text.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(day);
    }
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    if !is_time(time.trim()) {
        return Err(Code::DateInvalid);
    }
    let mark = day.chars().find(|c| matches!(c, '-' | '/' | '.')).ok_or(Code::DateInvalid)?;
    let pieces: Vec<&str> = day.trim_end_matches('.').split(mark).collect();
    let [first, second, third] = pieces.as_slice() else { return Err(Code::DateInvalid) };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<i16>().ok()).flatten().ok_or(Code::DateInvalid)
    };
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    let (year, month, day) = if first.len() == 4 && second.len() <= 2 && third.len() <= 2 {
        (a, b, c)
    } else if third.len() == 4 && first.len() <= 2 && second.len() <= 2 {
        match order {
            Some(DateOrder::DayFirst) => (c, b, a),
            Some(DateOrder::MonthFirst) => (c, a, b),
            None if a > 12 || a == b => (c, b, a),
            None if b > 12 => (c, a, b),
            None => return Err(Code::DateAmbiguous),
        }
    } else {
        return Err(Code::DateInvalid);
    };
    let small = |n: i16| i8::try_from(n).map_err(|_| Code::DateInvalid);
    Date::new(year, small(month)?, small(day)?).map_err(|_| Code::DateInvalid)
}

/// Whether it looks like a time of day (`10:30`, `10:30:00.000Z`, `10:30 AM`), or is nothing.
fn is_time(text: &str) -> bool {
    let known = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '+' | '-' | ' ' | 'Z');
    let text = text.trim_end_matches(['A', 'P', 'M', 'a', 'p', 'm']);
    text.is_empty() || (text.len() <= 30 && text.contains(':') && text.chars().all(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        use DateOrder::{DayFirst, MonthFirst};
        let ok = date(2026, 4, 3);
        let cases = [
            ("2026-04-03", None, Ok(ok)),
            ("2026/04/03", None, Ok(ok)),
            ("2026-4-3", None, Ok(ok)),
            ("2026-04-03T23:59:59Z", None, Ok(ok)),
            ("2026-04-03 10:30", None, Ok(ok)),
            ("03/04/2026", Some(DayFirst), Ok(ok)),
            ("3.4.2026", Some(DayFirst), Ok(ok)),
            ("03-04-2026 10:30:00", Some(DayFirst), Ok(ok)),
            ("04/03/2026", Some(MonthFirst), Ok(ok)),
            ("4/3/2026 10:30 AM", Some(MonthFirst), Ok(ok)),
            ("03/04/2026", None, Err(Code::DateAmbiguous)),
            ("04/04/2026", None, Ok(date(2026, 4, 4))),
            ("22/11/2026", None, Ok(date(2026, 11, 22))),
            ("11/22/2026", None, Ok(date(2026, 11, 22))),
            ("11/22/2026", Some(DayFirst), Err(Code::DateInvalid)),
            ("46115", None, Ok(date(2026, 4, 3))),
            ("2026", None, Err(Code::DateInvalid)),
            ("20260403", None, Err(Code::DateInvalid)),
            ("03/04/26", Some(DayFirst), Err(Code::DateInvalid)),
            ("2026-02-30", None, Err(Code::DateInvalid)),
            ("2026-13-01", None, Err(Code::DateInvalid)),
            ("0026-04-03", None, Err(Code::DateInvalid)),
            ("2500-01-01", None, Err(Code::DateInvalid)),
            ("2026-04-03 soon", None, Err(Code::DateInvalid)),
            ("2026-04", None, Err(Code::DateInvalid)),
            ("2026-04-03-01", None, Err(Code::DateInvalid)),
            ("next week", None, Err(Code::DateInvalid)),
            ("99999999999999999999", None, Err(Code::DateInvalid)),
            ("-5", None, Err(Code::DateInvalid)),
            ("", None, Err(Code::DateInvalid)),
        ];
        for (text, order, expect) in cases {
            assert_eq!(read(&Cell::Text(text.to_owned()), order), expect, "{text} {order:?}");
        }
    }

    #[test]
    fn days_as_spreadsheets_count_them() {
        let cases = [
            (1, date(1900, 1, 1)),
            (59, date(1900, 2, 28)),
            (61, date(1900, 3, 1)),
            (46_115, date(2026, 4, 3)),
        ];
        for (serial, expect) in cases {
            assert_eq!(of_serial(serial), Some(expect), "{serial}");
        }
        for serial in [-1, 0, 60, 2_958_466, i64::MAX, i64::MIN] {
            assert_eq!(of_serial(serial), None, "{serial}");
        }
    }
}
