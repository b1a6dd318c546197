//! Each report: its sums, its picture, and the same numbers as a table.

use fidela_protocol::reports::{
    ActivityReport, LevelsReport, LiabilityReport, MissionsReport, ReferralsReport,
};
use leptos::prelude::*;

use crate::api;
use crate::pages::shoppers::words;
use crate::shell::at;
use crate::texts::{self, money, number, t, tf};
use crate::ui::{Bar, BarList, Card, Chart, Empty, Series, Shape, load};

fn day(day: jiff::civil::Date) -> String {
    texts::formats().day(&day.to_string())
}

/// A number above the picture.
fn stat(name: &str, value: String, small: Option<String>) -> AnyView {
    view! {
        <div class="stat">
            <dt>{t(name)}</dt>
            <dd>{value}{small.map(|small| view! { <small>{small}</small> })}</dd>
        </div>
    }
    .into_any()
}

/// The numbers of a picture. The first cell of each row names it.
fn table(title: &str, heads: &[&str], rows: Vec<Vec<String>>) -> AnyView {
    let heads: Vec<_> = heads
        .iter()
        .enumerate()
        .map(|(at, head)| {
            let is_number = at > 0;
            view! { <th scope="col" class:num=is_number>{t(head)}</th> }
        })
        .collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|cells| {
            let mut cells = cells.into_iter();
            let name = cells.next().unwrap_or_default();
            let rest: Vec<_> = cells.map(|cell| view! { <td class="num">{cell}</td> }).collect();
            view! { <tr><th scope="row">{name}</th>{rest}</tr> }
        })
        .collect();
    view! {
        <details class="numbers">
            <summary>{t("reports.numbers")}</summary>
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(title)>
                <table>
                    <caption class="unseen">{t(title)}</caption>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn series(name: &str, colour: u8, values: Vec<i64>) -> Series {
    Series { name: t(name), colour, values }
}

/// Points outstanding and what they are worth, by day and by age.
#[component]
pub fn Liability(#[prop(into)] days: String) -> impl IntoView {
    let found = load(move || {
        let path = format!("/v1/reports/liability?{days}");
        async move { api::get::<LiabilityReport>(&path).await }
    });
    found.view(|report| {
        let first = report.days.first().map_or(0, |day| day.outstanding.points);
        let last = report.days.last().map_or(0, |day| day.outstanding.points);
        let says = tf("reports.liability.says", &[("from", &number(first)), ("until", &number(last))]);
        let labels = report.days.iter().map(|one| day(one.day)).collect();
        let values = report.days.iter().map(|one| one.outstanding.points).collect();
        let rows: Vec<Vec<String>> = report.days.iter().map(|one| {
            vec![day(one.day), number(one.outstanding.points), money(one.outstanding.value), number(one.owed)]
        }).collect();
        let ages: Vec<Bar> = report.ages.iter().map(|age| Bar {
            name: match (age.from_days, age.until_days) {
                (None, _) => t("reports.age.not_yet"),
                (Some(from), Some(until)) => tf("reports.age.days", &[("from", &number(from)), ("until", &number(until))]),
                (Some(from), None) => tf("reports.age.older", &[("from", &number(from))]),
            },
            length: age.outstanding.points,
            says: format!("{} · {}", number(age.outstanding.points), money(age.outstanding.value)),
        }).collect();
        view! {
            <dl class="stats">
                {stat("reports.outstanding", number(report.outstanding.points), None)}
                {stat("reports.worth", money(report.outstanding.value), Some(t("reports.worth_help")))}
                {stat("reports.owed", number(report.owed), Some(t("reports.owed_help")))}
            </dl>
            <Card title=t("reports.by_day")>
                <Chart says=says labels=labels series=vec![series("reports.outstanding", 1, values)] shape=Shape::Area write=Callback::new(number) />
                {table("reports.by_day", &["reports.day", "reports.outstanding", "reports.worth", "reports.owed"], rows)}
            </Card>
            <Card title=t("reports.by_age") help=t("reports.by_age_help")><BarList bars=ages /></Card>
        }
    })
}

/// Points earned, used and expired.
#[component]
pub fn Activity(#[prop(into)] days: String) -> impl IntoView {
    let found = load(move || {
        let path = format!("/v1/reports/activity?{days}");
        async move { api::get::<ActivityReport>(&path).await }
    });
    found.view(|report| {
        let sums = report.totals;
        let says = tf(
            "reports.activity.says",
            &[
                ("earned", &number(sums.earned)),
                ("used", &number(sums.used)),
                ("expired", &number(sums.expired)),
            ],
        );
        let labels = report.days.iter().map(|one| day(one.day)).collect();
        let of = |pick: fn(&fidela_protocol::reports::Activity) -> i64| -> Vec<i64> {
            report.days.iter().map(|one| pick(&one.activity)).collect()
        };
        let shown = vec![
            series("reports.earned", 1, of(|day| day.earned)),
            series("reports.used", 2, of(|day| -day.used)),
            series("reports.expired", 4, of(|day| -day.expired)),
        ];
        let rows: Vec<Vec<String>> = report
            .days
            .iter()
            .map(|one| {
                let sums = one.activity;
                let cells =
                    [sums.earned, sums.used, sums.expired, sums.clawed_back, sums.adjusted, sums.erased];
                std::iter::once(day(one.day)).chain(cells.map(number)).collect()
            })
            .collect();
        let heads = [
            "reports.day",
            "reports.earned",
            "reports.used",
            "reports.expired",
            "reports.clawed_back",
            "reports.adjusted",
            "reports.erased",
        ];
        let sources = [
            ("reports.by_orders", sums.earned_by_orders),
            ("reports.by_missions", sums.earned_by_missions),
            ("reports.by_invitations", sums.earned_by_invitations),
            ("reports.by_bonuses", sums.earned_by_bonuses),
            ("reports.brought_along", sums.brought_along),
        ];
        let sources = sources.map(|(name, n)| Bar { name: t(name), length: n, says: number(n) });
        view! {
            <dl class="stats">
                {stat("reports.earned", number(sums.earned), None)}
                {stat("reports.used", number(sums.used), None)}
                {stat("reports.expired", number(sums.expired), None)}
                {stat("reports.clawed_back", number(sums.clawed_back), None)}
                {stat("reports.adjusted", number(sums.adjusted), None)}
            </dl>
            <Card title=t("reports.by_day") help=t("reports.activity.help")>
                <Chart says=says labels=labels series=shown shape=Shape::Bars write=Callback::new(number) />
                {table("reports.by_day", &heads, rows)}
            </Card>
            <Card title=t("reports.earned_by")><BarList bars=sources.to_vec() /></Card>
        }
    })
}

/// What missions came to.
#[component]
pub fn Missions(#[prop(into)] days: String) -> impl IntoView {
    let found = load(move || {
        let path = format!("/v1/reports/missions?{days}");
        async move { api::get::<MissionsReport>(&path).await }
    });
    found.view(|report| {
        if report.items.is_empty() {
            return view! {
                <Empty title=t("reports.no_missions") text=t("reports.no_missions_text")>
                    <a class="button" href=at("missions")>{t("shell.menu.missions")}</a>
                </Empty>
            }
            .into_any();
        }
        let bars: Vec<Bar> = report
            .items
            .iter()
            .map(|item| Bar {
                name: item.name.clone(),
                length: item.completions,
                says: texts::tn("reports.times", item.completions),
            })
            .collect();
        let rows: Vec<Vec<String>> = report
            .items
            .iter()
            .map(|item| {
                vec![item.name.clone(), number(item.completions), number(item.points), number(item.shoppers)]
            })
            .collect();
        let sum = |pick: fn(&fidela_protocol::reports::MissionSums) -> i64| {
            report.items.iter().map(pick).sum::<i64>()
        };
        let heads = ["reports.mission", "reports.completions", "reports.points", "reports.first_time"];
        view! {
            <dl class="stats">
                {stat("reports.completions", number(sum(|item| item.completions)), None)}
                {stat("reports.points", number(sum(|item| item.points)), None)}
            </dl>
            <Card title=t("reports.completions")>
                <BarList bars=bars />
                {table("reports.completions", &heads, rows)}
            </Card>
        }
        .into_any()
    })
}

/// Invitations, from sent to rewarded.
#[component]
pub fn Referrals(#[prop(into)] days: String) -> impl IntoView {
    let found = load(move || {
        let path = format!("/v1/reports/referrals?{days}");
        async move { api::get::<ReferralsReport>(&path).await }
    });
    found.view(|report| {
        let funnel: Vec<Bar> = report
            .funnel
            .iter()
            .map(|step| Bar {
                name: t(&format!("reports.state.{}", step.state)),
                length: step.count,
                says: number(step.count),
            })
            .collect();
        let labels = report.days.iter().map(|one| day(one.day)).collect();
        let of = |pick: fn(&fidela_protocol::reports::ReferralDay) -> i64| -> Vec<i64> {
            report.days.iter().map(pick).collect()
        };
        let shown = vec![
            series("reports.state.sent", 5, of(|day| day.sent)),
            series("reports.state.registered", 3, of(|day| day.registered)),
            series("reports.state.rewarded", 1, of(|day| day.rewarded)),
        ];
        let rows: Vec<Vec<String>> = report
            .days
            .iter()
            .map(|one| {
                let cells =
                    [one.sent, one.opened, one.registered, one.ordered, one.rewarded, one.ended, one.points];
                std::iter::once(day(one.day)).chain(cells.map(number)).collect()
            })
            .collect();
        let heads = [
            "reports.day",
            "reports.state.sent",
            "reports.state.opened",
            "reports.state.registered",
            "reports.state.ordered",
            "reports.state.rewarded",
            "reports.ended",
            "reports.points",
        ];
        let count =
            |state: &str| report.funnel.iter().find(|step| step.state == state).map_or(0, |step| step.count);
        let says = tf(
            "reports.referrals.says",
            &[("registered", &number(count("registered"))), ("rewarded", &number(count("rewarded")))],
        );
        view! {
            <dl class="stats">
                {stat("reports.state.registered", number(count("registered")), None)}
                {stat("reports.state.rewarded", number(count("rewarded")), None)}
                {stat("reports.points", number(report.points), Some(t("reports.points_both")))}
            </dl>
            <Card title=t("reports.funnel") help=t("reports.funnel_help")><BarList bars=funnel /></Card>
            <Card title=t("reports.by_day")>
                <Chart says=says labels=labels series=shown shape=Shape::Bars write=Callback::new(number) />
                {table("reports.by_day", &heads, rows)}
            </Card>
        }
    })
}

/// How many shoppers are on each level.
#[component]
pub fn Levels() -> impl IntoView {
    let found = load(|| api::get::<LevelsReport>("/v1/reports/levels"));
    found.view(|report| {
        let name = |level: &fidela_protocol::reports::LevelSums| {
            level.name.as_ref().map_or_else(|| t("reports.no_level"), words)
        };
        let has_levels = report.items.iter().any(|level| level.name.is_some() || level.spend_from > 0);
        if !has_levels {
            return view! {
                <Empty title=t("reports.no_levels") text=t("reports.no_levels_text")>
                    <a class="button" href=at("program")>{t("shell.menu.program")}</a>
                </Empty>
            }
            .into_any();
        }
        let bars: Vec<Bar> = report
            .items
            .iter()
            .map(|level| Bar { name: name(level), length: level.shoppers, says: number(level.shoppers) })
            .collect();
        let rows: Vec<Vec<String>> = report
            .items
            .iter()
            .map(|level| {
                vec![name(level), money(level.spend_from), number(level.shoppers), money(level.spent)]
            })
            .collect();
        let heads = ["reports.level", "reports.spend_from", "reports.shoppers", "reports.spent"];
        view! {
            <Card title=t("reports.shoppers")>
                <BarList bars=bars />
                {table("reports.shoppers", &heads, rows)}
            </Card>
        }
        .into_any()
    })
}
