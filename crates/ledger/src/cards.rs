//! An account's stamp cards and rewards (`rules.md`, *Stamp cards*), and how entries change them. Nothing here
//! decides: that is `engine/cards.rs`.
//!
//! Stamps on a card are those that stand, of orders and by hand, less what rewards took: so they may be below
//! zero, where a stamp was taken back whose reward had been used. A reward keeps what it was issued with,
//! whatever becomes of the card.

use crate::account::HoldStatus;
use fidela_rules::program::CardReward;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A shopper's card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Card {
    /// Stamps on it now: those that stand, less what rewards took. Below zero where a used reward lost one.
    pub stamps: i64,
    /// Orders that stamped it, and whether the stamp stands.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub orders: BTreeMap<String, bool>,
    /// Stamps given by hand, less those taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub by_hand: i64,
}

/// How a reward stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardStatus {
    /// It can be used.
    Issued,
    /// It is kept for a cart.
    Held,
    /// An order used it.
    Used,
    /// The merchant removed it.
    Removed,
    /// A stamp that had filled its card was taken back. It comes back with the stamp.
    TakenBack,
}

/// What a full card gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Its id within the account: `rw_1`, `rw_2`, …
    pub id: String,
    /// The card it came from.
    pub card: String,
    /// What it takes off, as the program said when it was issued.
    pub terms: CardReward,
    /// Stamps that it took from the card.
    pub stamps: i64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// How it stands.
    pub status: RewardStatus,
    /// Its latest hold, of any status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// The order that used it last, also where it was given back since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

/// A reward kept for a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardHold {
    /// The reward.
    pub reward: String,
    /// When it runs out.
    pub until: Timestamp,
    /// How it stands; committed is used.
    pub status: HoldStatus,
    /// Whether the shop confirmed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
}

/// What happened to a card or a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CardEvent {
    /// An order stamped a card, for the first time or again.
    Stamped {
        /// The card.
        card: String,
        /// The order.
        order: String,
    },
    /// An order's stamp was taken back.
    StampTakenBack {
        /// The card.
        card: String,
        /// The order.
        order: String,
    },
    /// The merchant gave or took stamps.
    StampsAdjusted {
        /// The card.
        card: String,
        /// Up or down.
        stamps: i64,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Of the request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// A card was full: it gave a reward and starts again.
    RewardIssued {
        /// The reward.
        reward: String,
        /// The card.
        card: String,
        /// What it takes off.
        terms: CardReward,
        /// Stamps that it took from the card.
        stamps: i64,
    },
    /// A reward that had been taken back came again, with its stamps.
    RewardReissued {
        /// The reward.
        reward: String,
    },
    /// A card fell below zero: a reward that nobody had used gave its stamps back.
    RewardTakenBack {
        /// The reward.
        reward: String,
    },
    /// A reward is kept for a cart.
    RewardHeld {
        /// The redemption.
        hold: String,
        /// The reward.
        reward: String,
        /// Until when.
        until: Timestamp,
    },
    /// The shop confirmed a reward's hold.
    RewardConfirmed {
        /// The redemption.
        hold: String,
        /// Until when.
        until: Timestamp,
    },
    /// A reward's hold ran out.
    RewardRanOut {
        /// The redemption.
        hold: String,
    },
    /// A reward's hold was let go.
    RewardReleased {
        /// The redemption.
        hold: String,
    },
    /// A reward was used.
    RewardUsed {
        /// The reward.
        reward: String,
        /// The hold that is spent with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<String>,
        /// The order, once it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<String>,
    },
    /// An order gave a reward back.
    RewardReturned {
        /// The reward.
        reward: String,
        /// The order.
        order: String,
    },
    /// The merchant removed a reward.
    RewardRemoved {
        /// The reward.
        reward: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
    },
}

