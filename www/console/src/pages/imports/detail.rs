//! One import: how far it is, what it would do or did, and what can be done with it.

use fidela_protocol::imports::{Import, ImportCounts, ImportEntry, ImportStatus};
use gloo_net::http::Method;
use leptos::prelude::*;

use super::missions::{self, Mission};
use super::{found, kind, link, list, rows, status};
use crate::api::{self, Answer, Call, Failure};
use crate::browser;
use crate::texts::{day_of, moment, number, t, tf, tn};
use crate::ui::{
    Button, Card, Confirm, ErrorBox, Icon, Kind, Load, Loaded, Loading, Note, Page, Tone, failed, load, toast,
};

/// So often it is asked how far one is that is being worked on.
const AGAIN: std::time::Duration = std::time::Duration::from_millis(1_200);

/// The page.
#[component]
pub fn Detail(
    /// `im_…`.
    id: String,
) -> impl IntoView {
    let path = format!("/v1/imports/{}", api::encode(&id));
    let import = {
        let path = path.clone();
        load(move || {
            let path = path.clone();
            async move { api::get::<Import>(&path).await }
        })
    };
    watch(import);
    let missions = RwSignal::new(Vec::<Mission>::new());
    let title = Signal::derive(move || {
        let entry = import.get().map(|import| import.entry);
        entry.map_or_else(|| t("shell.menu.imports"), |entry| name_of(&entry, &missions.get()))
    });
    Effect::new(move |known: Option<bool>| {
        let of_mission = import.get().is_some_and(|import| import.entry.mission.is_some());
        if of_mission && known != Some(true) {
            leptos::task::spawn_local(async move {
                if let Ok(all) = missions::all().await {
                    let _ = missions.try_set(all);
                }
            });
        }
        of_mission || known == Some(true)
    });
    let lead = MaybeProp::derive(move || {
        let at = import.get()?.entry.created_at.to_string();
        Some(tf("imports.sent_at", &[("at", &moment(&at))]))
    });
    // What changes while it is worked on is told apart from what stays: no button is made anew under a finger.
    let state = Memo::new(move |_| import.get().map(|import| import.entry.status));
    let counts = Memo::new(move |_| import.get().map(|import| import.counts));
    let failure = Memo::new(move |_| match import.state.get() {
        Loaded::Failed(failure) => Some(Some(failure)),
        Loaded::Waiting => Some(None),
        Loaded::Ready(_) => None,
    });
    let body = {
        let id = id.clone();
        let is_there = Memo::new(move |_| failure.get().is_none());
        move || {
            if !is_there.get() {
                return None;
            }
            let id = id.clone();
            Some(view! {
                {how_far(import, state)}
                {actions(id.clone(), import, state, counts)}
                {columns(import)}
                {rows::view(id, state, counts)}
            })
        }
    };
    view! {
        <Page title=title lead=lead back=(link(""), t("shell.menu.imports"))>
            {move || failure.get().map(|failure| match failure {
                Some(failure) => view! {
                    <ErrorBox sentence=failure.sentence() retry=Callback::new(move |()| import.again()) />
                }.into_any(),
                None => view! { <Loading /> }.into_any(),
            })}
            {body}
        </Page>
    }
}

/// Asks again while something happens by itself. A page that is loaded anew goes on where this one was.
fn watch(import: Load<Import>) {
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        let busy = match import.state.get() {
            Loaded::Ready(import) => import.entry.status.is_busy(),
            Loaded::Failed(Failure::Offline) => true,
            _ => false,
        };
        if busy && !waits.get_value() {
            waits.set_value(true);
            set_timeout(
                move || {
                    if waits.try_set_value(false).is_none() {
                        import.again();
                    }
                },
                AGAIN,
            );
        }
    });
}

fn name_of(entry: &ImportEntry, missions: &[Mission]) -> String {
    match &entry.mission {
        Some(id) => format!("{} · {}", kind(entry.kind), list::name(id, missions)),
        None => kind(entry.kind),
    }
}

