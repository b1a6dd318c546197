//! The cart, and the points in it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use serde_json::json;

use super::{Problem, page, see_other, take_notice};
use crate::App;
use crate::cart::{Cart, CartLine, Delivery, QUANTITY_MAX};
use crate::catalog::{self, Product};
use crate::clock;
use crate::fidela::CallError;
use crate::held::HeldRedemption;
use crate::money::lei;
use crate::visit::Visit;

/// `GET /cart`
pub(crate) async fn show(State(app): State<Arc<App>>, visit: Visit) -> Result<Markup, Problem> {
    let notice = take_notice(&app, &visit).await?;
    let cart = &visit.session.cart;
    let main = html! {
        div.page-head { h1 { "Cart" } }
        @if let Some(notice) = notice { p.notice role="status" { (notice) } }
        @if cart.is_empty() {
            p.lead { "Nothing here yet." }
            p { a.button href="/#shelf" { "See the shelf" } }
        } @else {
            div.split {
                div {
                    ul.lines { @for (line, product) in cart.goods() { li { (goods(line, product)) } } }
                    form.delivery method="post" action="/cart/delivery" {
                        fieldset {
                            legend { "Delivery" }
                            @for way in Delivery::ALL {
                                label.choice {
                                    input type="radio" name="delivery" value=(way.id()) checked[way == cart.delivery];
                                    span { (way.name()) }
                                    span.price { (if way.price() == 0 { "free".to_owned() } else { lei(way.price()) }) }
                                }
                            }
                        }
                        button.quiet type="submit" { "Update delivery" }
                    }
                }
                section.summary-box aria-labelledby="summary-title" {
                    h2 id="summary-title" { "Summary" }
                    (live_summary(cart))
                    form method="get" action="/checkout" { button.wide type="submit" { "Check out" } }
                    p.small {
                        @if visit.shopper.is_some() { "Points can be used with the button of our loyalty program." }
                        @else { a href="/sign-in" { "Sign in" } " to earn and use points." }
                    }
                }
            }
            // Data, not code: a content security policy lets it through.
            script type="application/json" id="cart-data" { (for_script(cart)) }
        }
    };
    Ok(page(&app, &visit, "Cart", &main))
}

fn goods(line: &CartLine, product: &Product) -> Markup {
    let name = format!("name-{}", product.id);
    let action = format!("/cart/lines/{}", product.id);
    html! {
        img src={ "/assets/" (product.id) ".svg" } width="96" height="96" alt="";
        div.line-text {
            h2 id=(name) { a href={ "/products/" (product.id) } { (product.name) } }
            p.small { (lei(product.price)) " each" }
        }
        p.price { (lei(i64::from(line.quantity) * product.price)) }
        div.line-forms {
            form method="post" action=(action) {
                div.field.short {
                    label for={ "quantity-" (product.id) } { "Quantity" }
                    input id={ "quantity-" (product.id) } name="quantity" type="number" inputmode="numeric" min="0"
                        max=(QUANTITY_MAX) required value=(line.quantity) aria-describedby=(name);
                }
                button.quiet type="submit" aria-describedby=(name) { "Update" }
            }
            form method="post" action=(action) {
                input type="hidden" name="quantity" value="0";
                button.link type="submit" aria-describedby=(name) { "Remove" }
            }
        }
        @if let Some(extra) = product.extra {
            form.extra method="post" action={ (action) "/extra" } {
                @if line.with_extra {
                    p.extra-name {
                        (extra.name) " "
                        span.small { (line.quantity) " × " (lei(extra.price)) ", " (extra.tagline.to_lowercase()) }
                    }
                    p.price { (lei(i64::from(line.quantity) * extra.price)) }
                    button.link type="submit" name="extra" value="no" aria-describedby=(name) {
                        "Without " (extra.name.to_lowercase())
                    }
                } @else {
                    button.link type="submit" name="extra" value="yes" aria-describedby=(name) {
                        "Add " (extra.name.to_lowercase()) ", " (lei(extra.price)) " each"
                    }
                }
            }
        }
    }
}

