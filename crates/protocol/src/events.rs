//! What a store's server is told by itself: events, and the webhook endpoints that they go to.
//!
//! Each event goes out as a `POST` with an [`Event`] as its body, signed by the Standard Webhooks scheme, and carries
//! nothing of a person but the shop's own customer id.

use crate::imports::ImportFinished;
use fidela_rules::program::Text;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One event, as an endpoint gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// `evt_…`, also the header `webhook-id`: the same event has the same id however often it is sent.
    pub id: String,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
    /// When it happened.
    pub at: Timestamp,
    /// Where.
    pub store_id: String,
    /// To whom: the shop's own id. None where it is about nobody in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "data")]
pub enum Happening {
    /// Points arrived.
    #[serde(rename = "points.earned")]
    PointsEarned {
        /// How many.
        points: i64,
        /// What for, `order:{id}` for one; none where they were given by hand.
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// First local day on which they can be used.
        usable_from: Date,
        /// Last one, if they expire.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_day: Option<Date>,
        /// Usable points after it.
        available: i64,
    },
    /// Points were spent on an order.
    #[serde(rename = "points.redeemed")]
    PointsRedeemed {
        /// How many.
        points: i64,
        /// The redemption.
        redemption_id: String,
        /// Of them, what was not there and is owed.
        owed: i64,
        /// Usable points after it.
        available: i64,
    },
    /// Points whose last day is over.
    #[serde(rename = "points.expired")]
    PointsExpired {
        /// How many.
        points: i64,
        /// Usable points after it.
        available: i64,
    },
    /// Points that will expire, as many days before as the store's settings say.
    #[serde(rename = "points.expiring")]
    PointsExpiring {
        /// How many.
        points: i64,
        /// Their last local day.
        on: Date,
        /// What they are worth, minor units.
        value: i64,
    },
    /// A stamp card was full and gave a reward.
    #[serde(rename = "reward.issued")]
    RewardIssued {
        /// The reward.
        reward_id: String,
        /// The card.
        card_id: String,
    },
    /// Another level was reached, or lost.
    #[serde(rename = "level.changed")]
    LevelChanged {
        /// The level before; none where there was none.
        from: Option<EventLevel>,
        /// The level now; none where there is none.
        to: Option<EventLevel>,
    },
    /// A friend whom the customer invited has ordered, and the review is over.
    #[serde(rename = "referral.rewarded")]
    ReferralRewarded {
        /// `rf_…`.
        referral_id: String,
        /// The friend: the shop's own id.
        #[serde(skip_serializing_if = "Option::is_none")]
        friend_id: Option<String>,
        /// What the customer was given.
        points: i64,
        /// What the friend was given.
        friend_points: i64,
    },
    /// A mission was completed.
    #[serde(rename = "mission.completed")]
    MissionCompleted {
        /// The mission.
        mission: String,
        /// Which of its completions; none where it can be completed once.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// What it gave.
        points: i64,
        /// Whether the shopper is told by e-mail.
        notify_email: bool,
    },
    /// An import was done, or taken back.
    #[serde(rename = "import.finished")]
    ImportFinished(ImportFinished),
}

/// A level, as an event tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventLevel {
    /// What people read, by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// Money spent from which it is reached, minor units.
    pub spend_from: i64,
}

/// The `type` of the one event that is about no customer.
pub const IMPORT_FINISHED: &str = "import.finished";

macro_rules! kinds {
    ($($variant:ident = $word:expr;)+) => {
        impl Happening {
            /// Every `type` of an event.
            pub const KINDS: &'static [&'static str] = &[$($word),+];

            /// The event's `type`.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $word),+ }
            }
        }
    };
}

kinds! {
    PointsEarned = "points.earned";
    PointsRedeemed = "points.redeemed";
    PointsExpired = "points.expired";
    PointsExpiring = "points.expiring";
    RewardIssued = "reward.issued";
    LevelChanged = "level.changed";
    MissionCompleted = "mission.completed";
    ReferralRewarded = "referral.rewarded";
    ImportFinished = IMPORT_FINISHED;
}

/// `POST /v1/webhook_endpoints`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateEndpoint {
    /// Where events go: `https`, and not on this server.
    pub url: String,
    /// Which of them; all, if not said.
    #[serde(default)]
    pub events: Option<Vec<String>>,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
}

/// A webhook endpoint, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndpointRow {
    /// `wh_…`.
    pub id: String,
    /// Where events go.
    pub url: String,
    /// Which of them; empty: all.
    pub events: Vec<String>,
    /// For people.
    pub description: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when nothing is sent, because it answered 410.
    pub off_since: Option<Timestamp>,
    /// How many secrets sign what is sent: two while they are being changed.
    pub secrets: usize,
}

/// A new endpoint, or one with a new secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndpointCreated {
    /// The endpoint.
    #[serde(flatten)]
    pub endpoint: EndpointRow,
    /// `whsec_…`, shown once: `null` when the request is repeated.
    pub secret: Option<String>,
}

/// `POST /v1/webhook_endpoints/{id}/rotate_secret`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateSecret {
    /// Whether the newest secret so far goes on signing beside the new one, until the next change.
    pub keep_old: bool,
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// The event, `evt_…`.
    pub id: String,
    /// Its `type`.
    pub event: String,
    /// When it was written.
    pub at: Timestamp,
    /// How often it was sent.
    pub tries: u32,
    /// How it stands.
    pub status: DeliveryStatus,
    /// What the endpoint answered last; none where it did not answer.
    pub http_status: Option<u16>,
    /// When it is sent next.
    pub next_try: Option<Timestamp>,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It will be sent (again).
    Pending,
    /// The endpoint has answered 2xx.
    Delivered,
    /// It was sent often enough, or the endpoint does not want it.
    GivenUp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_names_its_kind_and_carries_its_data() {
        let what = Happening::PointsExpired { points: 20, available: 5 };
        assert!(Happening::KINDS.contains(&what.kind()));
        let at = Timestamp::UNIX_EPOCH;
        let event =
            Event { id: "evt_1".into(), what, at, store_id: "st_1".into(), customer_id: Some("7".into()) };
        assert_eq!(
            serde_json::to_value(event).unwrap(),
            serde_json::json!({
                "id": "evt_1", "type": "points.expired", "at": "1970-01-01T00:00:00Z", "store_id": "st_1",
                "customer_id": "7", "data": { "points": 20, "available": 5 },
            })
        );
    }
}
