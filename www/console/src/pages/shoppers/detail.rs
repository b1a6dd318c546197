//! One shopper: what they have, what happened, and what a merchant can put right.

use fidela_protocol::merchant::CustomerDetail;
use gloo_net::http::Method;
use leptos::prelude::*;

use super::change::{Adjust, Change};
use super::history::{Ledger, Orders};
use super::parts::{Cards, Expiring, Facts, Holds, Invitations, Missions, Rewards};
use crate::api::{self, Call};
use crate::shell::{at, go};
use crate::texts::{self, t, tf};
use crate::ui::{Button, Confirm, Empty, Icon, Kind, Page, Tone, failed, load, toast};
use crate::{browser, session};

/// Where a shopper is in the API.
pub(super) fn path(id: &str, rest: &str) -> String {
    format!("/v1/customers/{}{rest}", api::encode(id))
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// Whose page it is.
    pub(super) id: StoredValue<String>,
    /// What is being put right, if anything.
    pub(super) change: RwSignal<Option<Change>>,
    /// Takes in what a change came to.
    pub(super) done: Callback<CustomerDetail>,
}

/// The page.
#[component]
pub fn Detail(#[prop(into)] id: String) -> impl IntoView {
    let back = (at("shoppers"), t("shell.menu.shoppers"));
    let asked = id.clone();
    let detail = load(move || {
        let path = path(&asked, "");
        async move {
            match api::get::<CustomerDetail>(&path).await {
                Ok(detail) => Ok(Some(Box::new(detail))),
                Err(failure) if failure.status() == 404 => Ok(None),
                Err(failure) => Err(failure),
            }
        }
    });
    let title = {
        let id = id.clone();
        Signal::derive(move || {
            let known = detail.get().flatten();
            known.and_then(|detail| detail.me.name.clone().or(detail.email)).unwrap_or_else(|| id.clone())
        })
    };
    let lead = {
        let id = id.clone();
        MaybeProp::derive(move || {
            let known = detail.get().flatten()?;
            let parts = [known.me.name.as_ref().and(known.email.clone()), Some(id.clone())];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
        })
    };
    let changed = RwSignal::new(0_u32);
    let shown = Shown {
        id: StoredValue::new(id.clone()),
        change: RwSignal::new(None),
        done: Callback::new(move |known: CustomerDetail| {
            detail.set(Some(Box::new(known)));
            changed.update(|times| *times = times.wrapping_add(1));
        }),
    };
    let own = StoredValue::new(id);
    view! {
        <Page title=title lead=lead back=back>
            {detail.view(move |known| match known {
                None => view! {
                    <Empty title=t("shoppers.unknown") text=t("shoppers.unknown_text")>
                        <a class="button" href=at("shoppers")>{t("shell.menu.shoppers")}</a>
                    </Empty>
                }
                .into_any(),
                Some(known) => known_shopper(&known, shown),
            })}
            {move || detail.get().flatten().is_some().then(|| view! {
                <div class="columns two">
                    <Ledger id=own.get_value() changed=changed />
                    <Orders id=own.get_value() />
                </div>
                <Invitations id=own.get_value() />
                <Data id=own.get_value() />
            })}
            <Adjust shown=shown />
        </Page>
    }
}

fn known_shopper(known: &CustomerDetail, shown: Shown) -> AnyView {
    let me = &known.me;
    let number = |key: &str, n: i64, small: Option<String>| {
        view! {
            <div class="stat">
                <dt>{t(&format!("shoppers.{key}"))}</dt>
                <dd>{texts::number(n)}{small.map(|small| view! { <small>{small}</small> })}</dd>
            </div>
        }
    };
    let available = me.available;
    view! {
        <dl class="stats">
            {number("available", available, (available > 0).then(|| tf("shoppers.worth", &[("money", &texts::money(me.available_value))])))}
            {number("pending", me.pending, None)}
            {number("held", me.held, None)}
            {number("used", me.used, None)}
            {number("expired", me.expired, None)}
        </dl>
        <div class="buttons">
            <Button kind=Kind::Primary picture=Icon::Pen on_press=move |()| shown.change.set(Some(Change::Points { seen: available }))>
                {t("shoppers.adjust")}
            </Button>
        </div>
        <div class="columns two">
            <Facts known=known.clone() />
            <Expiring known=known.clone() />
        </div>
        <Cards known=known.clone() shown=shown />
        <Rewards known=known.clone() shown=shown />
        <Holds known=known.clone() />
        <Missions known=known.clone() />
    }
    .into_any()
}

/// A person's data: all of it, and none of it.
#[component]
fn Data(#[prop(into)] id: String) -> impl IntoView {
    let own = StoredValue::new(id.clone());
    let busy = RwSignal::new(false);
    let erases = RwSignal::new(false);
    let to_list = go("shoppers");
    let export = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let id = own.get_value();
            let told = match Call::new(Method::GET, &path(&id, "/export")).send().await {
                Ok(answer) => answer.binary().await.map_err(|_| api::Failure::Unreadable),
                Err(failure) => Err(failure),
            };
            busy.set(false);
            match told {
                Ok(bytes) => {
                    browser::save(&format!("fidela-{}.json", file_name(&id)), "application/json", &bytes);
                }
                Err(failure) => failed(&failure),
            }
        });
    };
    let erase = Callback::new(move |()| {
        busy.set(true);
        let to_list = to_list.clone();
        leptos::task::spawn_local(async move {
            let answer = api::delete(&path(&own.get_value(), "")).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    erases.set(false);
                    toast(Tone::Good, t("shoppers.erased"));
                    to_list();
                }
                Err(failure) => failed(&failure),
            }
        });
    });
    let word = id.clone();
    view! {
        <crate::ui::Card title=t("shoppers.data") help=t("shoppers.data_help")>
            <div class="buttons">
                <Button picture=Icon::Download busy=busy on_press=move |()| export()>{t("shoppers.export")}</Button>
                {session::may("erase").then(|| view! {
                    <Button kind=Kind::Danger picture=Icon::Bin on_press=move |()| erases.set(true)>{t("shoppers.erase")}</Button>
                })}
            </div>
        </crate::ui::Card>
        <Confirm
            open=erases
            title=tf("shoppers.erase_title", &[("who", &id)])
            text=t("shoppers.erase_text")
            action=t("shoppers.erase_now")
            word=word
            busy=busy
            on_confirm=erase
        />
    }
}

/// An id as part of a file's name.
fn file_name(id: &str) -> String {
    id.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' })
        .take(60)
        .collect()
}
