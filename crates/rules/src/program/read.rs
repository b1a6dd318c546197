//! A program is read and validated as a whole: every fault at once, with its path and a stable code;
//! what is legal but surprising comes as a warning.

use super::fields::{Fields, MAX_ID, MAX_NAME, MAX_TEXT, Report};
use super::{
    Basis, BirthdayBonus, Bonuses, CardReward, Combine, Condition, Display, Earning, EarningProgram, Expiry,
    Level, MISSION_KINDS, MISSION_KINDS_AUTOMATIC, MISSION_KINDS_ONCE, Match, Mission, MissionPoints, Notify,
    PaidWithPoints, PercentOf, PointsRules, PointsValue, Program, QualifiesOn, Rate, RedemptionRules,
    Referrals, Refunds, RegistrationBonus, Rounding, ShippingOff, Shortfall, ShowIn, Span, StampCard, Tax,
    Text, Verify,
};
use crate::json::Json;
use crate::num::{MAX, WHOLE_BPS, Wide};
use crate::order::CANCELLED;
use crate::sorted::Sorted;
use serde::Serialize;
use serde_json::Value;

/// What is wrong at one place of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: `earning.programs[1].rate.every`.
    pub path: String,
    /// What, as a stable word.
    pub code: &'static str,
    /// The least that is allowed, where a number is out of its range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most that is allowed, of a number, a length or a count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

/// What is legal but may surprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Where.
    pub path: String,
    /// What, as a stable word.
    pub code: &'static str,
}

/// Programs, missions and stamp cards together, at most: each is looked at for each order.
const MAX_RULES: usize = 200;
/// Groups named in one place, at most.
const MAX_GROUPS: usize = 64;
/// Ids named in one condition, at most: 1,000 ids of 255 characters are a quarter of the body limit.
const MAX_IDS: usize = 1_000;
/// Cashback levels of one program, at most.
const MAX_LEVELS: usize = 50;
/// A hundred years: beyond that an expiry is a mistake.
const MAX_MONTHS: i64 = 1_200;
/// A hundred years of days.
const MAX_DAYS: i64 = 36_525;
/// A month of minutes.
const MAX_HOLD_MINUTES: i64 = 44_640;
/// A year of hours.
const MAX_HOLD_HOURS: i64 = 8_784;

/// Reads a whole program. `zone_exists` looks a time zone's name up: the database is the caller's.
pub fn read(
    value: &Value,
    zone_exists: impl Fn(&str) -> bool,
) -> Result<(Program, Vec<Warning>), Vec<Fault>> {
    let (value, report) = (Json::from(value), Report::default());
    let root = Fields::new(&value, String::new(), &report);
    let program = Program {
        enabled: root.flag("enabled", true),
        currency: currency(&root),
        timezone: timezone(&root, zone_exists),
        points: points(root.required_object("points")),
        earning: earning(root.object("earning")),
        redemption: redemption(root.object("redemption")),
        expiry: expiry(&root),
        refunds: refunds(root.object("refunds")),
        bonuses: bonuses(root.object("bonuses")),
        stamp_cards: root.objects("stamp_cards", MAX_RULES, stamp_card),
        missions: root.objects("missions", MAX_RULES, mission),
        referrals: referrals(root.object("referrals")),
    };
    root.finish();
    if report.faults.borrow().is_empty() {
        check_whole(&program, &report);
        warn(&program, &report);
    }
    let faults = report.faults.into_inner();
    if faults.is_empty() { Ok((program, report.warnings.into_inner())) } else { Err(faults) }
}

fn currency(root: &Fields) -> String {
    let code = root.required_string("currency", 3);
    let well_formed = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    if !code.is_empty() && !well_formed {
        root.report.fault("currency", "currency_expected");
    }
    code
}

fn timezone(root: &Fields, zone_exists: impl Fn(&str) -> bool) -> String {
    let name = root.required_string("timezone", 64);
    if !name.is_empty() && !zone_exists(&name) {
        root.report.fault("timezone", "unknown_timezone");
    }
    name
}

fn points(fields: Fields) -> PointsRules {
    let value = fields.required_object("value");
    let rules = PointsRules {
        value: PointsValue {
            points: value.required_int("points", 1, MAX),
            minor: value.required_int("minor", 1, MAX),
        },
        display: fields.word("display", Display::WORDS).unwrap_or(Display::Points),
        name: fields.plurals("name"),
    };
    value.finish();
    fields.finish();
    rules
}

