//! The first order: a test that goes through the API as the shop's own would, and comes away again.

use fidela_protocol::drafts::Setup;
use gloo_net::http::Method;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::first_program::usual_order;
use crate::api::{self, Answer, Call};
use crate::shell::at;
use crate::texts::{self, day_of, t, tf, tn};
use crate::ui::{Badge, Button, Card, Confirm, CopyButton, Kind, Load, Note, Tone, failed, toast};
use crate::{browser, session};

/// Whoever the test order is for.
const SHOPPER: &str = "fidela-test-shopper";

/// What of an order's answer is shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Earned {
    award: Award,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Award {
    points: i64,
    #[serde(default)]
    explained: Vec<String>,
    #[serde(default)]
    stamps: Vec<Value>,
}

fn order(id: &str, status: &str) -> Value {
    let digits = u32::try_from(texts::formats().digits()).unwrap_or(2);
    let price = usual_order(&texts::currency()).saturating_mul(10_i64.saturating_pow(digits));
    json!({
        "id": id,
        "customer": { "id": SHOPPER },
        "currency": texts::currency(),
        "placed_at": String::from(js_sys::Date::new_0().to_iso_string()),
        "status": status,
        "lines": [{ "id": "1", "product_id": "test", "quantity": 1, "unit_price": price }],
    })
}

/// Sends a test order, and asks what it earned and why.
async fn send(status: &str) -> Answer<Earned> {
    let id = format!("fidela-test-{}", browser::random().get(..8).unwrap_or("order"));
    let _: Value =
        api::put(&format!("/v1/customers/{SHOPPER}"), &json!({ "name": t("start.test_name") })).await?;
    let path = format!("/v1/orders/{id}");
    let _: Value = api::read(Call::new(Method::PUT, &path).json(&order(&id, status)).await?).await?;
    api::get(&path).await
}

/// The status that gives points.
async fn awarding() -> Answer<String> {
    let version: Value = api::get("/v1/program").await?;
    let status = version.pointer("/program/earning/award_statuses/0").and_then(Value::as_str);
    Ok(status.unwrap_or("delivered").to_owned())
}

/// Step 4.
#[component]
pub fn FirstOrder(
    /// How far the store is.
    setup: Load<Setup>,
) -> impl IntoView {
    let earned = RwSignal::new(None::<Earned>);
    let busy = RwSignal::new(false);
    let asks = RwSignal::new(false);
    let removing = RwSignal::new(false);
    let status = RwSignal::new("delivered".to_owned());
    leptos::task::spawn_local(async move {
        if let Ok(found) = awarding().await {
            status.try_set(found);
        }
    });
    let try_it = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match send(&status.get_untracked()).await {
                Ok(told) => {
                    earned.set(Some(told));
                    setup.again();
                }
                Err(failure) => failed(&failure),
            }
            busy.set(false);
        });
    };
    let remove = move |()| {
        removing.set(true);
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/v1/customers/{SHOPPER}")).await {
                Ok(()) => {
                    earned.set(None);
                    asks.set(false);
                    toast(Tone::Good, t("start.removed"));
                }
                Err(failure) => failed(&failure),
            }
            removing.set(false);
        });
    };
    let curl = Signal::derive(move || {
        let body = order("1001", &status.get());
        let body = body.to_string().replace('\'', "");
        format!(
            "curl -X PUT {}/v1/orders/1001 \\\n  -H 'Authorization: Bearer sk_…' \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'",
            browser::origin()
        )
    });
    let first = move || setup.get().and_then(|setup| setup.first_order_at);
    view! {
        <Card
            title=t("start.order")
            help=t("start.order_help")
            actions=move || first().is_some().then(|| view! { <Badge tone=Tone::Good>{t("start.done")}</Badge> })
        >
            {move || first().map(|at| view! { <p>{tf("start.first_order_at", &[("day", &day_of(&at.to_string()))])}</p> })}
            <div role="status" class="test-result">
                {move || earned.get().map(|Earned { award }| {
                    let stamped = award.stamps.iter().any(|look| look.get("outcome").and_then(Value::as_str) == Some("stamped"));
                    let says: Vec<_> = award.explained.into_iter().map(|line| view! { <li>{line}</li> }).collect();
                    view! {
                        <Note tone=Tone::Good>
                            <p><strong>{tn("start.earned", award.points)}</strong>{stamped.then(|| format!(" {}", t("start.stamped")))}</p>
                            <ul class="hints">{says}</ul>
                            <p>
                                <a href=at(&format!("shoppers/{SHOPPER}"))>{t("start.see_shopper")}</a>
                            </p>
                            {session::may("erase").then(|| view! {
                                <Button on_press=move |()| asks.set(true)>{t("start.remove")}</Button>
                            })}
                        </Note>
                    }
                })}
            </div>
            <div class="buttons">
                <Button kind=Kind::Primary busy=busy on_press=try_it>{t("start.send_test")}</Button>
                <a class="button" href=at("settings/keys")>{t("start.keys")}</a>
            </div>
            <details class="more">
                <summary>{t("start.curl")}</summary>
                <div class="copy-line">
                    <code class="code" tabindex="0">{curl}</code>
                    <CopyButton text=curl />
                </div>
            </details>
            <Confirm
                open=asks
                title=t("start.remove_title")
                text=t("start.remove_text")
                action=t("start.remove")
                busy=removing
                on_confirm=remove
            />
        </Card>
    }
}
