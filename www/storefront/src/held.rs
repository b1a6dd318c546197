//! What Fidela holds for a cart: points, a stamp card's reward, or both, as **Fidela** told the shop's server.

use serde::{Deserialize, Serialize};

use crate::catalog;
use crate::money::lei;

/// A stamp card's reward, and what it takes off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeldReward {
    /// The reward's id at Fidela.
    pub(crate) id: String,
    /// The card that it came from.
    #[serde(default)]
    pub(crate) card: String,
    /// What it takes off, in bani.
    pub(crate) discount: i64,
    /// The line it is taken off; none: the delivery.
    #[serde(default)]
    pub(crate) line: Option<String>,
}

impl HeldReward {
    /// What shoppers read beside the amount. A price that is taken off whole is called free.
    pub(crate) fn label(&self, price: i64) -> String {
        let what = self.what();
        if self.discount >= price { format!("Free {what}") } else { format!("Reward: {what}") }
    }

    /// The name of what it is taken off.
    pub(crate) fn what(&self) -> &str {
        match &self.line {
            Some(id) => catalog::product(id).map_or("another product", |product| product.name),
            None => "delivery",
        }
    }
}

/// A redemption in the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeldRedemption {
    /// The redemption's id at Fidela.
    pub(crate) id: String,
    /// The code that the shopper sees.
    pub(crate) code: String,
    /// How many points are held; none where only a reward is.
    pub(crate) points: i64,
    /// What the points take off, in bani. A reward's discount is beside it.
    pub(crate) discount: i64,
    /// How much of that is VAT, in bani: none where the program gives points without tax.
    #[serde(default)]
    pub(crate) tax: i64,
    /// Until when they are held, RFC 3339.
    pub(crate) expires_at: Option<String>,
    /// The reward that is held with them.
    #[serde(default)]
    pub(crate) reward: Option<HeldReward>,
}

impl HeldRedemption {
    /// Everything it takes off, in bani.
    pub(crate) fn off(&self) -> i64 {
        self.discount.saturating_add(self.reward.as_ref().map_or(0, |reward| reward.discount))
    }

    /// What is held, as a shopper would say it: the subject of a sentence.
    pub(crate) const fn words(&self) -> &'static str {
        match (&self.reward, self.points > 0) {
            (None, _) => "points",
            (Some(_), false) => "reward",
            (Some(_), true) => "points and reward",
        }
    }

    /// What to say when the cart no longer has what the reward is for.
    pub(crate) fn farewell(&self) -> String {
        let Some(reward) = &self.reward else { return String::new() };
        let lost = match &reward.line {
            Some(_) => format!("Your reward is for {}, which is no longer in the cart.", reward.what()),
            None => "Your reward is for delivery, and there is none to pay for now.".to_owned(),
        };
        let back = if self.points > 0 {
            "It is back on your card, and the points are free to use again."
        } else {
            "It is back on your card for another time."
        };
        format!("{lost} {back}")
    }

    /// What to say when Fidela, asked with the shop's own cart, takes off something else than was shown.
    pub(crate) fn changed_to(&self, now: &Self) -> String {
        format!(
            "Your {} {} off now, not {}. Please look at the new total, and place the order if it suits you.",
            self.words(),
            if self.words() == "reward" {
                format!("takes {}", lei(now.off()))
            } else {
                format!("take {}", lei(now.off()))
            },
            lei(self.off()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{HeldRedemption, HeldReward};

    fn held(points: i64, line: Option<&str>, off: i64) -> HeldRedemption {
        let line = line.map(str::to_owned);
        let reward = HeldReward { id: "rw_1".to_owned(), card: "c".to_owned(), discount: off, line };
        let (id, code) = ("rd_1".to_owned(), "LUT-1".to_owned());
        let discount = points * 100;
        HeldRedemption { id, code, points, discount, tax: 0, expires_at: None, reward: Some(reward) }
    }

    #[test]
    fn a_reward_is_called_by_what_it_is_for() {
        let label = |held: HeldRedemption, price| held.reward.map(|reward| reward.label(price));
        assert_eq!(label(held(0, Some("coffee-casa"), 4_800), 4_800).as_deref(), Some("Free Casa espresso"));
        assert_eq!(
            label(held(0, Some("coffee-casa"), 2_400), 4_800).as_deref(),
            Some("Reward: Casa espresso")
        );
        assert_eq!(label(held(0, None, 750), 1_500).as_deref(), Some("Reward: delivery"));
    }

    #[test]
    fn says_what_is_held_and_what_becomes_of_it() {
        let both = held(10, Some("coffee-casa"), 4_800);
        assert_eq!((both.words(), both.off()), ("points and reward", 5_800));
        assert!(both.farewell().contains("Casa espresso") && both.farewell().contains("points are free"));
        let alone = held(0, None, 750);
        assert_eq!(alone.words(), "reward");
        assert!(!alone.farewell().contains("points"));
        let smaller = held(0, None, 600);
        assert!(alone.changed_to(&smaller).starts_with("Your reward takes 6.00"));
    }

    #[test]
    fn what_was_kept_before_there_were_rewards_is_still_read() {
        let old = r#"{"id":"rd_1","code":"A","points":5,"discount":500,"expires_at":null}"#;
        let held: HeldRedemption = serde_json::from_str(old).expect("an old redemption");
        assert_eq!((held.words(), held.off()), ("points", 500));
    }
}