fn earning(fields: Fields) -> Earning {
    let statuses = fields.strings("award_statuses", 20).unwrap_or_else(|| vec!["delivered".to_owned()]);
    if let Some(i) = statuses.iter().position(|s| s == CANCELLED) {
        fields.report.fault(format!("{}[{i}]", fields.at("award_statuses")), "cancelled_never_earns");
    }
    let earning = Earning {
        award_statuses: statuses,
        basis: fields.word("basis", Basis::WORDS).unwrap_or(Basis::Items),
        tax: fields.word("tax", Tax::WORDS).unwrap_or(Tax::Included),
        paid_with_points: fields
            .word("paid_with_points", PaidWithPoints::WORDS)
            .unwrap_or(PaidWithPoints::Excluded),
        combine: fields.word("combine", Combine::WORDS).unwrap_or(Combine::Best),
        rounding: fields.word("rounding", Rounding::WORDS).unwrap_or(Rounding::Down),
        pending_days: fields.int("pending_days", 0, MAX_DAYS).unwrap_or(0),
        programs: fields.objects("programs", MAX_RULES, earning_program),
    };
    unique_ids(&fields, "programs", earning.programs.iter().map(|p| p.id.as_str()));
    fields.finish();
    earning
}

fn earning_program(fields: Fields) -> EarningProgram {
    let program = EarningProgram {
        id: fields.required_string("id", MAX_ID),
        name: fields.text("name", MAX_NAME),
        enabled: fields.flag("enabled", true),
        from: fields.date("from"),
        until: fields.date("until"),
        groups: fields.strings("groups", MAX_GROUPS).unwrap_or_default(),
        categories: condition(&fields, "categories"),
        products: condition(&fields, "products"),
        order_min: fields.int("order_min", 0, MAX).unwrap_or(0),
        max_points: fields.int("max_points", 0, MAX),
        rate: rate(fields.required_object("rate")),
    };
    window(&fields, program.from, program.until);
    fields.finish();
    program
}

fn rate(fields: Fields) -> Rate {
    #[derive(Clone, Copy)]
    enum Kind {
        PerAmount,
        PerOrder,
        Cashback,
    }
    let kinds =
        [("per_amount", Kind::PerAmount), ("per_order", Kind::PerOrder), ("cashback", Kind::Cashback)];
    let Some(kind) = fields.required_word("type", &kinds) else {
        // What else is in it cannot be judged without its type.
        return Rate::PerOrder { points: 0 };
    };
    let rate = match kind {
        Kind::PerAmount => Rate::PerAmount {
            every: fields.required_int("every", 1, MAX),
            points: fields.required_int("points", 0, MAX),
        },
        Kind::PerOrder => Rate::PerOrder { points: fields.required_int("points", 0, MAX) },
        Kind::Cashback => {
            let levels = fields.objects("levels", MAX_LEVELS, level);
            let mut seen = Vec::new();
            for (i, level) in levels.iter().enumerate() {
                // Legal: a level whose smallest order is not met leaves the place to its twin.
                if !is_first(&mut seen, level.spend_from) {
                    fields
                        .report
                        .warn(format!("{}[{i}].spend_from", fields.at("levels")), "same_level_twice");
                }
            }
            Rate::Cashback { levels, counts_this_order: fields.flag("counts_this_order", false) }
        }
    };
    fields.finish();
    rate
}

fn level(fields: Fields) -> Level {
    let level = Level {
        name: fields.text("name", MAX_NAME),
        spend_from: fields.int("spend_from", 0, MAX).unwrap_or(0),
        bps: fields.required_int("bps", 0, WHOLE_BPS),
        order_min: fields.int("order_min", 0, MAX).unwrap_or(0),
    };
    fields.finish();
    level
}

fn redemption(fields: Fields) -> RedemptionRules {
    let rules = RedemptionRules {
        enabled: fields.flag("enabled", false),
        groups: fields.strings("groups", MAX_GROUPS).unwrap_or_default(),
        categories: condition(&fields, "categories"),
        products: condition(&fields, "products"),
        order_min: fields.int("order_min", 0, MAX),
        order_max: fields.int("order_max", 0, MAX),
        max_bps: fields.int("max_bps", 0, WHOLE_BPS),
        percent_of: fields.word("percent_of", PercentOf::WORDS).unwrap_or(PercentOf::Order),
        shipping: fields.flag("shipping", false),
        min_points: fields.int("min_points", 0, MAX).unwrap_or(0),
        max_points: fields.int("max_points", 0, MAX),
        step: fields.int("step", 1, MAX).unwrap_or(1),
        max_discount: fields.int("max_discount", 0, MAX),
        tax_on_discount: fields.flag("tax_on_discount", true),
        hold_minutes: fields.int("hold_minutes", 1, MAX_HOLD_MINUTES).unwrap_or(30),
        confirmed_hold_hours: fields.int("confirmed_hold_hours", 1, MAX_HOLD_HOURS).unwrap_or(168),
    };
    if matches!((rules.order_min, rules.order_max), (Some(min), Some(max)) if max < min) {
        fields.report.fault(fields.at("order_max"), "maximum_below_minimum");
    }
    fields.finish();
    rules
}

