//! What is wrong with an order or a cart before any rule looks at it: every fault at once, with its place.

use super::{Basket, CustomerRef, Order, Shipping};
use crate::num::{Given, fits};
use crate::program::Fault;

/// Lines of an order, at most.
pub const MAX_LINES: usize = 500;
/// Categories of a line, at most.
const MAX_CATEGORIES: usize = 64;
/// Discount codes, at most.
const MAX_CODES: usize = 64;
/// Characters of an id, at most.
const MAX_ID: usize = 255;
/// Characters of an e-mail address, at most (RFC 5321).
const MAX_EMAIL: usize = 254;
/// A tax of 1000 % is a mistake.
const MAX_TAX_BPS: i64 = 100_000;

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, path: String, code: &'static str) {
        self.0.push(Fault { path, code, min: None, max: None });
    }

    fn id(&mut self, path: &str, id: &str) {
        if id.is_empty() {
            self.add(path.to_owned(), "empty");
        } else if id.chars().count() > MAX_ID {
            self.0.push(Fault {
                path: path.to_owned(),
                code: "too_long",
                min: None,
                max: i64::try_from(MAX_ID).ok(),
            });
        } else if id.chars().any(char::is_control) {
            self.add(path.to_owned(), "control_character");
        }
    }

    fn amount(&mut self, path: &str, n: Given, max: i64) {
        if !fits(n.0) {
            self.add(path.to_owned(), "amount_out_of_range");
        } else if n.0 < 0 || n.0 > max {
            self.0.push(Fault { path: path.to_owned(), code: "out_of_range", min: Some(0), max: Some(max) });
        }
    }

    fn count(&mut self, path: &str, n: usize, max: usize) {
        if n > max {
            self.0.push(Fault {
                path: path.to_owned(),
                code: "too_many",
                min: None,
                max: i64::try_from(max).ok(),
            });
        }
    }
}

impl Basket<'_> {
    /// Every fault of a cart, with its path below `at` (`cart.`, or nothing).
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        check_basket(self, at, &mut faults);
        faults.0
    }
}

impl Order {
    /// Every fault of an order, with its path.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        faults.id("id", &self.id);
        faults.id("status", &self.status);
        match &self.customer {
            None | Some(CustomerRef { id: None, email: None }) => faults.add("customer".into(), "required"),
            Some(customer) => {
                if let Some(id) = &customer.id {
                    faults.id("customer.id", id);
                }
                if customer.email.as_deref().is_some_and(|email| !is_email(email)) {
                    faults.add("customer.email".into(), "email_expected");
                }
            }
        }
        for (path, id) in [("redemption_id", &self.redemption_id), ("reward_id", &self.reward_id)] {
            if let Some(id) = id {
                faults.id(path, id);
            }
        }
        check_basket(&self.basket(), "", &mut faults);
        faults.amount("points_discount", self.points_discount, crate::num::MAX);
        faults.amount("refunded", self.refunded.unwrap_or_default(), crate::num::MAX);
        faults.count("discount_codes", self.discount_codes.len(), MAX_CODES);
        for (i, code) in self.discount_codes.iter().enumerate().take(MAX_CODES) {
            faults.id(&format!("discount_codes[{i}]"), code);
        }
        if self.updated_at.is_some_and(|updated| updated < self.placed_at) {
            faults.add("updated_at".into(), "before_placed_at");
        }
        if faults.0.is_empty() && self.measure().is_err() {
            faults.add("lines".into(), "amount_out_of_range");
        }
        faults.0
    }
}

/// Whether something looks like an e-mail address: one `@` with something on both sides, no spaces.
pub fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (local, domain) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let printable = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    printable && parts.next().is_none() && !local.is_empty() && domain.len() >= 3 && text.len() <= MAX_EMAIL
}

fn check_basket(basket: &Basket<'_>, at: &str, faults: &mut Faults) {
    let code = basket.currency;
    if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
        faults.add(format!("{at}currency"), "currency_expected");
    }
    faults.count(&format!("{at}lines"), basket.lines.len(), MAX_LINES);
    for (i, line) in basket.lines.iter().enumerate().take(MAX_LINES) {
        let path = |field: &str| format!("{at}lines[{i}].{field}");
        faults.id(&path("id"), &line.id);
        faults.id(&path("product_id"), &line.product_id);
        faults.count(&path("category_ids"), line.category_ids.len(), MAX_CATEGORIES);
        for (c, category) in line.category_ids.iter().enumerate().take(MAX_CATEGORIES) {
            faults.id(&format!("{}[{c}]", path("category_ids")), category);
        }
        if let Some(extra_of) = &line.extra_of {
            faults.id(&path("extra_of"), extra_of);
        }
        let max = crate::num::MAX;
        let amounts = [
            ("quantity", line.quantity, max),
            ("unit_price", line.unit_price, max),
            ("discount", line.discount, max),
            ("tax_bps", line.tax_bps, MAX_TAX_BPS),
            ("refunded", line.refunded, max),
            ("returned", line.returned, max),
        ];
        for (field, n, max) in amounts {
            faults.amount(&path(field), n, max);
        }
    }
    if let Some(Shipping { price, discount, tax_bps, refunded }) = basket.shipping {
        let max = crate::num::MAX;
        let amounts = [
            ("price", price, max),
            ("discount", discount, max),
            ("tax_bps", tax_bps, MAX_TAX_BPS),
            ("refunded", refunded, max),
        ];
        for (field, n, max) in amounts {
            faults.amount(&format!("{at}shipping.{field}"), *n, max);
        }
    }
    if faults.0.is_empty() && basket.measure().is_err() {
        faults.add(format!("{at}lines"), "amount_out_of_range");
    }
}
