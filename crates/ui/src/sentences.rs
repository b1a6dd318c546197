//! Which sentence says what, and with which numbers. The words are in the catalogues.

use fidela_rules::program::{EarningProgram, PercentOf, Rate};
use fidela_rules::quote::{Bound, Refusal};

use crate::decimal::padded;

/// What goes into a place of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Points, with their word.
    Points(i64),
    /// Minor units.
    Money(i64),
    /// Basis points.
    Percent(i64),
    /// A local day, `2026-03-10`.
    Day(String),
    /// Words that are not ours: a name, an id, a reason.
    Words(String),
}

/// A sentence of the catalogue, with what goes into its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its key.
    pub key: &'static str,
    /// Its places.
    pub args: Vec<(&'static str, Arg)>,
}

impl Sentence {
    /// One without places.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// With a place filled.
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((name, arg));
        self
    }

    /// With points in the place `{points}`.
    pub fn points(self, points: i64) -> Self {
        self.with("points", Arg::Points(points))
    }

    /// With money in the place `{money}`.
    pub fn money(self, minor: i64) -> Self {
        self.with("money", Arg::Money(minor))
    }
}

/// Why no points can be used on this cart, and what is missing.
pub fn refusal(refusal: &Refusal) -> Sentence {
    match *refusal {
        Refusal::InvalidPoints => Sentence::new("refusal.invalid_points"),
        Refusal::AmountOutOfRange => Sentence::new("refusal.amount_out_of_range"),
        Refusal::ProgramDisabled => Sentence::new("refusal.program_disabled"),
        Refusal::RedemptionDisabled => Sentence::new("refusal.redemption_disabled"),
        Refusal::CurrencyMismatch => Sentence::new("refusal.currency_mismatch"),
        Refusal::GroupNotEligible => Sentence::new("refusal.group_not_eligible"),
        Refusal::OrderBelowMinimum { required, missing, .. } => {
            Sentence::new("refusal.order_below_minimum").money(missing).with("required", Arg::Money(required))
        }
        Refusal::OrderAboveMaximum { limit, .. } => Sentence::new("refusal.order_above_maximum").money(limit),
        Refusal::NoEligibleItems => Sentence::new("refusal.no_eligible_items"),
        Refusal::InsufficientPoints { required, missing, .. } => Sentence::new("refusal.insufficient_points")
            .points(missing)
            .with("required", Arg::Points(required)),
        Refusal::NothingToRedeem => Sentence::new("refusal.nothing_to_redeem"),
        Refusal::BelowMinimumPoints { required, actual, .. } => Sentence::new("refusal.below_minimum_points")
            .points(actual)
            .with("required", Arg::Points(required)),
    }
}

/// The same refusal, as the edge answers it: by its code and its numbers.
pub fn refusal_of(code: &str, number: impl Fn(&str) -> i64) -> Option<Refusal> {
    let (required, actual, missing) = (number("required"), number("actual"), number("missing"));
    Some(match code {
        "invalid_points" => Refusal::InvalidPoints,
        "amount_out_of_range" => Refusal::AmountOutOfRange,
        "program_disabled" => Refusal::ProgramDisabled,
        "redemption_disabled" => Refusal::RedemptionDisabled,
        "currency_mismatch" => Refusal::CurrencyMismatch,
        "group_not_eligible" => Refusal::GroupNotEligible,
        "order_below_minimum" => Refusal::OrderBelowMinimum { required, actual, missing },
        "order_above_maximum" => Refusal::OrderAboveMaximum { limit: number("limit"), actual },
        "no_eligible_items" => Refusal::NoEligibleItems,
        "insufficient_points" => Refusal::InsufficientPoints { required, actual, missing },
        "nothing_to_redeem" => Refusal::NothingToRedeem,
        "below_minimum_points" => Refusal::BelowMinimumPoints { required, actual, missing },
        _ => return None,
    })
}

/// Why it cannot be more. That the shopper asked for no more is not worth a sentence.
pub fn bound(bound: &Bound) -> Option<Sentence> {
    Some(match *bound {
        Bound::Requested => return None,
        Bound::Balance => Sentence::new("bound.balance"),
        Bound::MaxPoints { points } => Sentence::new("bound.max_points").points(points),
        Bound::Share { bps, percent_of, minor } => {
            let key = match percent_of {
                PercentOf::Order => "bound.share.order",
                PercentOf::Items => "bound.share.items",
                PercentOf::Eligible => "bound.share.eligible",
            };
            Sentence::new(key).with("percent", Arg::Percent(bps)).money(minor)
        }
        Bound::MaxDiscount { minor } => Sentence::new("bound.max_discount").money(minor),
        Bound::Eligible { minor } => Sentence::new("bound.eligible").money(minor),
    })
}

/// What a line of history is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Happened<'a> {
    /// What: `earned`, `held`, `stamped`, …
    pub kind: &'a str,
    /// What it belongs to: `order`, `mission`, `bonus`, …
    pub about: &'a str,
    /// Its id: the order's, the redemption's code, …
    pub reference: &'a str,
    /// Name of the stamp card that it happened on.
    pub card: &'a str,
    /// Stamps, where they moved.
    pub stamps: i64,
}

