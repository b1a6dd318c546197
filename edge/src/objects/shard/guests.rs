//! Orders with an e-mail only. They wait in the shard that the e-mail's keyed hash names, and are claimed
//! once, by the account that signs in with that e-mail verified.
//!
//! 1. A customer's shard sees a verified e-mail that was not asked for: its answer says so.
//! 2. The Worker asks the e-mail's shard to `claim`: the first customer gets the orders, and gets them again
//!    if asked again; anybody else gets nothing.
//! 3. The Worker hands them to the customer's shard to `absorb`: each order's own id keeps it from counting
//!    twice, so any step may be repeated.
//! 4. The e-mail's shard forgets the orders; that they are claimed, and by whom, it keeps.

use fidela_protocol::Problem;
use fidela_rules::Order;
use serde::{Deserialize, Serialize};

use super::accounts::{JsonRow, Loaded};
use super::ops::Work;
use super::{Owner, orders};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::crypto;
use crate::platform::storage::Sql;

/// What is known of a guest's order: enough to decide it once somebody claims it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WaitingOrder {
    /// The newest snapshot.
    pub(crate) order: Order,
    /// A snapshot that reached a status that awards, if one did.
    pub(crate) reached: Option<Order>,
}

/// The keyed hash that an e-mail is found by. Case and spaces around it do not matter.
pub(crate) fn email_hash(index_key: &str, email: &str) -> String {
    let normal = email.trim().to_lowercase();
    crypto::to_base64url(&crypto::hmac(index_key.as_bytes(), normal.as_bytes()))
}

/// Keeps a guest's order until somebody claims it; says so if somebody has.
pub(super) fn wait(work: Work<'_>, email: &str, told: Order) -> Outcome<Reply> {
    if let Some(customer) = claimed_by(work.sql, email)? {
        // The Worker in front goes on with whose it is; nobody else sees this answer.
        return Reply::json(MOVED, &Moved { customer });
    }
    let owner = Owner::Guest(email.to_owned());
    let reaches = work.rules.program.enabled
        && !told.is_cancelled()
        && work.rules.program.earning.award_statuses.contains(&told.status);
    let reached = reaches.then(|| told.clone());
    let known = waiting(work.sql, &owner, &told.id)?;
    let waiting = match known {
        None => WaitingOrder { order: told, reached },
        Some(known) => WaitingOrder {
            order: if told.updated_at() >= known.order.updated_at() { told } else { known.order },
            reached: known.reached.or(reached),
        },
    };
    let json = serde_json::to_string(&waiting).map_err(|error| broken("order", error))?;
    let order = waiting.order;
    work.sql.run(
        "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)",
        vec![
            owner.key().into(),
            order.id.as_str().into(),
            order.placed_at.as_millisecond().into(),
            json.into(),
        ],
    )?;
    orders::waiting_state(order)
}

/// HTTP's *misdirected request*: the order is somebody's account's by now.
pub(crate) const MOVED: u16 = 421;

/// Whose a guest's orders are by now.
#[derive(Serialize, Deserialize)]
pub(crate) struct Moved {
    /// The shop's customer id.
    pub(crate) customer: String,
}

fn claimed_by(sql: &Sql, email: &str) -> Outcome<Option<String>> {
    #[derive(Deserialize)]
    struct Row {
        claimed_by: String,
    }
    let row: Option<Row> = sql.first("SELECT claimed_by FROM guest WHERE email = ?", vec![email.into()])?;
    Ok(row.map(|row| row.claimed_by))
}

fn waiting(sql: &Sql, owner: &Owner, id: &str) -> Outcome<Option<WaitingOrder>> {
    let row: Option<JsonRow> = sql
        .first("SELECT json FROM orders WHERE account = ? AND id = ?", vec![owner.key().into(), id.into()])?;
    row.map(|row| serde_json::from_str(&row.json).map_err(|error| broken("order", error))).transpose()
}

/// Hands a guest's orders over, to the first who asks and to nobody else.
pub(super) fn claim(work: Work<'_>, email: String, customer: String) -> Outcome<Reply> {
    let owner = Owner::Guest(email.clone());
    match claimed_by(work.sql, &email)? {
        None => work.sql.run("INSERT INTO guest VALUES (?, ?)", vec![email.into(), customer.into()])?,
        Some(first) if first == customer => {}
        Some(_) => return Reply::json(200, &Vec::<WaitingOrder>::new()),
    }
    let rows: Vec<JsonRow> = work
        .sql
        .rows("SELECT json FROM orders WHERE account = ? ORDER BY placed_ms, id", vec![owner.key().into()])?;
    let orders = rows
        .iter()
        .map(|row| serde_json::from_str(&row.json).map_err(|error| broken("order", error)))
        .collect::<Outcome<Vec<WaitingOrder>>>()?;
    Reply::json(200, &orders)
}

/// Forgets the guests whom a customer turned out to be, with their orders.
pub(super) fn forget(work: Work<'_>, customer: &str) -> Outcome<Reply> {
    work.sql.run(
        "DELETE FROM orders WHERE account IN (SELECT 'g:' || email FROM guest WHERE claimed_by = ?)",
        vec![customer.into()],
    )?;
    work.sql.run("DELETE FROM guest WHERE claimed_by = ?", vec![customer.into()])?;
    Ok(Reply::empty(204))
}

/// Takes a guest's orders in, oldest first, as if they were told now.
pub(super) fn absorb(
    work: Work<'_>,
    email: String,
    customer: String,
    waiting: Vec<WaitingOrder>,
) -> Outcome<Reply> {
    for WaitingOrder { order, reached } in waiting {
        let owner = Owner::Customer(customer.clone());
        // First what reached the status, then the newest: the order's life sorts them out.
        for snapshot in reached.into_iter().chain([order]) {
            match orders::take_in(work, owner.clone(), snapshot) {
                Ok(_) => {}
                // One order that cannot be counted keeps nobody from the others.
                Err(crate::failure::Failure::Problem(problem)) => note(&problem),
                Err(fatal) => return Err(fatal),
            }
        }
    }
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer))?;
    loaded.profile.claimed_email = Some(email);
    loaded.save(work.sql, work.rules)?;
    Ok(Reply::empty(204))
}

/// Removes a guest's orders that their claimer has taken in: they wait for nobody any more.
pub(super) fn absorbed(work: Work<'_>, email: String, customer: String) -> Outcome<Reply> {
    if claimed_by(work.sql, &email)?.is_some_and(|by| by == customer) {
        let key = Owner::Guest(email).key();
        work.sql.run("DELETE FROM orders WHERE account = ?", vec![key.into()])?;
    }
    Ok(Reply::empty(204))
}

fn note(problem: &Problem) {
    worker::console_log!("{}", serde_json::json!({ "event": "guest_order_refused", "code": problem.code }));
}
