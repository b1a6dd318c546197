//! The picture of the card: uploaded, chosen among those that there are, and what networks cut of it.

use fidela_protocol::pictures::{Picture, PictureUse};
use gloo_net::http::Method;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::File;

use crate::api::{self, Answer, Call, Failure};
use crate::pages::program::document::{Document, Unit};
use crate::texts::{number, t, tf};
use crate::ui::{Button, Confirm, Icon, Kind, Load, Note, Tone, failed, icon, toast};

#[wasm_bindgen(module = "/src/pages/invitations/picture.js")]
extern "C" {
    async fn measure(file: &File) -> wasm_bindgen::JsValue;
    fn chosen(event: &web_sys::Event) -> Option<File>;
    fn dropped(event: &web_sys::DragEvent) -> Option<File>;
}

/// What networks take: the same rules as the edge's (`crates/pictures`, `edge/src/pictures.rs`).
const BYTES: i64 = 1_000_000;
const WIDTH: i64 = 600;
const HEIGHT: i64 = 315;
/// Hundredths of the height.
const NARROWEST: i64 = 100;
const WIDEST: i64 = 220;
/// What networks show of it: 1.91 to 1.
const SHOWN: i64 = 191;

const IMAGE: &str = "referrals.social.image";

/// The picture that is chosen, the others, and a way to more.
pub fn view(doc: Document, pictures: Load<Vec<Picture>>) -> AnyView {
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let over = RwSignal::new(false);
    let deleting = RwSignal::new(None::<String>);
    let asks = RwSignal::new(false);
    let take = move |file: Option<File>| {
        let Some(file) = file else { return };
        wrong.set(None);
        busy.set(true);
        leptos::task::spawn_local(async move {
            let sent = match fault_of(&file).await {
                Some(fault) => Err(fault),
                None => upload(&file).await.map_err(|failure| failure.sentence()),
            };
            let _ = busy.try_set(false);
            match sent {
                Ok(picture) => {
                    doc.set(IMAGE, picture.name.clone());
                    for warning in picture.warnings {
                        toast(Tone::Warn, warning.title);
                    }
                    pictures.again();
                }
                Err(sentence) => {
                    let _ = wrong.try_set(Some(sentence));
                }
            }
        });
    };
    let chosen_name = doc.text(IMAGE);
    let current = move || {
        let name = chosen_name.get();
        let all = pictures.get()?;
        let picture = all.into_iter().find(|picture| picture.name == name)?;
        Some(crop(&picture))
    };
    let others = move || {
        let all = pictures.get().unwrap_or_default();
        let social: Vec<_> =
            all.into_iter().filter(|picture| picture.used_for == PictureUse::Social).collect();
        if social.is_empty() {
            return None;
        }
        let choices: Vec<_> = social
            .into_iter()
            .map(|picture| {
                let (name, own) = (picture.name.clone(), picture.name.clone());
                let (deleted, label) =
                    (picture.name.clone(), tf("invitations.picture_delete", &[("name", &picture.name)]));
                view! {
                    <li class="thumb">
                        <label>
                            <input
                                type="radio"
                                name="social-picture"
                                prop:checked=move || chosen_name.get() == own
                                on:change=move |_| doc.set(IMAGE, name.clone())
                            />
                            <img src=picture.url.clone() alt=picture.name.clone() loading="lazy" />
                        </label>
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=label
                            on:click=move |_| {
                                deleting.set(Some(deleted.clone()));
                                asks.set(true);
                            }
                        >
                            {icon(Icon::Bin)}
                        </button>
                    </li>
                }
            })
            .collect();
        Some(view! { <ul class="thumbs" aria-label=t("invitations.pictures")>{choices}</ul> })
    };
    let without = move || {
        (!chosen_name.get().is_empty()).then(|| {
            view! {
                <Button kind=Kind::Quiet on_press=move || doc.set(IMAGE, serde_json::Value::Null)>
                    {t("invitations.picture_none")}
                </Button>
            }
        })
    };
    let fault = doc.fault(IMAGE, Unit::Number);
    let delete = move |()| {
        let Some(name) = deleting.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let done = api::delete(&format!("/v1/pictures/{}", api::encode(&name))).await;
            let _ = busy.try_set(false);
            let _ = asks.try_set(false);
            match done {
                Ok(()) => {
                    if doc.peek(IMAGE).and_then(|image| image.as_str().map(str::to_owned)).as_ref()
                        == Some(&name)
                    {
                        doc.set(IMAGE, serde_json::Value::Null);
                    }
                    pictures.again();
                }
                Err(failure) => failed(&failure),
            }
        });
    };
    view! {
        {current}
        <label
            class="drop low"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                take(dropped(&event));
            }
        >
            <strong>{move || t(if busy.get() { "invitations.picture_sending" } else { "invitations.picture_drop" })}</strong>
            <span class="button" aria-hidden="true">{t("invitations.picture_choose")}</span>
            <input
                type="file"
                class="unseen"
                accept="image/png,image/jpeg"
                aria-label=t("invitations.picture_choose")
                disabled=move || busy.get()
                on:change=move |event| take(chosen(&event))
            />
        </label>
        <div role="alert">
            {move || wrong.get().map(|text| view! { <Note tone=Tone::Bad><p>{text}</p></Note> })}
            {move || fault.get().map(|text| view! { <Note tone=Tone::Bad><p>{text}</p></Note> })}
        </div>
        {others}
        {without}
        <Confirm
            open=asks
            title=t("invitations.picture_delete_title")
            text=t("invitations.picture_delete_text")
            action=t("shell.delete")
            busy=busy
            on_confirm=delete
        />
    }
    .into_any()
}

