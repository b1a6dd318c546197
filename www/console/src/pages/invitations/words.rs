//! Texts that people read, one for each language, with places in braces that are filled in when they are read.

use leptos::prelude::*;
use serde_json::{Map, Value};
use wasm_bindgen::JsCast;

use crate::pages::program::document::{self, Document, Unit};
use crate::texts::{self, t, tf};
use crate::ui::{Frame, Icon, Select, icon};
use crate::{browser, session};

/// The store's own language.
fn home() -> String {
    untrack(session::current).map_or_else(|| "en".to_owned(), |session| session.locale)
}

/// The language that is edited: at first the store's own.
pub fn language() -> RwSignal<String> {
    let home = home();
    let known = texts::locales().into_iter().find(|locale| *locale == home);
    RwSignal::new(known.unwrap_or_else(|| "en".to_owned()))
}

/// Which language is edited, and seen in the preview.
pub fn choose(language: RwSignal<String>) -> AnyView {
    let choices: Vec<_> = texts::locales()
        .into_iter()
        .map(|tag| {
            let name = browser::display(texts::locale(), "language", &tag);
            (tag, name)
        })
        .collect();
    view! {
        <div class="which-language">
            <Select
                label=t("invitations.language")
                choices=Signal::derive(move || choices.clone())
                value=language
                on_change=move |tag: String| language.set(tag)
            />
        </div>
    }
    .into_any()
}

/// A text's own words in a language.
pub fn own(text: Option<&Value>, locale: &str) -> String {
    match text {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(texts)) => {
            texts.get(locale).and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// What is read in a language that has no words of its own, if there are others: its language, English, or the first.
pub fn otherwise(text: Option<&Value>, locale: &str) -> Option<String> {
    let texts = text?.as_object()?;
    let rank = |tag: &str| {
        let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        if language(tag) == language(locale) { 2 } else { u8::from(tag == "en") }
    };
    let mut best: Option<(u8, &str)> = None;
    for (tag, text) in texts {
        let rank = rank(tag);
        if best.is_none_or(|(of, _)| rank > of) {
            best = Some((rank, text.as_str()?));
        }
    }
    best.map(|(_, text)| text.to_owned())
}

/// The text with other words in one language. What stood for all languages goes on to stand for the others.
pub fn with(text: Option<&Value>, locale: &str, words: &str, locales: &[String]) -> Value {
    let mut texts = match text {
        Some(Value::Object(texts)) => texts.clone(),
        Some(Value::String(text)) => {
            locales.iter().map(|locale| (locale.clone(), text.clone().into())).collect()
        }
        _ => Map::new(),
    };
    if words.is_empty() {
        texts.remove(locale);
    } else {
        texts.insert(locale.to_owned(), words.into());
    }
    if texts.is_empty() { Value::Null } else { Value::Object(texts) }
}

/// Places of a template that it may not have.
fn unknown<'t>(template: &'t str, known: &[&str]) -> Option<&'t str> {
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let is_place = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_place && !known.contains(&name) {
            return Some(name);
        }
        rest = after;
    }
    None
}

