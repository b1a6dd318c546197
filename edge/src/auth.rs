//! Who calls. Another store's or another shopper's things answer exactly as ones that do not exist.

use std::rc::Rc;

use fidela_protocol::scopes::{Author, AuthorKind, Scope, scope};
use fidela_protocol::{Code, Problem};
use serde::Deserialize;

use crate::call::{self, Call};
use crate::config::{self, LiveKey, StoreConfig};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::platform::{crypto, env};
use crate::{ids, network, objects, session};

/// A store's own: its server, by a key, or somebody of its team, by a session.
pub(crate) struct Merchant {
    /// Its store.
    pub(crate) store: Rc<StoreConfig>,
    /// Who exactly.
    pub(crate) who: Author,
    /// What they may do.
    scopes: Vec<Scope>,
}

impl Merchant {
    /// Refuses what they may not do.
    pub(crate) fn may(&self, needs: Scope) -> Outcome<()> {
        if self.scopes.contains(&needs) {
            return Ok(());
        }
        Err(Problem::new(Code::ScopeMissing).with("needs", needs.word()).into())
    }

    /// Refuses to give others what they do not have themselves.
    pub(crate) fn may_give(&self, scopes: &[Scope]) -> Outcome<()> {
        scopes.iter().try_for_each(|scope| self.may(*scope))
    }
}

/// A shopper, as the shop's token says.
pub(crate) struct Shopper {
    /// The store the token is for.
    pub(crate) store: Rc<StoreConfig>,
    /// What it says.
    pub(crate) visitor: objects::shard::Visitor,
}

/// Claims of a shopper token (JWT, HS256).
#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    exp: i64,
    iat: i64,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    name: Option<String>,
    groups: Option<Vec<String>>,
    birthday: Option<jiff::civil::Date>,
    registered_at: Option<jiff::Timestamp>,
    locale: Option<String>,
    referral_code: Option<String>,
}

/// The operator, by the deployment's key.
pub(crate) fn operator(call: &Call) -> Outcome<String> {
    let key = env::var(&call.env, "OPERATOR_KEY").ok_or(Code::Unauthorized)?;
    let given = call.bearer().ok_or(Code::Unauthorized)?;
    if !ids::is_operator(&key, &given) {
        return Err(Code::Unauthorized.into());
    }
    let _ = call.author.set(Author::operator());
    Ok(key)
}

/// A store that exists. One that this deployment never made is not even asked for.
pub(crate) async fn store(call: &Call, store: &str) -> Outcome<Option<Rc<StoreConfig>>> {
    let operator_key = env::var(&call.env, "OPERATOR_KEY").unwrap_or_default();
    if !ids::is_own_store(&operator_key, store) {
        return Ok(None);
    }
    config::of(call, store).await
}

/// The merchant, who may do what the request's route needs. This is the only way to know a merchant, so no route can
/// forget to ask; one of which the table says nothing is nobody's.
pub(crate) async fn merchant(call: &Call) -> Outcome<Merchant> {
    let needs = call.route.and_then(|route| scope(route.id));
    let needs = needs.ok_or_else(|| broken("scopes", format!("{} needs none", call.method)))?;
    let merchant = match call.bearer() {
        Some(key) => by_key(call, &key).await?,
        None => by_session(call).await?,
    };
    merchant.may(needs)?;
    let _ = call.store.set(merchant.store.store_id.clone());
    // Whoever asks twice is the same.
    let _ = call.author.set(merchant.who.clone());
    Ok(merchant)
}

/// A shop's server, by a secret key.
async fn by_key(call: &Call, key: &str) -> Outcome<Merchant> {
    let name = ids::store_of_key(key).ok_or(Code::Unauthorized)?;
    let store = store(call, &name).await?.ok_or(Code::Unauthorized)?;
    let hash = crypto::sha256_hex(key.as_bytes());
    let live = store.keys.iter().find(|live| crypto::same(live.hash.as_bytes(), hash.as_bytes()));
    let LiveKey { id, name, scopes, .. } = live.cloned().ok_or(Code::Unauthorized)?;
    Ok(Merchant { store, who: Author { kind: AuthorKind::Key, id, name }, scopes })
}

