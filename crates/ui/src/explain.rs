//! Why an order earns what it earns, and what a stamp card asks and gives, in sentences: at the edge for shoppers and for the
//! API, in the console for a program that is being edited. The words are in `edge/locales`.

use fidela_rules::program::{CardReward, Condition, EarningProgram, Match, Program, ShippingOff, Text};
use fidela_rules::stamps::{Asked, CardLook, CardNote, CardSummary, Stamping};
use fidela_rules::trace::{Traced, TracedOutcome, TracedRate, TracedResult};

use crate::sentences::{Arg, Sentence, iso, rate};

/// Whoever says sentences, in one language.
pub trait Tell {
    /// The language's tag.
    fn tag(&self) -> &str;
    /// A sentence with its numbers.
    fn say(&self, sentence: &Sentence) -> String;
}

/// What came of looking at an order.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'l> {
    /// Whether it has reached a status that awards.
    pub awarded: bool,
    /// Why nothing is earned at all.
    pub reason: Option<&'l str>,
    /// Each program, and what came of it.
    pub considered: &'l [Traced],
    /// Each stamp card, and whether it was stamped.
    pub stamps: &'l [CardLook],
}

/// What an order's award comes of, a sentence for each program and each card.
pub fn award(teller: &dyn Tell, program: &Program, looked: Looked<'_>) -> Vec<String> {
    let mut told = Vec::new();
    match looked.reason {
        Some("order_cancelled") => return vec![teller.say(&Sentence::new("why.order_cancelled"))],
        Some(reason) => told.push(why_nothing(teller, program, reason)),
        None if !looked.awarded => told.push(why_nothing(teller, program, "status_not_awarded")),
        None => {}
    }
    told.extend(looked.considered.iter().map(|one| traced(teller, program, one)));
    told.extend(looked.stamps.iter().filter_map(|look| stamp(teller, program, look)));
    told
}

fn why_nothing(teller: &dyn Tell, program: &Program, reason: &str) -> String {
    let key = match reason {
        "program_disabled" => "why.program_disabled",
        "currency_mismatch" => "why.currency_mismatch",
        "waits_for_sign_in" => "why.waits_for_sign_in",
        "amount_out_of_range" => "why.amount_out_of_range",
        _ => "why.status_not_awarded",
    };
    let statuses = program.earning.award_statuses.join(", ");
    teller.say(&Sentence::new(key).with("statuses", Arg::Words(statuses)))
}

fn line(teller: &dyn Tell, name: String, line: &Sentence) -> String {
    let line = teller.say(line);
    teller.say(&Sentence::new("why.line").with("name", Arg::Words(name)).with("line", Arg::Words(line)))
}

/// What people read of a program: its name, or what it gives; its id where it is not there any more.
pub fn name_of(teller: &dyn Tell, program: &Program, id: &str) -> String {
    let Some(earning) = program.earning.programs.iter().find(|one| one.id == id) else {
        return id.to_owned();
    };
    let named = |EarningProgram { name, .. }: &EarningProgram| text(teller, name.as_ref());
    named(earning).unwrap_or_else(|| teller.say(&rate(&earning.rate)))
}

/// A text in the language, if there is one.
pub fn text(teller: &dyn Tell, text: Option<&Text>) -> Option<String> {
    text.map(|text| text.get(teller.tag()).to_owned()).filter(|text| !text.is_empty())
}

/// What came of one program.
pub fn traced(teller: &dyn Tell, program: &Program, Traced { program: id, outcome }: &Traced) -> String {
    let money = |key, name, minor: &i64| Sentence::new(key).with(name, Arg::Money(*minor));
    let sentence = match outcome {
        TracedOutcome::SwitchedOff => Sentence::new("why.switched_off"),
        TracedOutcome::OutsideWindow { placed_on, from, until } => {
            let key = match (from, until) {
                (Some(_), Some(_)) => "why.window",
                (_, None) => "why.window_from",
                (None, _) => "why.window_until",
            };
            let days = [("from", from), ("until", until), ("day", placed_on)];
            days.into_iter().fold(Sentence::new(key), |sentence, (name, day)| {
                sentence.with(name, day.map_or_else(|| Arg::Words("–".to_owned()), |day| Arg::Day(iso(day))))
            })
        }
        TracedOutcome::GroupNotEligible { .. } => Sentence::new("why.group_not_eligible"),
        TracedOutcome::OrderBelowMinimum { required, actual, .. } => {
            money("why.order_below_minimum", "required", required).with("actual", Arg::Money(*actual))
        }
        TracedOutcome::NoMatchingLines => Sentence::new("why.no_matching_lines"),
        TracedOutcome::Evaluated { base, rate, uncapped, points, result, .. } => {
            match (result, uncapped, rate) {
                (Some(TracedResult::LostTo { program: winner, points }), ..) => {
                    let winner = name_of(teller, program, winner);
                    Sentence::new("why.lost_to").with("program", Arg::Words(winner)).points(*points)
                }
                (Some(TracedResult::NothingLeft), ..) => Sentence::new("why.nothing_left"),
                (Some(TracedResult::CappedToNothing), ..) => Sentence::new("why.capped_to_nothing"),
                (Some(TracedResult::NoLevelReached { missing, .. }), ..) => {
                    money("why.no_level_reached", "missing", missing)
                }
                (Some(TracedResult::OrderBelowLevelMinimum { required, .. }), ..) => {
                    money("why.order_below_level_minimum", "required", required)
                }
                (Some(TracedResult::RateIsZero), ..) => Sentence::new("why.rate_is_zero"),
                (Some(TracedResult::BelowOnePoint { missing, .. }), ..) => {
                    money("why.below_one_point", "missing", missing)
                }
                (Some(TracedResult::Applied) | None, Some(uncapped), _) => {
                    Sentence::new("why.capped").points(*points).with("uncapped", Arg::Points(*uncapped))
                }
                (
                    Some(TracedResult::Applied) | None,
                    None,
                    Some(TracedRate::PerAmount { every, points: each }),
                ) => {
                    let sentence = Sentence::new("why.per_amount").points(*each).money(*every);
                    sentence.with("base", Arg::Money(*base)).with("total", Arg::Points(*points))
                }
                (Some(TracedResult::Applied) | None, None, Some(TracedRate::Cashback { bps, .. })) => {
                    let sentence = money("why.cashback", "base", base).with("percent", Arg::Percent(*bps));
                    sentence.with("total", Arg::Points(*points))
                }
                (Some(TracedResult::Applied) | None, None, Some(TracedRate::PerOrder { .. }) | None) => {
                    Sentence::new("why.per_order").points(*points)
                }
            }
        }
    };
    line(teller, name_of(teller, program, id), &sentence)
}

