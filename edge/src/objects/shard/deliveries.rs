//! What became of the events that went to a webhook endpoint.

use fidela_protocol::Code;
use fidela_protocol::events::{Delivery, DeliveryStatus};
use jiff::Timestamp;
use serde::Deserialize;

use super::ops::Work;
use super::outbox::{DELIVERED, FRESH, GIVEN_UP};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;

#[derive(Deserialize)]
struct Row {
    event: String,
    kind: String,
    written_ms: i64,
    state: i64,
    tries: u32,
    status: Option<u16>,
    due_ms: i64,
}

fn delivery(row: Row) -> Outcome<Delivery> {
    let moment = |ms| Timestamp::from_millisecond(ms).map_err(|error| broken("outbox", error));
    let status = match row.state {
        DELIVERED => DeliveryStatus::Delivered,
        GIVEN_UP => DeliveryStatus::GivenUp,
        _ => DeliveryStatus::Pending,
    };
    Ok(Delivery {
        id: row.event,
        event: row.kind,
        at: moment(row.written_ms)?,
        tries: row.tries,
        status,
        http_status: row.status,
        next_try: (status == DeliveryStatus::Pending).then(|| moment(row.due_ms)).transpose()?,
    })
}

/// Where a page goes on: after this event.
#[derive(Debug, Clone, serde::Serialize, Deserialize)]
pub(crate) struct After {
    /// When it was written, milliseconds since 1970.
    pub(crate) written_ms: i64,
    /// `evt_…`.
    pub(crate) event: String,
}

/// A page of an endpoint's deliveries, newest first.
pub(super) fn page(work: Work<'_>, endpoint: &str, after: Option<After>, limit: usize) -> Outcome<Reply> {
    let After { written_ms, event } =
        after.unwrap_or(After { written_ms: i64::MAX >> 11, event: String::new() });
    let rows: Vec<Row> = work.sql.rows(
        "SELECT event, kind, written_ms, state, tries, status, due_ms FROM outbox
         WHERE listener = ? AND (written_ms, event) < (?, ?) ORDER BY written_ms DESC, event DESC LIMIT ?",
        vec![
            endpoint.into(),
            written_ms.into(),
            event.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    )?;
    Reply::json(200, &rows.into_iter().map(delivery).collect::<Outcome<Vec<_>>>()?)
}

/// Has an event sent again, with all its tries; one that is on its way already is sent at once.
pub(super) fn replay(work: Work<'_>, endpoint: &str, event: &str) -> Outcome<Reply> {
    let row: Option<Row> = work.sql.first(
        "SELECT event, kind, written_ms, state, tries, status, due_ms FROM outbox WHERE event = ? AND listener = ?",
        vec![event.into(), endpoint.into()],
    )?;
    let row = row.ok_or(Code::NotFound)?;
    let due_ms = work.now.as_millisecond().saturating_add(limits::OUTBOX_GRACE_MS);
    work.sql.run(
        "UPDATE outbox SET state = ?, tries = 0, due_ms = ? WHERE event = ? AND listener = ?",
        vec![FRESH.into(), due_ms.into(), event.into(), endpoint.into()],
    )?;
    let sent_again = Row { state: FRESH, tries: 0, due_ms, ..row };
    Reply::json(202, &delivery(sent_again)?)
}