/// Somebody of a store's team, signed in to its console.
async fn by_session(call: &Call) -> Outcome<Merchant> {
    if !session::is_there(call) {
        return Err(Code::Unauthorized.into());
    }
    session::refuse_others(call)?;
    let known = session::known(call).await?;
    let (who, scopes) = (known.author(), known.member.role.scopes().to_vec());
    Ok(Merchant { store: known.store, who, scopes })
}

/// The same, where it is about the session itself.
pub(crate) async fn member(call: &Call) -> Outcome<session::Known> {
    session::refuse_others(call)?;
    session::known(call).await
}

/// The shopper, by a token that the shop has signed.
pub(crate) async fn shopper(call: &Call) -> Outcome<Shopper> {
    let token = call.bearer().ok_or(Code::Unauthorized)?;
    if token.len() > limits::TOKEN_BYTES {
        return Err(Code::TokenInvalid.into());
    }
    let invalid = || Problem::new(Code::TokenInvalid);
    let (signed, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
    let (header, payload) = signed.split_once('.').ok_or_else(invalid)?;
    let header = crypto::from_base64url(header).ok_or_else(invalid)?;
    // Only one algorithm: a token cannot choose how it is checked.
    #[derive(Deserialize)]
    struct Header {
        alg: String,
    }
    let Header { alg } = call::json(&header).map_err(|_| invalid())?;
    if alg != "HS256" {
        return Err(invalid().into());
    }
    let payload = crypto::from_base64url(payload).ok_or_else(invalid)?;
    let claims: Claims = call::json(&payload).map_err(|_| invalid())?;
    let signature = crypto::from_base64url(signature).ok_or_else(invalid)?;
    let store = store(call, &claims.aud).await?.ok_or_else(invalid)?;
    let genuine = store
        .identity_secrets
        .iter()
        .any(|secret| crypto::same(&crypto::hmac(secret.as_bytes(), signed.as_bytes()), &signature));
    if !genuine || !fidela_protocol::ids::is_shop_id(&claims.sub) {
        return Err(invalid().into());
    }
    let now = call.now.as_second();
    if claims.exp <= now {
        return Err(Code::TokenExpired.into());
    }
    let from_the_future = claims.iat > now.saturating_add(limits::CLOCK_SKEW_SECONDS);
    if from_the_future || claims.exp.saturating_sub(claims.iat) > limits::TOKEN_SECONDS {
        return Err(invalid()
            .detail("`iat` is not in the future, and `exp` is at most 24 hours later.")
            .into());
    }
    if let Some(origin) = call.header("origin")
        && !allows(&store, &origin)
    {
        crate::routes::setup::seen(call, &store, true).await;
        return Err(Code::OriginNotAllowed.into());
    }
    let told_at = jiff::Timestamp::from_second(claims.iat).map_err(|_| invalid())?;
    let update = fidela_protocol::merchant::CustomerUpdate {
        email: claims.email,
        email_verified: claims.email_verified,
        name: claims.name,
        locale: claims.locale,
        groups: claims.groups,
        birthday: claims.birthday,
        registered_at: claims.registered_at,
        referral_code: claims.referral_code,
        updated_at: Some(told_at),
    };
    crate::routes::customers::check(&update).map_err(|_| invalid().detail("A claim is too long."))?;
    let network = network::tag(call, &store);
    Ok(Shopper { store, visitor: objects::shard::Visitor { customer: claims.sub, update, network } })
}

/// Whether pages of an origin may call for this store's shoppers.
pub(crate) fn allows(store: &StoreConfig, origin: &str) -> bool {
    store.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}
