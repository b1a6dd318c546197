//! The parts of a program, as a merchant thinks of them, with all of their fields.

use fidela_rules::program::{EarningProgram, Rate, StampCard};
use fidela_rules::stamps::CardSummary;
use fidela_ui::Sentence;
use fidela_ui::explain::{self, Tell};
use fidela_ui::sentences::{conditions, rate};
use leptos::prelude::*;
use serde_json::{Value, json};

use super::document::{Document, Unit};
use super::inputs::{
    choose, choose_with, condition, date, fold, limit, money, money_limit, number, number_of, people_read,
    percent, percent_limit, said_of, switch, text, words,
};
use super::items::{Head, Items, items, rows};
use super::path;
use crate::browser;
use crate::texts::{self, t, tn};
use crate::ui::{Button, Card, Choice, Empty, Icon, Kind, Select, TextField};

/// Says sentences of the rules as the document writes its numbers.
pub struct Teller(pub Document);

impl Tell for Teller {
    fn tag(&self) -> &str {
        texts::locale()
    }

    fn say(&self, sentence: &Sentence) -> String {
        texts::say(&self.0.formats(), sentence)
    }
}

/// The text of a name in the reader's language.
pub fn name_of(name: Option<&Value>) -> String {
    match name {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(by_locale)) => {
            let tag = texts::locale();
            let language = tag.split('-').next().unwrap_or(tag);
            let found =
                by_locale.get(tag).or_else(|| by_locale.get(language)).or_else(|| by_locale.get("en"));
            let found = found.or_else(|| by_locale.values().next());
            found.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// An id that no item of a list has yet.
pub fn new_id(doc: Document, list: &str, stem: &str) -> String {
    let all = doc.peek(list).and_then(|list| list.as_array().cloned()).unwrap_or_default();
    let is_free = |id: &str| all.iter().all(|item| item.get("id").and_then(Value::as_str) != Some(id));
    let mut numbered =
        (1..=all.len() + 1).map(|n| if n == 1 { stem.to_owned() } else { format!("{stem}-{n}") });
    numbered.find(|id| is_free(id)).unwrap_or_else(|| stem.to_owned())
}

// Basics.

/// What every part builds on: the switch, money, time, and what a point is.
pub fn basics(doc: Document) -> AnyView {
    let known = move |key: &str, kind: &'static str, at: &'static str| {
        let mut codes = browser::supported(key);
        let now = doc.text(at);
        let kept = untrack(|| now.get());
        if !kept.is_empty() && !codes.contains(&kept) {
            codes.insert(0, kept);
        }
        let mut named: Vec<Choice> = codes
            .into_iter()
            .map(|code| {
                let name = if kind.is_empty() {
                    code.replace('_', " ")
                } else {
                    browser::display(texts::locale(), kind, &code)
                };
                let name = if kind.is_empty() { name } else { format!("{name} ({code})") };
                (code, name)
            })
            .collect();
        named.sort_by(|one, other| one.1.cmp(&other.1));
        view! {
            <div class="at" data-path=at>
                <Select
                    label=super::inputs::label(at)
                    help=t(&format!("program.f.{at}.help"))
                    choices=Signal::stored(named)
                    value=now
                    error=doc.fault(at, Unit::Number)
                    on_change=move |code: String| doc.set(at, code)
                />
            </div>
        }
        .into_any()
    };
    let currency = doc.text("currency");
    let worth = move || {
        // Another currency may have other digits.
        let _ = currency.get();
        view! {
            <div class="row">
                {number(doc, "points.value.points")}
                {money(doc, "points.value.minor")}
            </div>
        }
    };
    view! {
        <Card title=t("program.switch")>
            <div class="form">{switch(doc, "enabled", true)}</div>
        </Card>
        <Card title=t("program.points")>
            <div class="form">
                {worth}
                {choose(doc, "points.display", "points", &["points", "money"])}
                {names(doc)}
            </div>
        </Card>
        <Card title=t("program.place")>
            <div class="row">
                {known("currency", "currency", "currency")}
                {known("timeZone", "", "timezone")}
            </div>
        </Card>
    }
    .into_any()
}

/// What points are called, counted, in each language.
fn names(doc: Document) -> AnyView {
    let fields = texts::locales().into_iter().map(|tag| {
        let forms: &[&str] = match tag.as_str() {
            "ro" => &["one", "few", "other"],
            _ => &["one", "other"],
        };
        let fields = forms.iter().map(|form| {
            let at = format!("points.name.{tag}.{form}");
            let language = format!("points.name.{tag}");
            let place = at.clone();
            let set = move |text: String| {
                doc.set(&place, if text.is_empty() { Value::Null } else { text.into() });
                // Nothing of a language is left: our own words are used.
                let left = doc.peek(&language).is_some_and(|forms| forms.as_object().is_some_and(|forms| forms.values().any(|form| !form.is_null())));
                if !left {
                    doc.set(&language, Value::Null);
                }
            };
            view! {
                <div class="at" data-path=at.clone()>
                    <TextField label=t(&format!("program.form.{form}")) value=doc.text(at.clone()) error=doc.fault(&at, Unit::Number) on_input=set />
                </div>
            }
        });
        let fields: Vec<_> = fields.collect();
        view! {
            <fieldset class="plural">
                <legend>{browser::display(texts::locale(), "language", &tag)}</legend>
                <div class="row">{fields}</div>
            </fieldset>
        }
    });
    let fields = fields.collect::<Vec<_>>().into_any();
    let fields = view! { <p class="help">{t("program.names_help")}</p> {fields} };
    fold(doc, "names", vec!["points.name".to_owned()], fields.into_any())
}

// Earning.

const RATES: &[&str] = &["per_amount", "per_order", "cashback"];

/// How orders earn: S2.1 to S2.3, S2.6, S3.1, S3.2, S3.4, S3.9.
pub fn earning(doc: Document) -> AnyView {
    let opened = RwSignal::new(None);
    let count = doc.len("earning.programs");
    let add = move |kind: &'static str| {
        let stem = match kind {
            "cashback" => "levels",
            "per_order" => "order",
            _ => "base",
        };
        let item = json!({
            "id": new_id(doc, "earning.programs", stem), "enabled": true, "order_min": 0, "rate": new_rate(doc, kind)
        });
        let at = untrack(|| count.get());
        doc.insert("earning.programs", at, item);
        opened.set(Some(at));
    };
    let adders = RATES.iter().map(|kind| {
        view! { <Button picture=Icon::Plus on_press=move |()| add(kind)>{t(&format!("program.add.{kind}"))}</Button> }
    });
    let adders: Vec<_> = adders.collect();
    let several =
        move || (count.get() > 1).then(|| choose(doc, "earning.combine", "best", &["best", "sum", "first"]));
    let empty = move || {
        (count.get() == 0)
            .then(|| view! { <Empty title=t("program.no_programs") text=t("program.no_programs_text") /> })
    };
    let advanced = ["basis", "tax", "paid_with_points", "rounding", "pending_days"];
    let advanced = advanced.map(|name| format!("earning.{name}")).to_vec();
    let seldom = view! {
        {number_of(doc, "earning.pending_days", "days")}
        {choose(doc, "earning.basis", "items", &["items", "order"])}
        {choose(doc, "earning.tax", "included", &["included", "excluded"])}
        {choose(doc, "earning.paid_with_points", "excluded", &["excluded", "included"])}
        {choose(doc, "earning.rounding", "down", &["down", "nearest", "up"])}
    };
    view! {
        <Card title=t("program.when")>
            <div class="form">
                {words(doc, "earning.award_statuses", &["delivered", "completed", "shipped", "paid"])}
                {fold(doc, "more_earning", advanced, seldom.into_any())}
            </div>
        </Card>
        <Card title=t("program.ways") help=t("program.ways_help")>
            {said_of(doc, "earning.programs")}
            {items(doc, Items { list: "earning.programs", head: way_head, body: way }, opened)}
            {empty}
            <div class="buttons">{adders}</div>
            {several}
        </Card>
    }
    .into_any()
}

fn new_rate(doc: Document, kind: &str) -> Value {
    // Numbers to begin with: a fiftieth back, whatever a point is worth.
    let number = |at: &str| doc.peek(at).and_then(|value| value.as_i64()).unwrap_or(1).max(1);
    let (points, minor) = (number("points.value.points"), number("points.value.minor"));
    match kind {
        "cashback" => json!({
            "type": "cashback", "counts_this_order": false,
            "levels": [{ "spend_from": 0, "bps": 200, "order_min": 0 }]
        }),
        "per_order" => json!({ "type": "per_order", "points": points.saturating_mul(5) }),
        _ => json!({ "type": "per_amount", "every": minor.saturating_mul(50), "points": points }),
    }
}

fn way_head(doc: Document, item: &Value) -> Head {
    let teller = Teller(doc);
    let program = doc.checked().with(|checked| checked.program.clone());
    let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
    let read: Option<&EarningProgram> =
        program.as_ref().and_then(|program| program.earning.programs.iter().find(|one| one.id == id));
    let mut told = Vec::new();
    if let Some(read) = read {
        told.push(teller.say(&rate(&read.rate)));
        if let Rate::Cashback { levels, .. } = &read.rate {
            told.push(tn("program.levels", i64::try_from(levels.len()).unwrap_or_default()));
        }
        told.extend(conditions(read).iter().map(|one| teller.say(one)));
        if !read.groups.is_empty() {
            told.push(read.groups.join(", "));
        }
    }
    let kind = path::get(item, "rate.type").and_then(Value::as_str).unwrap_or_default();
    let name = name_of(item.get("name"));
    let title = if name.is_empty() {
        texts::find(&format!("program.add.{kind}")).unwrap_or_else(|| id.to_owned())
    } else {
        name
    };
    let is_off = item.get("enabled").and_then(Value::as_bool) == Some(false);
    Head { title, summary: told.join(" · "), is_off, picture: None }
}

fn way(doc: Document, at: &str) -> AnyView {
    let under = |name: &str| format!("{at}.{name}");
    let kind_at = under("rate.type");
    let rate_at = under("rate");
    let kind = doc.text(kind_at.clone());
    let change = {
        let rate_at = rate_at.clone();
        move |word: String| {
            let new = new_rate(doc, &word);
            doc.set(&rate_at, new);
        }
    };
    let of_kind = Memo::new(move |_| kind.get());
    let fields = {
        let rate_at = rate_at.clone();
        move || {
            let under = |name: &str| format!("{rate_at}.{name}");
            match of_kind.get().as_str() {
                "per_amount" => view! { <div class="row">{number(doc, &under("points"))}{money(doc, &under("every"))}</div> }.into_any(),
                "per_order" => number(doc, &under("points")),
                "cashback" => view! {
                    {rows(doc, &under("levels"), "level", level, new_level)}
                    {switch(doc, &under("counts_this_order"), false)}
                }
                .into_any(),
                _ => ().into_any(),
            }
        }
    };
    let seldom =
        ["categories", "products", "groups", "from", "until", "max_points", "id"].map(under).to_vec();
    let more = view! {
        <div class="row">{date(doc, &under("from"))}{date(doc, &under("until"))}</div>
        {words(doc, &under("groups"), &[])}
        {condition(doc, &under("categories"))}
        {condition(doc, &under("products"))}
        {limit(doc, &under("max_points"))}
        {text(doc, &under("id"))}
    };
    view! {
        {switch(doc, &under("enabled"), true)}
        {people_read(doc, &under("name"), false)}
        {choose_with(doc, &kind_at, kind, RATES, change)}
        {fields}
        {said_of(doc, &under("rate"))}
        {said_of(doc, &under("rate.levels"))}
        {money(doc, &under("order_min"))}
        {fold(doc, "more_way", seldom, more.into_any())}
    }
    .into_any()
}

fn level(doc: Document, at: &str) -> AnyView {
    let under = |name: &str| format!("{at}.{name}");
    view! {
        {people_read(doc, &under("name"), false)}
        <div class="row three">
            {money(doc, &under("spend_from"))}
            {percent(doc, &under("bps"))}
            {money(doc, &under("order_min"))}
        </div>
    }
    .into_any()
}

/// A level above the last one: twice as far, a hundredth more.
fn new_level(doc: Document, list: &str) -> Value {
    let all = doc.peek(list).and_then(|levels| levels.as_array().cloned()).unwrap_or_default();
    let most = |name: &str| all.iter().filter_map(|level| level.get(name)?.as_i64()).max();
    let minor = doc.peek("points.value.minor").and_then(|minor| minor.as_i64()).unwrap_or(1);
    let from = match most("spend_from") {
        None => 0,
        Some(0) => minor.saturating_mul(500),
        Some(most) => most.saturating_mul(2),
    };
    json!({ "spend_from": from, "bps": most("bps").map_or(200, |bps| (bps + 100).min(10_000)), "order_min": 0 })
}

// Using.

/// How points pay: S2.4, S3.1, S3.3, S3.4, S3.7, S3.9, S3.12.
pub fn using(doc: Document) -> AnyView {
    let at = |name: &str| format!("redemption.{name}");
    let who = ["groups", "categories", "products"].map(at).to_vec();
    let seldom =
        ["min_points", "max_points", "step", "tax_on_discount", "hold_minutes", "confirmed_hold_hours"];
    let whose = view! {
        {words(doc, "redemption.groups", &[])}
        {condition(doc, "redemption.categories")}
        {condition(doc, "redemption.products")}
    };
    let more = view! {
        <div class="row three">
            {number(doc, "redemption.min_points")}
            {limit(doc, "redemption.max_points")}
            {number(doc, "redemption.step")}
        </div>
        {switch(doc, "redemption.tax_on_discount", true)}
        <div class="row">
            {number_of(doc, "redemption.hold_minutes", "minutes")}
            {number_of(doc, "redemption.confirmed_hold_hours", "hours")}
        </div>
    };
    view! {
        <Card title=t("program.use")>
            <div class="form">
                <div data-path="redemption">{switch(doc, "redemption.enabled", false)}</div>
                {said_of(doc, "redemption")}
                <div class="row">{money_limit(doc, "redemption.order_min")}{money_limit(doc, "redemption.order_max")}</div>
            </div>
        </Card>
        <Card title=t("program.how_much")>
            <div class="form">
                <div class="row">
                    {percent_limit(doc, "redemption.max_bps")}
                    {choose(doc, "redemption.percent_of", "order", &["order", "items", "eligible"])}
                </div>
                {money_limit(doc, "redemption.max_discount")}
                {switch(doc, "redemption.shipping", false)}
                {fold(doc, "whose", who, whose.into_any())}
                {fold(doc, "more_using", seldom.map(at).to_vec(), more.into_any())}
            </div>
        </Card>
    }
    .into_any()
}

// Expiry.

/// When points lapse, and what becomes of them when money goes back: S3.5.
pub fn expiry(doc: Document) -> AnyView {
    let kind = doc.word("expiry.type", "never");
    let of_kind = Memo::new(move |_| kind.get());
    let change = move |word: String| {
        let months = doc.peek("expiry.months").unwrap_or_else(|| json!(12));
        let new =
            if word == "never" { json!({ "type": word }) } else { json!({ "type": word, "months": months }) };
        doc.set("expiry", new);
    };
    let is_days = Memo::new(move |_| doc.get("expiry.days").get().is_some());
    let span = move || match of_kind.get().as_str() {
        "never" => ().into_any(),
        "after_earning" => {
            let unit = Signal::derive(move || if is_days.get() { "days" } else { "months" }.to_owned());
            let change = move |word: String| {
                doc.set(
                    "expiry",
                    json!({ "type": "after_earning", word.clone(): if word == "days" { 365 } else { 12 } }),
                );
            };
            let choices =
                ["months", "days"].map(|word| (word.to_owned(), t(&format!("program.unit.{word}")))).to_vec();
            let number = move || {
                if is_days.get() {
                    number_of(doc, "expiry.days", "days")
                } else {
                    number_of(doc, "expiry.months", "months")
                }
            };
            view! {
                <div class="row">
                    <Select label=t("program.counted_in") choices=Signal::stored(choices) value=unit on_change=change />
                    {number}
                </div>
            }
            .into_any()
        }
        _ => number_of(doc, "expiry.months", "months"),
    };
    let words: &[&str] = &["never", "after_earning", "from_first_point", "after_inactivity"];
    view! {
        <Card title=t("program.lapse")>
            <div class="form">
                {choose_with(doc, "expiry.type", kind, words, change)}
                {span}
            </div>
        </Card>
        <Card title=t("program.money_back")>
            <div class="form">
                {choose(doc, "refunds.shortfall", "negative", &["negative", "clamp"])}
                {number_of(doc, "refunds.grace_days", "days")}
            </div>
        </Card>
    }
    .into_any()
}

// Bonuses.

/// Points that come by themselves: S2.5, S3.8.
pub fn bonuses(doc: Document) -> AnyView {
    let toggle = |at: &'static str, points: i64| {
        let kept = doc.get(at);
        let is_on = Signal::derive(move || kept.get().is_some());
        // What was there comes back when it is switched on again.
        let before = StoredValue::new(None::<Value>);
        let worth =
            move || doc.peek("points.value.points").and_then(|value| value.as_i64()).unwrap_or(1).max(1);
        let change = move |on: bool| {
            if on {
                let new =
                    before.get_value().unwrap_or_else(|| json!({ "points": worth().saturating_mul(points) }));
                doc.set(at, new);
            } else {
                before.set_value(doc.peek(at));
                doc.set(at, Value::Null);
            }
        };
        (is_on, change)
    };
    let (registration, set_registration) = toggle("bonuses.registration", 10);
    let (birthday, set_birthday) = toggle("bonuses.birthday", 25);
    let is_registered = Memo::new(move |_| registration.get());
    let is_birthday = Memo::new(move |_| birthday.get());
    let since = move |at: &'static str| {
        let kept = doc.text(at);
        let home = doc.text("timezone");
        let moment = move || {
            let at = kept.get();
            (!at.is_empty()).then(|| {
                texts::tf("program.since", &[("moment", &browser::moment(texts::locale(), &home.get(), &at))])
            })
        };
        view! { <p class="help">{moment}</p> }
    };
    use crate::ui::Toggle;
    view! {
        <Card title=t("program.registration")>
            <div class="form">
                <div data-path="bonuses.registration">
                    <Toggle label=super::inputs::label("bonuses.registration") help=t("program.f.bonuses.registration.help") value=registration on_change=set_registration />
                </div>
                {move || is_registered.get().then(|| view! {
                    {number(doc, "bonuses.registration.points")}
                    {people_read(doc, "bonuses.registration.message", true)}
                    {since("bonuses.registration.since")}
                })}
            </div>
        </Card>
        <Card title=t("program.birthday")>
            <div class="form">
                <div data-path="bonuses.birthday">
                    <Toggle label=super::inputs::label("bonuses.birthday") help=t("program.f.bonuses.birthday.help") value=birthday on_change=set_birthday />
                </div>
                {move || is_birthday.get().then(|| view! {
                    {number(doc, "bonuses.birthday.points")}
                    {since("bonuses.birthday.since")}
                })}
            </div>
        </Card>
    }
    .into_any()
}

