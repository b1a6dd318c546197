//! A program to begin with: what a merchant has chosen, with numbers that make sense in their currency.
//!
//! All of them follow from one: what a usual order comes to. A point then is worth a thousandth of it, and an order gives
//! back about a twentieth, which is what shops of the five ways give.

use serde_json::{Value, json};

/// A way of giving something back. A program may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Points for each X of an order.
    Points,
    /// A share of the order, growing with what somebody has spent.
    Cashback,
    /// A reward after so many orders.
    Card,
    /// Points for things to do.
    Missions,
    /// Points for bringing friends.
    Invitations,
}

impl Way {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Points, Self::Cashback, Self::Card, Self::Missions, Self::Invitations];

    /// Its key in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Cashback => "cashback",
            Self::Card => "card",
            Self::Missions => "missions",
            Self::Invitations => "invitations",
        }
    }
}

/// What a usual order comes to, in whole units of a currency: to be corrected by whoever knows better.
pub fn usual_order(currency: &str) -> i64 {
    match currency {
        "RON" | "BRL" | "PLN" | "PEN" | "ILS" | "AED" | "SAR" | "MYR" => 200,
        "SEK" | "NOK" | "DKK" | "ZAR" | "TRY" | "MXN" | "CZK" | "UAH" | "THB" | "EGP" | "PHP" => 800,
        "INR" | "UYU" | "DOP" | "KES" | "RSD" => 2_000,
        "JPY" | "HUF" | "KZT" | "NGN" => 10_000,
        "CLP" | "ARS" | "KRW" | "CRC" => 40_000,
        "COP" | "PYG" => 150_000,
        "VND" | "IDR" => 500_000,
        _ => 50,
    }
}

/// The largest 1, 2 or 5 with zeros that is not larger; at least 1.
fn round(number: i64) -> i64 {
    let mut step = 1_i64;
    while step.saturating_mul(10) <= number {
        step = step.saturating_mul(10);
    }
    [5, 2].into_iter().map(|n| step.saturating_mul(n)).find(|n| *n <= number).unwrap_or(step)
}

/// What somebody has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// ISO 4217.
    pub currency: String,
    /// IANA.
    pub timezone: String,
    /// Minor units of a usual order.
    pub usual: i64,
    /// The status that gives points.
    pub status: String,
    /// How something is given back.
    pub ways: Vec<Way>,
    /// How many orders fill a card.
    pub card_orders: i64,
    /// What the card is called.
    pub card_name: String,
    /// Names of the three levels.
    pub levels: [String; 3],
}

/// The numbers that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// A point for each so much, minor units.
    pub every: i64,
    /// So many points…
    pub points: i64,
    /// …are worth so much, minor units.
    pub minor: i64,
    /// Points for whoever brings a friend.
    pub inviter: i64,
    /// Points for the friend.
    pub friend: i64,
}

impl Numbers {
    /// For a usual order, minor units.
    pub fn of(usual: i64) -> Self {
        let every = round(usual.checked_div(50).unwrap_or(1).max(1));
        // A hundred points are five times what gives one: one twentieth of what they took to earn.
        Self { every, points: 100, minor: every.saturating_mul(5), inviter: 100, friend: 50 }
    }
}

impl Chosen {
    fn has(&self, way: Way) -> bool {
        self.ways.contains(&way)
    }

