//! From which network somebody calls, as a tag: it tells whether two came from the same one, and nothing else. No
//! address is kept anywhere.

use std::net::IpAddr;

use crate::call::Call;
use crate::config::StoreConfig;
use crate::platform::crypto;

/// Bytes of a tag: enough to tell a store's networks apart.
const TAG_BYTES: usize = 9;

/// The tag of the caller's network, where the platform says what it is (`CF-Connecting-IP`). Networks are what one
/// household has: 24 bits of an old address, 48 of a new one.
pub(crate) fn tag(call: &Call, store: &StoreConfig) -> Option<String> {
    let mac = hash(call, &store.index_key)?;
    Some(crypto::to_base64url(mac.get(..TAG_BYTES)?))
}

/// The whole of it, by a key.
pub(crate) fn hash(call: &Call, key: &str) -> Option<[u8; 32]> {
    let prefix = prefix(call.header("cf-connecting-ip")?.trim().parse().ok()?);
    Some(crypto::hmac(key.as_bytes(), format!("network\n{prefix}").as_bytes()))
}

fn prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn one_household_is_one_network() {
        let of = |address: &str| address.parse().map(prefix).ok();
        assert_eq!(of("203.0.113.7"), of("203.0.113.200"));
        assert_eq!(of("203.0.113.7"), of("::ffff:203.0.113.9"));
        assert_ne!(of("203.0.113.7"), of("203.0.114.7"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:3::9"));
        assert_ne!(of("2001:db8:1::1"), of("2001:db8:2::1"));
    }
}
