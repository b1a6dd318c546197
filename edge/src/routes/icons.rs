//! Icons: a merchant's own come and go, and whoever sees a mission sees its icon.

use fidela_pictures::{Fault, Kind};
use fidela_protocol::library::Icon;
use fidela_protocol::{Code, Problem};

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::store::{self, StoreCall, StoreOp, StoredIcon};
use crate::platform::crypto;
use crate::{auth, config, icons, limits};

/// A picture shown at its own address is a page: it may do nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// Its address has its hash.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A page that was loaded before the picture changed asks by the old address.
const FOR_NOW: &str = "public, max-age=60";
/// Built-in icons change with a new version of this server, and seldom.
const FOR_A_WEEK: &str = "public, max-age=604800";

async fn ask(call: &Call, store: &StoreConfig, op: StoreOp) -> Outcome<Answer> {
    let reply = store::call(call, &store.store_id, &StoreCall::of(call, None, op)).await?;
    Ok(reply.into_answer())
}

/// `GET /v1/icons`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    ask(call, &store, StoreOp::Icons).await
}

/// Whether an icon or a picture may have this name.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=limits::ICON_NAME_CHARS).contains(&name.len()) && name.bytes().all(plain)
}

pub(super) fn check_name(name: &str) -> Outcome<()> {
    if is_name(name) {
        return Ok(());
    }
    let detail = "A picture's name has 1 to 64 characters of a to z, 0 to 9, - and _.";
    Err(Problem::new(Code::InvalidId).detail(detail).into())
}

fn refusal(fault: &Fault) -> Problem {
    match fault {
        Fault::TooLarge { limit, actual } => {
            Problem::new(Code::IconTooLarge).with("limit", *limit).with("actual", *actual)
        }
        _ => Problem::new(Code::IconInvalid).with("reason", fault.word()),
    }
    .detail(fault.to_string())
}

/// `PUT /v1/icons/{icon}`: the body is the picture.
pub(crate) async fn put(call: &Call, name: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    check_name(&name)?;
    let told = call.header("content-type").as_deref().and_then(Kind::of_media_type);
    let picture = fidela_pictures::read(&call.body, told, &limits::ICON).map_err(|fault| refusal(&fault))?;
    let hash: String = crypto::sha256_hex(&picture.bytes).chars().take(16).collect();
    let icon = Icon {
        url: icons::own_address(&store.store_id, &name, &hash),
        name,
        kind: picture.kind.media_type().to_owned(),
        width: picture.width,
        height: picture.height,
        bytes: u32::try_from(picture.bytes.len()).map_err(|error| broken("icon", error))?,
        updated_at: call.now,
        removed: picture.removed,
    };
    let data = crypto::to_base64(&picture.bytes);
    let answer = ask(call, &store, StoreOp::PutIcon { icon: Box::new(icon), hash, data }).await;
    config::read_anew(&store.store_id);
    answer
}

/// `DELETE /v1/icons/{icon}`.
pub(crate) async fn delete(call: &Call, name: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    check_name(&name)?;
    let answer = ask(call, &store, StoreOp::DeleteIcon { name }).await;
    config::read_anew(&store.store_id);
    answer
}

/// A picture that any page may show.
pub(super) fn served(kind: &str, bytes: Vec<u8>, cache: &str) -> Answer {
    Answer::bytes(200, kind, bytes)
        .header("cache-control", cache)
        .header("content-security-policy", POLICY)
        .header("cross-origin-resource-policy", "cross-origin")
        .header("access-control-allow-origin", "*")
}

/// `GET /i/{store}/{icon}`: `{name}.{hash}`, as the API tells it. By another hash, or none, it is the present picture.
pub(crate) async fn own(call: &Call, store: &str, icon: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    let (name, asked) = icon.split_once('.').unwrap_or((icon, ""));
    let op = StoreOp::Icon { name: name.to_owned() };
    let reply = store::call(call, &store.store_id, &StoreCall::of(call, None, op)).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let StoredIcon { hash, icon, data } = reply.read()?;
    let bytes = crypto::from_base64(&data).ok_or_else(|| broken("icon", "it is not base64"))?;
    Ok(served(&icon.kind, bytes, if asked == hash { FOR_EVER } else { FOR_NOW }))
}

/// `GET /icons/{name}.svg`.
pub(crate) fn built_in(file: &str) -> Outcome<Answer> {
    let found = file.strip_suffix(".svg").and_then(icons::built_in).ok_or(Code::NotFound)?;
    Ok(served(Kind::Svg.media_type(), found.as_bytes().to_vec(), FOR_A_WEEK))
}
