//! Which stamp cards an order stamps (`rules.md`, *Stamp cards*), and what a card asks and gives.
//!
//! An order is one stamp on a card as long as the newest that is known of it says so: what a refund or a
//! cancellation undoes, and what is undone of that, follows from looking again.

use crate::earn::{Look, left};
use crate::num::{Given, OutOfRange, Wide};
use crate::order::{Line, Measured, Order, Part};
use crate::program::{CardReward, Condition, Program, StampCard};
use serde::{Deserialize, Serialize};

/// What came of looking at one card for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardLook {
    /// The card's id.
    pub card: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Stamping,
}

/// Whether an order stamps a card, or why not. In this order: the first that holds is the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Stamping {
    /// A number of the order, given or computed, does not fit ±(2^53 − 1).
    AmountOutOfRange,
    /// The whole program is switched off.
    ProgramDisabled,
    /// The order's status is not one that awards.
    StatusNotAwarded,
    /// The order is in another currency than the store.
    CurrencyMismatch,
    /// The card is switched off.
    CardDisabled,
    /// The order was called off.
    OrderCancelled,
    /// All its money, or every unit of it, went back.
    WhollyRefunded,
    /// No line of a product or category that counts is left. Extras of another line never count.
    NoMatchingLine,
    /// What is left of the order is below the card's smallest order, minor units.
    OrderBelowMinimum {
        /// The smallest.
        required: i64,
        /// What is left.
        actual: i64,
        /// What is missing.
        missing: i64,
    },
    /// The order is one stamp on the card.
    Stamped,
}

impl Stamping {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::ProgramDisabled => "program_disabled",
            Self::StatusNotAwarded => "status_not_awarded",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::CardDisabled => "card_disabled",
            Self::OrderCancelled => "order_cancelled",
            Self::WhollyRefunded => "wholly_refunded",
            Self::NoMatchingLine => "no_matching_line",
            Self::OrderBelowMinimum { .. } => "order_below_minimum",
            Self::Stamped => "stamped",
        }
    }
}

/// Each card of the program, in its order, and whether the order stamps it. With [`Look::Again`] neither the
/// order's status nor the program's switch counts any more, as for points.
pub fn stamps(program: &Program, order: &Order, look: Look) -> Vec<CardLook> {
    let measured = order.measure();
    let looked = |card: &StampCard| {
        let outcome = measured.as_ref().map_err(|OutOfRange| OutOfRange);
        outcome.and_then(|measured| stamping(program, card, order, measured, look))
    };
    let cards = program.stamp_cards.iter();
    cards
        .map(|card| {
            let outcome = looked(card).unwrap_or(Stamping::AmountOutOfRange);
            CardLook { card: card.id.clone(), outcome }
        })
        .collect()
}

fn stamping(
    program: &Program,
    card: &StampCard,
    order: &Order,
    measured: &Measured,
    look: Look,
) -> Result<Stamping, OutOfRange> {
    if look == Look::First {
        if !program.enabled {
            return Ok(Stamping::ProgramDisabled);
        }
        if !order.is_cancelled() && !program.earning.award_statuses.contains(&order.status) {
            return Ok(Stamping::StatusNotAwarded);
        }
    }
    if order.currency != program.currency {
        return Ok(Stamping::CurrencyMismatch);
    }
    if !card.enabled {
        return Ok(Stamping::CardDisabled);
    }
    if order.is_cancelled() {
        return Ok(Stamping::OrderCancelled);
    }
    if order.is_wholly_refunded(measured) {
        return Ok(Stamping::WhollyRefunded);
    }
    if !order.lines.iter().zip(&measured.lines).any(|(line, part)| counts(card, line, part)) {
        return Ok(Stamping::NoMatchingLine);
    }
    let left = left(program, order, measured);
    let required = Wide::of(card.order_min);
    if left < required {
        let (actual, missing) = (left.fit()?, (required - left).fit()?);
        return Ok(Stamping::OrderBelowMinimum { required: card.order_min, actual, missing });
    }
    Ok(Stamping::Stamped)
}

/// Whether a line is one that the card asks for. One that came back whole, by its units or by its money, is
/// as if it had never been bought: otherwise a coffee would be stamped that nobody kept.
fn counts(card: &StampCard, line: &Line, part: &Part) -> bool {
    let bought = line.quantity > Given(0) && line.extra_of.is_none();
    let came_back = line.returned >= line.quantity || (part.refunded > 0 && part.refunded >= part.gross);
    let categories = line.category_ids.iter().map(String::as_str);
    bought
        && !came_back
        && Condition::matches_line(card.categories.as_ref(), categories)
        && Condition::matches_line(card.products.as_ref(), std::iter::once(line.product_id.as_str()))
}

/// What a card asks and gives, for the merchant to read before it goes live (S1.1): facts, of which each
/// language makes its sentences. Money is minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardSummary {
    /// The card's id.
    pub card: String,
    /// What one stamp takes, and how many make a reward.
    pub asks: Vec<Asked>,
    /// What a full card gives.
    pub gives: CardReward,
    /// What happens besides.
    pub notes: Vec<CardNote>,
    /// The least that a shopper spends for one reward: the smallest order, as often as it is asked for.
    pub least_spent: i64,
}

/// One thing that a card asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Asked {
    /// So many orders.
    Orders {
        /// How many.
        required: i64,
    },
    /// Any product counts.
    AnyProduct,
    /// A line with a category that counts.
    Categories {
        /// Which do.
        categories: Condition,
    },
    /// A line with a product that counts.
    Products {
        /// Which do.
        products: Condition,
    },
    /// An order of at least so much.
    OrderMin {
        /// Minor units.
        minor: i64,
    },
}

/// What a merchant should know of a card besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CardNote {
    /// It is switched off: no order stamps it.
    CardDisabled,
    /// The whole program is switched off.
    ProgramDisabled,
    /// A full card starts again.
    Repeats,
    /// One reward for each shopper.
    OnlyOnce,
    /// Extras are shown beside the reward, and never part of it.
    ExtrasShown,
    /// Extras are not shown.
    ExtrasHidden,
    /// The reward takes its whole price off.
    RewardIsFree,
}

impl CardSummary {
    /// The summary of a card; fails only where orders times smallest order is no number any more.
    pub fn of(program: &Program, card: &StampCard) -> Result<Self, OutOfRange> {
        let mut asks = vec![Asked::Orders { required: card.orders_required }];
        let named = |condition: &Option<Condition>| condition.clone().filter(|c| !c.ids.is_empty());
        let (categories, products) = (named(&card.categories), named(&card.products));
        if categories.is_none() && products.is_none() {
            asks.push(Asked::AnyProduct);
        }
        asks.extend(categories.map(|categories| Asked::Categories { categories }));
        asks.extend(products.map(|products| Asked::Products { products }));
        if card.order_min > 0 {
            asks.push(Asked::OrderMin { minor: card.order_min });
        }
        let switches = [
            (!program.enabled).then_some(CardNote::ProgramDisabled),
            (!card.enabled).then_some(CardNote::CardDisabled),
            Some(if card.repeat { CardNote::Repeats } else { CardNote::OnlyOnce }),
            Some(if card.show_extras { CardNote::ExtrasShown } else { CardNote::ExtrasHidden }),
            card.reward.is_free().then_some(CardNote::RewardIsFree),
        ];
        let least_spent = (Wide::of(card.orders_required) * card.order_min.into()).fit()?;
        Ok(Self {
            card: card.id.clone(),
            asks,
            gives: card.reward.clone(),
            notes: switches.into_iter().flatten().collect(),
            least_spent,
        })
    }
}
