//! Invitations, as the widget reads them: when they are shown, and not before, as [missions](crate::missions()) are.

use fidela_rules::json::Json;

use crate::Refused;
use crate::shapes::{Shape, list, said, whole, words};

/// What `GET /v1/me/invitations` says beside the invitations.
#[derive(Debug, Clone, Copy)]
pub struct Inviting<'a>(&'a Json);

impl<'a> Inviting<'a> {
    /// Of an answer.
    pub fn of(told: &'a Json) -> Self {
        Self(told)
    }

    /// What the merchant calls it.
    pub fn title(self) -> &'a str {
        said(self.0, "title")
    }

    /// What the merchant says of it.
    pub fn body(self) -> &'a str {
        said(self.0, "body")
    }

    /// What it gives whoever invites.
    pub fn gives(self) -> &'a str {
        said(self.0, "gives")
    }

    /// What it gives the friend; empty: nothing.
    pub fn friend_gets(self) -> &'a str {
        said(self.0, "friend_gets")
    }

    /// The shopper's link.
    pub fn link(self) -> &'a str {
        said(self.0, "link")
    }

    /// What is said along with the link, where it is shared.
    pub fn shared(self) -> &'a str {
        self.0.get("share").map_or("", |share| said(share, "description"))
    }

    /// Networks to share it on: name and address of each.
    pub fn networks(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.0.get("networks").and_then(Json::as_list).unwrap_or_default();
        all.iter().map(|one| (said(one, "name"), said(one, "url")))
    }

    /// Whether a letter can be sent now.
    pub fn letters(self) -> bool {
        whole(self.0, "left_today").is_some_and(|left| left > 0)
    }
}

/// An invitation that was sent, or by which somebody came.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a>(&'a Json);

impl<'a> Invitation<'a> {
    /// One of the items.
    pub fn of(told: &'a Json) -> Self {
        Self(told)
    }

    /// The friend; empty: who it is, the shopper may not know.
    pub fn name(self) -> &'a str {
        said(self.0, "name")
    }

    /// When.
    pub fn at(self) -> &'a str {
        said(self.0, "at")
    }

    /// How it stands, in a sentence.
    pub fn text(self) -> &'a str {
        said(self.0, "text")
    }

    /// Whether nothing comes of it any more.
    pub fn is_over(self) -> bool {
        matches!(said(self.0, "state"), "refused" | "expired")
    }

    /// What it gave.
    pub fn points(self) -> i64 {
        whole(self.0, "points").unwrap_or(0)
    }
}

/// The answer to `POST /v1/me/invitations`: for each friend nothing where the letter is on its way, otherwise why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited(pub Vec<Option<String>>);

impl Shape for Invited {
    fn read(value: &Json) -> Option<Self> {
        let read = |one: &Json| {
            let sent = one.get("status")?.as_str()? == "sent";
            Some((!sent).then(|| said(one, "title").to_owned()))
        };
        list(value, "results", read).map(Self)
    }
}

impl Refused {
    /// Which fields of the form it is about.
    pub fn fields(&self) -> Vec<String> {
        list(&self.numbers, "faults", |fault| words(fault, "path")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidela_protocol::referrals as wire;
    use fidela_rules::referrals::ReferralState;
    use jiff::Timestamp;
    use serde_json::{json, to_value};

    fn invitation(state: ReferralState) -> Json {
        let written = wire::MyInvitation {
            id: "rf_1".to_owned(),
            name: None,
            via: wire::InvitedBy::Link,
            at: Timestamp::UNIX_EPOCH,
            state,
            reason: None,
            review_until: None,
            text: "100 points earned".to_owned(),
            points: 100,
        };
        Json::from(&to_value(written).unwrap())
    }

    // S3.13, S3.15
    #[test]
    fn inviting_reads_as_the_protocol_writes_it() {
        let written = wire::MyInvitations {
            enabled: true,
            code: "k7qf".to_owned(),
            link: "https://e.example/r/k7qf".to_owned(),
            title: "Bring a friend".to_owned(),
            body: "It is good here.".to_owned(),
            gives: "100 points for you".to_owned(),
            friend_gets: None,
            share: wire::Share { description: "Look".to_owned(), ..wire::Share::default() },
            networks: vec![wire::Network {
                id: "x".to_owned(),
                name: "X".to_owned(),
                url: "https://x.example/".to_owned(),
            }],
            left_today: 1,
            ..wire::MyInvitations::default()
        };
        let told = Json::from(&to_value(written).unwrap());
        let told = Inviting::of(&told);
        assert_eq!((told.title(), told.body()), ("Bring a friend", "It is good here."));
        assert_eq!((told.gives(), told.friend_gets()), ("100 points for you", ""));
        assert_eq!((told.link(), told.shared()), ("https://e.example/r/k7qf", "Look"));
        assert_eq!(told.networks().collect::<Vec<_>>(), [("X", "https://x.example/")]);
        assert!(told.letters());
        let none = Json::from(&to_value(wire::MyInvitations::default()).unwrap());
        assert!(!Inviting::of(&none).letters());
    }

    // S3.14
    #[test]
    fn an_invitation_reads_as_the_protocol_writes_it() {
        let rewarded = invitation(ReferralState::Rewarded);
        let rewarded = Invitation::of(&rewarded);
        assert_eq!((rewarded.name(), rewarded.text()), ("", "100 points earned"));
        assert_eq!((rewarded.at(), rewarded.points()), ("1970-01-01T00:00:00Z", 100));
        for (state, over) in [
            (ReferralState::Sent, false),
            (ReferralState::InReview, false),
            (ReferralState::Rewarded, false),
            (ReferralState::Refused, true),
            (ReferralState::Expired, true),
        ] {
            assert_eq!(Invitation::of(&invitation(state)).is_over(), over, "{state:?}");
        }
    }

    // S3.13
    #[test]
    fn an_answer_tells_who_is_not_written_to() {
        let result = |status, title: Option<&str>| wire::InviteResult {
            email: "a@example.com".to_owned(),
            status,
            code: title.map(|_| "already_invited".to_owned()),
            title: title.map(str::to_owned),
        };
        let results =
            vec![result(wire::InviteStatus::Sent, None), result(wire::InviteStatus::Refused, Some("Again?"))];
        let written = wire::InviteAnswer { results, sent: 1, left_today: 3 };
        let invited = Invited::read(&Json::from(&to_value(written).unwrap()));
        assert_eq!(invited, Some(Invited(vec![None, Some("Again?".to_owned())])));
        assert_eq!(Invited::read(&Json::from(&json!({ "results": [{}] }))), None);
    }
}
