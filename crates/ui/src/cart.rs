//! A cart as a page's script tells it, read by hand: what the edge would refuse is refused here, before it is sent.

use fidela_rules::Cart;
use fidela_rules::json::{Json, field};
use fidela_rules::num::Given;
use fidela_rules::order::{Line, Shipping};

/// The cart, or nothing where it does not have the documented form.
pub fn read(value: &Json) -> Option<Cart> {
    let fields =
        Fields::of(value, &["currency", "prices_include_tax", "lines", "shipping", "discount_codes"])?;
    let lines = match fields.get("lines") {
        Some(lines) => all(lines, line)?,
        None => Vec::new(),
    };
    Some(Cart {
        currency: fields.words("currency")?,
        prices_include_tax: match fields.get("prices_include_tax") {
            Some(flag) => flag.as_bool()?,
            None => true,
        },
        lines,
        shipping: match fields.get("shipping") {
            Some(shipping) => Some(self::shipping(shipping)?),
            None => None,
        },
        discount_codes: fields.list("discount_codes")?,
    })
}

fn line(value: &Json) -> Option<Line> {
    let fields = Fields::of(
        value,
        &[
            "id",
            "product_id",
            "category_ids",
            "quantity",
            "unit_price",
            "discount",
            "tax_bps",
            "refunded",
            "returned",
            "extra_of",
        ],
    )?;
    // Required of a line, where all other numbers may be left out.
    fields.get("quantity")?;
    fields.get("unit_price")?;
    Some(Line {
        id: fields.words("id")?,
        product_id: fields.words("product_id")?,
        category_ids: fields.list("category_ids")?,
        quantity: fields.number("quantity")?,
        unit_price: fields.number("unit_price")?,
        discount: fields.number("discount")?,
        tax_bps: fields.number("tax_bps")?,
        refunded: fields.number("refunded")?,
        returned: fields.number("returned")?,
        extra_of: match fields.get("extra_of") {
            Some(id) => Some(id.as_str()?.to_owned()),
            None => None,
        },
    })
}

fn shipping(value: &Json) -> Option<Shipping> {
    let fields = Fields::of(value, &["price", "discount", "tax_bps", "refunded"])?;
    Some(Shipping {
        price: fields.number("price")?,
        discount: fields.number("discount")?,
        tax_bps: fields.number("tax_bps")?,
        refunded: fields.number("refunded")?,
    })
}

/// Each of a list; nothing where one is not of its form. Not `collect`, which for options brings more code.
fn all<T>(list: &Json, read: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for one in list.as_list()? {
        all.push(read(one)?);
    }
    Some(all)
}

struct Fields<'a>(&'a [(String, Json)]);

impl<'a> Fields<'a> {
    /// An object without any field that is not known.
    fn of(value: &'a Json, known: &[&str]) -> Option<Self> {
        let fields = value.as_object()?;
        fields.iter().all(|(name, _)| known.contains(&name.as_str())).then_some(Self(fields))
    }

    fn get(&self, name: &str) -> Option<&'a Json> {
        field(self.0, name)
    }

    fn words(&self, name: &str) -> Option<String> {
        self.get(name)?.as_str().map(str::to_owned)
    }

    fn list(&self, name: &str) -> Option<Vec<String>> {
        let Some(list) = self.get(name) else { return Some(Vec::new()) };
        all(list, |one| one.as_str().map(str::to_owned))
    }

    /// A whole number; what is left out is 0.
    fn number(&self, name: &str) -> Option<Given> {
        self.get(name).map_or(Some(Given(0)), Json::as_given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn it_reads_what_the_rules_read() {
        let value = json!({
            "currency": "RON",
            "lines": [{ "id": "1", "product_id": "mug", "category_ids": ["ceramics"], "quantity": 2,
                        "unit_price": 5_000, "discount": 100, "tax_bps": 1_900, "extra_of": "0" }],
            "shipping": { "price": 1_500, "tax_bps": 1_900 },
            "discount_codes": ["HELLO"],
        });
        let derived: Cart = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(read(&Json::from(&value)), Some(derived));
        let least = json!({ "currency": "RON" });
        assert_eq!(read(&Json::from(&least)), serde_json::from_value(least.clone()).ok());
    }

    #[test]
    fn it_refuses_what_the_edge_refuses() {
        let line = |field: &str, value: Value| {
            let mut line = json!({ "id": "1", "product_id": "mug", "quantity": 1, "unit_price": 5_000 });
            line[field] = value;
            json!({ "currency": "RON", "lines": [line] })
        };
        let cases = [
            json!([]),
            json!({ "lines": [] }),
            json!({ "currency": "RON", "total": 1 }),
            line("price", json!(1)),
            line("quantity", json!(1.5)),
            line("quantity", json!(null)),
            line("category_ids", json!("ceramics")),
        ];
        for case in cases {
            assert_eq!(read(&Json::from(&case)), None, "{case}");
        }
    }
}