fn expiry(root: &Fields) -> Expiry {
    #[derive(Clone, Copy)]
    enum Kind {
        Never,
        AfterEarning,
        FromFirstPoint,
        AfterInactivity,
    }
    let Some(fields) = root.optional_object("expiry") else { return Expiry::Never };
    let kinds = [
        ("never", Kind::Never),
        ("after_earning", Kind::AfterEarning),
        ("from_first_point", Kind::FromFirstPoint),
        ("after_inactivity", Kind::AfterInactivity),
    ];
    let Some(kind) = fields.required_word("type", &kinds) else { return Expiry::Never };
    let expiry = match kind {
        Kind::Never => Expiry::Never,
        Kind::AfterEarning => {
            let (months, days) = (fields.int("months", 1, MAX_MONTHS), fields.int("days", 1, MAX_DAYS));
            let span = match (months, days) {
                (Some(_), Some(_)) => {
                    fields.report.fault(fields.at("days"), "months_or_days");
                    None
                }
                (Some(months), None) => Some(Span::Months(months)),
                (None, Some(days)) => Some(Span::Days(days)),
                (None, None) => {
                    if !(fields.has("months") || fields.has("days")) {
                        fields.report.fault(fields.at("months"), "required");
                    }
                    None
                }
            };
            Expiry::AfterEarning { span: span.unwrap_or(Span::Months(1)) }
        }
        Kind::FromFirstPoint => {
            Expiry::FromFirstPoint { months: fields.required_int("months", 1, MAX_MONTHS) }
        }
        Kind::AfterInactivity => {
            Expiry::AfterInactivity { months: fields.required_int("months", 1, MAX_MONTHS) }
        }
    };
    fields.finish();
    expiry
}

fn refunds(fields: Fields) -> Refunds {
    let refunds = Refunds {
        shortfall: fields.word("shortfall", Shortfall::WORDS).unwrap_or(Shortfall::Negative),
        grace_days: fields.int("grace_days", 0, MAX_DAYS).unwrap_or(0),
    };
    fields.finish();
    refunds
}

fn bonuses(fields: Fields) -> Bonuses {
    let bonuses = Bonuses {
        registration: fields.optional_object("registration").map(|fields| {
            let bonus = RegistrationBonus {
                points: fields.required_int("points", 1, MAX),
                message: fields.text("message", MAX_TEXT),
                since: fields.moment("since"),
            };
            fields.finish();
            bonus
        }),
        birthday: fields.optional_object("birthday").map(|fields| {
            let bonus = BirthdayBonus {
                points: fields.required_int("points", 1, MAX),
                since: fields.moment("since"),
            };
            fields.finish();
            bonus
        }),
    };
    fields.finish();
    bonuses
}

fn stamp_card(fields: Fields) -> StampCard {
    let card = StampCard {
        id: fields.required_string("id", MAX_ID),
        name: fields.text("name", MAX_NAME),
        enabled: fields.flag("enabled", true),
        orders_required: fields.int("orders_required", 1, 1_000).unwrap_or(10),
        categories: condition(&fields, "categories"),
        products: condition(&fields, "products"),
        order_min: fields.int("order_min", 0, MAX).unwrap_or(0),
        repeat: fields.flag("repeat", true),
        show_extras: fields.flag("show_extras", true),
        reward: card_reward(fields.required_object("reward")),
    };
    fields.finish();
    card
}

fn card_reward(fields: Fields) -> CardReward {
    let kinds = [("product", true), ("shipping", false)];
    let Some(product) = fields.required_word("type", &kinds) else {
        return CardReward::Shipping { off: ShippingOff::Bps(0) };
    };
    let reward = if product {
        CardReward::Product {
            product_id: fields.required_string("product_id", MAX_ID),
            bps: fields.required_int("bps", 1, WHOLE_BPS),
        }
    } else {
        let (bps, amount) = (fields.int("bps", 1, WHOLE_BPS), fields.int("amount", 1, MAX));
        if fields.has("bps") == fields.has("amount") {
            fields.report.fault(fields.at("bps"), "share_or_amount");
        }
        let off = amount.map_or(ShippingOff::Bps(bps.unwrap_or(0)), ShippingOff::Amount);
        CardReward::Shipping { off }
    };
    fields.finish();
    reward
}

