//! A mission: what it is called, what it gives, how often, how it is known, and who is told.

use fidela_ui::Sentence;
use fidela_ui::explain::Tell;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::{catalogue, icons};
use crate::pages::program::document::{Document, Unit};
use crate::pages::program::inputs::{
    choices, choose, choose_with, date, fold, label, limit, money, number, people_read, said_of, switch, text,
};
use crate::pages::program::items::Head;
use crate::pages::program::sections::{Teller, name_of};
use crate::texts::{self, t, tn};
use crate::ui::Toggle;

/// What a mission gives, in words.
pub fn worth(doc: Document, points: &Value) -> String {
    let number = |name: &str| points.get(name).and_then(Value::as_i64).unwrap_or_default();
    if points.get("type").and_then(Value::as_str) == Some("per_amount") {
        return Teller(doc)
            .say(&Sentence::new("earn.per_amount").points(number("points")).money(number("every")));
    }
    texts::points(&doc.formats(), number("points"))
}

/// What is seen of it while it is closed.
pub fn head(doc: Document, item: &Value) -> Head {
    let word = |name: &str| item.get(name).and_then(Value::as_str);
    let kind = word("kind").unwrap_or("custom");
    let known = catalogue::kind(kind);
    let name = Some(name_of(item.get("name"))).filter(|name| !name.is_empty());
    let title = name.or_else(|| known.as_ref().map(|known| known.name.clone()));
    let mut told = vec![worth(doc, item.get("points").unwrap_or(&Value::Null))];
    match item.get("limit_per_shopper").and_then(Value::as_i64) {
        Some(times) => told.push(tn("missions.times", times)),
        None => told.push(t("missions.without_limit")),
    }
    let verify = word("verify").unwrap_or("import_or_api");
    told.extend(texts::find(&format!("program.c.missions.verify.{verify}")));
    let days = [word("from"), word("until")].map(|day| day.map(|day| doc.formats().day(day)));
    match days {
        [None, None] => {}
        [from, until] => told.push(format!("{} – {}", from.unwrap_or_default(), until.unwrap_or_default())),
    }
    Head {
        title: title.unwrap_or_else(|| word("id").unwrap_or_default().to_owned()),
        summary: told.join(" · "),
        is_off: item.get("enabled").and_then(Value::as_bool) == Some(false),
        picture: Some(catalogue::picture_of(word("icon"), kind)),
    }
}

/// Its fields.
pub fn fields(doc: Document, at: &str) -> AnyView {
    let under = |name: &str| format!("{at}.{name}");
    let type_at = under("points.type");
    let points_at = under("points");
    let kind = doc.word(type_at.clone(), "fixed");
    let change = {
        let points_at = points_at.clone();
        move |word: String| {
            let points = doc.peek(&format!("{points_at}.points")).unwrap_or_else(|| json!(1));
            let every = doc.peek("points.value.minor").and_then(|minor| minor.as_i64()).unwrap_or(100);
            let new = if word == "per_amount" {
                json!({ "type": word, "every": every.saturating_mul(10), "points": points })
            } else {
                json!({ "type": word, "points": points })
            };
            doc.set(&points_at, new);
        }
    };
    let of_kind = Memo::new(move |_| kind.get());
    let gives = move || {
        let under = |name: &str| format!("{points_at}.{name}");
        if of_kind.get() == "per_amount" {
            view! { <div class="row">{number(doc, &under("points"))}{money(doc, &under("every"))}</div> }
                .into_any()
        } else {
            number(doc, &under("points"))
        }
    };
    let word = doc.peek(&under("kind")).and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    let is_automatic = fidela_rules::program::MISSION_KINDS_AUTOMATIC.contains(&word.as_str())
        || doc.peek(&under("verify")).is_some_and(|verify| verify == "automatic");
    let ways: &[&str] =
        if is_automatic { &["automatic", "import_or_api", "claim"] } else { &["import_or_api", "claim"] };
    let kind_named = catalogue::kind(&word).map_or_else(|| word.clone(), |kind| kind.name);
    let messages = view! {
        {switch(doc, &under("notify.email"), true)}
        {switch(doc, &under("notify.toast"), true)}
        {shown_in(doc, &under("show_in"))}
    };
    let when = view! {
        <div class="row">{date(doc, &under("from"))}{date(doc, &under("until"))}</div>
        {text(doc, &under("id"))}
    };
    view! {
        <p class="soft" data-path=under("kind")>{texts::tf("missions.of_kind", &[("kind", &kind_named)])}</p>
        {said_of(doc, &under("kind"))}
        {switch(doc, &under("enabled"), true)}
        {people_read(doc, &under("name"), false)}
        {people_read(doc, &under("description"), true)}
        {choose_with(doc, &type_at, kind, &["fixed", "per_amount"], change)}
        {gives}
        <div class="row">
            {limit(doc, &under("limit_per_shopper"))}
            {choose(doc, &under("verify"), "import_or_api", ways)}
        </div>
        {icons::picker(doc, &under("icon"), &word)}
        {fold(doc, "mission_messages", ["notify", "show_in"].map(under).to_vec(), messages.into_any())}
        {fold(doc, "mission_when", ["from", "until", "id"].map(under).to_vec(), when.into_any())}
    }
    .into_any()
}

/// Where a mission is shown: S0.1.
fn shown_in(doc: Document, at: &str) -> AnyView {
    let kept = doc.get(at);
    let place = StoredValue::new(at.to_owned());
    let shown = Memo::new(move |_| match kept.get() {
        Some(list) => {
            let list = list.as_array().cloned().unwrap_or_default();
            list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect::<Vec<_>>()
        }
        None => vec!["widget".to_owned(), "landing".to_owned()],
    });
    let error = doc.fault(at, Unit::Number);
    let switches = choices(at, &["widget", "landing"]).into_iter().map(|(word, name)| {
        let (own, changed) = (word.clone(), word);
        let value = Signal::derive(move || shown.get().contains(&own));
        let change = move |on: bool| {
            let all = ["widget", "landing"];
            let kept = all.iter().filter(|one| {
                if **one == changed {
                    on
                } else {
                    shown.with_untracked(|shown| shown.iter().any(|known| known == *one))
                }
            });
            doc.set(place.get_value(), Value::from(kept.copied().collect::<Vec<_>>()));
        };
        view! { <Toggle label=name value=value error=error on_change=change /> }
    });
    let switches: Vec<_> = switches.collect();
    view! {
        <fieldset class="form" data-path=at.to_owned()>
            <legend>{label(at)}</legend>
            {switches}
        </fieldset>
    }
    .into_any()
}
