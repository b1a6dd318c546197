//! What `rules` and `ledger` answer to a case of the vectors. The cases themselves are data beside this
//! crate, `*.json`; `cargo xtask vectors FILE…` runs any others in the same form.

use fidela_ledger::{Account, Command, execute, local_day};
use fidela_rules::earn::{Earner, Look, earn};
use fidela_rules::missions::{Told, complete};
use fidela_rules::num::{Given, fits};
use fidela_rules::program;
use fidela_rules::quote::{Redeemer, quote, quote_measured};
use fidela_rules::reward::reward;
use fidela_rules::stamps::stamps;
use fidela_rules::{Order, Program};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// The answer to a case of a suite, in the shape of its `expect`.
pub fn answer(suite: &str, given: &Value) -> Result<Value, String> {
    let document = given.get("program").ok_or("`given` has no `program`")?;
    let (program, _) = program::read(document, |name| TimeZone::get(name).is_ok()).map_err(|faults| {
        let faults: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.code)).collect();
        format!("the program has faults: {}", faults.join(", "))
    })?;
    let zone = TimeZone::get(&program.timezone).map_err(|error| error.to_string())?;
    match suite {
        "earn" => answer_earn(&program, &zone, given),
        "quote" => answer_quote(&program, given),
        "ledger" => answer_ledger(&program, &zone, given),
        "stamps" => answer_stamps(&program, given),
        "reward" => answer_reward(&program, given),
        "missions" => answer_missions(&program, given),
        other => Err(format!("there is no suite `{other}`")),
    }
}

struct Shopper {
    available: i64,
    lifetime_spend: i64,
    groups: Vec<String>,
}

