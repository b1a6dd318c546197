//! The secrets with which the shop signs who its shoppers are: the one in use, and the next.

use fidela_protocol::team::{IdentitySecretCreated, IdentitySecretRow};
use leptos::prelude::*;

use super::{ShownOnce, listed};
use crate::api::{self, Page};
use crate::texts::{day_of, t, tf};
use crate::ui::{Button, Confirm, Kind, Tone, load, toast};

/// The part of the page.
#[component]
pub(super) fn Secrets() -> impl IntoView {
    let loaded = load(|| api::get::<Page<IdentitySecretRow>>("/v1/identity_secrets"));
    let (secret, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let removing = RwSignal::new(None::<IdentitySecretRow>);
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(removing.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && removing.with_untracked(Option::is_some) {
            removing.set(None);
        }
    });
    let rotate = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let call =
                api::Call::new(gloo_net::http::Method::POST, "/v1/identity_secrets").key(&api::new_key());
            let made = match call.send().await {
                Ok(answer) => api::read::<IdentitySecretCreated>(answer).await,
                Err(why) => Err(why),
            };
            busy.set(false);
            match made {
                Ok(made) => {
                    loaded.again();
                    secret.set(made.identity_secret);
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    let remove = move |()| {
        let Some(row) = removing.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let gone = api::delete(&format!("/v1/identity_secrets/{}", row.id)).await;
            open.set(false);
            match gone {
                Ok(()) => {
                    loaded.again();
                    toast(Tone::Good, t("settings.secrets.is_removed"));
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    let list = loaded.view(move |page| {
        let several = page.items.len() > 1;
        let rows = page.items.into_iter().map(|row| {
            let which = row.clone();
            let since = row.created_at.map_or_else(|| t("settings.secrets.first"), |at| tf("settings.secrets.since", &[("day", &day_of(&at.to_string()))]));
            view! {
                <li class="line">
                    <div><code>{format!("…{}", row.ends_with)}</code><br /><span class="soft">{since}</span></div>
                    {several.then(|| view! {
                        <Button kind=Kind::Danger label=tf("settings.secrets.remove_one", &[("end", &row.ends_with)]) on_press=move |()| removing.set(Some(which.clone()))>{t("settings.remove")}</Button>
                    })}
                </li>
            }
        });
        let rows: Vec<_> = rows.collect();
        view! {
            <ul class="lines">{rows}</ul>
            {if several {
                view! { <p class="help">{t("settings.secrets.two")}</p> }.into_any()
            } else {
                view! { <div class="buttons"><Button busy=busy on_press=rotate>{t("settings.secrets.rotate")}</Button></div> }.into_any()
            }}
        }
    });
    view! {
        {listed(t("settings.secrets.title"), t("settings.secrets.help"), None, list)}
        <ShownOnce secret=secret title=t("settings.secrets.made") text=t("settings.secrets.made_text") />
        <Confirm open=open title=t("settings.secrets.remove") text=t("settings.secrets.remove_text") action=t("settings.remove") on_confirm=remove />
    }
}