    /// The program, as `PUT /v1/program` takes it.
    pub fn program(&self) -> Value {
        let Numbers { every, points, minor, inviter, friend } = Numbers::of(self.usual);
        let [bronze, silver, gold] = &self.levels;
        let level = |name: &str, orders: i64, bps: i64| json!({ "name": name, "spend_from": self.usual.saturating_mul(orders), "bps": bps });
        let levels = [level(bronze, 0, 300), level(silver, 10, 500), level(gold, 40, 800)];
        let by_amount =
            json!({ "id": "points", "rate": { "type": "per_amount", "every": every, "points": 1 } });
        let cashback = json!({ "id": "cashback", "rate": { "type": "cashback", "levels": levels } });
        let programs = [(Way::Points, by_amount), (Way::Cashback, cashback)];
        let programs: Vec<Value> =
            programs.into_iter().filter(|(way, _)| self.has(*way)).map(|(_, program)| program).collect();
        let card = json!({
            "id": "card", "name": self.card_name, "orders_required": self.card_orders,
            "reward": { "type": "shipping", "bps": 10_000 },
        });
        let mission = |kind: &str, points: i64, verify: &str| {
            json!({
                "id": kind, "kind": kind, "points": { "type": "fixed", "points": points }, "limit_per_shopper": 1,
                "verify": verify,
            })
        };
        let missions = [
            mission("create_account", 20, "automatic"),
            mission("newsletter", 10, "import_or_api"),
            mission("first_order", 50, "automatic"),
        ];
        // Points have to be good for something where any are given.
        let gives_points = self.ways.iter().any(|way| *way != Way::Card);
        json!({
            "enabled": true,
            "currency": self.currency,
            "timezone": self.timezone,
            "points": { "value": { "points": points, "minor": minor } },
            "earning": { "award_statuses": [self.status], "combine": "best", "programs": programs },
            "redemption": { "enabled": gives_points, "max_bps": 5_000 },
            "expiry": { "type": "after_earning", "months": 12 },
            "stamp_cards": if self.has(Way::Card) { vec![card] } else { Vec::new() },
            "missions": if self.has(Way::Missions) { missions.to_vec() } else { Vec::new() },
            "referrals": {
                "enabled": self.has(Way::Invitations), "inviter_points": inviter, "invitee_points": friend,
                "order_min": if self.has(Way::Invitations) { self.usual.checked_div(2).unwrap_or(0) } else { 0 },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(currency: &str, digits: u32, ways: &[Way]) -> Chosen {
        let [bronze, silver, gold] = ["Bronze", "Silver", "Gold"].map(str::to_owned);
        Chosen {
            currency: currency.to_owned(),
            timezone: "Europe/Bucharest".to_owned(),
            usual: usual_order(currency) * 10_i64.pow(digits),
            status: "delivered".to_owned(),
            ways: ways.to_vec(),
            card_orders: 10,
            card_name: "Stamps".to_owned(),
            levels: [bronze, silver, gold],
        }
    }

    // S1.1, S2.1, S3.1, S3.13, S4.1
    #[test]
    fn each_choice_is_a_program_that_the_rules_take() {
        for currency in ["EUR", "RON", "BRL", "JPY", "HUF", "COP", "XXX"] {
            for some in 1_u32..32 {
                let ways: Vec<_> = Way::ALL
                    .into_iter()
                    .enumerate()
                    .filter(|(i, _)| some & (1 << i) != 0)
                    .map(|(_, way)| way)
                    .collect();
                let digits = if currency == "JPY" { 0 } else { 2 };
                let program = chosen(currency, digits, &ways).program();
                let read = fidela_rules::program::read(&program, |_| true);
                assert!(read.is_ok(), "{currency} {ways:?}: {read:?}");
            }
        }
    }

    #[test]
    fn numbers_are_round_and_generous_alike() {
        for (currency, digits, every, minor) in [
            ("EUR", 2, 100, 500),
            ("RON", 2, 200, 1_000),
            ("JPY", 0, 200, 1_000),
            ("COP", 2, 200_000, 1_000_000),
        ] {
            let numbers = Numbers::of(usual_order(currency) * 10_i64.pow(digits));
            assert_eq!((numbers.every, numbers.minor), (every, minor), "{currency}");
            // A twentieth of what was spent comes back.
            assert_eq!(numbers.every * numbers.points, numbers.minor * 20);
        }
        assert_eq!([1, 4, 5, 19, 20, 99, 100, 7_000].map(round), [1, 2, 5, 10, 20, 50, 100, 5_000]);
        assert_eq!(Numbers::of(0).every, 1);
    }
}
