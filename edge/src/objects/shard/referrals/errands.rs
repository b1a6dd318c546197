//! What shards tell each other of invitations. An errand is written into the outbox with its cause, and sent until it
//! has arrived; whoever gets it does nothing twice.

use fidela_protocol::referrals::NotSent;
use fidela_rules::referrals::{FriendOrders, ReferralRefusal, ReferralTerms};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::ops::Work;
use super::super::terms::Listener;
use super::super::{Owner, outbox};
use super::{friend, inviter, person};
use crate::failure::{Outcome, broken};
use crate::ids;
use crate::objects::Reply;
use crate::platform::crypto;

/// One message to another shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "snake_case")]
pub(crate) enum Errand {
    /// To an address's shard: an account has it. `asks`: whose it was, and who invited it first.
    Know {
        /// Hash of the address.
        hash: String,
        /// Whose account.
        customer: String,
        /// Whether the friend was told a code, so that they count as invited from now on.
        invited: bool,
    },
    /// The answer, to the account's shard.
    Known(Known),
    /// To the inviter's shard: all that is known of a friend.
    News(Box<News>),
    /// To the friend's shard: the review is over.
    Settle {
        /// The invitation.
        id: String,
        /// Its code.
        code: String,
        /// The friend.
        customer: String,
        /// When it was over.
        at: Timestamp,
    },
    /// The answer, to the inviter's shard.
    Settled {
        /// The invitation.
        id: String,
        /// Whether the order counts still.
        counts: bool,
        /// What the friend was given.
        friend_points: i64,
        /// When the review was over.
        at: Timestamp,
    },
    /// To an address's shard: somebody wants to write there.
    Invite {
        /// Hash of the address.
        hash: String,
        /// The invitation's code.
        code: String,
        /// When.
        at: Timestamp,
        /// Until when the invitation is good.
        until: Timestamp,
    },
    /// The answer, to the inviter's shard.
    Invited {
        /// The invitation's code.
        code: String,
        /// Why not to write; none: do.
        not: Option<NotSent>,
    },
    /// To the inviter's shard: nothing of the friend is kept any more.
    Gone {
        /// The invitation's code.
        code: String,
        /// The friend; none: whoever the invitation was written to.
        customer: Option<String>,
    },
    /// To an address's shard: the account that had it is erased, or has another one.
    Forget {
        /// Hash of the address.
        hash: String,
        /// Whose account.
        customer: String,
    },
}

/// What an address's shard knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Known {
    /// Whose account asks.
    pub(crate) customer: String,
    /// Whether the address is another customer's.
    pub(crate) is_anothers: bool,
    /// Whether it was invited before, as somebody who is erased or is another customer.
    pub(crate) was_referred: bool,
    /// The first letter to it that is still good: its code, and when it was sent.
    pub(crate) first: Option<(String, Timestamp)>,
}

/// All that is known of a friend, for whoever invited them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct News {
    /// The invitation's code.
    pub(crate) code: String,
    /// The friend.
    pub(crate) customer: String,
    /// The friend's first name.
    pub(crate) name: Option<String>,
    /// Hash of the friend's address.
    pub(crate) hash: Option<String>,
    /// What stands against it.
    pub(crate) verdict: Option<ReferralRefusal>,
    /// What was promised when the friend registered.
    pub(crate) terms: ReferralTerms,
    /// When the friend registered.
    pub(crate) at: Timestamp,
    /// Tag of the network in which the friend was seen.
    pub(crate) network: Option<String>,
    /// What is known of the friend's orders.
    pub(crate) orders: FriendOrders,
    /// The order that counts.
    pub(crate) order: Option<String>,
    /// Grows with each news of this friend.
    pub(crate) seq: u64,
}

impl Errand {
    /// The shard that it is for, where its code or its hash says so.
    fn shard(&self, work: Work<'_>) -> Option<u16> {
        let store = &work.home.store;
        let shards = work.terms.shards.max(1);
        let shard = match self {
            Self::Know { hash, .. } | Self::Invite { hash, .. } | Self::Forget { hash, .. } => {
                ids::shard_of(hash, shards)
            }
            Self::Known(Known { customer, .. }) | Self::Settle { customer, .. } => {
                ids::shard_of(customer, shards)
            }
            Self::News(news) => ids::shard_of_referral(store, &news.code)?,
            Self::Invited { code, .. } | Self::Gone { code, .. } => ids::shard_of_referral(store, code)?,
            Self::Settled { id, .. } => ids::shard_of_referral_id(store, id)?,
        };
        (shard < shards).then_some(shard)
    }
}

/// Has an errand sent. What leads nowhere is for nobody. `about`: whose erasing takes it along.
pub(super) fn send(work: Work<'_>, about: Option<&Owner>, errand: &Errand) -> Outcome<()> {
    let Some(shard) = errand.shard(work) else { return Ok(()) };
    let json = serde_json::to_string(errand).map_err(|error| broken("errand", error))?;
    let own = crypto::hmac(work.home.index_key.as_bytes(), format!("errand\n{json}").as_bytes());
    let id = ids::event(&work.home.store, work.home.shard, &own);
    let account = about.map_or_else(String::new, Owner::key);
    outbox::post(work, &Listener::Shard(shard), &account, &id, "errand", &json)
}

/// Takes an errand in.
pub(in super::super) fn answer(work: Work<'_>, errand: Errand) -> Outcome<Reply> {
    match errand {
        Errand::Know { hash, customer, invited } => person::know(work, &hash, customer, invited)?,
        Errand::Known(known) => friend::known(work, known)?,
        Errand::News(news) => inviter::news(work, *news)?,
        Errand::Settle { id, code, customer, at } => friend::settle(work, id, &code, customer, at)?,
        Errand::Settled { id, counts, friend_points, at } => {
            inviter::settled(work, &id, counts, friend_points, at)?;
        }
        Errand::Invite { hash, code, at, until } => person::invite(work, &hash, code, at, until)?,
        Errand::Invited { code, not } => inviter::invited(work, &code, not)?,
        Errand::Gone { code, customer } => inviter::gone(work, &code, customer.as_deref())?,
        Errand::Forget { hash, customer } => person::forget(work, &hash, &customer)?,
    }
    Ok(Reply::empty(204))
}
