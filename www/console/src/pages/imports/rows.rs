//! The rows of an import, and what became or would become of each.

use fidela_protocol::imports::{ImportCounts, ImportRow, ImportRowStatus, ImportStatus};
use leptos::prelude::*;

use crate::api::{self, Page};
use crate::texts::{number, t, tf, tn};
use crate::ui::{Badge, Button, Card, ErrorBox, Loaded, Loading, Select, Tone, failed};

/// So many at once.
const LIMIT: usize = 50;

/// What is shown of them: a page, and how it goes on.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    rows: Vec<ImportRow>,
    next: Option<String>,
}

/// The list, with its filter. It is asked for again when the import has come to another step.
pub fn view(id: String, state: Memo<Option<ImportStatus>>, counts: Memo<Option<ImportCounts>>) -> AnyView {
    let path = StoredValue::new(format!("/v1/imports/{}/rows", api::encode(&id)));
    let filter = RwSignal::new(String::new());
    let shown = RwSignal::new(Loaded::Waiting);
    let times = StoredValue::new(0_u32);
    let more = RwSignal::new(false);
    let ask = move || {
        let time = times.with_value(|times| times.wrapping_add(1));
        times.set_value(time);
        let wanted = address(&path.get_value(), &filter.get_untracked(), None);
        leptos::task::spawn_local(async move {
            let answer = api::get::<Page<ImportRow>>(&wanted).await;
            if times.try_get_value() != Some(time) {
                return;
            }
            shown.set(match answer {
                Ok(page) => Loaded::Ready(Shown { rows: page.items, next: page.next }),
                Err(failure) => Loaded::Failed(failure),
            });
        });
    };
    let go_on = move || {
        let Loaded::Ready(Shown { next: Some(next), .. }) = shown.get_untracked() else { return };
        more.set(true);
        let time = times.get_value();
        let wanted = address(&path.get_value(), &filter.get_untracked(), Some(&next));
        leptos::task::spawn_local(async move {
            let answer = api::get::<Page<ImportRow>>(&wanted).await;
            let _ = more.try_set(false);
            if times.try_get_value() != Some(time) {
                return;
            }
            match answer {
                Ok(page) => shown.update(|shown| {
                    if let Loaded::Ready(shown) = shown {
                        shown.rows.extend(page.items);
                        shown.next = page.next;
                    }
                }),
                Err(failure) => failed(&failure),
            }
        });
    };
    Effect::new(move |_| {
        if state.get().is_some_and(|state| !state.is_busy()) {
            filter.track();
            ask();
        }
    });
    let choices = Signal::derive(move || choices(&counts.get().unwrap_or_default()));
    let list = move || match shown.get() {
        Loaded::Waiting => view! { <Loading /> }.into_any(),
        Loaded::Failed(failure) => {
            view! { <ErrorBox sentence=failure.sentence() retry=Callback::new(move |()| ask()) /> }.into_any()
        }
        Loaded::Ready(Shown { rows, .. }) if rows.is_empty() => {
            view! { <p class="soft">{t("imports.no_rows")}</p> }.into_any()
        }
        Loaded::Ready(Shown { rows, next }) => {
            let go_on = next.is_some().then(|| {
                view! { <div class="buttons"><Button busy=more on_press=move || go_on()>{t("shell.more")}</Button></div> }
            });
            view! { {table(rows)} {go_on} }.into_any()
        }
    };
    let rests = Memo::new(move |_| state.get().is_some_and(|state| !state.is_busy()));
    let card = move || {
        rests.get().then(|| {
            view! {
                <Card title=t("imports.rows")>
                    <div class="filter">
                        <Select
                            label=t("imports.filter")
                            choices=choices
                            value=filter
                            on_change=move |status: String| filter.set(status)
                        />
                    </div>
                    {list}
                </Card>
            }
        })
    };
    card.into_any()
}

fn address(path: &str, filter: &str, after: Option<&str>) -> String {
    let status = if filter.is_empty() { String::new() } else { format!("&status={filter}") };
    let after = after.map(|after| format!("&after={}", api::encode(after))).unwrap_or_default();
    format!("{path}?limit={LIMIT}{status}{after}")
}

