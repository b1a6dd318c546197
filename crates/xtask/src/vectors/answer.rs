//! What `rules` and `ledger` answer to a case.

pub(super) use fidela_vectors::answer;
