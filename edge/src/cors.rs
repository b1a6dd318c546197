//! What browsers ask before they let a page call.

use crate::answer::Answer;

/// Headers that a page may send.
const ASKED: &str = "authorization, content-type, idempotency-key, if-match, fidela-store, fidela-program-version, fidela-test-clock";
/// A browser may remember a preflight for two hours; longer it does not.
const REMEMBERED_SECONDS: &str = "7200";

/// The answer to a preflight. There are no cookies, so any origin may ask; what it then may do, its token
/// and the store's origins say.
pub(crate) fn preflight() -> Answer {
    Answer::empty(204)
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-methods", "GET, POST, PUT, DELETE")
        .header("access-control-allow-headers", ASKED)
        .header("access-control-max-age", REMEMBERED_SECONDS)
}

/// An answer that a page of this origin may read.
pub(crate) fn with(answer: Answer, origin: Option<&str>) -> Answer {
    let answer = answer.header("x-content-type-options", "nosniff");
    match origin {
        None => answer,
        Some(_) => answer
            .header("access-control-allow-origin", "*")
            .header("access-control-expose-headers", "etag, retry-after"),
    }
}