/// All, what is wrong, and each that there are any of.
fn choices(counts: &ImportCounts) -> Vec<(String, String)> {
    let of = |status: ImportRowStatus| match status {
        ImportRowStatus::Faulty => counts.faulty,
        ImportRowStatus::Unchecked => counts.unchecked,
        ImportRowStatus::Grantable => counts.grantable,
        ImportRowStatus::WillWait => counts.will_wait,
        ImportRowStatus::Replayed => counts.replayed,
        ImportRowStatus::Refused => counts.refused,
        ImportRowStatus::Granted => counts.granted,
        ImportRowStatus::Waiting => counts.waiting,
        ImportRowStatus::TakenBack => counts.taken_back,
    };
    let named = |name: String, n: i64| tf("imports.filter.counted", &[("name", &name), ("n", &number(n))]);
    let mut choices = vec![(String::new(), t("imports.filter.all"))];
    let wrong = counts.faulty.saturating_add(counts.refused);
    if counts.faulty > 0 && counts.refused > 0 {
        choices.push(("faulty,refused".to_owned(), named(t("imports.filter.wrong"), wrong)));
    }
    for status in ImportRowStatus::ALL {
        if of(status) > 0 {
            choices.push((status.word().to_owned(), named(word(status), of(status))));
        }
    }
    choices
}

fn word(status: ImportRowStatus) -> String {
    t(&format!("imports.row_status.{}", status.word()))
}

fn table(rows: Vec<ImportRow>) -> AnyView {
    let references = rows.iter().any(|row| row.reference.is_some());
    let lines: Vec<_> = rows.into_iter().map(|row| line(row, references)).collect();
    view! {
        <div class="table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th scope="col" class="num">{t("imports.row")}</th>
                        <th scope="col">{t("imports.who")}</th>
                        {references.then(|| view! { <th scope="col">{t("imports.reference")}</th> })}
                        <th scope="col" class="num">{t("imports.points")}</th>
                        <th scope="col">{t("imports.state")}</th>
                        <th scope="col">{t("imports.what")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(row: ImportRow, references: bool) -> AnyView {
    let who = row.customer_id.or(row.email).unwrap_or_else(|| "–".to_owned());
    let tone = match row.status {
        ImportRowStatus::Faulty | ImportRowStatus::Refused => Tone::Bad,
        ImportRowStatus::Granted | ImportRowStatus::Grantable => Tone::Good,
        ImportRowStatus::Waiting | ImportRowStatus::WillWait => Tone::Info,
        _ => Tone::Plain,
    };
    let badge = word(row.status);
    let missing = (row.missing > 0).then(|| tn("imports.row_missing", row.missing));
    let faults: Vec<_> = row
        .faults
        .into_iter()
        .map(|fault| {
            let column = match (fault.header, fault.column) {
                (Some(header), Some(letter)) => format!("{header} ({letter}): "),
                (None, Some(letter)) => format!("{letter}: "),
                _ => String::new(),
            };
            let value = (!fault.value.is_empty()).then(|| view! { <code>{fault.value}</code> " " });
            view! { <li>{column} {value} {fault.title}</li> }
        })
        .collect();
    let faults = (!faults.is_empty()).then(|| view! { <ul class="faults">{faults}</ul> });
    let said = row.title.or(missing);
    let is_said = said.is_some() || faults.is_some();
    let label = t("imports.what");
    view! {
        <tr>
            <td class="num" data-label=t("imports.row")>{number(row.row)}</td>
            <td data-label=t("imports.who")>{who}</td>
            {references.then(|| view! { <td data-label=t("imports.reference")>{row.reference.unwrap_or_else(|| "–".to_owned())}</td> })}
            <td class="num" data-label=t("imports.points")>{number(row.points)}</td>
            <td data-label=t("imports.state")><Badge tone=tone>{badge}</Badge></td>
            <td class:nothing=!is_said data-label=label>{said} {faults}</td>
        </tr>
    }
    .into_any()
}
