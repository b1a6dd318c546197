//! Why an order earned what it earned, levels, offers and previews.

use fidela_rules::earn::{Award, Earner, Look, earn};
use fidela_rules::levels::{level_of, money_spent};
use fidela_rules::num::MAX;
use fidela_rules::offers::{OFFERS_AHEAD_DAYS, offers};
use fidela_rules::order::{Cart, Order};
use fidela_rules::preview::{Facts, preview};
use fidela_rules::program::Program;
use fidela_rules::trace::{Traced, TracedOutcome, TracedResult, trace};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

fn config() -> ProptestConfig {
    // Integration tests have no source file beside which a failure could be kept.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn program(earning: &Value) -> Program {
    with(&json!({ "earning": earning }))
}

fn with(more: &Value) -> Program {
    let mut program = json!({
        "currency": "RON", "timezone": "Europe/Bucharest", "points": { "value": { "points": 1, "minor": 100 } },
    });
    for (name, value) in more.as_object().unwrap() {
        program[name] = value.clone();
    }
    serde_json::from_value(program).unwrap()
}

fn order(price: i64, refunded: i64) -> Order {
    let order = json!({
        "id": "1", "currency": "RON", "placed_at": "2026-03-10T09:00:00Z", "status": "delivered",
        "lines": [{ "id": "1", "product_id": "p1", "category_ids": ["shoes"], "quantity": 1, "unit_price": price }],
        "refunded": refunded,
    });
    serde_json::from_value(order).unwrap()
}

const PLACED_ON: Date = date(2026, 3, 10);

fn traced(program: &Program, order: &Order, groups: &[String], spent_before: i64) -> (Award, Vec<Traced>) {
    let earner = Earner { groups, spent_before };
    let award = earn(program, order, earner, PLACED_ON, Look::First);
    let trace = trace(program, order, earner, PLACED_ON, &award);
    (award, trace)
}

/// The trace's only line, without the program's id.
fn line(earning: &Value, order: &Order, spent: i64) -> Value {
    let mut programs = earning["programs"].clone();
    programs[0]["id"] = json!("x");
    let mut earning = earning.clone();
    earning["programs"] = programs;
    let (_, trace) = traced(&program(&earning), order, &["vip".to_owned()], spent);
    let mut line = json!(trace[0]);
    assert_eq!(line.as_object_mut().unwrap().remove("program"), Some(json!("x")));
    line
}

