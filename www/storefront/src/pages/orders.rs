//! Orders: the list, one order, and the shopkeeper's side of it, which here belongs to the visitor too.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::missions::review_of;
use super::{Problem, page, see_other, take_notice};
use crate::App;
use crate::clock;
use crate::earned::{earned, is_awarded};
use crate::money::{lei, parse_lei};
use crate::order::{Answer, Order, OrderLine, Status};
use crate::state::Data;
use crate::visit::Visit;

/// An order of the visitor's: of the signed-in shopper, or placed as a guest from this very session.
fn own<'a>(data: &'a Data, visit: &Visit, id: &str) -> Option<&'a Order> {
    data.orders.get(id).filter(|order| is_own(order, visit))
}

pub(super) fn is_own(order: &Order, visit: &Visit) -> bool {
    match &order.shopper {
        Some(shopper) => visit.shopper.as_ref().is_some_and(|visitor| visitor.id == *shopper),
        None => order.session == visit.session_id,
    }
}

/// `GET /orders`
pub(crate) async fn list(State(app): State<Arc<App>>, visit: Visit) -> Markup {
    let mut orders: Vec<Order> = app
        .store
        .read(|data| data.orders.values().filter(|order| is_own(order, &visit)).cloned().collect())
        .await;
    orders.sort_by_key(|order| std::cmp::Reverse(order.placed_ms));
    let main = html! {
        div.page-head { h1 { "My orders" } }
        @if orders.is_empty() {
            p.lead { "No orders yet." }
            p {
                @if visit.shopper.is_none() { a.button href="/sign-in" { "Sign in to see yours" } }
                @else { a.button href="/#shelf" { "See the shelf" } }
            }
        } @else {
            ul.orders {
                @for order in &orders {
                    li {
                        div {
                            h2 { a href={ "/orders/" (order.id) } { "Order " (order.id) } }
                            p.small {
                                time datetime=(clock::rfc3339(order.placed_ms)) {
                                    (clock::for_people(order.placed_ms))
                                }
                            }
                        }
                        (status_tag(order))
                        p.price { (lei(order.paid())) }
                    }
                }
            }
        }
    };
    page(&app, &visit, "My orders", &main)
}

fn status_tag(order: &Order) -> Markup {
    let refunded = order.refunded() > 0 && order.status != Status::Cancelled;
    html! {
        p class={ "tag " (order.status.id()) } {
            (order.status.name())
            @if refunded { @if order.refundable() == 0 { ", refunded" } @else { ", partly refunded" } }
        }
    }
}

/// `GET /orders/{id}`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let found = app
        .store
        .read(|data| {
            let waiting = data.outbox.iter().filter(|it| it.order_id.as_deref() == Some(&id)).count();
            own(data, &visit, &id).cloned().map(|order| (order, waiting))
        })
        .await;
    let (order, waiting) = found.ok_or(Problem::NotFound)?;
    let notice = take_notice(&app, &visit).await?;
    // While something waits to be told, Fidela would only tell of what was before.
    let why = if waiting == 0 && is_awarded(&order) { app.fidela.explained(&id).await } else { Vec::new() };
    let main = html! {
        div.page-head {
            h1 { "Order " span.whole { (order.id) } }
            p.small {
                "Placed "
                time datetime=(clock::rfc3339(order.placed_ms)) { (clock::for_people(order.placed_ms)) }
                " by " (order.name) ", " (order.email)
            }
            dl.terms {
                div { dt { "Payment" } dd { (order.payment.name()) } }
                div { dt { "Delivery" } dd { (order.delivery.name()) } }
            }
        }
        @if let Some(notice) = notice { p.notice role="status" { (notice) } }
        (steps(&order))
        div.split {
            section aria-labelledby="goods" {
                h2.visually-hidden id="goods" { "Goods" }
                (goods(&order))
                (sums(&order))
                (award(&order, &why))
                (review_of(&order))
            }
            (counter(&order))
        }
        (answers(&order, waiting))
    };
    Ok(page(&app, &visit, &format!("Order {}", order.id), &main))
}

