//! The shop, and what its first program gives.

use fidela_protocol::drafts::Setup;
use fidela_protocol::merchant::StoreSettings;
use fidela_ui::Formats;
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;

use super::first_program::{Chosen, Numbers, Way, usual_order};
use crate::api::{self, Answer, Call, Fault};
use crate::texts::{self, find, t, tf};
use crate::ui::{
    Button, Card, Choice, Kind, Load, MoneyField, NumberField, Problems, Select, TextField, failed, load,
};
use crate::{browser, session};

/// An address of a shop as an origin: what stands in front is added, what stands behind is left out.
pub fn origin_of(typed: &str) -> Option<String> {
    let typed = typed.trim();
    // Some browsers make `%20` of a space in a host, and call that an address.
    if typed.is_empty() || typed.contains(char::is_whitespace) {
        return None;
    }
    let with_scheme = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = web_sys::Url::new(&with_scheme).ok()?;
    Some(url.origin()).filter(|origin| origin != "null")
}

/// Puts another origin among a store's, unless it is there.
pub async fn allow(origin: &str) -> Answer<StoreSettings> {
    let mut settings: StoreSettings = api::get("/v1/settings").await?;
    if !settings.origins.iter().any(|known| known == origin) {
        settings.origins.push(origin.to_owned());
    }
    api::put("/v1/settings", &settings).await
}

/// Currencies, by the name that the reader calls them.
fn currencies() -> Vec<Choice> {
    let known = browser::supported("currency");
    let known = if known.is_empty() {
        ["EUR", "USD", "BRL", "RON", "MXN"].map(str::to_owned).to_vec()
    } else {
        known
    };
    let name = |code: &String| format!("{code} · {}", browser::display(texts::locale(), "currency", code));
    known.iter().map(|code| (code.clone(), name(code))).collect()
}

/// What people there usually pay with.
fn currency_of(zone: &str, locale: &str) -> &'static str {
    match (zone, locale.split('-').next().unwrap_or_default()) {
        ("Europe/Bucharest", _) | (_, "ro") => "RON",
        ("America/Sao_Paulo" | "America/Fortaleza" | "America/Manaus" | "America/Bahia", _) | (_, "pt") => {
            "BRL"
        }
        ("America/Mexico_City" | "America/Tijuana", _) => "MXN",
        ("America/Argentina/Buenos_Aires" | "America/Buenos_Aires", _) => "ARS",
        ("America/Bogota", _) => "COP",
        ("America/Santiago", _) => "CLP",
        ("Europe/London", _) => "GBP",
        ("Asia/Tokyo", _) => "JPY",
        (zone, _) if zone.starts_with("America/") => "USD",
        _ => "EUR",
    }
}

fn zones(own: &str) -> Vec<Choice> {
    let mut known = browser::supported("timeZone");
    for zone in [own, "UTC"] {
        if !known.iter().any(|known| known == zone) {
            known.insert(0, zone.to_owned());
        }
    }
    known.into_iter().map(|zone| (zone.clone(), zone.replace('_', " "))).collect()
}

/// Steps 1 and 2, while the store has no program of its own.
#[component]
pub fn FirstProgram(
    /// How far the store is.
    setup: Load<Setup>,
) -> impl IntoView {
    let settings: Load<StoreSettings> = load(|| async { api::get("/v1/settings").await });
    settings.view(move |settings| view! { <Form setup=setup settings=settings /> })
}

