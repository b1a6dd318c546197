//! Who has an account here, and how Fidela is told of them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock;

/// Somebody with an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Shopper {
    /// The id in the shop, and so in the token's `sub`.
    pub(crate) id: String,
    /// The name that everybody reads.
    pub(crate) name: String,
    /// The e-mail, verified.
    pub(crate) email: String,
    /// The merchant's groups, as rules name them.
    pub(crate) groups: Vec<String>,
    /// The birthday (`1990-06-12`), where the shopper told it.
    pub(crate) birthday: Option<String>,
    /// When they registered. Whoever only tries the shop has not: a bonus for registering is not for them.
    pub(crate) registered_ms: Option<i64>,
    /// The invitation that led them here, as the browser that they registered in had it.
    #[serde(default)]
    pub(crate) referral: Option<String>,
}

impl Shopper {
    /// What a friend would say.
    pub(crate) fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }

    /// The shopper in Fidela's shape, as known at `now_ms`. What is not known is not told: Fidela keeps what it
    /// has heard before. The e-mail is told as verified, because a demo sends no mail: a real shop says so once it
    /// has been answered, since whoever has an address gets what was ordered with it as a guest.
    pub(crate) fn snapshot(&self, now_ms: i64) -> Value {
        let mut body = json!({
            "email": self.email, "email_verified": true, "name": self.name, "locale": "en",
            "groups": self.groups, "updated_at": clock::rfc3339(now_ms),
        });
        if let Some(birthday) = &self.birthday {
            body["birthday"] = json!(birthday);
        }
        if let Some(registered_ms) = self.registered_ms {
            body["registered_at"] = json!(clock::rfc3339(registered_ms));
        }
        if let Some(code) = &self.referral {
            body["referral_code"] = json!(code);
        }
        body
    }
}

/// The shoppers that everybody can sign in as. The shop has known them, and their birthdays, for long.
pub(crate) fn seeded_shoppers() -> Vec<Shopper> {
    // 1 March 2025, 09:00 UTC, and some days after it.
    let (start_ms, day_ms) = (1_740_819_600_000, 24 * 60 * 60 * 1_000);
    let shopper = |id: &str, name: &str, groups: &[&str], birthday: &str, days: i64| Shopper {
        id: id.to_owned(),
        name: name.to_owned(),
        email: format!("{id}@example.com"),
        groups: groups.iter().map(ToString::to_string).collect(),
        birthday: Some(birthday.to_owned()),
        registered_ms: Some(start_ms + days * day_ms),
        referral: None,
    };
    vec![
        shopper("ana", "Ana Popescu", &[], "1990-06-12", 0),
        shopper("mihai", "Mihai Ionescu", &["vip"], "1985-11-03", 40),
        // In common years, hers is on the 28th.
        shopper("ioana", "Ioana Radu", &["wholesale"], "1988-02-29", 95),
    ]
}

#[cfg(test)]
mod tests {
    use super::seeded_shoppers;

    #[test]
    fn tells_what_is_known_and_nothing_else() {
        let mut ana = seeded_shoppers().remove(0);
        let told = ana.snapshot(1_773_133_200_000);
        assert_eq!(told["birthday"], "1990-06-12");
        assert_eq!(told["registered_at"], "2025-03-01T09:00:00.000Z");
        assert_eq!(told["updated_at"], "2026-03-10T09:00:00.000Z");
        (ana.birthday, ana.registered_ms) = (None, None);
        let told = ana.snapshot(1_773_133_200_000);
        assert!(told.get("birthday").is_none() && told.get("registered_at").is_none());
        assert!(told.get("referral_code").is_none());
        ana.referral = Some("K7QF-1-90-x".to_owned());
        assert_eq!(ana.snapshot(1_773_133_200_000)["referral_code"], "K7QF-1-90-x");
    }
}
