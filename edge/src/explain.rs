//! Why an order earned what it earned, and what a stamp card asks and gives: the trace of `fidela_rules` in
//! sentences, for the shopper ("Why 12 points?") and for the merchant.

pub(crate) mod invitations;
pub(crate) mod missions;

use fidela_protocol::merchant::{CardSummaryAnswer, OrderAward};
use fidela_protocol::shopper::{HistoryItem, Me, OfferNow};
use fidela_rules::program::{
    CardReward, Condition, EarningProgram, Match, Program, ShippingOff, StampCard, Text,
};
use fidela_rules::stamps::{Asked, CardLook, CardNote, CardSummary, Stamping};
use fidela_rules::trace::{Traced, TracedOutcome, TracedRate, TracedResult};
use fidela_ui::Sentence;
use fidela_ui::sentences::{self, Arg, Happened, iso, rate};

use crate::config::StoreConfig;
use crate::speech::Speaker;

/// What an order's award comes of, a sentence for each program and each card.
pub(crate) fn award(speaker: &Speaker, program: &Program, award: &OrderAward) -> Vec<String> {
    let mut told = Vec::new();
    match award.reason.as_deref() {
        Some("order_cancelled") => return vec![speaker.say(&Sentence::new("why.order_cancelled"))],
        Some(reason) => told.push(why_nothing(speaker, program, reason)),
        None if !award.awarded => told.push(why_nothing(speaker, program, "status_not_awarded")),
        None => {}
    }
    told.extend(award.considered.iter().map(|one| traced(speaker, program, one)));
    told.extend(award.stamps.iter().filter_map(|look| stamp(speaker, program, look)));
    told
}

fn why_nothing(speaker: &Speaker, program: &Program, reason: &str) -> String {
    let key = match reason {
        "program_disabled" => "why.program_disabled",
        "currency_mismatch" => "why.currency_mismatch",
        "waits_for_sign_in" => "why.waits_for_sign_in",
        "amount_out_of_range" => "why.amount_out_of_range",
        _ => "why.status_not_awarded",
    };
    let statuses = program.earning.award_statuses.join(", ");
    speaker.say(&Sentence::new(key).with("statuses", Arg::Words(statuses)))
}

fn line(speaker: &Speaker, name: String, line: &Sentence) -> String {
    let line = speaker.say(line);
    speaker.say(&Sentence::new("why.line").with("name", Arg::Words(name)).with("line", Arg::Words(line)))
}

/// What people read of a program: its name, or what it gives; its id where it is not there any more.
fn name_of(speaker: &Speaker, program: &Program, id: &str) -> String {
    let Some(earning) = program.earning.programs.iter().find(|one| one.id == id) else {
        return id.to_owned();
    };
    let named = |EarningProgram { name, .. }: &EarningProgram| text(speaker, name.as_ref());
    named(earning).unwrap_or_else(|| speaker.say(&rate(&earning.rate)))
}

fn text(speaker: &Speaker, text: Option<&Text>) -> Option<String> {
    text.map(|text| text.get(speaker.tag()).to_owned()).filter(|text| !text.is_empty())
}

fn traced(speaker: &Speaker, program: &Program, Traced { program: id, outcome }: &Traced) -> String {
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
                    let winner = name_of(speaker, program, winner);
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
    line(speaker, name_of(speaker, program, id), &sentence)
}

/// Whether an order stamped a card. Where the program gives nothing at all, that has been said already.
fn stamp(speaker: &Speaker, program: &Program, CardLook { card, outcome }: &CardLook) -> Option<String> {
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
    Some(line(speaker, card_name(speaker, program, card), &sentence))
}

