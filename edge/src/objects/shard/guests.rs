//! Orders with an e-mail only. They wait in the shard that the e-mail's keyed hash names, and are claimed
//! once, by the account that signs in with that e-mail verified. Completed missions (`missions.rs`) and balances that
//! were brought along (`imports.rs`) wait beside them, and go with them.
//!
//! 1. A customer's shard sees a verified e-mail that was not asked for: its answer says so.
//! 2. The Worker asks the e-mail's shard to `claim`: the first customer gets the orders, and gets them again
//!    if asked again; anybody else gets nothing.
//! 3. The Worker hands them to the customer's shard to `absorb`: each order's own id keeps it from counting
//!    twice, so any step may be repeated.
//! 4. The e-mail's shard forgets the orders; that they are claimed, and by whom, it keeps.
//!
//! The shop may also learn whose one order is, or that its e-mail was another one. Then that order alone is handed
//! over: it is marked with whose it becomes (nobody can claim it any more), taken over there, and only then
//! forgotten here. `accounts.rs` tells these steps; each of them, too, may be repeated.

use fidela_protocol::merchant::Guest;
use fidela_protocol::{Code, Problem};
use fidela_rules::Order;
use serde::{Deserialize, Serialize};

use super::accounts::{JsonRow, Loaded};
use super::ops::Work;
use super::{Owned, Owner, imports, missions, orders};
use crate::failure::{Failure, Outcome, broken};
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
    /// Whose it becomes: it is on its way to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handed_to: Option<Owner>,
}

impl WaitingOrder {
    fn save(&self, sql: &Sql, guest: &Owner) -> Outcome<()> {
        let json = serde_json::to_string(self).map_err(|error| broken("order", error))?;
        let (id, placed_ms) = (self.order.id.as_str(), self.order.placed_at.as_millisecond());
        let values = vec![guest.key().into(), id.into(), placed_ms.into(), json.into()];
        sql.run("INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)", values)
    }

    /// What reached the status, then the newest: an order's life sorts them out.
    fn snapshots(self) -> impl Iterator<Item = Order> {
        self.reached.into_iter().chain([self.order])
    }
}

/// What waits for whoever proves an address.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// Orders.
    orders: Vec<WaitingOrder>,
    /// Completed missions.
    completions: Vec<missions::Row>,
    /// Balances that were brought along.
    #[serde(default)]
    openings: Vec<imports::Brought>,
}

/// The keyed hash that an e-mail is found by. Case and spaces around it do not matter.
pub(crate) fn email_hash(index_key: &str, email: &str) -> String {
    let normal = email.trim().to_lowercase();
    crypto::to_base64url(&crypto::hmac(index_key.as_bytes(), normal.as_bytes()))
}

/// A guest's order as it is now; where it is somebody's by now, that is answered.
pub(super) fn tell(work: Work<'_>, email: String, told: Order, owned: bool) -> Outcome<Reply> {
    if let Some(customer) = claimed_by(work.sql, &email)? {
        // The Worker in front goes on with whose it is; nobody else sees this answer.
        return Reply::json(MOVED, &Owned { owner: Owner::Customer(customer) });
    }
    let guest = Owner::Guest(email);
    match waiting(work.sql, &guest, &told.id)? {
        Some(WaitingOrder { handed_to: Some(owner), .. }) => Reply::json(MOVED, &Owned { owner }),
        None if !owned => Reply::json(orders::UNKNOWN, &serde_json::json!({})),
        known => orders::waiting_state(wait(work, &guest, known, told)?),
    }
}

/// A guest's order as it is known; where it is somebody's by now, that is answered.
pub(super) fn get(work: Work<'_>, email: String, id: &str) -> Outcome<Reply> {
    let claimed_by = claimed_by(work.sql, &email)?.map(Owner::Customer);
    let waiting = waiting(work.sql, &Owner::Guest(email), id)?;
    match (waiting, claimed_by) {
        (Some(WaitingOrder { handed_to: Some(owner), .. }), _) | (_, Some(owner)) => {
            Reply::json(MOVED, &Owned { owner })
        }
        (Some(waiting), None) => orders::waiting_state(waiting.order),
        (None, None) => Err(Code::NotFound.into()),
    }
}