/// JSON that cannot end the script element it stands in.
fn for_script(cart: &Cart) -> PreEscaped<String> {
    PreEscaped(cart.to_fidela().to_string().replace('<', "\\u003c"))
}

/// The sums, in a place that `shop.js` fills anew when points come or go, with a line that is read aloud.
pub(crate) fn live_summary(cart: &Cart) -> Markup {
    html! {
        div id="cart-summary" { (sums(cart)) }
        p.visually-hidden id="cart-status" role="status" {}
    }
}

fn sums(cart: &Cart) -> Markup {
    let (reward, points) = (cart.reward_discount(), cart.points_discount());
    let total = lei(cart.total());
    let spoken = match &cart.redemption {
        Some(held) if cart.total() < cart.value() => {
            let verb = if held.words() == "reward" { "takes" } else { "take" };
            format!("Your {} {verb} off {}. New total: {total}.", held.words(), lei(reward + points))
        }
        _ => format!("No points in use. Total: {total}."),
    };
    html! {
        dl.sums data-spoken=(spoken) {
            div { dt { "Goods" } dd { (lei(cart.items())) } }
            div { dt { "Delivery" } dd { (lei(cart.delivery.price())) } }
            @if let Some(held) = &cart.redemption {
                @if let Some(used) = &held.reward {
                    div.points.reward { dt { (used.label(cart.price_of(used))) } dd { (lei(-reward)) } }
                }
                @if held.points > 0 || held.reward.is_none() {
                    div.points { dt { "Points" } dd { (lei(-points)) } }
                }
                @if held.tax > 0 && points == held.discount {
                    div.points-note { dt { "VAT in it" } dd { (lei(-held.tax)) } }
                }
                div.points-note {
                    dt.visually-hidden { "About the " (held.words()) }
                    dd { (note(held)) }
                }
            }
            div.total { dt { "Total" } dd { (total) } }
        }
        p.small { "Prices include VAT." }
    }
}

/// How many points, under which code, until when.
fn note(held: &HeldRedemption) -> Markup {
    let points = match held.points {
        0 => None,
        1 => Some("1 point".to_owned()),
        points => Some(format!("{points} points")),
    };
    html! {
        (points.as_deref().unwrap_or("Reward"))
        @if !held.code.is_empty() { ", code " code { (held.code) } }
        @if let Some(until) = held.expires_at.as_deref().and_then(clock::time_of) { ", held until " (until) }
    }
}

/// `GET /cart/summary`: the sums alone.
pub(crate) async fn summary(visit: Visit) -> Markup {
    sums(&visit.session.cart)
}

/// The form of a product page.
#[derive(Deserialize)]
pub(crate) struct Add {
    product: String,
    #[serde(default = "one")]
    quantity: u32,
    extra: Option<String>,
}

const fn one() -> u32 {
    1
}

/// `POST /cart/add`
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<Add>,
) -> Result<Response, Problem> {
    let product = catalog::product(&form.product).ok_or(Problem::NotFound)?;
    edit(&app, &visit, format!("{} is in your cart.", product.name), |cart| {
        cart.add(product, form.quantity);
        if form.extra.is_some() {
            cart.set_extra(product, true);
        }
    })
    .await
}

/// The form of a line.
#[derive(Deserialize)]
pub(crate) struct Set {
    quantity: u32,
}

/// `POST /cart/lines/{product}`: a new quantity; none takes the line out.
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Set>,
) -> Result<Response, Problem> {
    edit(&app, &visit, "Your cart is up to date.".to_owned(), |cart| cart.set(&id, form.quantity)).await
}

/// The form of a line's extra: `yes` or `no`.
#[derive(Deserialize)]
pub(crate) struct WithExtra {
    extra: String,
}

/// `POST /cart/lines/{product}/extra`: every unit with its extra, or none.
pub(crate) async fn extra(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<WithExtra>,
) -> Result<Response, Problem> {
    let product = catalog::product(&id).ok_or(Problem::NotFound)?;
    let with_extra = form.extra == "yes";
    edit(&app, &visit, "Your cart is up to date.".to_owned(), |cart| cart.set_extra(product, with_extra))
        .await
}

