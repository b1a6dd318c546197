//! Colours, font, corners and logo. How well words can be read is what the API says of them.

use fidela_protocol::pictures::{Picture, Theme};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::widget::LiveWidget;
use crate::api::{self, Call, Fault};
use crate::texts::{find, t, tf};
use crate::ui::{
    Button, Card, Frame, Kind, Load, Note, NumberField, Problems, Select, Toggle, Tone, failed, load, toast,
};

/// `GET /v1/theme`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct State {
    /// As told.
    pub theme: Theme,
    /// Where the logo is.
    pub logo_url: Option<String>,
    /// In hundredths.
    pub contrast: Contrast,
    /// What may surprise.
    pub warnings: Vec<Fault>,
}

/// How well words can be read: 450 is 4.5:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Contrast {
    on_accent: u32,
    text: u32,
}

/// The widget's own colours, where nothing was chosen.
const ACCENT: &str = "#0f6b63";
const SURFACE: &str = "#ffffff";
const TEXT: &str = "#1b1f1e";

/// Fonts that most devices have, and what they are called.
const FONTS: [(&str, &str); 5] = [
    ("", "look.font.shop"),
    ("system-ui, sans-serif", "look.font.system"),
    ("Georgia, serif", "look.font.serif"),
    ("Verdana, sans-serif", "look.font.wide"),
    ("ui-rounded, system-ui, sans-serif", "look.font.rounded"),
];

/// The part of the page.
#[component]
pub fn ThemePart() -> impl IntoView {
    let known: Load<State> = load(|| async { api::get("/v1/theme").await });
    known.view(|state| view! { <Form state=state /> })
}