// S2.1, S2.2, S2.3, S2.6, S3.4, S3.9
#[test]
fn each_program_says_why_it_gave_nothing() {
    let base = json!({ "type": "per_amount", "every": 5_000, "points": 1 });
    let one = |more: Value| {
        let mut earning = json!({ "rate": base });
        for (name, value) in more.as_object().unwrap() {
            earning[name] = value.clone();
        }
        json!({ "programs": [earning] })
    };
    let order = |price| order(price, 0);
    assert_eq!(
        line(&one(json!({ "enabled": false })), &order(10_000), 0),
        json!({ "outcome": "switched_off" })
    );
    assert_eq!(
        line(&one(json!({ "from": "2026-03-11", "until": "2026-03-12" })), &order(10_000), 0),
        json!({ "outcome": "outside_window", "placed_on": "2026-03-10", "from": "2026-03-11", "until": "2026-03-12" }),
    );
    assert_eq!(
        line(&one(json!({ "groups": ["staff", "gold"] })), &order(10_000), 0),
        json!({ "outcome": "group_not_eligible", "groups": ["staff", "gold"] }),
    );
    assert_eq!(
        line(&one(json!({ "order_min": 15_000 })), &order(10_000), 0),
        json!({ "outcome": "order_below_minimum", "required": 15_000, "actual": 10_000, "missing": 5_000 }),
    );
    assert_eq!(
        line(&one(json!({ "categories": { "match": "any_of", "ids": ["hats"] } })), &order(10_000), 0),
        json!({ "outcome": "no_matching_lines" }),
    );
    let evaluated = |base: i64, rate: Value, result: Value| {
        let eligible = 4_999;
        json!({ "outcome": "evaluated", "eligible": eligible, "base": base, "rate": rate, "points": 0,
                "result": result })
    };
    let below = json!({ "code": "below_one_point", "required": 5_000, "actual": 4_999, "missing": 1 });
    assert_eq!(line(&one(json!({})), &order(4_999), 0), evaluated(4_999, base.clone(), below));
    assert_eq!(
        line(&one(json!({})), &self::order(4_999, 4_999), 0),
        evaluated(0, base.clone(), json!({ "code": "nothing_left" })),
    );
    let free = json!({ "type": "per_order", "points": 0 });
    assert_eq!(
        line(&one(json!({ "rate": free })), &order(4_999), 0),
        evaluated(4_999, free, json!({ "code": "rate_is_zero" })),
    );
    assert_eq!(
        line(&one(json!({ "max_points": 0 })), &order(10_000), 0),
        json!({ "outcome": "evaluated", "eligible": 10_000, "base": 10_000, "rate": base, "uncapped": 2, "points": 0,
                "result": { "code": "capped_to_nothing" } }),
    );

    let levels = json!([
        { "spend_from": 1_000, "bps": 100, "order_min": 6_000 }, { "spend_from": 9_000, "bps": 500 },
    ]);
    let cashback = |own: bool| {
        one(json!({ "rate": { "type": "cashback", "levels": levels, "counts_this_order": own } }))
    };
    let share = |spent: i64| json!({ "type": "cashback", "bps": 0, "spent": spent });
    assert_eq!(
        line(&cashback(false), &order(4_999), 900),
        evaluated(
            4_999,
            share(900),
            json!({ "code": "no_level_reached", "required": 1_000, "actual": 900, "missing": 100 }),
        ),
    );
    assert_eq!(
        line(&cashback(true), &order(4_999), 900),
        evaluated(
            4_999,
            share(5_899),
            json!({ "code": "order_below_level_minimum", "required": 6_000, "actual": 4_999, "missing": 1_001 }),
        ),
    );
    assert_eq!(
        line(&cashback(false), &order(10_000), 9_000),
        json!({ "outcome": "evaluated", "eligible": 10_000, "base": 10_000, "level_from": 9_000,
                "rate": { "type": "cashback", "bps": 500, "spent": 9_000 }, "points": 5,
                "result": { "code": "applied" } }),
    );
}

// S2.6
#[test]
fn a_program_that_lost_names_the_winner() {
    let programs = json!([
        { "id": "a", "rate": { "type": "per_order", "points": 5 } },
        { "id": "b", "rate": { "type": "per_order", "points": 50 }, "max_points": 7 },
        { "id": "c", "rate": { "type": "per_order", "points": 7 } },
    ]);
    let results = |combine: &str| {
        let (_, trace) =
            traced(&program(&json!({ "combine": combine, "programs": programs })), &order(100, 0), &[], 0);
        trace.iter().map(|line| json!(line)["result"].clone()).collect::<Vec<_>>()
    };
    let (applied, to_b) =
        (json!({ "code": "applied" }), json!({ "code": "lost_to", "program": "b", "points": 7 }));
    assert_eq!(results("best"), [to_b.clone(), applied.clone(), to_b], "of equals the first listed wins");
    let to_a = json!({ "code": "lost_to", "program": "a", "points": 5 });
    assert_eq!(results("first"), [applied.clone(), to_a.clone(), to_a]);
    assert_eq!(results("sum"), [applied.clone(), applied.clone(), applied]);
}

#[test]
fn traces_from_before_are_still_read() {
    for old in [
        json!({ "program": "a", "outcome": "switched_off" }),
        json!({ "program": "a", "outcome": "outside_window" }),
        json!({ "program": "a", "outcome": "group_not_eligible" }),
        json!({ "program": "a", "outcome": "evaluated", "eligible": 1, "base": 1, "level_from": 0, "points": 1 }),
    ] {
        let read: Traced = serde_json::from_value(old.clone()).unwrap();
        assert_eq!(json!(read), old);
    }
    let old = json!({ "program": "a", "outcome": "order_below_minimum", "required": 2, "actual": 1 });
    assert!(serde_json::from_value::<Traced>(old).is_ok());
}

