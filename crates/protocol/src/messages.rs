//! Letters to shoppers, and to those whom they invite: what a merchant may say of them.

use std::collections::BTreeMap;

use fidela_rules::named;
use serde::{Deserialize, Serialize};

use crate::merchant::FieldFault;

/// A letter that shoppers may get, or the friends whom they invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// A mission gave points.
    MissionCompleted,
    /// Points will be gone soon.
    PointsExpiring,
    /// A shopper invites a friend. Its texts are the program's, `referrals.email`.
    Invitation,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::MissionCompleted, Self::PointsExpiring, Self::Invitation];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MissionCompleted => "mission_completed",
            Self::PointsExpiring => "points_expiring",
            Self::Invitation => "invitation",
        }
    }

    /// The letter that a word names.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The `type` of the events that it tells of.
    pub const fn tells(self) -> &'static str {
        match self {
            Self::MissionCompleted => "mission.completed",
            Self::PointsExpiring => "points.expiring",
            Self::Invitation => FRIEND_INVITED,
        }
    }

    /// The letter that tells of a `type` of events.
    pub fn of_event(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| letter.tells() == kind)
    }

    /// What its texts may have in braces.
    pub const fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::MissionCompleted => &["name", "points", "mission", "balance", "store", "shop_url"],
            Self::PointsExpiring => &["name", "points", "value", "last_day", "balance", "store", "shop_url"],
            Self::Invitation => &["friend", "inviter", "store", "points", "link", "shop_url"],
        }
    }

    /// Whether its switch and its texts stand in `PUT /v1/messages`; an invitation's stand in the program.
    pub const fn is_of_messages(self) -> bool {
        !matches!(self, Self::Invitation)
    }
}

/// The `type` of what leads to an invitation's letter. No webhook is told of it: it has a friend's address in it.
pub const FRIEND_INVITED: &str = "friend.invited";

/// `PUT /v1/messages`: what a store says of its letters. What is not said is as it comes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// From whom they come.
    #[serde(default, deserialize_with = "named::object")]
    pub sender: Sender,
    /// By letter: `mission_completed`, `points_expiring`.
    #[serde(default, deserialize_with = "named::map")]
    pub letters: BTreeMap<String, LetterSettings>,
}

impl Messages {
    /// Whether a letter is sent at all: each is, unless the store says otherwise.
    pub fn sends(&self, kind: LetterKind) -> bool {
        self.letters.get(kind.word()).is_none_or(|letter| letter.enabled)
    }
}

/// From whom letters come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The name beside the address; the store's, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_name: Option<String>,
    /// The address; the deployment's own, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_email: Option<String>,
    /// Where answers go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Where the shop is: `https://shop.example/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop_url: Option<String>,
    /// What stands at the end of each letter: the postal address that many laws ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
}

/// What a store says of one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LetterSettings {
    /// Whether it is sent at all.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The store's own texts by language; Fidela's are used for the others.
    #[serde(default, deserialize_with = "named::map")]
    pub texts: BTreeMap<String, LetterText>,
}

const fn yes() -> bool {
    true
}

/// A letter in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LetterText {
    /// Its subject, with places in braces: `{points} for you`.
    pub subject: String,
    /// Plain text with places in braces. A blank line begins a paragraph.
    pub body: String,
}

/// `GET` and `PUT /v1/messages`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessagesState {
    /// What the store says.
    pub messages: Messages,
    /// Fidela's own texts, by letter and language.
    pub defaults: BTreeMap<String, BTreeMap<String, LetterText>>,
    /// What each letter's texts may have in braces.
    pub placeholders: BTreeMap<String, Vec<String>>,
    /// How this deployment sends letters: `files`, `http`, `cloudflare` or `none`.
    pub transport: String,
}

/// `POST /v1/messages/preview`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewMessage {
    /// Which letter: `mission_completed`, `points_expiring`, `invitation`.
    pub letter: String,
    /// In which language; the shopper's, or the store's own, if not said.
    #[serde(default)]
    pub locale: Option<String>,
    /// A shopper of the store's, with their name, language and balance, who gets it, or invites; somebody made up, if not
    /// said.
    #[serde(default)]
    pub customer_id: Option<String>,
    /// A draft of its text; what would be sent today, if not said.
    #[serde(default, deserialize_with = "named::maybe")]
    pub text: Option<LetterText>,
    /// A draft of the sender; the store's, if not said.
    #[serde(default, deserialize_with = "named::maybe")]
    pub sender: Option<Sender>,
}

/// A letter as somebody would get it, with made-up numbers.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessagePreview {
    /// The language it is written in.
    pub locale: String,
    /// `Name <address>`.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// What may surprise: `link_added`, `nothing_for_friends`, `referrals_off`.
    pub warnings: Vec<FieldFault>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Happening;

    #[test]
    fn letters_tell_of_events_that_there_are() {
        for kind in LetterKind::ALL {
            // Nobody can ask to be told of a friend's address.
            assert_eq!(Happening::KINDS.contains(&kind.tells()), kind != LetterKind::Invitation, "{kind:?}");
            assert_eq!(LetterKind::of_event(kind.tells()), Some(kind));
            assert_eq!(LetterKind::of_word(kind.word()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
    }
}
