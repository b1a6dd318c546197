//! The list: searched, sorted and chosen by the edge; it stands in the address, so that a way back leads to the same.

use std::time::Duration;

use fidela_protocol::merchant::CustomerRow;
use fidela_protocol::reports::LevelsReport;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::words;
use crate::api::{self, Failure, Page as Rows};
use crate::shell::at;
use crate::texts::{self, t, tn};
use crate::ui::{
    Badge, Button, Card, Empty, ErrorBox, Icon, Kind, Loading, NumberField, Page, Select, TextField, icon,
    load,
};

/// How long somebody may think between two letters.
const TYPING: Duration = Duration::from_millis(250);

/// What the list is asked for, as it stands in the address.
const NAMES: [&str; 7] =
    ["q", "sort", "level", "points_min", "points_max", "ordered_after", "ordered_before"];

const SORTS: [&str; 7] = ["-last_order", "name", "-points", "points", "-spent", "-created", "last_order"];

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked([String; 7]);

impl Asked {
    fn get(&self, name: &str) -> String {
        let place = NAMES.iter().position(|known| *known == name);
        place.and_then(|place| self.0.get(place)).cloned().unwrap_or_default()
    }

    fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        if let Some(place) =
            NAMES.iter().position(|known| *known == name).and_then(|place| changed.0.get_mut(place))
        {
            value.trim().clone_into(place);
        }
        changed
    }

    /// Without the start of a question.
    fn query(&self) -> String {
        let parts = NAMES.iter().zip(&self.0).filter(|(_, value)| !value.is_empty());
        parts.map(|(name, value)| format!("{name}={}", api::encode(value))).collect::<Vec<_>>().join("&")
    }

    /// Whether it leaves anybody out.
    fn chooses(&self) -> bool {
        NAMES.iter().zip(&self.0).any(|(name, value)| *name != "sort" && !value.is_empty())
    }

    /// How many of the rarer ones are set.
    fn rarer(&self) -> usize {
        NAMES.iter().zip(&self.0).skip(3).filter(|(_, value)| !value.is_empty()).count()
    }
}

/// What is asked for, what is being typed, and how to ask for something else.
#[derive(Clone, Copy)]
struct Control {
    asked: Memo<Asked>,
    typed: RwSignal<String>,
    go: Callback<Asked>,
}

impl Control {
    fn set(self, name: &str, value: &str) {
        self.go.run(self.asked.get_untracked().with(name, value));
    }

    /// Everybody, sorted as before.
    fn clear(self) {
        let sort = self.asked.get_untracked().get("sort");
        self.typed.set(String::new());
        self.go.run(Asked::default().with("sort", &sort));
    }
}

/// Pages of rows so far.
#[derive(Debug, Clone, Default)]
struct Found {
    rows: Vec<CustomerRow>,
    next: Option<String>,
    failure: Option<Failure>,
}

async fn ask(asked: &Asked, after: Option<&str>) -> api::Answer<Rows<CustomerRow>> {
    let sorted = if asked.get("sort").is_empty() { asked.with("sort", "-last_order") } else { asked.clone() };
    let after = after.map(|after| format!("&after={}", api::encode(after))).unwrap_or_default();
    api::get(&format!("/v1/customers?limit=50&{}{after}", sorted.query())).await
}

