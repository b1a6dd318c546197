//! Every fault of a program is told at once, with its path and code.

use fidela_rules::num::MAX;
use fidela_rules::program::read;
use serde_json::{Value, json};

/// The least program there is.
fn least() -> Value {
    json!({
        "currency": "RON", "timezone": "Europe/Bucharest",
        "points": { "value": { "points": 1, "minor": 100 } },
    })
}

fn with(changes: &Value) -> Value {
    fn merge(into: &mut Value, changes: &Value) {
        match (into, changes) {
            (Value::Object(into), Value::Object(changes)) => {
                for (name, change) in changes {
                    merge(into.entry(name.clone()).or_insert(Value::Null), change);
                }
            }
            (into, change) => *into = change.clone(),
        }
    }
    let mut program = least();
    merge(&mut program, changes);
    program
}

fn faults(document: &Value) -> Vec<(String, &'static str)> {
    let faults = read(document, |zone| zone == "Europe/Bucharest").err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.path, fault.code)).collect()
}

fn warnings(document: &Value) -> Vec<(String, &'static str)> {
    let (_, warnings) = read(document, |_| true).unwrap();
    warnings.into_iter().map(|warning| (warning.path, warning.code)).collect()
}

#[track_caller]
fn check(changes: &Value, path: &str, code: &str) {
    let found = faults(&with(changes));
    let found: Vec<_> = found.iter().map(|(path, code)| (path.as_str(), *code)).collect();
    assert_eq!(found, [(path, code)], "{changes}");
}

#[test]
fn the_least_program_has_every_default() {
    let (program, warnings) = read(&least(), |_| true).unwrap();
    assert_eq!(warnings, []);
    let written = serde_json::to_value(program).unwrap();
    for (place, value) in [
        ("/enabled", json!(true)),
        ("/points/display", json!("points")),
        ("/earning/award_statuses", json!(["delivered"])),
        ("/earning/basis", json!("items")),
        ("/earning/tax", json!("included")),
        ("/earning/paid_with_points", json!("excluded")),
        ("/earning/combine", json!("best")),
        ("/earning/rounding", json!("down")),
        ("/earning/pending_days", json!(0)),
        ("/earning/programs", json!([])),
        ("/redemption/enabled", json!(false)),
        ("/redemption/order_min", json!(null)),
        ("/redemption/max_bps", json!(null)),
        ("/redemption/percent_of", json!("order")),
        ("/redemption/shipping", json!(false)),
        ("/redemption/min_points", json!(0)),
        ("/redemption/step", json!(1)),
        ("/redemption/tax_on_discount", json!(true)),
        ("/redemption/hold_minutes", json!(30)),
        ("/redemption/confirmed_hold_hours", json!(168)),
        ("/expiry", json!({ "type": "never" })),
        ("/refunds", json!({ "shortfall": "negative", "grace_days": 0 })),
        ("/bonuses/registration", json!(null)),
        ("/referrals/enabled", json!(false)),
    ] {
        assert_eq!(written.pointer(place), Some(&value), "{place}");
    }
}

#[test]
fn what_is_required_is_asked_for_all_at_once() {
    let found = faults(&json!({ "earning": { "programs": [{ "name": "x" }] } }));
    let missing = ["currency", "timezone", "points", "earning.programs[0].id", "earning.programs[0].rate"];
    for path in missing {
        assert!(found.contains(&(path.to_owned(), "required")), "{path} in {found:?}");
    }
}

