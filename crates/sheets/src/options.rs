//! What is imported, in which language, in which currency.

use serde::{Deserialize, Serialize};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Completions of one mission.
    Completions {
        /// Whether each row needs a reference: the mission may be done more than once.
        reference: bool,
        /// Whether each row needs an amount: the mission is paid by it.
        amount: bool,
    },
    /// Balances that a merchant brings along from elsewhere.
    Balances,
}

/// A language that Fidela speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Brazil's Portuguese.
    #[serde(rename = "pt-BR")]
    Portuguese,
    /// Romanian.
    #[serde(rename = "ro")]
    Romanian,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::English, Self::Spanish, Self::French, Self::Portuguese, Self::Romanian];

    /// Its code, as the widget and the locales have it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Portuguese => "pt-BR",
            Self::Romanian => "ro",
        }
    }

    /// The language of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// What its Excel expects between the cells of a CSV file: where the comma is the decimal mark, a semicolon.
    pub const fn separator(self) -> char {
        match self {
            Self::English => ',',
            _ => ';',
        }
    }

    /// How its dates are written; in English nobody can tell.
    const fn dates(self) -> Option<DateOrder> {
        match self {
            Self::English => None,
            _ => Some(DateOrder::DayFirst),
        }
    }
}

/// How `03/04/2026` is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// The third of April.
    DayFirst,
    /// The fourth of March.
    MonthFirst,
}

/// The store's currency: its code and how many decimals it has (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    code: [u8; 3],
    digits: u8,
}

impl Currency {
    /// The currency of a code of three upper-case letters.
    pub fn of(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        let digits = match code {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        };
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self { code: letters, digits })
    }

    /// Its code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// Digits after the decimal point.
    pub const fn digits(&self) -> u8 {
        self.digits
    }
}

/// What a file is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What its rows are.
    pub kind: Kind,
    /// The merchant's language: it decides how dates are read, and in which code page an old CSV file was
    /// written. Columns are found by their names in all languages.
    pub language: Language,
    /// The store's currency.
    pub currency: Currency,
    /// How dates are written; by the language, if not said.
    pub dates: Option<DateOrder>,
}

impl Options {
    /// Of a kind, a language and a currency.
    pub const fn new(kind: Kind, language: Language, currency: Currency) -> Self {
        Self { kind, language, currency, dates: None }
    }

    pub(crate) const fn date_order(self) -> Option<DateOrder> {
        match self.dates {
            Some(order) => Some(order),
            None => self.language.dates(),
        }
    }
}
