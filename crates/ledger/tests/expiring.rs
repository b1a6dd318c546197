//! Points that will lapse: those in time for a reminder, by their last day (S3.5).

use fidela_ledger::{Account, Command, Expiring, execute};
use fidela_rules::Program;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;

fn program(zone: &str, pending_days: i64) -> Program {
    let program = json!({
        "currency": "RON", "timezone": zone, "points": { "value": { "points": 1, "minor": 100 } },
        "earning": { "pending_days": pending_days }, "expiry": { "type": "after_earning", "days": 10 },
        "redemption": { "enabled": true },
    });
    serde_json::from_value(program).unwrap()
}

fn run(account: &mut Account, program: &Program, command: Option<Command>, at: &str) {
    let zone = TimeZone::get(&program.timezone).unwrap();
    execute(account, program, &zone, command.as_ref(), at.parse().unwrap()).0.unwrap();
}

fn earn(source: &str, points: i64) -> Command {
    Command::Earn { source: source.to_owned(), points }
}

#[test]
fn what_lapses_within_days_is_told_with_what_is_pending() {
    let mut account = Account::default();
    run(&mut account, &program("UTC", 0), Some(earn("a", 5)), "2026-03-01T09:00:00Z");
    run(&mut account, &program("UTC", 2), Some(earn("b", 3)), "2026-03-02T09:00:00Z");
    run(&mut account, &program("UTC", 0), Some(earn("c", 4)), "2026-03-02T09:00:00Z");
    // What a cart holds does not lapse while it is held.
    let hold = Command::Hold { id: "h".to_owned(), points: 2, minutes: None };
    run(&mut account, &program("UTC", 0), Some(hold), "2026-03-02T09:00:00Z");

    let within = |days| account.expiring_within(date(2026, 3, 2), days);
    let (a, c) =
        (Expiring { on: date(2026, 3, 11), points: 3 }, Expiring { on: date(2026, 3, 12), points: 4 });
    let b = Expiring { on: date(2026, 3, 14), points: 3 };
    assert_eq!(within(8), []);
    assert_eq!(within(9), [a]);
    assert_eq!(within(10), [a, c]);
    assert_eq!(within(12), [a, c, b]);
    assert_eq!(within(-1), []);
    assert_eq!(account.expiring(), [a, c], "what is pending is not usable");
}

#[test]
fn a_reminder_is_due_at_the_local_midnight() {
    // Days before the last one, and the last day; in Santiago midnight of 6 September is skipped.
    for (zone, earned, moments) in [
        ("UTC", "2026-03-01T09:00:00Z", ["2026-03-08T00:00:00Z", "2026-03-11T00:00:00Z"]),
        ("Europe/Bucharest", "2026-03-22T09:00:00Z", ["2026-03-28T22:00:00Z", "2026-03-31T21:00:00Z"]),
        ("America/Santiago", "2026-08-30T12:00:00Z", ["2026-09-06T04:00:00Z", "2026-09-09T03:00:00Z"]),
    ] {
        let program = program(zone, 0);
        let zone = TimeZone::get(zone).unwrap();
        let mut account = Account::default();
        run(&mut account, &program, Some(earn("a", 5)), earned);
        let moments = moments.map(|at| at.parse::<Timestamp>().unwrap());
        assert_eq!(account.next_reminder(3, &zone), Some(moments[0]), "{zone:?}");
        assert_eq!(account.next_reminder(0, &zone), Some(moments[1]), "{zone:?}");
        run(&mut account, &program, None, &moments[0].to_string());
        assert_eq!(account.next_reminder(3, &zone), None, "it is over");
    }
}
