//! Stamp cards and rewards: what a shopper sees of them, and the merchant's hand.

use fidela_ledger::{Account, CardEvent, Command, Reward, RewardStatus};
use fidela_protocol::Code;
use fidela_protocol::scopes::Author;
use fidela_protocol::shopper::{CardNow, HistoryItem, RewardNow};
use fidela_rules::Program;
use fidela_rules::program::StampCard;

use super::accounts::Loaded;
use super::ops::Work;
use super::orders::word;
use super::{Owner, views};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;

/// The cards that run, and those that are switched off and have something on them.
pub(super) fn of(program: &Program, account: &Account) -> Outcome<Vec<CardNow>> {
    let shown = |card: &&StampCard| card.enabled || account.cards().stamps(&card.id) != 0;
    program.stamp_cards.iter().filter(shown).map(|card| card_now(card, account)).collect()
}

fn card_now(card: &StampCard, account: &Account) -> Outcome<CardNow> {
    let stamps = account.cards().stamps(&card.id);
    let name = card.name.as_ref().map(serde_json::to_value).transpose();
    Ok(CardNow {
        id: card.id.clone(),
        name: name.map_err(|error| broken("card", error))?,
        enabled: card.enabled,
        stamps,
        orders_required: card.orders_required,
        missing: card.orders_required.saturating_sub(stamps).max(0),
        order_min: card.order_min,
        repeat: card.repeat,
        show_extras: card.show_extras,
        reward: card.reward.clone(),
        gives: String::new(),
    })
}

/// Rewards that can be used or are kept for a cart.
pub(super) fn rewards(account: &Account) -> Vec<RewardNow> {
    let rewards = account.cards().rewards().iter();
    rewards
        .filter(|reward| matches!(reward.status, RewardStatus::Issued | RewardStatus::Held))
        .map(reward_now)
        .collect()
}

fn reward_now(reward: &Reward) -> RewardNow {
    RewardNow {
        id: reward.id.clone(),
        card: reward.card.clone(),
        terms: reward.terms.clone(),
        gives: String::new(),
        status: word(&reward.status),
        issued_at: reward.issued_at,
        redemption: reward.hold.clone().filter(|_| reward.status == RewardStatus::Held),
        order_id: reward.order.clone().filter(|_| reward.status == RewardStatus::Used),
    }
}

/// `DELETE /v1/customers/{id}/rewards/{reward}`.
pub(super) fn remove_reward(
    work: Work<'_>,
    customer: String,
    reward: String,
    reason: Option<String>,
    who: String,
) -> Outcome<Reply> {
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer.clone()))?;
    if !loaded.existed {
        return Err(Code::NotFound.into());
    }
    let command = Command::RemoveReward { reward, reason, who: Some(who) };
    loaded.run(work.rules, &command, work.now)?;
    loaded.save(work)?;
    views::customer(work, customer)
}

/// A line of history about a card.
pub(super) fn tell(item: &mut HistoryItem, event: CardEvent) {
    let mut about = |about: &str, reference: String| {
        item.about = Some(about.to_owned());
        item.reference = Some(reference);
    };
    match event {
        CardEvent::Stamped { card, order } => {
            about("order", order);
            (item.card, item.stamps) = (Some(card), 1);
        }
        CardEvent::StampTakenBack { card, order } => {
            about("order", order);
            (item.card, item.stamps) = (Some(card), -1);
        }
        CardEvent::StampsAdjusted { card, stamps, reason, who, .. } => {
            (item.card, item.stamps, item.reason) = (Some(card), stamps, reason);
            item.by = who.as_deref().map(Author::of_id);
        }
        CardEvent::RewardIssued { card, reward, .. } => {
            about("reward", reward);
            item.card = Some(card);
        }
        CardEvent::RewardReissued { reward } | CardEvent::RewardTakenBack { reward } => {
            about("reward", reward);
        }
        CardEvent::RewardRemoved { reward, reason, who } => {
            about("reward", reward);
            item.reason = reason;
            item.by = who.as_deref().map(Author::of_id);
        }
        CardEvent::RewardUsed { order: Some(order), .. } | CardEvent::RewardReturned { order, .. } => {
            about("order", order);
        }
        CardEvent::RewardUsed { reward, order: None, .. } => about("reward", reward),
        CardEvent::RewardHeld { .. }
        | CardEvent::RewardConfirmed { .. }
        | CardEvent::RewardRanOut { .. }
        | CardEvent::RewardReleased { .. } => {}
    }
}
