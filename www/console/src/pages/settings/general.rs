//! Name, language, and where the shop's pages are.

use fidela_protocol::merchant::StoreSettings;
use leptos::prelude::*;

use super::{fault_of, tell};
use crate::api::{self, Failure};
use crate::texts::{self, t};
use crate::ui::{Button, Card, Kind, NumberField, Problems, Select, TextArea, TextField, Tone, load, toast};
use crate::{browser, session};

/// The page.
#[component]
pub(super) fn General() -> impl IntoView {
    let loaded = load(|| api::get::<StoreSettings>("/v1/settings"));
    loaded.view(form)
}

fn form(settings: StoreSettings) -> AnyView {
    let StoreSettings { name, locale, origins, expiring_days } = settings;
    let name = RwSignal::new(name);
    let locale = RwSignal::new(locale);
    let origins = RwSignal::new(origins.join("\n"));
    let days = RwSignal::new(Some(i64::from(expiring_days)));
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let wrong =
        move |place: &'static str| MaybeProp::derive(move || failure.with(|f| fault_of(f.as_ref(), place)));
    let languages = move || {
        let mut tags = texts::locales();
        let own = locale.get();
        if !tags.contains(&own) {
            tags.push(own);
        }
        tags.into_iter()
            .map(|tag| (tag.clone(), browser::display(texts::locale(), "language", &tag)))
            .collect()
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let told = StoreSettings {
            name: name.get_untracked().trim().to_owned(),
            locale: locale.get_untracked(),
            origins: origins
                .get_untracked()
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            expiring_days: days.get_untracked().and_then(|days| u16::try_from(days).ok()).unwrap_or(0),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let saved = api::put::<StoreSettings>("/v1/settings", &told).await;
            busy.set(false);
            match saved {
                Ok(_) => {
                    failure.set(None);
                    toast(Tone::Good, t("shell.saved"));
                    // The menu shows the name, and numbers follow the language.
                    session::load().await;
                }
                Err(why) => {
                    tell(&why);
                    failure.set(Some(why));
                }
            }
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=save>
            <Card title=t("settings.general.store")>
                <div class="row">
                    <TextField label=t("settings.general.name") help=t("settings.general.name_help") value=name error=wrong("name") on_input=move |text| name.set(text) />
                    <Select label=t("settings.general.locale") help=t("settings.general.locale_help") choices=Signal::derive(languages) value=locale error=wrong("locale") on_change=move |tag| locale.set(tag) />
                </div>
                <TextArea label=t("settings.general.origins") help=t("settings.general.origins_help") value=origins rows=3 error=wrong("origins") on_input=move |text| origins.set(text) />
                <NumberField label=t("settings.general.expiring") help=t("settings.general.expiring_help") value=days unit=t("settings.general.days") error=wrong("expiring_days") on_change=move |number| days.set(number) />
            </Card>
            <Problems count=Signal::derive(move || failure.with(|f| f.as_ref().map_or(0, |f| f.faults().len()))) />
            <div class="buttons"><Button kind=Kind::Primary busy=busy>{t("shell.save")}</Button></div>
        </form>
    }
    .into_any()
}
