//! The link with which somebody takes themselves off a store's letters. It names the store and, encrypted, the shop's
//! customer id: no e-mail address, and no id of the shop's that could be one. It is good for ever, as such links have
//! to be.

use fidela_protocol::ids::is_shop_id;

use crate::platform::crypto;

/// Bytes of the code that proves a token.
const MAC_BYTES: usize = 16;

/// Keys of their own for both, from the store's.
fn keys(index_key: &str) -> ([u8; 32], [u8; 32]) {
    let key = |purpose: &[u8]| crypto::hmac(index_key.as_bytes(), purpose);
    (key(b"unsubscribe: who"), key(b"unsubscribe: mask"))
}

/// The customer's code, which is also what the mask is made of: the same customer has the same link for ever, and
/// nobody without the key can make or read one.
fn mac(key: &[u8; 32], store: &str, customer: &str) -> Vec<u8> {
    let mut mac = crypto::hmac(key, format!("{store}\n{customer}").as_bytes()).to_vec();
    mac.truncate(MAC_BYTES);
    mac
}

/// Masks bytes, or takes the mask off again.
fn masked(key: &[u8; 32], mac: &[u8], bytes: &[u8]) -> Vec<u8> {
    let stream = (0_u32..).flat_map(|block| crypto::hmac(key, &[mac, &block.to_be_bytes()].concat()));
    bytes.iter().zip(stream).map(|(byte, mask)| byte ^ mask).collect()
}

/// A customer's token.
pub(crate) fn token(store: &str, index_key: &str, customer: &str) -> String {
    let (who, mask) = keys(index_key);
    let mut bytes = mac(&who, store, customer);
    let hidden = masked(&mask, &bytes, customer.as_bytes());
    bytes.extend_from_slice(&hidden);
    format!("{}.{}", store.strip_prefix("st_").unwrap_or(store), crypto::to_base64url(&bytes))
}

/// The store that a token names; whether the token is genuine, [`customer`] says.
pub(crate) fn store(token: &str) -> Option<String> {
    let (store, _) = token.split_once('.')?;
    Some(format!("st_{store}"))
}

/// The customer whom a genuine token names.
pub(crate) fn customer(token: &str, store: &str, index_key: &str) -> Option<String> {
    let (_, hidden) = token.split_once('.')?;
    let bytes = crypto::from_base64url(hidden)?;
    let (known, hidden) = bytes.split_at_checked(MAC_BYTES)?;
    let (who, mask) = keys(index_key);
    let customer = String::from_utf8(masked(&mask, known, hidden)).ok()?;
    (is_shop_id(&customer) && crypto::same(&mac(&who, store, &customer), known)).then_some(customer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_one_customer_of_one_store() {
        for id in ["c-7", "ana@example.com", "ș\u{1f600}", &"x".repeat(255)] {
            let token = token("st_0abc", "key", id);
            assert!(!token.contains(id) && token.is_ascii(), "{token}");
            assert_eq!(store(&token).as_deref(), Some("st_0abc"));
            assert_eq!(customer(&token, "st_0abc", "key").as_deref(), Some(id));
            assert_eq!(customer(&token, "st_0abd", "key"), None);
            assert_eq!(customer(&token, "st_0abc", "other"), None);
            let last = if token.ends_with('A') { "B" } else { "A" };
            let other = format!("{}{last}", token.split_at(token.len().saturating_sub(1)).0);
            assert_ne!(customer(&other, "st_0abc", "key").as_deref(), Some(id), "{other}");
        }
        for broken in ["", ".", "x", "0abc.", "0abc.AAAA", "0abc.!"] {
            assert_eq!(customer(broken, "st_0abc", "key"), None);
        }
    }
}