#[component]
fn Form(state: State) -> impl IntoView {
    let saved = RwSignal::new(state.theme.clone());
    let theme = RwSignal::new(state.theme.clone());
    // What the API says of the draft: with the widget's preview comes how well its words can be read.
    let shown = RwSignal::new(state);
    let faults = RwSignal::new(Vec::<Fault>::new());
    let busy = RwSignal::new(false);
    let draft = MaybeProp::derive(move || serde_json::to_value(theme.get()).ok());
    let is_changed = Signal::derive(move || theme.with(|theme| saved.with(|saved| theme != saved)));
    let wrong = move |path: &'static str| {
        MaybeProp::derive(move || {
            let code = faults.with(|faults| {
                faults.iter().find(|fault| fault.path == path).map(|fault| fault.code.clone())
            });
            code.map(|code| find(&format!("look.fault.{code}")).unwrap_or_else(|| t("look.fault.other")))
        })
    };
    let warned = move |path: &'static str| {
        shown.with(|shown| {
            shown.warnings.iter().any(|warning| warning.path == path && warning.code == "low_contrast")
        })
    };
    let ratio = move |of: fn(&Contrast) -> u32| {
        let contrast = shown.with(|shown| of(&shown.contrast));
        // Rounded down, as the rule is about the least.
        format!("{}.{}", contrast / 100, contrast % 100 / 10)
    };
    let on_shown = Callback::new(move |answers: Value| {
        faults.set(Vec::new());
        if let Some(state) = answers.get("look").and_then(|look| serde_json::from_value(look.clone()).ok()) {
            shown.set(state);
        }
    });
    let on_trouble = Callback::new(move |failure: api::Failure| {
        if failure.code() == "invalid_theme" {
            faults.set(failure.faults().to_vec());
        }
    });
    let save = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::put::<State>("/v1/theme", &theme.get_untracked()).await {
                Ok(state) => {
                    saved.set(state.theme.clone());
                    shown.set(state);
                    toast(Tone::Good, t("look.saved"));
                }
                Err(failure) if failure.faults().is_empty() => failed(&failure),
                Err(failure) => faults.set(failure.faults().to_vec()),
            }
            busy.set(false);
        });
    };
    let own_words = Signal::derive(move || theme.with(|theme| theme.on_accent.is_some()));
    let own_ground = Signal::derive(move || theme.with(|theme| theme.surface.is_some()));
    // Emptied is not the same as not chosen: the field stays, and says what is wrong with it.
    let set_on_accent = Callback::new(move |to: Option<String>| {
        theme.update(|theme| theme.on_accent = Some(to.unwrap_or_default()));
    });
    let set_surface = Callback::new(move |to: Option<String>| {
        theme.update(|theme| theme.surface = Some(to.unwrap_or_default()));
    });
    let set_text = Callback::new(move |to: Option<String>| {
        theme.update(|theme| theme.text = Some(to.unwrap_or_default()));
    });
    let fonts: Vec<(String, String)> = FONTS.iter().map(|(font, key)| ((*font).to_owned(), t(key))).collect();
    let font = Signal::derive(move || theme.with(|theme| theme.font.clone().unwrap_or_default()));
    let fonts = Signal::derive(move || {
        let mut fonts = fonts.clone();
        let own = font.get();
        if !fonts.iter().any(|(known, _)| *known == own) {
            fonts.push((own.clone(), own));
        }
        fonts
    });
    let count = Signal::derive(move || faults.with(Vec::len));
    view! {
        <div class="columns aside look">
            <div class="form">
                <Card title=t("look.colours") help=t("look.colours_help")>
                    <ColourField
                        label=t("look.accent") help=t("look.accent_help") otherwise=ACCENT error=wrong("accent")
                        value=Signal::derive(move || theme.with(|theme| theme.accent.clone()))
                        on_change=move |to| theme.update(|theme| theme.accent = to)
                    />
                    <Toggle
                        label=t("look.own_words") help=t("look.own_words_help") value=own_words
                        on_change=move |on: bool| theme.update(|theme| theme.on_accent = on.then(|| "#ffffff".to_owned()))
                    />
                    {move || own_words.get().then(|| view! {
                        <ColourField
                            label=t("look.on_accent") otherwise="#ffffff" error=wrong("on_accent")
                            value=Signal::derive(move || theme.with(|theme| theme.on_accent.clone()))
                            on_change=set_on_accent
                        />
                    })}
                    <Contrasted low=Signal::derive(move || warned("on_accent")) what=t("look.contrast.button") ratio=Signal::derive(move || ratio(|contrast| contrast.on_accent)) />
                    <Toggle
                        label=t("look.own_ground") help=t("look.own_ground_help") value=own_ground
                        on_change=move |on: bool| theme.update(|theme| {
                            theme.surface = on.then(|| SURFACE.to_owned());
                            theme.text = on.then(|| TEXT.to_owned());
                        })
                    />
                    {move || own_ground.get().then(|| view! {
                        <div class="row">
                            <ColourField
                                label=t("look.surface") otherwise=SURFACE error=wrong("surface")
                                value=Signal::derive(move || theme.with(|theme| theme.surface.clone()))
                                on_change=set_surface
                            />
                            <ColourField
                                label=t("look.text") otherwise=TEXT error=wrong("text")
                                value=Signal::derive(move || theme.with(|theme| theme.text.clone()))
                                on_change=set_text
                            />
                        </div>
                        <Contrasted low=Signal::derive(move || warned("text")) what=t("look.contrast.text") ratio=Signal::derive(move || ratio(|contrast| contrast.text)) />
                    })}
                </Card>
                <Card title=t("look.shape")>
                    <div class="row">
                        <Select
                            label=t("look.font") choices=fonts value=font error=wrong("font") help=t("look.font_help")
                            on_change=move |to: String| theme.update(|theme| theme.font = Some(to).filter(|to| !to.is_empty()))
                        />
                        <NumberField
                            label=t("look.radius") help=t("look.radius_help") unit="px" error=wrong("radius")
                            value=Signal::derive(move || theme.with(|theme| theme.radius))
                            on_change=move |to| theme.update(|theme| theme.radius = to)
                        />
                    </div>
                </Card>
                <Logo theme=theme url=Signal::derive(move || shown.with(|shown| shown.logo_url.clone())) />
                <Problems count=count />
                <div class="buttons sticky">
                    <Button kind=Kind::Primary busy=busy disabled=Signal::derive(move || !is_changed.get()) on_press=save>{t("look.save")}</Button>
                    <Button
                        disabled=Signal::derive(move || !is_changed.get())
                        on_press=move |()| theme.set(saved.get_untracked())
                    >
                        {t("look.undo")}
                    </Button>
                </div>
            </div>
            <LiveWidget theme=draft on_shown=on_shown on_trouble=on_trouble />
        </div>
    }
}

