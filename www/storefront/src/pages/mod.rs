//! The shop's pages: what surrounds each of them, and what is said when something went wrong.

mod cart;
mod checkout;
mod home;
mod missions;
mod orders;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::App;
use crate::clock;
use crate::state::StateError;
use crate::token;
use crate::visit::{LOCALES, TokenMode, Visit};

/// Every page's route.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::home))
        .route("/strict", get(|| async { see_other("/?csp=strict") }))
        .route("/no-wasm", get(|| async { see_other("/?csp=no-wasm") }))
        .route("/products/{id}", get(home::product))
        .route("/rewards", get(home::rewards))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/accounts", post(sign_in::create_account))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/fidela-token", get(sign_in::fidela_token))
        .route("/cart", get(cart::show))
        .route("/cart/summary", get(cart::summary))
        .route("/cart/add", post(cart::add))
        .route("/cart/lines/{id}", post(cart::set))
        .route("/cart/lines/{id}/extra", post(cart::extra))
        .route("/cart/delivery", post(cart::delivery))
        .route("/cart/redemption", post(cart::redeemed).delete(cart::released))
        .route("/checkout", get(checkout::show).post(checkout::place))
        .route("/checkout/without-points", post(checkout::without_points))
        .route("/newsletter", post(missions::newsletter))
        .route("/donations", post(missions::donate))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/status", post(orders::status))
        .route("/orders/{id}/return", post(orders::return_one))
        .route("/orders/{id}/refund", post(orders::refund))
        .route("/orders/{id}/review", post(missions::review))
        .fallback(async || Problem::NotFound)
}

/// Why a page could not be made.
#[derive(Debug)]
pub(crate) enum Problem {
    /// There is no such thing, or it is somebody else's: the same answer to both.
    NotFound,
    /// Ours; said once in the log.
    Broken(String),
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => {
                let sentence = "There is nothing at this address. It may have moved to another shelf.";
                (StatusCode::NOT_FOUND, problem_page("Not found", sentence)).into_response()
            }
            Self::Broken(why) => {
                eprintln!("storefront: {why}");
                let sentence = "Something broke behind the counter. Please try again in a moment.";
                (StatusCode::INTERNAL_SERVER_ERROR, problem_page("Something broke", sentence)).into_response()
            }
        }
    }
}

/// Sends the browser on to a page of the shop after a form.
pub(crate) fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

/// The same, with a session of its own.
fn see_other_as(to: &str, cookie: String) -> Response {
    let headers: [(HeaderName, String); 2] = [(LOCATION, to.to_owned()), (SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A page that needs no visitor: what went wrong, in a sentence, and the way back.
pub(crate) fn problem_page(title: &str, sentence: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { (head(title)) }
            body {
                main.page.narrow.problem id="main" {
                    p.wordmark { a href="/" { (logo()) "Lumo" } }
                    h1 { (title) }
                    p.lead { (sentence) }
                    p { a.button href="/" { "Back to the shop" } }
                }
            }
        }
    }
}

/// The sentence that an earlier request left for this page, once.
async fn take_notice(app: &App, visit: &Visit) -> Result<Option<String>, Problem> {
    if visit.session.notice.is_none() {
        return Ok(None);
    }
    Ok(app.store.change(|data| data.session_mut(&visit.session_id).notice.take()).await?)
}

/// The token of whoever is signed in.
fn token_of(app: &App, visit: &Visit, expired: bool) -> Option<String> {
    let shopper = visit.shopper.as_ref()?;
    let (store, secret) = (&app.config.store, &app.config.identity_secret);
    Some(token::for_shopper(shopper, store, &visit.prefs, secret, clock::now_ms(), expired))
}

fn head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light";
        meta name="theme-color" content="#f7f1e8";
        title { (title) " · Lumo" }
        link rel="icon" href="/assets/favicon.svg" type="image/svg+xml";
        link rel="stylesheet" href="/assets/style.css";
    }
}

