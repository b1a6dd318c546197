//! An order as the shop told it, or a cart, and what its parts amount to (`rules.md`, *Order*).

mod check;

pub use check::{MAX_LINES, is_email};

use crate::named;
use crate::num::{Given, OutOfRange, WHOLE_BPS, Wide};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The status that takes everything back; all others are the shop's own words.
pub const CANCELLED: &str = "cancelled";

/// The shopper an order belongs to: an account in the shop, or a guest's e-mail, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerRef {
    /// The shop's own customer id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// E-mail address, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Where an order was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// In the online shop.
    #[default]
    Online,
    /// By phone.
    Phone,
    /// In a shop.
    Store,
}

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// By card.
    Card,
    /// By bank transfer.
    BankTransfer,
    /// To the courier.
    CashOnDelivery,
    /// Any other way, or not said.
    #[default]
    Other,
}

/// One line of an order. Amounts are minor units, tax is basis points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The line's own id within the order.
    pub id: String,
    /// The shop's product id.
    pub product_id: String,
    /// Categories of the product.
    #[serde(default)]
    pub category_ids: Vec<String>,
    /// Units.
    pub quantity: Given,
    /// Price of one unit, with or without tax by `prices_include_tax`.
    pub unit_price: Given,
    /// Taken off the whole line, without what points paid.
    #[serde(default)]
    pub discount: Given,
    /// Tax rate.
    #[serde(default)]
    pub tax_bps: Given,
    /// Gross money given back so far.
    #[serde(default)]
    pub refunded: Given,
    /// Units that came back so far.
    #[serde(default)]
    pub returned: Given,
    /// The line this one is an extra of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_of: Option<String>,
}

/// Delivery. Amounts are minor units, tax is basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Shipping {
    /// Price, with or without tax by `prices_include_tax`.
    #[serde(default)]
    pub price: Given,
    /// Taken off.
    #[serde(default)]
    pub discount: Given,
    /// Tax rate.
    #[serde(default)]
    pub tax_bps: Given,
    /// Gross money given back so far.
    #[serde(default)]
    pub refunded: Given,
}

const fn yes() -> bool {
    true
}

/// What a shopper has in the cart: an order's goods before there is an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cart {
    /// ISO 4217 code.
    pub currency: String,
    /// Whether prices are with tax.
    #[serde(default = "yes")]
    pub prices_include_tax: bool,
    /// Goods.
    #[serde(default, deserialize_with = "named::list")]
    pub lines: Vec<Line>,
    /// Delivery, once chosen.
    #[serde(default, deserialize_with = "named::maybe", skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Shipping>,
    /// Codes the shopper typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discount_codes: Vec<String>,
}

/// An order as it was at `updated_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The shop's order id.
    pub id: String,
    /// Whose it is.
    #[serde(default, deserialize_with = "named::maybe", skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerRef>,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was as told here; `placed_at` if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// The shop's own word; only [`CANCELLED`] has a meaning of its own.
    pub status: String,
    /// Where it was made.
    #[serde(default)]
    pub channel: Channel,
    /// How it is paid.
    #[serde(default)]
    pub payment_method: PaymentMethod,
    /// Whether prices are with tax.
    #[serde(default = "yes")]
    pub prices_include_tax: bool,
    /// Goods.
    #[serde(deserialize_with = "named::list")]
    pub lines: Vec<Line>,
    /// Delivery.
    #[serde(default, deserialize_with = "named::maybe", skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Shipping>,
    /// Codes the shopper typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discount_codes: Vec<String>,
    /// The redemption whose discount it was placed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption_id: Option<String>,
    /// The reward it was placed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_id: Option<String>,
    /// What points took off, gross.
    #[serde(default)]
    pub points_discount: Given,
    /// Gross money given back so far; the sum of the parts if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Given>,
}