fn shopper(given: &Value) -> Shopper {
    let account = given.get("account");
    let number = |name| {
        let value = account.and_then(|account| account.get(name)).cloned().unwrap_or_default();
        serde_json::from_value::<Given>(value).unwrap_or_default().0
    };
    let groups = account.and_then(|account| account.get("groups")).and_then(Value::as_array);
    Shopper {
        available: number("available"),
        lifetime_spend: number("lifetime_spend"),
        groups: groups.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

fn order(given: &Value) -> Result<Order, String> {
    let order = given.get("order").cloned().ok_or("`given` has no `order`")?;
    serde_json::from_value(order).map_err(|error| format!("order: {error}"))
}

fn answer_earn(program: &Program, zone: &TimeZone, given: &Value) -> Result<Value, String> {
    let shopper = shopper(given);
    let order = order(given)?;
    let earner = Earner { groups: &shopper.groups, spent_before: shopper.lifetime_spend };
    let placed_on = local_day(order.placed_at, zone);
    let award = earn(program, &order, earner, placed_on, Look::First);
    let mut answer = Map::new();
    answer.insert("points".into(), json!(award.points));
    answer.insert("applied".into(), json!(award.applied));
    if let Some(reason) = award.reason {
        answer.insert("reason".into(), json!(reason.code()));
    }
    Ok(Value::Object(answer))
}

fn answer_quote(program: &Program, given: &Value) -> Result<Value, String> {
    let shopper = shopper(given);
    let order = order(given)?;
    let requested = match given.get("requested") {
        None | Some(Value::Null) => None,
        Some(number) => {
            Some(serde_json::from_value::<Given>(number.clone()).map_err(|error| error.to_string())?.0)
        }
    };
    let redeemer = Redeemer { available: shopper.available, groups: &shopper.groups };
    Ok(match quote(program, &order.basket(), redeemer, requested) {
        Ok(quote) => json!({ "points": quote.points, "discount": quote.discount, "tax": quote.tax }),
        Err(refusal) => json!({ "refusal": refusal }),
    })
}

/// Each card of the program, and whether the order stamps it; with `again`, as an order that was awarded.
fn answer_stamps(program: &Program, given: &Value) -> Result<Value, String> {
    let look = if given.get("again") == Some(&Value::Bool(true)) { Look::Again } else { Look::First };
    Ok(json!(stamps(program, &order(given)?, look)))
}

/// What the first card's reward takes off, and with `requested` what points may pay of what is left.
fn answer_reward(program: &Program, given: &Value) -> Result<Value, String> {
    let order = order(given)?;
    let card = program.stamp_cards.first().ok_or("the program has no stamp card")?;
    let taken_off = match reward(program, &card.reward, &order.basket()) {
        Ok(taken_off) => taken_off,
        Err(refusal) => return Ok(json!({ "refusal": refusal })),
    };
    let mut answer = json!(taken_off);
    if let (Some(requested), Some(answer)) = (given.get("requested"), answer.as_object_mut()) {
        let shopper = shopper(given);
        let redeemer = Redeemer { available: shopper.available, groups: &shopper.groups };
        let left = order.basket().measure().and_then(|measured| taken_off.left_of(measured));
        let points = match quote_measured(program, &order.basket(), left, redeemer, requested.as_i64()) {
            Ok(quote) => json!({ "points": quote.points, "discount": quote.discount, "tax": quote.tax }),
            Err(refusal) => json!({ "refusal": refusal }),
        };
        answer.insert("quote".into(), points);
    }
    Ok(answer)
}

/// What a completion that has not come before gives on a local day, to a shopper who has `done` so many.
fn answer_missions(program: &Program, given: &Value) -> Result<Value, String> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let number = |name: &str| given.get(name).and_then(Given::of).map(|number| number.0);
    let day = text("day").and_then(|day| day.parse().ok()).ok_or("no `day`")?;
    let mission = text("mission").ok_or("no `mission`")?;
    let told = Told { reference: text("reference"), amount: number("amount") };
    Ok(match complete(program, mission, told, number("done").unwrap_or(0), day) {
        Ok(granted) => json!(granted),
        Err(refusal) => json!({ "refusal": refusal }),
    })
}

fn answer_ledger(program: &Program, zone: &TimeZone, given: &Value) -> Result<Value, String> {
    let commands = given.get("commands").and_then(Value::as_array).ok_or("`given` has no `commands`")?;
    let mut account = Account::default();
    let mut answers = Vec::with_capacity(commands.len());
    for command in commands {
        let at: Timestamp = command
            .get("at")
            .and_then(Value::as_str)
            .and_then(|at| at.parse().ok())
            .ok_or_else(|| format!("no moment in {command}"))?;
        if command.get("op").and_then(Value::as_str) == Some("view") {
            let (_, _) = execute(&mut account, program, zone, None, at);
            let asks = |what: &str| command.get(what) == Some(&Value::Bool(true));
            let mut view = view(&account, asks("expiring"));
            if asks("cards") {
                view["cards"] = cards(&account);
            }
            answers.push(view);
            continue;
        }
        let command: Command =
            serde_json::from_value(in_64_bits(command)).map_err(|error| format!("{command}: {error}"))?;
        let (done, _) = execute(&mut account, program, zone, Some(&command), at);
        answers.push(json!(done.map_or_else(|refusal| refusal.code(), |done| done.code())));
        if !account.is_conserved() {
            return Err(format!("after {command:?} the account does not add up: {account:?}"));
        }
    }
    Ok(Value::Array(answers))
}

fn view(account: &Account, expiring: bool) -> Value {
    let balances = account.balances();
    let mut view = json!({
        "available": balances.available, "pending": balances.pending, "held": balances.held,
    });
    if expiring && let Some(view) = view.as_object_mut() {
        view.insert("expiring".into(), json!(account.expiring()));
    }
    debug_assert!(fits(balances.pending), "checked before it was booked");
    view
}

/// Stamps by card, and how each reward stands.
fn cards(account: &Account) -> Value {
    let stamps: Map<_, _> =
        account.cards().iter().map(|(id, card)| (id.to_owned(), json!(card.stamps))).collect();
    let rewards: Map<_, _> =
        account.cards().rewards().iter().map(|reward| (reward.id.clone(), json!(reward.status))).collect();
    json!({ "stamps": stamps, "rewards": rewards })
}

/// Numbers too long for 64 bits as the largest there are: out of range either way.
fn in_64_bits(command: &Value) -> Value {
    let fields = command.as_object().into_iter().flatten().map(|(name, value)| {
        let number = value.is_number().then(|| serde_json::from_value::<Given>(value.clone()).ok()).flatten();
        (name.clone(), number.map_or_else(|| value.clone(), |n| json!(n.0)))
    });
    Value::Object(fields.filter(|(name, _)| name != "at").collect())
}