proptest! {
    #![proptest_config(config())]

    /// What a trace says is so: the points are the award's, the winners are those applied, and where one point was
    /// missed by so much, one unit less would still have missed it.
    #[test]
    fn a_trace_agrees_with_the_award(
        (every, points, bps, max_points) in (1..=500_i64, 0..=3_i64, 0..=900_i64, proptest::option::of(0..=9_i64)),
        (rounding, combine) in (select(vec!["down", "nearest", "up"]), select(vec!["best", "sum", "first"])),
        (price, refunded, spent) in (0..=3_000_i64, 0..=600_i64, 0..=3_000_i64),
        (worth, minor) in (select(vec![1, 3, 10]), select(vec![1, 7, 100])),
    ) {
        let levels = json!([{ "spend_from": 500, "bps": bps, "order_min": 200 }, { "spend_from": 2_000, "bps": 700 }]);
        let mut program = json!({
            "currency": "RON", "timezone": "UTC", "points": { "value": { "points": worth, "minor": minor } },
        });
        program["earning"] = json!({ "rounding": rounding, "combine": combine, "programs": [
            { "id": "a", "rate": { "type": "per_amount", "every": every, "points": points } },
            { "id": "b", "max_points": max_points,
              "rate": { "type": "cashback", "levels": levels, "counts_this_order": true } },
            { "id": "c", "order_min": 100, "rate": { "type": "per_order", "points": points } },
        ] });
        let program: Program = serde_json::from_value(program).unwrap();
        let (award, trace) = traced(&program, &order(price, refunded), &[], spent);
        prop_assert_eq!(trace.len(), 3);
        let mut sum = 0;
        for Traced { program: id, outcome } in trace {
            let TracedOutcome::Evaluated { base, points, result, .. } = outcome else { continue };
            let applied = award.applied.iter().any(|applied| applied.program == id);
            prop_assert_eq!(applied, result == Some(TracedResult::Applied));
            sum += if applied { points } else { 0 };
            prop_assert_eq!(points > 0, matches!(result, Some(TracedResult::Applied | TracedResult::LostTo { .. })));
            if let Some(TracedResult::BelowOnePoint { required, actual, missing }) = result {
                prop_assert_eq!((actual, actual + missing), (base, required));
                prop_assert!(missing > 0);
                for (base, gives) in [(required, true), (required - 1, false)] {
                    let (award, _) = traced(&only(&program, &id), &order(base, 0), &[], spent + price - refunded - base);
                    prop_assert_eq!(award.points > 0, gives, "{} of {}", base, required);
                }
            }
        }
        prop_assert_eq!(sum, award.points);
    }
}

/// The program with one way to earn alone, and no smallest order.
fn only(program: &Program, id: &str) -> Program {
    let mut only = program.clone();
    only.earning.programs.retain(|earning| earning.id == id);
    only
}

// S2.1
#[test]
fn levels_follow_from_money_spent() {
    let levels = json!([
        { "name": "Gold", "spend_from": 100_000, "bps": 500 }, { "name": "Silver", "spend_from": 20_000, "bps": 300 },
        { "name": "Also gold", "spend_from": 100_000, "bps": 900 },
    ]);
    let rate = json!({ "type": "cashback", "levels": levels });
    let off =
        json!({ "id": "off", "enabled": false, "rate": { "type": "cashback", "levels": [{ "bps": 1 }] } });
    let program = program(&json!({ "programs": [off, { "id": "a", "rate": rate }] }));
    let standing = |spent| {
        let standing = level_of(&program, spent).unwrap().unwrap();
        (standing.reached.map(|level| level.bps), standing.next.map(|next| (next.level.bps, next.missing)))
    };
    assert_eq!(standing(-5), (None, Some((300, 20_005))));
    assert_eq!(standing(19_999), (None, Some((300, 1))));
    assert_eq!(standing(20_000), (Some(300), Some((500, 80_000))));
    assert_eq!(standing(100_000), (Some(500), None));
    assert_eq!(level_of(&with(&json!({})), 5), Ok(None));
    assert_eq!(money_spent([5, -3, MAX - 2]), Ok(MAX));
    assert!(money_spent([5, MAX]).is_err());
}

