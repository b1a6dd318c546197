//! Two kinds of errors: a [`Problem`] is the caller's and is answered; a fatal one is ours, is logged once
//! with its cause, and is answered as `internal` without it.

use fidela_protocol::{Code, Problem};

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The caller's: a document with a stable code.
    Problem(Box<Problem>),
    /// Ours.
    Fatal(String),
}

impl Failure {
    /// With one more fact for the caller, where it is theirs.
    pub(crate) fn with(self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        match self {
            Self::Problem(problem) => problem.with(name, value).into(),
            fatal @ Self::Fatal(_) => fatal,
        }
    }
}

/// What most functions on a request's way answer.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Problem::new(code).into()
    }
}

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self::Fatal(error.to_string())
    }
}

impl From<fidela_ledger::Refusal> for Failure {
    fn from(refusal: fidela_ledger::Refusal) -> Self {
        Problem::refusal(&refusal).into()
    }
}

impl From<fidela_rules::Refusal> for Failure {
    fn from(refusal: fidela_rules::Refusal) -> Self {
        Problem::refusal(&refusal).into()
    }
}

impl From<fidela_rules::reward::RewardRefusal> for Failure {
    fn from(refusal: fidela_rules::reward::RewardRefusal) -> Self {
        Problem::refusal(&refusal).into()
    }
}

impl From<fidela_rules::num::OutOfRange> for Failure {
    fn from(_: fidela_rules::num::OutOfRange) -> Self {
        Code::AmountOutOfRange.into()
    }
}

/// What should be there and is not, or cannot be read: our fault, never the caller's.
pub(crate) fn broken(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::Fatal(format!("{what}: {error}"))
}
