//! Missions, as the widget reads them: when they are shown, and not before. Until then they stay as they were told,
//! because copying and comparing JSON is code that is there already, and for each shape it would be 0.5 kB more.

use fidela_rules::json::Json;

use crate::shapes::{Shape, texts, whole, words};

/// Missions of a shopper's page or of a store.
pub fn missions(told: &Json) -> Vec<MissionNow> {
    all(told)
}

/// What a shopper's page says has arrived.
pub fn toasts(told: &Json) -> Vec<Toast> {
    all(told)
}

/// One that cannot be read keeps nobody from the others.
fn all<T: Shape>(told: &Json) -> Vec<T> {
    let mut all = Vec::new();
    for one in told.as_list().unwrap_or_default() {
        all.extend(T::read(one));
    }
    all
}

/// A mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissionNow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What to do.
    pub text: String,
    /// What it gives, in words.
    pub gives: String,
    /// How far one is, and until when: a few words each.
    pub details: Vec<String>,
    /// Path of its icon at the edge.
    pub icon: String,
    /// Where it stands.
    pub state: MissionState,
    /// Whether the shopper says that it is done.
    pub claim: bool,
    /// Whether it can be done once only.
    pub once: bool,
}

/// Where a mission stands for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissionState {
    /// It can be done.
    Open,
    /// It begins soon.
    Soon,
    /// It was done as often as it may be.
    Done,
}

impl Shape for MissionNow {
    fn read(value: &Json) -> Option<Self> {
        let said = |name| words(value, name).unwrap_or_default();
        Some(Self {
            id: words(value, "id")?,
            title: said("title"),
            text: said("text"),
            gives: said("gives"),
            details: texts(value, "details").unwrap_or_default(),
            icon: said("icon"),
            state: match value.get("state")?.as_str()? {
                "open" => MissionState::Open,
                "soon" => MissionState::Soon,
                _ => MissionState::Done,
            },
            claim: value.get("verify")?.as_str()? == "claim",
            once: whole(value, "limit") == Some(1),
        })
    }
}

/// Points that arrived of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Grows with time.
    pub id: i64,
    /// A sentence.
    pub title: String,
}

impl Shape for Toast {
    fn read(value: &Json) -> Option<Self> {
        Some(Self { id: whole(value, "id")?, title: words(value, "title")? })
    }
}

/// What became of a mission that the shopper said was done: whether it had been counted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// Nothing changed.
    pub replayed: bool,
}

impl Shape for Claimed {
    fn read(value: &Json) -> Option<Self> {
        Some(Self { replayed: value.get("status")?.as_str()? == "replayed" })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use fidela_protocol::missions as wire;
    use fidela_rules::program::{MissionPoints, Verify};

    pub(crate) fn mission(state: wire::MissionState, verify: Verify, limit: Option<i64>) -> wire::MissionNow {
        wire::MissionNow {
            id: "follow".to_owned(),
            kind: "follow_social".to_owned(),
            title: "Follow us".to_owned(),
            text: String::new(),
            gives: "5 points".to_owned(),
            details: vec!["Done 1 of 3".to_owned()],
            icon: "/icons/social.svg".to_owned(),
            points: MissionPoints::Fixed { points: 5 },
            limit,
            done: 1,
            left: limit.map(|limit| limit - 1),
            state,
            verify,
            from: None,
            until: None,
        }
    }

    // S0.1, S0.2
    #[test]
    fn missions_read_as_the_protocol_writes_them() {
        use wire::MissionState as Wire;
        let read = |state, verify, limit| {
            let written = serde_json::to_value(mission(state, verify, limit)).unwrap();
            MissionNow::read(&Json::from(&written)).unwrap()
        };
        let open = read(Wire::Open, Verify::Claim, Some(1));
        assert_eq!((open.state, open.claim, open.once), (MissionState::Open, true, true));
        assert_eq!(
            (open.title.as_str(), open.text.as_str(), open.gives.as_str()),
            ("Follow us", "", "5 points")
        );
        assert_eq!((open.icon.as_str(), open.details.len()), ("/icons/social.svg", 1));
        let soon = read(Wire::Soon, Verify::ImportOrApi, None);
        assert_eq!((soon.state, soon.claim, soon.once), (MissionState::Soon, false, false));
        let done = read(Wire::Done, Verify::Automatic, Some(3));
        assert_eq!((done.state, done.claim, done.once), (MissionState::Done, false, false));

        use wire::{CompletionResult, CompletionStatus};
        for (status, replayed) in [(CompletionStatus::Granted, false), (CompletionStatus::Replayed, true)] {
            let written = serde_json::to_value(CompletionResult::new(status)).unwrap();
            assert_eq!(Claimed::read(&Json::from(&written)), Some(Claimed { replayed }));
        }
    }
}
