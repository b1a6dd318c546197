//! The checkout: the moment before money, when Fidela has to stand by its discount.
//!
//! `POST /checkout` with points or a reward in the cart asks Fidela to confirm them for **the shop's** cart.
//! 1. Confirmed as shown: the order is placed with exactly the confirmed discounts.
//! 2. Confirmed otherwise (a price has changed since): the shopper sees the new total before anything is ordered.
//! 3. Refused: the shopper reads why, points and reward leave the cart, and the same button orders without them.
//! 4. No answer: nothing is placed with a discount that nobody vouches for; the shopper may try again (the
//!    same question, with the same idempotency key) or order without points and reward.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::cart::live_summary;
use super::sign_in::{TEXT_MAX_BYTES, is_email};
use super::{Problem, page, see_other, take_notice};
use crate::App;
use crate::cart::Cart;
use crate::fidela::CallError;
use crate::held::HeldRedemption;
use crate::money::lei;
use crate::order::{Buyer, Order, Payment};
use crate::state::random_id;
use crate::visit::Visit;

/// What may stand in the address.
#[derive(Deserialize)]
pub(crate) struct Switches {
    skip_confirm: Option<String>,
}

/// The form. `skip_confirm=1` leaves step 3 of Fidela's redemption out, as a careless shop would.
#[derive(Default, Deserialize)]
pub(crate) struct Checkout {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    payment: Payment,
    skip_confirm: Option<String>,
}

/// What stands above the form when it is shown again.
#[derive(Default)]
struct Said {
    alert: Option<String>,
    name_fault: Option<&'static str>,
    email_fault: Option<&'static str>,
}

/// `GET /checkout`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(switches): Query<Switches>,
) -> Result<Response, Problem> {
    if visit.session.cart.is_empty() {
        return Ok(see_other("/cart"));
    }
    let said = Said { alert: take_notice(&app, &visit).await?, ..Said::default() };
    let (name, email) = match &visit.shopper {
        Some(shopper) => (shopper.name.clone(), shopper.email.clone()),
        None => (String::new(), String::new()),
    };
    let form = Checkout { name, email, payment: Payment::default(), skip_confirm: switches.skip_confirm };
    Ok(render(&app, &visit, &visit.session.cart, &form, &said).into_response())
}

fn render(app: &App, visit: &Visit, cart: &Cart, form: &Checkout, said: &Said) -> Markup {
    let field = |id: &str, label: &str, kind: &str, complete: &str, value: &str, fault: Option<&str>| {
        html! {
            div.field {
                label for=(id) { (label) }
                input id=(id) name=(id) type=(kind) autocomplete=(complete) value=(value) required
                    maxlength=(TEXT_MAX_BYTES) aria-invalid=[fault.map(|_| "true")]
                    aria-describedby=[fault.map(|_| format!("{id}-fault"))];
                @if let Some(fault) = fault { p.fault id={ (id) "-fault" } { (fault) } }
            }
        }
    };
    let main = html! {
        div.page-head { h1 { "Checkout" } }
        @if let Some(alert) = &said.alert { p.notice.warn role="alert" { (alert) } }
        div.split {
            form.checkout id="checkout" method="post" action="/checkout" {
                (field("name", "Name", "text", "name", &form.name, said.name_fault))
                (field("email", "E-mail", "email", "email", &form.email, said.email_fault))
                fieldset {
                    legend { "Payment" }
                    @for way in Payment::ALL {
                        label.choice {
                            input type="radio" name="payment" value=(way.id()) checked[way == form.payment];
                            span { (way.name()) }
                        }
                    }
                }
                @if form.skip_confirm.as_deref() == Some("1") {
                    input type="hidden" name="skip_confirm" value="1";
                    p.small { "Test: nothing will be confirmed before the order is placed." }
                }
                button type="submit" { "Place order" }
                p.small { "Nobody is charged: this is a demo." }
            }
            section.summary-box aria-labelledby="summary-title" {
                h2 id="summary-title" { "Summary" }
                ul.brief {
                    @for (line, product) in cart.goods() {
                        li {
                            span { (line.quantity) " × " (product.name) }
                            @if let Some(extra) = line.extra(product) {
                                span.small { ", with " (extra.name.to_lowercase()) }
                            }
                        }
                    }
                }
                (live_summary(cart))
                @if let Some(held) = &cart.redemption {
                    form method="post" action="/checkout/without-points" {
                        button.link type="submit" { "Order without " (held.words()) }
                    }
                }
                p.small { a href="/cart" { "Back to the cart" } }
            }
        }
    };
    page(app, visit, "Checkout", &main)
}