/// The page.
#[component]
pub fn List() -> impl IntoView {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| Asked(NAMES.map(|name| query.get(name).unwrap_or_default()))));
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |wanted: Asked| {
        if wanted != asked.get_untracked() {
            let to = format!("{}?{}", at("shoppers"), wanted.query());
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate.with_value(|navigate| navigate(&to, options));
        }
    });
    let typed = RwSignal::new(asked.get_untracked().get("q"));
    let control = Control { asked, typed, go };
    let found = RwSignal::new(Found::default());
    let busy = RwSignal::new(true);
    let turn = StoredValue::new(0_u32);
    let more = Callback::new(move |goes_on: bool| {
        let this = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(this);
        busy.set(true);
        leptos::task::spawn_local(async move {
            let after = found.with_untracked(|found| found.next.clone()).filter(|_| goes_on);
            let answer = ask(&asked.get_untracked(), after.as_deref()).await;
            // Whoever types on is answered to what they typed last.
            if turn.try_get_value() != Some(this) {
                return;
            }
            busy.set(false);
            found.update(|found| match answer {
                Ok(page) => {
                    if !goes_on {
                        found.rows.clear();
                    }
                    found.rows.extend(page.items);
                    found.next = page.next;
                    found.failure = None;
                }
                Err(failure) => found.failure = Some(failure),
            });
        });
    });
    Effect::new(move |_| {
        asked.track();
        more.run(false);
    });
    view! {
        <Page title=t("shell.menu.shoppers") lead=t("shoppers.lead")>
            <Card>
                <Filters control=control />
                <div class="shopper-rows" aria-busy=move || busy.get().to_string()>
                    {move || rows(&found.get(), busy.get(), more, control)}
                </div>
            </Card>
        </Page>
    }
}

