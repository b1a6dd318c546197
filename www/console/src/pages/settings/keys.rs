//! The store's secret keys: shown once, with what each may do.

use fidela_protocol::merchant::{CreateKey, KeyCreated, KeyRow};
use fidela_protocol::scopes::Scope;
use leptos::prelude::*;

use super::{ShownOnce, fault_of, listed, tell};
use crate::api::{self, Failure, Page};
use crate::texts::{day_of, t, tf};
use crate::ui::{Badge, Button, Confirm, Dialog, Icon, Kind, Load, TextField, Tone, load, toast};

/// The part of the page.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let loaded = load(|| api::get::<Page<KeyRow>>("/v1/keys"));
    let (adding, revoking, secret) =
        (RwSignal::new(false), RwSignal::new(None::<KeyRow>), RwSignal::new(None::<String>));
    let add = ViewFn::from(move || {
        view! { <Button kind=Kind::Primary picture=Icon::Plus on_press=move |()| adding.set(true)>{t("settings.keys.add")}</Button> }
    });
    let list = loaded.view(move |page| table(page.items, revoking));
    view! {
        {listed(t("settings.keys.title"), t("settings.keys.help"), Some(add), list)}
        <Add open=adding loaded=loaded secret=secret />
        <ShownOnce secret=secret title=t("settings.keys.made") text=t("settings.keys.made_text") />
        <Revoke which=revoking loaded=loaded />
    }
}

fn table(keys: Vec<KeyRow>, revoking: RwSignal<Option<KeyRow>>) -> AnyView {
    let rows = keys.into_iter().map(|key| {
        let which = key.clone();
        let may = if key.scopes.len() == Scope::ALL.len() {
            t("settings.scope.all")
        } else {
            key.scopes.iter().map(|scope| t(&format!("settings.scope.{}", scope.word()))).collect::<Vec<_>>().join(", ")
        };
        let state = key.revoked_at.map_or_else(
            || view! { <Button kind=Kind::Danger label=tf("settings.keys.revoke_one", &[("name", &key.name)]) on_press=move |()| revoking.set(Some(which.clone()))>{t("settings.keys.revoke")}</Button> }.into_any(),
            |at| view! { <Badge tone=Tone::Bad>{tf("settings.keys.revoked", &[("day", &day_of(&at.to_string()))])}</Badge> }.into_any(),
        );
        view! {
            <tr>
                <td><strong>{key.name.clone()}</strong><br /><code class="soft">{key.id}</code></td>
                <td data-label=t("settings.keys.may")>{may}</td>
                <td data-label=t("settings.keys.since")>{day_of(&key.created_at.to_string())}</td>
                <td><div class="buttons end">{state}</div></td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <table class="cards">
            <thead><tr><th scope="col">{t("settings.keys.key")}</th><th scope="col">{t("settings.keys.may")}</th><th scope="col">{t("settings.keys.since")}</th><th scope="col"><span class="unseen">{t("settings.actions")}</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Add(open: RwSignal<bool>, loaded: Load<Page<KeyRow>>, secret: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <Dialog open=open title=t("settings.keys.add")>
            {
                let name = RwSignal::new(String::new());
                let scopes = RwSignal::new(vec![Scope::Orders]);
                let failure = RwSignal::new(None::<Failure>);
                let busy = RwSignal::new(false);
                let key = StoredValue::new(api::new_key());
                let send = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    let body = CreateKey { name: name.get_untracked().trim().to_owned(), scopes: Some(scopes.get_untracked()) };
                    busy.set(true);
                    leptos::task::spawn_local(async move {
                        let made = api::post::<KeyCreated>("/v1/keys", &key.get_value(), &body).await;
                        busy.set(false);
                        match made {
                            Ok(made) => {
                                open.set(false);
                                loaded.again();
                                secret.set(made.secret_key);
                            }
                            Err(why) => {
                                key.set_value(api::new_key());
                                tell(&why);
                                failure.set(Some(why));
                            }
                        }
                    });
                };
                let boxes = Scope::ALL.iter().map(|scope| {
                    let scope = *scope;
                    view! {
                        <label class="check">
                            <input
                                type="checkbox"
                                prop:checked=move || scopes.with(|scopes| scopes.contains(&scope))
                                on:change=move |event| {
                                    let on = event_target_checked(&event);
                                    scopes.update(|scopes| {
                                        scopes.retain(|known| *known != scope);
                                        if on { scopes.push(scope); }
                                    });
                                }
                            />
                            <span><strong>{t(&format!("settings.scope.{}", scope.word()))}</strong><br /><span class="help">{t(&format!("settings.scope.{}_help", scope.word()))}</span></span>
                        </label>
                    }
                });
                let boxes: Vec<_> = boxes.collect();
                view! {
                    <form novalidate=true on:submit=send>
                        <TextField label=t("settings.keys.name") help=t("settings.keys.name_help") value=name error=MaybeProp::derive(move || failure.with(|f| fault_of(f.as_ref(), "name"))) on_input=move |text| name.set(text) />
                        <fieldset class="scopes">
                            <legend>{t("settings.keys.may")}</legend>
                            {boxes}
                            {move || failure.with(|f| fault_of(f.as_ref(), "scopes")).map(|text| view! { <p class="fault">{text}</p> })}
                        </fieldset>
                        <div class="buttons end">
                            <Button on_press=move |()| open.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=Kind::Primary busy=busy>{t("settings.keys.add")}</Button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}

#[component]
fn Revoke(which: RwSignal<Option<KeyRow>>, loaded: Load<Page<KeyRow>>) -> impl IntoView {
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| open.set(which.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && which.with_untracked(Option::is_some) {
            which.set(None);
        }
    });
    let title = Signal::derive(move || {
        let name = which.with(|key| key.as_ref().map(|key| key.name.clone())).unwrap_or_default();
        tf("settings.keys.revoke_one", &[("name", &name)])
    });
    let revoke = move |()| {
        let Some(key) = which.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let gone = api::delete(&format!("/v1/keys/{}", key.id)).await;
            busy.set(false);
            open.set(false);
            match gone {
                Ok(()) => {
                    loaded.again();
                    toast(Tone::Good, t("settings.keys.is_revoked"));
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    view! { <Confirm open=open title=title text=t("settings.keys.revoke_text") action=t("settings.keys.revoke") busy=busy on_confirm=revoke /> }
}