/// `POST /checkout/without-points`: lets points and reward go, here and at Fidela.
pub(crate) async fn without_points(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Problem> {
    drop_points(&app, &visit).await?;
    Ok(see_other("/checkout"))
}

async fn drop_points(app: &App, visit: &Visit) -> Result<(), Problem> {
    let held = app.store.change(|data| data.session_mut(&visit.session_id).cart.redemption.take()).await?;
    if let Some(held) = held {
        app.fidela.release(&held.id).await;
    }
    Ok(())
}

/// `POST /checkout`
pub(crate) async fn place(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<Checkout>,
) -> Result<Response, Problem> {
    let said = faults(&form);
    if said.name_fault.is_some() || said.email_fault.is_some() {
        let page = render(&app, &visit, &visit.session.cart, &form, &said);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let new_id = format!("LM-{}", random_id::<4>()?);
    let (cart, last_order) = app
        .store
        .change(|data| {
            let session = data.session_mut(&visit.session_id);
            session.cart.order_id.get_or_insert(new_id);
            (session.cart.clone(), session.last_order.clone())
        })
        .await?;
    let Some(order_id) = cart.order_id.clone().filter(|_| !cart.is_empty()) else {
        // The button was pressed twice, and this press comes after the cart has become an order.
        return Ok(see_other(&last_order.map_or_else(|| "/cart".to_owned(), |id| format!("/orders/{id}"))));
    };
    let mut agreed = cart.redemption.clone();
    if let Some(shown) = cart.redemption.as_ref().filter(|_| form.skip_confirm.as_deref() != Some("1")) {
        let key = format!("confirm-{order_id}-{}", cart.fingerprint());
        match app.fidela.confirm(&shown.id, &key, &cart.to_fidela(), cart.points_discount()).await {
            Ok(confirmed) => {
                let confirmed = confirmed.into_held();
                if confirmed.off() != cart.reward_discount() + cart.points_discount() {
                    return changed(&app, &visit, cart, form, confirmed).await;
                }
                agreed = Some(confirmed);
            }
            Err(error) => return unconfirmed(&app, &visit, cart, form, error).await,
        }
    }
    let buyer = Buyer {
        session: visit.session_id.clone(),
        shopper: visit.shopper.as_ref().map(|shopper| shopper.id.clone()),
        name: form.name.trim().to_owned(),
        email: form.email.trim().to_owned(),
        payment: form.payment,
    };
    let order = Order::place(order_id.clone(), &cart, buyer, agreed);
    let placed = app
        .store
        .change(|data| {
            if data.orders.contains_key(&order_id) {
                return Placed::Already;
            }
            let session = data.session_mut(&visit.session_id);
            if session.cart.fingerprint() != cart.fingerprint() {
                session.notice = Some("Your cart changed meanwhile. Please look at it again.".to_owned());
                return Placed::CartChanged;
            }
            session.cart = Cart { delivery: cart.delivery, ..Cart::default() };
            session.notice = Some("Thank you. Your order is placed.".to_owned());
            session.last_order = Some(order_id.clone());
            data.orders.insert(order_id.clone(), order);
            data.tell_order(&order_id).map_or(Placed::Already, Placed::Now)
        })
        .await?;
    match placed {
        Placed::Now(message) => app.outbox.deliver(&app.store, message).await,
        Placed::Already => {}
        Placed::CartChanged => return Ok(see_other("/cart")),
    }
    Ok(see_other(&format!("/orders/{order_id}")))
}

/// What became of an order under the lock.
enum Placed {
    /// It is there, and Fidela is told with this message.
    Now(u64),
    /// The button was pressed twice, and the other press has placed this very order.
    Already,
    /// What was confirmed is not what lies in the cart now.
    CartChanged,
}

/// Shows the checkout again with what is really taken off, so that nobody orders at a total they have not seen.
async fn changed(
    app: &App,
    visit: &Visit,
    mut cart: Cart,
    form: Checkout,
    confirmed: HeldRedemption,
) -> Result<Response, Problem> {
    let alert = cart.redemption.as_ref().map(|shown| shown.changed_to(&confirmed));
    app.store
        .change(|data| {
            let kept = &mut data.session_mut(&visit.session_id).cart.redemption;
            // In another tab it may have been let go meanwhile, and stays so.
            if let Some(kept) = kept.as_mut().filter(|kept| kept.id == confirmed.id) {
                kept.clone_from(&confirmed);
            }
        })
        .await?;
    cart.redemption = Some(confirmed);
    let said = Said { alert, ..Said::default() };
    Ok((StatusCode::CONFLICT, render(app, visit, &cart, &form, &said)).into_response())
}

/// Shows the checkout again after points or a reward were not confirmed.
async fn unconfirmed(
    app: &App,
    visit: &Visit,
    mut cart: Cart,
    form: Checkout,
    error: CallError,
) -> Result<Response, Problem> {
    let held = cart.redemption.as_ref();
    let words = held.map_or("points", HeldRedemption::words);
    let (status, alert) = match error {
        CallError::Refused { sentence, .. } => {
            drop_points(app, visit).await?;
            let then = if words == "reward" {
                "The reward is back on your card. You can order without it.".to_owned()
            } else {
                format!("The {words} are out of your cart again. You can order without them.")
            };
            cart.redemption = None;
            (StatusCode::CONFLICT, format!("{sentence} {then} The total is {} now.", lei(cart.total())))
        }
        CallError::Unavailable(why) => {
            eprintln!("storefront: a redemption was not confirmed: {why}");
            let sentence = format!(
                "Your {words} could not be checked just now, so nothing was ordered. Place the order again in a \
                 moment, or order without {words}."
            );
            (StatusCode::SERVICE_UNAVAILABLE, sentence)
        }
    };
    let said = Said { alert: Some(alert), ..Said::default() };
    Ok((status, render(app, visit, &cart, &form, &said)).into_response())
}

fn faults(form: &Checkout) -> Said {
    let (name, email) = (form.name.trim(), form.email.trim());
    Said {
        alert: None,
        name_fault: (name.is_empty() || name.len() > TEXT_MAX_BYTES).then_some("Please tell us your name."),
        email_fault: (!is_email(email)).then_some("Please give an e-mail address, such as ana@example.com."),
    }
}
