//! A cart, and how Fidela is told about it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::catalog::{self, Product};
use crate::money::VAT_STANDARD_BPS;

/// The most units of one product in a cart.
pub(crate) const QUANTITY_MAX: u32 = 99;

/// The only currency of the shop.
pub(crate) const CURRENCY: &str = "RON";

/// How the goods reach the shopper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Delivery {
    /// Brought to the door.
    #[default]
    Courier,
    /// Fetched from the studio.
    PickUp,
}

impl Delivery {
    /// Every way, in the order it is offered.
    pub(crate) const ALL: [Self; 2] = [Self::Courier, Self::PickUp];

    /// The value of its form field.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Courier => "courier",
            Self::PickUp => "pick-up",
        }
    }

    /// The name that shoppers read.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Courier => "Courier",
            Self::PickUp => "Pick-up at the studio",
        }
    }

    /// The price with tax, in bani.
    pub(crate) const fn price(self) -> i64 {
        match self {
            Self::Courier => 1_500,
            Self::PickUp => 0,
        }
    }
}

/// Some units of one product. The product's id serves as the line's id, in the cart and in the order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CartLine {
    /// The product's id.
    pub(crate) product_id: String,
    /// How many, from 1 to [`QUANTITY_MAX`].
    pub(crate) quantity: u32,
}

/// Points that Fidela holds for this cart, as **Fidela** told the shop's server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HeldRedemption {
    /// The redemption's id at Fidela.
    pub(crate) id: String,
    /// The code that the shopper sees.
    pub(crate) code: String,
    /// How many points are held.
    pub(crate) points: i64,
    /// What they take off, in bani.
    pub(crate) discount: i64,
    /// Until when they are held, RFC 3339.
    pub(crate) expires_at: Option<String>,
}

/// What a visitor is about to buy.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Cart {
    /// One line per product.
    pub(crate) lines: Vec<CartLine>,
    /// How it is delivered.
    pub(crate) delivery: Delivery,
    /// The points in use, if any.
    pub(crate) redemption: Option<HeldRedemption>,
    /// The id the order will get. Chosen before the points are confirmed, so that a checkout sent twice
    /// asks Fidela with the same idempotency key and places one order.
    pub(crate) order_id: Option<String>,
}

impl Cart {
    /// Lines with their products; what is no longer sold is left out.
    pub(crate) fn goods(&self) -> impl Iterator<Item = (&CartLine, &'static Product)> {
        self.lines.iter().filter_map(|line| Some((line, catalog::product(&line.product_id)?)))
    }

    /// Whether there is nothing to buy.
    pub(crate) fn is_empty(&self) -> bool {
        self.goods().next().is_none()
    }

    /// How many units there are.
    pub(crate) fn units(&self) -> u32 {
        self.goods().map(|(line, _)| line.quantity).sum()
    }

    /// The goods' price with tax, in bani.
    pub(crate) fn items(&self) -> i64 {
        self.goods().map(|(line, product)| i64::from(line.quantity) * product.price).sum()
    }

    /// The goods and their delivery, in bani.
    pub(crate) fn value(&self) -> i64 {
        self.items() + self.delivery.price()
    }

    /// What points take off now, in bani: never more than the cart is worth.
    pub(crate) fn discount(&self) -> i64 {
        self.redemption.as_ref().map_or(0, |held| held.discount.clamp(0, self.value()))
    }

    /// What is left to pay, in bani.
    pub(crate) fn total(&self) -> i64 {
        self.value() - self.discount()
    }

    /// Puts more of a product in.
    pub(crate) fn add(&mut self, product: &Product, quantity: u32) {
        let line = self.lines.iter_mut().find(|line| line.product_id == product.id);
        if let Some(line) = line {
            line.quantity = line.quantity.saturating_add(quantity).min(QUANTITY_MAX);
        } else {
            let quantity = quantity.clamp(1, QUANTITY_MAX);
            self.lines.push(CartLine { product_id: product.id.to_owned(), quantity });
        }
    }

    /// Sets how many units of a product there are; none takes the line out.
    pub(crate) fn set(&mut self, product_id: &str, quantity: u32) {
        for line in &mut self.lines {
            if line.product_id == product_id {
                line.quantity = quantity.min(QUANTITY_MAX);
            }
        }
        self.lines.retain(|line| line.quantity > 0);
    }

    /// The cart in Fidela's shape: what the widget is given, and what the server confirms.
    pub(crate) fn to_fidela(&self) -> Value {
        let lines: Vec<Value> = self
            .goods()
            .map(|(line, product)| {
                json!({
                    "id": product.id, "product_id": product.id, "category_ids": product.categories,
                    "quantity": line.quantity, "unit_price": product.price, "discount": 0,
                    "tax_bps": product.tax_bps,
                })
            })
            .collect();
        json!({
            "currency": CURRENCY, "prices_include_tax": true, "lines": lines,
            "shipping": { "price": self.delivery.price(), "tax_bps": VAT_STANDARD_BPS },
        })
    }

    /// A short fingerprint of what is confirmed (goods, delivery, redemption and discount): another cart
    /// asks with another idempotency key.
    pub(crate) fn fingerprint(&self) -> String {
        let redemption = self.redemption.as_ref().map(|held| (&held.id, held.discount));
        let text = format!("{}{redemption:?}", self.to_fidela());
        hex(&Sha256::digest(text.as_bytes())).chars().take(16).collect()
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Cart, Delivery, HeldRedemption};
    use crate::catalog::PRODUCTS;

    fn cart() -> Cart {
        let mut cart = Cart::default();
        cart.add(&PRODUCTS[0], 2);
        cart.add(&PRODUCTS[6], 1);
        cart
    }

    fn held(discount: i64) -> HeldRedemption {
        let (id, code) = ("rd_1".to_owned(), "LUT-1".to_owned());
        HeldRedemption { id, code, points: 20, discount, expires_at: None }
    }

    #[test]
    fn totals() {
        let mut cart = cart();
        assert_eq!((cart.units(), cart.items(), cart.value()), (3, 16_200, 17_700));
        cart.redemption = Some(held(2_000));
        assert_eq!(cart.total(), 15_700);
        cart.delivery = Delivery::PickUp;
        assert_eq!(cart.total(), 14_200);
        cart.set(PRODUCTS[0].id, 0);
        cart.redemption = Some(held(99_999));
        assert_eq!((cart.units(), cart.discount(), cart.total()), (1, 6_200, 0));
    }

    #[test]
    fn quantities_have_an_end() {
        let mut cart = cart();
        cart.add(&PRODUCTS[0], u32::MAX);
        assert_eq!(cart.lines[0].quantity, 99);
    }

    #[test]
    fn another_cart_has_another_fingerprint() {
        let (one, mut other) = (cart(), cart());
        assert_eq!(one.fingerprint(), other.fingerprint());
        other.redemption = Some(held(2_000));
        assert_ne!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn speaks_fidelas_shape() {
        let told = cart().to_fidela();
        assert_eq!(told["lines"][1]["tax_bps"], 900);
        assert_eq!(told["lines"][0]["category_ids"][0], "ceramics");
        assert_eq!(told["shipping"]["price"], 1_500);
    }
}
