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
use crate::shopper::{Shopper, seeded_shoppers};
use crate::state::{Data, Session, random_id};
use crate::visit::{Visit, session_cookie};

/// The longest name or e-mail that the shop keeps, in bytes.
pub(crate) const TEXT_MAX_BYTES: usize = 120;
/// The earliest year that somebody who shops was born in.
const YEAR_MIN: i16 = 1900;

/// The form of a new account.
#[derive(Default, Deserialize)]
pub(crate) struct Account {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    birthday: String,
}

/// What is wrong with a new account, field by field.
#[derive(Debug, Default, PartialEq, Eq)]
struct Faults {
    name: Option<&'static str>,
    email: Option<&'static str>,
    birthday: Option<&'static str>,
}

/// `GET /sign-in`
pub(crate) async fn form(State(app): State<Arc<App>>, visit: Visit) -> Markup {
    render(&app, &visit, &Account::default(), &Faults::default())
}

fn render(app: &App, visit: &Visit, account: &Account, faults: &Faults) -> Markup {
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
                    p.small id="about-new" { "For a quick look: no orders yet, and not registered" }
                }
            }
        }
        section.account aria-labelledby="account-title" {
            div.account-text {
                h2 id="account-title" { "Create an account" }
                p.tagline { "Registered shoppers get what the loyalty program gives for it, and a present on their birthday." }
            }
            form.account-form method="post" action="/accounts" {
                (field("name", "Name", "text", "name", &account.name, faults.name, None))
                (field("email", "E-mail", "email", "email", &account.email, faults.email, None))
                (field("birthday", "Birthday (if you like)", "date", "bday", &account.birthday, faults.birthday,
                    Some("A birthday counts 30 days after you told it.")))
                button type="submit" { "Create account" }
            }
        }
        form method="post" action="/sign-out" {
            button.quiet type="submit" { "Browse as guest" }
        }
    };
    page(app, visit, "Sign in", &main)
}

fn field(
    id: &str,
    label: &str,
    kind: &str,
    complete: &str,
    value: &str,
    fault: Option<&str>,
    hint: Option<&str>,
) -> Markup {
    let described = match (fault, hint) {
        (Some(_), _) => Some(format!("{id}-fault")),
        (None, Some(_)) => Some(format!("{id}-hint")),
        (None, None) => None,
    };
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) name=(id) type=(kind) autocomplete=(complete) value=(value) required[kind != "date"]
                maxlength=[(kind != "date").then_some(TEXT_MAX_BYTES)] aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[described];
            @if let Some(fault) = fault { p.fault id={ (id) "-fault" } { (fault) } }
            @else if let Some(hint) = hint { p.small id={ (id) "-hint" } { (hint) } }
        }
    }
}

fn about(shopper: &Shopper) -> String {
    let group = shopper.groups.first().map(|group| format!("in the group “{group}”"));
    let birthday = shopper.birthday.as_ref().and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let birthday = birthday.map(|day| format!("born on {}", day.strftime("%-d %B %Y")));
    let facts: Vec<String> = birthday.into_iter().chain(group).collect();
    if facts.is_empty() { "with us since March 2025".to_owned() } else { facts.join(", ") }
}