/// How well words can be read.
#[component]
fn Contrasted(
    #[prop(into)] low: Signal<bool>,
    what: String,
    #[prop(into)] ratio: Signal<String>,
) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                let key = if low.get() { "look.contrast.low" } else { "look.contrast.good" };
                let text = tf(key, &[("what", &what), ("ratio", &ratio.get())]);
                if low.get() {
                    view! { <Note tone=Tone::Warn><p>{text}</p></Note> }.into_any()
                } else {
                    view! { <p class="help">{text}</p> }.into_any()
                }
            }}
        </div>
    }
}

/// A colour: picked, or written. What a browser's own picker cannot read is shown in the text beside it alone.
#[component]
fn ColourField(
    #[prop(into)] label: String,
    #[prop(optional, into)] help: String,
    #[prop(into)] error: MaybeProp<String>,
    /// What it is where nothing was chosen.
    otherwise: &'static str,
    #[prop(into)] value: Signal<Option<String>>,
    #[prop(into)] on_change: Callback<Option<String>>,
) -> impl IntoView {
    let frame = Frame::new(&help, error);
    let picked = move || {
        let value = value.get().unwrap_or_default();
        let digits = value.strip_prefix('#').unwrap_or_default();
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match digits.len() {
            6 if is_hex => value,
            3 if is_hex => {
                format!("#{}", digits.chars().flat_map(|digit| [digit, digit]).collect::<String>())
            }
            _ => otherwise.to_owned(),
        }
    };
    let name = label.clone();
    let control = view! {
        <span class="colour">
            <input
                type="color"
                aria-label=tf("look.pick", &[("what", &name)])
                prop:value=picked
                on:input=move |event| on_change.run(Some(event_target_value(&event)))
            />
            <input
                id=frame.id.clone()
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder=otherwise
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                prop:value=move || value.get().unwrap_or_default()
                on:input=move |event| {
                    let typed = event_target_value(&event).trim().to_owned();
                    on_change.run(Some(typed).filter(|typed| !typed.is_empty()));
                }
            />
        </span>
    }
    .into_any();
    frame.around(label, help, control)
}

/// The logo at the head of the store's pages.
#[component]
fn Logo(theme: RwSignal<Theme>, #[prop(into)] url: Signal<Option<String>>) -> impl IntoView {
    const NAME: &str = "logo";
    let uploaded = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let frame = Frame::new("x", MaybeProp::derive(move || trouble.get()));
    let input = NodeRef::<leptos::html::Input>::new();
    let upload = move || {
        let file = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(file) = file else { return };
        busy.set(true);
        trouble.set(None);
        leptos::task::spawn_local(async move {
            let call = Call::new(Method::PUT, &format!("/v1/pictures/{NAME}?use=logo"))
                .header("content-type", &file.type_());
            let answer = match call.bytes(file.into()).await {
                Ok(response) => api::read::<Picture>(response).await,
                Err(failure) => Err(failure),
            };
            match answer {
                Ok(picture) => {
                    uploaded.set(Some(picture.url));
                    theme.update(|theme| theme.logo = Some(NAME.to_owned()));
                }
                Err(failure) => trouble.set(Some(failure.sentence())),
            }
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
            busy.set(false);
        });
    };
    let has = move || theme.with(|theme| theme.logo.is_some());
    let address = move || uploaded.get().or_else(|| url.get()).filter(|_| has());
    let control = view! {
        <span class="upload">
            {move || address().map(|url| view! { <img class="logo" src=url alt=t("look.logo_alt") /> })}
            <input
                node_ref=input
                id=frame.id.clone()
                type="file"
                accept="image/png,image/webp,image/svg+xml"
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                disabled=move || busy.get()
                on:change=move |_| upload()
            />
            {move || has().then(|| view! {
                <Button on_press=move |()| theme.update(|theme| theme.logo = None)>{t("look.no_logo")}</Button>
            })}
        </span>
    }
    .into_any();
    view! { <Card title=t("look.logo")>{frame.around(t("look.logo_file"), t("look.logo_help"), control)}</Card> }
}
