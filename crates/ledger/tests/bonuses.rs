//! Points that come by themselves: for registering (S3.8), and on the birthday (S2.5), at the second, in zones
//! that change their clocks, and never for the past.

use fidela_ledger::{Account, Command, Done, Entry, execute};
use fidela_rules::Program;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

fn program(zone: &str, bonuses: &Value) -> Program {
    with(&json!({ "timezone": zone, "bonuses": bonuses }))
}

fn with(more: &Value) -> Program {
    let mut program = json!({
        "currency": "RON", "timezone": "UTC", "points": { "value": { "points": 1, "minor": 100 } },
        "bonuses": { "birthday": { "points": 7 } },
    });
    for (name, value) in more.as_object().unwrap() {
        program[name] = value.clone();
    }
    serde_json::from_value(program).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn run(account: &mut Account, program: &Program, command: Option<&Command>, now: Timestamp) -> Vec<Entry> {
    let zone = TimeZone::get(&program.timezone).unwrap();
    let (done, entries) = execute(account, program, &zone, command, now);
    done.unwrap();
    entries
}

fn know(birthday: &str) -> Command {
    Command::Know { birthday: Some(birthday.parse().unwrap()), registered_at: None }
}

fn registered(at: &str) -> Command {
    Command::Know { birthday: None, registered_at: Some(at.parse().unwrap()) }
}

/// An account whose birthday was told at a moment.
fn born(program: &Program, birthday: &str, told: &str) -> Account {
    let mut account = Account::default();
    run(&mut account, program, Some(&know(birthday)), at(told));
    account
}

/// Points and moments of what came by itself up to a moment.
fn came(account: &Account, program: &Program, until: &str) -> Vec<(i64, Timestamp)> {
    let entries = run(&mut account.clone(), program, None, at(until));
    entries.iter().filter(|entry| entry.points > 0).map(|entry| (entry.points, entry.at)).collect()
}

// S2.5
#[test]
fn a_birthday_comes_at_the_first_instant_of_its_local_day() {
    let cases = [
        ("UTC", "1990-03-29", "2026-03-29T00:00:00Z"),
        // Clocks go forward and back on these days, at 03:00 and 04:00.
        ("Europe/Bucharest", "1990-03-29", "2026-03-28T22:00:00Z"),
        ("Europe/Bucharest", "1990-03-30", "2026-03-29T21:00:00Z"),
        ("Europe/Bucharest", "1990-10-25", "2026-10-24T21:00:00Z"),
        ("Europe/Bucharest", "1990-10-26", "2026-10-25T22:00:00Z"),
        // Midnight is skipped: the day begins at 01:00.
        ("America/Santiago", "1990-09-06", "2026-09-06T04:00:00Z"),
        // And in April the hour before midnight comes twice: the day begins once.
        ("America/Santiago", "1990-04-05", "2026-04-05T04:00:00Z"),
        ("UTC", "2000-02-29", "2026-02-28T00:00:00Z"),
        ("America/Santiago", "2000-02-29", "2026-02-28T03:00:00Z"),
    ];
    for (zone, birthday, moment) in cases {
        let program = program(zone, &json!({ "birthday": { "points": 7 } }));
        let account = born(&program, birthday, "2025-12-01T12:00:00Z");
        let zone = TimeZone::get(zone).unwrap();
        assert_eq!(account.next_due(&zone), Some(at(moment)), "{birthday} in {}", program.timezone);
        let before = at(moment) - SignedDuration::from_secs(1);
        assert_eq!(came(&account, &program, &before.to_string()), [], "{birthday} in {}", program.timezone);
        let expected = [(7, at(moment))];
        assert_eq!(came(&account, &program, moment), expected, "{birthday} in {}", program.timezone);
        // Nobody has looked for months: it is booked at its own moment, and once.
        assert_eq!(came(&account, &program, "2026-12-01T00:00:00Z").len(), 1);
        assert_eq!(came(&account, &program, "2026-12-01T00:00:00Z"), expected);
    }
}

// S2.5
#[test]
fn a_leap_days_birthday_comes_every_year() {
    let program = with(&json!({}));
    let account = born(&program, "2000-02-29", "2026-12-01T12:00:00Z");
    let days: Vec<_> =
        came(&account, &program, "2029-12-31T00:00:00Z").into_iter().map(|(_, at)| at.to_string()).collect();
    assert_eq!(days, ["2027-02-28T00:00:00Z", "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z"]);
    let mut account = account;
    run(&mut account, &program, None, at("2028-03-01T00:00:00Z"));
    let sources: Vec<_> =
        (2027..=2029).map(|year| account.source(&format!("bonus:birthday:{year}")).is_some()).collect();
    assert_eq!(sources, [true, true, false]);
}

// S2.5
#[test]
fn a_birthday_has_to_be_known_30_days_before() {
    let program = program("Europe/Bucharest", &json!({ "birthday": { "points": 7 } }));
    // 30 days before 31 March is 1 March, to its end: 22:00 UTC.
    for (told, paid) in [("2026-03-01T21:59:59Z", 1), ("2026-03-01T22:00:00Z", 0)] {
        let account = born(&program, "1990-03-31", told);
        assert_eq!(came(&account, &program, "2026-12-31T00:00:00Z").len(), paid, "{told}");
        assert_eq!(came(&account, &program, "2027-12-31T00:00:00Z").len(), paid + 1, "{told}");
    }
}

// S2.5
#[test]
fn a_changed_birthday_is_not_paid_twice_in_a_year() {
    let program = with(&json!({}));
    let mut account = born(&program, "1990-03-10", "2026-01-01T00:00:00Z");
    run(&mut account, &program, Some(&know("1990-06-10")), at("2026-04-01T00:00:00Z"));
    assert_eq!(account.totals().earned, 7);
    assert_eq!(came(&account, &program, "2026-12-31T00:00:00Z"), [], "this year's was paid in March");
    assert_eq!(came(&account, &program, "2027-12-31T00:00:00Z").len(), 1);

    // Changed before it came: the new day waits for its own 30 days.
    let mut account = born(&program, "1990-03-10", "2026-01-01T00:00:00Z");
    run(&mut account, &program, Some(&know("1990-03-08")), at("2026-03-01T00:00:00Z"));
    assert_eq!(came(&account, &program, "2026-12-31T00:00:00Z"), []);
    // A corrected year is the same day.
    let mut account = born(&program, "1990-03-10", "2026-01-01T00:00:00Z");
    run(&mut account, &program, Some(&know("1991-03-10")), at("2026-03-01T00:00:00Z"));
    assert_eq!(came(&account, &program, "2026-12-31T00:00:00Z").len(), 1);
}

// S2.5: what was before the bonus was switched on, or fell into a pause, is not paid later.
#[test]
fn no_birthday_of_the_past_is_paid() {
    let on = with(&json!({}));
    let off = with(&json!({ "bonuses": {} }));
    let paused = with(&json!({ "enabled": false }));
    for other in [&off, &paused] {
        let mut account = born(other, "1990-03-10", "2026-01-01T00:00:00Z");
        // An alarm came at the moment.
        run(&mut account, other, None, at("2026-03-10T00:00:00Z"));
        assert_eq!(came(&account, &on, "2026-12-31T00:00:00Z"), []);

        // No alarm came, and the program was changed since.
        let account = born(other, "1990-03-10", "2026-01-01T00:00:00Z");
        let mut switched_on = on.clone();
        switched_on.switch_on(Some(other), at("2026-03-10T00:00:01Z"));
        assert_eq!(came(&account, &switched_on, "2026-12-31T00:00:00Z"), []);
        assert_eq!(came(&account, &switched_on, "2027-12-31T00:00:00Z").len(), 1);
        switched_on = on.clone();
        switched_on.switch_on(Some(other), at("2026-03-10T00:00:00Z"));
        assert_eq!(came(&account, &switched_on, "2026-12-31T00:00:00Z").len(), 1);
    }
    // More points from today on do not switch it on anew.
    let mut more = with(&json!({ "bonuses": { "birthday": { "points": 70 } } }));
    more.switch_on(Some(&on), at("2026-03-20T00:00:00Z"));
    let account = born(&on, "1990-03-10", "2026-01-01T00:00:00Z");
    assert_eq!(came(&account, &more, "2026-12-31T00:00:00Z").len(), 1);
}

// S2.5, S3.5: at one midnight a lot lapses first, then the birthday comes; before, it keeps others alive.
#[test]
fn a_birthday_counts_as_activity_at_its_own_moment() {
    let program = with(&json!({ "expiry": { "type": "after_inactivity", "months": 1 } }));
    let earn = Command::Earn { source: "a".to_owned(), points: 10 };
    for (birthday, available) in [("1990-03-10", 17), ("1990-03-11", 17), ("1990-03-12", 7)] {
        let mut account = born(&program, birthday, "2026-01-01T00:00:00Z");
        // Last day: 11 March.
        run(&mut account, &program, Some(&earn), at("2026-02-11T09:00:00Z"));
        run(&mut account, &program, None, at("2026-04-10T00:00:00Z"));
        assert_eq!(account.balances().available, available, "{birthday}");
        run(&mut account, &program, None, at("2026-04-13T00:00:00Z"));
        assert_eq!(account.balances().available, 0, "{birthday}");
        assert!(account.is_conserved());
    }
}

// S2.5
#[test]
fn a_birthday_waits_and_pays_debt_like_any_points() {
    let earning = json!({ "pending_days": 2 });
    let program = with(&json!({ "earning": earning }));
    let mut account = born(&program, "1990-03-10", "2026-01-01T00:00:00Z");
    let burn = Command::Burn { id: "h".to_owned(), points: 3 };
    run(&mut account, &program, Some(&burn), at("2026-02-01T00:00:00Z"));
    run(&mut account, &program, None, at("2026-03-10T00:00:00Z"));
    assert_eq!((account.balances().available, account.balances().pending), (-3, 7));
    run(&mut account, &program, None, at("2026-03-12T00:00:00Z"));
    assert_eq!((account.balances().available, account.owed()), (4, 0));
}

// S3.8
#[test]
fn a_registration_is_paid_once_to_those_who_came_since() {
    let since = json!({ "registration": { "points": 5, "since": "2026-03-10T09:00:00Z" } });
    let program = program("Europe/Bucharest", &since);
    let now = at("2026-03-11T00:00:00Z");
    for (moment, points) in
        [("2026-03-10T08:59:59Z", 0), ("2026-03-10T09:00:00Z", 5), ("2020-01-01T00:00:00Z", 0)]
    {
        let mut account = Account::default();
        run(&mut account, &program, Some(&registered(moment)), now);
        assert_eq!(account.balances().available, points, "{moment}");
        // Told again, and corrected: once for ever.
        run(&mut account, &program, Some(&registered(moment)), now);
        run(&mut account, &program, Some(&registered("2026-03-10T23:00:00Z")), now);
        run(&mut account, &program, Some(&registered("2026-03-10T22:00:00Z")), now);
        assert_eq!(account.totals().earned, 5, "{moment}");
        assert_eq!(account.source("bonus:registration").map(|source| source.earned), Some(5));
    }
}

// S3.8
#[test]
fn nobody_is_paid_for_registering_before_the_bonus_or_in_a_pause() {
    let bonus = json!({ "registration": { "points": 5 } });
    let without_since = program("UTC", &bonus);
    let mut account = Account::default();
    run(&mut account, &without_since, Some(&registered("2026-03-10T09:00:00Z")), at("2026-03-10T09:00:00Z"));
    assert_eq!(account.totals().earned, 0, "a first synchronisation pays nobody");

    let mut on = program("UTC", &bonus);
    on.switch_on(None, at("2026-03-01T00:00:00Z"));
    let mut paused = on.clone();
    paused.enabled = false;
    let mut account = Account::default();
    let told = registered("2026-03-10T09:00:00Z");
    run(&mut account, &paused, Some(&told), at("2026-03-10T09:00:00Z"));
    run(&mut account, &on, Some(&told), at("2026-03-12T09:00:00Z"));
    assert_eq!(account.totals().earned, 0, "what fell into the pause is not made up for");

    // Known for long, and the bonus is switched on today.
    let off = program("UTC", &json!({}));
    let mut account = Account::default();
    run(&mut account, &off, Some(&registered("2026-02-10T09:00:00Z")), at("2026-02-10T09:00:00Z"));
    run(&mut account, &on, Some(&registered("2026-02-10T09:00:00Z")), at("2026-03-12T09:00:00Z"));
    assert_eq!(account.totals().earned, 0);
}

#[test]
fn what_is_known_is_told_once() {
    let program = with(&json!({}));
    let zone = TimeZone::get("UTC").unwrap();
    let mut account = born(&program, "1990-03-10", "2026-01-01T00:00:00Z");
    for command in [know("1990-03-10"), Command::Know { birthday: None, registered_at: None }] {
        let (done, entries) =
            execute(&mut account, &program, &zone, Some(&command), at("2026-01-02T00:00:00Z"));
        assert_eq!((done, entries), (Ok(Done::Replayed), vec![]));
    }
    let person = serde_json::to_value(account.person()).unwrap();
    assert_eq!(person, json!({ "birthday": { "on": "1990-03-10", "since": "2026-01-01T00:00:00Z" } }));
}
