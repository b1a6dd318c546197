//! What holds for every program, order and cart. `PROPTEST_CASES` sets how many of them are tried.

use fidela_rules::earn::{Earner, Look, earn};
use fidela_rules::num::{Given, MAX, WHOLE_BPS, Wide};
use fidela_rules::order::Order;
use fidela_rules::program::{Condition, Match, PercentOf, Program, read};
use fidela_rules::quote::{Quote, Redeemer, Refusal, discount_shares, quote};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

fn config() -> ProptestConfig {
    // Integration tests have no source file beside which a failure could be kept.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Small amounts, so that limits meet each other, and now and then one at the end of the range.
fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![12 => 0..=300_i64, 12 => 0..=20_000_i64, 1 => select(vec![MAX, MAX - 1, MAX / 2])]
}

fn condition() -> impl Strategy<Value = Value> {
    let ids = proptest::sample::subsequence(vec!["a", "b", "p1"], 0..=2);
    let matches = select(vec!["any_of", "none_of"]);
    proptest::option::weighted(0.3, (matches, ids))
        .prop_map(|condition| condition.map_or(Value::Null, |(m, ids)| json!({ "match": m, "ids": ids })))
}

fn line() -> impl Strategy<Value = Value> {
    let numbers = (
        prop_oneof![1 => Just(0_i64), 9 => 1..=4_i64],
        amount(),
        0..=120_i64,
        select(vec![0, 1, 500, 1_900, 10_000]),
        0..=400_i64,
    );
    let ids = (select(vec!["p1", "p2"]), proptest::sample::subsequence(vec!["a", "b"], 0..=2));
    (numbers, ids).prop_map(|((quantity, unit_price, discount, tax_bps, refunded), (product, categories))| {
        json!({
            "id": "1", "product_id": product, "category_ids": categories, "quantity": quantity,
            "unit_price": unit_price, "discount": discount, "tax_bps": tax_bps, "refunded": refunded,
        })
    })
}

fn order() -> impl Strategy<Value = Order> {
    let shipping = proptest::option::of((0..=2_000_i64, select(vec![0, 900, 1_900])));
    (proptest::collection::vec(line(), 1..6), shipping, any::<bool>(), 0..=500_i64).prop_map(
        |(lines, shipping, prices_include_tax, points_discount)| {
            let shipping = shipping.map(|(price, tax_bps)| json!({ "price": price, "tax_bps": tax_bps }));
            let order = json!({
                "id": "1", "currency": "RON", "placed_at": "2026-03-10T09:00:00Z", "status": "delivered",
                "prices_include_tax": prices_include_tax, "lines": lines, "shipping": shipping,
                "points_discount": points_discount,
            });
            serde_json::from_value(order).unwrap()
        },
    )
}

fn redemption() -> impl Strategy<Value = Value> {
    let limits = (
        proptest::option::weighted(0.2, 0..=300_i64),
        proptest::option::weighted(0.2, amount()),
        proptest::option::of(1..=WHOLE_BPS),
        proptest::option::weighted(0.3, amount()),
        proptest::option::weighted(0.3, amount()),
    );
    let steps = (select(vec![1, 2, 3, 7, 100]), 0..=20_i64);
    let switches = (any::<bool>(), any::<bool>(), select(vec!["order", "items", "eligible"]));
    (limits, steps, switches, condition(), condition()).prop_map(
        |((min, max, bps, points, discount), (step, least), (shipping, tax, of), categories, products)| {
            // What would be a fault is moved to the nearest that is none.
            let max = max.map(|max| max.max(min.unwrap_or(0)));
            let required = (least.max(1) + step - 1) / step * step;
            json!({
                "enabled": true, "order_min": min, "order_max": max, "max_bps": bps,
                "max_points": points.map(|points| points.max(required)), "max_discount": discount,
                "step": step, "min_points": least, "shipping": shipping, "tax_on_discount": tax,
                "percent_of": of, "categories": categories, "products": products,
            })
        },
    )
}

fn per_amount() -> impl Strategy<Value = Value> {
    let rate = (select(vec![1, 3, 50, 5_000, MAX]), 0..=5_i64);
    (rate, condition(), amount(), proptest::option::of(0..=100_i64)).prop_map(
        |((every, points), categories, order_min, max_points)| {
            json!({
                "categories": categories, "order_min": order_min, "max_points": max_points,
                "rate": { "type": "per_amount", "every": every, "points": points },
            })
        },
    )
}