// Stamp cards.

/// Orders collect stamps, stamps become a reward: S1.1 to S1.3.
pub fn stamp_cards(doc: Document) -> AnyView {
    let opened = RwSignal::new(None);
    let count = doc.len("stamp_cards");
    let add = move |()| {
        let item = json!({
            "id": new_id(doc, "stamp_cards", "card"), "enabled": false, "orders_required": 10, "order_min": 0,
            "repeat": true, "show_extras": true, "reward": { "type": "shipping", "bps": 10000 }
        });
        let at = untrack(|| count.get());
        doc.insert("stamp_cards", at, item);
        opened.set(Some(at));
    };
    let empty = move || {
        (count.get() == 0)
            .then(|| view! { <Empty title=t("program.no_cards") text=t("program.no_cards_text") /> })
    };
    view! {
        <Card title=t("program.cards") help=t("program.cards_help")>
            {items(doc, Items { list: "stamp_cards", head: card_head, body: card }, opened)}
            {empty}
            <div><Button kind=Kind::Plain picture=Icon::Plus on_press=add>{t("program.add.card")}</Button></div>
        </Card>
    }
    .into_any()
}

fn card_head(doc: Document, item: &Value) -> Head {
    let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
    let program = doc.checked().with(|checked| checked.program.clone());
    let read = program.as_ref().and_then(|program| {
        let card = program.stamp_cards.iter().find(|card| card.id == id)?;
        CardSummary::of(program, card).ok()
    });
    let summary = read.map(|summary| {
        let gives = explain::gives(&summary.gives, explain::FOR_MERCHANT);
        let orders = Sentence::new("card.orders").with(
            "n",
            fidela_ui::Arg::Words(
                item.get("orders_required").and_then(Value::as_i64).unwrap_or(10).to_string(),
            ),
        );
        [orders, gives].map(|one| Teller(doc).say(&one)).join(" · ")
    });
    let name = name_of(item.get("name"));
    let is_off = item.get("enabled").and_then(Value::as_bool) == Some(false);
    Head {
        title: if name.is_empty() { id.to_owned() } else { name },
        summary: summary.unwrap_or_default(),
        is_off,
        picture: None,
    }
}

