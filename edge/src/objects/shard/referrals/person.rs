//! What an address is known for, by its keyed hash: nothing here can be read back.

use fidela_protocol::referrals::NotSent;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::super::accounts::JsonRow;
use super::super::ops::Work;
use super::errands::{Errand, Known, send};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// What one address is known for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Person {
    /// Whose account has it: the first that told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    /// Whether an account with it was invited. It stays when the account is erased, so that leaving and coming back
    /// makes nobody a new friend.
    #[serde(default)]
    referred: bool,
    /// Since when it wants no letters from shoppers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    declined_at: Option<Timestamp>,
    /// Letters to it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    letters: Vec<Letter>,
}

/// A letter to an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Letter {
    code: String,
    at: Timestamp,
    until: Timestamp,
}

fn load(sql: &Sql, hash: &str) -> Outcome<Person> {
    let row: Option<JsonRow> = sql.first("SELECT json FROM person WHERE hash = ?", vec![hash.into()])?;
    row.map_or_else(
        || Ok(Person::default()),
        |row| serde_json::from_str(&row.json).map_err(|error| broken("person", error)),
    )
}

fn save(sql: &Sql, hash: &str, person: &Person) -> Outcome<()> {
    if *person == Person::default() {
        return sql.run("DELETE FROM person WHERE hash = ?", vec![hash.into()]);
    }
    let json = serde_json::to_string(person).map_err(|error| broken("person", error))?;
    sql.run("INSERT OR REPLACE INTO person VALUES (?, ?)", vec![hash.into(), json.into()])
}

/// An account has the address: whose it was, and who wrote to it first, is answered where that can matter.
pub(super) fn know(work: Work<'_>, hash: &str, customer: String, invited: bool) -> Outcome<()> {
    let before = load(work.sql, hash)?;
    let is_anothers = before.customer.as_ref().is_some_and(|known| *known != customer);
    let was_referred = before.referred && before.customer.as_ref() != Some(&customer);
    let first = before.letters.iter().find(|letter| letter.until >= work.now);
    let first = first.map(|letter| (letter.code.clone(), letter.at));
    let person = Person {
        customer: before.customer.clone().or_else(|| Some(customer.clone())),
        referred: before.referred || invited || first.is_some(),
        ..before.clone()
    };
    if person != before {
        save(work.sql, hash, &person)?;
    }
    if invited || first.is_some() {
        send(work, None, &Errand::Known(Known { customer, is_anothers, was_referred, first }))?;
    }
    Ok(())
}

/// Somebody wants to write to the address.
pub(super) fn invite(
    work: Work<'_>,
    hash: &str,
    code: String,
    at: Timestamp,
    until: Timestamp,
) -> Outcome<()> {
    let mut person = load(work.sql, hash)?;
    let lately = work.now.checked_sub((24 * limits::INVITED_AGAIN_DAYS).hours()).unwrap_or(Timestamp::MIN);
    // Letters that are forgotten for good: nobody is recognized by them, and they count no more.
    person.letters.retain(|letter| letter.until >= work.now || letter.at >= lately);
    let is_known = person.letters.iter().any(|letter| letter.code == code);
    let not = if is_known {
        None
    } else if person.declined_at.is_some() {
        Some(NotSent::Declined)
    } else if person.customer.is_some() {
        Some(NotSent::AlreadyCustomer)
    } else if person.letters.iter().filter(|letter| letter.at >= lately).count() >= limits::INVITED_AGAIN {
        Some(NotSent::WrittenToOften)
    } else {
        person.letters.push(Letter { code: code.clone(), at, until });
        None
    };
    save(work.sql, hash, &person)?;
    send(work, None, &Errand::Invited { code, not })
}

/// The account that had the address is erased, or has another one.
pub(super) fn forget(work: Work<'_>, hash: &str, customer: &str) -> Outcome<()> {
    let mut person = load(work.sql, hash)?;
    if person.customer.as_deref() == Some(customer) {
        person.customer = None;
        save(work.sql, hash, &person)?;
    }
    Ok(())
}

/// Whether an address wants letters of shoppers: none of this store's any more, or again, from now on.
pub(in super::super) fn decline(work: Work<'_>, hash: &str, set: Option<bool>) -> Outcome<Reply> {
    let mut person = load(work.sql, hash)?;
    let declined = set.unwrap_or(person.declined_at.is_some());
    if declined != person.declined_at.is_some() {
        person.declined_at = declined.then_some(work.now);
        save(work.sql, hash, &person)?;
    }
    Reply::json(200, &serde_json::json!({ "declined": declined }))
}

/// Whoever was written to is forgotten, here and with who had it written. That they want no letters stays: it says
/// nothing of them, and is what they asked for.
pub(in super::super) fn forget_invited(work: Work<'_>, hash: &str) -> Outcome<Reply> {
    let mut person = load(work.sql, hash)?;
    for letter in std::mem::take(&mut person.letters) {
        send(work, None, &Errand::Gone { code: letter.code, customer: None })?;
    }
    save(work.sql, hash, &person)?;
    Ok(Reply::empty(204))
}
