//! `/console/reports`: what points, missions, invitations and levels come to, as pictures, as tables and as files.

mod show;

use gloo_net::http::Method;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::{self, Call};
use crate::browser;
use crate::shell::{at, rest};
use crate::texts::{self, t};
use crate::ui::{Button, Icon, Page, Select, Tabs, TextField, failed};

/// Reports by the word in their address.
const REPORTS: [&str; 5] = ["liability", "activity", "missions", "referrals", "levels"];
/// Days that can be chosen at once.
const SPANS: [i32; 4] = [7, 30, 90, 365];
/// Days, if nothing is chosen.
const USUAL: i32 = 30;

/// The first and the last day, as they stand in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Days {
    from: String,
    until: String,
}

impl Days {
    /// The last so many days, today being the last.
    fn last(many: i32) -> Self {
        let until = texts::formats().today();
        let from = until.saturating_sub(jiff::Span::new().days(many.saturating_sub(1)));
        Self { from: from.to_string(), until: until.to_string() }
    }

    fn query(&self) -> String {
        format!("from={}&until={}", api::encode(&self.from), api::encode(&self.until))
    }
}

/// The area.
#[component]
pub fn Reports() -> impl IntoView {
    let rest = rest();
    let which = Memo::new(move |_| {
        let rest = rest.get();
        REPORTS.into_iter().find(|known| *known == rest).unwrap_or("liability")
    });
    let query = use_query_map();
    let days = Memo::new(move |_| {
        let told = query.with(|query| Days {
            from: query.get("from").unwrap_or_default(),
            until: query.get("until").unwrap_or_default(),
        });
        if told.from.is_empty() || told.until.is_empty() { Days::last(USUAL) } else { told }
    });
    let navigate = StoredValue::new_local(use_navigate());
    let choose = Callback::new(move |wanted: Days| {
        let to = format!("{}?{}", at(&format!("reports/{}", which.get_untracked())), wanted.query());
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&to, options));
    });
    let tabs = Signal::derive(move || {
        let days = days.get().query();
        REPORTS
            .map(|name| (format!("{}?{days}", at(&format!("reports/{name}"))), t(&format!("reports.{name}"))))
            .to_vec()
    });
    let current =
        Signal::derive(move || format!("{}?{}", at(&format!("reports/{}", which.get())), days.get().query()));
    view! {
        <Page
            title=t("shell.menu.reports")
            lead=MaybeProp::derive(move || Some(t(&format!("reports.{}.lead", which.get()))))
            actions=move || view! { <Download which=which days=days /> }
        >
            {move || view! { <Tabs label=t("shell.menu.reports") items=tabs.get() current=current /> }}
            {move || (which.get() != "levels").then(|| view! { <Range days=days choose=choose /> })}
            {move || {
                let days = days.get().query();
                match which.get() {
                    "activity" => view! { <show::Activity days=days /> }.into_any(),
                    "missions" => view! { <show::Missions days=days /> }.into_any(),
                    "referrals" => view! { <show::Referrals days=days /> }.into_any(),
                    "levels" => view! { <show::Levels /> }.into_any(),
                    _ => view! { <show::Liability days=days /> }.into_any(),
                }
            }}
        </Page>
    }
}

/// Which days.
#[component]
fn Range(days: Memo<Days>, choose: Callback<Days>) -> impl IntoView {
    let own = String::new();
    let spans = || SPANS.into_iter().map(|many| (many, Days::last(many)));
    let chosen = Signal::derive(move || {
        let days = days.get();
        let known = spans().find(|(_, span)| *span == days);
        known.map_or_else(String::new, |(many, _)| many.to_string())
    });
    let mut choices: Vec<_> = SPANS
        .iter()
        .map(|many| (many.to_string(), texts::tn("reports.last_days", i64::from(*many))))
        .collect();
    choices.push((own, t("reports.own_days")));
    let pick = move |many: String| {
        if let Ok(many) = many.parse() {
            choose.run(Days::last(many));
        }
    };
    let from = move |from: String| choose.run(Days { from, ..days.get_untracked() });
    let until = move |until: String| choose.run(Days { until, ..days.get_untracked() });
    view! {
        <div class="row range">
            <Select label=t("reports.days") choices=choices value=chosen on_change=pick />
            <TextField label=t("reports.from") kind="date" value=Signal::derive(move || days.get().from) on_input=from />
            <TextField label=t("reports.until") kind="date" value=Signal::derive(move || days.get().until) on_input=until />
        </div>
    }
}

/// The report as a file for spreadsheets.
#[component]
fn Download(which: Memo<&'static str>, days: Memo<Days>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let (which, days) = (which.get_untracked(), days.get_untracked());
            let path = format!("/v1/reports/{which}?format=csv&{}", days.query());
            let told = match Call::new(Method::GET, &path).send().await {
                Ok(answer) => answer.binary().await.map_err(|_| api::Failure::Unreadable),
                Err(failure) => Err(failure),
            };
            busy.set(false);
            let Days { from, until } = days;
            match told {
                Ok(bytes) => browser::save(&format!("{which}-{from}-{until}.csv"), "text/csv", &bytes),
                Err(failure) => failed(&failure),
            }
        });
    };
    view! { <Button picture=Icon::Download busy=busy on_press=move |()| press()>{t("reports.csv")}</Button> }
}