fn rows(found: &Found, busy: bool, more: Callback<bool>, control: Control) -> AnyView {
    if let Some(failure) = &found.failure {
        return view! { <ErrorBox sentence=failure.sentence() retry=Callback::new(move |()| more.run(false)) /> }
            .into_any();
    }
    if found.rows.is_empty() {
        return match (busy, control.asked.with_untracked(Asked::chooses)) {
            (true, _) => view! { <Loading /> }.into_any(),
            (false, true) => view! {
                <Empty title=t("shoppers.nobody") text=t("shoppers.nobody_text")>
                    <Button on_press=move |()| control.clear()>{t("shoppers.clear")}</Button>
                </Empty>
            }
            .into_any(),
            (false, false) => view! {
                <Empty title=t("shoppers.empty") text=t("shoppers.empty_text")>
                    <a class="button" href=at("imports")>{t("shoppers.import")}</a>
                </Empty>
            }
            .into_any(),
        };
    }
    let lines: Vec<_> = found.rows.iter().map(row).collect();
    let has_more = found.next.is_some();
    let shown = i64::try_from(found.rows.len()).unwrap_or(0);
    view! {
        <div class="table-wrap">
            <table class="cards shoppers">
                <caption class="unseen">{t("shell.menu.shoppers")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t("shoppers.shopper")}</th>
                        <th scope="col">{t("shoppers.level")}</th>
                        <th scope="col" class="num">{t("shoppers.can_use")}</th>
                        <th scope="col" class="num">{t("shoppers.spent")}</th>
                        <th scope="col" class="num">{t("shoppers.last_order")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
        <div class="rows-end">
            <p class="soft" role="status">{tn(if has_more { "shoppers.shown_first" } else { "shoppers.shown" }, shown)}</p>
            {has_more.then(|| view! {
                <Button busy=busy on_press=move |()| more.run(true)>{t("shell.more")}</Button>
            })}
        </div>
    }
    .into_any()
}

fn row(row: &CustomerRow) -> AnyView {
    let called = row.name.clone().or_else(|| row.email.clone()).unwrap_or_else(|| row.id.clone());
    let beside = match (&row.name, &row.email) {
        (Some(_), Some(email)) => email.clone(),
        _ => row.id.clone(),
    };
    let level = row.level.as_ref().and_then(|level| level.name.as_ref()).map(words);
    let last = row.last_order_at.map(|at| texts::day_of(&at.to_string()));
    let pending = row.balance.pending;
    view! {
        <tr>
            <td>
                <span class="who">
                    <a href=at(&format!("shoppers/{}", api::encode(&row.id)))>{called}</a>
                    <span class="soft">{beside}</span>
                </span>
            </td>
            <td data-label=t("shoppers.level")>
                {level.map_or_else(|| view! { <span class="soft">"–"</span> }.into_any(), |name| view! { <Badge>{name}</Badge> }.into_any())}
            </td>
            <td class="num" data-label=t("shoppers.can_use")>
                <span>
                    <strong>{texts::number(row.balance.available)}</strong>
                    {(pending > 0).then(|| view! { <small class="soft block">{texts::tf("shoppers.and_pending", &[("n", &texts::number(pending))])}</small> })}
                </span>
            </td>
            <td class="num" data-label=t("shoppers.spent")>{texts::money(row.spent)}</td>
            <td class="num" data-label=t("shoppers.last_order")>{last.unwrap_or_else(|| t("shoppers.never"))}</td>
        </tr>
    }
    .into_any()
}

/// What can be looked for and chosen.
#[component]
fn Filters(control: Control) -> impl IntoView {
    let Control { asked, typed, .. } = control;
    let set = move |name: &'static str, value: String| control.set(name, &value);
    let waits = StoredValue::new(0_u32);
    let search = move |text: String| {
        typed.set(text.clone());
        let this = waits.with_value(|waits| waits.wrapping_add(1));
        waits.set_value(this);
        set_timeout(
            move || {
                if waits.try_get_value() == Some(this) {
                    set("q", text.clone());
                }
            },
            TYPING,
        );
    };
    let levels = load(|| api::get::<LevelsReport>("/v1/reports/levels"));
    let choices = Signal::derive(move || {
        let known = levels.get().map(|report| report.items).unwrap_or_default();
        let mut all = vec![(String::new(), t("shoppers.any_level"))];
        for level in known {
            let name = level.name.as_ref().map_or_else(|| t("shoppers.no_level"), words);
            all.push((level.spend_from.to_string(), format!("{name} ({})", texts::number(level.shoppers))));
        }
        all
    });
    let sorts: Vec<_> =
        SORTS.iter().map(|sort| ((*sort).to_owned(), t(&format!("shoppers.sort.{sort}")))).collect();
    let sort = Signal::derive(move || {
        let sort = asked.get().get("sort");
        if sort.is_empty() { "-last_order".to_owned() } else { sort }
    });
    let value = move |name: &'static str| Signal::derive(move || asked.get().get(name));
    let count = move |name: &'static str| Signal::derive(move || asked.get().get(name).parse::<i64>().ok());
    let number = move |name: &'static str| {
        move |n: Option<i64>| set(name, n.map(|n| n.to_string()).unwrap_or_default())
    };
    let is_open = asked.with_untracked(Asked::rarer) > 0;
    view! {
        <form class="form" role="search" on:submit=move |event| {
            event.prevent_default();
            set("q", typed.get_untracked());
        }>
            <div class="row">
                <div class="searched">
                    {icon(Icon::Search)}
                    <TextField label=t("shoppers.search") kind="search" value=typed on_input=search placeholder=t("shoppers.search_hint") />
                </div>
                <Select label=t("shoppers.sort") choices=sorts value=sort on_change=move |to| set("sort", to) />
                {move || (choices.get().len() > 2).then(|| view! {
                    <Select label=t("shoppers.level") choices=choices value=value("level") on_change=move |to| set("level", to) />
                })}
            </div>
            <details class="rarer" open=is_open>
                <summary>{move || match asked.with(Asked::rarer) {
                    0 => t("shoppers.filters"),
                    n => format!("{} ({n})", t("shoppers.filters")),
                }}</summary>
                <div class="row">
                    <NumberField label=t("shoppers.points_min") value=count("points_min") on_change=number("points_min") />
                    <NumberField label=t("shoppers.points_max") value=count("points_max") on_change=number("points_max") />
                    <TextField label=t("shoppers.ordered_after") kind="date" value=value("ordered_after") on_input=move |day| set("ordered_after", day) />
                    <TextField label=t("shoppers.ordered_before") kind="date" value=value("ordered_before") on_input=move |day| set("ordered_before", day) />
                </div>
            </details>
            {move || asked.with(Asked::chooses).then(|| view! {
                <div class="buttons">
                    <Button kind=Kind::Quiet picture=Icon::Close on_press=move |()| control.clear()>{t("shoppers.clear")}</Button>
                </div>
            })}
        </form>
    }
}