fn mission(fields: Fields) -> Mission {
    let kinds: Vec<_> = MISSION_KINDS.iter().map(|kind| (*kind, *kind)).collect();
    let notify = fields.object("notify");
    let mission = Mission {
        id: fields.required_string("id", MAX_ID),
        kind: fields.required_word("kind", &kinds).unwrap_or("custom").to_owned(),
        name: fields.text("name", MAX_NAME),
        description: fields.text("description", MAX_TEXT),
        icon: fields.string("icon", MAX_NAME),
        enabled: fields.flag("enabled", true),
        from: fields.date("from"),
        until: fields.date("until"),
        points: mission_points(fields.required_object("points")),
        limit_per_shopper: fields.int("limit_per_shopper", 1, MAX),
        show_in: fields
            .words("show_in", ShowIn::WORDS)
            .unwrap_or_else(|| vec![ShowIn::Widget, ShowIn::Landing]),
        notify: Notify { email: notify.flag("email", true), toast: notify.flag("toast", true) },
        verify: fields.word("verify", Verify::WORDS).unwrap_or(Verify::ImportOrApi),
        since: fields.moment("since"),
    };
    notify.finish();
    if mission.verify == Verify::Claim && matches!(mission.points, MissionPoints::PerAmount { .. }) {
        fields.report.fault(fields.at("verify"), "claim_cannot_name_an_amount");
    }
    window(&fields, mission.from, mission.until);
    fields.finish();
    mission
}

fn mission_points(fields: Fields) -> MissionPoints {
    let kinds = [("fixed", true), ("per_amount", false)];
    let Some(fixed) = fields.required_word("type", &kinds) else { return MissionPoints::Fixed { points: 0 } };
    let points = if fixed {
        MissionPoints::Fixed { points: fields.required_int("points", 0, MAX) }
    } else {
        MissionPoints::PerAmount {
            every: fields.required_int("every", 1, MAX),
            points: fields.required_int("points", 0, MAX),
        }
    };
    fields.finish();
    points
}

fn referrals(fields: Fields) -> Referrals {
    let referrals = Referrals {
        enabled: fields.flag("enabled", false),
        inviter_points: fields.int("inviter_points", 0, MAX).unwrap_or(100),
        invitee_points: fields.int("invitee_points", 0, MAX).unwrap_or(0),
        qualifies_on: fields.word("qualifies_on", QualifiesOn::WORDS).unwrap_or(QualifiesOn::FirstOrder),
        order_min: fields.int("order_min", 0, MAX).unwrap_or(0),
        review_days: fields.int("review_days", 0, 365).unwrap_or(14),
        max_per_month: fields.int("max_per_month", 1, MAX),
        expires_days: fields.int("expires_days", 1, 3_650).unwrap_or(90),
        email: texts(fields.object("email"), &["subject", "body"]),
        social: texts(fields.object("social"), &["image", "title", "description"]),
        invite_page: texts(fields.object("invite_page"), &["title", "body"]),
        landing_page: texts(fields.object("landing_page"), &["title", "body"]),
    };
    fields.finish();
    referrals
}

fn texts(fields: Fields, names: &[&'static str]) -> Sorted<Text> {
    let mut texts = Sorted::default();
    for name in names {
        let max = if matches!(*name, "subject" | "title") { MAX_NAME } else { MAX_TEXT };
        if let Some(text) = fields.text(name, max) {
            texts.insert((*name).to_owned(), text);
        }
    }
    fields.finish();
    texts
}

fn condition(fields: &Fields, name: &'static str) -> Option<Condition> {
    let condition = fields.optional_object(name)?;
    let read = Condition {
        matches: condition.required_word("match", Match::WORDS).unwrap_or(Match::AnyOf),
        ids: condition.strings("ids", MAX_IDS).unwrap_or_default(),
    };
    condition.finish();
    Some(read)
}

fn window(fields: &Fields, from: Option<jiff::civil::Date>, until: Option<jiff::civil::Date>) {
    if matches!((from, until), (Some(from), Some(until)) if until < from) {
        fields.report.fault(fields.at("until"), "ends_before_it_starts");
    }
}

fn unique_ids<'s>(fields: &Fields, list: &str, ids: impl Iterator<Item = &'s str>) {
    let mut seen = Vec::new();
    for (i, id) in ids.enumerate() {
        if !id.is_empty() && !is_first(&mut seen, id) {
            fields.report.fault(format!("{}[{i}].id", fields.at(list)), "duplicate_id");
        }
    }
}

