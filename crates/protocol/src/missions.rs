//! Missions on the wire: completions that are told, and missions as people see them.

use fidela_rules::program::{MissionPoints, Verify};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A completion of a mission: by whom, and which.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// The shop's customer id. This or `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// An e-mail address. Where no account has proved it yet, the points wait for the one that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The shop's own id of this completion, 1 to 255 characters: told again, it counts once. Needed where the
    /// mission may be completed more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Minor units, where the mission is paid by amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The order it belongs to, as a review does: cancelled or wholly refunded, it takes the points along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// Many completions of one mission, each with its own answer.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Completions {
    /// 1 to 1,000.
    pub completions: Vec<Value>,
}

/// `POST /v1/me/missions/{id}/completions`: the shopper says that it is done.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MyCompletion {
    /// What makes it another completion than the last; needed where there can be several.
    #[serde(default)]
    pub reference: Option<String>,
}

/// What became of a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CompletionStatus {
    /// Its points have arrived.
    Granted,
    /// It had been told before; nothing changed.
    Replayed,
    /// Its points wait for an account that proves the e-mail address.
    Waiting,
    /// It counts for nothing; `code` says why.
    Refused,
}

/// The answer to one completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompletionResult {
    /// What became of it.
    pub status: CompletionStatus,
    /// Points that it gave, now or when it was first told.
    #[serde(default)]
    pub points: i64,
    /// Whose account it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// What it is known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How often this shopper has completed the mission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<i64>,
    /// How often they still may; absent without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<i64>,
    /// Of a refused one: the stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of a refused one: a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of a refused one: its numbers.
    #[serde(flatten)]
    pub numbers: Map<String, Value>,
}

impl CompletionResult {
    /// One that was refused, or counts for nothing yet.
    pub fn new(status: CompletionStatus) -> Self {
        Self {
            status,
            points: 0,
            customer_id: None,
            reference: None,
            done: None,
            left: None,
            code: None,
            title: None,
            numbers: Map::new(),
        }
    }
}

/// The answers to many completions, in their order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompletionResults {
    /// One for each.
    pub results: Vec<CompletionResult>,
    /// How many were granted.
    pub granted: usize,
    /// How many had been told before.
    pub replayed: usize,
    /// How many wait for an account.
    pub waiting: usize,
    /// How many were refused.
    pub refused: usize,
}

impl CompletionResults {
    /// With each kind counted.
    pub fn of(results: Vec<CompletionResult>) -> Self {
        let count = |status| results.iter().filter(|result| result.status == status).count();
        Self {
            granted: count(CompletionStatus::Granted),
            replayed: count(CompletionStatus::Replayed),
            waiting: count(CompletionStatus::Waiting),
            refused: count(CompletionStatus::Refused),
            results,
        }
    }
}

/// A completion that waits for somebody to prove an e-mail address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WaitingCompletion {
    /// The mission.
    pub mission: String,
    /// What it is known by.
    pub reference: String,
    /// Points that it will give.
    pub points: i64,
}

/// A mission as people see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissionNow {
    /// Its id within the store.
    pub id: String,
    /// One of the library's kinds, or `custom`.
    pub kind: String,
    /// Its name, in the reader's language.
    #[serde(default)]
    pub title: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What it gives: "50 points".
    #[serde(default)]
    pub gives: String,
    /// How far one is and until when, each a few words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// Address of its icon at the edge.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// How many points.
    pub points: MissionPoints,
    /// How often one shopper may complete it; absent without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How often this shopper has.
    pub done: i64,
    /// How often they still may; absent without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<i64>,
    /// Whether it can be completed now, soon, or no more.
    pub state: MissionState,
    /// How its completion is known.
    pub verify: Verify,
    /// First local day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last local day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Where a mission stands for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissionState {
    /// It can be completed.
    Open,
    /// It begins within 30 days.
    Soon,
    /// It was completed as often as it may be.
    Done,
}

/// Points that have arrived of themselves: told once, as a toast.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Toast {
    /// Grows with time: what was shown before is not shown again.
    pub id: i64,
    /// The mission.
    pub mission: String,
    /// Points that arrived.
    pub points: i64,
    /// A sentence, in the reader's language.
    #[serde(default)]
    pub title: String,
}