impl Order {
    /// When the order was as told: the newest decides.
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at.unwrap_or(self.placed_at)
    }

    /// Whether the order was called off.
    pub fn is_cancelled(&self) -> bool {
        self.status == CANCELLED
    }

    /// Its goods, as a quote and an award look at them.
    pub fn basket(&self) -> Basket<'_> {
        Basket {
            currency: &self.currency,
            prices_include_tax: self.prices_include_tax,
            lines: &self.lines,
            shipping: self.shipping.as_ref(),
        }
    }

    /// What the order amounts to; fails if any of its numbers, given or computed, does not fit.
    pub fn measure(&self) -> Result<Measured, OutOfRange> {
        let measured = self.basket().measure()?;
        Wide::of(self.points_discount.0).fit()?;
        self.refunded_total(&measured).fit()?;
        Ok(measured)
    }

    /// Money given back so far: as told, or the sum of what the parts name.
    pub fn refunded_total(&self, measured: &Measured) -> Wide {
        self.refunded.map_or_else(|| measured.refunded_in_parts(), |n| Wide::of(n.0))
    }

    /// What the shopper paid in money at most: the order value less what points paid.
    pub fn paid(&self, measured: &Measured) -> Wide {
        Wide::of(measured.value) - Wide::of(self.points_discount.0)
    }

    /// Whether nothing is left of the order: all its money, or every unit, went back.
    ///
    /// `rules.md` says `refunded ≥ order value − points_discount`; for an order that points paid in full
    /// that is 0 ≥ 0 from the start and would hand its points back for nothing. So something has to have
    /// been refunded.
    pub fn is_wholly_refunded(&self, measured: &Measured) -> bool {
        let any_unit = self.lines.iter().any(|line| line.quantity > Given(0));
        let every_unit = any_unit && self.lines.iter().all(|line| line.returned >= line.quantity);
        let refunded = self.refunded_total(measured);
        every_unit || (refunded > Wide::ZERO && refunded >= self.paid(measured))
    }

    /// What this order adds to the money its shopper has spent (`rules.md`, *Money spent*), once awarded.
    pub fn spend(&self, measured: &Measured) -> Result<i64, OutOfRange> {
        if self.is_cancelled() {
            return Ok(0);
        }
        (self.paid(measured) - self.refunded_total(measured)).fit()
    }
}

impl Cart {
    /// Its goods, as a quote looks at them.
    pub fn basket(&self) -> Basket<'_> {
        Basket {
            currency: &self.currency,
            prices_include_tax: self.prices_include_tax,
            lines: &self.lines,
            shipping: self.shipping.as_ref(),
        }
    }
}

/// The goods of an order or a cart.
#[derive(Debug, Clone, Copy)]
pub struct Basket<'a> {
    /// ISO 4217 code.
    pub currency: &'a str,
    /// Whether prices are with tax.
    pub prices_include_tax: bool,
    /// Goods.
    pub lines: &'a [Line],
    /// Delivery.
    pub shipping: Option<&'a Shipping>,
}

/// A line's or the delivery's money, all of it within range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// With tax, minor units.
    pub gross: i64,
    /// Without tax, minor units.
    pub net: i64,
    /// Tax rate.
    pub tax_bps: i64,
    /// Gross given back so far, at most `gross`.
    pub refunded: i64,
}

/// What a basket amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// One for each line, in the order given.
    pub lines: Vec<Part>,
    /// The delivery.
    pub shipping: Option<Part>,
    /// Σ gross of lines.
    pub items: i64,
    /// *Order value*: items and the gross of shipping.
    pub value: i64,
}

impl Measured {
    /// Lines first, shipping last.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.lines.iter().chain(self.shipping.as_ref())
    }

    /// What the parts themselves say was given back.
    pub fn refunded_in_parts(&self) -> Wide {
        self.parts().map(|part| Wide::of(part.refunded)).sum()
    }
}

impl Basket<'_> {
    /// The money of each part and of all; fails if any number, given or computed, does not fit.
    pub fn measure(&self) -> Result<Measured, OutOfRange> {
        let lines = self
            .lines
            .iter()
            .map(|line| {
                let list = Wide::of(fit(line.quantity)?) * Wide::of(fit(line.unit_price)?);
                fit(line.returned)?;
                self.part(list, line.discount, line.tax_bps, line.refunded)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let shipping = self
            .shipping
            .map(|s| self.part(Wide::of(fit(s.price)?), s.discount, s.tax_bps, s.refunded))
            .transpose()?;
        let items = lines.iter().map(|part| Wide::of(part.gross)).sum::<Wide>();
        let value = items + shipping.map_or(Wide::ZERO, |part| Wide::of(part.gross));
        Ok(Measured { lines, shipping, items: items.fit()?, value: value.fit()? })
    }

    /// Amount = list price − discount, never below 0; then gross and net, by what the prices are.
    fn part(&self, list: Wide, discount: Given, tax_bps: Given, refunded: Given) -> Result<Part, OutOfRange> {
        let amount = (list - Wide::of(fit(discount)?)).at_least_zero();
        amount.fit()?;
        let tax = Wide::of(fit(tax_bps)?);
        let whole = Wide::of(WHOLE_BPS);
        let (gross, net) = if self.prices_include_tax {
            (amount, amount - (amount * tax).div_half_up(whole + tax))
        } else {
            (amount + (amount * tax).div_half_up(whole), amount)
        };
        let gross = gross.fit()?;
        // A part cannot give back more than it cost; what a shop rounds up beyond that is not believed.
        let refunded = fit(refunded)?.clamp(0, gross.max(0));
        Ok(Part { gross, net: net.fit()?, tax_bps: tax_bps.0, refunded })
    }
}

fn fit(n: Given) -> Result<i64, OutOfRange> {
    Wide::of(n.0).fit()
}
