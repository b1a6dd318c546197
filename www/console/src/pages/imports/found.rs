//! What the reader found in a file: how much of it is good, what is wrong and where, and its first rows.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::browser;
use crate::texts::{self, number, t, tf, tn};
use crate::ui::{Badge, Button, Icon, Note, Tone, icon};

/// What was found (`www/console/reader/src/look.rs`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Found {
    /// The file as a whole cannot be read: why.
    #[serde(default)]
    pub fault: Option<FileFault>,
    /// What that means.
    #[serde(default)]
    pub title: Option<String>,
    /// What was read, where it could be.
    #[serde(default)]
    pub summary: Option<Summary>,
    /// Rows.
    pub rows: i64,
    /// Of them, those with faults.
    pub faulty: i64,
    /// The first good rows.
    pub first: Vec<Row>,
    /// What is wrong, in order.
    pub faults: Vec<Fault>,
    /// How many values are wrong, in all.
    pub wrong: i64,
    /// How often what was found.
    pub kinds: Vec<Often>,
    /// Points of all good rows, of balances.
    pub points: i64,
    /// All faults as a spreadsheet.
    pub list: String,
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FileFault {
    /// The row.
    #[serde(default)]
    pub row: Option<i64>,
    /// The column's letter.
    #[serde(default)]
    pub column: Option<String>,
    /// The column that is missing or doubled.
    #[serde(default)]
    pub detail: Option<String>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Summary {
    /// Columns that were found.
    pub columns: Vec<Column>,
    /// Columns that were left out.
    pub warnings: Vec<Left>,
    /// The sheet that was read, of a workbook.
    #[serde(default)]
    pub sheet: Option<String>,
}

/// A column that was found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Column {
    /// Our name.
    pub field: String,
    /// Its name in the file.
    pub header: String,
}

/// A column that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Left {
    /// Its letter.
    pub column: String,
    /// Its name in the file.
    pub header: String,
}

/// A good row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// Its number.
    pub number: i64,
    /// What it says, under what it is.
    pub content: Map<String, Value>,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// The row.
    pub row: i64,
    /// The column's letter.
    #[serde(default)]
    pub column: Option<String>,
    /// The column's name.
    #[serde(default)]
    pub header: Option<String>,
    /// The value.
    pub value: String,
    /// What is wrong with it.
    pub title: String,
}

/// How often something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Often {
    /// What.
    pub title: String,
    /// How often.
    pub times: i64,
}

/// All of it, in words.
pub fn view(found: Found) -> AnyView {
    if let Some(fault) = found.fault {
        return whole(&fault, found.title.unwrap_or_default());
    }
    let good = found.rows.saturating_sub(found.faulty);
    let (tone, said) = match (good, found.faulty) {
        (0, 0) => (Tone::Bad, t("imports.found.nothing")),
        (_, 0) => (Tone::Good, tn("imports.found.good", good)),
        (0, faulty) => (Tone::Bad, tn("imports.found.all_bad", faulty)),
        (good, faulty) => {
            let bad = tn("imports.found.bad", faulty);
            (Tone::Warn, format!("{} {bad}", tn("imports.found.good", good)))
        }
    };
    let points = (found.points > 0).then(|| view! { <p>{tn("imports.found.points", found.points)}</p> });
    let summary = found.summary.unwrap_or(Summary { columns: Vec::new(), warnings: Vec::new(), sheet: None });
    let sheet = summary
        .sheet
        .as_ref()
        .map(|sheet| view! { <p class="soft">{tf("imports.found.sheet", &[("sheet", sheet)])}</p> });
    view! {
        <div class="found">
            <div role="status">
                <Note tone=tone><p><strong>{said}</strong></p>{points}{sheet}</Note>
            </div>
            {left_out(&summary.warnings)}
            {wrong(found.faults, &found.kinds, found.wrong, found.list)}
            {first(&summary.columns, &found.first)}
        </div>
    }
    .into_any()
}

/// The file cannot be read at all.
fn whole(fault: &FileFault, title: String) -> AnyView {
    let place = match (fault.row, &fault.column) {
        (Some(row), Some(column)) => {
            Some(tf("imports.found.cell", &[("row", &number(row)), ("column", column)]))
        }
        (Some(row), None) => Some(tf("imports.found.row", &[("row", &number(row))])),
        _ => None,
    };
    let detail = fault.detail.clone();
    view! {
        <div role="alert">
            <Note tone=Tone::Bad>
                <p><strong>{title}</strong></p>
                {detail.map(|detail| view! { <p><code>{detail}</code></p> })}
                {place.map(|place| view! { <p>{place}</p> })}
            </Note>
        </div>
    }
    .into_any()
}

/// Columns that nobody reads.
fn left_out(columns: &[Left]) -> Option<AnyView> {
    if columns.is_empty() {
        return None;
    }
    let names: Vec<_> = columns.iter().map(|left| format!("{} ({})", left.header, left.column)).collect();
    let said = tf("imports.found.left_out", &[("columns", &names.join(", "))]);
    Some(view! { <p class="soft">{said}</p> }.into_any())
}

