//! Signing in without passwords (this is a demo), and the token for Fidela's widget.

use std::sync::Arc;

use axum::Form;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{Problem, page, see_other, see_other_as, token_of};
use crate::App;
use crate::clock;
use crate::state::{Data, Session, Shopper, random_id, seeded_shoppers};
use crate::visit::{Visit, session_cookie};

/// The longest name or e-mail that the shop keeps, in bytes.
pub(crate) const TEXT_MAX_BYTES: usize = 120;

/// `GET /sign-in`
pub(crate) async fn form(State(app): State<Arc<App>>, visit: Visit) -> Markup {
    let main = html! {
        div.page-head {
            h1 { "Who is shopping today?" }
            p.lead { "There are no passwords in a demo. Pick somebody, or be somebody new." }
        }
        ul.people {
            @for shopper in seeded_shoppers() {
                li {
                    form method="post" action="/sign-in" {
                        input type="hidden" name="shopper" value=(shopper.id);
                        button.person type="submit" aria-describedby={ "about-" (shopper.id) } {
                            span.initial aria-hidden="true" { (shopper.name.chars().take(1).collect::<String>()) }
                            span.person-name { (shopper.name) }
                        }
                        p.small id={ "about-" (shopper.id) } { (about(&shopper)) }
                    }
                }
            }
            li {
                form method="post" action="/sign-in" {
                    input type="hidden" name="shopper" value="new";
                    button.person type="submit" aria-describedby="about-new" {
                        span.initial.new aria-hidden="true" { "+" }
                        span.person-name { "New shopper" }
                    }
                    p.small id="about-new" { "A fresh account, made this minute" }
                }
            }
        }
        form method="post" action="/sign-out" {
            button.quiet type="submit" { "Browse as guest" }
        }
    };
    page(&app, &visit, "Sign in", &main)
}

fn about(shopper: &Shopper) -> String {
    let group = shopper.groups.first().map(|group| format!("in the group “{group}”"));
    let birthday = shopper.birthday.as_ref().map(|day| format!("born {day}"));
    let facts: Vec<String> = birthday.into_iter().chain(group).collect();
    if facts.is_empty() { "with us since March 2025".to_owned() } else { facts.join(", ") }
}

/// The form; tests may say more about a new shopper than people need to.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    shopper: String,
    name: Option<String>,
    email: Option<String>,
    birthday: Option<String>,
    groups: Option<String>,
}

/// `POST /sign-in`: as one of the shoppers, or with `shopper=new` as somebody new.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<SignIn>,
) -> Result<Response, Problem> {
    let newcomer = if form.shopper == "new" { Some(newcomer(&form)?) } else { None };
    let session_id = random_id::<16>()?;
    let done = app
        .store
        .change(|data| {
            let id = newcomer.as_ref().map_or(&form.shopper, |shopper| &shopper.id).clone();
            let message = newcomer.map(|shopper| register(data, shopper));
            data.shoppers.contains_key(&id).then(|| {
                move_session(data, &visit.session_id, &session_id, Some(id));
                message
            })
        })
        .await?;
    let Some(message) = done else { return Err(Problem::NotFound) };
    if let Some(message) = message {
        app.outbox.deliver(&app.store, message).await;
    }
    Ok(see_other_as("/", session_cookie(&session_id)))
}

/// `POST /sign-out`: also for those who want to browse as a guest. The cart stays, its points do not.
pub(crate) async fn sign_out(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Problem> {
    if visit.shopper.is_none() {
        return Ok(see_other("/"));
    }
    let session_id = random_id::<16>()?;
    app.store.change(|data| move_session(data, &visit.session_id, &session_id, None)).await?;
    Ok(see_other_as("/", session_cookie(&session_id)))
}

/// `GET /fidela-token`: what `data-token-url` fetches.
pub(crate) async fn fidela_token(State(app): State<Arc<App>>, visit: Visit) -> Response {
    match token_of(&app, &visit, false) {
        Some(token) => Json(json!({ "token": token })).into_response(),
        None => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "Nobody is signed in." }))).into_response(),
    }
}

fn newcomer(form: &SignIn) -> Result<Shopper, Problem> {
    let tag = random_id::<4>()?;
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty() && text.len() <= TEXT_MAX_BYTES).map(str::to_owned)
    };
    let groups = text(&form.groups).unwrap_or_default();
    Ok(Shopper {
        id: format!("c-{tag}"),
        name: text(&form.name).unwrap_or_else(|| "New shopper".to_owned()),
        email: text(&form.email).unwrap_or_else(|| format!("shopper-{tag}@example.com")),
        groups: groups.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect(),
        birthday: text(&form.birthday).filter(|day| day.parse::<jiff::civil::Date>().is_ok()),
        registered_ms: clock::now_ms(),
    })
}

/// Keeps a new shopper, and lets Fidela know: bonuses for registering count from here.
fn register(data: &mut Data, shopper: Shopper) -> u64 {
    let registered_at = clock::rfc3339(shopper.registered_ms);
    let mut body = json!({
        "email": shopper.email, "email_verified": true, "name": shopper.name, "registered_at": registered_at,
        "updated_at": registered_at, "locale": "en", "groups": shopper.groups,
    });
    if let Some(birthday) = &shopper.birthday {
        body["birthday"] = json!(birthday);
    }
    let message = data.send_later(format!("/v1/customers/{}", shopper.id), body, None);
    data.shoppers.insert(shopper.id.clone(), shopper);
    message
}

/// Who signs in or out gets a session id that nobody could have known before. The goods in the cart and the
/// orders placed as a guest come along; points held for somebody else do not.
fn move_session(data: &mut Data, from: &str, to: &str, shopper: Option<String>) {
    let mut session = data.sessions.remove(from).unwrap_or_default();
    if session.shopper != shopper {
        session.cart.redemption = None;
        session.cart.order_id = None;
    }
    *data.session_mut(to) =
        Session { shopper, notice: None, last_order: None, seen_ms: clock::now_ms(), ..session };
    for order in data.orders.values_mut().filter(|order| order.shopper.is_none() && order.session == from) {
        to.clone_into(&mut order.session);
    }
}
