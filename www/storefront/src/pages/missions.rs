//! What shoppers do here beside buying: they subscribe, review, give. The shop's server tells Fidela of it, because
//! only the shop knows that it was done.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::orders::is_own;
use super::sign_in::is_email;
use super::{Problem, see_other};
use crate::App;
use crate::money::{lei, parse_lei};
use crate::order::{Order, Status};
use crate::state::random_id;
use crate::visit::Visit;

/// The longest review, in bytes.
const REVIEW_MAX_BYTES: usize = 2_000;
/// The most that can be given at once, in bani.
const DONATION_MAX: i64 = 1_000_000;

/// Who did it, as Fidela knows them: by the shop's own id, or by an e-mail that an account may prove later.
fn by(visit: &Visit, email: Option<&str>) -> Value {
    match (&visit.shopper, email) {
        (Some(shopper), _) => json!({ "customer_id": shopper.id }),
        (None, Some(email)) => json!({ "email": email }),
        (None, None) => json!({}),
    }
}

/// Forms for the page with the panel.
pub(crate) fn forms(visit: &Visit) -> Markup {
    html! {
        section.helps aria-labelledby="letter-title" {
            h2 id="letter-title" { "A letter a month" }
            form.add method="post" action="/newsletter" {
                @if visit.shopper.is_none() {
                    div.field {
                        label for="letter" { "Your e-mail" }
                        input id="letter" name="email" type="email" autocomplete="email" required maxlength="200";
                    }
                }
                button.quiet type="submit" { "Subscribe" }
            }
        }
        @if visit.shopper.is_some() {
            section.helps aria-labelledby="give-title" {
                h2 id="give-title" { "A wheel for the pottery school" }
                form.add method="post" action="/donations" {
                    div.field.short {
                        label for="give" { "Lei" }
                        input id="give" name="amount" type="text" inputmode="decimal" required maxlength="8";
                    }
                    button.quiet type="submit" { "Give" }
                }
            }
        }
    }
}

/// The form of the newsletter. Who is signed in need not type anything.
#[derive(Deserialize)]
pub(crate) struct Newsletter {
    #[serde(default)]
    email: String,
}

/// `POST /newsletter`
pub(crate) async fn newsletter(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<Newsletter>,
) -> Result<Response, Problem> {
    let typed = form.email.trim();
    if visit.shopper.is_none() && !is_email(typed) {
        let sentence = "Please give an e-mail address, such as ana@example.com.";
        return tell(&app, &visit, "/rewards", sentence.to_owned(), None).await;
    }
    let told = ("newsletter", by(&visit, Some(typed)));
    tell(&app, &visit, "/rewards", "You are on the list. Thank you!".to_owned(), Some(told)).await
}

/// The form of a donation.
#[derive(Deserialize)]
pub(crate) struct Donation {
    amount: String,
}

/// `POST /donations`
pub(crate) async fn donate(
    State(app): State<Arc<App>>,
    visit: Visit,
    Form(form): Form<Donation>,
) -> Result<Response, Problem> {
    let amount = parse_lei(&form.amount).filter(|amount| (1..=DONATION_MAX).contains(amount));
    let Some(amount) = amount.filter(|_| visit.shopper.is_some()) else {
        let sentence = format!("Please sign in and give an amount up to {}.", lei(DONATION_MAX));
        return tell(&app, &visit, "/rewards", sentence, None).await;
    };
    let mut body = by(&visit, None);
    body["reference"] = format!("gift-{}", random_id::<8>()?).into();
    body["amount"] = amount.into();
    let thanks = format!("The school thanks you for {}.", lei(amount));
    tell(&app, &visit, "/rewards", thanks, Some(("pottery-school", body))).await
}

/// The form for a review, where an order has arrived, or what was written.
pub(crate) fn review_of(order: &Order) -> Markup {
    html! {
        @if let Some(review) = &order.review {
            section.helps aria-labelledby="review-title" {
                h3 id="review-title" { "Your review" }
                p { (review) }
            }
        } @else if order.status == Status::Delivered {
            section.helps aria-labelledby="review-title" {
                h3 id="review-title" { "How do you like it?" }
                form.add method="post" action={ "/orders/" (order.id) "/review" } {
                    div.field {
                        label for="review" { "Your review" }
                        input id="review" name="text" required maxlength=(REVIEW_MAX_BYTES);
                    }
                    button.quiet type="submit" { "Publish" }
                }
            }
        }
    }
}

/// The form of a review.
#[derive(Deserialize)]
pub(crate) struct Review {
    text: String,
}

/// `POST /orders/{id}/review`: one for each order that has arrived.
pub(crate) async fn review(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Review>,
) -> Result<Response, Problem> {
    let text = form.text.trim();
    let written = app
        .store
        .change(|data| {
            let order =
                data.orders.get_mut(&id).filter(|order| is_own(order, &visit)).ok_or(Problem::NotFound)?;
            let fits = !text.is_empty() && text.len() <= REVIEW_MAX_BYTES;
            if !fits || order.status != Status::Delivered || order.review.is_some() {
                return Ok(None);
            }
            order.review = Some(text.to_owned());
            Ok::<_, Problem>(Some(order.email.clone()))
        })
        .await??;
    let place = format!("/orders/{id}");
    let Some(email) = written else {
        let sentence = "An order that has arrived can be reviewed once.";
        return tell(&app, &visit, &place, sentence.to_owned(), None).await;
    };
    let mut body = by(&visit, Some(&email));
    body["reference"] = format!("review-{id}").into();
    // Sent back and refunded, it takes the points for its review along.
    body["order_id"] = id.into();
    tell(&app, &visit, &place, "Your review is published.".to_owned(), Some(("review", body))).await
}

/// Says a sentence on the next page and, if something was done, tells Fidela: now, or again until it has heard.
async fn tell(
    app: &App,
    visit: &Visit,
    to: &str,
    sentence: String,
    done: Option<(&str, Value)>,
) -> Result<Response, Problem> {
    let message = app
        .store
        .change(|data| {
            data.session_mut(&visit.session_id).notice = Some(sentence);
            done.map(|(mission, body)| data.complete(mission, body))
        })
        .await?;
    if let Some(message) = message {
        app.outbox.deliver(&app.store, message).await;
    }
    Ok(see_other(to))
}
