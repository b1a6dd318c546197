//! Reads a program as the edge publishes it: validated, and with every default written out. So a page needs none of the
//! code that finds faults in what merchants write, which is three times as long.

use super::fields::read_day;
use super::{
    Basis, Bonuses, Combine, Condition, Display, Earning, EarningProgram, Expiry, Level, Match,
    PaidWithPoints, PercentOf, Plural, PointsRules, PointsValue, Program, QualifiesOn, Rate, RedemptionRules,
    Referrals, Refunds, Rounding, Shortfall, Tax, Text,
};
use crate::json::Json;
use crate::sorted::Sorted;
use jiff::civil::Date;

/// What a shopper's page decides with: how a program earns, how points pay, what they are worth. The rest is as if it
/// were not there. Nothing where it does not have the form in which the edge writes it.
pub fn read_published(value: &Json) -> Option<Program> {
    let points = value.get("points")?;
    let worth = points.get("value")?;
    Some(Program {
        enabled: flag(value, "enabled")?,
        currency: words(value, "currency")?,
        timezone: words(value, "timezone")?,
        points: PointsRules {
            value: PointsValue { points: whole(worth, "points")?, minor: whole(worth, "minor")? },
            display: word(points, "display", Display::WORDS)?,
            name: by_name(points.get("name"), |plural| by_name(Some(plural), text).map(Plural))?,
        },
        earning: earning(value.get("earning")?)?,
        redemption: redemption(value.get("redemption")?)?,
        expiry: Expiry::Never,
        refunds: Refunds { shortfall: Shortfall::Negative, grace_days: 0 },
        bonuses: Bonuses { registration: None, birthday: None },
        stamp_cards: Vec::new(),
        missions: Vec::new(),
        referrals: Referrals {
            enabled: false,
            inviter_points: 0,
            invitee_points: 0,
            qualifies_on: QualifiesOn::FirstOrder,
            order_min: 0,
            review_days: 0,
            max_per_month: None,
            expires_days: 0,
            email: Sorted::default(),
            social: Sorted::default(),
            invite_page: Sorted::default(),
            landing_page: Sorted::default(),
        },
    })
}

fn earning(value: &Json) -> Option<Earning> {
    Some(Earning {
        award_statuses: list(value, "award_statuses", text)?,
        basis: word(value, "basis", Basis::WORDS)?,
        tax: word(value, "tax", Tax::WORDS)?,
        paid_with_points: word(value, "paid_with_points", PaidWithPoints::WORDS)?,
        combine: word(value, "combine", Combine::WORDS)?,
        rounding: word(value, "rounding", Rounding::WORDS)?,
        pending_days: whole(value, "pending_days")?,
        programs: list(value, "programs", earning_program)?,
    })
}

fn earning_program(value: &Json) -> Option<EarningProgram> {
    Some(EarningProgram {
        id: words(value, "id")?,
        name: value.get("name").and_then(localized),
        enabled: flag(value, "enabled")?,
        from: day(value, "from"),
        until: day(value, "until"),
        groups: list(value, "groups", text)?,
        categories: condition(value, "categories"),
        products: condition(value, "products"),
        order_min: whole(value, "order_min")?,
        max_points: whole(value, "max_points"),
        rate: rate(value.get("rate")?)?,
    })
}

fn rate(value: &Json) -> Option<Rate> {
    Some(match value.get("type")?.as_str()? {
        "per_amount" => Rate::PerAmount { every: whole(value, "every")?, points: whole(value, "points")? },
        "per_order" => Rate::PerOrder { points: whole(value, "points")? },
        "cashback" => Rate::Cashback {
            levels: list(value, "levels", level)?,
            counts_this_order: flag(value, "counts_this_order")?,
        },
        _ => return None,
    })
}

fn level(value: &Json) -> Option<Level> {
    Some(Level {
        name: value.get("name").and_then(localized),
        spend_from: whole(value, "spend_from")?,
        bps: whole(value, "bps")?,
        order_min: whole(value, "order_min")?,
    })
}

fn redemption(value: &Json) -> Option<RedemptionRules> {
    Some(RedemptionRules {
        enabled: flag(value, "enabled")?,
        groups: list(value, "groups", text)?,
        categories: condition(value, "categories"),
        products: condition(value, "products"),
        order_min: whole(value, "order_min"),
        order_max: whole(value, "order_max"),
        max_bps: whole(value, "max_bps"),
        percent_of: word(value, "percent_of", PercentOf::WORDS)?,
        shipping: flag(value, "shipping")?,
        min_points: whole(value, "min_points")?,
        max_points: whole(value, "max_points"),
        step: whole(value, "step")?,
        max_discount: whole(value, "max_discount"),
        tax_on_discount: flag(value, "tax_on_discount")?,
        hold_minutes: whole(value, "hold_minutes")?,
        confirmed_hold_hours: whole(value, "confirmed_hold_hours")?,
    })
}