/// What happened, or nothing where a shopper has no use for it.
pub fn history(Happened { kind, about, reference, card, stamps }: Happened<'_>) -> Option<Sentence> {
    let key = match (kind, about) {
        ("confirmed" | "prolonged", _) => return None,
        ("earned", "order") => "history.earned.order",
        ("earned", "mission") => "history.earned.mission",
        ("earned", "bonus") if reference.starts_with("birthday") => "history.earned.birthday",
        ("earned", "bonus") => "history.earned.registration",
        ("earned", "referral") => "history.earned.referral",
        ("earned", "invited") => "history.earned.invited",
        ("earned", _) => "history.earned",
        ("credited", _) => "history.credited",
        ("debited", _) => "history.debited",
        ("matured", _) => "history.matured",
        ("lapsed", _) => "history.lapsed",
        ("held", _) => "history.held",
        ("ran_out", _) => "history.ran_out",
        ("released", _) => "history.released",
        ("committed" | "retaken", "order") => "history.committed.order",
        ("committed" | "retaken", _) => "history.committed",
        ("restored", "order") => "history.restored.order",
        ("restored", _) => "history.restored",
        ("clawed_back", "order") => "history.clawed_back.order",
        ("clawed_back", _) => "history.clawed_back",
        ("reinstated", _) => "history.reinstated",
        ("debt_paid", _) => "history.debt_paid",
        ("stamped", _) => "history.stamped",
        ("stamp_taken_back", _) => "history.stamp_taken_back",
        ("stamps_adjusted", _) => "history.stamps_adjusted",
        ("reward_issued", _) => "history.reward_issued",
        ("reward_reissued", _) => "history.reward_reissued",
        ("reward_taken_back", _) => "history.reward_taken_back",
        ("reward_used", "order") => "history.reward_used.order",
        ("reward_used", _) => "history.reward_used",
        ("reward_returned", _) => "history.reward_returned",
        ("reward_removed", _) => "history.reward_removed",
        // A kind that came later than this page: say that something changed rather than nothing.
        _ => "history.other",
    };
    let sentence = Sentence::new(key).with("ref", Arg::Words(reference.to_owned()));
    let sign = if stamps > 0 { "+" } else { "" };
    Some(
        sentence
            .with("card", Arg::Words(card.to_owned()))
            .with("n", Arg::Words(sign.to_owned() + &stamps.to_string())),
    )
}

/// What a way to earn gives.
pub fn rate(rate: &Rate) -> Sentence {
    match rate {
        Rate::PerAmount { every, points } => Sentence::new("earn.per_amount").points(*points).money(*every),
        Rate::PerOrder { points } => Sentence::new("earn.per_order").points(*points),
        Rate::Cashback { levels, .. } => {
            let most = levels.iter().map(|level| level.bps).max().unwrap_or(0);
            let key = if levels.len() > 1 { "earn.cashback_levels" } else { "earn.cashback" };
            Sentence::new(key).with("percent", Arg::Percent(most))
        }
    }
}

/// Its conditions, each a sentence of its own.
pub fn conditions(program: &EarningProgram) -> Vec<Sentence> {
    let mut all = Vec::new();
    if let Some(until) = program.until {
        all.push(Sentence::new("earn.until").with("date", Arg::Day(iso(until))));
    }
    if program.order_min > 0 {
        all.push(Sentence::new("earn.min").money(program.order_min));
    }
    if let Some(most) = program.max_points {
        all.push(Sentence::new("earn.max").points(most));
    }
    if program.categories.is_some() || program.products.is_some() {
        all.push(Sentence::new("earn.some"));
    }
    all
}

/// A day as `2026-03-10`. Years have four digits wherever people buy things.
pub fn iso(day: jiff::civil::Date) -> String {
    let [year, month, day] = [(i64::from(day.year()), 4), (day.month().into(), 2), (day.day().into(), 2)]
        .map(|(number, digits)| padded(number.to_string(), digits));
    [year, month, day].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_comes_back_from_its_code_and_numbers() {
        let number = |name: &str| match name {
            "required" | "limit" => 5_000,
            "actual" => 4_000,
            "missing" => 1_000,
            _ => 0,
        };
        let codes = [
            "invalid_points",
            "amount_out_of_range",
            "program_disabled",
            "redemption_disabled",
            "currency_mismatch",
            "group_not_eligible",
            "order_below_minimum",
            "order_above_maximum",
            "no_eligible_items",
            "insufficient_points",
            "nothing_to_redeem",
            "below_minimum_points",
        ];
        for code in codes {
            let found = refusal_of(code, number).unwrap();
            assert_eq!(found.code(), code);
            assert_eq!(refusal(&found).key, format!("refusal.{code}"));
        }
        assert_eq!(refusal_of("not_found", number), None);
    }

    #[test]
    fn a_refusal_says_what_is_missing() {
        let sentence =
            refusal(&Refusal::OrderBelowMinimum { required: 10_000, actual: 9_000, missing: 1_000 });
        assert_eq!(sentence.args[0], ("money", Arg::Money(1_000)));
    }

    #[test]
    fn a_share_is_told_with_its_money() {
        let sentence =
            bound(&Bound::Share { bps: 2_000, percent_of: PercentOf::Order, minor: 2_000 }).unwrap();
        assert_eq!(sentence.key, "bound.share.order");
        assert_eq!(sentence.args, [("percent", Arg::Percent(2_000)), ("money", Arg::Money(2_000))]);
        assert_eq!(bound(&Bound::Requested), None);
    }

    #[test]
    fn history_tells_reasons() {
        let cases = [
            ("earned", "order", "1001", Some("history.earned.order")),
            ("earned", "bonus", "birthday:2026", Some("history.earned.birthday")),
            ("earned", "bonus", "registration", Some("history.earned.registration")),
            ("clawed_back", "order", "1001", Some("history.clawed_back.order")),
            ("committed", "redemption", "K7QF-2M9P", Some("history.committed")),
            ("prolonged", "", "", None),
            ("invented_later", "", "", Some("history.other")),
        ];
        for (kind, about, reference, key) in cases {
            let sentence = history(Happened { kind, about, reference, ..Happened::default() });
            assert_eq!(sentence.map(|sentence| sentence.key), key, "{kind}");
        }
    }
}
