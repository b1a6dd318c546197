//! The card that networks show of an invitation's link: picture, title and description, and what is cut of them where.

use fidela_protocol::pictures::Picture;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::live::live;
use super::pages::{Shown, warnings};
use super::picture;
use super::words::{self, Words};
use crate::api;
use crate::pages::program::document::document;
use crate::texts::t;
use crate::ui::{Badge, Card, Tone, load};

const PLACES: &[&str] = &["store", "points"];

/// A link as one network shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Network {
    id: String,
    name: String,
    title: String,
    description: String,
    domain: String,
    image: Option<String>,
    image_is_cut: bool,
}

/// The part of the page.
pub fn view() -> AnyView {
    let doc = document();
    let language = words::language();
    let pictures = load(|| async {
        let all: PictureItems = api::get("/v1/pictures").await?;
        Ok(all.items)
    });
    doc.view(move || {
        let shown = live::<Shown>("/v1/referrals/preview", move || {
            // Another picture under the same name is another preview.
            let _ = pictures.state.get();
            json!({ "referrals": doc.get("referrals").get(), "locale": language.get() })
        });
        let cards = move || {
            shown.shown.with(|shown| {
                let shown = shown.as_ref()?;
                let cards: Vec<_> = shown.networks.iter().map(card).collect();
                Some(view! { {warnings(&shown.warnings)} <div class="networks">{cards}</div> })
            })
        };
        view! {
            <div class="columns halves">
                <div class="form">
                    <Card title=t("invitations.picture") help=t("invitations.picture_rules")>
                        {picture::view(doc, pictures)}
                    </Card>
                    <Card title=t("invitations.social.title") help=t("invitations.social.help")>
                        {words::choose(language)}
                        <Words doc=doc at="referrals.social.title" language=language label=t("invitations.title") places=PLACES />
                        <Words doc=doc at="referrals.social.description" language=language label=t("invitations.description") places=PLACES rows=3 />
                        <p class="help">{t("invitations.empty_is_ours")}</p>
                    </Card>
                </div>
                <div class="beside">
                    <Card title=t("invitations.networks") help=t("invitations.networks_help")>
                        {shown.state()}
                        {cards}
                    </Card>
                </div>
            </div>
        }
    })
}

/// `GET /v1/pictures`.
#[derive(Debug, Clone, Deserialize)]
struct PictureItems {
    items: Vec<Picture>,
}

/// The path of a picture of this server's: the page may show those of its own origin.
pub fn own_path(url: &str) -> String {
    match url.split_once("://") {
        Some((_, rest)) => {
            rest.split_once('/').map_or_else(|| url.to_owned(), |(_, path)| format!("/{path}"))
        }
        None => url.to_owned(),
    }
}

/// How one network shows it: large, with the words on the picture, or small.
fn card(network: &Network) -> AnyView {
    let Network { id, name, title, description, domain, image, image_is_cut } = network.clone();
    let (large, on_picture) = (id != "whatsapp", id == "x");
    let form = match (image.is_some(), on_picture, large) {
        (_, _, false) => "network small",
        (false, ..) => "network bare",
        (true, true, _) => "network over",
        (true, ..) => "network large",
    };
    let picture = image.map(|url| {
        view! { <img class="network-picture" src=own_path(&url) alt=t("invitations.picture") /> }
    });
    let cut = image_is_cut.then(|| view! { <Badge tone=Tone::Warn>{t("invitations.cut")}</Badge> });
    let description =
        (!description.is_empty()).then(|| view! { <span class="network-description">{description}</span> });
    let domain_first = matches!(id.as_str(), "facebook" | "telegram");
    let host = view! { <span class="network-domain">{domain}</span> }.into_any();
    let (before, after) = if domain_first { (Some(host), None) } else { (None, Some(host)) };
    view! {
        <figure class="network-frame">
            <figcaption>{name} {cut}</figcaption>
            <div class=form>
                {picture}
                <div class="network-words">
                    {before}
                    <strong>{title}</strong>
                    {description}
                    {after}
                </div>
            </div>
        </figure>
    }
    .into_any()
}
