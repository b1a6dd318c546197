//! What is inside the frame.

mod common;
mod invite;
mod missions;
mod points;
mod redeem;
mod ticket;

pub(crate) use common::{message, note, skeleton, stranger, toast};
pub(crate) use invite::invite;
pub(crate) use missions::{has_missions, missions};
pub(crate) use points::points;
pub(crate) use redeem::redeem;