fn card(doc: Document, at: &str) -> AnyView {
    let under = |name: &str| format!("{at}.{name}");
    let reward_at = under("reward");
    // Three rewards of a merchant's mind are two of the rules': a delivery's is a share or an amount.
    let reward = doc.get(reward_at.clone());
    let kind = Signal::derive(move || {
        let reward = reward.get().unwrap_or_default();
        let is_product = reward.get("type").and_then(Value::as_str) == Some("product");
        let by_amount = reward.get("amount").is_some_and(|amount| !amount.is_null());
        match (is_product, by_amount) {
            (true, _) => "product",
            (false, true) => "shipping_amount",
            (false, false) => "shipping",
        }
        .to_owned()
    });
    let change = {
        let reward_at = reward_at.clone();
        move |word: String| {
            let minor = doc.peek("points.value.minor").and_then(|minor| minor.as_i64()).unwrap_or(100);
            let new = match word.as_str() {
                "product" => json!({ "type": "product", "product_id": null, "bps": 10000 }),
                "shipping_amount" => json!({ "type": "shipping", "amount": minor.saturating_mul(5) }),
                _ => json!({ "type": "shipping", "bps": 10000 }),
            };
            doc.set(&reward_at, new);
        }
    };
    let of_kind = Memo::new(move |_| kind.get());
    let type_at = under("reward.type");
    let fields = move || {
        let under = |name: &str| format!("{reward_at}.{name}");
        match of_kind.get().as_str() {
            "product" => view! { <div class="row">{text(doc, &under("product_id"))}{percent(doc, &under("bps"))}</div> }.into_any(),
            "shipping_amount" => money(doc, &under("amount")),
            _ => percent(doc, &under("bps")),
        }
    };
    let seldom = ["order_min", "products", "repeat", "show_extras", "id"].map(under).to_vec();
    let more = view! {
        {money(doc, &under("order_min"))}
        {condition(doc, &under("products"))}
        {switch(doc, &under("repeat"), true)}
        {switch(doc, &under("show_extras"), true)}
        {text(doc, &under("id"))}
    };
    view! {
        {people_read(doc, &under("name"), false)}
        {number(doc, &under("orders_required"))}
        {condition(doc, &under("categories"))}
        {choose_with(doc, &type_at, kind, &["product", "shipping", "shipping_amount"], change)}
        {fields}
        {fold(doc, "more_card", seldom, more.into_any())}
        {summary(doc, at)}
        {switch(doc, &under("enabled"), true)}
    }
    .into_any()
}

/// What a card asks and gives, in words, before it goes live (S1.1).
fn summary(doc: Document, at: &str) -> AnyView {
    let id = doc.text(format!("{at}.id"));
    let told = Memo::new(move |_| {
        let program = doc.checked().with(|checked| checked.program.clone())?;
        let id = id.get();
        let card: &StampCard = program.stamp_cards.iter().find(|card| card.id == id)?;
        let summary = CardSummary::of(&program, card).ok()?;
        Some(explain::card(&summary).iter().map(|one| Teller(doc).say(one)).collect::<Vec<_>>())
    });
    let view = move || match told.get() {
        Some(told) => {
            view! { <ul>{told.into_iter().map(|one| view! { <li>{one}</li> }).collect::<Vec<_>>()}</ul> }
                .into_any()
        }
        None => view! { <p class="soft">{t("program.summary_waits")}</p> }.into_any(),
    };
    view! { <section class="summary" aria-live="polite"><h3>{t("program.summary")}</h3>{view}</section> }
        .into_any()
}