/// The form; tests may say more about a new shopper than people need to. Whoever tells an e-mail has registered
/// with it; whoever does not is only looking, and gets no bonus for registering.
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
    let newcomer = if form.shopper == "new" { Some(newcomer(&form, &visit)?) } else { None };
    let session_id = random_id::<16>()?;
    let done = app
        .store
        .change(|data| {
            let id = newcomer.as_ref().map_or(&form.shopper, |shopper| &shopper.id).clone();
            let message = newcomer.map(|shopper| data.register(shopper));
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

/// `POST /accounts`: registers somebody and signs them in.
pub(crate) async fn create_account(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<Account>,
) -> Result<Response, Problem> {
    let now_ms = clock::now_ms();
    let faults = faults(&form, now_ms);
    if faults != Faults::default() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&app, &visit, &form, &faults)).into_response());
    }
    let shopper = Shopper {
        id: format!("c-{}", random_id::<4>()?),
        name: form.name.trim().to_owned(),
        email: form.email.trim().to_owned(),
        groups: Vec::new(),
        birthday: Some(form.birthday.trim().to_owned()).filter(|day| !day.is_empty()),
        registered_ms: Some(now_ms),
        referral: visit.referral.clone(),
    };
    let welcome = format!("Welcome, {}. Your account is ready.", shopper.first_name());
    let session_id = random_id::<16>()?;
    let message = app
        .store
        .change(|data| {
            // The same button pressed twice is no second account, nor a second bonus.
            let taken = data.shoppers.values().any(|known| known.email.eq_ignore_ascii_case(&shopper.email));
            if taken {
                return None;
            }
            let id = shopper.id.clone();
            let message = data.register(shopper);
            move_session(data, &visit.session_id, &session_id, Some(id));
            data.session_mut(&session_id).notice = Some(welcome);
            Some(message)
        })
        .await?;
    let Some(message) = message else {
        let email = Some("Somebody has an account with this e-mail already. Sign in, or use another.");
        let faults = Faults { email, ..Faults::default() };
        return Ok((StatusCode::CONFLICT, render(&app, &visit, &form, &faults)).into_response());
    };
    app.outbox.deliver(&app.store, message).await;
    Ok(see_other_as("/rewards", session_cookie(&session_id)))
}

fn faults(form: &Account, now_ms: i64) -> Faults {
    let (name, email, birthday) = (form.name.trim(), form.email.trim(), form.birthday.trim());
    let today = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let today = today.to_zoned(jiff::tz::TimeZone::UTC).date();
    let is_birthday =
        || birthday.parse::<jiff::civil::Date>().is_ok_and(|day| day.year() >= YEAR_MIN && day < today);
    Faults {
        name: (name.is_empty() || name.len() > TEXT_MAX_BYTES).then_some("Please tell us your name."),
        email: (!is_email(email)).then_some("Please give an e-mail address, such as ana@example.com."),
        birthday: (!birthday.is_empty() && !is_birthday())
            .then_some("Please give a day in the past, or leave it empty."),
    }
}

/// Whether it looks like an e-mail address: whether it is one, only a mail to it would tell.
pub(crate) fn is_email(text: &str) -> bool {
    text.len() <= TEXT_MAX_BYTES
        && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !text.contains(char::is_whitespace)
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

fn newcomer(form: &SignIn, visit: &Visit) -> Result<Shopper, Problem> {
    let tag = random_id::<4>()?;
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty() && text.len() <= TEXT_MAX_BYTES).map(str::to_owned)
    };
    let groups = text(&form.groups).unwrap_or_default();
    let email = text(&form.email);
    Ok(Shopper {
        id: format!("c-{tag}"),
        name: text(&form.name).unwrap_or_else(|| "New shopper".to_owned()),
        registered_ms: email.as_ref().map(|_| clock::now_ms()),
        email: email.unwrap_or_else(|| format!("shopper-{tag}@example.com")),
        groups: groups.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect(),
        birthday: text(&form.birthday).filter(|day| day.parse::<jiff::civil::Date>().is_ok()),
        referral: visit.referral.clone(),
    })
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

#[cfg(test)]
mod tests {
    use super::{Account, Faults, faults};

    /// 10 March 2026, 09:00 UTC.
    const NOW_MS: i64 = 1_773_133_200_000;

    fn account(name: &str, email: &str, birthday: &str) -> Account {
        Account { name: name.to_owned(), email: email.to_owned(), birthday: birthday.to_owned() }
    }

    #[test]
    fn an_account_needs_a_name_and_an_address() {
        assert_eq!(faults(&account("Ana", "ana@example.com", ""), NOW_MS), Faults::default());
        let wrong = faults(&account(" ", "ana example.com", ""), NOW_MS);
        assert!(wrong.name.is_some() && wrong.email.is_some() && wrong.birthday.is_none());
    }

    #[test]
    fn a_birthday_lies_in_the_past() {
        let fault = |day: &str| faults(&account("Ana", "ana@example.com", day), NOW_MS).birthday.is_some();
        for day in ["1990-06-12", "1988-02-29", "2026-03-09"] {
            assert!(!fault(day), "{day}");
        }
        for day in ["2026-03-10", "1989-02-29", "1899-12-31", "12.06.1990", "soon"] {
            assert!(fault(day), "{day}");
        }
    }
}
