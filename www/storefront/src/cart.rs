//! A cart, and how Fidela is told about it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::catalog::{self, Extra, Product};
use crate::held::{HeldRedemption, HeldReward};
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
    /// Whether each of them comes with the product's extra.
    #[serde(default)]
    pub(crate) with_extra: bool,
}

impl CartLine {
    /// The extra that comes with each unit.
    pub(crate) fn extra(&self, product: &Product) -> Option<&'static Extra> {
        product.extra.filter(|_| self.with_extra)
    }
}

/// The id of the line that an extra has of its own, in the cart and in the order.
pub(crate) fn extra_line_id(product_id: &str, extra_id: &str) -> String {
    format!("{product_id}-{extra_id}")
}

/// What a visitor is about to buy.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Cart {
    /// One line per product.
    pub(crate) lines: Vec<CartLine>,
    /// How it is delivered.
    pub(crate) delivery: Delivery,
    /// The points and the reward in use, if any.
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

    /// The goods' price with tax and with their extras, in bani.
    pub(crate) fn items(&self) -> i64 {
        let each = |line: &CartLine, product: &Product| {
            product.price + line.extra(product).map_or(0, |extra| extra.price)
        };
        self.goods().map(|(line, product)| i64::from(line.quantity) * each(line, product)).sum()
    }

    /// The goods and their delivery, in bani.
    pub(crate) fn value(&self) -> i64 {
        self.items() + self.delivery.price()
    }

    /// The price of what a reward is taken off: one unit of the line's product without its extra, or the
    /// delivery; 0 where it is not in the cart.
    pub(crate) fn price_of(&self, reward: &HeldReward) -> i64 {
        match &reward.line {
            Some(id) => {
                self.goods().find(|(line, _)| line.product_id == *id).map_or(0, |(_, product)| product.price)
            }
            None => self.delivery.price(),
        }
    }

    /// The reward in use.
    pub(crate) fn reward(&self) -> Option<&HeldReward> {
        self.redemption.as_ref()?.reward.as_ref()
    }

    /// What the reward takes off now, in bani: never more than what it is for costs.
    pub(crate) fn reward_discount(&self) -> i64 {
        self.reward().map_or(0, |reward| reward.discount.clamp(0, self.price_of(reward)))
    }

    /// What points take off now, in bani: never more than the reward leaves of the cart.
    pub(crate) fn points_discount(&self) -> i64 {
        let left = self.value() - self.reward_discount();
        self.redemption.as_ref().map_or(0, |held| held.discount.clamp(0, left))
    }

    /// What is left to pay, in bani.
    pub(crate) fn total(&self) -> i64 {
        self.value() - self.reward_discount() - self.points_discount()
    }

    /// Whether a redemption's reward has something in the cart that it can be taken off, as far as the shop can
    /// tell. Whether it may be is decided when it is confirmed.
    pub(crate) fn has_place_for(&self, held: &HeldRedemption) -> bool {
        held.reward
            .as_ref()
            .is_none_or(|reward| reward.discount > 0 && reward.discount <= self.price_of(reward))
    }

    /// Takes a redemption out whose reward has no place in the cart any more: its confirmation would be refused,
    /// and until then the shopper would read a total that nobody gives them.
    pub(crate) fn take_unplaced(&mut self) -> Option<HeldRedemption> {
        let unplaced = self.redemption.as_ref().is_some_and(|held| !self.has_place_for(held));
        if unplaced { self.redemption.take() } else { None }
    }

    /// Puts more of a product in.
    pub(crate) fn add(&mut self, product: &Product, quantity: u32) {
        let line = self.lines.iter_mut().find(|line| line.product_id == product.id);
        if let Some(line) = line {
            line.quantity = line.quantity.saturating_add(quantity).min(QUANTITY_MAX);
        } else {
            let quantity = quantity.clamp(1, QUANTITY_MAX);
            self.lines.push(CartLine { product_id: product.id.to_owned(), quantity, with_extra: false });
        }
    }

    /// Adds the product's extra to each unit of it, or takes it off again.
    pub(crate) fn set_extra(&mut self, product: &Product, with_extra: bool) {
        for line in self.lines.iter_mut().filter(|line| line.product_id == product.id) {
            line.with_extra = with_extra && product.extra.is_some();
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

    /// The cart in Fidela's shape: what the widget is given, and what the server confirms. It is told without what
    /// a redemption takes off: that is decided on it.
    pub(crate) fn to_fidela(&self) -> Value {
        let mut lines = Vec::new();
        for (line, product) in self.goods() {
            lines.push(json!({
                "id": product.id, "product_id": product.id, "category_ids": product.categories,
                "quantity": line.quantity, "unit_price": product.price, "discount": 0,
                "tax_bps": product.tax_bps,
            }));
            if let Some(extra) = line.extra(product) {
                lines.push(json!({
                    "id": extra_line_id(product.id, extra.id), "product_id": extra.id, "category_ids": [],
                    "quantity": line.quantity, "unit_price": extra.price, "discount": 0,
                    "tax_bps": extra.tax_bps, "extra_of": product.id,
                }));
            }
        }
        json!({
            "currency": CURRENCY, "prices_include_tax": true, "lines": lines,
            "shipping": { "price": self.delivery.price(), "tax_bps": VAT_STANDARD_BPS },
        })
    }

    /// A short fingerprint of what is confirmed (goods, delivery, redemption and discounts): another cart
    /// asks with another idempotency key.
    pub(crate) fn fingerprint(&self) -> String {
        let redemption = self.redemption.as_ref().map(|held| (&held.id, held.discount, &held.reward));
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
#[path = "cart_tests.rs"]
mod tests;