/// A text of the program in the language that is edited.
#[component]
pub fn Words(
    /// The program that is edited.
    doc: Document,
    /// Where it is: `referrals.email.subject`.
    at: &'static str,
    /// Which language is edited.
    language: RwSignal<String>,
    /// What it is.
    #[prop(into)]
    label: String,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What may stand in braces.
    places: &'static [&'static str],
    /// How many lines are seen; one: there is one.
    #[prop(default = 1)]
    rows: u32,
    /// What is read where nothing is said in any language.
    #[prop(optional, into)]
    ours: Signal<String>,
) -> impl IntoView {
    let text = doc.get(at);
    let value = Signal::derive(move || text.with(|text| own(text.as_ref(), &language.get())));
    let otherwise = Signal::derive(move || {
        let told = text.with(|text| otherwise(text.as_ref(), &language.get()));
        told.unwrap_or_else(|| ours.get())
    });
    let error = MaybeProp::derive(move || {
        let here = [at.to_owned(), format!("{at}.{}", language.get())];
        doc.checked().with(|checked| {
            let is_here = |path: &str| {
                let is_at = |own: &String| {
                    path.strip_prefix(own.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
                };
                here.iter().any(is_at)
            };
            let fault = checked.faults.iter().find(|fault| is_here(&fault.path))?;
            Some(document::sentence("fault", fault, Unit::Number))
        })
    });
    view! {
        <Template
            label=label
            help=help
            value=value
            otherwise=otherwise
            places=places
            rows=rows
            error=error
            on_input=move |words: String| {
                let new = text.with_untracked(|text| {
                    with(text.as_ref(), &language.get_untracked(), &words, &texts::locales())
                });
                doc.set(at, new);
            }
        />
    }
}

/// A text with places in braces, each of which a button puts where one writes.
#[component]
pub fn Template(
    /// What it is.
    #[prop(into)]
    label: String,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is in it.
    value: Signal<String>,
    /// What is read where nothing is in it.
    #[prop(optional, into)]
    otherwise: Signal<String>,
    /// What may stand in braces.
    places: &'static [&'static str],
    /// How many lines are seen; one: there is one.
    #[prop(default = 1)]
    rows: u32,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Takes what was typed.
    #[prop(into)]
    on_input: Callback<String>,
) -> impl IntoView {
    let error = MaybeProp::derive(move || {
        let place = value.with(|text| unknown(text, places).map(str::to_owned));
        place.map(|place| tf("invitations.unknown_place", &[("place", &place)])).or_else(|| error.get())
    });
    let frame = Frame::new(&help, error);
    let id = frame.id.clone();
    let control = if rows > 1 {
        view! {
            <textarea
                id=id.clone()
                rows=rows
                placeholder=move || otherwise.get()
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                id=id.clone()
                type="text"
                autocomplete="off"
                placeholder=move || otherwise.get()
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
            />
        }
        .into_any()
    };
    let named = label.clone();
    let buttons: Vec<_> = places
        .iter()
        .map(|place| {
            let (id, place) = (id.clone(), *place);
            let name = t(&format!("invitations.place.{place}"));
            let spoken = tf("invitations.insert", &[("place", &name), ("field", &named)]);
            view! {
                <button
                    type="button"
                    class="place"
                    aria-label=spoken
                    on:click=move |_| {
                        if let Some(text) = insert(&id, &value.get_untracked(), place) {
                            on_input.run(text);
                        }
                    }
                >
                    {icon(Icon::Plus)}{name}
                </button>
            }
        })
        .collect();
    let buttons = (!buttons.is_empty()).then(|| view! { <div class="places">{buttons}</div> });
    view! { <div class="template">{frame.around(label, help, control)} {buttons}</div> }
}

/// Puts a place where the cursor of a field is; answers what is in it then.
fn insert(id: &str, text: &str, place: &str) -> Option<String> {
    let element = web_sys::window()?.document()?.get_element_by_id(id)?;
    let place = format!("{{{place}}}");
    let (from, to) = if let Some(area) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        (area.selection_start().ok()??, area.selection_end().ok()??)
    } else {
        let input = element.dyn_ref::<web_sys::HtmlInputElement>()?;
        (input.selection_start().ok()??, input.selection_end().ok()??)
    };
    // The browser counts in UTF-16.
    let units: Vec<u16> = text.encode_utf16().collect();
    let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    let (from, to) = (from.min(units.len()), to.min(units.len()));
    let before = String::from_utf16_lossy(units.get(..from)?);
    let after = String::from_utf16_lossy(units.get(to..)?);
    let cursor = u32::try_from(before.encode_utf16().count() + place.len()).ok()?;
    let id = id.to_owned();
    // Once the field has it, writing goes on behind it.
    request_animation_frame(move || {
        let element = web_sys::window().and_then(|window| window.document()?.get_element_by_id(&id));
        let Some(element) = element else { return };
        if let Some(area) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
            let _ = area.focus();
            let _ = area.set_selection_range(cursor, cursor);
        } else if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
            let _ = input.focus();
            let _ = input.set_selection_range(cursor, cursor);
        }
    });
    Some([before, place, after].concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_language_gets_words_and_the_others_keep_theirs() {
        let locales = ["en".to_owned(), "ro".to_owned()];
        let all = json!("Hello");
        assert_eq!(own(Some(&all), "ro"), "Hello");
        let two = with(Some(&all), "ro", "Salut", &locales);
        assert_eq!(two, json!({ "en": "Hello", "ro": "Salut" }));
        assert_eq!(own(Some(&two), "ro"), "Salut");
        assert_eq!(otherwise(Some(&two), "fr").as_deref(), Some("Hello"));
        let one = with(Some(&two), "en", "", &locales);
        assert_eq!(otherwise(Some(&one), "fr").as_deref(), Some("Salut"));
        assert_eq!(with(Some(&one), "ro", "", &locales), Value::Null);
        assert_eq!(with(None, "ro", "Salut", &locales), json!({ "ro": "Salut" }));
        assert_eq!(
            otherwise(Some(&json!({ "es": "a", "pt-PT": "b", "en": "c" })), "pt-BR").as_deref(),
            Some("b")
        );
    }

    #[test]
    fn a_place_that_nothing_fills_is_found() {
        assert_eq!(unknown("{friend} and {inviter}", &["friend", "inviter"]), None);
        assert_eq!(unknown("{friend} and {nobody}", &["friend"]), Some("nobody"));
        assert_eq!(unknown("a { b } and {} and {", &[]), None);
    }
}
