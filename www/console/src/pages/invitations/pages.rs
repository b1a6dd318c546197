//! The page where shoppers invite, and the page that invitees open, as it looks on a phone.

use fidela_protocol::merchant::FieldFault;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::live::live;
use super::words::{self, Words};
use crate::pages::program::document::document;
use crate::texts::{find, t};
use crate::ui::{Card, Document, Note, Tone};

const INVITE: &[&str] = &["store", "points"];
const LANDING: &[&str] = &["inviter", "store", "points"];

/// `POST /v1/referrals/preview`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Shown {
    /// The page that invitees open.
    pub html: String,
    /// The head of the page where shoppers invite.
    pub invite: Invite,
    /// How networks show the link.
    pub networks: Vec<super::social::Network>,
    /// What may surprise.
    pub warnings: Vec<FieldFault>,
}

/// The head of the page where shoppers invite.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Invite {
    title: String,
    body: String,
    gives: String,
    friend_gets: Option<String>,
}

/// The part of the page.
pub fn view() -> AnyView {
    let doc = document();
    let language = words::language();
    doc.view(move || {
        let shown = live::<Shown>("/v1/referrals/preview", move || {
            json!({ "referrals": doc.get("referrals").get(), "locale": language.get() })
        });
        let html = Signal::derive(move || {
            shown.shown.with(|shown| shown.as_ref().map(|shown| shown.html.clone())).unwrap_or_default()
        });
        let is_there = Memo::new(move |_| shown.shown.with(Option::is_some));
        let invite = move || shown.shown.with(|shown| shown.as_ref().map(|shown| invite(&shown.invite)));
        view! {
            <div class="columns halves">
                <div class="form">
                    <Card title=t("invitations.invite_page") help=t("invitations.invite_page_help")>
                        {words::choose(language)}
                        <Words doc=doc at="referrals.invite_page.title" language=language label=t("invitations.title") places=INVITE />
                        <Words doc=doc at="referrals.invite_page.body" language=language label=t("invitations.body") places=INVITE rows=4 />
                        <p class="help">{t("invitations.empty_is_ours")}</p>
                    </Card>
                    <Card title=t("invitations.landing_page") help=t("invitations.landing_page_help")>
                        <Words doc=doc at="referrals.landing_page.title" language=language label=t("invitations.title") places=LANDING />
                        <Words doc=doc at="referrals.landing_page.body" language=language label=t("invitations.body") places=LANDING rows=5 />
                        <p class="help">{t("invitations.landing_picture")} " " <a href=super::link("social")>{t("invitations.tab.social")}</a></p>
                    </Card>
                </div>
                <div class="beside form">
                    <Card title=t("invitations.invite_preview")>{shown.state()} {invite}</Card>
                    <Card title=t("invitations.landing_preview")>
                        {move || is_there.get().then(|| view! { <Document title=t("invitations.landing_preview") html=html phone=true /> })}
                    </Card>
                </div>
            </div>
        }
    })
}

/// What may surprise, in words.
pub fn warnings(found: &[FieldFault]) -> Vec<AnyView> {
    let said = found.iter().filter_map(|warning| find(&format!("invitations.warning.{}", warning.code)));
    said.map(|said| view! { <Note tone=Tone::Warn><p>{said}</p></Note> }.into_any()).collect()
}

fn invite(invite: &Invite) -> AnyView {
    let Invite { title, body, gives, friend_gets } = invite.clone();
    view! {
        <div class="invite-head">
            <strong>{title}</strong>
            <p>{body}</p>
            <p class="soft">{gives}</p>
            {friend_gets.map(|text| view! { <p class="soft">{text}</p> })}
        </div>
    }
    .into_any()
}
