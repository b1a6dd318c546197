//! Ids that the edge makes. They carry their way, so that no look-up is needed; and what was not made here
//! is seen at once, so that guessing ids creates no object (each costs a file, and three descriptors).

use fidela_protocol::ids::{base32, from_base32, is_store_id};

use crate::failure::Outcome;
use crate::platform::crypto;

/// The operator's keys: the first signs, all verify, so that one can be replaced. Separated by commas.
pub(crate) fn operator_keys(operator_key: &str) -> impl Iterator<Item = &str> {
    operator_key.split(',').map(str::trim).filter(|key| !key.is_empty())
}

/// Whether it is the operator's key.
pub(crate) fn is_operator(operator_key: &str, given: &str) -> bool {
    operator_keys(operator_key).any(|key| crypto::same(key.as_bytes(), given.as_bytes()))
}

/// The store that a create request makes: the same request, told again, leads to the same store.
pub(crate) fn new_store(operator_key: &str, idempotency_key: &str) -> Option<String> {
    let key = operator_keys(operator_key).next()?;
    let seed = crypto::hmac(key.as_bytes(), format!("store\n{idempotency_key}").as_bytes());
    let own = seed.get(..6)?;
    let mut bytes = own.to_vec();
    bytes.extend_from_slice(&store_mac(key, own));
    Some(format!("st_{}", base32(&bytes)))
}

fn store_mac(key: &str, own: &[u8]) -> [u8; 4] {
    let mac = crypto::hmac(key.as_bytes(), &[b"store id\n", own].concat());
    let mut short = [0; 4];
    short.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    short
}

/// Whether a store id was made by this deployment.
pub(crate) fn is_own_store(operator_key: &str, store: &str) -> bool {
    let Some(bytes) = store.strip_prefix("st_").filter(|_| is_store_id(store)).and_then(from_base32) else {
        return false;
    };
    let Some((own, mac)) = bytes.split_at_checked(6) else { return false };
    operator_keys(operator_key).any(|key| crypto::same(&store_mac(key, own), mac))
}

/// A secret key of a store: `sk_{store}_{secret}`.
pub(crate) fn new_secret_key(store: &str) -> Outcome<String> {
    let name = store.strip_prefix("st_").unwrap_or(store);
    Ok(format!("sk_{name}_{}", base32(&crypto::random::<20>()?)))
}

/// The store of a secret key.
pub(crate) fn store_of_key(key: &str) -> Option<String> {
    let (store, secret) = key.strip_prefix("sk_")?.split_once('_')?;
    let store = format!("st_{store}");
    (is_store_id(&store) && !secret.is_empty()).then_some(store)
}

/// A redemption's id: its shard, masked so that it tells nobody anything, and 112 random bits.
pub(crate) fn new_redemption(store: &str, shard: u16) -> Outcome<String> {
    Ok(format!("rd_{}", own_id(store, shard)?))
}

/// The shard that a redemption's id names.
pub(crate) fn shard_of_redemption(store: &str, id: &str) -> Option<u16> {
    shard_of_id(store, id.strip_prefix("rd_")?)
}

/// Characters of a store's id without `st_`: 10 bytes.
const STORE_CHARS: usize = 16;
/// Characters of what follows it in a referral code: 18 bytes.
const REFERRAL_CHARS: usize = 29;
/// Bytes of the code that proves a visit.
const VISIT_MAC_BYTES: usize = 5;

/// A referral code: its store, its shard, masked so that it tells nobody anything, and 128 random bits.
pub(crate) fn new_referral(store: &str, shard: u16) -> Outcome<String> {
    let random = crypto::random::<16>()?;
    let mut bytes = (mask(store, &random) ^ shard).to_be_bytes().to_vec();
    bytes.extend_from_slice(&random);
    Ok(format!("{}{}", store.strip_prefix("st_").unwrap_or(store), base32(&bytes)))
}

/// The store of a referral code.
pub(crate) fn store_of_referral(code: &str) -> Option<String> {
    let (store, own) = code.split_at_checked(STORE_CHARS)?;
    let store = format!("st_{store}");
    (own.len() == REFERRAL_CHARS && is_store_id(&store)).then_some(store)
}

/// The shard that a store's referral code names.
pub(crate) fn shard_of_referral(store: &str, code: &str) -> Option<u16> {
    let own = code.strip_prefix(store.strip_prefix("st_")?).filter(|own| own.len() == REFERRAL_CHARS)?;
    let bytes = from_base32(own)?;
    let (masked, random) = bytes.split_first_chunk::<2>()?;
    (random.len() == 16).then(|| mask(store, random) ^ u16::from_be_bytes(*masked))
}

/// What an invitee takes along from the page of an invitation to the shop: which invitation, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    /// The invitation's code.
    pub(crate) code: String,
    /// When the page was left for the shop, in days since 1970 by the store's clock, and how many days that is
    /// remembered; none where the code was told without it.
    pub(crate) day: Option<(i64, i64)>,
}

