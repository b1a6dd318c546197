//! What has happened to a shopper's points, and their orders with why each earned what it earned.

use fidela_protocol::shopper::{HistoryItem, HistoryPage};
use leptos::prelude::*;
use serde::Deserialize;

use crate::api::{self, Answer, Failure};
use crate::texts::{self, t, tf};
use crate::ui::{Badge, Button, Card, ErrorBox, Loading, Tone};

/// Pages of something, so far.
#[derive(Debug, Clone)]
struct Rows<T> {
    items: Vec<T>,
    next: Option<String>,
    failure: Option<Failure>,
    busy: bool,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None, failure: None, busy: true }
    }
}

impl<T> Rows<T> {
    fn take(&mut self, answer: Answer<(Vec<T>, Option<String>)>, goes_on: bool) {
        self.busy = false;
        match answer {
            Ok((items, next)) => {
                if !goes_on {
                    self.items.clear();
                }
                self.items.extend(items);
                self.next = next;
                self.failure = None;
            }
            Err(failure) => self.failure = Some(failure),
        }
    }
}

fn path(id: &str, what: &str, after: Option<&str>) -> String {
    let after = after.map(|after| format!("&after={}", api::encode(after))).unwrap_or_default();
    format!("/v1/customers/{}/{what}?limit=20{after}", api::encode(id))
}

/// What stands below rows: more of them, or why there are none.
fn end<T>(rows: &Rows<T>, none: &str, more: Callback<bool>) -> AnyView {
    if let Some(failure) = &rows.failure {
        let retry = Callback::new(move |()| more.run(false));
        return view! { <ErrorBox sentence=failure.sentence() retry=retry /> }.into_any();
    }
    let busy = rows.busy;
    match (rows.items.is_empty(), busy, rows.next.is_some()) {
        (true, true, _) => view! { <Loading /> }.into_any(),
        (true, false, _) => view! { <p class="soft">{t(none)}</p> }.into_any(),
        (false, _, true) => view! {
            <div class="buttons"><Button busy=busy on_press=move |()| more.run(true)>{t("shell.more")}</Button></div>
        }
        .into_any(),
        (false, _, false) => ().into_any(),
    }
}

/// The ledger. `changed` is counted up when something was done to it here.
#[component]
pub fn Ledger(#[prop(into)] id: String, changed: RwSignal<u32>) -> impl IntoView {
    let rows = RwSignal::new(Rows::<HistoryItem>::default());
    let more = Callback::new(move |goes_on: bool| {
        let id = id.clone();
        rows.update(|rows| rows.busy = true);
        leptos::task::spawn_local(async move {
            let after = rows.with_untracked(|rows| rows.next.clone()).filter(|_| goes_on);
            let answer = api::get::<HistoryPage>(&path(&id, "ledger", after.as_deref())).await;
            rows.try_update(|rows| rows.take(answer.map(|page| (page.items, page.next)), goes_on));
        });
    });
    Effect::new(move |_| {
        changed.track();
        more.run(false);
    });
    view! {
        <Card title=t("shoppers.history") help=t("shoppers.history_help")>
            {move || rows.with(|rows| {
                let lines: Vec<_> = rows.items.iter().map(line).collect();
                view! {
                    {(!lines.is_empty()).then(|| view! { <ol class="ledger">{lines}</ol> })}
                    {end(rows, "shoppers.no_history", more)}
                }
            })}
        </Card>
    }
}