/// What happened, line by line.
pub(crate) fn history(speaker: &Speaker, program: &Program, items: &mut [HistoryItem]) {
    for item in items {
        let card = item.card.as_deref().map(|card| card_name(speaker, program, card)).unwrap_or_default();
        let happened = Happened {
            kind: &item.kind,
            about: item.about.as_deref().unwrap_or_default(),
            reference: item.reference.as_deref().unwrap_or_default(),
            card: &card,
            stamps: item.stamps,
        };
        if let Some(title) = missions::history(speaker, program, item) {
            item.title = title;
            continue;
        }
        // What a shopper has no use for is told by its kind to whoever reads the API.
        item.title = sentences::history(happened).map_or_else(String::new, |one| speaker.say(&one));
    }
}

fn card_name(speaker: &Speaker, program: &Program, id: &str) -> String {
    let known = program.stamp_cards.iter().find(|one| one.id == id);
    known.and_then(|card| text(speaker, card.name.as_ref())).unwrap_or_else(|| id.to_owned())
}

/// Programs that run now or soon, in words.
pub(crate) fn offers(speaker: &Speaker, program: &Program, offers: &mut [OfferNow]) {
    for offer in offers {
        let Some(one) = program.earning.programs.iter().find(|one| one.id == offer.program) else { continue };
        let gives = speaker.say(&rate(&one.rate));
        let begins = one.from.filter(|_| offer.starts_in_days > 0);
        let begins = begins.map(|from| Sentence::new("earn.from").with("date", Arg::Day(iso(from))));
        let conditions = begins.into_iter().chain(sentences::conditions(one));
        offer.details = conditions.map(|condition| speaker.say(&condition)).collect();
        offer.title = match text(speaker, one.name.as_ref()).filter(|name| *name != gives) {
            None => gives,
            Some(name) => {
                offer.details.insert(0, gives);
                name
            }
        };
    }
}

/// A shopper's page: what runs, and what cards and rewards give, in words.
pub(crate) fn page(speaker: &Speaker, store: &StoreConfig, program: &Program, me: &mut Me) {
    missions::page(speaker, store, program, me);
    offers(speaker, program, &mut me.offers);
    for card in &mut me.cards {
        card.gives = speaker.say(&gives(&card.reward, FOR_SHOPPER));
    }
    for reward in &mut me.rewards {
        reward.gives = speaker.say(&gives(&reward.terms, FOR_SHOPPER));
    }
}

/// Keys of the sentences about a reward: a share of a product, all of it, a share of the delivery, all of it, an amount.
type GivesKeys = [&'static str; 5];
/// The shop's product ids are no words for a shopper.
const FOR_SHOPPER: GivesKeys = [
    "reward.product",
    "reward.product_free",
    "reward.shipping",
    "reward.shipping_free",
    "reward.shipping_amount",
];
const FOR_MERCHANT: GivesKeys = [
    "card.gives.product",
    "card.gives.product_free",
    "card.gives.shipping",
    "card.gives.shipping_free",
    "card.gives.shipping_amount",
];

/// What a reward gives.
fn gives(
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

/// A card as shoppers read it who have none yet: how many orders it takes, and what they give.
pub(crate) fn card_for_shoppers(speaker: &Speaker, card: &StampCard) -> Vec<String> {
    let orders = Sentence::new("card.orders").with("n", Arg::Words(card.orders_required.to_string()));
    let least = (card.order_min > 0).then(|| Sentence::new("card.order_min").money(card.order_min));
    let some = (card.categories.is_some() || card.products.is_some()).then(|| Sentence::new("earn.some"));
    let told = [Some(gives(&card.reward, FOR_SHOPPER)), Some(orders), least, some];
    told.into_iter().flatten().map(|one| speaker.say(&one)).collect()
}

/// A card as its merchant reads it before it goes live (S1.1).
pub(crate) fn card(speaker: &Speaker, card: &StampCard, summary: CardSummary) -> CardSummaryAnswer {
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
    let name = text(speaker, card.name.as_ref()).unwrap_or_else(|| card.id.clone());
    CardSummaryAnswer { name, sentences: told.iter().map(|one| speaker.say(one)).collect(), summary }
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