fn whole(value: &Json, name: &str) -> Option<i64> {
    Some(value.get(name)?.as_given()?.0)
}

fn flag(value: &Json, name: &str) -> Option<bool> {
    value.get(name)?.as_bool()
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn words(value: &Json, name: &str) -> Option<String> {
    text(value.get(name)?)
}

fn word<T: Copy>(value: &Json, name: &str, words: &[(&str, T)]) -> Option<T> {
    let word = value.get(name)?.as_str()?;
    words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

fn day(value: &Json, name: &str) -> Option<Date> {
    read_day(value.get(name)?.as_str()?)
}

/// Not `collect`, which for options brings more code.
fn list<T>(value: &Json, name: &str, read: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for one in value.get(name)?.as_list()? {
        all.push(read(one)?);
    }
    Some(all)
}

fn by_name<T>(value: Option<&Json>, read: impl Fn(&Json) -> Option<T>) -> Option<Sorted<T>> {
    let mut all = Sorted::default();
    for (name, one) in value.and_then(Json::as_object).unwrap_or_default() {
        all.insert(name.clone(), read(one)?);
    }
    Some(all)
}

fn localized(value: &Json) -> Option<Text> {
    match value {
        Json::Text(text) => Some(Text::Plain(text.clone())),
        by_locale => by_name(Some(by_locale), text).map(Text::ByLocale),
    }
}

fn condition(value: &Json, name: &str) -> Option<Condition> {
    let condition = value.get(name)?;
    Some(Condition { matches: word(condition, "match", Match::WORDS)?, ids: list(condition, "ids", text)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;
    use serde_json::{Value, json};

    fn program() -> Value {
        json!({
            "currency": "RON", "timezone": "Europe/Bucharest",
            "points": {
                "value": { "points": 2, "minor": 150 }, "display": "money",
                "name": { "ro": { "one": "punct", "few": "puncte", "other": "de puncte" } },
            },
            "earning": {
                "award_statuses": ["paid", "delivered"], "basis": "order", "tax": "excluded", "combine": "sum",
                "paid_with_points": "included", "rounding": "nearest", "pending_days": 3,
                "programs": [
                    { "id": "a", "name": "A", "rate": { "type": "per_amount", "every": 5_000, "points": 1 },
                      "from": "2026-03-01", "until": "2026-03-31", "groups": ["vip"], "order_min": 10, "max_points": 7,
                      "categories": { "match": "none_of", "ids": ["sale"] },
                      "products": { "match": "any_of", "ids": ["p"] } },
                    { "id": "b", "enabled": false, "name": { "en": "B", "ro": "Be" },
                      "rate": { "type": "per_order", "points": 10 } },
                    { "id": "c", "rate": { "type": "cashback", "counts_this_order": true, "levels": [
                        { "name": { "en": "Gold" }, "spend_from": 100, "bps": 300, "order_min": 5 },
                        { "spend_from": 0, "bps": 100 } ] } },
                ],
            },
            "redemption": {
                "enabled": true, "groups": ["vip"], "categories": { "match": "any_of", "ids": ["shoes"] },
                "order_min": 1, "order_max": 9_000, "max_bps": 2_000, "percent_of": "eligible", "shipping": true,
                "min_points": 5, "max_points": 50, "step": 5, "max_discount": 800, "tax_on_discount": false,
            },
        })
    }

    /// As it is published: written by the one that validates.
    fn published(document: &Value) -> (Program, Json) {
        let (program, _) = read(document, |_| true).unwrap();
        let json = Json::from(&serde_json::to_value(&program).unwrap());
        (program, json)
    }

    #[test]
    fn it_reads_what_the_validating_reader_writes() {
        let least = json!({
            "currency": "EUR", "timezone": "UTC", "points": { "value": { "points": 1, "minor": 1 } },
        });
        for document in [program(), least] {
            let (program, json) = published(&document);
            let found = read_published(&json).unwrap();
            // What a page does not read.
            let Program { expiry, refunds, bonuses, referrals, .. } = program.clone();
            assert_eq!(Program { expiry, refunds, bonuses, referrals, ..found }, program);
        }
    }

    #[test]
    fn what_has_another_form_is_no_program() {
        let (_, json) = published(&program());
        assert!(read_published(&json).is_some());
        for place in ["/currency", "/points/value/minor", "/earning/programs/0/rate/type", "/redemption/step"]
        {
            let (program, _) = read(&program(), |_| true).unwrap();
            let mut value = serde_json::to_value(&program).unwrap();
            *value.pointer_mut(place).unwrap() = json!([]);
            assert_eq!(read_published(&Json::from(&value)), None, "{place}");
        }
    }
}
