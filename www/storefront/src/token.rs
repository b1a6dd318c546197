//! The shopper token: how the shop tells Fidela's widget who is signed in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::clock;
use crate::shopper::Shopper;
use crate::visit::Prefs;

/// How long a token is good for: one hour, in seconds.
const LIFETIME_S: i64 = 60 * 60;

/// Makes a token for a shopper. With `expired`, one that ran out an hour ago: the widget's way of asking
/// for a new one can be seen with it.
pub(crate) fn for_shopper(
    shopper: &Shopper,
    store: &str,
    prefs: &Prefs,
    secret: &str,
    now_ms: i64,
    expired: bool,
) -> String {
    let issued = now_ms / 1_000 - if expired { 2 * LIFETIME_S } else { 0 };
    let mut claims = json!({
        "sub": shopper.id, "email": shopper.email, "email_verified": true, "name": shopper.name,
        "groups": shopper.groups, "locale": prefs.locale,
        "iat": issued, "exp": issued + LIFETIME_S, "aud": store,
    });
    if let Some(registered_ms) = shopper.registered_ms {
        claims["registered_at"] = json!(clock::rfc3339(registered_ms));
    }
    if let Some(birthday) = &shopper.birthday {
        claims["birthday"] = json!(birthday);
    }
    if let Some(code) = &shopper.referral {
        claims["referral_code"] = json!(code);
    }
    sign(&claims, secret)
}

/// JWS compact serialization with HS256 (RFC 7515); the secret's bytes are the key.
fn sign(claims: &Value, secret: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    // HMAC takes keys of every length, so there is no error to tell anybody.
    let tag = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(signed.as_bytes()).finalize().into_bytes())
        .unwrap_or_default();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::{for_shopper, sign};
    use crate::shopper::{Shopper, seeded_shoppers};
    use crate::visit::{Csp, Prefs, TokenMode};

    #[test]
    fn signs_as_others_do() {
        let claims = json!({ "sub": "1234567890" });
        // Computed with Python's `hmac`, so that the two ends are not one piece of code.
        let expected = concat!(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.",
            "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        );
        assert_eq!(sign(&claims, "your-256-bit-secret"), expected);
    }

    #[test]
    fn says_who_and_for_whom() {
        let shopper = Shopper { referral: Some("K7QF".to_owned()), ..seeded_shoppers().remove(0) };
        let prefs = Prefs { csp: Csp::Strict, locale: "ro", token: TokenMode::Inline };
        let token = for_shopper(&shopper, "st_1", &prefs, "secret", 1_773_133_200_500, false);
        let claims = token.split('.').nth(1).expect("three parts");
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
        let claims: Value = serde_json::from_slice(&claims).expect("JSON");
        assert_eq!(claims["sub"], shopper.id);
        assert_eq!(claims["aud"], "st_1");
        assert_eq!(claims["iat"], 1_773_133_200);
        assert_eq!(claims["exp"], 1_773_136_800);
        assert_eq!(claims["email_verified"], true);
        assert_eq!(claims["locale"], "ro");
        assert_eq!(claims["referral_code"], "K7QF");
        assert_eq!(claims["registered_at"], "2025-03-01T09:00:00.000Z");
        assert_eq!(claims["birthday"], "1990-06-12");
    }
}
