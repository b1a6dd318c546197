//! `/console/shoppers`: the list, and one shopper with everything that is known of them.

mod change;
mod detail;
mod history;
mod list;
mod parts;

use leptos::prelude::*;
use serde_json::Value;

use crate::texts;

/// The area: the list, or the shopper whose id stands in the address.
#[component]
pub fn Shoppers() -> impl IntoView {
    let id = crate::shell::rest();
    move || {
        let id = id.get();
        if id.is_empty() {
            view! { <list::List /> }.into_any()
        } else {
            view! { <detail::Detail id=id /> }.into_any()
        }
    }
}

/// A text of the merchant's, or one per language: as the reader, or whoever is nearest, reads it.
pub(crate) fn words(text: &Value) -> String {
    let pick = |language: &str| text.get(language).and_then(Value::as_str);
    let locale = texts::locale();
    let short = locale.split('-').next().unwrap_or(locale);
    let any = || text.as_object().and_then(|all| all.values().find_map(Value::as_str));
    let found =
        text.as_str().or_else(|| pick(locale)).or_else(|| pick(short)).or_else(|| pick("en")).or_else(any);
    found.unwrap_or_default().to_owned()
}

/// So many points, in words.
fn points(n: i64) -> String {
    texts::tn("shoppers.points", n)
}