/// What is wrong: how often what, and then each.
fn wrong(faults: Vec<Fault>, kinds: &[Often], all: i64, list: String) -> Option<AnyView> {
    if faults.is_empty() {
        return None;
    }
    let shown = i64::try_from(faults.len()).unwrap_or(i64::MAX);
    let more = (all > shown).then(|| {
        let said = tf("imports.found.more", &[("shown", &number(shown)), ("all", &number(all))]);
        view! { <p class="soft">{said}</p> }
    });
    let kinds: Vec<_> = kinds
        .iter()
        .map(|kind| {
            let (times, title) = (number(kind.times), kind.title.clone());
            view! { <li><Badge tone=Tone::Bad>{times}</Badge><span>{title}</span></li> }
        })
        .collect();
    let rows: Vec<_> = faults.into_iter().map(fault).collect();
    Some(
        view! {
            <section class="wrongs">
                <div class="card-head">
                    <h3>{t("imports.found.wrong")}</h3>
                    <Button
                        picture=Icon::Download
                        on_press=move || browser::save("errors.csv", "text/csv;charset=utf-8", list.as_bytes())
                    >
                        {t("imports.errors")}
                    </Button>
                </div>
                <ul class="tally">{kinds}</ul>
                <div class="table-wrap scroll" tabindex="0" role="region" aria-label=t("imports.found.wrong")>
                    <table class="cards">
                        <thead>
                            <tr>
                                <th scope="col" class="num">{t("imports.row")}</th>
                                <th scope="col">{t("imports.column")}</th>
                                <th scope="col">{t("imports.value")}</th>
                                <th scope="col">{t("imports.what")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {more}
            </section>
        }
        .into_any(),
    )
}

fn fault(fault: Fault) -> AnyView {
    let column = match (fault.header, fault.column) {
        (Some(header), Some(letter)) => format!("{header} ({letter})"),
        (None, Some(letter)) => letter,
        _ => t("imports.whole_row"),
    };
    let value = if fault.value.is_empty() { t("imports.empty_cell") } else { fault.value };
    view! {
        <tr>
            <td class="num" data-label=t("imports.row")>{number(fault.row)}</td>
            <td data-label=t("imports.column")>{column}</td>
            <td data-label=t("imports.value")><code>{value}</code></td>
            <td data-label=t("imports.what")>{fault.title}</td>
        </tr>
    }
    .into_any()
}

/// The first good rows, as they were understood.
fn first(columns: &[Column], rows: &[Row]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let heads: Vec<_> = columns
        .iter()
        .map(|column| view! { <th scope="col" class:num=is_number(&column.field)>{column.header.clone()}</th> })
        .collect();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = columns
                .iter()
                .map(|column| {
                    let value = row.content.values().next().and_then(|content| content.get(&column.field));
                    view! {
                        <td class:num=is_number(&column.field) data-label=column.header.clone()>
                            {written(&column.field, value)}
                        </td>
                    }
                })
                .collect();
            view! { <tr><td class="num soft" data-label=t("imports.row")>{number(row.number)}</td>{cells}</tr> }
        })
        .collect();
    Some(
        view! {
            <section class="firsts">
                <h3>{t("imports.found.first")}</h3>
                <p class="soft">{t("imports.found.first_help")}</p>
                <div class="table-wrap" tabindex="0" role="region" aria-label=t("imports.found.first")>
                    <table class="cards">
                        <thead><tr><th scope="col" class="num">{t("imports.row")}</th>{heads}</tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn is_number(field: &str) -> bool {
    matches!(field, "points" | "amount" | "spent")
}

/// A value as the reader writes such.
fn written(field: &str, value: Option<&Value>) -> AnyView {
    let text = match (field, value) {
        (_, None | Some(Value::Null)) => return view! { <span class="soft">"–"</span> }.into_any(),
        ("amount" | "spent", Some(value)) => texts::money(value.as_i64().unwrap_or_default()),
        ("points", Some(value)) => number(value.as_i64().unwrap_or_default()),
        ("last_day" | "registered_at" | "birthday", Some(Value::String(day))) => texts::formats().day(day),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(value)) => value.to_string(),
    };
    text.into_any()
}

/// While a file is read or sent: how far it is.
pub fn progress(label: String, now: i64, of: i64, said: String) -> AnyView {
    // Of a thousand, so that a file of 20 MB moves.
    let share = if of > 0 { now.saturating_mul(1000).saturating_div(of).clamp(0, 1000) } else { 0 };
    let width = format!("{}.{}%", share / 10, share % 10);
    view! {
        <div class="progress">
            <div class="progress-head"><strong>{label.clone()}</strong><span class="soft">{said}</span></div>
            <div
                class="meter"
                role="progressbar"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=(share / 10).to_string()
            >
                <span style:inline-size=width></span>
            </div>
        </div>
    }
    .into_any()
}

/// A picture for a place to drop a file at.
pub fn tray() -> AnyView {
    view! { <span class="drop-mark">{icon(Icon::Upload)}</span> }.into_any()
}