// S4.5, S2.3
#[test]
fn offers_run_now_or_soon() {
    let rate = json!({ "type": "per_order", "points": 1 });
    let earning = json!({ "programs": [
        { "id": "later", "from": "2026-04-10", "rate": rate },
        { "id": "soon", "from": "2026-04-09", "until": "2026-04-09", "rate": rate },
        { "id": "sooner", "from": "2026-03-11", "rate": rate },
        { "id": "over", "until": "2026-03-09", "rate": rate },
        { "id": "last day", "from": "2026-03-01", "until": "2026-03-10", "rate": rate },
        { "id": "always", "rate": rate },
        { "id": "off", "enabled": false, "rate": rate },
        { "id": "vip", "groups": ["vip"], "rate": rate },
    ] });
    let program = program(&earning);
    let seen = |program: &Program, groups: &[String]| {
        offers(program, groups, PLACED_ON, OFFERS_AHEAD_DAYS)
            .into_iter()
            .map(|offer| (offer.program.id.clone(), offer.starts_in_days, offer.ends_in_days))
            .collect::<Vec<_>>()
    };
    let expected =
        [("last day", 0, Some(0)), ("always", 0, None), ("sooner", 1, None), ("soon", 30, Some(0))];
    assert_eq!(seen(&program, &[]), expected.map(|(id, from, until)| (id.to_owned(), from, until)));
    assert!(seen(&program, &["vip".to_owned()]).contains(&("vip".to_owned(), 0, None)));
    let paused = Program { enabled: false, ..program };
    assert_eq!(seen(&paused, &[]), []);
}

// S2.6, S1.1, S2.4
#[test]
fn a_preview_says_what_a_draft_would_do() {
    let draft = with(&json!({
        "earning": { "award_statuses": ["done"], "programs": [
            { "id": "base", "rate": { "type": "per_amount", "every": 5_000, "points": 1 } },
        ] },
        "redemption": { "enabled": true, "max_bps": 2_000 },
        "stamp_cards": [{ "id": "coffee", "order_min": 20_000, "reward": { "type": "shipping", "amount": 500 } }],
    }));
    let cart: Cart = serde_json::from_value(json!({
        "currency": "RON", "lines": [{ "id": "1", "product_id": "p", "quantity": 1, "unit_price": 10_000 }],
    }))
    .unwrap();
    let at = "2026-03-10T09:00:00Z".parse().unwrap();
    let facts = Facts { available: 1_000, spent: 0, groups: &[] };
    let shown = json!(preview(&draft, &cart.to_order("cart", at, "created"), facts, PLACED_ON));
    assert_eq!(shown["points"], 2);
    assert_eq!(shown["considered"][0]["result"]["code"], "applied");
    assert_eq!(shown["stamps"][0]["outcome"], "order_below_minimum");
    assert_eq!((&shown["quote"]["points"], &shown["quote"]["discount"]), (&json!(20), &json!(2_000)));

    let nothing = json!(preview(
        &draft,
        &cart.to_order("cart", at, "created"),
        Facts { available: 0, ..facts },
        PLACED_ON
    ));
    assert_eq!(nothing["refusal"]["code"], "insufficient_points");
    assert!(nothing.get("quote").is_none());
    let cancelled = json!(preview(&draft, &cart.to_order("1", at, "cancelled"), facts, PLACED_ON));
    assert_eq!((&cancelled["points"], &cancelled["reason"]), (&json!(0), &json!("status_not_awarded")));
    assert_eq!(cancelled["stamps"][0]["outcome"], "order_cancelled");
    let paused = Program { enabled: false, ..draft };
    let paused = json!(preview(&paused, &cart.to_order("1", at, "created"), facts, PLACED_ON));
    assert_eq!(paused["reason"], "program_disabled");
    assert_eq!(paused["refusal"]["code"], "program_disabled");
}