fn steps(order: &Order) -> Markup {
    html! {
        @if order.status == Status::Cancelled || order.refunded() > 0 { (status_tag(order)) }
        @if order.status != Status::Cancelled {
            ol.steps aria-label="Status" {
                @for step in [Status::Placed, Status::Paid, Status::Delivered] {
                    li.done[step <= order.status] aria-current=[(step == order.status).then_some("step")] {
                        (step.name())
                    }
                }
            }
        }
    }
}

fn goods(order: &Order) -> Markup {
    html! {
        ul.lines {
            @for line in order.lines.iter().filter(|line| line.extra_of.is_none()) {
                @let name = format!("name-{}", line.product_id);
                li {
                    img src={ "/assets/" (line.product_id) ".svg" } width="96" height="96" alt="";
                    div.line-text {
                        h3 id=(name) { (line.name) }
                        p.small { (line.quantity) " × " (lei(line.unit_price)) }
                        @if line.returned > 0 {
                            p.small { (line.returned) " returned, " (lei(line.refunded)) " given back" }
                        }
                    }
                    p.price { (lei(line.price())) }
                    @for extra in order.lines.iter().filter(|it| it.extra_of.as_ref() == Some(&line.product_id)) {
                        div.extra {
                            p.extra-name {
                                (extra.name) " "
                                span.small {
                                    (extra.quantity) " × " (lei(extra.unit_price))
                                    @if extra.refunded > 0 { ", " (lei(extra.refunded)) " given back" }
                                }
                            }
                            p.price { (lei(extra.price())) }
                        }
                    }
                    @if line.returned < line.quantity && order.status != Status::Cancelled {
                        form.line-forms method="post" action={ "/orders/" (order.id) "/return" } {
                            input type="hidden" name="line" value=(line.product_id);
                            button.quiet type="submit" aria-describedby=(name) { "Return one" }
                        }
                    }
                }
            }
        }
    }
}

fn sums(order: &Order) -> Markup {
    html! {
        dl.sums {
            div { dt { "Goods" } dd { (lei(order.lines.iter().map(OrderLine::price).sum())) } }
            div { dt { "Delivery" } dd { (lei(order.delivery.price())) } }
            @if let Some(label) = order.reward_label() {
                div.points.reward { dt { (label) } dd { (lei(-order.reward_discount())) } }
            }
            @if order.points_discount > 0 {
                div.points { dt { "Points" } dd { (lei(-order.points_discount)) } }
            }
            div.total { dt { "Total" } dd { (lei(order.paid())) } }
            @if order.refunded() > 0 {
                div { dt { "Given back" } dd { (lei(-order.refunded())) } }
            }
        }
    }
}

/// What the order earned: small, below what it cost.
fn award(order: &Order, why: &[String]) -> Markup {
    let lines = earned(order);
    html! {
        @if !lines.is_empty() {
            section.earned aria-labelledby="earned-title" {
                h3 id="earned-title" { "With our loyalty program" }
                dl {
                    @for line in &lines {
                        div.good[line.good] { dt { (line.what) } dd { (line.outcome) } }
                    }
                }
                @if !why.is_empty() {
                    details {
                        summary { "Why?" }
                        ul { @for sentence in why { li { (sentence) } } }
                    }
                }
            }
        }
    }
}

/// The buttons that in a real shop are behind the counter.
fn counter(order: &Order) -> Markup {
    let moves = [
        (Status::Paid, "Mark as paid", "quiet"),
        (Status::Delivered, "Mark as delivered", "quiet"),
        (Status::Cancelled, "Cancel order", "quiet danger"),
    ];
    html! {
        section.summary-box.counter aria-labelledby="counter-title" {
            h2 id="counter-title" { "Behind the counter" }
            p.small { "In this demo you are the shopkeeper too. Each step is told to Fidela." }
            @if order.status == Status::Cancelled {
                p { "The order is cancelled. Points that paid for it go back to the shopper." }
            } @else {
                div.buttons {
                    @for (next, label, class) in moves {
                        @if order.may_become(next) {
                            form method="post" action={ "/orders/" (order.id) "/status" } {
                                input type="hidden" name="status" value=(next.id());
                                button class=(class) type="submit" { (label) }
                            }
                        }
                    }
                }
                @if order.refundable() > 0 {
                    form.refund method="post" action={ "/orders/" (order.id) "/refund" } {
                        div.field {
                            label for="amount" { "Amount in lei" }
                            input id="amount" name="amount" type="text" inputmode="decimal" required
                                maxlength="12" aria-describedby="amount-hint";
                        }
                        button.quiet type="submit" { "Refund amount" }
                        p.small id="amount-hint" { "Up to " (lei(order.refundable())) }
                    }
                    @if order.delivery_gross() > order.delivery_refunded {
                        form method="post" action={ "/orders/" (order.id) "/refund" } {
                            input type="hidden" name="what" value="delivery";
                            button.link type="submit" { "Refund delivery" }
                        }
                    }
                }
            }
        }
    }
}

