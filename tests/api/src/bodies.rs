//! Programs, orders and carts as JSON, so that a test can say exactly what goes over the wire.

use serde_json::{Value, json};

/// Changes a document on the way.
pub trait With {
    /// With a field of an object: a name, or a JSON pointer (`/earning/pending_days`).
    #[must_use]
    fn with(self, place: &str, value: impl Into<Value>) -> Self;
    /// Without a field.
    #[must_use]
    fn without(self, name: &str) -> Self;
}

impl With for Value {
    fn with(mut self, place: &str, value: impl Into<Value>) -> Self {
        let (parent, name) = match place.rsplit_once('/') {
            Some((parent, name)) => (parent, name),
            None => ("", place),
        };
        match self.pointer_mut(parent) {
            Some(Value::Object(fields)) => {
                fields.insert(name.to_owned(), value.into());
            }
            Some(Value::Array(items)) => {
                let index: usize = name.parse().expect("an index");
                items[index] = value.into();
            }
            _ => panic!("there is nothing at {parent:?}"),
        }
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.as_object_mut().expect("an object").remove(name).expect("the field to leave out");
        self
    }
}

/// The seeds' program: a point for each 50 lei (S3.1) once delivered (S3.2), a point is worth a leu, and at
/// most 20 % of an order are paid with points (S2.4).
pub fn program() -> Value {
    json!({
        "currency": "RON",
        "timezone": "Europe/Bucharest",
        "points": { "value": { "points": 1, "minor": 100 } },
        "earning": { "award_statuses": ["delivered"], "programs": [base_program()] },
        "redemption": { "enabled": true, "max_bps": 2000 },
    })
}

/// A point for each 50 lei.
pub fn base_program() -> Value {
    json!({ "id": "base", "rate": { "type": "per_amount", "every": 5000, "points": 1 } })
}

/// An order of one line, placed but not awarded. Its amount is minor units, with tax.
pub fn order(id: &str, customer: &str, amount: i64) -> Value {
    json!({
        "id": id,
        "customer": { "id": customer },
        "currency": "RON",
        "placed_at": "2026-03-10T09:00:00Z",
        "status": "placed",
        "lines": [line("1", amount)],
    })
}

/// An order of somebody without an account.
pub fn guest_order(id: &str, email: &str, amount: i64) -> Value {
    order(id, "-", amount).with("customer", json!({ "email": email }))
}

/// A line of one unit, with 19 % tax in it.
pub fn line(id: &str, amount: i64) -> Value {
    json!({ "id": id, "product_id": format!("sku-{id}"), "quantity": 1, "unit_price": amount, "tax_bps": 1900 })
}

/// A cart of one line.
pub fn cart(amount: i64) -> Value {
    json!({ "currency": "RON", "lines": [line("1", amount)] })
}
