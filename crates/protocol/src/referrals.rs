//! Invitations on the wire: what shoppers send and see of them, and what merchants do.

use crate::scopes::Author;
use fidela_rules::referrals::{ReferralRefusal, ReferralState, ReferralTerms};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `POST /v1/me/invitations`: friends to write to.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteFriends {
    /// 1 to 10.
    pub friends: Vec<Friend>,
}

/// A friend to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Friend {
    /// First name.
    pub first_name: String,
    /// Last name.
    #[serde(default)]
    pub last_name: String,
    /// E-mail address.
    pub email: String,
}

/// What became of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InviteStatus {
    /// The invitation is on its way. Whether the friend wants letters, or is a customer already, is not told.
    Sent,
    /// It is not, and `code` says why.
    Refused,
}

/// The answer for one friend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteResult {
    /// The address, as it was told.
    pub email: String,
    /// What became of it.
    pub status: InviteStatus,
    /// `already_invited` (by this shopper), `self_referral`, or `invitation_limit_reached`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The answer to `POST /v1/me/invitations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteAnswer {
    /// In the order of the request.
    pub results: Vec<InviteResult>,
    /// How many are on their way.
    pub sent: u64,
    /// How many more letters this shopper may have sent today.
    pub left_today: i64,
}

/// How a friend was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitedBy {
    /// By the shopper's link.
    Link,
    /// By a letter.
    Email,
}

/// One of a shopper's invitations, as they see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyInvitation {
    /// `rf_…`.
    pub id: String,
    /// The friend, as far as that is known and still kept.
    pub name: Option<String>,
    /// How they were invited.
    pub via: InvitedBy,
    /// When that was, or when the friend registered.
    pub at: Timestamp,
    /// How far it has come.
    pub state: ReferralState,
    /// Why it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReferralRefusal>,
    /// Local day on which the points come, while it is in review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_until: Option<Date>,
    /// State and reason, said for people.
    pub text: String,
    /// What it gave.
    pub points: i64,
}

/// What a network shows of the link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Address of the picture, if there is one.
    pub image: Option<String>,
}

/// A network that the link can be shared on, by a plain link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Network {
    /// `whatsapp`, `facebook`, `x`, `telegram` or `email`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where the link leads.
    pub url: String,
}

/// `GET /v1/me/invitations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyInvitations {
    /// Whether the store has invitations now. If not, what was sent before is all there is.
    pub enabled: bool,
    /// The code of this shopper's link.
    pub code: String,
    /// The link.
    pub link: String,
    /// Title of the page where shoppers invite.
    pub title: String,
    /// Its text.
    pub body: String,
    /// What the shopper gets, and when.
    pub gives: String,
    /// What the friend gets.
    pub friend_gets: Option<String>,
    /// What networks show of the link.
    pub share: Share,
    /// Networks.
    pub networks: Vec<Network>,
    /// How many more letters this shopper may have sent today; 0 too where the deployment sends none.
    pub left_today: i64,
    /// How often somebody went on to the shop by this shopper's link.
    pub opened: i64,
    /// Invitations, newest first.
    pub items: Vec<MyInvitation>,
    /// What the next page begins after.
    pub next: Option<String>,
}

/// What speaks for looking at an invitation before its points come. None of them refuses it: families live behind one
/// address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The friend and the inviter were seen in the same network.
    SameNetwork,
    /// Another friend of the inviter was seen in the same network.
    FriendsShareNetwork,
    /// Several friends of the inviter registered within a day.
    ManyAtOnce,
}

/// One step of an invitation, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReferralStep {
    /// When.
    pub at: Timestamp,
    /// What it came to.
    pub state: ReferralState,
    /// Why it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReferralRefusal>,
    /// The id of whoever decided it; none where the rules did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Who that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Author>,
    /// What the merchant noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Why no letter was sent to an invited address. Only the merchant is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotSent {
    /// Whoever reads there has said that they want no invitations.
    Declined,
    /// It is a customer's.
    AlreadyCustomer,
    /// Several have written there lately.
    WrittenToOften,
}

/// An invitation, as the merchant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Referral {
    /// `rf_…`.
    pub id: String,
    /// Who invited.
    pub inviter_id: String,
    /// Who was invited, once they have an account.
    pub friend_id: Option<String>,
    /// How.
    pub via: InvitedBy,
    /// How far it has come.
    pub state: ReferralState,
    /// Why it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReferralRefusal>,
    /// Why no letter was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_sent: Option<NotSent>,
    /// What speaks for looking at it.
    pub signals: Vec<Signal>,
    /// What was promised when the friend registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<ReferralTerms>,
    /// The order that counts, or counted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Local day on which the review ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_until: Option<Date>,
    /// When the invitation was sent, or, by link, when the friend registered.
    pub at: Timestamp,
    /// What the inviter was given.
    pub inviter_points: i64,
    /// What the friend was given.
    pub friend_points: i64,
    /// Each step, oldest first.
    pub steps: Vec<ReferralStep>,
}

/// `POST /v1/referrals/{id}/refuse` and `…/approve`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideReferral {
    /// Why, for the record.
    #[serde(default)]
    pub note: Option<String>,
}

/// What the page of an invitation shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralDoor {
    /// Whether it leads anywhere.
    pub state: ReferralDoorState,
    /// The inviter's first name, if it is known.
    pub inviter: Option<String>,
    /// The invited friend's first name, of an invitation by letter.
    pub first_name: Option<String>,
    /// What the inviter gets.
    pub inviter_points: i64,
    /// What the friend gets.
    pub invitee_points: i64,
}

/// Whether an invitation leads anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralDoorState {
    /// It does.
    Open,
    /// Its time is over.
    Expired,
    /// The store has no invitations now.
    Off,
    /// It was for one friend, who has come.
    Used,
}
