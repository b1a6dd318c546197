//! The script tag, and whether it was seen on the shop's pages.

use std::time::Duration;

use fidela_protocol::drafts::Setup;
use leptos::prelude::*;

use super::form::allow;
use crate::api;
use crate::browser;
use crate::texts::{moment, t, tf};
use crate::ui::{Badge, Button, Card, CopyButton, Load, Loaded, Note, Tone, failed, toast};

/// How often it is looked whether something has been seen.
const LOOK: Duration = Duration::from_secs(3);

/// Step 3.
#[component]
pub fn Tag(
    /// How far the store is.
    setup: Load<Setup>,
) -> impl IntoView {
    let store = setup.state.with_untracked(|state| match state {
        Loaded::Ready(setup) => setup.store_id.clone(),
        _ => String::new(),
    });
    let tag =
        format!("<script async src=\"{}/fidela.js\" data-store=\"{store}\"></script>", browser::origin());
    let shown = tag.clone();
    let seen = move || setup.get().is_some_and(|setup| !setup.tag_seen.is_empty());
    // Asked again for as long as something is awaited and somebody looks; the page that is left asks nothing.
    let looking = set_interval_with_handle(
        move || {
            let waits = setup.state.with_untracked(|state| match state {
                Loaded::Ready(setup) => setup.tag_seen.is_empty() || setup.first_order_at.is_none(),
                _ => true,
            });
            if waits && browser::is_visible() {
                leptos::task::spawn_local(async move {
                    if let Ok(news) = api::get::<Setup>("/v1/setup").await {
                        let is_news =
                            setup.state.try_with_untracked(|state| *state != Loaded::Ready(news.clone()));
                        if is_news == Some(true) {
                            setup.set(news);
                        }
                    }
                });
            }
        },
        LOOK,
    );
    on_cleanup(move || {
        if let Ok(looking) = looking {
            looking.clear();
        }
    });
    let busy = RwSignal::new(false);
    let permit = move |origin: String| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match allow(&origin).await {
                Ok(_) => {
                    toast(Tone::Good, tf("start.allowed", &[("origin", &origin)]));
                    setup.again();
                }
                Err(failure) => failed(&failure),
            }
            busy.set(false);
        });
    };
    let status = move || {
        setup.get().map(|setup| {
            let known = setup.tag_seen.iter().map(|seen| {
                let text = tf("start.seen", &[("origin", &seen.origin), ("at", &moment(&seen.at.to_string()))]);
                view! { <Note tone=Tone::Good><p>{text}</p></Note> }
            });
            let known: Vec<_> = known.collect();
            let nothing = setup.tag_seen.is_empty();
            let unknown = setup.unknown_origins.into_iter().map(|seen| {
                let origin = seen.origin.clone();
                view! {
                    <Note tone=Tone::Warn>
                        <p>{tf("start.unknown", &[("origin", &seen.origin)])}</p>
                        <Button busy=busy on_press=move |()| permit(origin.clone())>{tf("start.allow", &[("origin", &seen.origin)])}</Button>
                    </Note>
                }
            });
            let unknown: Vec<_> = unknown.collect();
            view! {
                {known}
                {unknown}
                {nothing.then(|| view! {
                    <p class="waits"><span class="spinner" aria-hidden="true"></span>{t("start.waits")}</p>
                    <ul class="hints">
                        <li>{t("start.hint.open")}</li>
                        <li>{t("start.hint.template")}</li>
                        <li>{t("start.hint.blocked")}</li>
                    </ul>
                })}
            }
        })
    };
    view! {
        <Card
            title=t("start.tag")
            help=t("start.tag_help")
            actions=move || seen().then(|| view! { <Badge tone=Tone::Good>{t("start.done")}</Badge> })
        >
            <div class="copy-line">
                <code class="code" tabindex="0">{shown}</code>
                <CopyButton text=tag />
            </div>
            <p class="help">{t("start.tag_shopper")}" "<a href="/guide" target="_blank" rel="noopener">{t("start.guide")}</a></p>
            <div role="status" class="tag-status">{status}</div>
            <a class="button" href=format!("/s/{store}") target="_blank" rel="noopener">{t("start.landing")}</a>
        </Card>
    }
}