/// Whether it comes for the first time. Lists are short here (at most 200), and a set weighs a lot in a browser.
fn is_first<T: PartialEq>(seen: &mut Vec<T>, one: T) -> bool {
    let is_first = !seen.contains(&one);
    if is_first {
        seen.push(one);
    }
    is_first
}

/// What only the whole program shows to be wrong.
fn check_whole(program: &Program, report: &Report) {
    let lists = [program.earning.programs.len(), program.stamp_cards.len(), program.missions.len()];
    if lists.into_iter().fold(0, usize::saturating_add) > MAX_RULES {
        report.fault("earning.programs", "too_many_rules");
    }
    for (list, ids) in [
        ("stamp_cards", program.stamp_cards.iter().map(|c| c.id.as_str()).collect::<Vec<_>>()),
        ("missions", program.missions.iter().map(|m| m.id.as_str()).collect()),
    ] {
        let mut seen = Vec::new();
        for (i, id) in ids.into_iter().enumerate() {
            if !is_first(&mut seen, id) {
                report.fault(format!("{list}[{i}].id"), "duplicate_id");
            }
        }
    }
    let mut once = Vec::new();
    for (i, mission) in program.missions.iter().enumerate() {
        if MISSION_KINDS_ONCE.contains(&mission.kind.as_str()) && !is_first(&mut once, mission.kind.as_str())
        {
            report.fault(format!("missions[{i}].kind"), "mission_already_exists");
        }
        if mission.kind == "create_account" && program.bonuses.registration.is_some() {
            report.fault(format!("missions[{i}].kind"), "bonus_and_mission");
        }
    }
    let redemption = &program.redemption;
    match program.required_points().fit() {
        Err(_) => report.fault("redemption.min_points", "amount_out_of_range"),
        Ok(least) if redemption.max_points.is_some_and(|most| most < least) => {
            report.fault("redemption.max_points", "maximum_below_minimum");
        }
        Ok(_) => {}
    }
    // Inactivity counts from the day points are earned, waiting from the same day: the shortest month has
    // 28 days, so points that wait longer than that many lapse before anybody can use them.
    if let Expiry::AfterInactivity { months } = program.expiry
        && program.earning.pending_days > months.saturating_mul(28)
    {
        report.fault("expiry.months", "lapses_before_usable");
    }
}

fn warn(program: &Program, report: &Report) {
    let redemption = &program.redemption;
    if redemption.enabled {
        let share = redemption.max_bps.is_none_or(|bps| bps == WHOLE_BPS);
        if share && redemption.max_points.is_none() && redemption.max_discount.is_none() {
            report.warn("redemption.max_bps", "points_may_pay_whole_orders");
        }
        if redemption.max_bps == Some(0) || redemption.max_discount == Some(0) {
            report.warn("redemption", "nothing_can_be_redeemed");
        }
    }
    if matches!(program.expiry, Expiry::FromFirstPoint { .. }) {
        report.warn("expiry.type", "later_points_lapse_with_the_first");
    }
    if program.earning.award_statuses.is_empty() && !program.earning.programs.is_empty() {
        report.warn("earning.award_statuses", "no_order_is_ever_awarded");
    }
    for (i, mission) in program.missions.iter().enumerate() {
        let seen = MISSION_KINDS_AUTOMATIC.contains(&mission.kind.as_str());
        if mission.enabled && mission.verify == Verify::Automatic && !seen {
            report.warn(format!("missions[{i}].verify"), "nothing_completes_it");
        }
    }
    for (i, earning) in program.earning.programs.iter().enumerate() {
        let at = |field: &str| format!("earning.programs[{i}].{field}");
        if earning.enabled && earning.max_points == Some(0) {
            report.warn(at("max_points"), "earns_nothing");
        }
        if let Rate::Cashback { levels, .. } = &earning.rate
            && !levels.iter().any(|level| level.spend_from == 0)
        {
            report.warn(at("rate.levels"), "newcomers_reach_no_level");
        }
        if let Rate::PerAmount { every, points } = earning.rate {
            let value = program.points.value.value_of(points.into());
            if value >= Wide::of(every) {
                report.warn(at("rate"), "gives_back_as_much_as_was_paid");
            }
        }
    }
}
