//! The `Shard` object: some of one store's accounts, with everything that belongs to them.
//!
//! A call is loaded, decided by `ledger` and `rules`, and written in one transaction; nothing awaits between
//! its first read and its last write. What is due by itself is done by alarm, and by every read before it.

mod accounts;
mod asking;
mod cards;
mod customers;
mod deliveries;
mod due;
mod grants;
mod guests;
pub(crate) mod idempotency;
mod imports;
mod index;
mod letters;
mod missions;
mod ops;
mod orders;
mod outbox;
mod owner;
mod postman;
mod redemptions;
mod referrals;
mod reminders;
mod terms;
mod versions;
mod views;

pub(crate) use asking::{call, call_from};
pub(crate) use customers::Reader;
pub(crate) use deliveries::After;
pub(crate) use grants::Lent;
pub(crate) use guests::{HandedOver, MOVED, email_hash};
pub(crate) use imports::{Batch, Importing, Opening};
pub(crate) use index::Owned;
pub(crate) use missions::{
    Completed, Completing, ImportRow, Taken, TellsIt, ToUndo, Undone, now as mission_now,
};
pub(crate) use orders::UNKNOWN;
pub(crate) use owner::Owner;
pub(crate) use referrals::Asked as AskedReferrals;
pub(crate) use terms::Terms;
pub(crate) use versions::Rules;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fidela_protocol::Code;
use fidela_protocol::merchant::{Adjustment, CustomerUpdate};
use fidela_protocol::referrals::Friend;
use fidela_rules::{Cart, Order};
use jiff::Timestamp;
use postman::{Postman, When};
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::call::{Keyed, json};
use crate::failure::{Failure, Outcome};
use crate::limits;
use crate::objects::{Reply, failed, store};
use crate::platform::env;
use crate::platform::storage::{Sql, Storage};