/// Where it stands: a bar while it is worked on, and numbers.
fn how_far(import: Load<Import>, state: Memo<Option<ImportStatus>>) -> AnyView {
    let bar = move || {
        let import = import.get()?;
        let status = import.entry.status;
        if !status.is_busy() {
            return None;
        }
        let word = match status {
            ImportStatus::Reading => "imports.busy.reading",
            ImportStatus::Checking => "imports.busy.checking",
            ImportStatus::Reverting => "imports.busy.reverting",
            _ => "imports.busy.running",
        };
        let said = tf("imports.of", &[("n", &number(import.rows_done)), ("of", &number(import.rows))]);
        let broken = (status == ImportStatus::Reading)
            .then(|| view! { <p class="help">{t("imports.busy.reading_help")}</p> });
        Some(view! { {found::progress(t(word), import.rows_done, import.rows, said)} {broken} })
    };
    let badge = move || state.get().map(status);
    let said = move || import.get().map(|import| summary(&import));
    view! {
        <Card title=t("imports.result") actions=ViewFn::from(badge)>
            {bar}
            <div aria-live="polite">{said}</div>
            {move || import.get().map(|import| numbers(&import))}
        </Card>
    }
    .into_any()
}

/// What it would do, or did, in a sentence.
fn summary(import: &Import) -> Option<AnyView> {
    let counts = &import.counts;
    let (tone, said) = match import.entry.status {
        ImportStatus::Ready => {
            let would = counts.grantable.saturating_add(counts.will_wait);
            if would == 0 {
                (Tone::Warn, t("imports.would.nothing"))
            } else {
                let rows = tn("imports.would.rows", would);
                (Tone::Info, format!("{rows} {}", tn("imports.would.points", import.points_to_grant)))
            }
        }
        ImportStatus::Done => {
            let rows = tn("imports.did.rows", counts.granted.saturating_add(counts.waiting));
            (Tone::Good, format!("{rows} {}", tn("imports.did.points", import.points_granted)))
        }
        ImportStatus::Reverted => {
            let back = tn("imports.reverted.points", import.points_taken_back);
            let missing =
                (import.points_missing > 0).then(|| tn("imports.reverted.missing", import.points_missing));
            (Tone::Plain, [Some(back), missing].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        _ => return None,
    };
    let forgotten = import.entry.rows_until.map(|until| {
        let day = day_of(&until.to_string());
        view! { <p class="soft">{tf("imports.rows_until", &[("day", &day)])}</p> }
    });
    Some(view! { <Note tone=tone><p><strong>{said}</strong></p>{forgotten}</Note> }.into_any())
}

/// How many rows came to what, apart from what none came to.
fn numbers(import: &Import) -> AnyView {
    let ImportCounts {
        faulty,
        unchecked,
        grantable,
        will_wait,
        replayed,
        refused,
        granted,
        waiting,
        taken_back,
        ..
    } = import.counts;
    let told = [
        ("grantable", grantable),
        ("will_wait", will_wait),
        ("granted", granted),
        ("waiting", waiting),
        ("taken_back", taken_back),
        ("replayed", replayed),
        ("refused", refused),
        ("faulty", faulty),
        ("unchecked", unchecked),
    ];
    let stats: Vec<_> = std::iter::once((t("imports.rows"), import.rows))
        .chain(
            told.into_iter()
                .filter(|(_, n)| *n > 0)
                .map(|(word, n)| (t(&format!("imports.row_status.{word}")), n)),
        )
        .map(|(name, n)| view! { <div class="stat"><dt>{name}</dt><dd>{number(n)}</dd></div> })
        .collect();
    view! { <dl class="stats">{stats}</dl> }.into_any()
}

/// Columns that were left out.
fn columns(import: Load<Import>) -> AnyView {
    let left = Memo::new(move |_| {
        let warnings = import.get().map(|import| import.warnings).unwrap_or_default();
        warnings
            .iter()
            .map(|left| format!("{} ({})", left.header, left.column))
            .collect::<Vec<_>>()
            .join(", ")
    });
    let shown = move || {
        let names = left.get();
        (!names.is_empty())
            .then(|| view! { <p class="soft">{tf("imports.found.left_out", &[("columns", &names)])}</p> })
    };
    shown.into_any()
}

/// What can be done with it.
fn actions(
    id: String,
    import: Load<Import>,
    state: Memo<Option<ImportStatus>>,
    counts: Memo<Option<ImportCounts>>,
) -> AnyView {
    let busy = RwSignal::new(false);
    let reverting = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let path = StoredValue::new(format!("/v1/imports/{}", api::encode(&id)));
    let act = move |what: &'static str, said: &'static str| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let done = act(&path.get_value(), what).await;
            let _ = busy.try_set(false);
            let _ = reverting.try_set(false);
            match done {
                Ok(_) => toast(Tone::Good, t(said)),
                Err(failure) => failed(&failure),
            }
            import.again();
        });
    };
    let navigate = leptos_router::hooks::use_navigate();
    let left = RwSignal::new(false);
    Effect::new(move |_| {
        if left.get() {
            navigate(&link(""), leptos_router::NavigateOptions::default());
        }
    });
    let delete = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let done = api::delete(&path.get_value()).await;
            let _ = busy.try_set(false);
            match done {
                Ok(()) => {
                    toast(Tone::Good, t("imports.deleted"));
                    left.set(true);
                }
                Err(failure) => {
                    let _ = deleting.try_set(false);
                    failed(&failure);
                }
            }
        });
    };
    let could = Memo::new(move |_| {
        let (state, counts) = (state.get()?, counts.get()?);
        let rows = counts.grantable.saturating_add(counts.will_wait);
        let granted = counts.granted.saturating_add(counts.waiting);
        Some((state, rows, granted, counts.over_plan, counts.faulty.saturating_add(counts.refused)))
    });
    let buttons = move || {
        let (state, rows, granted, over_plan, wrong) = could.get()?;
        let start = (state == ImportStatus::Ready && rows > 0).then(|| {
            view! {
                <Button kind=Kind::Primary picture=Icon::Check busy=busy on_press=move || act("start", "imports.started")>
                    {tn("imports.start", rows)}
                </Button>
            }
        });
        let again = (state == ImportStatus::Done && over_plan > 0).then(|| {
            view! {
                <Button busy=busy picture=Icon::History on_press=move || act("start", "imports.started")>
                    {tn("imports.again", over_plan)}
                </Button>
            }
        });
        let errors = (wrong > 0 && !state.is_busy()).then(|| {
            view! {
                <Button picture=Icon::Download on_press=move || save_errors(path.get_value())>{t("imports.errors")}</Button>
            }
        });
        let revert = (state == ImportStatus::Done && granted > 0).then(|| {
            view! { <Button kind=Kind::Danger picture=Icon::History on_press=move || reverting.set(true)>{t("imports.revert")}</Button> }
        });
        let is_busy = state.is_busy() && state != ImportStatus::Reading;
        let delete = (!is_busy).then(|| {
            view! { <Button kind=Kind::Danger picture=Icon::Bin on_press=move || deleting.set(true)>{t("shell.delete")}</Button> }
        });
        let note = (over_plan > 0).then(|| view! { <p class="help">{t("imports.again_help")}</p> });
        Some(view! { <div class="buttons">{start} {again} {errors} {revert} {delete}</div> {note} })
    };
    let kept = move || could.get().is_some_and(|(_, _, granted, ..)| granted > 0);
    view! {
        {buttons}
        <Confirm
            open=reverting
            title=t("imports.revert_title")
            text=t("imports.revert_text")
            action=t("imports.revert")
            busy=busy
            on_confirm=move |()| act("revert", "imports.reverting")
        />
        <Confirm
            open=deleting
            title=t("imports.delete_title")
            text=Signal::derive(move || t(if kept() { "imports.delete_kept" } else { "imports.delete_text" }))
            action=t("shell.delete")
            busy=busy
            on_confirm=move |()| delete()
        />
    }
    .into_any()
}

async fn act(path: &str, what: &str) -> Answer<ImportEntry> {
    api::read(Call::new(Method::POST, &format!("{path}/{what}")).send().await?).await
}

/// `errors.csv`, in the reader's language.
fn save_errors(path: String) {
    leptos::task::spawn_local(async move {
        let saved = async {
            let answer = Call::new(Method::GET, &format!("{path}/errors.csv")).send().await?;
            let bytes = answer.binary().await.map_err(|_| Failure::Unreadable)?;
            browser::save("errors.csv", "text/csv;charset=utf-8", &bytes);
            Ok(())
        };
        if let Err(failure) = saved.await {
            failed(&failure);
        }
    });
}
