//! Decides what a command does to stamp cards and rewards.
//!
//! After each of them the card is settled under the program in force: a card below zero takes back a reward
//! that nobody has used or holds, a full one gives a reward and starts again. A reward that a cart holds is a
//! promise; where its stamps are gone by then, the card waits below zero, and takes the reward once the cart
//! lets it go. So the way in which orders, carts and refunds come does not matter in the end.

use super::{Ledger, positive};
use crate::account::HoldStatus;
use crate::calendar::{hours_later, minutes_later};
use crate::cards::{CardEvent, Reward, RewardHold, RewardStatus};
use crate::command::{Done, Refusal};
use crate::entry::Change;
use jiff::Timestamp;

/// Stamps of one adjustment, at most: a card asks for at most so many. Each of them may give a reward.
const MAX_STAMPS: i64 = 1_000;

impl Ledger<'_> {
    fn book_card(&mut self, at: Timestamp, event: CardEvent) {
        self.book_at(at, Change::Card(event));
    }

    pub(super) fn stamp(&mut self, card: &str, order: &str) -> Done {
        let known = self.account.cards.stands(card, order);
        if known == Some(true) {
            return Done::Replayed;
        }
        self.book_card(self.now, CardEvent::Stamped { card: card.to_owned(), order: order.to_owned() });
        self.settle(self.now, card, known.is_some());
        Done::Ok
    }

    pub(super) fn unstamp(&mut self, card: &str, order: &str) -> Result<Done, Refusal> {
        if !self.account.cards.stands(card, order).ok_or(Refusal::StampNotFound)? {
            return Ok(Done::Replayed);
        }
        let (card_id, order) = (card.to_owned(), order.to_owned());
        self.book_card(self.now, CardEvent::StampTakenBack { card: card_id, order });
        self.settle(self.now, card, false);
        Ok(Done::Ok)
    }

    pub(super) fn adjust_stamps(
        &mut self,
        card: &str,
        stamps: i64,
        reason: Option<String>,
        who: Option<String>,
        key: Option<String>,
    ) -> Result<Done, Refusal> {
        if stamps == 0 || !(-MAX_STAMPS..=MAX_STAMPS).contains(&stamps) {
            return Err(Refusal::InvalidStamps);
        }
        let offered = self.program.stamp_cards.iter().any(|offered| offered.id == card);
        if !offered && self.account.cards.get(card).is_none() {
            return Err(Refusal::CardNotFound);
        }
        if let Some(known) = key.as_ref().and_then(|key| self.account.cards.adjustment(key)) {
            return if known == (card, stamps) { Ok(Done::Replayed) } else { Err(Refusal::SourceConflict) };
        }
        let actual = self.account.cards.stamps(card);
        let left = actual.saturating_add(stamps);
        if stamps < 0 && left < 0 {
            let (required, missing) = (stamps.saturating_neg(), left.saturating_neg());
            return Err(Refusal::InsufficientStamps { required, actual, missing });
        }
        let card_id = card.to_owned();
        self.book_card(self.now, CardEvent::StampsAdjusted { card: card_id, stamps, reason, who, key });
        self.settle(self.now, card, false);
        Ok(Done::Ok)
    }

    /// Brings a card's rewards in line with its stamps. `again`: a stamp that had been taken back was given
    /// again, so its reward comes back as it was, also where the card asks for more by now.
    fn settle(&mut self, at: Timestamp, card: &str, again: bool) {
        while let Some(event) = self.unsettled(card, again) {
            self.book_card(at, event);
        }
    }

    /// The next reward to take back or to give. Ends, because taking back makes a card positive that was below
    /// zero, and giving takes at least one stamp of those that are there.
    fn unsettled(&self, card: &str, again: bool) -> Option<CardEvent> {
        let cards = &self.account.cards;
        let stamps = cards.stamps(card);
        let own = || cards.rewards().iter().filter(|reward| reward.card == card);
        if stamps < 0 {
            // The newest first; those that are kept for a cart wait until the cart lets them go.
            let unused = own().rfind(|reward| reward.status == RewardStatus::Issued)?;
            return Some(CardEvent::RewardTakenBack { reward: unused.id.clone() });
        }
        let terms = self.program.stamp_cards.iter().find(|offered| offered.id == card);
        let repeats = terms.is_none_or(|terms| terms.repeat);
        if !repeats && own().any(|reward| reward.status != RewardStatus::TakenBack) {
            return None;
        }
        // What was taken back last is the oldest of those taken back.
        let gone = own().find(|reward| reward.status == RewardStatus::TakenBack);
        let unchanged = |reward: &Reward| {
            terms.is_some_and(|terms| {
                terms.enabled && terms.orders_required == reward.stamps && terms.reward == reward.terms
            })
        };
        if let Some(gone) = gone.filter(|gone| stamps >= gone.stamps && (again || unchanged(gone))) {
            return Some(CardEvent::RewardReissued { reward: gone.id.clone() });
        }
        let full = terms.filter(|terms| terms.enabled && stamps >= terms.orders_required.max(1))?;
        let number = cards.rewards().len().saturating_add(1);
        Some(CardEvent::RewardIssued {
            reward: format!("rw_{number}"),
            card: card.to_owned(),
            terms: full.reward.clone(),
            stamps: full.orders_required.max(1),
        })
    }

    fn found_reward(&self, id: &str) -> Result<&Reward, Refusal> {
        self.account.cards.reward(id).ok_or(Refusal::RewardNotFound)
    }

    fn found_reward_hold(&self, id: &str) -> Result<&RewardHold, Refusal> {
        self.account.cards.hold(id).ok_or(Refusal::HoldNotFound)
    }

    pub(super) fn hold_reward(
        &mut self,
        id: &str,
        reward: &str,
        minutes: Option<i64>,
    ) -> Result<Done, Refusal> {
        let minutes = minutes.unwrap_or(self.program.redemption.hold_minutes);
        positive(minutes)?;
        let found = self.found_reward(reward)?;
        if let Some(hold) = self.account.cards.hold(id) {
            return match hold.status {
                _ if hold.reward != reward => Err(Refusal::HoldConflict),
                HoldStatus::Released => Err(Refusal::HoldReleased),
                HoldStatus::RanOut => Err(Refusal::HoldExpired),
                HoldStatus::Open | HoldStatus::Committed => Ok(Done::Replayed),
            };
        }
        usable(found)?;
        let until = minutes_later(self.now, minutes).ok_or(Refusal::AmountOutOfRange)?;
        let (hold, reward) = (id.to_owned(), reward.to_owned());
        self.book_card(self.now, CardEvent::RewardHeld { hold, reward, until });
        Ok(Done::Ok)
    }

    pub(super) fn confirm_reward(&mut self, id: &str) -> Result<Done, Refusal> {
        let hold = self.found_reward_hold(id)?;
        match hold.status {
            HoldStatus::Open => {}
            HoldStatus::Released => return Err(Refusal::HoldReleased),
            HoldStatus::Committed => return Err(Refusal::HoldCommitted),
            HoldStatus::RanOut => {
                usable(self.found_reward(&hold.reward)?).map_err(|_| Refusal::HoldExpired)?;
            }
        }
        let hours = self.program.redemption.confirmed_hold_hours;
        let until = hours_later(self.now, hours).ok_or(Refusal::AmountOutOfRange)?.max(hold.until);
        if hold.confirmed && hold.status == HoldStatus::Open && hold.until == until {
            return Ok(Done::Replayed);
        }
        self.book_card(self.now, CardEvent::RewardConfirmed { hold: id.to_owned(), until });
        Ok(Done::Ok)
    }

    pub(super) fn commit_reward(&mut self, id: &str) -> Result<Done, Refusal> {
        let hold = self.found_reward_hold(id)?;
        match hold.status {
            HoldStatus::Committed => return Ok(Done::Replayed),
            HoldStatus::Released => return Err(Refusal::HoldReleased),
            HoldStatus::RanOut => {
                usable(self.found_reward(&hold.reward)?).map_err(|_| Refusal::HoldExpired)?;
            }
            HoldStatus::Open => {}
        }
        let (reward, hold) = (hold.reward.clone(), Some(id.to_owned()));
        self.book_card(self.now, CardEvent::RewardUsed { reward, hold, order: None });
        Ok(Done::Ok)
    }

    pub(super) fn release_reward(&mut self, id: &str) -> Result<Done, Refusal> {
        match self.found_reward_hold(id)?.status {
            HoldStatus::Released => Ok(Done::Replayed),
            HoldStatus::Committed => Err(Refusal::HoldCommitted),
            HoldStatus::Open | HoldStatus::RanOut => {
                self.end_reward_hold(self.now, id, CardEvent::RewardReleased { hold: id.to_owned() });
                Ok(Done::Ok)
            }
        }
    }

    /// A cart lets a reward go; its card may have waited for that.
    pub(super) fn end_reward_hold(&mut self, at: Timestamp, id: &str, event: CardEvent) {
        let held = self.account.cards.hold(id).and_then(|hold| self.account.cards.reward(&hold.reward));
        let card = held.map(|reward| reward.card.clone());
        self.book_card(at, event);
        if let Some(card) = card {
            self.settle(at, &card, false);
        }
    }

    pub(super) fn use_reward(&mut self, id: &str, order: &str) -> Result<Done, Refusal> {
        let reward = self.found_reward(id)?;
        let hold = match reward.status {
            RewardStatus::Used => match &reward.order {
                Some(by) if by == order => return Ok(Done::Replayed),
                Some(_) => return Err(Refusal::RewardUsed),
                // The shop committed it before it told the order.
                None => None,
            },
            RewardStatus::Held => reward.hold.clone(),
            RewardStatus::Issued | RewardStatus::Removed | RewardStatus::TakenBack => {
                usable(reward)?;
                None
            }
        };
        let (reward, order) = (id.to_owned(), Some(order.to_owned()));
        self.book_card(self.now, CardEvent::RewardUsed { reward, hold, order });
        Ok(Done::Ok)
    }

    pub(super) fn return_reward(&mut self, id: &str, order: &str) -> Result<Done, Refusal> {
        let reward = self.found_reward(id)?;
        if reward.order.as_deref() != Some(order) {
            return Err(Refusal::RewardNotUsed);
        }
        if reward.status != RewardStatus::Used {
            return Ok(Done::Replayed);
        }
        let (card, reward) = (reward.card.clone(), id.to_owned());
        self.book_card(self.now, CardEvent::RewardReturned { reward, order: order.to_owned() });
        self.settle(self.now, &card, false);
        Ok(Done::Ok)
    }

    pub(super) fn remove_reward(
        &mut self,
        id: &str,
        reason: Option<String>,
        who: Option<String>,
    ) -> Result<Done, Refusal> {
        match self.found_reward(id)?.status {
            RewardStatus::Removed => Ok(Done::Replayed),
            RewardStatus::Used => Err(Refusal::RewardUsed),
            RewardStatus::TakenBack => Err(Refusal::RewardTakenBack),
            RewardStatus::Issued | RewardStatus::Held => {
                self.book_card(self.now, CardEvent::RewardRemoved { reward: id.to_owned(), reason, who });
                Ok(Done::Ok)
            }
        }
    }
}

/// Whether a reward can be taken for a cart or an order.
fn usable(reward: &Reward) -> Result<(), Refusal> {
    match reward.status {
        RewardStatus::Issued => Ok(()),
        RewardStatus::Held => Err(Refusal::RewardHeld),
        RewardStatus::Used => Err(Refusal::RewardUsed),
        RewardStatus::Removed => Err(Refusal::RewardRemoved),
        RewardStatus::TakenBack => Err(Refusal::RewardTakenBack),
    }
}
