//! What is inside the frame.

mod common;
mod points;
mod redeem;
mod ticket;

pub(crate) use common::{message, note, skeleton, stranger};
pub(crate) use points::points;
pub(crate) use redeem::redeem;
