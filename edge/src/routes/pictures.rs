//! Pictures of a store's pages: what networks show of an invitation, and the logo (S3.15, S3.16).

use fidela_pictures::{Fault, Kind, Limits};
use fidela_protocol::pictures::{Picture, PictureList, PictureUse, PictureWarning};
use fidela_protocol::{Code, Problem};

use super::icons::{check_name, served};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::objects::store::{self, StoreOp, StoredPicture};
use crate::pictures::{address, is_cut};
use crate::platform::crypto;
use crate::speech::Speaker;
use crate::{auth, config, limits};

/// Its address has its hash.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /v1/pictures`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let reply = store::ask_for(call, &store, StoreOp::Pictures).await?;
    let mut all: PictureList = reply.read()?;
    let is_cut = all.items.iter().any(is_cut_by_networks);
    let warning = is_cut.then(|| warning(call, &store));
    for picture in &mut all.items {
        picture.warnings = warning.clone().filter(|_| is_cut_by_networks(picture)).into_iter().collect();
    }
    Answer::json(200, &all)
}

/// `GET /v1/pictures/{picture}`.
pub(crate) async fn get(call: &Call, name: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    check_name(&name)?;
    told(call, &store, store::ask_for(call, &store, StoreOp::Picture { name }).await?)
}

/// A picture as it is told, with what may surprise.
fn told(call: &Call, store: &StoreConfig, reply: Reply) -> Outcome<Answer> {
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut picture: Picture = reply.read()?;
    picture.warnings = is_cut_by_networks(&picture).then(|| warning(call, store)).into_iter().collect();
    Answer::json(200, &picture)
}

fn is_cut_by_networks(picture: &Picture) -> bool {
    picture.used_for == PictureUse::Social && is_cut(picture.width, picture.height)
}

fn warning(call: &Call, store: &StoreConfig) -> PictureWarning {
    let title = Speaker::of(call, store).word("picture.cut_by_networks").to_owned();
    PictureWarning { code: "cut_by_networks".to_owned(), title }
}

const fn limits_of(used_for: PictureUse) -> &'static Limits {
    match used_for {
        PictureUse::Social => &limits::SOCIAL,
        PictureUse::Logo => &limits::LOGO,
    }
}

fn refusal(fault: &Fault, used_for: PictureUse) -> Problem {
    let Limits { kinds, bytes, min, max_side, tallest, widest } = limits_of(used_for);
    // All that is asked, so that the next try fits.
    let asked = serde_json::json!({
        "types": kinds.iter().map(|kind| kind.media_type()).collect::<Vec<_>>(),
        "max_bytes": bytes,
        "min_width": min.0,
        "min_height": min.1,
        "max_side": max_side,
        "min_ratio": format!("{}:{}", tallest.0, tallest.1),
        "max_ratio": format!("{}:{}", widest.0, widest.1),
    });
    let problem = match fault {
        Fault::TooLarge { limit, actual } => {
            Problem::new(Code::PictureTooLarge).with("limit", *limit).with("actual", *actual)
        }
        _ => Problem::new(Code::PictureInvalid).with("reason", fault.word()),
    };
    let problem = match fault {
        Fault::Size { width, height, .. } | Fault::Ratio { width, height, .. } => {
            problem.with("width", *width).with("height", *height)
        }
        _ => problem,
    };
    problem.with("asked", asked).detail(fault.to_string())
}

/// `PUT /v1/pictures/{picture}`: the body is the picture.
pub(crate) async fn put(call: &Call, name: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    check_name(&name)?;
    let used_for = PictureUse::of_word(call.query("use").unwrap_or("social"))
        .ok_or_else(|| Problem::new(Code::InvalidQuery).detail("`use` is `social` or `logo`."))?;
    let media_type = call.header("content-type").as_deref().and_then(Kind::of_media_type);
    let picture = fidela_pictures::read(&call.body, media_type, limits_of(used_for))
        .map_err(|fault| refusal(&fault, used_for))?;
    let hash: String = crypto::sha256_hex(&picture.bytes).chars().take(32).collect();
    let data = crypto::to_base64(&picture.bytes);
    let picture = Picture {
        name,
        used_for,
        url: address(&store.store_id, &hash, picture.kind.extension()),
        kind: picture.kind.media_type().to_owned(),
        width: picture.width,
        height: picture.height,
        bytes: u32::try_from(picture.bytes.len()).map_err(|error| broken("picture", error))?,
        updated_at: call.now,
        removed: picture.removed,
        warnings: Vec::new(),
    };
    let op = StoreOp::PutPicture { picture: Box::new(picture), hash, data };
    let reply = store::ask_for(call, &store, op).await?;
    config::read_anew(&store.store_id);
    told(call, &store, reply)
}

/// `DELETE /v1/pictures/{picture}`.
pub(crate) async fn delete(call: &Call, name: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    check_name(&name)?;
    let reply = store::ask_for(call, &store, StoreOp::DeletePicture { name }).await?;
    config::read_anew(&store.store_id);
    Ok(reply.into_answer())
}

/// `GET /pictures/{store}/{picture}`: `{hash}.{extension}`, as the API tells it.
pub(crate) async fn own(call: &Call, store: &str, file: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    let (hash, extension) = file.split_once('.').ok_or(Code::NotFound)?;
    let reply = store::ask_for(call, &store, StoreOp::PictureBytes { hash: hash.to_owned() }).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let StoredPicture { kind, data } = reply.read()?;
    if Kind::of_media_type(&kind).is_none_or(|kind| kind.extension() != extension) {
        return Err(Code::NotFound.into());
    }
    let bytes = crypto::from_base64(&data).ok_or_else(|| broken("picture", "it is not base64"))?;
    Ok(served(&kind, bytes, FOR_EVER))
}
