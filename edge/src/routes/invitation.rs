//! `/r/{code}`: where an invitation leads (S3.15, S3.16). Looking at the page changes nothing, because networks and mail
//! scanners look at every link; going on to the shop notes that it was opened.
//!
//! The page may be kept by anybody for a minute. All that it has of a person is a first name, and whoever has its address
//! may read that: the code in it is 128 random bits, no page is found without it, and it is sent on to nobody
//! (`referrer-policy`, `noindex`). What is not good any more is not kept: it may be good again.

use std::rc::Rc;

use fidela_protocol::Code;
use fidela_protocol::merchant::FieldFault;
use fidela_protocol::pages::{InvitationPreview, InvitePreview, PreviewInvitation};
use fidela_protocol::referrals::{MyInvitations, ReferralDoor, ReferralDoorState};
use fidela_rules::program::Program;
use jiff::civil::date;
use serde_json::Value;

use super::{fault, preview as drafts, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::shard::ShardOp;
use crate::page::May;
use crate::pages::invitation;
use crate::pages::{self, Scene, networks};
use crate::speech::{self, Speaker};
use crate::{accounts, auth, explain, ids, pictures};

/// Stands where a code does; it is none.
const NO_CODE: &str = "preview";
/// Who invites, in a preview.
const SOMEBODY: &str = "Ana";
/// A minute, and a minute more while it is read anew.
const A_MINUTE: &str = "public, max-age=60, stale-while-revalidate=60";

/// The store that a code is of.
async fn store_of(call: &Call, code: &str) -> Outcome<Option<Rc<StoreConfig>>> {
    match ids::store_of_referral(code) {
        Some(store) => auth::store(call, &store).await,
        None => Ok(None),
    }
}

/// What is known of a code of a store; `open`: somebody goes on to the shop.
async fn look_up(call: &Call, store: &StoreConfig, code: &str, open: bool) -> Outcome<Option<ReferralDoor>> {
    let shard = ids::shard_of_referral(&store.store_id, code).filter(|shard| *shard < store.shards);
    let Some(shard) = shard else { return Ok(None) };
    let op = ShardOp::ReferralCode { code: code.to_owned(), open };
    let reply = accounts::of_shard(call, store, shard, None, op).await?;
    match reply.status {
        200 => reply.read().map(Some),
        404 => Ok(None),
        status => Err(broken("invitation", format!("the shard answered {status}"))),
    }
}

/// An invitation with its store: what can be used, or the page that says why it cannot.
enum Found {
    Open(Rc<StoreConfig>, ReferralDoor),
    Sorry(Answer),
}

async fn find(call: &Call, code: &str, open: bool) -> Outcome<Found> {
    let path = call.path.strip_suffix("/go").unwrap_or(&call.path);
    let Some(store) = store_of(call, code).await? else {
        let language = pages::language(call, "en");
        return Ok(Found::Sorry(pages::sorry(404, language, None, "unknown", path)));
    };
    let found = look_up(call, &store, code, open).await?;
    let (status, kind) = match found.as_ref().map(|found| found.state) {
        Some(ReferralDoorState::Open) => {
            let found = found.ok_or(Code::NotFound)?;
            return Ok(Found::Open(store, found));
        }
        Some(ReferralDoorState::Expired) => (410, "expired"),
        Some(ReferralDoorState::Used) => (410, "used"),
        // It may be there again tomorrow.
        Some(ReferralDoorState::Off) => (404, "off"),
        None => (404, "unknown"),
    };
    let program = store.program()?;
    let speaker = Speaker::in_locale(pages::language(call, &store.locale), &store);
    let public_url = call.edge.clone();
    let scene =
        Scene { store: &store, program: &program, speaker: &speaker, public_url: &public_url, root: "" };
    Ok(Found::Sorry(pages::sorry(status, speaker.tag(), Some(&scene), kind, path)))
}

/// `GET /r/{code}`.
pub(crate) async fn page(call: &Call, code: &str) -> Outcome<Answer> {
    let (store, found) = match find(call, code, false).await? {
        Found::Open(store, found) => (store, found),
        Found::Sorry(answer) => return Ok(answer),
    };
    let program = store.program()?;
    let speaker = Speaker::in_locale(pages::language(call, &store.locale), &store);
    let public_url = call.edge.clone();
    let scene =
        Scene { store: &store, program: &program, speaker: &speaker, public_url: &public_url, root: "" };
    let answer = invitation::render(&scene, code, &found, |page| page.answer(May::Pictures, A_MINUTE));
    Ok(answer.header("vary", "accept-language"))
}

/// `GET /r/{code}/go`: on to the shop, with the visit in the address. Whoever only asks for its head, or has it fetched
/// beforehand, has not gone.
pub(crate) async fn go(call: &Call, code: &str) -> Outcome<Answer> {
    let mut purposes = ["sec-purpose", "purpose", "x-moz"].into_iter().filter_map(|name| call.header(name));
    let ahead = purposes.any(|purpose| purpose.contains("prefetch"));
    let (store, _) = match find(call, code, call.method != "HEAD" && !ahead).await? {
        Found::Open(store, found) => (store, found),
        Found::Sorry(answer) => return Ok(answer),
    };
    let program = store.program()?;
    let zone = jiff::tz::TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
    let today = zone.to_datetime(call.now).date();
    let since = date(1970, 1, 1).until(today).map_err(|error| broken("day", error))?;
    let visit = ids::visit(&store.index_key, code, since.get_days().into(), program.referrals.expires_days);
    // Without an address of the shop, our page of the program is all there is.
    let to = pages::shop(&store).and_then(|shop| worker::Url::parse(shop).ok());
    let to = match to {
        Some(mut shop) => {
            shop.query_pairs_mut().append_pair("fidela_ref", &visit);
            shop.to_string()
        }
        None => format!("/s/{}", store.store_id),
    };
    Ok(Answer::empty(303)
        .header("location", to)
        .header("cache-control", "no-store")
        .header("referrer-policy", "no-referrer")
        .header("x-robots-tag", "noindex"))
}

/// `POST /v1/referrals/preview`.
pub(crate) async fn preview(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let PreviewInvitation { referrals, locale } = call.json()?;
    let locale = locale.as_deref().unwrap_or(&store.locale);
    let unknown = speech::tag_of(locale).is_none().then(|| fault("locale", "unknown_locale"));
    refuse(Code::InvalidBody, unknown.into_iter().collect())?;
    let (program, mut warnings) = draft(&store, referrals)?;
    let speaker = Speaker::in_locale(locale, &store);
    let public_url = call.edge.clone();
    let scene = Scene {
        store: &store,
        program: &program,
        speaker: &speaker,
        public_url: &public_url,
        // It is shown within another page, where short addresses would lead elsewhere.
        root: &public_url,
    };
    let points = program.referrals.invitee_points;
    let somebody = ReferralDoor {
        state: ReferralDoorState::Open,
        inviter: Some(SOMEBODY.to_owned()),
        first_name: None,
        inviter_points: program.referrals.inviter_points,
        invitee_points: points,
    };
    let picture = pictures::social(&store, &program, speaker.tag());
    if program.referrals.social.get("image").is_some() && picture.is_none() {
        warnings.push(fault("referrals.social.image", "unknown_picture"));
    }
    let tags = invitation::tags(&scene, NO_CODE, points);
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime alone")]
    let html = invitation::render(&scene, NO_CODE, &somebody, |page| page.html());
    let mut mine = MyInvitations { enabled: true, ..MyInvitations::default() };
    explain::invitations::page(&public_url, &speaker, &store, &program, &mut mine);
    let MyInvitations { title, body, gives, friend_gets, .. } = mine;
    let preview = InvitationPreview {
        locale: speaker.tag().to_owned(),
        html,
        invite: InvitePreview { title, body, gives, friend_gets },
        networks: networks::all(&tags, picture),
        tags,
        warnings,
    };
    Answer::json(200, &preview)
}

/// The program in force with other invitations; every fault of them at once.
fn draft(store: &StoreConfig, referrals: Option<Value>) -> Outcome<(Program, Vec<FieldFault>)> {
    let mut document = store.program.clone();
    if let (Some(referrals), Some(program)) = (referrals, document.as_object_mut()) {
        program.insert("referrals".to_owned(), referrals);
    }
    let (program, mut warnings) = drafts::read(&document)?;
    warnings.retain(|warning| warning.path.starts_with("referrals"));
    Ok((program, warnings))
}