/// What is wrong with a file before it is sent, in words.
async fn fault_of(file: &File) -> Option<String> {
    if !matches!(file.type_().as_str(), "image/png" | "image/jpeg") {
        return Some(t("invitations.picture_kind"));
    }
    #[allow(clippy::cast_possible_truncation, reason = "a file's size, far below what a float tells exactly")]
    let bytes = file.size() as i64;
    if bytes > BYTES {
        return Some(tf("invitations.picture_bytes", &[("kb", &number((bytes + 999) / 1_000))]));
    }
    let size: js_sys::Array = wasm_bindgen::JsCast::dyn_into(measure(file).await).ok()?;
    #[allow(clippy::cast_possible_truncation, reason = "pixels")]
    let side = |at: u32| size.get(at).as_f64().map(|side| side as i64);
    let (width, height) = (side(0)?, side(1)?);
    let sides = [("width", number(width)), ("height", number(height))];
    let sides: Vec<(&str, &str)> = sides.iter().map(|(name, side)| (*name, side.as_str())).collect();
    if width < WIDTH || height < HEIGHT {
        return Some(tf("invitations.picture_small", &sides));
    }
    let shape = width.saturating_mul(100);
    if shape < height.saturating_mul(NARROWEST) || shape > height.saturating_mul(WIDEST) {
        return Some(tf("invitations.picture_shape", &sides));
    }
    None
}

async fn upload(file: &File) -> Answer<Picture> {
    let name = format!("social-{}", crate::browser::random().get(..8).unwrap_or_default());
    let call = Call::new(Method::PUT, &format!("/v1/pictures/{name}?use=social"));
    let response = call.header("content-type", &file.type_()).bytes(file.clone().into()).await?;
    response.json().await.map_err(|_| Failure::Unreadable)
}

/// A picture with what networks cut of it in the shade.
fn crop(picture: &Picture) -> AnyView {
    let (width, height) = (i64::from(picture.width), i64::from(picture.height));
    let shape = width.saturating_mul(100);
    let wanted = height.saturating_mul(SHOWN);
    // Thousandths of the picture on each side.
    let (sides, ends) = if shape > wanted {
        let left = width.saturating_sub(wanted / 100);
        (left.saturating_mul(500).checked_div(width).unwrap_or_default(), 0)
    } else {
        let left = height.saturating_sub(shape / SHOWN);
        (0, left.saturating_mul(500).checked_div(height).unwrap_or_default())
    };
    let percent = |thousandths: i64| format!("{}.{}%", thousandths / 10, thousandths % 10);
    let inset = format!("{} {}", percent(ends), percent(sides));
    let is_cut = sides > 5 || ends > 5;
    let sizes = [("width", number(width)), ("height", number(height))];
    let sizes: Vec<(&str, &str)> = sizes.iter().map(|(name, side)| (*name, side.as_str())).collect();
    let said = if is_cut { "invitations.picture_cut" } else { "invitations.picture_whole" };
    view! {
        <figure class="crop">
            <div class="crop-frame">
                <img src=picture.url.clone() alt=picture.name.clone() />
                {is_cut.then(|| view! { <span class="crop-shown" style:inset=inset></span> })}
            </div>
            <figcaption class="help">{tf(said, &sizes)}</figcaption>
        </figure>
    }
    .into_any()
}