fn visit_mac(index_key: &str, signed: &str) -> String {
    let mac = crypto::hmac(index_key.as_bytes(), format!("referral visit\n{signed}").as_bytes());
    base32(mac.get(..VISIT_MAC_BYTES).unwrap_or_default())
}

/// A visit as it is taken along: `{code}-{day}-{days}-{mac}`.
pub(crate) fn visit(index_key: &str, code: &str, day: i64, days: i64) -> String {
    let signed = format!("{code}-{day}-{days}");
    let mac = visit_mac(index_key, &signed);
    format!("{signed}-{mac}")
}

/// A visit as the shop tells it, or a code alone. What was not made here is nothing.
pub(crate) fn read_visit(index_key: &str, told: &str) -> Option<Visit> {
    let Some((signed, mac)) = told.rsplit_once('-') else {
        return Some(Visit { code: told.to_owned(), day: None });
    };
    if !crypto::same(visit_mac(index_key, signed).as_bytes(), mac.as_bytes()) {
        return None;
    }
    let mut parts = signed.split('-');
    let (code, day, days) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Visit { code: code.to_owned(), day: Some((day, days)) })
}

/// A referral's id, as merchants and shoppers see it: its shard, masked, and 112 random bits.
pub(crate) fn new_referral_id(store: &str, shard: u16) -> Outcome<String> {
    Ok(format!("rf_{}", own_id(store, shard)?))
}

/// The shard that a referral's id names.
pub(crate) fn shard_of_referral_id(store: &str, id: &str) -> Option<u16> {
    shard_of_id(store, id.strip_prefix("rf_")?)
}

/// The import that an upload makes: the same upload, told again, leads to the same import. Its last bytes are a MAC by
/// the store's own key.
pub(crate) fn new_import(index_key: &str, idempotency_key: &str) -> String {
    let own = crypto::hmac(index_key.as_bytes(), format!("import\n{idempotency_key}").as_bytes());
    let own: Vec<u8> = own.iter().copied().take(10).collect();
    let mac = import_mac(index_key, &own);
    format!("im_{}", base32(&[own, mac].concat()))
}

fn import_mac(index_key: &str, own: &[u8]) -> Vec<u8> {
    let mac = crypto::hmac(index_key.as_bytes(), &[b"import id\n", own].concat());
    mac.iter().copied().take(5).collect()
}

/// Whether an import's id was made for this store.
pub(crate) fn is_own_import(index_key: &str, id: &str) -> bool {
    let Some(bytes) = id.strip_prefix("im_").and_then(from_base32) else { return false };
    let Some((own, mac)) = bytes.split_at_checked(10) else { return false };
    crypto::same(&import_mac(index_key, own), mac)
}

/// An event's id: its shard, masked, and 112 bits of what makes it this event.
pub(crate) fn event(store: &str, shard: u16, own: &[u8; 32]) -> String {
    let own: Vec<u8> = own.iter().copied().take(14).collect();
    let mut bytes = (mask(store, &own) ^ shard).to_be_bytes().to_vec();
    bytes.extend_from_slice(&own);
    format!("evt_{}", base32(&bytes))
}

/// The shard that an event's id names.
pub(crate) fn shard_of_event(store: &str, id: &str) -> Option<u16> {
    shard_of_id(store, id.strip_prefix("evt_")?)
}

fn own_id(store: &str, shard: u16) -> Outcome<String> {
    let random = crypto::random::<14>()?;
    let mut bytes = (mask(store, &random) ^ shard).to_be_bytes().to_vec();
    bytes.extend_from_slice(&random);
    Ok(base32(&bytes))
}

fn shard_of_id(store: &str, id: &str) -> Option<u16> {
    let bytes = from_base32(id)?;
    let (masked, random) = bytes.split_first_chunk::<2>()?;
    (random.len() == 14).then(|| mask(store, random) ^ u16::from_be_bytes(*masked))
}

fn mask(store: &str, random: &[u8]) -> u16 {
    let hash = crypto::hmac(store.as_bytes(), random);
    hash.first_chunk::<2>().map_or(0, |two| u16::from_be_bytes(*two))
}

/// What a person reads of a redemption: `K7QF-2M9P`, 40 of its random bits.
pub(crate) fn redemption_code(id: &str) -> String {
    let letters: String = id.chars().skip(7).take(8).flat_map(char::to_uppercase).collect();
    match letters.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => letters,
    }
}

/// The shard of a customer, or of a guest's hashed e-mail.
pub(crate) fn shard_of(account: &str, shards: u16) -> u16 {
    let hash = crypto::sha256(account.as_bytes());
    let number = hash.first_chunk::<8>().map_or(0, |eight| u64::from_be_bytes(*eight));
    u16::try_from(number.checked_rem(u64::from(shards)).unwrap_or(0)).unwrap_or(0)
}
