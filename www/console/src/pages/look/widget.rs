//! The shop's own widget beside what is being edited: a frame of ours that runs the real panel, whose requests are answered
//! with what `POST /v1/preview/me` composes for a made-up shopper.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use crate::api::{self, Failure};
use crate::texts::{self, t, tn};
use crate::ui::{NumberField, Select};
use crate::{browser, session};

/// How long somebody has not typed before the widget is shown anew.
const CALM: Duration = Duration::from_millis(300);

/// The widget as a shopper would see it, with who that shopper is.
#[component]
pub fn LiveWidget(
    /// A draft of the program; the one in force, if none.
    #[prop(optional, into)]
    program: MaybeProp<Value>,
    /// A draft of the theme; as it is, if none.
    #[prop(optional, into)]
    theme: MaybeProp<Value>,
    /// Takes what the edge said of the draft, whenever it is shown anew.
    #[prop(optional, into)]
    on_shown: Option<Callback<Value>>,
    /// Takes why it could not be shown.
    #[prop(optional, into)]
    on_trouble: Option<Callback<Failure>>,
) -> impl IntoView {
    let home = session::current().map_or_else(|| "en".to_owned(), |session| session.locale);
    let frame = NodeRef::<html::Iframe>::new();
    let points = RwSignal::new(Some(240_i64));
    let spoken = texts::locales();
    let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    let of_home = spoken.iter().find(|tag| language(tag) == language(&home)).cloned();
    let locale = RwSignal::new(of_home.unwrap_or_else(|| "en".to_owned()));
    let look = RwSignal::new("light".to_owned());
    let view = RwSignal::new("points".to_owned());
    // What the frame was sent last, for when it is loaded again; and why there is nothing newer.
    let answers = RwSignal::new(None::<Value>);
    let trouble = RwSignal::new(None::<Failure>);
    let send = move || {
        let told = answers.get_untracked().zip(frame.get_untracked());
        if let Some((answers, frame)) = told {
            post(&frame, &answers, &view.get_untracked());
        }
    };
    // Asks when nothing has changed for a moment; an answer that was overtaken is dropped.
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let asked = json!({
            "program": program.get(), "theme": theme.get(), "locale": locale.get(),
            "account": { "available": points.get().unwrap_or(0), "spent": points.get().unwrap_or(0) },
        });
        let this = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(this);
        set_timeout(
            move || {
                if turn.try_get_value() != Some(this) {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let answer = api::ask::<Value>("/v1/preview/me", &asked).await;
                    if turn.try_get_value() != Some(this) {
                        return;
                    }
                    match answer {
                        Ok(shown) => {
                            trouble.set(None);
                            if let Some(on_shown) = on_shown {
                                on_shown.run(shown.clone());
                            }
                            answers.set(Some(shown));
                            send();
                        }
                        Err(failure) => {
                            if let Some(on_trouble) = on_trouble {
                                on_trouble.run(failure.clone());
                            }
                            trouble.set(Some(failure));
                        }
                    }
                });
            },
            CALM,
        );
    });
    Effect::new(move |_| {
        view.track();
        send();
    });
    // The frame says when it can listen: after it was loaded, and after it was loaded again.
    let heard = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        let kind = js_sys::Reflect::get(&event.data(), &"kind".into()).ok().and_then(|kind| kind.as_string());
        if event.origin() == browser::origin() && kind.as_deref() == Some("fidela.preview.ready") {
            send();
        }
    });
    let handler: js_sys::Function = heard.as_ref().unchecked_ref::<js_sys::Function>().clone();
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback("message", &handler);
    }
    let kept = StoredValue::new_local((heard, handler));
    on_cleanup(move || {
        kept.try_with_value(|(_, handler)| {
            if let Some(window) = web_sys::window() {
                let _ = window.remove_event_listener_with_callback("message", handler);
            }
        });
    });
    let source = move || format!("/console/preview?locale={}&look={}", locale.get(), look.get());
    let languages: Vec<(String, String)> = spoken
        .into_iter()
        .map(|tag| (tag.clone(), browser::display(texts::locale(), "language", &tag)))
        .collect();
    let looks = ["light", "dark"].map(|look| (look.to_owned(), t(&format!("shell.look.{look}")))).to_vec();
    let views = ["points", "missions", "invite", "redeem"]
        .map(|view| (view.to_owned(), t(&format!("look.view.{view}"))));
    let views = views.to_vec();
    view! {
        <section class="live-widget" aria-label=t("look.widget")>
            <div class="live-widget-head">
                <Select label=t("look.view") choices=views value=view on_change=move |to| view.set(to) />
                <Select label=t("look.language") choices=languages value=locale on_change=move |to| locale.set(to) />
                <Select label=t("look.light_or_dark") choices=looks value=look on_change=move |to| look.set(to) />
                <NumberField label=t("look.points") value=points on_change=move |to| points.set(to) />
            </div>
            <div class="live-widget-stage" data-look=look>
                <iframe node_ref=frame title=t("look.widget") src=source></iframe>
            </div>
            <p class="help" role="status">
                {move || match trouble.get() {
                    Some(failure) if !failure.faults().is_empty() => {
                        tn("look.preview_waits", i64::try_from(failure.faults().len()).unwrap_or(i64::MAX))
                    }
                    Some(failure) => failure.sentence(),
                    None => t("look.widget_help"),
                }}
            </p>
        </section>
    }
}

/// A cart that points can pay a part of, in the store's currency.
fn cart(answers: &Value) -> Value {
    let currency = answers.pointer("/public/program/currency").cloned().unwrap_or_default();
    // 60.00 where the currency has cents; worth about the same where it has none.
    json!({
        "currency": currency,
        "lines": [{ "id": "1", "product_id": "preview", "quantity": 1, "unit_price": 6_000 }],
    })
}

fn post(frame: &web_sys::HtmlIFrameElement, answers: &Value, view: &str) {
    let message = json!({
        "kind": "fidela.preview", "answers": answers, "view": view, "cart": cart(answers), "only": t("look.only_preview"),
    });
    let parsed = js_sys::JSON::parse(&message.to_string()).unwrap_or(JsValue::NULL);
    if let Some(window) = frame.content_window() {
        let _ = window.post_message(&parsed, &browser::origin());
    }
}
