//! A file, from the template to its upload: it is read and checked here, and nothing is sent until somebody says so.

use fidela_protocol::imports::{ImportEntry, ImportKind};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::json;
use web_sys::File;

use super::found::{self, Found};
use super::missions::{self, Mission};
use super::{files, link};
use crate::api::{self, Answer, Call, Failure};
use crate::texts::{self, number, t, tf, tn};
use crate::ui::{Button, Card, ErrorBox, Icon, Kind, Page, Select, failed, load};
use crate::{browser, shell};

/// Where the file is on its way.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// There is none.
    Nothing,
    /// It is being read: bytes read, bytes in all, rows.
    Reading(i64, i64, u32),
    /// It was read.
    Read(Box<Found>),
    /// The reader could not be had.
    Unread,
    /// It is being sent: bytes sent, bytes in all.
    Sending(i64, i64),
}

/// What is chosen on the page, and the file.
#[derive(Clone, Copy)]
struct Form {
    kind: RwSignal<ImportKind>,
    mission: RwSignal<String>,
    missions: RwSignal<Vec<Mission>>,
    step: RwSignal<Step>,
    /// Its name, and whether there is one.
    name: RwSignal<String>,
    file: StoredValue<Option<File>, LocalStorage>,
    /// The upload's key: another file, or another use of it, is another upload.
    key: StoredValue<String>,
    refused: RwSignal<Option<Failure>>,
}

impl Form {
    fn new() -> Self {
        Self {
            kind: RwSignal::new(ImportKind::Completions),
            mission: RwSignal::new(String::new()),
            missions: RwSignal::new(Vec::new()),
            step: RwSignal::new(Step::Nothing),
            name: RwSignal::new(String::new()),
            file: StoredValue::new_local(None),
            key: StoredValue::new(String::new()),
            refused: RwSignal::new(None),
        }
    }

    /// The mission that is chosen.
    fn chosen(self) -> Option<Mission> {
        let id = self.mission.get();
        self.missions.with(|all| all.iter().find(|mission| mission.id == id).cloned())
    }

    /// Whether there is something to import into.
    fn is_ready(self) -> bool {
        self.kind.get() == ImportKind::Balances || self.chosen().is_some()
    }

    /// `?kind=…`.
    fn query(self) -> String {
        match self.kind.get_untracked() {
            ImportKind::Balances => "kind=balances".to_owned(),
            ImportKind::Completions => {
                format!("kind=completions&mission={}", api::encode(&self.mission.get_untracked()))
            }
        }
    }

    /// What the reader is told.
    fn told(self) -> String {
        let kind = match self.kind.get_untracked() {
            ImportKind::Balances => json!("balances"),
            ImportKind::Completions => {
                let chosen = untrack(|| self.chosen());
                let (reference, amount) =
                    chosen.map_or((false, false), |mission| (mission.reference, mission.amount));
                json!({ "completions": { "reference": reference, "amount": amount } })
            }
        };
        json!({ "kind": kind, "language": texts::locale(), "currency": texts::currency() }).to_string()
    }

    /// Reads the file that there is, with what is chosen now.
    fn read(self) {
        let Some(file) = self.file.get_value() else { return };
        let key = api::new_key();
        self.key.set_value(key.clone());
        self.refused.set(None);
        self.step.set(Step::Reading(0, bytes(file.size()), 0));
        let told = self.told();
        leptos::task::spawn_local(async move {
            let progress = move |read: f64, size: f64, rows: u32| {
                let _ = self.step.try_set(Step::Reading(bytes(read), bytes(size), rows));
            };
            let found = files::look(&file, &told, progress).await;
            // Another file, or another use of this one, came meanwhile.
            if self.key.try_get_value().as_deref() != Some(&key) {
                return;
            }
            let found = found.and_then(|found| serde_json::from_str(&found).ok());
            self.step.set(found.map_or(Step::Unread, |found| Step::Read(Box::new(found))));
        });
    }

    fn take(self, file: Option<File>) {
        if let Some(file) = file {
            self.name.set(file.name());
            self.file.set_value(Some(file));
            self.read();
        }
    }

    fn clear(self) {
        files::leave();
        self.key.set_value(String::new());
        self.file.set_value(None);
        self.name.set(String::new());
        self.refused.set(None);
        self.step.set(Step::Nothing);
    }

