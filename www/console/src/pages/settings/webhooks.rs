//! Where the store's events go, and what became of each.

use fidela_protocol::events::{
    CreateEndpoint, Delivery, DeliveryStatus, EndpointCreated, EndpointRow, Happening, RotateSecret,
};
use leptos::prelude::*;

use super::{ShownOnce, fault_of, listed, tell};
use crate::api::{self, Failure, Page};
use crate::session;
use crate::shell::{at, rest};
use crate::texts::{day_of, moment, number, t, tf};
use crate::ui::{
    Badge, Button, Confirm, Dialog, Empty, Icon, Kind, Load, TextField, Toggle, Tone, load, toast,
};

/// The page: all endpoints, or what one of them got.
#[component]
pub(super) fn Webhooks() -> impl IntoView {
    let rest = rest();
    let which = Memo::new(move |_| rest.get().split('/').nth(1).unwrap_or_default().to_owned());
    move || match which.get().as_str() {
        "" => view! { <Endpoints /> }.into_any(),
        id => view! { <Deliveries id=id.to_owned() /> }.into_any(),
    }
}

#[component]
fn Endpoints() -> impl IntoView {
    let loaded = load(|| api::get::<Page<EndpointRow>>("/v1/webhook_endpoints"));
    let (adding, secret) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let (removing, rotating) = (RwSignal::new(None::<EndpointRow>), RwSignal::new(None::<EndpointRow>));
    let may = session::may("keys");
    let add = may.then(|| {
        ViewFn::from(move || {
            view! { <Button kind=Kind::Primary picture=Icon::Plus on_press=move |()| adding.set(true)>{t("settings.webhooks.add")}</Button> }
        })
    });
    let list = loaded.view(move |page| {
        if page.items.is_empty() {
            return view! { <Empty title=t("settings.webhooks.nothing") text=t("settings.webhooks.nothing_text") /> }.into_any();
        }
        let rows: Vec<_> = page.items.into_iter().map(|row| endpoint(row, may, removing, rotating)).collect();
        view! { <ul class="lines">{rows}</ul> }.into_any()
    });
    view! {
        {listed(t("settings.tab.webhooks"), t("settings.webhooks.help"), add, list)}
        <Add open=adding loaded=loaded secret=secret />
        <ShownOnce secret=secret title=t("settings.webhooks.made") text=t("settings.webhooks.made_text") />
        <Remove which=removing loaded=loaded />
        <Rotate which=rotating loaded=loaded secret=secret />
    }
}