/// The form of the delivery.
#[derive(Deserialize)]
pub(crate) struct Choose {
    delivery: Delivery,
}

/// `POST /cart/delivery`
pub(crate) async fn delivery(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<Choose>,
) -> Result<Response, Problem> {
    let done = format!("Delivery: {}.", form.delivery.name());
    edit(&app, &visit, done, |cart| cart.delivery = form.delivery).await
}

/// Changes the cart and says what happened. Points stay: whether they still fit the cart is decided when they are
/// confirmed. A reward that has lost what it is for leaves at once, and Fidela is told to let it go.
async fn edit(
    app: &App,
    visit: &Visit,
    done: String,
    change: impl FnOnce(&mut Cart),
) -> Result<Response, Problem> {
    let unplaced = app
        .store
        .change(|data| {
            let session = data.session_mut(&visit.session_id);
            change(&mut session.cart);
            let unplaced = session.cart.take_unplaced();
            session.notice = Some(match &unplaced {
                Some(held) => format!("{done} {}", held.farewell()),
                None => done,
            });
            unplaced
        })
        .await?;
    if let Some(held) = unplaced {
        app.fidela.release(&held.id).await;
    }
    Ok(see_other("/cart"))
}

/// What `shop.js` sends after `fidela:redeemed`: the id, and no amount.
#[derive(Deserialize)]
pub(crate) struct Redeemed {
    id: String,
}

/// `POST /cart/redemption`: keeps a redemption with the cart. The browser says which; how much it is worth
/// comes from Fidela.
pub(crate) async fn redeemed(
    State(app): State<Arc<App>>,
    visit: Visit,
    Json(body): Json<Redeemed>,
) -> Result<Response, Problem> {
    let no =
        |status: StatusCode, sentence: &str| (status, Json(json!({ "message": sentence }))).into_response();
    let Some(shopper) = &visit.shopper else {
        return Ok(no(StatusCode::UNAUTHORIZED, "Sign in to use points."));
    };
    // The id becomes part of an address that is called with the secret key.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if body.id.is_empty() || body.id.len() > 64 || !body.id.bytes().all(plain) {
        return Ok(no(StatusCode::BAD_REQUEST, "That is no redemption."));
    }
    let redemption = match app.fidela.redemption(&body.id).await {
        Ok(redemption) => redemption,
        Err(CallError::Refused { sentence, .. }) => {
            return Ok(no(StatusCode::UNPROCESSABLE_ENTITY, &sentence));
        }
        Err(error) => {
            eprintln!("storefront: {error}");
            let sentence = "This could not be checked just now. Please try again.";
            return Ok(no(StatusCode::SERVICE_UNAVAILABLE, sentence));
        }
    };
    if redemption.belongs_to_another(&shopper.id) {
        return Ok(no(StatusCode::UNPROCESSABLE_ENTITY, "That is no redemption."));
    }
    if !redemption.is_open() {
        return Ok(no(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This is no longer held for your cart. Please use it again.",
        ));
    }
    let held = redemption.into_held();
    let unplaced = app
        .store
        .change(|data| {
            let cart = &mut data.session_mut(&visit.session_id).cart;
            if cart.has_place_for(&held) {
                cart.redemption = Some(held);
                return None;
            }
            Some(held)
        })
        .await?;
    match unplaced {
        None => Ok(StatusCode::NO_CONTENT.into_response()),
        Some(held) => {
            // The browser spoke of another cart than the shop's.
            app.fidela.release(&held.id).await;
            let sentence = "This reward does not fit the cart that the shop knows. It is back on your card.";
            Ok(no(StatusCode::UNPROCESSABLE_ENTITY, sentence))
        }
    }
}

/// `DELETE /cart/redemption`: the widget has let points and reward go.
pub(crate) async fn released(State(app): State<Arc<App>>, visit: Visit) -> Result<StatusCode, Problem> {
    if visit.session.cart.redemption.is_some() {
        app.store.change(|data| data.session_mut(&visit.session_id).cart.redemption = None).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