    /// Sends it. The same key however often: nothing is imported twice.
    fn send(self, arrive: impl Fn(String) + 'static) {
        let Some(file) = self.file.get_value() else { return };
        let before = self.step.get_untracked();
        let (path, key) = (format!("/v1/imports?{}", self.query()), self.key.get_value());
        self.refused.set(None);
        self.step.set(Step::Sending(0, bytes(file.size())));
        leptos::task::spawn_local(async move {
            let progress = move |sent: f64, size: f64| {
                let _ = self.step.try_set(Step::Sending(bytes(sent), bytes(size)));
            };
            let sent = files::send(&file, &path, &key, progress).await;
            let entry = sent
                .and_then(|text| serde_json::from_str::<ImportEntry>(&text).map_err(|_| Failure::Unreadable));
            match entry {
                Ok(entry) => arrive(entry.id),
                Err(failure) => {
                    let _ = self.step.try_set(before);
                    let _ = self.refused.try_set(Some(failure));
                }
            }
        });
    }
}

/// A size that the browser tells as a float.
#[allow(clippy::cast_possible_truncation, reason = "a file's size, far below what a float tells exactly")]
fn bytes(size: f64) -> i64 {
    size as i64
}

/// The page.
#[component]
pub fn New() -> impl IntoView {
    let form = Form::new();
    let missions = load(missions::all);
    Effect::new(move |_| {
        let Some(all) = missions.get() else { return };
        match all.first() {
            Some(first) => form.mission.set(first.id.clone()),
            None => form.kind.set(ImportKind::Balances),
        }
        form.missions.set(all);
    });
    on_cleanup(files::leave);
    view! {
        <Page title=t("imports.new") lead=t("imports.new_lead") back=(link(""), t("shell.menu.imports"))>
            {missions.view(move |all| view! { {what(form, all.is_empty())} {templates(form)} {file(form)} })}
        </Page>
    }
}

/// What the rows are.
fn what(form: Form, no_missions: bool) -> AnyView {
    let choice = move |kind: ImportKind, word: &'static str, disabled: bool| {
        let id = format!("kind-{word}");
        let described = format!("{id}-help");
        view! {
            <label class="choice" for=id.clone()>
                <input
                    id=id.clone()
                    type="radio"
                    name="kind"
                    aria-describedby=described.clone()
                    disabled=disabled
                    prop:checked=move || form.kind.get() == kind
                    on:change=move |_| {
                        form.kind.set(kind);
                        form.read();
                    }
                />
                <strong>{t(&format!("imports.kind.{word}"))}</strong>
                <span id=described>{t(&format!("imports.kind.{word}_help"))}</span>
            </label>
        }
        .into_any()
    };
    let choices = Signal::derive(move || {
        form.missions
            .with(|all| all.iter().map(|mission| (mission.id.clone(), mission.name.clone())).collect())
    });
    let which = move || {
        (form.kind.get() == ImportKind::Completions).then(|| {
            view! {
                <Select
                    label=t("imports.mission")
                    choices=choices
                    value=form.mission
                    on_change=move |id: String| {
                        form.mission.set(id);
                        form.read();
                    }
                />
            }
        })
    };
    let hint = no_missions.then(|| {
        view! { <p class="help">{t("imports.no_missions")} " " <a href=shell::at("missions")>{t("shell.menu.missions")}</a></p> }
    });
    view! {
        <Card>
            <fieldset class="form">
                <legend class="step">{t("imports.step.what")}</legend>
                <div class="choices">
                    {choice(ImportKind::Completions, "completions", no_missions)}
                    {choice(ImportKind::Balances, "balances", false)}
                </div>
                {hint}
                {which}
            </fieldset>
        </Card>
    }
    .into_any()
}

/// The empty file.
fn templates(form: Form) -> AnyView {
    let button = move |ending: &'static str, label: &'static str| {
        let busy = RwSignal::new(false);
        view! {
            <Button
                picture=Icon::Download
                busy=busy
                disabled=Signal::derive(move || !form.is_ready())
                on_press=move || {
                    busy.set(true);
                    leptos::task::spawn_local(async move {
                        if let Err(failure) = save_template(form, ending).await {
                            failed(&failure);
                        }
                        let _ = busy.try_set(false);
                    });
                }
            >
                {t(label)}
            </Button>
        }
    };
    view! {
        <Card title=t("imports.step.template") help=t("imports.template_help")>
            <div class="buttons">
                {button("xlsx", "imports.template.xlsx")} {button("csv", "imports.template.csv")}
            </div>
        </Card>
    }
    .into_any()
}

async fn save_template(form: Form, ending: &str) -> Answer<()> {
    let path = format!("/v1/imports/template.{ending}?{}", form.query());
    let answer = Call::new(Method::GET, &path).send().await?;
    let kind = answer.headers().get("content-type").unwrap_or_default();
    let bytes = answer.binary().await.map_err(|_| Failure::Unreadable)?;
    let name = match form.kind.get_untracked() {
        ImportKind::Balances => "imports.kind.balances",
        ImportKind::Completions => "imports.kind.completions",
    };
    browser::save(&format!("{}.{ending}", t(name)), &kind, &bytes);
    Ok(())
}

