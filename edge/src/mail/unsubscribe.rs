//! The links with which somebody takes themselves off a store's letters. Each names the store and, encrypted, whom it
//! is for: a shopper's customer id, or the keyed hash of a friend's address. There is no e-mail address in it, and no id
//! of the shop's that could be one. They are good for ever, as such links have to be.

use fidela_protocol::ids::is_shop_id;

use crate::platform::crypto;

/// Bytes of the code that proves a token.
const MAC_BYTES: usize = 16;

/// What a link ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Letters to a shopper, whom the shop's customer id names.
    Letters,
    /// Invitations to a friend, whom the keyed hash of an address names.
    Invitations,
}

impl Link {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Letters => "unsubscribe",
            Self::Invitations => "decline invitations",
        }
    }

    /// Keys of their own for both, from the store's.
    fn keys(self, index_key: &str) -> ([u8; 32], [u8; 32]) {
        let key =
            |of: &str| crypto::hmac(index_key.as_bytes(), format!("{}: {of}", self.purpose()).as_bytes());
        (key("who"), key("mask"))
    }

    /// Somebody's token.
    pub(crate) fn token(self, store: &str, index_key: &str, whom: &str) -> String {
        let (who, mask) = self.keys(index_key);
        let mut bytes = mac(&who, store, whom);
        let hidden = masked(&mask, &bytes, whom.as_bytes());
        bytes.extend_from_slice(&hidden);
        format!("{}.{}", store.strip_prefix("st_").unwrap_or(store), crypto::to_base64url(&bytes))
    }

    /// Whom a genuine token of this kind names.
    pub(crate) fn whom(self, token: &str, store: &str, index_key: &str) -> Option<String> {
        let (_, hidden) = token.split_once('.')?;
        let bytes = crypto::from_base64url(hidden)?;
        let (known, hidden) = bytes.split_at_checked(MAC_BYTES)?;
        let (who, mask) = self.keys(index_key);
        let whom = String::from_utf8(masked(&mask, known, hidden)).ok()?;
        (is_shop_id(&whom) && crypto::same(&mac(&who, store, &whom), known)).then_some(whom)
    }
}

/// The code of whoever it is for, which is also what the mask is made of: the same person has the same link for ever,
/// and nobody without the key can make or read one.
fn mac(key: &[u8; 32], store: &str, whom: &str) -> Vec<u8> {
    let mut mac = crypto::hmac(key, format!("{store}\n{whom}").as_bytes()).to_vec();
    mac.truncate(MAC_BYTES);
    mac
}

/// Masks bytes, or takes the mask off again.
fn masked(key: &[u8; 32], mac: &[u8], bytes: &[u8]) -> Vec<u8> {
    let stream = (0_u32..).flat_map(|block| crypto::hmac(key, &[mac, &block.to_be_bytes()].concat()));
    bytes.iter().zip(stream).map(|(byte, mask)| byte ^ mask).collect()
}

/// The store that a token names; whether the token is genuine, [`Link::whom`] says.
pub(crate) fn store(token: &str) -> Option<String> {
    let (store, _) = token.split_once('.')?;
    Some(format!("st_{store}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_one_customer_of_one_store() {
        for id in ["c-7", "ana@example.com", "ș\u{1f600}", &"x".repeat(255)] {
            let token = Link::Letters.token("st_0abc", "key", id);
            assert!(!token.contains(id) && token.is_ascii(), "{token}");
            assert_eq!(store(&token).as_deref(), Some("st_0abc"));
            let whom = |link: Link, token: &str, store, key| link.whom(token, store, key);
            assert_eq!(whom(Link::Letters, &token, "st_0abc", "key").as_deref(), Some(id));
            assert_eq!(whom(Link::Letters, &token, "st_0abd", "key"), None);
            assert_eq!(whom(Link::Letters, &token, "st_0abc", "other"), None);
            // A shopper's link ends nobody's invitations.
            assert_eq!(whom(Link::Invitations, &token, "st_0abc", "key"), None);
            let last = if token.ends_with('A') { "B" } else { "A" };
            let other = format!("{}{last}", token.split_at(token.len().saturating_sub(1)).0);
            assert_ne!(whom(Link::Letters, &other, "st_0abc", "key").as_deref(), Some(id), "{other}");
        }
        for broken in ["", ".", "x", "0abc.", "0abc.AAAA", "0abc.!"] {
            assert_eq!(Link::Letters.whom(broken, "st_0abc", "key"), None);
        }
    }
}
