//! What a shard can be asked, and by whom.

use fidela_protocol::imports::ImportFinished;
use fidela_protocol::merchant::{Adjustment, CustomerUpdate};
use fidela_protocol::referrals::Friend;
use fidela_rules::{Cart, Order};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{After, Completed, Importing, Listing, Owner, Summed, TellsIt, Terms, guests, referrals};
use crate::call::Keyed;

/// A call of the Worker in front.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ShardCall {
    /// Whose accounts these are.
    pub(crate) home: Home,
    /// The request's time.
    pub(crate) now: Timestamp,
    /// Of a keyed write.
    pub(crate) key: Option<Keyed>,
    /// The shopper who asks, as the token says; none where the shop's server does.
    pub(crate) visitor: Option<Visitor>,
    /// What of the store's own settings decides here.
    pub(crate) terms: Terms,
    /// What is asked.
    pub(crate) op: ShardOp,
}

/// Where a shard belongs. It is told with each call and kept for alarms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Home {
    /// `st_…`.
    pub(crate) store: String,
    /// Which of its shards.
    pub(crate) shard: u16,
    /// Key of the e-mail index.
    pub(crate) index_key: String,
    /// Version of the program in force.
    pub(crate) version: u64,
}

/// A shopper, as the shop's token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Visitor {
    /// The shop's customer id.
    pub(crate) customer: String,
    /// What else it says, as of its `iat`.
    pub(crate) update: CustomerUpdate,
    /// Tag of the network that they call from: no address can be read from it.
    #[serde(default)]
    pub(crate) network: Option<String>,
}

