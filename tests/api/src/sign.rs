//! Shopper tokens and webhooks, signed as a shop would.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// A JWT over these claims: HS256.
pub fn jwt(secret: &str, claims: &Value) -> String {
    jwt_with_header(secret, &json!({ "alg": "HS256", "typ": "JWT" }), claims)
}

/// A JWT that says of itself what it likes, always signed by HMAC-SHA256.
pub fn jwt_with_header(secret: &str, header: &Value, claims: &Value) -> String {
    let signed = unsigned(header, claims);
    let signature = URL_SAFE_NO_PAD.encode(hmac(secret.as_bytes(), signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Header and claims without a signature.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// The `X-Shopify-Hmac-Sha256` of Shopify.
pub fn shopify(secret: &str, body: &[u8]) -> String {
    STANDARD.encode(hmac(secret.as_bytes(), body))
}

/// The `webhook-signature` of Standard Webhooks.
pub fn webhook(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("a webhook secret");
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(body);
    format!("v1,{}", STANDARD.encode(hmac(&key, &signed)))
}