/// Keeps a guest's order until somebody claims it, and answers its newest snapshot.
fn wait(work: Work<'_>, guest: &Owner, known: Option<WaitingOrder>, told: Order) -> Outcome<Order> {
    let reaches = work.rules.program.enabled
        && !told.is_cancelled()
        && work.rules.program.earning.award_statuses.contains(&told.status);
    let reached = reaches.then(|| told.clone());
    let waiting = match known {
        None => WaitingOrder { order: told, reached, handed_to: None },
        Some(known) => WaitingOrder {
            order: if told.updated_at() >= known.order.updated_at() { told } else { known.order },
            reached: known.reached.or(reached),
            handed_to: None,
        },
    };
    waiting.save(work.sql, guest)?;
    Ok(waiting.order)
}

/// HTTP's *misdirected request*: the order is somebody else's by now.
pub(crate) const MOVED: u16 = 421;

/// Whose a guest's order is by now, and the order, as long as it has not arrived there.
#[derive(Serialize, Deserialize)]
pub(crate) struct HandedOver {
    /// Who.
    pub(crate) owner: Owner,
    /// None where it has arrived, or comes by itself because all of the guest's orders were claimed.
    pub(crate) order: Option<WaitingOrder>,
}

pub(super) fn claimed_by(sql: &Sql, email: &str) -> Outcome<Option<String>> {
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

fn all_waiting(sql: &Sql, guest: &Owner) -> Outcome<Vec<WaitingOrder>> {
    let rows: Vec<JsonRow> = sql
        .rows("SELECT json FROM orders WHERE account = ? ORDER BY placed_ms, id", vec![guest.key().into()])?;
    rows.iter().map(|row| serde_json::from_str(&row.json).map_err(|error| broken("order", error))).collect()
}

fn remove(sql: &Sql, guest: &Owner, id: &str) -> Outcome<()> {
    sql.run("DELETE FROM orders WHERE account = ? AND id = ?", vec![guest.key().into(), id.into()])
}

/// Hands over what waits for a guest, to the first who asks and to nobody else.
pub(super) fn claim(work: Work<'_>, email: String, customer: String) -> Outcome<Reply> {
    let guest = Owner::Guest(email.clone());
    match claimed_by(work.sql, &email)? {
        None => work.sql.run("INSERT INTO guest VALUES (?, ?)", vec![email.into(), customer.into()])?,
        Some(first) if first == customer => {}
        Some(_) => return Reply::json(200, &Waiting::default()),
    }
    let mut orders = all_waiting(work.sql, &guest)?;
    orders.retain(|waiting| waiting.handed_to.is_none());
    let completions = missions::all(work.sql, &guest)?;
    Reply::json(200, &Waiting { orders, completions, openings: imports::all(work.sql, &guest)? })
}

/// Hands one order over, to the first who is told to be its buyer.
pub(super) fn hand_over(work: Work<'_>, email: String, id: &str, to: Owner) -> Outcome<Reply> {
    let claimed_by = claimed_by(work.sql, &email)?.map(Owner::Customer);
    let guest = Owner::Guest(email);
    let Some(waiting) = waiting(work.sql, &guest, id)? else {
        return Reply::json(200, &HandedOver { owner: claimed_by.unwrap_or(to), order: None });
    };
    let owner = match (&waiting.handed_to, claimed_by) {
        (Some(first), _) => first.clone(),
        // Whoever claimed it is taking it in by themselves; doing so twice counts once.
        (None, Some(claimer)) => claimer,
        (None, None) => to,
    };
    let waiting = WaitingOrder { handed_to: Some(owner.clone()), ..waiting };
    waiting.save(work.sql, &guest)?;
    Reply::json(200, &HandedOver { owner, order: Some(waiting) })
}

/// Takes an order over, as if it were told now.
pub(super) fn take_over(work: Work<'_>, owner: &Owner, order: WaitingOrder) -> Outcome<Reply> {
    for snapshot in order.snapshots() {
        match owner {
            Owner::Customer(_) => count_in(work, owner, snapshot)?,
            Owner::Guest(_) => {
                let known = waiting(work.sql, owner, &snapshot.id)?;
                wait(work, owner, known, snapshot)?;
            }
        }
    }
    Ok(Reply::empty(204))
}

/// Forgets an order that has been taken over.
pub(super) fn arrived(work: Work<'_>, email: String, id: &str, at: &Owner) -> Outcome<Reply> {
    let guest = Owner::Guest(email);
    if waiting(work.sql, &guest, id)?.is_some_and(|waiting| waiting.handed_to.as_ref() == Some(at)) {
        remove(work.sql, &guest, id)?;
    }
    Ok(Reply::empty(204))
}

/// The guests whom a customer turned out to be.
pub(super) fn of_customer(work: Work<'_>, customer: &str) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Row {
        email: String,
    }
    let rows: Vec<Row> =
        work.sql.rows("SELECT email FROM guest WHERE claimed_by = ?", vec![customer.into()])?;
    Reply::json(200, &rows.into_iter().map(|row| Owner::Guest(row.email)).collect::<Vec<_>>())
}

