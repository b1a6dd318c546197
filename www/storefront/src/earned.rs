//! What an order earned, as far as Fidela's answers to the shop tell it: sentences for the order's page.

use serde::Deserialize;

use crate::money::lei;
use crate::order::{Order, Status};

/// A line of what an order earned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Earned {
    /// What it is about: points, a card, a reward.
    pub(crate) what: String,
    /// What came of it.
    pub(crate) outcome: String,
    /// Whether there is something to be glad about.
    pub(crate) good: bool,
}

/// The part of Fidela's answer that is read here. What is new in it does no harm.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct State {
    award: Award,
    reward: Option<Reward>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Award {
    awarded: bool,
    points: i64,
    applied: Vec<Applied>,
    reason: Option<String>,
    stamps: Vec<Stamp>,
}

#[derive(Debug, Deserialize)]
struct Applied {
    program: String,
}

#[derive(Debug, Deserialize)]
struct Stamp {
    card: String,
    outcome: String,
    #[serde(default)]
    required: i64,
    #[serde(default)]
    missing: i64,
}

#[derive(Debug, Deserialize)]
struct Reward {
    state: String,
    fault: Option<String>,
}

/// What Fidela's newest answer to an order tells; nothing where it has not taken the order in.
pub(crate) fn earned(order: &Order) -> Vec<Earned> {
    let Some(State { award, reward }) = newest(order) else { return Vec::new() };
    let mut lines = vec![points(&award, order.status)];
    lines.extend(award.stamps.iter().map(stamp));
    let label = order.reward_label().unwrap_or_else(|| "Reward".to_owned());
    lines.extend(reward.map(|reward| used(label, &reward)));
    lines
}

/// Whether the order has reached a status in which it earns.
pub(crate) fn is_awarded(order: &Order) -> bool {
    newest(order).is_some_and(|state| state.award.awarded)
}

fn newest(order: &Order) -> Option<State> {
    let answer = order.answers.iter().rev().find(|answer| (200..300).contains(&answer.http_status))?;
    serde_json::from_str(&answer.body).ok()
}

fn points(award: &Award, status: Status) -> Earned {
    let what = "Points".to_owned();
    let no = |outcome: &str| (outcome.to_owned(), false);
    let (outcome, good) = match award.reason.as_deref() {
        Some("waits_for_sign_in") => no("wait until somebody signs in with this e-mail"),
        Some("program_disabled") => no("none, the program is paused"),
        Some(code) => (format!("none, {}", name(code).to_lowercase()), false),
        None if !award.awarded && status == Status::Cancelled => no("none, the order was cancelled"),
        None if !award.awarded => no("come with the delivery, and stamps with them"),
        None if award.points == 0 && status == Status::Cancelled => no("taken back with the order"),
        None if award.points == 0 => no("none, the order is too small for a point"),
        None => {
            let programs: Vec<String> = award.applied.iter().map(|it| name(&it.program)).collect();
            let by = if programs.is_empty() { String::new() } else { format!(" ({})", programs.join(", ")) };
            (format!("+{}{by}", award.points), true)
        }
    };
    Earned { what, outcome, good }
}

fn stamp(stamp: &Stamp) -> Earned {
    let outcome = match stamp.outcome.as_str() {
        "stamped" => "a stamp".to_owned(),
        "no_matching_line" => "no stamp, nothing in the order counts for this card".to_owned(),
        "order_below_minimum" => {
            format!("no stamp, {} short of {}", lei(stamp.missing), lei(stamp.required))
        }
        "order_cancelled" => "no stamp, the order was cancelled".to_owned(),
        "wholly_refunded" => "no stamp, everything was given back".to_owned(),
        "card_disabled" => "no stamp, the card is not running".to_owned(),
        other => format!("no stamp, {}", name(other).to_lowercase()),
    };
    Earned { what: name(&stamp.card), outcome, good: stamp.outcome == "stamped" }
}

fn used(what: String, reward: &Reward) -> Earned {
    let (outcome, good) = match (reward.state.as_str(), reward.fault.as_deref()) {
        ("used", _) => ("used".to_owned(), true),
        ("given_back", _) => ("back on the card".to_owned(), false),
        (_, Some(fault)) => (format!("not covered, {}", name(fault).to_lowercase()), false),
        (state, None) => (name(state).to_lowercase(), false),
    };
    Earned { what, outcome, good }
}

