//! A cell, as either kind of file gives it.

use crate::values::date;

/// Errors as Excel shows them in our five languages.
const ERRORS: &[&str] = &[
    "#N/A",
    "#N/D",
    "#REF!",
    "#¡REF!",
    "#VALUE!",
    "#VALEUR!",
    "#VALOR!",
    "#¡VALOR!",
    "#VALOARE!",
    "#DIV/0!",
    "#¡DIV/0!",
    "#NAME?",
    "#NOM?",
    "#NOME?",
    "#NUME?",
    "#¿NOMBRE?",
    "#NUM!",
    "#¡NUM!",
    "#NOMBRE!",
    "#NULL!",
    "#NUL!",
    "#NULO!",
    "#¡NULO!",
    "#SPILL!",
    "#CALC!",
    "########",
];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, with spaces around it.
    Text(String),
    /// A workbook's number as a plain decimal of at most 15 significant digits, which is what spreadsheets show;
    /// whether digits were lost in that.
    /// `since` is what to add where it is a day: old Macs' workbooks count from 1904.
    Number { text: String, rounded: bool, since: i64 },
    /// A number that is formatted as a date: days since 1899-12-30.
    Date(i64),
    /// A truth value.
    Bool(bool),
    /// A spreadsheet's error, such as `#N/A`.
    Error(String),
    /// A formula that nobody has computed.
    NotComputed,
}

impl Cell {
    /// Text; nothing where only spaces are; an error where a spreadsheet wrote one into a CSV file.
    pub(crate) fn text(text: &str) -> Self {
        let trimmed = trim(text);
        if trimmed.is_empty() {
            Self::Empty
        } else if trimmed.starts_with('#') && ERRORS.contains(&trimmed) {
            Self::Error(trimmed.to_owned())
        } else {
            Self::Text(text.to_owned())
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// As a fault repeats it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Empty | Self::NotComputed => String::new(),
            Self::Text(text) | Self::Error(text) | Self::Number { text, .. } => text.clone(),
            Self::Date(serial) => {
                date::of_serial(*serial).map_or_else(|| serial.to_string(), |day| day.to_string())
            }
            Self::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }
}

/// Without spaces around it, those included that come along when text is copied from a page.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{202a}'..='\u{202e}')
    })
}