#[component]
fn Form(setup: Load<Setup>, settings: StoreSettings) -> impl IntoView {
    let name = RwSignal::new(settings.name.clone());
    let locale = RwSignal::new(settings.locale.clone());
    let zone = RwSignal::new(browser::zone());
    let currency = RwSignal::new(currency_of(&browser::zone(), &settings.locale).to_owned());
    let address = RwSignal::new(settings.origins.first().cloned().unwrap_or_default());
    let status = RwSignal::new("delivered".to_owned());
    let ways = RwSignal::new(vec![Way::Points]);
    let card_orders = RwSignal::new(Some(10_i64));
    // None: what is usual for the currency.
    let usual = RwSignal::new(None::<i64>);
    let faults = RwSignal::new(Vec::<Fault>::new());
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let formats = Memo::new_with_compare(move |_| currency.get(), |before, after| before != after);
    let of_currency = move || {
        let code = formats.get();
        Formats::new(texts::locale(), texts::locale(), &code, "UTC", std::collections::BTreeMap::default())
    };
    let minor = move |whole: i64| {
        let digits = u32::try_from(of_currency().digits()).unwrap_or(2);
        whole.saturating_mul(10_i64.saturating_pow(digits))
    };
    let usual_now =
        move || usual.get().filter(|usual| *usual > 0).unwrap_or_else(|| minor(usual_order(&currency.get())));
    let money = move |minor: i64| of_currency().money(minor);
    let languages: Vec<Choice> = {
        let mut tags = texts::locales();
        if !tags.contains(&settings.locale) {
            tags.insert(0, settings.locale.clone());
        }
        tags.into_iter()
            .map(|tag| (tag.clone(), browser::display(texts::locale(), "language", &tag)))
            .collect()
    };
    let wrong = move |path: &'static str| {
        MaybeProp::derive(move || {
            let told = faults.with(|faults| {
                faults.iter().find(|fault| fault.path.starts_with(path)).map(|fault| fault.code.clone())
            });
            told.map(|code| find(&format!("start.fault.{code}")).unwrap_or_else(|| t("start.fault.other")))
        })
    };
    let has = move |way: Way| ways.with(|ways| ways.contains(&way));
    let says = move |way: Way| {
        let numbers = Numbers::of(usual_now());
        let worth = |points: i64| {
            money(points.saturating_mul(numbers.minor).checked_div(numbers.points).unwrap_or(0))
        };
        match way {
            Way::Points => tf(
                "start.way.points.says",
                &[
                    ("every", &money(numbers.every)),
                    ("points", &texts::number(numbers.points)),
                    ("worth", &money(numbers.minor)),
                ],
            ),
            Way::Cashback => tf(
                "start.way.cashback.says",
                &[
                    ("silver", &money(usual_now().saturating_mul(10))),
                    ("gold", &money(usual_now().saturating_mul(40))),
                ],
            ),
            Way::Card => tf("start.way.card.says", &[("n", &texts::number(card_orders.get().unwrap_or(10)))]),
            Way::Missions => tf("start.way.missions.says", &[("worth", &worth(20))]),
            Way::Invitations => tf(
                "start.way.invitations.says",
                &[("inviter", &worth(numbers.inviter)), ("friend", &worth(numbers.friend))],
            ),
        }
    };
    let choices = Way::ALL.map(|way| {
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || has(way)
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        ways.update(|ways| {
                            ways.retain(|known| *known != way);
                            if on { ways.push(way); }
                        });
                    }
                />
                <strong>{t(&format!("start.way.{}", way.key()))}</strong>
                <span>{move || says(way)}</span>
            </label>
        }
    });
    let statuses = Signal::derive(|| {
        ["delivered", "paid", "completed", "placed"]
            .map(|status| (status.to_owned(), t(&format!("start.status.{status}"))))
            .to_vec()
    });
    let kept = settings.clone();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let mut found = Vec::new();
        let fault = |path: &str, code: &str| Fault {
            path: path.to_owned(),
            code: code.to_owned(),
            min: None,
            max: None,
        };
        if name.with_untracked(|name| name.trim().is_empty()) {
            found.push(fault("name", "required"));
        }
        let origin = address.with_untracked(|typed| origin_of(typed));
        if origin.is_none() && !address.with_untracked(|typed| typed.trim().is_empty()) {
            found.push(fault("origins", "origin_expected"));
        }
        if ways.with_untracked(Vec::is_empty) {
            found.push(fault("ways", "nothing_chosen"));
        }
        if untrack(move || has(Way::Card)) && card_orders.get_untracked().is_none_or(|orders| orders < 1) {
            found.push(fault("card_orders", "out_of_range"));
        }
        let ok = found.is_empty();
        faults.set(found);
        if !ok || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let mut settings = kept.clone();
        name.get_untracked().trim().clone_into(&mut settings.name);
        settings.locale = locale.get_untracked();
        if let Some(origin) = origin {
            let others = settings.origins.iter().skip(1).filter(|known| **known != origin).cloned();
            settings.origins = std::iter::once(origin.clone()).chain(others).collect();
        }
        let chosen = Chosen {
            currency: currency.get_untracked(),
            timezone: zone.get_untracked(),
            usual: untrack(usual_now),
            status: status.get_untracked(),
            ways: Way::ALL.into_iter().filter(|way| untrack(|| has(*way))).collect(),
            card_orders: card_orders.get_untracked().unwrap_or(10),
            card_name: t("start.card_name"),
            levels: ["bronze", "silver", "gold"].map(|level| t(&format!("start.level.{level}"))),
        };
        leptos::task::spawn_local(async move {
            let sent = publish(&settings, &chosen).await;
            busy.set(false);
            match sent {
                Ok(()) => {
                    let _ = session::learn_formats(&settings.locale).await;
                    session::load().await;
                    setup.again();
                    browser::focus("page-title");
                }
                Err(failure) if failure.faults().is_empty() => failed(&failure),
                Err(failure) => faults.set(failure.faults().to_vec()),
            }
        });
    };
    let count = Signal::derive(move || if tried.get() { faults.with(Vec::len) } else { 0 });
    let ways_fault = wrong("ways");
    view! {
        <form class="form" novalidate on:submit=send>
            <Card title=t("start.shop") help=t("start.shop_help")>
                <div class="row">
                    <TextField label=t("start.name") value=name on_input=move |to| name.set(to) error=wrong("name") autocomplete="organization" />
                    <TextField
                        label=t("start.address") value=address on_input=move |to| address.set(to) error=wrong("origins")
                        kind="url" inputmode="url" placeholder="shop.example.com" help=t("start.address_help")
                    />
                </div>
                <div class="row">
                    <Select label=t("start.language") choices=languages value=locale on_change=move |to| locale.set(to) help=t("start.language_help") error=wrong("locale") />
                    <Select label=t("start.currency") choices=currencies() value=currency on_change=move |to| { currency.set(to); usual.set(None); } error=wrong("currency") />
                    <Select label=t("start.zone") choices=zones(&browser::zone()) value=zone on_change=move |to| zone.set(to) help=t("start.zone_help") error=wrong("timezone") />
                </div>
            </Card>
            <Card title=t("start.gives") help=t("start.gives_help")>
                <fieldset class="plain">
                    <legend class="unseen">{t("start.gives")}</legend>
                    <div class="choices">{choices}</div>
                    {move || ways_fault.get().map(|text| view! { <p class="fault" role="alert">{text}</p> })}
                </fieldset>
                <div class="row">
                    {move || {
                        let code = currency.get();
                        view! {
                            <MoneyField
                                label=t("start.usual") help=t("start.usual_help") currency=code
                                value=Signal::derive(move || Some(usual_now())) on_change=move |to| usual.set(to)
                            />
                        }
                    }}
                    <Select label=t("start.status") choices=statuses value=status on_change=move |to| status.set(to) help=t("start.status_help") />
                    {move || has(Way::Card).then(|| view! {
                        <NumberField label=t("start.card_orders") value=card_orders on_change=move |to| card_orders.set(to) error=wrong("card_orders") />
                    })}
                </div>
                <p class="help">{t("start.later")}</p>
            </Card>
            <Problems count=count />
            <div class="buttons end">
                <Button kind=Kind::Primary busy=busy>{t("start.publish")}</Button>
            </div>
        </form>
    }
}

/// The shop first: where the program cannot be published, nothing of it is lost.
async fn publish(settings: &StoreSettings, chosen: &Chosen) -> Answer<()> {
    let _: StoreSettings = api::put("/v1/settings", settings).await?;
    // Whoever else has given the store a program meanwhile is not written over.
    let _: Value =
        api::read(Call::new(Method::PUT, "/v1/program").if_match(1).json(&chosen.program()).await?).await?;
    Ok(())
}
