//! The `Shard` object: some of one store's accounts, with everything that belongs to them.
//!
//! A call is loaded, decided by `ledger` and `rules`, and written in one transaction; nothing awaits between
//! its first read and its last write. What is due by itself is done by alarm, and by every read before it.

mod accounts;
mod asking;
mod calls;
mod cards;
mod customers;
mod deliveries;
mod due;
mod filling;
mod grants;
mod guests;
pub(crate) mod idempotency;
mod imports;
mod index;
mod letters;
mod listing;
mod made_up;
mod missions;
mod ops;
mod orders;
mod outbox;
mod owner;
mod postman;
mod redemptions;
mod referrals;
mod reminders;
mod sums;
mod terms;
mod versions;
mod views;

pub(crate) use asking::{call, call_from};
pub(crate) use calls::{Home, ShardCall, ShardOp, Visitor};
pub(crate) use customers::Reader;
pub(crate) use deliveries::After;
pub(crate) use filling::NOT_READY;
pub(crate) use grants::Lent;
pub(crate) use guests::{HandedOver, MOVED, email_hash};
pub(crate) use imports::{Batch, Importing, Opening};
pub(crate) use index::Owned;
pub(crate) use listing::{Listed, Listing, Range, SortBy, Value as SortValue, words};
pub(crate) use made_up::made_up;
pub(crate) use missions::{
    Completed, Completing, ImportRow, Taken, TellsIt, ToUndo, Undone, now as mission_now,
};
pub(crate) use orders::UNKNOWN;
pub(crate) use owner::Owner;
pub(crate) use referrals::Asked as AskedReferrals;
pub(crate) use sums::{DaySums, Summed, of_state as sum_of_state};
pub(crate) use terms::Terms;
pub(crate) use versions::Rules;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fidela_protocol::Code;
use jiff::Timestamp;
use postman::{Postman, When};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::call::json;
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
    sums::TABLE,
    listing::TABLE,
    listing::BY_NAME,
    listing::BY_POINTS,
    listing::BY_SPENT,
    listing::BY_LAST_ORDER,
    listing::BY_CREATED,
    listing::WORD,
    listing::ORDERS_BY_TIME,
    filling::TABLE,
    filling::START,
];

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