fn earning() -> impl Strategy<Value = Value> {
    let words = (
        select(vec!["items", "order"]),
        select(vec!["included", "excluded"]),
        select(vec!["included", "excluded"]),
        select(vec!["down", "nearest", "up"]),
        select(vec!["best", "sum"]),
    );
    (words, proptest::collection::vec(per_amount(), 1..4)).prop_map(
        |((basis, tax, paid_with_points, rounding, combine), mut programs)| {
            for (i, program) in programs.iter_mut().enumerate() {
                program["id"] = json!(format!("p{i}"));
            }
            json!({
                "basis": basis, "tax": tax, "paid_with_points": paid_with_points, "rounding": rounding,
                "combine": combine, "programs": programs,
            })
        },
    )
}

fn program() -> impl Strategy<Value = Program> {
    let value = (select(vec![1, 3, 7, 100]), select(vec![1, 3, 7, 100, 500]));
    (value, redemption(), earning()).prop_map(|((points, minor), redemption, earning)| {
        let program = json!({
            "currency": "RON", "timezone": "Europe/Bucharest", "redemption": redemption, "earning": earning,
            "points": { "value": { "points": points, "minor": minor } },
        });
        serde_json::from_value(program).unwrap()
    })
}

fn quoted(program: &Program, order: &Order, available: i64, asked: Option<i64>) -> Result<Quote, Refusal> {
    quote(program, &order.basket(), Redeemer { available, groups: &[] }, asked)
}

fn earned(program: &Program, order: &Order) -> i64 {
    let earner = Earner { groups: &[], spent_before: 0 };
    earn(program, order, earner, "2026-03-10".parse().unwrap(), Look::First).points
}

fn satisfies(condition: Option<&Condition>, own: &[String]) -> bool {
    let Some(Condition { matches, ids }) = condition.filter(|condition| !condition.ids.is_empty()) else {
        return true;
    };
    ids.iter().any(|id| own.contains(id)) == (*matches == Match::AnyOf)
}