/// What can be asked of a shard. A customer who is not known answers 404 where reading, and is made where
/// writing.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum ShardOp {
    /// An order as it is now. Natural. A guest's that is somebody else's by now: 421 with whose it is.
    TellOrder {
        /// Whose.
        owner: Owner,
        /// The snapshot.
        order: Box<Order>,
        /// Whether it was made sure that it is nobody else's; if not, one that is not known here answers 428.
        owned: bool,
    },
    /// Whose an order is: whoever's it was first told for. Of the shard that the order's id names.
    OwnOrder {
        /// The order's id.
        id: String,
        /// For whom it is told now.
        owner: Owner,
    },
    /// A guest's order is somebody else's from now on. Of the shard that the order's id names. Natural.
    MoveOrder {
        /// The order's id.
        id: String,
        /// Whose it was.
        from: Owner,
        /// Whose it is.
        to: Owner,
    },
    /// Forgets whose the orders of some accounts were.
    ForgetOrders {
        /// Whose.
        owners: Vec<Owner>,
    },
    /// Makes sure that a key of the shop's server is used in one shard only. Of the shard that the key names.
    OwnKey {
        /// As the caller chose it.
        key: String,
        /// Where it is used now.
        shard: u16,
    },
    /// Hands one of a guest's orders over to somebody who was told to be its buyer. Natural; it stays here until
    /// it has arrived.
    HandOver {
        /// Keyed hash of the e-mail.
        email: String,
        /// The order's id.
        id: String,
        /// To whom.
        to: Owner,
    },
    /// Takes in an order that a guest's shard has handed over. Idempotent.
    TakeOver {
        /// Who.
        owner: Owner,
        /// What `HandOver` answered.
        order: Box<guests::WaitingOrder>,
    },
    /// Removes a guest's order that has arrived. Natural.
    Arrived {
        /// Keyed hash of the e-mail.
        email: String,
        /// The order's id.
        id: String,
        /// Where.
        to: Owner,
    },
    /// The guests whom a customer turned out to be.
    Guests {
        /// The shop's id.
        customer: String,
    },
    /// What waits for a guest.
    Guest {
        /// Keyed hash of the e-mail.
        email: String,
    },
    /// Removes what waits for a guest. Natural.
    EraseGuest {
        /// Keyed hash of the e-mail.
        email: String,
    },
    /// A customer as the shop knows them. Natural by `updated_at`.
    PutCustomer {
        /// The shop's id.
        customer: String,
        /// As told.
        update: CustomerUpdate,
    },
    /// Everything about one customer.
    Customer {
        /// The shop's id.
        customer: String,
    },
    /// The shopper's page.
    Me,
    /// An order as it is known. A guest's that is somebody else's by now: 421 with whose it is.
    Order {
        /// Whose.
        owner: Owner,
        /// Its id.
        id: String,
    },
    /// Whose an order is. Of the shard that the order's id names.
    WhoseOrder {
        /// Its id.
        id: String,
    },
    /// A history, newest first.
    Ledger {
        /// The shop's id.
        customer: String,
        /// Older than this entry.
        after: Option<u64>,
        /// At most so many.
        limit: usize,
    },
    /// Orders, newest first.
    Orders {
        /// The shop's id.
        customer: String,
        /// Placed before this order.
        after: Option<String>,
        /// At most so many.
        limit: usize,
    },
    /// Points by hand. Keyed.
    Adjust {
        /// The shop's id.
        customer: String,
        /// As asked.
        adjustment: Adjustment,
        /// Which key did it.
        who: String,
    },
    /// Removes a reward. Natural.
    RemoveReward {
        /// The shop's id.
        customer: String,
        /// Which.
        reward: String,
        /// Why.
        reason: Option<String>,
        /// Which key did it.
        who: String,
    },
    /// Everything stored about a customer.
    Export {
        /// The shop's id.
        customer: String,
    },
    /// Removes everything about a customer. Natural.
    Erase {
        /// The shop's id.
        customer: String,
    },
    /// Removes the orders of guests whom a customer turned out to be. Natural.
    ForgetGuests {
        /// The shop's id.
        customer: String,
    },
    /// Whom letters may be for; and that they want none, or want them again, from now on. Natural.
    Reader {
        /// The shop's id.
        customer: String,
        /// No more letters, or letters again.
        off: Option<bool>,
    },
    /// Shoppers, sorted and chosen.
    List {
        /// How.
        asked: Box<Listing>,
    },
    /// Forgets lists and sums, so that they are made anew. Natural.
    Recount,
    /// Part of a report.
    Sums {
        /// Which.
        asked: Summed,
    },
    /// What points may pay. No effect.
    Quote {
        /// The shop's id.
        customer: String,
        /// What is in the cart.
        cart: Cart,
        /// Points wished for.
        points: Option<i64>,
        /// A reward to use before.
        reward: Option<String>,
    },
    /// Holds points, a reward, or both for a cart. Keyed.
    Hold {
        /// The shop's id.
        customer: String,
        /// What is in the cart.
        cart: Cart,
        /// Points wished for.
        points: Option<i64>,
        /// A reward to use before.
        reward: Option<String>,
    },
    /// A redemption as it stands.
    Redemption {
        /// `rd_…`.
        id: String,
    },
    /// Decides with the shop's own cart. Keyed.
    Confirm {
        /// `rd_…`.
        id: String,
        /// What is really in the cart.
        cart: Cart,
        /// The discount to be given; the redemption's own if not said.
        discount: Option<i64>,
    },
    /// Spends held points. Natural.
    Commit {
        /// `rd_…`.
        id: String,
    },
    /// Lets held points go. Natural. A shopper only their own.
    Release {
        /// `rd_…`.
        id: String,
    },
    /// Hands a guest's orders to the customer who has proved the e-mail; to the same one again and again,
    /// to nobody else.
    Claim {
        /// Keyed hash of the e-mail.
        email: String,
        /// Who.
        customer: String,
    },
    /// Removes a guest's orders that their claimer has taken in. Natural.
    Absorbed {
        /// Keyed hash of the e-mail.
        email: String,
        /// Who.
        customer: String,
    },
    /// Takes a guest's orders in. Idempotent.
    Absorb {
        /// Keyed hash of the e-mail.
        email: String,
        /// Who.
        customer: String,
        /// What `Claim` answered.
        waiting: guests::Waiting,
    },
    /// Completions of a mission, each with its own answer. Natural by reference.
    Complete {
        /// Which.
        mission: String,
        /// At most 1,000.
        completions: Vec<Completed>,
        /// Who tells it.
        by: TellsIt,
        /// Whether to go as far as the plan's grants reach.
        partial: bool,
    },
    /// The shopper says that a mission is done. Natural by reference.
    CompleteMine {
        /// Which.
        mission: String,
        /// What it is known by.
        reference: Option<String>,
    },
    /// Rows of an import. Natural by their numbers.
    Import(Importing),
    /// What the page of an invitation shows; `open`: somebody goes on to the shop. Natural.
    ReferralCode {
        /// Its code.
        code: String,
        /// Whether it is opened.
        open: bool,
    },
    /// The shopper's invitations.
    MyInvitations {
        /// Which.
        asked: referrals::Asked,
    },
    /// Writes to friends of the shopper's. Keyed.
    Invite {
        /// 1 to 10.
        friends: Vec<Friend>,
    },
    /// Invitations, newest first.
    Referrals {
        /// Which.
        asked: referrals::Asked,
    },
    /// An invitation.
    Referral {
        /// `rf_…`.
        id: String,
    },
    /// The merchant lets an invitation pass, or refuses it. Natural.
    DecideReferral {
        /// `rf_…`.
        id: String,
        /// Which of both.
        approve: bool,
        /// Why.
        note: Option<String>,
        /// Which key.
        who: String,
    },
    /// What another shard has to tell. Natural.
    Errand {
        /// What.
        errand: Box<referrals::Errand>,
    },
    /// Whether an address wants invitations: none any more, or again. Natural. Of the shard that its hash names.
    DeclineInvitations {
        /// As `address::person_hash` makes it.
        hash: String,
        /// No more, or again; if not said, nothing changes.
        set: Option<bool>,
    },
    /// Forgets whoever was written to at an address. Natural. Of the shard that its hash names.
    ForgetInvited {
        /// As `address::person_hash` makes it.
        hash: String,
    },
    /// Tells those who listen what an import came to. Natural by `ended`.
    ImportFinished {
        /// What makes it the same event, told again.
        ended: String,
        /// What it came to.
        finished: ImportFinished,
    },
    /// How many grants were made this month.
    GrantsUsed,
    /// Gives back what is not used of the month's grants.
    GiveBackGrants,
    /// What became of an endpoint's events, newest first.
    Deliveries {
        /// `wh_…`.
        endpoint: String,
        /// Older than this one.
        after: Option<After>,
        /// At most so many.
        limit: usize,
    },
    /// Has an event sent to an endpoint again. Natural: whoever gets it knows its id.
    Replay {
        /// `wh_…`.
        endpoint: String,
        /// `evt_…`.
        event: String,
    },
    /// Nothing but to take in the store's settings, which come with each call. Natural.
    Settle,
    /// Runs everything due up to the call's time.
    Advance,
}
