//! The summary of a stamp card, and what a reward leaves of a cart. Which orders stamp and what rewards take off
//! are cases in `tests/vectors/stamps.json` and `reward.json`.

use fidela_rules::num::MAX;
use fidela_rules::order::Order;
use fidela_rules::program::{CardReward, Program};
use fidela_rules::reward::reward;
use fidela_rules::stamps::CardSummary;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

fn program(card: &Value) -> Program {
    let program = json!({
        "currency": "RON", "timezone": "Europe/Bucharest",
        "points": { "value": { "points": 1, "minor": 100 } }, "stamp_cards": [card],
    });
    serde_json::from_value(program).unwrap()
}

// S1.1, S1.3
#[test]
fn a_card_is_summed_up_before_it_goes_live() {
    let summed = |card: Value| {
        let program = program(&card);
        CardSummary::of(&program, &program.stamp_cards[0]).map(|summary| json!(summary))
    };
    let card = json!({
        "id": "coffee", "orders_required": 8, "order_min": 2_500, "show_extras": false, "enabled": false,
        "categories": { "match": "any_of", "ids": ["coffee"] }, "products": { "match": "none_of", "ids": [] },
        "reward": { "type": "product", "product_id": "espresso", "bps": 10_000 },
    });
    let expected = json!({
        "card": "coffee",
        "asks": [
            { "code": "orders", "required": 8 },
            { "code": "categories", "categories": { "match": "any_of", "ids": ["coffee"] } },
            { "code": "order_min", "minor": 2_500 },
        ],
        "gives": { "type": "product", "product_id": "espresso", "bps": 10_000 },
        "notes": ["card_disabled", "repeats", "extras_hidden", "reward_is_free"],
        "least_spent": 20_000,
    });
    assert_eq!(summed(card), Ok(expected));

    let card = json!({ "id": "c", "repeat": false, "reward": { "type": "shipping", "amount": 500 } });
    let expected = json!({
        "card": "c", "asks": [{ "code": "orders", "required": 10 }, { "code": "any_product" }],
        "gives": { "type": "shipping", "amount": 500 }, "notes": ["only_once", "extras_shown"],
        "least_spent": 0,
    });
    assert_eq!(summed(card), Ok(expected));

    let card = json!({ "id": "c", "order_min": MAX, "reward": { "type": "shipping", "amount": 500 } });
    assert!(summed(card).is_err(), "no number: it is said rather than shown wrong");
}

fn config() -> ProptestConfig {
    // Integration tests have no source file beside which a failure could be kept.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    // S1.2, S1.3
    #[test]
    fn a_reward_never_takes_more_than_its_part(
        (prices, quantities) in (proptest::collection::vec(0..=2_000_i64, 3), proptest::collection::vec(0..=4_i64, 3)),
        (discount, tax, net) in (0..=600_i64, select(vec![0, 500, 1_900]), any::<bool>()),
        (shipping, bps, product) in (proptest::option::of(0..=1_500_i64), 1..=10_000_i64, any::<bool>()),
    ) {
        let terms = if product {
            json!({ "type": "product", "product_id": "p", "bps": bps })
        } else {
            json!({ "type": "shipping", "bps": bps })
        };
        let program = program(&json!({ "id": "c", "reward": terms }));
        let line = |place: usize, extra_of: Option<&str>| json!({
            "id": place.to_string(), "product_id": if place == 2 { "other" } else { "p" }, "tax_bps": tax,
            "quantity": quantities[place], "unit_price": prices[place], "discount": discount, "extra_of": extra_of,
        });
        let order: Order = serde_json::from_value(json!({
            "id": "1", "currency": "RON", "placed_at": "2026-03-10T09:00:00Z", "status": "delivered",
            "prices_include_tax": !net, "lines": [line(0, None), line(1, Some("2")), line(2, None)],
            "shipping": shipping.map(|price| json!({ "price": price, "tax_bps": tax })),
        })).unwrap();
        let measured = order.measure().unwrap();
        let Ok(taken_off) = reward(&program, &program.stamp_cards[0].reward, &order.basket()) else {
            return Ok(());
        };
        let left = taken_off.left_of(measured.clone()).unwrap();
        prop_assert!(taken_off.discount > 0);
        prop_assert_eq!(left.value, measured.value - taken_off.discount);
        prop_assert_eq!(left.items + left.shipping.map_or(0, |part| part.gross), left.value);
        prop_assert!(left.parts().all(|part| part.gross >= 0 && part.net >= 0 && part.net <= part.gross));
        prop_assert_eq!(taken_off.tax.iter().map(|part| part.gross).sum::<i64>(), taken_off.discount);
        // Neither the extra nor the other product is touched.
        prop_assert_eq!(&left.lines[1..], &measured.lines[1..]);
        match &program.stamp_cards[0].reward {
            CardReward::Product { .. } => {
                prop_assert_eq!(left.shipping, measured.shipping);
                prop_assert!(taken_off.discount * quantities[0] <= measured.lines[0].gross + quantities[0]);
            }
            CardReward::Shipping { .. } => prop_assert_eq!(left.items, measured.items),
        }
    }
}
