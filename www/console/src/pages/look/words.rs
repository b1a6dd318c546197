//! What points are called, in each language and in each form that follows a number. It is a part of the program: it is
//! published with it.

use leptos::prelude::*;
use serde_json::Value;

use super::widget::LiveWidget;
use crate::browser;
use crate::pages::program::bar::PublishBar;
use crate::pages::program::document::{Unit, document};
use crate::texts::{self, t, tf};
use crate::ui::{Card, Select, TextField};

/// The part of the page.
#[component]
pub fn Words() -> impl IntoView {
    document().view(|| view! { <Form /> })
}

/// A language's own words for points, where there are any.
fn names_of(locale: &str) -> String {
    format!("points.name.{locale}")
}

#[component]
fn Form() -> impl IntoView {
    let doc = document();
    let mut languages = texts::locales();
    if let Some(Value::Object(known)) = doc.peek("points.name") {
        languages.extend(known.keys().filter(|tag| !texts::locales().contains(tag)).cloned());
    }
    let languages = languages.into_iter().map(|tag| {
        // `one:1`, `few:2`, `other:20`: each form with a number that takes it.
        let forms = browser::plural_forms(&tag);
        let fields = forms.into_iter().filter_map(|form| {
            let (category, example) = form.split_once(':')?;
            let example = texts::number(example.parse().unwrap_or(0));
            let at = format!("{}.{category}", names_of(&tag));
            let (of, tag) = (at.clone(), tag.clone());
            Some(view! {
                <TextField
                    label=tf("look.word_for", &[("n", &example)])
                    value=doc.text(at.clone())
                    error=doc.fault(at, Unit::Number)
                    on_input=move |word: String| {
                        let word = word.trim_start().to_owned();
                        doc.set(&of, Some(word).filter(|word| !word.is_empty()).map_or(Value::Null, Value::from));
                        // A language without a word is none that was named.
                        let empty = doc.peek(&names_of(&tag)).is_none_or(|names| match names {
                            Value::Object(names) => names.values().all(Value::is_null),
                            _ => false,
                        });
                        if empty {
                            doc.set(names_of(&tag), Value::Null);
                        }
                    }
                />
            })
        });
        let fields: Vec<_> = fields.collect();
        let whole = doc.fault(names_of(&tag), Unit::Number);
        view! {
            <fieldset class="plain words">
                <legend>{browser::display(texts::locale(), "language", &tag)}</legend>
                <div class="row">{fields}</div>
                {move || whole.get().map(|text| view! { <p class="fault">{text}</p> })}
            </fieldset>
        }
    });
    let languages: Vec<_> = languages.collect();
    let displays = ["points", "money"]
        .map(|display| (display.to_owned(), t(&format!("look.display.{display}"))))
        .to_vec();
    view! {
        <div class="columns aside look">
            <div class="form">
                <Card title=t("look.words") help=t("look.words_help")>
                    <Select
                        label=t("look.display")
                        choices=displays
                        value=doc.word("points.display", "points")
                        on_change=move |to: String| doc.set("points.display", to)
                    />
                    {languages}
                </Card>
            </div>
            <LiveWidget program=MaybeProp::derive(move || Some(doc.value().get())) />
        </div>
        <PublishBar />
    }
}
