//! What a file's rows become.

use crate::fault::{Fault, Warning};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A row of the file that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number, as a spreadsheet program shows it: the header is row 1, a line break within quotation marks
    /// starts no row, an empty row counts.
    pub number: u32,
    /// What it says.
    pub content: Content,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Somebody did a mission.
    Completion(Completion),
    /// Somebody had points before.
    Balance(Balance),
    /// Something is wrong; all of it.
    Faults(Vec<Fault>),
}

/// A mission done. At least one of `email` and `customer_id` is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Completion {
    /// E-mail address, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The shop's own id of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// What tells this completion from others of the same shopper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What is paid for, minor units; more than zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The order it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// A balance brought along. At least one of `email` and `customer_id` is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Balance {
    /// E-mail address, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The shop's own id of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Points, whole, not negative.
    pub points: i64,
    /// The last day on which they can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Money spent so far, minor units, not negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent: Option<i64>,
    /// The day on which the customer registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Date>,
    /// Birthday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Date>,
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What kind of file it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with separators.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// What was read, once all of it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The kind of file.
    pub format: Format,
    /// Rows below the header that are not empty.
    pub rows: u32,
    /// Those of them with faults.
    pub faulty: u32,
    /// Columns that were found: our name, and the one in the file.
    pub columns: Vec<Found>,
    /// Columns that were left out.
    pub warnings: Vec<Warning>,
    /// The sheet that was read, of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// A column that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Our name, such as `customer_id`.
    pub field: String,
    /// The column's letter.
    pub column: String,
    /// Its name, as the file's header has it.
    pub header: String,
}
