//! The reward that an order was placed with. Its discount has been given: so an order is never refused for it.
//! What was wrong with the reward stands in the record, and a reward that is still there is used all the same.

use super::{OrderRecord, Work};
use crate::account::HoldStatus;
use crate::cards::{Reward, RewardStatus};
use crate::command::{Command, Refusal};
use serde::{Deserialize, Serialize};

/// The reward that an order was placed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardRecord {
    /// The reward's id; what the order named, where there is no such reward.
    pub reward: String,
    /// What became of it.
    pub state: RewardState,
    /// What was wrong with it when the order was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<RewardFault>,
}

/// What became of an order's reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardState {
    /// The order has used it.
    Used,
    /// The order was called off or wholly refunded, and gave it back.
    GivenBack,
    /// It was not there to be used.
    Missing,
}

/// Why an order's reward is not valid (`reward_invalid`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardFault {
    /// The account has no such reward.
    NotFound,
    /// It was there, but no cart held it.
    NotHeld,
    /// It was there, but its hold had run out.
    RanOut,
    /// It was there, but its hold had been let go.
    Released,
    /// Another cart holds it.
    HeldElsewhere,
    /// Another order used it.
    Used,
    /// The merchant removed it.
    Removed,
    /// It went back with a stamp of its card.
    TakenBack,
}

impl OrderRecord {
    /// Whether the order took off a reward that it had no right to (`reward_invalid`), and why.
    pub fn reward_fault(&self) -> Option<RewardFault> {
        self.reward.as_ref().and_then(|reward| reward.fault)
    }
}

impl Work<'_, '_> {
    /// Uses the reward that the order was placed with, or gives it back. Once an order has used a reward it
    /// keeps it, whatever later snapshots name or leave out, as with a redemption.
    pub(super) fn reward(&mut self, record: &mut OrderRecord) -> Result<(), Refusal> {
        let order = &record.order;
        let over = order.is_cancelled() || order.is_wholly_refunded(&order.measure()?);
        let order_id = order.id.clone();
        let own = record.reward.take().filter(|own| own.state != RewardState::Missing);
        record.reward = match own {
            Some(own) if over => Some(self.give_back(own, order_id)?),
            Some(own) if own.state == RewardState::Used => Some(own),
            Some(own) => Some(self.use_again(own, &order_id)?),
            None => match record.order.reward_id.clone() {
                Some(named) if over => {
                    self.let_reward_go(&named)?;
                    None
                }
                Some(named) => Some(self.use_named(named, &order_id)?),
                None => None,
            },
        };
        Ok(())
    }

    fn use_named(&mut self, named: String, order: &str) -> Result<RewardRecord, Refusal> {
        let Some(found) = self.account.cards().reward_named(&named) else {
            let fault = Some(RewardFault::NotFound);
            return Ok(RewardRecord { reward: named, state: RewardState::Missing, fault });
        };
        let (reward, fault) = (found.id.clone(), self.fault(found, &named, order));
        let there = match fault {
            None | Some(RewardFault::NotHeld | RewardFault::RanOut | RewardFault::Released) => true,
            Some(
                RewardFault::NotFound
                | RewardFault::HeldElsewhere
                | RewardFault::Used
                | RewardFault::Removed
                | RewardFault::TakenBack,
            ) => false,
        };
        if there {
            let command = Command::UseReward { reward: reward.clone(), order: order.to_owned() };
            self.run(self.telling.program, &command)?;
        }
        let state = if there { RewardState::Used } else { RewardState::Missing };
        Ok(RewardRecord { reward, state, fault })
    }

    /// What is wrong with a reward that an order names, by its own id or by that of its hold.
    fn fault(&self, reward: &Reward, named: &str, order: &str) -> Option<RewardFault> {
        let cards = self.account.cards();
        match reward.status {
            RewardStatus::Held if named == reward.id || reward.hold.as_deref() == Some(named) => None,
            RewardStatus::Held => Some(RewardFault::HeldElsewhere),
            // The shop has committed it before it told the order.
            RewardStatus::Used if reward.order.as_deref().is_none_or(|by| by == order) => None,
            RewardStatus::Used => Some(RewardFault::Used),
            RewardStatus::Removed => Some(RewardFault::Removed),
            RewardStatus::TakenBack => Some(RewardFault::TakenBack),
            RewardStatus::Issued => {
                let hold = cards.hold(named).or_else(|| cards.hold(reward.hold.as_deref()?));
                Some(match hold.map(|hold| hold.status) {
                    Some(HoldStatus::RanOut) => RewardFault::RanOut,
                    Some(HoldStatus::Released) => RewardFault::Released,
                    Some(HoldStatus::Open | HoldStatus::Committed) | None => RewardFault::NotHeld,
                })
            }
        }
    }

    fn give_back(&mut self, own: RewardRecord, order: String) -> Result<RewardRecord, Refusal> {
        if own.state == RewardState::Used {
            let command = Command::ReturnReward { reward: own.reward.clone(), order };
            self.run(self.telling.program, &command)?;
        }
        Ok(RewardRecord { state: RewardState::GivenBack, ..own })
    }

    /// The order was not called off after all: it has its discount again, and the reward where it still is.
    fn use_again(&mut self, own: RewardRecord, order: &str) -> Result<RewardRecord, Refusal> {
        let (before, again) = (own.fault, self.use_named(own.reward, order)?);
        // That no cart holds it by now is no fault of this order's.
        let fault = if again.state == RewardState::Used { before } else { again.fault };
        Ok(RewardRecord { fault, ..again })
    }

    /// A cart that became a cancelled order needs its reward no more.
    fn let_reward_go(&mut self, named: &str) -> Result<(), Refusal> {
        let cards = self.account.cards();
        let hold = cards.reward_named(named).and_then(|reward| reward.hold.clone());
        let open = |id: &String| cards.hold(id).is_some_and(|hold| hold.status == HoldStatus::Open);
        match hold.filter(|id| open(id) && (cards.reward(named).is_some() || *id == named)) {
            Some(id) => self.run(self.telling.program, &Command::ReleaseReward { id }),
            None => Ok(()),
        }
    }
}
