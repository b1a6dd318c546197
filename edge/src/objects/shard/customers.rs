//! Customers: what the shop, or a shopper's token, says about a person; and the merchant's hand.

use fidela_ledger::Command;
use fidela_protocol::merchant::{Adjustment, CustomerUpdate};
use fidela_protocol::{Code, Problem};
use fidela_rules::num::Wide;
use fidela_rules::order::{Channel, PaymentMethod};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::accounts::{Loaded, Profile};
use super::idempotency::{self, Kept};
use super::ops::Work;
use super::{
    Owner, Visitor, filling, grants, guests, imports, listing, missions, orders, outbox, referrals,
    reminders, sums, views,
};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;

/// A shopper who called.
pub(super) struct Visited {
    pub(super) customer: String,
    /// Hash of a verified e-mail whose guest points have not been asked for.
    pub(super) claim: Option<String>,
}

/// Takes in what a shopper's token says, where it is newer than what is known.
pub(super) fn visit(work: Work<'_>, visitor: Visitor) -> Outcome<Visited> {
    let Visitor { customer, update, network } = visitor;
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer.clone()))?;
    let changed = merge(&mut loaded.profile, &update, work.now);
    let claim = claim_of(work, &loaded.profile);
    let coming =
        Coming { visits: true, referral_code: update.referral_code.as_deref(), network: network.as_deref() };
    take_in(work, loaded, changed, coming)?;
    Ok(Visited { customer, claim })
}

/// `PUT /v1/customers/{id}`.
pub(super) fn put(work: Work<'_>, customer: String, update: CustomerUpdate) -> Outcome<Reply> {
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer.clone()))?;
    let changed = merge(&mut loaded.profile, &update, work.now);
    let claim = claim_of(work, &loaded.profile);
    let referral_code = update.referral_code.as_deref();
    take_in(work, loaded, changed, Coming { visits: false, referral_code, network: None })?;
    Ok(Reply { claim, ..views::customer(work, customer)? })
}

/// How somebody comes.
struct Coming<'a> {
    /// Whether it is the shopper who calls.
    visits: bool,
    /// By whose invitation.
    referral_code: Option<&'a str>,
    /// From which network.
    network: Option<&'a str>,
}

/// Writes down what has become known, and what follows from it.
fn take_in(work: Work<'_>, mut loaded: Loaded, changed: bool, coming: Coming<'_>) -> Outcome<()> {
    let mut changed = changed || !loaded.existed;
    if !loaded.existed {
        loaded.profile.seen_at = Some(work.now);
    }
    if changed {
        make_known(work, &mut loaded)?;
    }
    changed |= missions::of_person(work, &mut loaded, coming.visits)?;
    changed |= referrals::of_person(work, &mut loaded, coming.referral_code, coming.network)?;
    if changed { loaded.save(work) } else { Ok(()) }
}

/// Tells the ledger what points may come of by themselves: registering, and the birthday.
pub(super) fn make_known(work: Work<'_>, loaded: &mut Loaded) -> Outcome<()> {
    let Profile { birthday, registered_at, .. } = loaded.profile;
    loaded.run(work.rules, &Command::Know { birthday, registered_at }, work.now)?;
    Ok(())
}

/// Merges what is told into what is known: the newest wins as a whole, and an absent field says nothing.
fn merge(profile: &mut Profile, update: &CustomerUpdate, now: Timestamp) -> bool {
    let told_at = update.updated_at.unwrap_or(now);
    if profile.updated_at.is_some_and(|known| known > told_at) {
        return false;
    }
    let before = profile.clone();
    let CustomerUpdate {
        email,
        email_verified,
        name,
        locale,
        groups,
        birthday,
        registered_at,
        updated_at: _,
        referral_code: _,
    } = update.clone();
    if let Some(email) = email {
        // A verified address that is told again without the word stays verified.
        let same = profile.email.as_deref() == Some(email.as_str());
        profile.email_verified = email_verified || (same && profile.email_verified);
        profile.email = Some(email);
    }
    profile.name = name.or(profile.name.take());
    profile.locale = locale.or(profile.locale.take());
    profile.groups = groups.unwrap_or_else(|| std::mem::take(&mut profile.groups));
    profile.birthday = birthday.or(profile.birthday);
    profile.registered_at = registered_at.or(profile.registered_at);
    let changed = *profile != before;
    profile.updated_at = Some(told_at);
    // A token is made anew each hour: that alone is no reason to write.
    changed || before.updated_at.is_none()
}

/// The hash of a verified e-mail that guest points may wait for.
fn claim_of(work: Work<'_>, profile: &Profile) -> Option<String> {
    let email = profile.email.as_deref().filter(|_| profile.email_verified)?;
    let hash = guests::email_hash(&work.home.index_key, email);
    (profile.claimed_email.as_ref() != Some(&hash)).then_some(hash)
}