fn line(item: &HistoryItem) -> AnyView {
    let signed = |n: i64| if n > 0 { format!("+{}", texts::number(n)) } else { texts::number(n) };
    let moved = match (item.points, item.stamps) {
        (0, 0) => None,
        (0, stamps) => Some((stamps, tf("shoppers.stamps_moved", &[("n", &signed(stamps))]))),
        (points, _) => Some((points, signed(points))),
    };
    let at = item.at.to_string();
    let title = if item.title.is_empty() { item.kind.clone() } else { item.title.clone() };
    let reason = item.reason.clone().filter(|reason| !title.contains(reason.as_str()));
    let reference = item.reference.clone().filter(|reference| {
        // A reward's own number says nothing to anybody.
        !title.contains(reference.as_str()) && !reference.starts_with("rw_")
    });
    let until = item
        .last_day
        .map(|day| tf("shoppers.good_until", &[("day", &texts::formats().day(&day.to_string()))]));
    let from = item
        .usable_from
        .map(|day| tf("shoppers.usable_from", &[("day", &texts::formats().day(&day.to_string()))]));
    let notes: Vec<String> = [reason, reference, from, until].into_iter().flatten().collect();
    view! {
        <li>
            <div class="ledger-what">
                <span>{title}</span>
                {(!notes.is_empty()).then(|| view! { <span class="soft">{notes.join(" · ")}</span> })}
                <time class="soft" datetime=at.clone()>{texts::moment(&at)}</time>
            </div>
            <div class="ledger-points">
                {moved.map(|(n, text)| { let is_more = n > 0; view! { <strong class:up=is_more>{text}</strong> } })}
                <span class="soft">{tf("shoppers.balance_after", &[("n", &texts::number(item.available))])}</span>
            </div>
        </li>
    }
    .into_any()
}

/// An order, as far as it is shown.
#[derive(Debug, Clone, Deserialize)]
struct OrderRow {
    order: OrderFacts,
    award: Award,
    #[serde(default)]
    over_limit: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct OrderFacts {
    id: String,
    placed_at: String,
    status: String,
    #[serde(default)]
    points_discount: i64,
    #[serde(default)]
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Deserialize)]
struct Line {
    #[serde(default)]
    quantity: i64,
    #[serde(default)]
    unit_price: i64,
}

#[derive(Debug, Clone, Deserialize)]
struct Award {
    awarded: bool,
    points: i64,
    #[serde(default)]
    explained: Vec<String>,
}

/// Orders, newest first.
#[component]
pub fn Orders(#[prop(into)] id: String) -> impl IntoView {
    let rows = RwSignal::new(Rows::<OrderRow>::default());
    let more = Callback::new(move |goes_on: bool| {
        let id = id.clone();
        rows.update(|rows| rows.busy = true);
        leptos::task::spawn_local(async move {
            let after = rows.with_untracked(|rows| rows.next.clone()).filter(|_| goes_on);
            let answer = api::get::<api::Page<OrderRow>>(&path(&id, "orders", after.as_deref())).await;
            rows.try_update(|rows| rows.take(answer.map(|page| (page.items, page.next)), goes_on));
        });
    });
    Effect::new(move |_| more.run(false));
    view! {
        <Card title=t("shoppers.orders")>
            {move || rows.with(|rows| {
                let lines: Vec<_> = rows.items.iter().map(order).collect();
                view! {
                    {(!lines.is_empty()).then(|| view! { <ul class="order-list">{lines}</ul> })}
                    {end(rows, "shoppers.no_orders", more)}
                }
            })}
        </Card>
    }
}

fn order(row: &OrderRow) -> AnyView {
    let OrderFacts { id, placed_at, status, points_discount, lines } = row.order.clone();
    let amount = lines
        .iter()
        .fold(0_i64, |sum, line| sum.saturating_add(line.quantity.saturating_mul(line.unit_price)));
    let earned = if row.award.awarded { super::points(row.award.points) } else { t("shoppers.not_awarded") };
    let why: Vec<_> =
        row.award.explained.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }).collect();
    view! {
        <li>
            <div class="order-head">
                <span class="who"><strong>{id}</strong><time class="soft" datetime=placed_at.clone()>{texts::moment(&placed_at)}</time></span>
                <Badge>{status}</Badge>
                <span class="order-sum">{texts::money(amount)}</span>
                <span class="order-earned">{earned}</span>
            </div>
            {(points_discount > 0).then(|| view! {
                <p class="soft">{tf("shoppers.paid_with_points", &[("money", &texts::money(points_discount))])}</p>
            })}
            {row.over_limit.then(|| view! { <p><Badge tone=Tone::Warn>{t("shoppers.over_limit")}</Badge></p> })}
            {(!why.is_empty()).then(|| view! {
                <details class="why"><summary>{t("shoppers.why")}</summary><ul>{why}</ul></details>
            })}
        </li>
    }
    .into_any()
}