proptest! {
    #![proptest_config(config())]

    // S2.4, S3.3, S3.9
    #[test]
    fn a_quote_keeps_within_each_of_its_limits(
        program in program(), order in order(), available in amount(), asked in proptest::option::of(amount()),
    ) {
        let Ok(quote) = quoted(&program, &order, available, asked) else { return Ok(()) };
        let rules = &program.redemption;
        let measured = order.measure().unwrap();
        prop_assert!(rules.order_min.is_none_or(|min| measured.value >= min));
        prop_assert!(rules.order_max.is_none_or(|max| measured.value <= max));

        prop_assert!(quote.points > 0 && quote.points <= available);
        prop_assert!(asked.is_none_or(|asked| quote.points <= asked));
        prop_assert!(rules.max_points.is_none_or(|most| quote.points <= most));
        prop_assert_eq!(quote.points % rules.step, 0);

        let matching = order.lines.iter().zip(&measured.lines).filter(|(line, _)| {
            satisfies(rules.categories.as_ref(), &line.category_ids)
                && satisfies(rules.products.as_ref(), std::slice::from_ref(&line.product_id))
        });
        let shipping = measured.shipping.iter().filter(|_| rules.shipping);
        let eligible: i64 = matching.map(|(_, part)| part).chain(shipping).map(|part| part.gross).sum();
        prop_assert!(quote.discount > 0 && quote.discount <= eligible);
        prop_assert!(rules.max_discount.is_none_or(|most| quote.discount <= most));
        let whole = match rules.percent_of {
            PercentOf::Order => measured.value,
            PercentOf::Items => measured.items,
            PercentOf::Eligible => eligible,
        };
        let (discount, whole) = (i128::from(quote.discount), i128::from(whole));
        prop_assert!(rules.max_bps.is_none_or(|bps| discount * 10_000 <= whole * i128::from(bps)));
    }

    #[test]
    fn a_quote_burns_no_point_for_nothing(
        program in program(), order in order(), available in amount(), asked in proptest::option::of(amount()),
    ) {
        let Ok(quote) = quoted(&program, &order, available, asked) else { return Ok(()) };
        let value = |points: i64| program.points.value.value_of(Wide::of(points));
        prop_assert!(value(quote.points) >= Wide::of(quote.discount));
        prop_assert!(value(quote.points - program.redemption.step) < Wide::of(quote.discount));
    }

    // S3.7
    #[test]
    fn a_discount_is_shared_to_the_cent(
        program in program(), order in order(), available in amount(),
    ) {
        let Ok(quote) = quoted(&program, &order, available, None) else { return Ok(()) };
        prop_assert_eq!(quote.tax.iter().map(|part| part.gross).sum::<i64>(), quote.discount);
        prop_assert!(quote.tax.windows(2).all(|pair| pair[0].tax_bps < pair[1].tax_bps));
        for part in &quote.tax {
            prop_assert!(part.gross > 0 && part.tax >= 0 && part.tax <= part.gross);
            prop_assert!(program.redemption.tax_on_discount || part.tax == 0);
        }
        let measured = order.measure().unwrap();
        let shares =
            discount_shares(&program.redemption, &order.basket(), &measured, quote.discount).unwrap();
        prop_assert_eq!(shares.iter().sum::<i64>(), quote.discount);
        prop_assert_eq!(shares.len(), measured.parts().count());
        for (share, part) in shares.iter().zip(measured.parts()) {
            prop_assert!((0..=part.gross).contains(share), "{share} of {part:?}");
        }
    }

    /// Whoever asks for exactly what was quoted gets exactly that.
    #[test]
    fn a_quote_that_is_asked_for_is_given(
        program in program(), order in order(), available in amount(),
    ) {
        let Ok(quote) = quoted(&program, &order, available, None) else { return Ok(()) };
        let again = quoted(&program, &order, available, Some(quote.points));
        // Handing points back may leave fewer than one redemption must have: then the least is asked for.
        if Wide::of(quote.points) >= program.required_points() {
            prop_assert_eq!(again.map(|q| (q.points, q.discount)), Ok((quote.points, quote.discount)));
        }
    }

    #[test]
    fn earning_is_never_negative_and_never_grows_with_a_refund(
        program in program(), order in order(), less in amount(), more in amount(),
    ) {
        let (less, more) = (less.min(more), less.max(more));
        let refunded = |n| Order { refunded: Some(Given(n)), ..order.clone() };
        let (few, many) = (earned(&program, &refunded(more)), earned(&program, &refunded(less)));
        prop_assert!(few >= 0);
        prop_assert!(few <= many, "{few} after {more} was refunded, {many} after {less}");
    }

    #[test]
    fn a_program_that_was_read_is_read_again_as_the_same(program in program()) {
        let document = serde_json::to_value(&program).unwrap();
        let (again, _) = read(&document, |_| true).unwrap();
        prop_assert_eq!(&again, &program);
        prop_assert_eq!(serde_json::to_value(&again).unwrap(), document);
    }

    #[test]
    fn a_mutated_program_is_read_or_its_faults_are_told(
        mutations in proptest::collection::vec((any::<Index>(), any::<Index>(), any::<Index>()), 1..4),
    ) {
        let mut document = whole_program();
        for (place, what, value) in mutations {
            let places = places(&document);
            mutate(&mut document, &places[place.index(places.len())], what, value);
        }
        match read(&document, |zone| zone == "Europe/Bucharest") {
            Ok((program, warnings)) => {
                prop_assert!(warnings.iter().all(|warning| !warning.path.is_empty()));
                let again = serde_json::to_value(&program).unwrap();
                prop_assert_eq!(read(&again, |_| true).unwrap().0, program);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(!fault.path.is_empty() && !fault.code.is_empty(), "{fault:?}");
                }
            }
        }
    }
}