/// Fidela's script tag, exactly as its documentation shows it.
fn fidela_script(app: &App, visit: &Visit) -> Markup {
    let src = format!("{}/fidela.js", app.config.fidela_url);
    let mode = visit.prefs.token;
    let inline = if mode == TokenMode::Url { None } else { token_of(app, visit, mode == TokenMode::Expired) };
    let url = (mode == TokenMode::Url && visit.shopper.is_some()).then_some("/fidela-token");
    html! {
        script async src=(src) data-store=(app.config.store) data-shopper=[inline] data-token-url=[url]
            data-locale=(visit.prefs.locale) {}
    }
}

/// A whole page.
fn page(app: &App, visit: &Visit, title: &str, main: &Markup) -> Markup {
    let here = |path: &str| {
        let is_here = visit.path == path || (path == "/orders" && visit.path.starts_with("/orders/"));
        is_here.then_some("page")
    };
    let units = visit.session.cart.units();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (head(title))
                (fidela_script(app, visit))
                script defer src="/shop.js" {}
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header.site-header {
                    div.bar {
                        p.wordmark { a href="/" aria-label="Lumo, home" { (logo()) "Lumo" } }
                        nav aria-label="Main" {
                            ul {
                                li { a href="/" aria-current=[here("/")] { "Shop" } }
                                li { a href="/rewards" aria-current=[here("/rewards")] { "Rewards" } }
                                li { a href="/orders" aria-current=[here("/orders")] { "Orders" } }
                                li {
                                    a href="/cart" aria-current=[here("/cart")] {
                                        "Cart"
                                        @if units > 0 {
                                            " " span.badge { (units) span.visually-hidden { " items" } }
                                        }
                                    }
                                }
                            }
                        }
                        div.who {
                            @if let Some(shopper) = &visit.shopper {
                                span.hello { (shopper.first_name()) }
                                form method="post" action="/sign-out" {
                                    button.link type="submit" { "Sign out" }
                                }
                            } @else {
                                a href="/sign-in" aria-current=[here("/sign-in")] { "Sign in" }
                            }
                        }
                    }
                }
                main.page id="main" tabindex="-1" { (main) }
                (footer(visit))
            }
        }
    }
}

fn footer(visit: &Visit) -> Markup {
    html! {
        footer.site-footer {
            div.bar {
                p {
                    strong { "Lumo" } " is a demo shop. Nothing here is for sale, nobody is charged, and the \
                    points come from Fidela."
                }
                details {
                    summary { "Demo settings" }
                    p { "Widget language" }
                    ul.choices {
                        @for locale in LOCALES {
                            li {
                                a href={ "/?locale=" (locale) }
                                    aria-current=[(visit.prefs.locale == locale).then_some("true")] { (locale) }
                            }
                        }
                    }
                    p { "Content security policy" }
                    ul.choices {
                        @for (value, name) in [("strict", "strict"), ("no-wasm", "without wasm"), ("off", "none")] {
                            @let chosen = visit.prefs.csp.id() == value;
                            li { a href={ "/?csp=" (value) } aria-current=[chosen.then_some("true")] { (name) } }
                        }
                    }
                    p { "Shopper token" }
                    ul.choices {
                        @for (value, name) in [("inline", "in the page"), ("url", "fetched"), ("expired", "expired")] {
                            @let chosen = visit.prefs.token.id() == value;
                            li { a href={ "/?token=" (value) } aria-current=[chosen.then_some("true")] { (name) } }
                        }
                    }
                }
            }
        }
    }
}

/// The mark: a cup seen from above, with the light on its rim.
fn logo() -> Markup {
    PreEscaped(
        r##"<svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false"><circle cx="15" cy="16" r="12" fill="#a3452a"/><circle cx="15" cy="16" r="8.6" fill="#f7f1e8"/><circle cx="15" cy="16" r="7" fill="#4a2f22"/><path d="M10.4 13.4a5.4 5.4 0 0 1 5.2-2.9" fill="none" stroke="#d9a066" stroke-width="1.6" stroke-linecap="round"/><path d="M26.4 11.6a4.6 4.6 0 0 1 0 8.8" fill="none" stroke="#a3452a" stroke-width="3" stroke-linecap="round"/></svg>"##
            .to_owned(),
    )
}