impl CardEvent {
    /// The stable word of what happened, the same as its tag.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Stamped { .. } => "stamped",
            Self::StampTakenBack { .. } => "stamp_taken_back",
            Self::StampsAdjusted { .. } => "stamps_adjusted",
            Self::RewardIssued { .. } => "reward_issued",
            Self::RewardReissued { .. } => "reward_reissued",
            Self::RewardTakenBack { .. } => "reward_taken_back",
            Self::RewardHeld { .. } => "reward_held",
            Self::RewardConfirmed { .. } => "reward_confirmed",
            Self::RewardRanOut { .. } => "reward_ran_out",
            Self::RewardReleased { .. } => "reward_released",
            Self::RewardUsed { .. } => "reward_used",
            Self::RewardReturned { .. } => "reward_returned",
            Self::RewardRemoved { .. } => "reward_removed",
        }
    }
}

/// All cards and rewards of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cards {
    #[serde(default, rename = "cards", skip_serializing_if = "BTreeMap::is_empty")]
    by_id: BTreeMap<String, Card>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rewards: Vec<Reward>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    holds: BTreeMap<String, RewardHold>,
    /// Adjustments that had a key: card and stamps, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    adjustments: BTreeMap<String, (String, i64)>,
}

impl Cards {
    /// Whether nothing ever happened on any card.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Cards that something happened on, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Card)> {
        self.by_id.iter().map(|(id, card)| (id.as_str(), card))
    }

    /// A card, if anything happened on it.
    pub fn get(&self, card: &str) -> Option<&Card> {
        self.by_id.get(card)
    }

    /// Stamps on a card now; 0 where nothing ever happened.
    pub fn stamps(&self, card: &str) -> i64 {
        self.get(card).map_or(0, |card| card.stamps)
    }

    /// Whether an order's stamp on a card stands; none if it never stamped it.
    pub fn stands(&self, card: &str, order: &str) -> Option<bool> {
        self.get(card)?.orders.get(order).copied()
    }

    /// Rewards in the order they were issued, of any status.
    pub fn rewards(&self) -> &[Reward] {
        &self.rewards
    }

    /// A reward, of any status.
    pub fn reward(&self, id: &str) -> Option<&Reward> {
        self.rewards.iter().find(|reward| reward.id == id)
    }

    /// The reward that an order means: by its id, or by that of a hold it was kept with.
    pub fn reward_named(&self, id: &str) -> Option<&Reward> {
        self.reward(id).or_else(|| self.reward(&self.holds.get(id)?.reward))
    }

    /// A reward's hold, of any status.
    pub fn hold(&self, id: &str) -> Option<&RewardHold> {
        self.holds.get(id)
    }

    /// Holds of rewards, by id.
    pub fn holds(&self) -> impl Iterator<Item = (&str, &RewardHold)> {
        self.holds.iter().map(|(id, hold)| (id.as_str(), hold))
    }

    /// Card and stamps of an adjustment that had this key.
    pub(crate) fn adjustment(&self, key: &str) -> Option<(&str, i64)> {
        self.adjustments.get(key).map(|(card, stamps)| (card.as_str(), *stamps))
    }

    pub(crate) fn apply(&mut self, event: &CardEvent, at: Timestamp) {
        match event {
            CardEvent::Stamped { card, order } => self.stamp(card, order, true),
            CardEvent::StampTakenBack { card, order } => self.stamp(card, order, false),
            CardEvent::StampsAdjusted { card, stamps, key, .. } => {
                let own = self.by_id.entry(card.clone()).or_default();
                own.by_hand = own.by_hand.saturating_add(*stamps);
                own.stamps = own.stamps.saturating_add(*stamps);
                if let Some(key) = key {
                    self.adjustments.insert(key.clone(), (card.clone(), *stamps));
                }
            }
            CardEvent::RewardIssued { reward, card, terms, stamps } => {
                self.put_back(card, stamps.saturating_neg());
                self.rewards.push(Reward {
                    id: reward.clone(),
                    card: card.clone(),
                    terms: terms.clone(),
                    stamps: *stamps,
                    issued_at: at,
                    status: RewardStatus::Issued,
                    hold: None,
                    order: None,
                });
            }
            CardEvent::RewardReissued { reward } => {
                if let Some((card, stamps)) = self.set(reward, RewardStatus::Issued) {
                    self.put_back(&card, stamps.saturating_neg());
                }
            }
            CardEvent::RewardTakenBack { reward } => {
                if let Some((card, stamps)) = self.set(reward, RewardStatus::TakenBack) {
                    self.put_back(&card, stamps);
                }
            }
            CardEvent::RewardHeld { hold, reward, until } => {
                self.set(reward, RewardStatus::Held);
                if let Some(held) = self.rewards.iter_mut().find(|one| one.id == *reward) {
                    held.hold = Some(hold.clone());
                }
                let status = HoldStatus::Open;
                let new = RewardHold { reward: reward.clone(), until: *until, status, confirmed: false };
                self.holds.insert(hold.clone(), new);
            }
            CardEvent::RewardConfirmed { hold, until } => {
                let Some(held) = self.holds.get_mut(hold) else { return };
                (held.status, held.confirmed, held.until) = (HoldStatus::Open, true, *until);
                let reward = held.reward.clone();
                self.set(&reward, RewardStatus::Held);
                if let Some(held) = self.rewards.iter_mut().find(|one| one.id == reward) {
                    held.hold = Some(hold.clone());
                }
            }
            CardEvent::RewardRanOut { hold } => self.close(hold, HoldStatus::RanOut),
            CardEvent::RewardReleased { hold } => self.close(hold, HoldStatus::Released),
            CardEvent::RewardUsed { reward, hold, order } => {
                if let Some(held) = hold.as_ref().and_then(|hold| self.holds.get_mut(hold)) {
                    held.status = HoldStatus::Committed;
                }
                self.set(reward, RewardStatus::Used);
                if let Some(used) = self.rewards.iter_mut().find(|one| one.id == *reward) {
                    used.order.clone_from(order);
                }
            }
            CardEvent::RewardReturned { reward, .. } => {
                self.set(reward, RewardStatus::Issued);
            }
            CardEvent::RewardRemoved { reward, .. } => {
                let open = self.holds.values_mut().filter(|hold| hold.status == HoldStatus::Open);
                for hold in open.filter(|hold| hold.reward == *reward) {
                    hold.status = HoldStatus::Released;
                }
                self.set(reward, RewardStatus::Removed);
            }
        }
    }

    fn stamp(&mut self, card: &str, order: &str, stands: bool) {
        let card = self.by_id.entry(card.to_owned()).or_default();
        card.orders.insert(order.to_owned(), stands);
        card.stamps = card.stamps.saturating_add(if stands { 1 } else { -1 });
    }

    fn put_back(&mut self, card: &str, stamps: i64) {
        let card = self.by_id.entry(card.to_owned()).or_default();
        card.stamps = card.stamps.saturating_add(stamps);
    }

    /// Sets how a reward stands, and says which card it came from and what it took.
    fn set(&mut self, reward: &str, status: RewardStatus) -> Option<(String, i64)> {
        let reward = self.rewards.iter_mut().find(|one| one.id == reward)?;
        reward.status = status;
        Some((reward.card.clone(), reward.stamps))
    }

    /// A hold ends without being used; one that had run out before keeps nothing any more.
    fn close(&mut self, hold: &str, status: HoldStatus) {
        let Some(held) = self.holds.get_mut(hold) else { return };
        let was_open = held.status == HoldStatus::Open;
        held.status = status;
        if was_open {
            let reward = held.reward.clone();
            self.set(&reward, RewardStatus::Issued);
        }
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference; on wasm32 it is not trivial"
)]
const fn is_zero(n: &i64) -> bool {
    *n == 0
}