/// A program in which every kind of thing is there once.
fn whole_program() -> Value {
    json!({
        "enabled": true, "currency": "RON", "timezone": "Europe/Bucharest",
        "points": {
            "value": { "points": 1, "minor": 100 }, "display": "money",
            "name": { "ro": { "one": "punct", "few": "puncte", "other": "de puncte" } },
        },
        "earning": {
            "award_statuses": ["delivered", "paid"], "basis": "order", "tax": "excluded",
            "paid_with_points": "included", "combine": "sum", "rounding": "nearest", "pending_days": 14,
            "programs": [
                { "id": "base", "name": "Base", "enabled": true, "from": "2026-01-01", "until": "2026-12-31",
                  "groups": ["vip"], "categories": { "match": "any_of", "ids": ["shoes"] },
                  "products": { "match": "none_of", "ids": ["gift"] }, "order_min": 100, "max_points": 50,
                  "rate": { "type": "per_amount", "every": 5_000, "points": 1 } },
                { "id": "order", "rate": { "type": "per_order", "points": 10 } },
                { "id": "levels", "name": { "en": "Levels", "ro": "Niveluri" }, "rate": {
                    "type": "cashback", "counts_this_order": true,
                    "levels": [{ "name": "Silver", "spend_from": 0, "bps": 300, "order_min": 0 }] } },
            ],
        },
        "redemption": {
            "enabled": true, "groups": ["vip"], "categories": { "match": "none_of", "ids": [] },
            "products": null, "order_min": 0, "order_max": 10_000, "max_bps": 2_000, "percent_of": "items",
            "shipping": true, "min_points": 5, "max_points": 100, "step": 5, "max_discount": 9_000,
            "tax_on_discount": false, "hold_minutes": 15, "confirmed_hold_hours": 24,
        },
        "expiry": { "type": "after_earning", "days": 90 },
        "refunds": { "shortfall": "clamp", "grace_days": 7 },
        "bonuses": {
            "registration": { "points": 10, "message": "Hello", "since": "2026-01-01T00:00:00Z" },
            "birthday": { "points": 20 },
        },
        "stamp_cards": [
            { "id": "coffee", "name": "Coffee", "enabled": true, "orders_required": 10, "order_min": 1,
              "repeat": false, "show_extras": false,
              "reward": { "type": "product", "product_id": "p1", "bps": 10_000 } },
            { "id": "delivery", "reward": { "type": "shipping", "amount": 500 } },
        ],
        "missions": [
            { "id": "m1", "kind": "newsletter", "name": "News", "description": "Read", "icon": "mail",
              "enabled": true, "from": null, "until": "2027-01-01", "points": { "type": "fixed", "points": 5 },
              "limit_per_shopper": 1, "show_in": ["widget"], "notify": { "email": false, "toast": true },
              "verify": "claim" },
            { "id": "m2", "kind": "custom", "points": { "type": "per_amount", "every": 100, "points": 1 } },
        ],
        "referrals": {
            "enabled": true, "inviter_points": 100, "invitee_points": 50, "qualifies_on": "first_order",
            "order_min": 1, "review_days": 14, "max_per_month": 3, "expires_days": 90,
            "email": { "subject": "Come", "body": { "en": "Come", "ro": "Vino" } },
            "social": { "image": "i.png", "title": "T", "description": "D" },
            "invite_page": { "title": "T", "body": "B" }, "landing_page": { "title": "T", "body": "B" },
        },
    })
}

/// Every place of a document but the whole, as pointers.
fn places(document: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect()
            }
            _ => Vec::new(),
        };
        for (name, value) in children {
            let place = format!("{at}/{name}");
            walk(value, &place, places);
            places.push(place);
        }
    }
    let mut all = Vec::new();
    walk(document, "", &mut all);
    all
}

/// Puts something else in a place, adds a field nobody knows, or says a thing twice.
fn mutate(document: &mut Value, place: &str, what: Index, value: Index) {
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(MAX),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("cancelled"),
        json!("2026-02-30"),
        json!("x".repeat(3_000)),
        json!("\u{0}"),
        json!([]),
        json!([[]]),
        json!([null]),
        json!({}),
        json!({ "": {} }),
        json!({ "type": "cashback" }),
    ];
    let Some(found) = document.pointer_mut(place) else { return };
    match (what.index(4), &mut *found) {
        (0, Value::Object(map)) => {
            map.insert("surprise".to_owned(), others[value.index(others.len())].clone());
        }
        (1, Value::Object(map)) => {
            if let Some(name) = map.keys().nth(value.index(map.len().max(1))).cloned() {
                map.remove(&name);
            }
        }
        (0 | 1, Value::Array(items)) => {
            if let Some(item) = items.first().cloned() {
                items.push(item);
            }
        }
        _ => *found = others[value.index(others.len())].clone(),
    }
}

#[test]
fn the_whole_program_is_valid() {
    let read = read(&whole_program(), |zone| zone == "Europe/Bucharest");
    assert!(read.is_ok(), "{read:?}");
}