/// `POST /v1/customers/{id}/adjustments`.
pub(super) fn adjust(work: Work<'_>, customer: String, adjustment: Adjustment, who: String) -> Outcome<Kept> {
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer.clone()))?;
    if !loaded.existed {
        return Err(Code::NotFound.into());
    }
    loaded.bring_to(work.rules, work.now);
    if let Some(order) = &adjustment.order_id {
        check_payment(work, &loaded.owner, order)?;
    }
    let reason = match &adjustment.order_id {
        None => adjustment.reason.clone(),
        Some(order) => format!("{} ({order})", adjustment.reason),
    };
    let available = loaded.account.balances().available;
    let (reason, who) = (Some(reason), Some(who));
    let Adjustment { points, set_to, seen, stamps, card, .. } = adjustment;
    let command = match (points, set_to, seen, stamps, card) {
        (Some(points), None, None, None, None) => Command::Adjust { points, reason, who, key: None },
        (None, Some(target), Some(seen), None, None) => {
            if seen != available {
                let problem = Problem::new(Code::BalanceChanged).with("seen", seen).with("actual", available);
                return Err(problem.into());
            }
            let points = (Wide::of(target) - available.into()).fit()?;
            Command::Adjust { points, reason, who, key: None }
        }
        (None, None, None, Some(stamps), Some(card)) => {
            Command::AdjustStamps { card, stamps, reason, who, key: None }
        }
        _ => {
            let how = "Send `points`, or `set_to` with the balance that was `seen`, or `stamps` of a `card`.";
            return Err(Problem::new(Code::InvalidBody).detail(how).into());
        }
    };
    if matches!(command, Command::Adjust { points, .. } if points > 0) {
        grants::take(work)?;
    }
    loaded.run(work.rules, &command, work.now)?;
    loaded.save(work)?;
    let account = Owner::Customer(customer.clone()).key();
    Ok(Kept::same(201, &views::detail(work, customer)?)?.about(account))
}

/// Points are put right by hand where the shop's own order does not do it (S3.10): for orders that are paid on
/// delivery, and for those that the merchant took by phone.
fn check_payment(work: Work<'_>, owner: &Owner, order: &str) -> Outcome<()> {
    let order = orders::record(work, owner, order)?.ok_or(Code::OrderNotFound)?.order;
    if order.payment_method == PaymentMethod::CashOnDelivery || order.channel == Channel::Phone {
        return Ok(());
    }
    let words = (serde_json::to_value(order.payment_method), serde_json::to_value(order.channel));
    let (Ok(payment_method), Ok(channel)) = words else { return Err(broken("order", "its words")) };
    let problem = Problem::new(Code::AdjustmentNotAllowedForPayment);
    Err(problem.with("payment_method", payment_method).with("channel", channel).into())
}

/// Somebody whom letters may be for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reader {
    /// Whether they want none.
    pub(crate) off: bool,
    /// As the shop told it.
    pub(crate) email: Option<String>,
    /// As the shop told it.
    pub(crate) name: Option<String>,
    /// Their language.
    pub(crate) locale: Option<String>,
    /// Points that they can use.
    pub(crate) available: i64,
}

/// Whom letters may be for: who wants none, or wants them again, from now on.
pub(super) fn reader(work: Work<'_>, customer: String, off: Option<bool>) -> Outcome<Reply> {
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer))?;
    if !loaded.existed {
        return Err(Code::NotFound.into());
    }
    loaded.bring_to(work.rules, work.now);
    let was_off = loaded.profile.mail_off_at.is_some();
    let off = off.unwrap_or(was_off);
    let Profile { email, name, locale, .. } = loaded.profile.clone();
    let reader = Reader { off, email, name, locale, available: loaded.account.balances().available };
    if off != was_off {
        loaded.profile.mail_off_at = off.then_some(work.now);
        loaded.save(work)?;
    }
    Reply::json(200, &reader)
}

/// `DELETE /v1/customers/{id}`: nothing of the person is left here.
pub(super) fn erase(work: Work<'_>, customer: String) -> Outcome<Reply> {
    let owner = Owner::Customer(customer);
    let key = owner.key();
    filling::ensure(work, &owner)?;
    let loaded = Loaded::load(work.sql, owner.clone())?;
    sums::of_erased(work, &loaded.account)?;
    listing::forget(work.sql, &owner)?;
    referrals::erase_friend(work, &loaded)?;
    referrals::erase_inviter(work.sql, &owner)?;
    for table in ["entry", "orders", "redemption"] {
        work.sql.run(&format!("DELETE FROM {table} WHERE account = ?"), vec![key.as_str().into()])?;
    }
    missions::forget(work.sql, &owner)?;
    imports::forget(work.sql, &owner)?;
    work.sql.run("DELETE FROM account WHERE key = ?", vec![key.as_str().into()])?;
    outbox::erase(work.sql, &key)?;
    reminders::erase(work.sql, &key)?;
    idempotency::forget_account(work.sql, &key)?;
    Ok(Reply::empty(204))
}
