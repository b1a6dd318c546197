//! Whose an account is.

use serde::{Deserialize, Serialize};

/// Whose an account is: a customer of the shop, or whoever will prove to have an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Owner {
    /// By the shop's own id.
    Customer(String),
    /// By the keyed hash of an e-mail address.
    Guest(String),
}

impl Owner {
    /// The account's key. A customer's begins with `c:`, a guest's with `g:`.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Customer(id) => format!("c:{id}"),
            Self::Guest(hash) => format!("g:{hash}"),
        }
    }

    /// Whose a key is.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let (kind, id) = key.split_once(':')?;
        match kind {
            "c" => Some(Self::Customer(id.to_owned())),
            "g" => Some(Self::Guest(id.to_owned())),
            _ => None,
        }
    }
}
