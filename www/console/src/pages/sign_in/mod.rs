//! `/console/sign-in`: a link by e-mail, and what the link leads to.
//!
//! The link's token stands behind the number sign of the address: no server sees it there. It is taken out of the address
//! at once, and used when somebody presses the button or, where the page was opened by the link, by itself.

use fidela_protocol::team::{CreateSession, SignIn as Asked};
use gloo_net::http::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::shell::BASE;
use crate::texts::{self, t, tf};
use crate::ui::{Button, ErrorBox, Icon, Kind, Loading, TextField, icon};
use crate::{api, browser, session};

/// How far it is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Somebody types an address.
    Asking,
    /// A letter may be on its way.
    Sent,
    /// A link is being used.
    Entering,
    /// It came to nothing: a link that was used, or has run out.
    Refused(String),
}

/// What stands behind the number sign as `token=…`; the address is without it afterwards.
fn take_token() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let hash = location.hash().ok()?;
    let token = hash.strip_prefix("#token=")?.to_owned();
    let path = format!("{}{}", location.pathname().ok()?, location.search().ok()?);
    let history = window.history().ok()?;
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    (!token.is_empty()).then_some(token)
}

/// An address within the console, where somebody wanted to go before they signed in.
fn within(then: Option<String>) -> String {
    let then = then.filter(|then| then == BASE || then.starts_with(&format!("{BASE}/")));
    then.filter(|then| !then.contains("sign-in")).unwrap_or_else(|| BASE.to_owned())
}

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    let step = RwSignal::new(Step::Asking);
    let email = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let query = use_query_map();
    let navigate = use_navigate();
    Effect::new(move |_| browser::title(&format!("{} · Fidela", t("shell.sign_in"))));
    let enter = {
        let navigate = navigate.clone();
        move |token: String| {
            let navigate = navigate.clone();
            let then = within(query.get_untracked().get("then"));
            step.set(Step::Entering);
            leptos::task::spawn_local(async move {
                let body = CreateSession { token };
                match api::Call::new(Method::POST, "/v1/session").json(&body).await {
                    Ok(_) => {
                        session::load().await;
                        navigate(&then, NavigateOptions { replace: true, ..NavigateOptions::default() });
                    }
                    Err(failure) => {
                        step.set(Step::Refused(failure.sentence()));
                        browser::focus("sign-in");
                    }
                }
            });
        }
    };
    if let Some(token) = take_token() {
        enter(token);
    } else {
        browser::focus("sign-in");
    }
    // A letter that is opened in the same window changes only what stands behind the number sign.
    let opened = window_event_listener(leptos::ev::hashchange, move |_| {
        if let Some(token) = take_token() {
            enter(token);
        }
    });
    on_cleanup(move || opened.remove());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let address = email.get_untracked().trim().to_owned();
        if !fidela_rules::order::is_email(&address) {
            wrong.set(Some(t("sign_in.address_wrong")));
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let body = Asked { email: address, locale: Some(texts::locale().to_owned()) };
            let sent = api::Call::new(Method::POST, "/v1/sign_in").json(&body).await;
            busy.set(false);
            match sent {
                Ok(_) => {
                    step.set(Step::Sent);
                    browser::focus("sign-in");
                }
                Err(failure) => wrong.set(Some(failure.sentence())),
            }
        });
    };
    let form = move || {
        view! {
            <form class="form" novalidate=true on:submit=send>
                <TextField
                    label=t("sign_in.address")
                    value=email
                    kind="email"
                    autocomplete="email"
                    inputmode="email"
                    error=MaybeProp::derive(move || wrong.get())
                    on_input=move |text| {
                        wrong.set(None);
                        email.set(text);
                    }
                />
                <Button kind=Kind::Primary busy=busy>{t("sign_in.send")}</Button>
            </form>
        }
        .into_any()
    };
    view! {
        <main class="sign-in">
            <div class="sign-in-card">
                <span class="mark" aria-hidden="true"></span>
                {move || match step.get() {
                    Step::Asking => view! {
                        <h1 id="sign-in" tabindex="-1">{t("sign_in.title")}</h1>
                        <p class="soft">{t("sign_in.lead")}</p>
                        {form()}
                    }
                    .into_any(),
                    Step::Sent => view! {
                        <h1 id="sign-in" tabindex="-1">{t("sign_in.sent")}</h1>
                        <p class="sign-in-sent">{icon(Icon::Check)}<span>{tf("sign_in.sent_text", &[("email", email.get_untracked().trim())])}</span></p>
                        <p class="soft">{t("sign_in.sent_help")}</p>
                        <Button on_press=move |()| {
                            step.set(Step::Asking);
                            browser::focus("sign-in");
                        }>{t("sign_in.again")}</Button>
                    }
                    .into_any(),
                    Step::Entering => view! { <h1 id="sign-in" tabindex="-1">{t("sign_in.entering")}</h1><Loading /> }.into_any(),
                    Step::Refused(sentence) => view! {
                        <h1 id="sign-in" tabindex="-1">{t("sign_in.refused")}</h1>
                        <ErrorBox sentence=sentence />
                        {form()}
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

/// Signs out; `everywhere`: on every device.
pub async fn sign_out(everywhere: bool) {
    let path = if everywhere { "/v1/session?everywhere=true" } else { "/v1/session" };
    match api::delete(path).await {
        Ok(()) => session::ended(),
        Err(failure) => crate::ui::failed(&failure),
    }
}
