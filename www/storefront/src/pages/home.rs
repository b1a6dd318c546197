//! The shelf, a product, and the page that shows Fidela's panel in place.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Problem, missions, page, take_notice};
use crate::App;
use crate::cart::QUANTITY_MAX;
use crate::catalog::{self, CATEGORIES, PRODUCTS, Product};
use crate::money::lei;
use crate::visit::Visit;

/// What may stand in the home page's address.
#[derive(Deserialize)]
pub(crate) struct Shelf {
    category: Option<String>,
}

/// `GET /`: all products, or those of a category.
pub(crate) async fn home(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(shelf): Query<Shelf>,
) -> Result<Markup, Problem> {
    let category = match shelf.category.as_deref() {
        Some(id) => Some(catalog::category(id).ok_or(Problem::NotFound)?),
        None => None,
    };
    let shown =
        |product: &&Product| category.is_none_or(|category| product.categories.contains(&category.id));
    let title = category.map_or("Ceramics and coffee", |category| category.name);
    let main = html! {
        @if category.is_none() {
            section.hero {
                div.hero-text {
                    h1 { "Slow mornings, well made." }
                    p.lead {
                        "Hand-thrown ceramics and honest coffee from a small studio in Cluj. Every order earns \
                        points, and points pay for the next cup."
                    }
                    p.hero-links {
                        a.button href="#shelf" { "See the shelf" }
                        a href="/rewards" { "How points work" }
                    }
                }
                img.hero-picture src="/assets/hero.svg" width="640" height="480"
                    alt="A sunlit shelf with a carafe, a mug, a bowl of pears and a branch in a vase.";
            }
        }
        section.shelf id="shelf" aria-labelledby="shelf-title" {
            div.shelf-head {
                @if let Some(category) = category {
                    h1 id="shelf-title" { (category.name) }
                } @else {
                    h2 id="shelf-title" { "The shelf" }
                }
                nav aria-label="Categories" {
                    ul.chips {
                        li { a href="/#shelf" aria-current=[category.is_none().then_some("true")] { "Everything" } }
                        @for each in &CATEGORIES {
                            @let chosen = category.is_some_and(|category| category.id == each.id);
                            li {
                                a href={ "/?category=" (each.id) } aria-current=[chosen.then_some("true")] {
                                    (each.name)
                                }
                            }
                        }
                    }
                }
            }
            ul.grid {
                @for product in PRODUCTS.iter().filter(shown) { li.card { (card(product, category.is_some())) } }
            }
        }
    };
    Ok(page(&app, &visit, title, &main))
}

/// A product on the shelf; its heading is one level below the shelf's own.
fn card(product: &Product, below_title: bool) -> Markup {
    html! {
        a href={ "/products/" (product.id) } {
            // The name follows as text: said once is enough.
            img src={ "/assets/" (product.id) ".svg" } width="400" height="400" alt="";
            @if below_title { h2.card-name { (product.name) } } @else { h3.card-name { (product.name) } }
        }
        p.tagline { (product.tagline) }
        p.price { (lei(product.price)) }
    }
}

/// `GET /products/{id}`
pub(crate) async fn product(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let product = catalog::product(&id).ok_or(Problem::NotFound)?;
    let mut beside: Vec<&Product> = PRODUCTS.iter().filter(|other| other.id != product.id).collect();
    // Its own kind first, then the rest of the shelf.
    beside.sort_by_key(|other| !other.categories.iter().any(|id| product.categories.contains(id)));
    let main = html! {
        nav.crumbs aria-label="Breadcrumb" {
            ol {
                li { a href="/" { "Shop" } }
                @for category in product.categories.iter().take(1).filter_map(|id| catalog::category(id)) {
                    li { a href={ "/?category=" (category.id) } { (category.name) } }
                }
                li aria-current="page" { (product.name) }
            }
        }
        article.product {
            img.product-picture src={ "/assets/" (product.id) ".svg" } width="400" height="400"
                alt=(product.picture);
            div.product-text {
                h1 { (product.name) }
                p.tagline { (product.tagline) }
                p.price.large { (lei(product.price)) }
                p.small { "With " (product.tax_bps / 100) " % VAT. Delivery 15.00 lei, pick-up free." }
                form.add method="post" action="/cart/add" {
                    input type="hidden" name="product" value=(product.id);
                    div.field.short {
                        label for="quantity" { "Quantity" }
                        input id="quantity" name="quantity" type="number" inputmode="numeric" min="1"
                            max=(QUANTITY_MAX) value="1" required;
                    }
                    button type="submit" { "Add to cart" }
                    @if let Some(extra) = product.extra {
                        label.check {
                            input type="checkbox" name="extra" value="yes";
                            span {
                                (extra.name) ", " (lei(extra.price)) " each "
                                span.small { (extra.tagline) }
                            }
                        }
                    }
                }
                p.description { (product.description) }
                dl.facts {
                    @for (name, value) in product.facts { div { dt { (name) } dd { (value) } } }
                }
            }
        }
        section aria-labelledby="beside" {
            h2 id="beside" { "Goes well with it" }
            ul.grid { @for other in beside.into_iter().take(4) { li.card { (card(other, false)) } } }
        }
    };
    Ok(page(&app, &visit, product.name, &main))
}

/// `GET /rewards`: the widget's panel as a part of a page.
pub(crate) async fn rewards(State(app): State<Arc<App>>, visit: Visit) -> Result<Markup, Problem> {
    let notice = take_notice(&app, &visit).await?;
    let main = html! {
        div.page-head {
            h1 { "Rewards" }
            p.lead {
                @if visit.shopper.is_some() {
                    "Your points, what they are worth, and what else earns them."
                } @else {
                    "This is what members of our loyalty program get. "
                    a href="/sign-in" { "Sign in" } " to see your own points."
                }
            }
        }
        @if let Some(notice) = notice { p.notice role="status" { (notice) } }
        div.panel-place { fidela-panel view="points" {} }
        (missions::forms(&visit))
        noscript { p { "Your points are shown by a script, and scripts are off in this browser." } }
    };
    Ok(page(&app, &visit, "Rewards", &main))
}
