//! A file for each resource: parse, call, answer. Nothing here decides about points.

pub(crate) mod assets;
pub(crate) mod customer_list;
pub(crate) mod customers;
pub(crate) mod endpoints;
pub(crate) mod health;
pub(crate) mod icons;
pub(crate) mod imports;
pub(crate) mod invitation;
pub(crate) mod keys;
pub(crate) mod landing;
pub(crate) mod library;
pub(crate) mod mailbox;
pub(crate) mod me;
pub(crate) mod messages;
pub(crate) mod missions;
pub(crate) mod orders;
pub(crate) mod pictures;
pub(crate) mod plan;
pub(crate) mod platforms;
pub(crate) mod preview;
pub(crate) mod preview_me;
pub(crate) mod program;
pub(crate) mod public;
pub(crate) mod quotes;
pub(crate) mod redemptions;
pub(crate) mod referrals;
pub(crate) mod reports;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod stores;
pub(crate) mod team;
pub(crate) mod test_clock;
pub(crate) mod theme;
pub(crate) mod unsubscribe;
pub(crate) mod webhooks;

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::{Code, Problem};
use fidela_rules::Cart;

use crate::failure::Outcome;
use crate::limits;

/// Refuses a body with faults, saying each with its place.
fn refuse(code: Code, faults: Vec<FieldFault>) -> Outcome<()> {
    if faults.is_empty() { Ok(()) } else { Err(Problem::new(code).faults(faults).into()) }
}

/// A cart without faults.
fn check_cart(cart: &Cart) -> Outcome<()> {
    refuse(Code::InvalidOrder, cart.basket().faults("cart.").into_iter().map(FieldFault::from).collect())
}

/// Something has to be held.
fn points_or_reward(points: Option<i64>, reward: Option<&str>) -> Outcome<()> {
    let nothing = points.is_none() && reward.is_none();
    refuse(Code::InvalidBody, nothing.then(|| fault("points", "required")).into_iter().collect())
}

/// A fault of a text that is empty, too long, or has control characters.
fn text_fault(path: &str, text: &str, max: usize) -> Option<FieldFault> {
    let (code, max) = if text.trim().is_empty() {
        ("empty", None)
    } else if text.chars().count() > max {
        ("too_long", i64::try_from(max).ok())
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        ("control_character", None)
    } else {
        return None;
    };
    Some(FieldFault { path: path.to_owned(), code: code.to_owned(), min: None, max })
}

/// A fault of a name.
fn name_fault(path: &str, name: &str) -> Option<FieldFault> {
    text_fault(path, name, limits::NAME_CHARS)
}

/// A fault without numbers.
fn fault(path: impl Into<String>, code: &str) -> FieldFault {
    FieldFault { path: path.into(), code: code.to_owned(), min: None, max: None }
}