/// Ids and codes as people read them: `coffee-card` is "Coffee card".
fn name(id: &str) -> String {
    let text = id.replace(['-', '_'], " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{earned, is_awarded};
    use crate::cart::Cart;
    use crate::catalog::PRODUCTS;
    use crate::held::{HeldRedemption, HeldReward};
    use crate::order::{Answer, Buyer, Order, Payment, Status};

    fn order(answers: &[(u16, Value)], status: Status) -> Order {
        let mut cart = Cart::default();
        cart.add(&PRODUCTS[7], 1);
        let (session, name, email) = ("s".to_owned(), "Ana".to_owned(), "ana@example.com".to_owned());
        let buyer = Buyer { session, shopper: None, name, email, payment: Payment::Card };
        let line = Some("coffee-casa".to_owned());
        let reward =
            HeldReward { id: "rw_1".to_owned(), card: "coffee-card".to_owned(), discount: 4_800, line };
        let (id, code) = ("rd_1".to_owned(), "A".to_owned());
        let held = HeldRedemption {
            id,
            code,
            points: 0,
            discount: 0,
            tax: 0,
            expires_at: None,
            reward: Some(reward),
        };
        let mut order = Order::place("LM-1".to_owned(), &cart, buyer, Some(held));
        order.status = status;
        for (http_status, body) in answers {
            let (http_status, body) = (*http_status, body.to_string());
            order.keep_answer(Answer { order_status: status, updated_ms: 0, http_status, body });
        }
        order
    }

    fn said(answers: &[(u16, Value)], status: Status) -> Vec<String> {
        let lines = earned(&order(answers, status));
        lines
            .iter()
            .map(|it| format!("{}: {}{}", it.what, it.outcome, if it.good { "!" } else { "" }))
            .collect()
    }

    #[test]
    fn points_stamps_and_rewards_are_said_one_by_one() {
        let answer = json!({
            "award": {
                "awarded": true, "points": 12, "applied": [{ "program": "brewing-week", "points": 12 }],
                "stamps": [
                    { "card": "coffee-card", "outcome": "stamped" },
                    { "card": "delivery-card", "outcome": "order_below_minimum",
                      "required": 10_000, "actual": 8_000, "missing": 2_000 },
                    { "card": "tea", "outcome": "something_new" },
                ],
            },
            "reward": { "id": "rw_1", "state": "used" },
        });
        assert_eq!(
            said(&[(200, answer)], Status::Delivered),
            [
                "Points: +12 (Brewing week)!",
                "Coffee card: a stamp!",
                "Delivery card: no stamp, 20.00\u{a0}lei short of 100.00\u{a0}lei",
                "Tea: no stamp, something new",
                "Free Casa espresso: used!",
            ]
        );
    }

    #[test]
    fn what_is_not_there_yet_has_its_reason() {
        let placed = json!({ "award": { "awarded": false, "points": 0 } });
        assert_eq!(
            said(&[(200, placed.clone())], Status::Paid),
            ["Points: come with the delivery, and stamps with them"]
        );
        assert_eq!(said(&[(200, placed)], Status::Cancelled), ["Points: none, the order was cancelled"]);
        let guest = json!({ "award": { "awarded": false, "points": 0, "reason": "waits_for_sign_in" } });
        assert_eq!(
            said(&[(200, guest)], Status::Delivered),
            ["Points: wait until somebody signs in with this e-mail"]
        );
        let missing =
            json!({ "award": {}, "reward": { "id": "rw_1", "state": "missing", "fault": "ran_out" } });
        assert_eq!(said(&[(200, missing)], Status::Placed)[1], "Free Casa espresso: not covered, ran out");
    }

    #[test]
    fn the_newest_answer_that_was_a_yes_counts() {
        let award = |points: i64| json!({ "award": { "awarded": true, "points": points } });
        let answers = [(200, award(5)), (200, award(3)), (422, json!({ "code": "invalid_body" }))];
        assert_eq!(said(&answers, Status::Delivered), ["Points: +3!"]);
        assert!(is_awarded(&order(&answers, Status::Delivered)) && !is_awarded(&order(&[], Status::Placed)));
        assert_eq!(said(&[(502, json!("no"))], Status::Placed), Vec::<String>::new());
        assert_eq!(said(&[], Status::Placed), Vec::<String>::new());
    }
}
