//! Shop platforms that tell a store's customers: the secrets that their webhooks are signed with.

use std::collections::BTreeSet;

use fidela_protocol::Code;
use fidela_protocol::platforms::{Platform, PlatformList, PlatformSecrets};

use super::{fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::platforms::shopify;
use crate::{auth, config, limits};

fn told(store: &StoreConfig, platform: &str, secrets: usize) -> Platform {
    Platform {
        platform: platform.to_owned(),
        secrets: u32::try_from(secrets).unwrap_or(u32::MAX),
        webhook_path: format!("/v1/webhooks/{}/{platform}", store.store_id),
    }
}

/// `GET /v1/platforms`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let secrets = store.platform_secrets.get(shopify::NAME).map_or(0, Vec::len);
    Answer::json(200, &PlatformList { items: vec![told(&store, shopify::NAME, secrets)] })
}

/// `PUT /v1/platforms/{platform}`. The secrets are never told again.
pub(crate) async fn put(call: &Call, platform: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    if platform != shopify::NAME {
        return Err(Code::NotFound.into());
    }
    let PlatformSecrets { secrets } = call.json()?;
    let mut faults = Vec::new();
    if secrets.len() > limits::PLATFORM_SECRETS {
        faults.push(fault("secrets", "too_many"));
    }
    for (i, secret) in secrets.iter().enumerate() {
        let printable = secret.bytes().all(|byte| (0x21..0x7f).contains(&byte));
        if !(limits::PLATFORM_SECRET_CHARS.contains(&secret.len()) && printable) {
            faults.push(fault(format!("secrets[{i}]"), "secret_expected"));
        }
    }
    if secrets.iter().collect::<BTreeSet<_>>().len() < secrets.len() {
        faults.push(fault("secrets", "duplicate"));
    }
    refuse(Code::InvalidBody, faults)?;
    let answer = told(&store, &platform, secrets.len());
    let op = StoreOp::SetPlatform { platform, secrets };
    let reply = store::call(call, &store.store_id, &StoreCall::of(call, None, op)).await?;
    config::read_anew(&store.store_id);
    if reply.status >= 300 { Ok(reply.into_answer()) } else { Answer::json(200, &answer) }
}