/// Each step runs once, in order; steps are added, never changed.
const SCHEMA: &[&str] = &[
    "CREATE TABLE program (version INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    "CREATE TABLE account (key TEXT PRIMARY KEY, profile TEXT NOT NULL, ledger TEXT NOT NULL, spent INTEGER NOT NULL, orders INTEGER NOT NULL, seq INTEGER NOT NULL, due_ms INTEGER, search TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX account_due ON account (due_ms) WHERE due_ms IS NOT NULL",
    "CREATE TABLE entry (account TEXT NOT NULL, seq INTEGER NOT NULL, shown INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (account, seq)) WITHOUT ROWID",
    "CREATE TABLE orders (account TEXT NOT NULL, id TEXT NOT NULL, placed_ms INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (account, id)) WITHOUT ROWID",
    "CREATE TABLE redemption (id TEXT PRIMARY KEY, account TEXT NOT NULL, json TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX redemption_account ON redemption (account)",
    "CREATE TABLE guest (email TEXT PRIMARY KEY, claimed_by TEXT NOT NULL) WITHOUT ROWID",
    idempotency::TABLE,
    "CREATE TABLE home (store TEXT NOT NULL, shard INTEGER NOT NULL, index_key TEXT NOT NULL, version INTEGER NOT NULL)",
    idempotency::ACCOUNT,
    index::ORDER_OWNER,
    index::BY_OWNER,
    index::KEY_HOME,
    grants::TABLE,
    outbox::TABLE,
    outbox::DUE,
    outbox::OPEN,
    outbox::BY_FRESH,
    outbox::BY_ACCOUNT,
    outbox::BY_LISTENER,
    missions::TABLE,
    reminders::TABLE,
    terms::TABLE,
    imports::TABLE,
    imports::WAITS,
    referrals::REFERRAL,
    referrals::BY_ACCOUNT,
    referrals::BY_TIME,
    referrals::BY_DUE,
    referrals::CODE,
    referrals::CODE_BY_ACCOUNT,
    referrals::REFERRED,
    referrals::PERSON,
];

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
    /// Customers by id.
    List {
        /// Larger than this id.
        after: Option<String>,
        /// In id, name or e-mail.
        search: Option<String>,
        /// At most so many.
        limit: usize,
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

/// Loans of grants for one call, at most: the largest has 1,000 grants, and a loan is up to 100 of them, but fewer
/// where little is left.
const LOANS: u32 = 40;

/// What a call came to.
struct Decided {
    reply: Reply,
    /// When something happens by itself, milliseconds since 1970.
    next_due: Option<i64>,
    /// Whether somebody is to be told of something.
    tells: bool,
}

/// The durable object.
#[durable_object(alarm)]
pub struct Shard {
    state: State,
    storage: Rc<Storage>,
    postman: Rc<Postman>,
    env: Env,
    rules: RefCell<BTreeMap<u64, Rc<Rules>>>,
    home: RefCell<Option<Home>>,
    terms: RefCell<Option<Terms>>,
}

impl DurableObject for Shard {
    fn new(state: State, env: Env) -> Self {
        let storage = Rc::new(Storage::new(&state));
        let postman = Rc::new(Postman::new(Rc::clone(&storage), env.clone()));
        Self {
            state,
            storage,
            postman,
            env,
            rules: RefCell::default(),
            home: RefCell::default(),
            terms: RefCell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        match json::<ShardCall>(&body) {
            Ok(call) => self.answer(call).await.map_or_else(failed, Reply::into_response),
            Err(failure) => failed(failure),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        // On a test server nothing happens by the wall clock.
        if !self.is_test_server() {
            let accounts = self
                .run_due(When::Wall)
                .await
                .map_err(|failure| worker::Error::RustError(format!("{failure:?}")))?;
            worker::console_log!("{}", serde_json::json!({ "event": "alarm", "accounts": accounts }));
        }
        Response::ok("")
    }
}

impl Shard {
    async fn answer(&self, mut call: ShardCall) -> Outcome<Reply> {
        call.home = self.settle_in(call.home)?;
        call.terms = self.take_in(call.terms, call.now)?;
        let rules = self.rules_of(&call.home, call.now).await?;
        let now = call.now;
        if matches!(call.op, ShardOp::Advance) {
            // What was sent right after answers has arrived, or waits to be sent again.
            self.postman.idle().await;
            let errands = outbox::has_errands(self.storage.sql())?;
            let done = self.run_due(When::Test(now)).await?;
            let errands = errands || self.postman.took_errands();
            return Reply::json(200, &serde_json::json!({ "accounts": done, "errands": errands }));
        }
        let (home, revision) = (call.home.clone(), call.terms.revision);
        // A call that needs more grants than were lent is decided anew each time that some more are.
        let dry = matches!(&call.op, ShardOp::Import(asked) if asked.dry);
        call.terms.metered &= !dry;
        let mut loans = if call.terms.metered { LOANS } else { 0 };
        let decided = loop {
            if loans == 0 {
                break self.decide(call, &rules)?;
            }
            loans = loans.saturating_sub(1);
            match self.decide(call.clone(), &rules) {
                Err(Failure::Problem(problem)) if problem.code == Code::PlanLimitReached.code() => {
                    let reply = self.borrow_grants(&home, &rules, now).await?;
                    if reply.status >= 400 {
                        return Ok(reply);
                    }
                }
                decided => break decided?,
            }
        };
        self.done(&home, revision, decided, now).await
    }

    /// Asks for the alarm, and has what is to be told delivered right after the answer.
    async fn done(&self, home: &Home, revision: u64, decided: Decided, now: Timestamp) -> Outcome<Reply> {
        self.arm(decided.next_due, now).await?;
        if decided.tells {
            let (postman, store) = (Rc::clone(&self.postman), home.store.clone());
            let when = if self.is_test_server() { When::Test(now) } else { When::Wall };
            self.state.wait_until(async move {
                if let Err(failure) = postman.deliver_due(&store, revision, when).await {
                    // The alarm takes along what is left.
                    let line = serde_json::json!({ "event": "outbox", "cause": format!("{failure:?}") });
                    worker::console_error!("{line}");
                }
            });
        }
        Ok(decided.reply)
    }

    /// Decides and writes, in one transaction in which nothing awaits.
    fn decide(&self, call: ShardCall, rules: &Rules) -> Outcome<Decided> {
        let known = |sql: &Sql, version| self.known_rules(sql, version);
        if matches!(&call.op, ShardOp::Import(asked) if asked.dry) {
            let reply = self.storage.rehearse(|sql| ops::answer(sql, call, rules, &known))?;
            return Ok(Decided { reply, next_due: due::next(self.storage.sql())?, tells: false });
        }
        self.storage.transaction(|sql| {
            let reply = ops::answer(sql, call, rules, &known)?;
            Ok(Decided { reply, next_due: due::next(sql)?, tells: outbox::has_fresh(sql)? })
        })
    }

    /// Asks the store for some more of the month's grants.
    async fn borrow_grants(&self, home: &Home, rules: &Rules, now: Timestamp) -> Outcome<Reply> {
        let has = grants::of_month(self.storage.sql(), now, &rules.zone)?;
        let reply = store::lend(&self.env, &home.store, home.shard, has, now).await?;
        if reply.status < 400 {
            let lent: Lent = reply.read()?;
            self.storage.transaction(|sql| grants::borrow(sql, &lent, now, &rules.zone))?;
        }
        Ok(reply)
    }

    /// Brings the schema up to date, and keeps where this shard belongs. A Worker elsewhere may know an older
    /// version of the program for some seconds yet: never is one older than one already seen decided with.
    fn settle_in(&self, told: Home) -> Outcome<Home> {
        let known = self.kept_home()?;
        let version = known.as_ref().map_or(told.version, |known| known.version.max(told.version));
        let home = Home { version, ..told };
        if known.as_ref() != Some(&home) {
            self.storage.transaction(|sql| {
                sql.run("DELETE FROM home", vec![])?;
                let version = i64::try_from(home.version).unwrap_or(i64::MAX);
                let values = vec![
                    home.store.as_str().into(),
                    i64::from(home.shard).into(),
                    home.index_key.as_str().into(),
                    version.into(),
                ];
                sql.run("INSERT INTO home VALUES (?, ?, ?, ?)", values)
            })?;
        }
        self.home.replace(Some(home.clone()));
        Ok(home)
    }

    /// Takes in the store's settings, unless newer ones are known.
    fn take_in(&self, told: Terms, now: Timestamp) -> Outcome<Terms> {
        let known = self.terms.borrow().clone();
        let terms = terms::take_in(&self.storage, known, told, now)?;
        self.terms.replace(Some(terms.clone()));
        Ok(terms)
    }

    fn is_test_server(&self) -> bool {
        env::var(&self.env, "TEST_CLOCK").as_deref() == Some("1")
    }

    async fn arm(&self, next_due: Option<i64>, now: Timestamp) -> Outcome<()> {
        match next_due {
            Some(at_ms) if !self.is_test_server() => self.storage.alarm_at(at_ms, now.as_millisecond()).await,
            _ => Ok(()),
        }
    }

    /// Runs what is due, some accounts at a time, delivers what is to be told, and asks for the next alarm.
    async fn run_due(&self, when: When) -> Outcome<usize> {
        let Some(home) = self.kept_home()? else { return Ok(0) };
        let now = when.now();
        // Nobody may have called since the store was changed: what happens by itself goes by the newest.
        let config = Rc::new(store::config(&self.env, &home.store, now).await?);
        self.postman.learn(Rc::clone(&config));
        let terms = self.take_in(Terms::of(&config, &self.env), now)?;
        let home = self.settle_in(Home { version: config.program_version, ..home })?;
        let rules = self.rules_of(&home, now).await?;
        // Each account step by step: one may be due several times.
        let mut accounts = BTreeSet::new();
        let known = |sql: &Sql, version| self.known_rules(sql, version);
        loop {
            let done = self.storage.transaction(|sql| {
                due::run(ops::Work { sql, home: &home, rules: &rules, known: &known, now, terms: &terms })
            })?;
            if done.is_empty() {
                break;
            }
            accounts.extend(done);
        }
        self.postman.deliver_due(&home.store, terms.revision, when).await?;
        let now = when.now();
        let mut next_due = due::next(self.storage.sql())?;
        if self.postman.is_busy() {
            // Somebody is at it: whatever that comes to is looked at later.
            let later = now.as_millisecond().saturating_add(limits::OUTBOX_GRACE_MS);
            next_due = next_due.map(|at_ms| at_ms.max(later));
        }
        self.arm(next_due, now).await?;
        Ok(accounts.len())
    }

    /// Where this shard belongs, also after it was asleep.
    fn kept_home(&self) -> Outcome<Option<Home>> {
        if let Some(home) = self.home.borrow().as_ref() {
            return Ok(Some(home.clone()));
        }
        self.storage.transaction(|sql| sql.migrate(SCHEMA))?;
        self.storage.sql().first("SELECT store, shard, index_key, version FROM home", vec![])
    }
}
