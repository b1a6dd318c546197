//! Shop platforms that tell their orders and customers by themselves.

use fidela_protocol::platforms::{Platform, PlatformList, PlatformSecrets};
use leptos::prelude::*;

use super::{fault_of, tell};
use crate::api::{self, Failure};
use crate::texts::{find, t, tn};
use crate::ui::{Badge, Button, Card, CopyButton, Kind, TextField, Tone, load, toast};
use crate::{browser, session};

/// The page.
#[component]
pub(super) fn Platforms() -> impl IntoView {
    let loaded = load(|| api::get::<PlatformList>("/v1/platforms"));
    loaded.view(|list| list.items.into_iter().map(card).collect::<Vec<_>>())
}

fn card(platform: Platform) -> AnyView {
    let Platform { platform: id, secrets, webhook_path } = platform;
    let name = find(&format!("settings.platform.{id}")).unwrap_or_else(|| id.clone());
    let live = RwSignal::new(secrets);
    let address = format!("{}{webhook_path}", browser::origin());
    let shown = address.clone();
    let badge = move || {
        let secrets = live.get();
        if secrets == 0 {
            view! { <Badge>{t("settings.platforms.off")}</Badge> }.into_any()
        } else {
            view! { <Badge tone=Tone::Good>{tn("settings.platforms.on", i64::from(secrets))}</Badge> }
                .into_any()
        }
    };
    let state = ViewFn::from(move || view! { {badge} });
    let secret = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let path = format!("/v1/platforms/{id}");
    let put = move |secrets: Vec<String>| {
        let path = path.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            let told = api::put::<Platform>(&path, &PlatformSecrets { secrets }).await;
            busy.set(false);
            match told {
                Ok(platform) => {
                    live.set(platform.secrets);
                    secret.set(String::new());
                    failure.set(None);
                    toast(Tone::Good, t("shell.saved"));
                }
                Err(why) => {
                    tell(&why);
                    failure.set(Some(why));
                }
            }
        });
    };
    let disconnect = put.clone();
    view! {
        <Card title=name help=t("settings.platforms.help") actions=state>
            <div class="field">
                <span class="legend">{t("settings.platforms.address")}</span>
                <div class="copied"><code class="code">{shown}</code><CopyButton text=Signal::derive(move || address.clone()) /></div>
            </div>
            {session::may("keys").then(move || view! {
                <form class="form" novalidate=true on:submit=move |event| {
                    event.prevent_default();
                    put(vec![secret.get_untracked().trim().to_owned()]);
                }>
                    <TextField label=t("settings.platforms.secret") help=t("settings.platforms.secret_help") value=secret error=MaybeProp::derive(move || failure.with(|f| fault_of(f.as_ref(), "secrets"))) on_input=move |text| secret.set(text) />
                    <div class="buttons">
                        <Button kind=Kind::Primary busy=busy>{t("settings.platforms.connect")}</Button>
                        {move || {
                            let disconnect = disconnect.clone();
                            (live.get() > 0).then(|| view! { <Button kind=Kind::Danger on_press=move |()| disconnect(Vec::new())>{t("settings.platforms.disconnect")}</Button> })
                        }}
                    </div>
                </form>
            })}
        </Card>
    }
    .into_any()
}