/// `GET /v1/guests/{email}`: what is stored under an address.
pub(super) fn show(work: Work<'_>, email: String) -> Outcome<Reply> {
    let customer_id = claimed_by(work.sql, &email)?;
    let guest = Owner::Guest(email);
    let waiting = all_waiting(work.sql, &guest)?;
    let completions = missions::shown_waiting(work.sql, &guest)?;
    let openings = imports::shown_waiting(work.sql, &guest)?;
    if customer_id.is_none() && waiting.is_empty() && completions.is_empty() && openings.is_empty() {
        return Err(Code::NotFound.into());
    }
    let orders = waiting.into_iter().map(|waiting| waiting.order).collect();
    Reply::json(200, &Guest { customer_id, orders, completions, openings })
}

/// `DELETE /v1/guests/{email}`: forgets what waits. That somebody has claimed the address stays: it is theirs.
pub(super) fn erase(work: Work<'_>, email: String) -> Outcome<Reply> {
    let guest = Owner::Guest(email);
    missions::forget(work.sql, &guest)?;
    imports::forget(work.sql, &guest)?;
    work.sql.run("DELETE FROM orders WHERE account = ?", vec![guest.key().into()])?;
    Ok(Reply::empty(204))
}

/// Forgets the guests whom a customer turned out to be, with their orders.
pub(super) fn forget(work: Work<'_>, customer: &str) -> Outcome<Reply> {
    for table in ["orders", "completion", "opening"] {
        let theirs = "(SELECT 'g:' || email FROM guest WHERE claimed_by = ?)";
        let statement = format!("DELETE FROM {table} WHERE account IN {theirs}");
        work.sql.run(&statement, vec![customer.into()])?;
    }
    work.sql.run("DELETE FROM guest WHERE claimed_by = ?", vec![customer.into()])?;
    Ok(Reply::empty(204))
}

/// Takes in what waited for a guest: what was brought along, then orders, oldest first, as if they were told now, and
/// completed missions.
pub(super) fn absorb(work: Work<'_>, email: String, customer: String, waiting: Waiting) -> Outcome<Reply> {
    let owner = Owner::Customer(customer.clone());
    if !waiting.openings.is_empty() {
        let mut loaded = Loaded::load(work.sql, owner.clone())?;
        imports::absorb(work, &mut loaded, waiting.openings)?;
        loaded.save(work)?;
    }
    for snapshot in waiting.orders.into_iter().flat_map(WaitingOrder::snapshots) {
        count_in(work, &owner, snapshot)?;
    }
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer))?;
    missions::absorb(work, &mut loaded, waiting.completions)?;
    loaded.profile.claimed_email = Some(email);
    loaded.save(work)?;
    Ok(Reply::empty(204))
}

/// Takes one snapshot in. One order that cannot be counted keeps nobody from the others.
fn count_in(work: Work<'_>, owner: &Owner, snapshot: Order) -> Outcome<()> {
    match orders::take_in(work, owner.clone(), snapshot) {
        Ok(_) => Ok(()),
        Err(Failure::Problem(problem)) => {
            note(&problem);
            Ok(())
        }
        Err(fatal) => Err(fatal),
    }
}

/// Removes what waited for a guest and their claimer has taken in: it waits for nobody any more.
pub(super) fn absorbed(work: Work<'_>, email: String, customer: String) -> Outcome<Reply> {
    if claimed_by(work.sql, &email)?.is_some_and(|by| by == customer) {
        let guest = Owner::Guest(email);
        missions::forget(work.sql, &guest)?;
        imports::forget(work.sql, &guest)?;
        for waiting in all_waiting(work.sql, &guest)? {
            // One that is on its way to somebody else has not arrived with this.
            if waiting.handed_to.is_none() {
                remove(work.sql, &guest, &waiting.order.id)?;
            }
        }
    }
    Ok(Reply::empty(204))
}

fn note(problem: &Problem) {
    worker::console_log!("{}", serde_json::json!({ "event": "guest_order_refused", "code": problem.code }));
}
