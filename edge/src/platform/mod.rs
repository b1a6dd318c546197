//! What the Workers runtime offers, behind functions that the rest of the Worker can be read without.

pub(crate) mod clock;
pub(crate) mod crypto;
pub(crate) mod env;
pub(crate) mod storage;