#[test]
fn each_fault_has_its_path_and_code() {
    let rate = |rate: Value| json!({ "earning": { "programs": [{ "id": "a", "rate": rate }] } });
    let cases = [
        (json!({ "surprise": 1 }), "surprise", "unknown_field"),
        (json!({ "currency": "ron" }), "currency", "currency_expected"),
        (json!({ "timezone": "Mars/Olympus" }), "timezone", "unknown_timezone"),
        (json!({ "points": { "value": { "minor": 0 } } }), "points.value.minor", "out_of_range"),
        (json!({ "points": { "value": { "points": 1.5 } } }), "points.value.points", "whole_number_expected"),
        (json!({ "points": { "value": { "minor": MAX + 1 } } }), "points.value.minor", "amount_out_of_range"),
        (json!({ "points": { "name": { "ro": { "one": "p" } } } }), "points.name.ro.other", "required"),
        (json!({ "enabled": "yes" }), "enabled", "true_or_false_expected"),
        (
            json!({ "earning": { "award_statuses": ["paid", "cancelled"] } }),
            "earning.award_statuses[1]",
            "cancelled_never_earns",
        ),
        (json!({ "earning": { "rounding": "sideways" } }), "earning.rounding", "not_one_of_the_choices"),
        (json!({ "earning": { "pending_days": -1 } }), "earning.pending_days", "out_of_range"),
        (
            rate(json!({ "type": "per_amount", "every": 0, "points": 1 })),
            "earning.programs[0].rate.every",
            "out_of_range",
        ),
        (rate(json!({ "type": "per_amount", "points": 1 })), "earning.programs[0].rate.every", "required"),
        (rate(json!({ "type": "per_mood" })), "earning.programs[0].rate.type", "not_one_of_the_choices"),
        (
            rate(json!({ "type": "cashback", "levels": [{ "spend_from": 0, "bps": 10_001 }] })),
            "earning.programs[0].rate.levels[0].bps",
            "out_of_range",
        ),
        (
            json!({ "redemption": { "categories": { "match": "some_of" } } }),
            "redemption.categories.match",
            "not_one_of_the_choices",
        ),
        (
            json!({ "redemption": { "order_min": 10, "order_max": 9 } }),
            "redemption.order_max",
            "maximum_below_minimum",
        ),
        (
            json!({ "redemption": { "min_points": 11, "step": 10, "max_points": 19 } }),
            "redemption.max_points",
            "maximum_below_minimum",
        ),
        (
            json!({ "redemption": { "min_points": MAX, "step": 2 } }),
            "redemption.min_points",
            "amount_out_of_range",
        ),
        (json!({ "redemption": { "step": 0 } }), "redemption.step", "out_of_range"),
        (json!({ "expiry": { "type": "after_earning" } }), "expiry.months", "required"),
        (
            json!({ "expiry": { "type": "after_earning", "months": 1, "days": 1 } }),
            "expiry.days",
            "months_or_days",
        ),
        (json!({ "expiry": { "type": "from_first_point" } }), "expiry.months", "required"),
        (json!({ "expiry": { "type": "never", "months": 1 } }), "expiry.months", "unknown_field"),
        (
            json!({ "earning": { "pending_days": 29 }, "expiry": { "type": "after_inactivity", "months": 1 } }),
            "expiry.months",
            "lapses_before_usable",
        ),
        (json!({ "refunds": { "shortfall": "forgive" } }), "refunds.shortfall", "not_one_of_the_choices"),
        (json!({ "bonuses": { "birthday": { "points": 0 } } }), "bonuses.birthday.points", "out_of_range"),
        (
            json!({ "stamp_cards": [{ "id": "c", "reward": { "type": "shipping", "bps": 1, "amount": 1 } }] }),
            "stamp_cards[0].reward.bps",
            "share_or_amount",
        ),
    ];
    for (changes, path, code) in cases {
        check(&changes, path, code);
    }
}

#[test]
fn ids_are_given_once() {
    let one = json!({ "id": "a", "rate": { "type": "per_order", "points": 1 } });
    check(&json!({ "earning": { "programs": [one, one] } }), "earning.programs[1].id", "duplicate_id");
    let card = json!({ "id": "c", "reward": { "type": "shipping", "bps": 5_000 } });
    check(&json!({ "stamp_cards": [card, card] }), "stamp_cards[1].id", "duplicate_id");
}

fn mission(id: &str, kind: &str) -> Value {
    json!({ "id": id, "kind": kind, "points": { "type": "fixed", "points": 5 } })
}

// S4.2
#[test]
fn a_mission_of_a_kind_that_makes_sense_once_is_added_once() {
    for kind in ["create_account", "complete_profile", "newsletter", "first_order"] {
        let twice = json!({ "missions": [mission("a", kind), mission("b", kind)] });
        check(&twice, "missions[1].kind", "mission_already_exists");
    }
    assert_eq!(faults(&with(&json!({ "missions": [mission("a", "custom"), mission("b", "custom")] }))), []);
}

#[test]
fn a_program_has_no_bonus_and_mission_of_the_same_kind() {
    let both = json!({
        "bonuses": { "registration": { "points": 5 } }, "missions": [mission("a", "create_account")],
    });
    check(&both, "missions[0].kind", "bonus_and_mission");
}

#[test]
fn a_claimed_mission_is_not_paid_by_amount() {
    let claim = json!({ "missions": [{
        "id": "a", "kind": "custom", "verify": "claim",
        "points": { "type": "per_amount", "every": 100, "points": 1 },
    }] });
    check(&claim, "missions[0].verify", "claim_cannot_name_an_amount");
}

#[test]
fn what_is_legal_but_surprising_is_a_warning() {
    let whole_orders = json!({ "redemption": { "enabled": true } });
    assert_eq!(
        warnings(&with(&whole_orders)),
        [("redemption.max_bps".to_owned(), "points_may_pay_whole_orders")]
    );
    let together = json!({ "expiry": { "type": "from_first_point", "months": 6 } });
    assert_eq!(warnings(&with(&together)), [("expiry.type".to_owned(), "later_points_lapse_with_the_first")]);
}

#[test]
fn a_document_that_is_no_object_is_one_fault() {
    for document in [json!(null), json!([]), json!("x"), json!(1)] {
        assert_eq!(faults(&document), [(String::new(), "object_expected")], "{document}");
    }
}