/// Where a file is dropped, and what was found in it.
fn file(form: Form) -> AnyView {
    let over = RwSignal::new(false);
    let arrive = go_to();
    let step = move || match form.step.get() {
        Step::Nothing => drop_zone(form, over),
        Step::Reading(read, size, rows) => {
            let said = if rows > 0 { tn("imports.rows_read", rows.into()) } else { String::new() };
            view! { {chosen(form)} {found::progress(t("imports.reading"), read, size, said)} }.into_any()
        }
        Step::Sending(sent, size) => {
            let said = tf("imports.sent_of", &[("sent", &size_of(sent)), ("size", &size_of(size))]);
            view! { {chosen(form)} {found::progress(t("imports.sending"), sent, size, said)} }.into_any()
        }
        Step::Unread => {
            let arrive = arrive.clone();
            view! {
                {chosen(form)}
                <ErrorBox sentence=t("imports.unread") retry=Callback::new(move |()| form.read()) />
                {refusal(form)}
                {send_button(form, arrive)}
            }
            .into_any()
        }
        Step::Read(found) => {
            let good = found.rows.saturating_sub(found.faulty);
            let send = (found.fault.is_none() && good > 0).then(|| send_button(form, arrive.clone()));
            view! { {chosen(form)} {found::view(*found)} {refusal(form)} {send} }.into_any()
        }
    };
    view! {
        <div
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                if form.is_ready() && !matches!(form.step.get_untracked(), Step::Sending(..)) {
                    form.take(files::dropped(&event));
                }
            }
        >
            <Card title=t("imports.step.file")>{step}</Card>
        </div>
    }
    .into_any()
}

/// Goes to an import by its id.
fn go_to() -> impl Fn(String) + Clone + Send + Sync + 'static {
    let wanted = RwSignal::new(None::<String>);
    let navigate = leptos_router::hooks::use_navigate();
    Effect::new(move |_| {
        if let Some(id) = wanted.get() {
            navigate(&link(&id), leptos_router::NavigateOptions::default());
        }
    });
    move |id: String| wanted.set(Some(id))
}

fn drop_zone(form: Form, over: RwSignal<bool>) -> AnyView {
    view! {
        <label class="drop" class:over=move || over.get() class:disabled=move || !form.is_ready()>
            {found::tray()}
            <strong>{t("imports.drop")}</strong>
            <span class="soft">{t("imports.drop_help")}</span>
            <span class="button" aria-hidden="true">{t("imports.choose")}</span>
            <input
                id="import-file"
                type="file"
                class="unseen"
                accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                aria-label=t("imports.choose")
                disabled=move || !form.is_ready()
                on:change=move |event| form.take(files::chosen(&event))
            />
        </label>
    }
    .into_any()
}

/// The file's name, and the way to another.
fn chosen(form: Form) -> AnyView {
    view! {
        <div class="chosen">
            <code>{move || form.name.get()}</code>
            {move || (!matches!(form.step.get(), Step::Sending(..))).then(|| view! {
                <Button
                    kind=Kind::Quiet
                    on_press=move || {
                        form.clear();
                        browser::focus("import-file");
                    }
                >
                    {t("imports.another")}
                </Button>
            })}
        </div>
    }
    .into_any()
}

/// Why the edge did not take it.
fn refusal(form: Form) -> AnyView {
    let shown = move || {
        form.refused.get().map(|failure| {
            let fault = match &failure {
                Failure::Refused(problem) => problem
                    .more
                    .get("fault")
                    .and_then(|fault| fault.get("title"))
                    .and_then(|title| title.as_str()),
                _ => None,
            };
            let sentence = fault.map_or_else(|| failure.sentence(), str::to_owned);
            view! { <ErrorBox sentence=sentence /> }
        })
    };
    shown.into_any()
}

fn send_button(form: Form, arrive: impl Fn(String) + Clone + Send + Sync + 'static) -> AnyView {
    view! {
        <div class="send">
            <p class="soft">{t("imports.send_help")}</p>
            <Button kind=Kind::Primary picture=Icon::Upload on_press=move || form.send(arrive.clone())>
                {t("imports.send")}
            </Button>
        </div>
    }
    .into_any()
}

/// A size, in kB or MB.
fn size_of(bytes: i64) -> String {
    if bytes < 1_000_000 {
        tf("imports.kb", &[("n", &number((bytes + 999) / 1_000))])
    } else {
        tf("imports.mb", &[("n", &number((bytes + 999_999) / 1_000_000))])
    }
}