fn endpoint(
    row: EndpointRow,
    may: bool,
    removing: RwSignal<Option<EndpointRow>>,
    rotating: RwSignal<Option<EndpointRow>>,
) -> AnyView {
    let (remove, rotate) = (row.clone(), row.clone());
    let events = if row.events.is_empty() { t("settings.webhooks.all") } else { row.events.join(", ") };
    view! {
        <li class="line">
            <div>
                <strong class="breaks">{row.url.clone()}</strong>
                {row.off_since.map(|at| view! { " " <Badge tone=Tone::Bad>{tf("settings.webhooks.off", &[("day", &day_of(&at.to_string()))])}</Badge> })}
                {row.description.map(|text| view! { <br /><span>{text}</span> })}
                <br /><span class="soft">{events}</span>
            </div>
            <div class="buttons">
                <a class="button" href=at(&format!("settings/webhooks/{}", row.id)) aria-label=tf("settings.webhooks.deliveries_of", &[("url", &row.url)])>{t("settings.webhooks.deliveries")}</a>
                {may.then(|| view! { <Button label=tf("settings.webhooks.rotate_one", &[("url", &row.url)]) on_press=move |()| rotating.set(Some(rotate.clone()))>{t("settings.webhooks.rotate")}</Button> })}
                <Button kind=Kind::Danger label=tf("settings.webhooks.remove_one", &[("url", &row.url)]) on_press=move |()| removing.set(Some(remove.clone()))>{t("settings.remove")}</Button>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Add(
    open: RwSignal<bool>,
    loaded: Load<Page<EndpointRow>>,
    secret: RwSignal<Option<String>>,
) -> impl IntoView {
    view! {
        <Dialog open=open title=t("settings.webhooks.add")>
            {
                let (url, description) = (RwSignal::new("https://".to_owned()), RwSignal::new(String::new()));
                let (all, chosen) = (RwSignal::new(true), RwSignal::new(Vec::<String>::new()));
                let failure = RwSignal::new(None::<Failure>);
                let busy = RwSignal::new(false);
                let key = StoredValue::new(api::new_key());
                let wrong = move |place: &'static str| MaybeProp::derive(move || failure.with(|f| fault_of(f.as_ref(), place)));
                let send = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    let description = Some(description.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
                    let events = (!all.get_untracked()).then(|| chosen.get_untracked());
                    let body = CreateEndpoint { url: url.get_untracked().trim().to_owned(), events, description };
                    busy.set(true);
                    leptos::task::spawn_local(async move {
                        let made = api::post::<EndpointCreated>("/v1/webhook_endpoints", &key.get_value(), &body).await;
                        busy.set(false);
                        match made {
                            Ok(made) => {
                                open.set(false);
                                loaded.again();
                                secret.set(made.secret);
                            }
                            Err(why) => {
                                key.set_value(api::new_key());
                                tell(&why);
                                failure.set(Some(why));
                            }
                        }
                    });
                };
                let boxes = move || {
                    let boxes = Happening::KINDS.iter().map(|kind| {
                        let kind = (*kind).to_owned();
                        let own = kind.clone();
                        view! {
                            <label class="check">
                                <input type="checkbox" on:change=move |event| {
                                    let on = event_target_checked(&event);
                                    chosen.update(|chosen| {
                                        chosen.retain(|known| *known != own);
                                        if on { chosen.push(own.clone()); }
                                    });
                                } />
                                <code>{kind}</code>
                            </label>
                        }
                    });
                    boxes.collect::<Vec<_>>()
                };
                view! {
                    <form novalidate=true on:submit=send>
                        <TextField label=t("settings.webhooks.url") help=t("settings.webhooks.url_help") kind="url" inputmode="url" value=url error=wrong("url") on_input=move |text| url.set(text) />
                        <TextField label=t("settings.webhooks.description") value=description error=wrong("description") on_input=move |text| description.set(text) />
                        <Toggle label=t("settings.webhooks.all") value=all error=wrong("events") on_change=move |on| all.set(on) />
                        {move || (!all.get()).then(|| view! { <fieldset class="scopes"><legend>{t("settings.webhooks.events")}</legend>{boxes()}</fieldset> })}
                        <div class="buttons end">
                            <Button on_press=move |()| open.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=Kind::Primary busy=busy>{t("settings.webhooks.add")}</Button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}

/// A dialog about one of several: open while there is one.
fn about(which: RwSignal<Option<EndpointRow>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(which.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && which.with_untracked(Option::is_some) {
            which.set(None);
        }
    });
    open
}

#[component]
fn Remove(which: RwSignal<Option<EndpointRow>>, loaded: Load<Page<EndpointRow>>) -> impl IntoView {
    let open = about(which);
    let text = Signal::derive(move || {
        let url = which.with(|row| row.as_ref().map(|row| row.url.clone())).unwrap_or_default();
        tf("settings.webhooks.remove_text", &[("url", &url)])
    });
    let remove = move |()| {
        let Some(row) = which.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let gone = api::delete(&format!("/v1/webhook_endpoints/{}", row.id)).await;
            open.set(false);
            match gone {
                Ok(()) => loaded.again(),
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    view! { <Confirm open=open title=t("settings.webhooks.remove") text=text action=t("settings.remove") on_confirm=remove /> }
}

#[component]
fn Rotate(
    which: RwSignal<Option<EndpointRow>>,
    loaded: Load<Page<EndpointRow>>,
    secret: RwSignal<Option<String>>,
) -> impl IntoView {
    let open = about(which);
    let rotate = move |()| {
        let Some(row) = which.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let path = format!("/v1/webhook_endpoints/{}/rotate_secret", row.id);
            let made =
                api::post::<EndpointCreated>(&path, &api::new_key(), &RotateSecret { keep_old: true }).await;
            open.set(false);
            match made {
                Ok(made) => {
                    loaded.again();
                    secret.set(made.secret);
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    view! { <Confirm open=open title=t("settings.webhooks.rotate") text=t("settings.webhooks.rotate_text") action=t("settings.webhooks.rotate") on_confirm=rotate /> }
}

#[component]
fn Deliveries(id: String) -> impl IntoView {
    let path = format!("/v1/webhook_endpoints/{}/deliveries", api::encode(&id));
    let asked = path.clone();
    let loaded = load(move || {
        let path = format!("{asked}?limit=50");
        async move { api::get::<Page<Delivery>>(&path).await }
    });
    let replay = Callback::new(move |event: String| {
        let path = format!("{path}/{}/replay", api::encode(&event));
        leptos::task::spawn_local(async move {
            match api::ask::<Delivery>(&path, &()).await {
                Ok(_) => {
                    toast(Tone::Good, t("settings.webhooks.replayed"));
                    loaded.again();
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    });
    let again = ViewFn::from(
        move || view! { <Button on_press=move |()| loaded.again()>{t("settings.webhooks.refresh")}</Button> },
    );
    let list = loaded.view(move |page| {
        if page.items.is_empty() {
            return view! { <Empty title=t("settings.webhooks.no_events") text=t("settings.webhooks.no_events_text") /> }.into_any();
        }
        let rows: Vec<_> = page.items.into_iter().map(|row| delivery(row, replay)).collect();
        view! {
            <table class="cards">
                <thead><tr><th scope="col">{t("settings.record.when")}</th><th scope="col">{t("settings.webhooks.event")}</th><th scope="col">{t("settings.webhooks.state")}</th><th scope="col"><span class="unseen">{t("settings.actions")}</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    });
    view! {
        <a class="back" href=at("settings/webhooks")>{crate::ui::icon(Icon::Next)}{t("settings.tab.webhooks")}</a>
        {listed(t("settings.webhooks.deliveries"), t("settings.webhooks.deliveries_help"), Some(again), list)}
    }
}

fn delivery(row: Delivery, replay: Callback<String>) -> AnyView {
    let Delivery { id, event, at, tries, status, http_status, next_try } = row;
    let (word, tone) = match status {
        DeliveryStatus::Pending => ("pending", Tone::Warn),
        DeliveryStatus::Delivered => ("delivered", Tone::Good),
        DeliveryStatus::GivenUp => ("given_up", Tone::Bad),
    };
    let answered = http_status.map_or_else(|| t("settings.webhooks.no_answer"), |status| status.to_string());
    let tried = tf("settings.webhooks.tries", &[("n", &number(i64::from(tries))), ("answer", &answered)]);
    let next = next_try.map(|at| tf("settings.webhooks.next", &[("at", &moment(&at.to_string()))]));
    let label = format!("{}: {id}", t("settings.webhooks.replay"));
    view! {
        <tr>
            <td data-label=t("settings.record.when")><time datetime=at.to_string()>{moment(&at.to_string())}</time></td>
            <td data-label=t("settings.webhooks.event")><span><code>{event}</code><br /><span class="soft breaks">{id.clone()}</span></span></td>
            <td data-label=t("settings.webhooks.state")><span><Badge tone=tone>{t(&format!("settings.webhooks.{word}"))}</Badge>{(tries > 0).then(|| view! { <br /><span class="soft">{tried}</span> })}{next.map(|next| view! { <br /><span class="soft">{next}</span> })}</span></td>
            <td><div class="buttons end"><Button label=label on_press=move |()| replay.run(id.clone())>{t("settings.webhooks.replay")}</Button></div></td>
        </tr>
    }
    .into_any()
}
