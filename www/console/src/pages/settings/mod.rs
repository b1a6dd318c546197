//! `/console/settings`: the store itself, its team, keys and secrets, webhooks, shop platforms, plan, and the record of
//! who did what.

mod general;
mod keys;
mod plan;
mod platforms;
mod record;
mod secrets;
mod team;
mod webhooks;

use leptos::prelude::*;

use crate::api::Failure;
use crate::shell::{at, rest};
use crate::texts::{find, t, tf};
use crate::ui::{Card, Dialog, Empty, Note, Page, Tabs, Tone};
use crate::{session, ui};

/// The area.
#[component]
pub fn Settings() -> impl IntoView {
    let rest = rest();
    let part = Memo::new(move |_| rest.get().split('/').next().unwrap_or_default().to_owned());
    let has_keys = session::may("keys");
    let mut items = vec![("", "general")];
    if has_keys {
        items.extend([("team", "team"), ("keys", "keys")]);
    }
    items.extend([
        ("webhooks", "webhooks"),
        ("platforms", "platforms"),
        ("plan", "plan"),
        ("record", "record"),
    ]);
    let address = |part: &str| at(format!("settings/{part}").trim_end_matches('/'));
    let tabs: Vec<_> =
        items.into_iter().map(|(path, key)| (address(path), t(&format!("settings.tab.{key}")))).collect();
    let current = Signal::derive(move || address(&part.get()));
    view! {
        <Page title=t("shell.menu.settings")>
            <Tabs label=t("shell.menu.settings") items=tabs current=current />
            {move || match part.get().as_str() {
                "" => general::General().into_any(),
                "team" | "keys" if !has_keys => view! {
                    <Empty title=t("settings.owners_only") text=t("settings.owners_only_text") />
                }
                .into_any(),
                "team" => team::Team().into_any(),
                "keys" => view! { <keys::Keys /><secrets::Secrets /> }.into_any(),
                "webhooks" => webhooks::Webhooks().into_any(),
                "platforms" => platforms::Platforms().into_any(),
                "plan" => plan::PlanPage().into_any(),
                "record" => record::Record().into_any(),
                _ => crate::pages::missing::Missing().into_any(),
            }}
        </Page>
    }
}

/// What is wrong with a field, in a sentence; by the beginning of its place in what was sent.
fn fault_of(failure: Option<&Failure>, place: &str) -> Option<String> {
    let fault = failure?.faults().iter().find(|fault| fault.path.starts_with(place))?;
    let sentence =
        find(&format!("settings.fault.{}", fault.code)).unwrap_or_else(|| t("settings.fault.other"));
    Some(match (fault.min, fault.max) {
        (Some(min), Some(max)) => {
            format!(
                "{sentence} {}",
                tf("settings.fault.between", &[("min", &min.to_string()), ("max", &max.to_string())])
            )
        }
        _ => sentence,
    })
}

/// A failure whose fields are not shown by themselves is shown as a message.
fn tell(failure: &Failure) {
    if failure.faults().is_empty() {
        ui::failed(failure);
    }
}

/// A secret that is shown once, in a dialog that says so.
#[component]
fn ShownOnce(
    /// The secret, while it is shown.
    secret: RwSignal<Option<String>>,
    /// What it is.
    #[prop(into)]
    title: String,
    /// What to do with it.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if secret.with(Option::is_some) {
            open.set(true);
        }
    });
    // Closed, it is gone: nobody finds it in the page afterwards.
    Effect::new(move |_| {
        if !open.get() && secret.with_untracked(Option::is_some) {
            secret.set(None);
        }
    });
    view! {
        <Dialog open=open title=title>
            <p>{text.clone()}</p>
            <code class="code" data-secret>{move || secret.get().unwrap_or_default()}</code>
            <Note tone=Tone::Warn>{t("settings.once")}</Note>
            <div class="buttons end">
                <ui::CopyButton text=Signal::derive(move || secret.get().unwrap_or_default()) />
                <ui::Button kind=ui::Kind::Primary on_press=move |()| open.set(false)>{t("settings.have_it")}</ui::Button>
            </div>
        </Dialog>
    }
}

/// A card with a list, or what to do where it is empty.
fn listed(title: String, help: String, actions: Option<ViewFn>, list: AnyView) -> AnyView {
    match actions {
        Some(actions) => view! { <Card title=title help=help actions=actions>{list}</Card> }.into_any(),
        None => view! { <Card title=title help=help>{list}</Card> }.into_any(),
    }
}
