//! How a letter will look, and one of them to oneself.

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::messages::{LetterKind, LetterText, Messages};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::live::live;
use crate::api::{self, Answer, Call};
use crate::session;
use crate::texts::{find, t, tf};
use crate::ui::{Button, Card, Document, Icon, Note, Tone, failed, toast};

/// `GET /v1/messages`.
#[derive(Debug, Clone, Deserialize)]
pub struct Defaults {
    /// What the store says.
    pub messages: Messages,
    /// Fidela's own texts, by letter and language.
    #[serde(rename = "defaults")]
    ours: std::collections::BTreeMap<String, std::collections::BTreeMap<String, LetterText>>,
    /// How this deployment sends letters: `none`, if it does not.
    pub transport: String,
}

impl Defaults {
    /// Fidela's own `subject` or `body` of a letter.
    pub fn text(&self, letter: LetterKind, locale: &str, which: &str) -> Option<String> {
        let LetterText { subject, body } = self.ours.get(letter.word())?.get(locale)?.clone();
        Some(if which == "subject" { subject } else { body })
    }
}

/// What the store says of its letters.
pub async fn defaults() -> Answer<Defaults> {
    api::get("/v1/messages").await
}

/// `POST /v1/messages/preview`.
#[derive(Debug, Clone, Deserialize)]
struct Shown {
    from: String,
    subject: String,
    html: String,
    warnings: Vec<FieldFault>,
}

/// How it will look. `draft`: what the preview is asked with.
pub fn preview(draft: Signal<Value>) -> AnyView {
    let shown = live::<Shown>("/v1/messages/preview", move || draft.get());
    let html = Signal::derive(move || {
        shown.shown.with(|shown| shown.as_ref().map(|shown| shown.html.clone())).unwrap_or_default()
    });
    let is_there = Memo::new(move |_| shown.shown.with(Option::is_some));
    let head = move || {
        shown.shown.with(|shown| {
            let Shown { from, subject, .. } = shown.as_ref()?;
            Some(view! {
                <dl class="facts">
                    <dt>{t("invitations.from")}</dt><dd>{from.clone()}</dd>
                    <dt>{t("invitations.subject")}</dt><dd><strong>{subject.clone()}</strong></dd>
                </dl>
            })
        })
    };
    let warnings = move || {
        shown.shown.with(|shown| {
            let warnings = shown.as_ref().map(|shown| shown.warnings.clone()).unwrap_or_default();
            let said = warnings
                .into_iter()
                .filter_map(|warning| find(&format!("invitations.warning.{}", warning.code)));
            said.map(|said| view! { <Note tone=Tone::Warn><p>{said}</p></Note> }).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="beside">
            <Card title=t("invitations.preview") actions=ViewFn::from(move || test(draft))>
                {shown.state()}
                {warnings}
                {head}
                {move || is_there.get().then(|| view! { <Document title=t("invitations.preview") html=html /> })}
                <p class="help">{t("invitations.preview_help")}</p>
            </Card>
        </div>
    }
    .into_any()
}

/// One to oneself.
fn test(draft: Signal<Value>) -> AnyView {
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let body = draft.get_untracked();
            let sent = Call::new(Method::POST, "/v1/messages/test").key(&api::new_key()).json(&body).await;
            let _ = busy.try_set(false);
            match sent {
                Ok(_) => {
                    let to =
                        untrack(session::current).map(|session| session.member.email).unwrap_or_default();
                    toast(Tone::Good, tf("invitations.test_sent", &[("to", &to)]));
                }
                Err(failure) => failed(&failure),
            }
        });
    };
    view! { <Button picture=Icon::Share busy=busy on_press=press>{t("invitations.test")}</Button> }.into_any()
}
