//! Imports on the wire: a spreadsheet that is looked at first, then counted, and can be taken back.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the rows of an import are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Completions of one mission.
    Completions,
    /// Balances brought along from elsewhere.
    Balances,
}

impl ImportKind {
    /// From how it is written in an address.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "completions" => Some(Self::Completions),
            "balances" => Some(Self::Balances),
            _ => None,
        }
    }
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// The file is being read. One that stays so has broken off: send it again with its key.
    Reading,
    /// It is found out what each row would do. Nothing has an effect yet.
    Checking,
    /// It is known what each row would do; `POST …/start` has it done.
    Ready,
    /// Rows are being counted.
    Running,
    /// All rows have been dealt with.
    Done,
    /// What it granted is being taken back.
    Reverting,
    /// What was left of what it granted is taken back.
    Reverted,
}

impl ImportStatus {
    /// Whether something is being done by itself.
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Reading | Self::Checking | Self::Running | Self::Reverting)
    }
}

/// What became of a row, or would become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportRowStatus {
    /// It has faults and counts for nothing; each is listed.
    Faulty,
    /// Nobody has looked at it yet.
    Unchecked,
    /// It would give its points.
    Grantable,
    /// Its points would wait for whoever proves the e-mail address.
    WillWait,
    /// It had been counted before: nothing changes.
    Replayed,
    /// It counts for nothing; `code` says why.
    Refused,
    /// Its points have arrived.
    Granted,
    /// Its points wait for whoever proves the e-mail address.
    Waiting,
    /// What was left of its points is taken back; `missing` had gone before.
    TakenBack,
}

impl ImportRowStatus {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Faulty,
        Self::Unchecked,
        Self::Grantable,
        Self::WillWait,
        Self::Replayed,
        Self::Refused,
        Self::Granted,
        Self::Waiting,
        Self::TakenBack,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Faulty => "faulty",
            Self::Unchecked => "unchecked",
            Self::Grantable => "grantable",
            Self::WillWait => "will_wait",
            Self::Replayed => "replayed",
            Self::Refused => "refused",
            Self::Granted => "granted",
            Self::Waiting => "waiting",
            Self::TakenBack => "taken_back",
        }
    }

    /// Those that words with commas between them name, each once; nothing where one of them names none.
    pub fn of_words(words: &str) -> Option<Vec<Self>> {
        let mut found = Vec::new();
        for word in words.split(',') {
            let status = Self::ALL.into_iter().find(|status| status.word() == word.trim())?;
            if !found.contains(&status) {
                found.push(status);
            }
        }
        Some(found)
    }
}

/// An import in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportEntry {
    /// `im_…`.
    pub id: String,
    /// What its rows are.
    pub kind: ImportKind,
    /// The mission, of completions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mission: Option<String>,
    /// Where it stands.
    pub status: ImportStatus,
    /// When the file was sent.
    pub created_at: Timestamp,
    /// Until when its rows are kept: 90 days from when nothing more happened to it. From then on only their numbers
    /// are, and it can neither be started nor taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_until: Option<Timestamp>,
}

/// An import: where it stands, and what its rows do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Import {
    /// As in the list.
    #[serde(flatten)]
    pub entry: ImportEntry,
    /// Rows of the file that are not empty.
    pub rows: i64,
    /// Of them, those that the present step has dealt with.
    pub rows_done: i64,
    /// How many rows came to what.
    pub counts: ImportCounts,
    /// Points that its rows would give.
    pub points_to_grant: i64,
    /// Points that it gave, with those that wait.
    pub points_granted: i64,
    /// Points that were taken back.
    pub points_taken_back: i64,
    /// Points that could not be taken back: they are spent, kept for a cart, or have lapsed.
    pub points_missing: i64,
    /// Columns that were found.
    pub columns: Vec<ImportColumn>,
    /// Columns that were left out.
    pub warnings: Vec<ImportWarning>,
}

/// What an import came to, as an event tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportFinished {
    /// `im_…`.
    pub import_id: String,
    /// What its rows are.
    pub kind: ImportKind,
    /// The mission, of completions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mission: Option<String>,
    /// `done`, or `reverted`.
    pub status: ImportStatus,
    /// Rows of the file that are not empty.
    pub rows: i64,
    /// How many rows came to what.
    pub counts: ImportCounts,
    /// Points that it gave, with those that wait.
    pub points_granted: i64,
    /// Points that were taken back.
    pub points_taken_back: i64,
    /// Points that could not be taken back.
    pub points_missing: i64,
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportCounts {
    /// With faults.
    pub faulty: i64,
    /// Nobody has looked at them yet.
    pub unchecked: i64,
    /// Would give their points.
    pub grantable: i64,
    /// Their points would wait.
    pub will_wait: i64,
    /// Had been counted before.
    pub replayed: i64,
    /// Count for nothing, whatever the reason.
    pub refused: i64,
    /// Of those refused: over the mission's limit.
    pub over_limit: i64,
    /// Of those refused: over what the plan allows. `POST …/start` tries them again.
    pub over_plan: i64,
    /// Their points have arrived.
    pub granted: i64,
    /// Their points wait.
    pub waiting: i64,
    /// Taken back.
    pub taken_back: i64,
}

/// A column that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportColumn {
    /// Our name, such as `customer_id`.
    pub field: String,
    /// The column's letter.
    pub column: String,
    /// Its name in the file.
    pub header: String,
}

/// A column that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportWarning {
    /// The column's letter.
    pub column: String,
    /// Its name in the file.
    pub header: String,
    /// Stable code.
    pub code: String,
    /// A sentence, in the caller's language.
    #[serde(default)]
    pub title: String,
}

/// A row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportRow {
    /// Its number, as a spreadsheet shows it: the header is row 1.
    pub row: i64,
    /// What became or would become of it.
    pub status: ImportRowStatus,
    /// Whom it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Whom it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the completion is known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Points that it gives, gave, or that were taken back.
    pub points: i64,
    /// Points that could not be taken back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missing: i64,
    /// Of a refused one: the stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of a refused one: a sentence, in the caller's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// All that is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ImportFault>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference; on wasm32 it is not trivial"
)]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// What is wrong with one value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportFault {
    /// The column's letter; none where it is the whole row's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column's name in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The value, shortened.
    pub value: String,
    /// Stable code.
    pub code: String,
    /// A sentence, in the caller's language.
    #[serde(default)]
    pub title: String,
}

/// A balance that waits for somebody to prove an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WaitingOpening {
    /// The import that brought it along.
    pub import: String,
    /// Points that it will give.
    pub points: i64,
    /// The last day on which they can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Money spent so far, minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<i64>,
    /// The day on which the customer registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Date>,
    /// Birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Date>,
    /// The customer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_asked_for_by_the_words_that_they_are_told_by() {
        for status in ImportRowStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.word());
            assert_eq!(ImportRowStatus::of_words(status.word()), Some(vec![status]));
        }
        let two = vec![ImportRowStatus::Refused, ImportRowStatus::Faulty];
        assert_eq!(ImportRowStatus::of_words("refused, faulty,refused"), Some(two));
        for wrong in ["", "good", "refused,", "Refused"] {
            assert_eq!(ImportRowStatus::of_words(wrong), None, "{wrong}");
        }
    }
}
