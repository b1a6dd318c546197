//! The picture of a mission: one of those that every store has, or the merchant's own. What is sent is looked at in the page by
//! `fidela_pictures`, the code that takes it at the edge.

use fidela_pictures::{Fault, ICON, Kind};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::catalogue::{self, Named};
use crate::api::{self, Call};
use crate::pages::program::document::Document;
use crate::pages::program::inputs::label;
use crate::pages::program::items::{Picture, picture};
use crate::texts::{self, t, tf};
use crate::ui::{Button, Confirm, Icon, Kind as Press, Tone, failed, icon, next_id, toast};

/// Pictures to choose from, and a way to bring one along.
pub fn picker(doc: Document, at: &str, kind: &str) -> AnyView {
    let place = StoredValue::new(at.to_owned());
    let name = next_id();
    let icons = catalogue::icons();
    let default = catalogue::kind(kind).map_or_else(|| "custom".to_owned(), |kind| kind.icon);
    let kept = doc.text(at);
    let chosen = Memo::new(move |_| {
        let kept = kept.get();
        if kept.is_empty() { default.clone() } else { kept }
    });
    let group = name.clone();
    let all = move || {
        let icons = icons.get();
        let own = icons.items.into_iter().map(|one| (one, false));
        let all = own.chain(icons.built_in.into_iter().map(|one| (one, true)));
        let group = group.clone();
        let choices = all.map(|(Named { name, url, .. }, is_mask)| {
            let (own, value) = (name.clone(), name.clone());
            let title = texts::find(&format!("missions.icon.{name}"))
                .filter(|_| is_mask)
                .unwrap_or_else(|| name.clone());
            let hint = title.clone();
            view! {
                <label class="icon-choice" title=hint>
                    <input
                        type="radio"
                        name=group.clone()
                        value=name.clone()
                        prop:checked=move || chosen.get() == own
                        on:change=move |_| doc.set(place.get_value(), Value::from(value.clone()))
                    />
                    {picture(Picture { address: url, is_mask })}
                    <span class="unseen">{title}</span>
                </label>
            }
        });
        choices.collect::<Vec<_>>()
    };
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let send = move |event: leptos::ev::Event| {
        let input: Option<web_sys::HtmlInputElement> =
            event.target().and_then(|target| target.dyn_into().ok());
        let Some(input) = input else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file may be chosen again after it was mended.
        input.set_value("");
        let Some(file) = file else { return };
        wrong.set(None);
        busy.set(true);
        leptos::task::spawn_local(async move {
            match upload(&file).await {
                Ok(sent) => {
                    catalogue::load_icons().await;
                    doc.set(place.get_value(), Value::from(sent.name));
                    toast(Tone::Good, t("missions.icon_sent"));
                    if !sent.removed.is_empty() {
                        wrong.set(Some(tf("missions.icon_removed", &[("what", &sent.removed.join(", "))])));
                    }
                }
                Err(Some(sentence)) => wrong.set(Some(sentence)),
                Err(None) => {}
            }
            busy.set(false);
        });
    };
    // One of the merchant's own can be deleted; missions that name it are shown with their kind's then.
    let asks = RwSignal::new(false);
    let own = catalogue::icons();
    let is_own =
        Memo::new(move |_| chosen.with(|chosen| own.get().items.iter().any(|one| one.name == *chosen)));
    let remove = move |()| {
        let name = chosen.get_untracked();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/v1/icons/{name}")).await {
                Ok(()) => {
                    catalogue::load_icons().await;
                    doc.set(place.get_value(), Value::Null);
                }
                Err(failure) => failed(&failure),
            }
            busy.set(false);
            asks.set(false);
        });
    };
    let delete = move || {
        is_own.get().then(|| view! { <Button kind=Press::Quiet picture=Icon::Bin on_press=move |()| asks.set(true)>{t("missions.icon_delete")}</Button> })
    };
    let (file, help) = (next_id(), next_id());
    view! {
        <fieldset class="icon-picker" data-path=at.to_owned()>
            <legend>{label(at)}</legend>
            <div class="icon-choices">{all}</div>
            <div class="icon-send">
                <label class="button" for=file.clone() class:busy=busy>{icon(Icon::Upload)}{t("missions.icon_own")}</label>
                <input id=file class="unseen" type="file" accept="image/png,image/webp,image/svg+xml" aria-describedby=help.clone() on:change=send />
                <p class="help" id=help>{t("missions.icon_rules")}</p>
            </div>
            {delete}
            <Confirm
                open=asks
                title=t("missions.icon_delete_title")
                text=t("missions.icon_delete_text")
                action=t("shell.delete")
                busy=busy
                on_confirm=remove
            />
            <div role="alert">{move || wrong.get().map(super::note)}</div>
        </fieldset>
    }
    .into_any()
}

/// Looks at a file, and sends it if it can be an icon. `Err(None)`: what went wrong has been said.
async fn upload(file: &web_sys::File) -> Result<Named, Option<String>> {
    // What is far too large is not even read.
    if file.size() > 10_000_000.0 {
        return Err(Some(t("missions.icon_fault.too_large")));
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Some(t("shell.unreadable")))?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    let kind = Kind::of_bytes(&bytes);
    fidela_pictures::read(&bytes, kind, &ICON).map_err(|fault| Some(said(&fault)))?;
    let media = kind.map(Kind::media_type).unwrap_or_default();
    let path = format!("/v1/icons/{}", name_of(&file.name()));
    let body = js_sys::Uint8Array::from(bytes.as_slice()).into();
    let answer = match Call::new(Method::PUT, &path).header("content-type", media).bytes(body).await {
        Ok(response) => api::read::<Named>(response).await,
        Err(failure) => Err(failure),
    };
    answer.map_err(|failure| {
        failed(&failure);
        None
    })
}

/// What a file's picture is called: its name without what follows the point, in the letters that names have.
fn name_of(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_lowercase();
    let mut name = String::new();
    for letter in stem.chars() {
        if letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_' {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name: String = name.trim_end_matches('-').chars().take(64).collect();
    if name.is_empty() { "icon".to_owned() } else { name }
}

/// Why something cannot be an icon.
fn said(fault: &Fault) -> String {
    match fault {
        Fault::Size { width, height, .. } | Fault::Ratio { width, height, .. } => tf(
            &format!("missions.icon_fault.{}", fault.word()),
            &[("width", &width.to_string()), ("height", &height.to_string())],
        ),
        other => t(&format!("missions.icon_fault.{}", other.word())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_becomes_a_pictures() {
        let check = |file: &str, name: &str| assert_eq!(name_of(file), name);
        check("Star Gold.png", "star-gold");
        check("café_1.final.SVG", "caf-_1-final");
        check("%%%.png", "icon");
        assert_eq!(name_of(&"a".repeat(90)).len(), 64);
    }
}