/// Whether an order stamped a card. Where the program gives nothing at all, that has been said already.
pub fn stamp(teller: &dyn Tell, program: &Program, CardLook { card, outcome }: &CardLook) -> Option<String> {
    let sentence = match outcome {
        Stamping::AmountOutOfRange
        | Stamping::ProgramDisabled
        | Stamping::StatusNotAwarded
        | Stamping::CurrencyMismatch
        | Stamping::OrderCancelled => return None,
        Stamping::Stamped => Sentence::new("stamp.stamped"),
        Stamping::CardDisabled => Sentence::new("stamp.card_disabled"),
        Stamping::WhollyRefunded => Sentence::new("stamp.wholly_refunded"),
        Stamping::NoMatchingLine => Sentence::new("stamp.no_matching_line"),
        Stamping::OrderBelowMinimum { required, missing, .. } => Sentence::new("stamp.order_below_minimum")
            .with("required", Arg::Money(*required))
            .with("missing", Arg::Money(*missing)),
    };
    Some(line(teller, card_name(teller, program, card), &sentence))
}

/// What people read of a card; its id where it is not there any more.
pub fn card_name(teller: &dyn Tell, program: &Program, id: &str) -> String {
    let known = program.stamp_cards.iter().find(|one| one.id == id);
    known.and_then(|card| text(teller, card.name.as_ref())).unwrap_or_else(|| id.to_owned())
}

/// Keys of the sentences about a reward: a share of a product, all of it, a share of the delivery, all of it, an amount.
pub type GivesKeys = [&'static str; 5];
/// The shop's product ids are no words for a shopper.
pub const FOR_SHOPPER: GivesKeys = [
    "reward.product",
    "reward.product_free",
    "reward.shipping",
    "reward.shipping_free",
    "reward.shipping_amount",
];
/// For those who know them.
pub const FOR_MERCHANT: GivesKeys = [
    "card.gives.product",
    "card.gives.product_free",
    "card.gives.shipping",
    "card.gives.shipping_free",
    "card.gives.shipping_amount",
];

/// What a reward gives.
pub fn gives(
    reward: &CardReward,
    [product, product_free, delivery, delivery_free, amount]: GivesKeys,
) -> Sentence {
    let percent = |key, bps: i64| Sentence::new(key).with("percent", Arg::Percent(bps));
    match reward {
        CardReward::Product { product_id, bps } => {
            let key = if reward.is_free() { product_free } else { product };
            percent(key, *bps).with("product", Arg::Words(product_id.clone()))
        }
        CardReward::Shipping { .. } if reward.is_free() => Sentence::new(delivery_free),
        CardReward::Shipping { off: ShippingOff::Bps(bps) } => percent(delivery, *bps),
        CardReward::Shipping { off: ShippingOff::Amount(minor) } => Sentence::new(amount).money(*minor),
    }
}

/// A card as its merchant reads it before it goes live.
pub fn card(summary: &CardSummary) -> Vec<Sentence> {
    let mut told: Vec<Sentence> = summary.asks.iter().map(asked).collect();
    told.push(gives(&summary.gives, FOR_MERCHANT));
    told.extend(summary.notes.iter().filter_map(|note| {
        Some(Sentence::new(match note {
            CardNote::CardDisabled => "card.card_disabled",
            CardNote::ProgramDisabled => "card.program_disabled",
            CardNote::Repeats => "card.repeats",
            CardNote::OnlyOnce => "card.only_once",
            CardNote::ExtrasShown => "card.extras_shown",
            CardNote::ExtrasHidden => "card.extras_hidden",
            // The sentence about the reward says it.
            CardNote::RewardIsFree => return None,
        }))
    }));
    if summary.least_spent > 0 {
        told.push(Sentence::new("card.least_spent").money(summary.least_spent));
    }
    told
}

fn asked(asked: &Asked) -> Sentence {
    let named = |any_of, none_of, condition: &Condition| {
        let key = match condition.matches {
            Match::AnyOf => any_of,
            Match::NoneOf => none_of,
        };
        Sentence::new(key).with("ids", Arg::Words(condition.ids.join(", ")))
    };
    match asked {
        Asked::Orders { required } => {
            Sentence::new("card.orders").with("n", Arg::Words(required.to_string()))
        }
        Asked::AnyProduct => Sentence::new("card.any_product"),
        Asked::Categories { categories } => named("card.any_of", "card.none_of", categories),
        Asked::Products { products } => named("card.products_any_of", "card.products_none_of", products),
        Asked::OrderMin { minor } => Sentence::new("card.order_min").money(*minor),
    }
}
