//! Ids, addresses and names.

use crate::cell::{Cell, trim};
use crate::fault::Code;

/// A text without spaces around it.
fn text(cell: &Cell) -> Result<String, Code> {
    let text = match cell {
        Cell::Text(text) => trim(text),
        Cell::Number { rounded: true, .. } => return Err(Code::NumberNotExact),
        Cell::Number { text, .. } => text,
        _ => return Err(Code::NotText),
    };
    if text.chars().any(char::is_control) { Err(Code::ControlCharacter) } else { Ok(text.to_owned()) }
}

/// One of a shop's own ids; `wrong` if it cannot be one.
pub(crate) fn id(cell: &Cell, wrong: Code) -> Result<String, Code> {
    let text = text(cell)?;
    if is_rounded(&text) {
        return Err(Code::NumberNotExact);
    }
    if fidela_protocol::ids::is_shop_id(&text) { Ok(text) } else { Err(wrong) }
}

/// An e-mail address, as it was written.
pub(crate) fn email(cell: &Cell) -> Result<String, Code> {
    let text = text(cell)?;
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    if fidela_rules::order::is_email(&text) && !text.contains(hidden) {
        Ok(text)
    } else {
        Err(Code::EmailInvalid)
    }
}

/// A name.
pub(crate) fn name(cell: &Cell) -> Result<String, Code> {
    let text = match cell {
        // A name over two lines is a name.
        Cell::Text(name) => text(&Cell::Text(name.replace(['\n', '\r', '\t'], " ")))?,
        cell => text(cell)?,
    };
    if text.chars().count() > crate::limits::NAME_CHARS { Err(Code::NameTooLong) } else { Ok(text) }
}

/// Whether a spreadsheet wrote an id as `1,23457E+15`.
fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+") else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1 && digits(whole) && digits(fraction) && digits(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_lost_their_end_are_refused() {
        let of = |text: &str| id(&Cell::Text(text.to_owned()), Code::CustomerIdInvalid);
        assert_eq!(of(" c-1 ").as_deref(), Ok("c-1"));
        assert_eq!(of("0012").as_deref(), Ok("0012"));
        assert_eq!(of("1E+5A").as_deref(), Ok("1E+5A"));
        for text in ["1,23457E+15", "1.23457E+15", "1E+15"] {
            assert_eq!(of(text), Err(Code::NumberNotExact), "{text}");
        }
        assert_eq!(of("a\u{7}b"), Err(Code::ControlCharacter));
        assert_eq!(of(&"x".repeat(256)), Err(Code::CustomerIdInvalid));
        let number = |rounded| Cell::Number { text: "123".to_owned(), rounded, since: 0 };
        assert_eq!(id(&number(false), Code::CustomerIdInvalid).as_deref(), Ok("123"));
        assert_eq!(id(&number(true), Code::CustomerIdInvalid), Err(Code::NumberNotExact));
        assert_eq!(id(&Cell::Bool(true), Code::CustomerIdInvalid), Err(Code::NotText));
    }
}