/// The developer's view: what Fidela said to each snapshot.
fn answers(order: &Order, waiting: usize) -> Markup {
    html! {
        section.answers aria-labelledby="answers-title" {
            h2 id="answers-title" { "What the loyalty program answered" }
            @if waiting > 0 {
                p.notice.warn {
                    "Fidela has not answered yet. Your order is safe; it is told again every few seconds."
                }
            }
            @for (index, answer) in order.answers.iter().rev().enumerate() { (one_answer(answer, index == 0)) }
            @if order.answers.is_empty() && waiting == 0 { p.small { "Nothing was asked yet." } }
        }
    }
}

fn one_answer(answer: &Answer, open: bool) -> Markup {
    let value: Option<Value> = serde_json::from_str(&answer.body).ok();
    let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    html! {
        details open[open] {
            summary {
                "PUT " (answer.order_status.id()) ", " (clock::rfc3339(answer.updated_ms)) " → "
                (answer.http_status)
            }
            pre tabindex="0" role="group" aria-label={ "Answer to " (clock::rfc3339(answer.updated_ms)) } {
                code { (pretty.as_deref().unwrap_or(&answer.body)) }
            }
        }
    }
}

/// The form of a step.
#[derive(Deserialize)]
pub(crate) struct Step {
    status: Status,
}

/// `POST /orders/{id}/status`
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Step>,
) -> Result<Response, Problem> {
    let done = format!("The order is {} now.", form.status.id());
    change(&app, &visit, &id, done, |order| order.become_status(form.status)).await
}

/// The form of a returned unit.
#[derive(Deserialize)]
pub(crate) struct Returned {
    line: String,
}

/// `POST /orders/{id}/return`: one unit of a line.
pub(crate) async fn return_one(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Returned>,
) -> Result<Response, Problem> {
    change(&app, &visit, &id, "One unit came back.".to_owned(), |order| order.return_one(&form.line)).await
}

/// The form of a refund: an amount in lei, or `what=delivery`.
#[derive(Deserialize)]
pub(crate) struct Refund {
    amount: Option<String>,
    what: Option<String>,
}

/// `POST /orders/{id}/refund`
pub(crate) async fn refund(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Refund>,
) -> Result<Response, Problem> {
    if form.what.as_deref() == Some("delivery") {
        let done = "The delivery is given back.".to_owned();
        return change(&app, &visit, &id, done, Order::refund_delivery).await;
    }
    let amount = form.amount.as_deref().and_then(parse_lei).unwrap_or(0);
    change(&app, &visit, &id, format!("{} given back.", lei(amount)), |order| order.refund_amount(amount))
        .await
}

/// Changes an own order, tells Fidela, and says on the order's page what happened or why not.
async fn change(
    app: &App,
    visit: &Visit,
    id: &str,
    done: String,
    change: impl FnOnce(&mut Order) -> Result<(), String>,
) -> Result<Response, Problem> {
    let message = app
        .store
        .change(|data| {
            let order =
                data.orders.get_mut(id).filter(|order| is_own(order, visit)).ok_or(Problem::NotFound)?;
            let outcome = change(order);
            let message = if outcome.is_ok() { data.tell_order(id) } else { None };
            let notice = outcome.err().unwrap_or(done);
            data.session_mut(&visit.session_id).notice = Some(notice);
            Ok::<_, Problem>(message)
        })
        .await??;
    if let Some(message) = message {
        app.outbox.deliver(&app.store, message).await;
    }
    Ok(see_other(&format!("/orders/{id}")))
}
