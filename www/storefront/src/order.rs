//! An order, what can happen to it, and the snapshot of it that Fidela is told.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cart::{CURRENCY, Cart, Delivery, extra_line_id};
use crate::clock;
use crate::held::{HeldRedemption, HeldReward};
use crate::money::{VAT_STANDARD_BPS, lei, share_out};

/// How many of Fidela's answers are kept with an order.
const ANSWERS_MAX: usize = 12;

/// Where an order is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Sent by the shopper.
    Placed,
    /// The money is here.
    Paid,
    /// The goods are there.
    Delivered,
    /// It will not happen.
    Cancelled,
}

impl Status {
    /// The word that Fidela is told.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word that shoppers read.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Placed => "Placed",
            Self::Paid => "Paid",
            Self::Delivered => "Delivered",
            Self::Cancelled => "Cancelled",
        }
    }
}

/// How the shopper pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payment {
    /// By card, at once.
    #[default]
    Card,
    /// By transfer, days later.
    BankTransfer,
    /// To the courier.
    CashOnDelivery,
}

impl Payment {
    /// Every way, in the order it is offered.
    pub(crate) const ALL: [Self; 3] = [Self::Card, Self::BankTransfer, Self::CashOnDelivery];

    /// The value of its form field, and the word that Fidela is told.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::BankTransfer => "bank_transfer",
            Self::CashOnDelivery => "cash_on_delivery",
        }
    }

    /// The name that shoppers read.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Card => "Card",
            Self::BankTransfer => "Bank transfer",
            Self::CashOnDelivery => "Cash on delivery",
        }
    }
}

/// Some units of one product, at the price of the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrderLine {
    /// The product's or the extra's id.
    pub(crate) product_id: String,
    /// The product that it is an extra of.
    #[serde(default)]
    pub(crate) extra_of: Option<String>,
    /// The name on that day.
    pub(crate) name: String,
    /// The product's categories on that day.
    pub(crate) category_ids: Vec<String>,
    /// Units bought.
    pub(crate) quantity: u32,
    /// Price of one with tax, in bani.
    pub(crate) unit_price: i64,
    /// Rate of tax in basis points.
    pub(crate) tax_bps: i64,
    /// What a reward took off, in bani.
    #[serde(default)]
    pub(crate) discount: i64,
    /// Units that came back.
    pub(crate) returned: u32,
    /// Money given back for them, in bani.
    pub(crate) refunded: i64,
}

impl OrderLine {
    /// The line's id: its product's, and for an extra both.
    pub(crate) fn id(&self) -> String {
        match &self.extra_of {
            Some(product_id) => extra_line_id(product_id, &self.product_id),
            None => self.product_id.clone(),
        }
    }

    /// The line's price with tax, in bani.
    pub(crate) fn price(&self) -> i64 {
        i64::from(self.quantity) * self.unit_price
    }

    /// The same without what a reward took off: what money and points have to pay.
    pub(crate) fn gross(&self) -> i64 {
        (self.price() - self.discount).max(0)
    }
}

/// What Fidela said to one snapshot of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The order's status in that snapshot.
    pub(crate) order_status: Status,
    /// The snapshot's `updated_at`.
    pub(crate) updated_ms: i64,
    /// The HTTP status.
    pub(crate) http_status: u16,
    /// The body, as it came.
    pub(crate) body: String,
}

/// Who places an order, and how they pay.
pub(crate) struct Buyer {
    /// The session it is placed from: how a guest finds it again.
    pub(crate) session: String,
    /// The shopper's id; guests have none.
    pub(crate) shopper: Option<String>,
    /// Name as given at checkout.
    pub(crate) name: String,
    /// E-mail as given at checkout.
    pub(crate) email: String,
    /// Way to pay.
    pub(crate) payment: Payment,
}

/// A placed order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Its id, in addresses and at Fidela.
    pub(crate) id: String,
    /// The session it was placed from.
    pub(crate) session: String,
    /// The shopper's id; guests have none.
    pub(crate) shopper: Option<String>,
    /// Name as given at checkout.
    pub(crate) name: String,
    /// E-mail as given at checkout.
    pub(crate) email: String,
    /// When it was placed.
    pub(crate) placed_ms: i64,
    /// When it last changed; every change has a later moment than the one before.
    pub(crate) updated_ms: i64,
    /// Where it is on its way.
    pub(crate) status: Status,
    /// Way to pay.
    pub(crate) payment: Payment,
    /// Way of delivery.
    pub(crate) delivery: Delivery,
    /// The goods.
    pub(crate) lines: Vec<OrderLine>,
    /// Money given back for the delivery, in bani.
    pub(crate) delivery_refunded: i64,
    /// Money given back beyond lines and delivery, in bani.
    pub(crate) refunded_apart: i64,
    /// The redemption whose discount the order carries.
    pub(crate) redemption_id: Option<String>,
    /// What points took off, in bani.
    pub(crate) points_discount: i64,
    /// The stamp card's reward that it was placed with. What it took off is in its line's or the delivery's
    /// discount.
    #[serde(default)]
    pub(crate) reward: Option<HeldReward>,
    /// What a reward took off the delivery, in bani.
    #[serde(default)]
    pub(crate) delivery_discount: i64,
    /// What the shopper wrote about it.
    #[serde(default)]
    pub(crate) review: Option<String>,
    /// What Fidela said, latest last.
    pub(crate) answers: Vec<Answer>,
}

impl Order {
    /// Turns a cart into an order with what was agreed for it.
    pub(crate) fn place(id: String, cart: &Cart, buyer: Buyer, agreed: Option<HeldRedemption>) -> Self {
        let mut lines = Vec::new();
        for (line, product) in cart.goods() {
            let of_product = OrderLine {
                product_id: product.id.to_owned(),
                extra_of: None,
                name: product.name.to_owned(),
                category_ids: product.categories.iter().map(ToString::to_string).collect(),
                quantity: line.quantity,
                unit_price: product.price,
                tax_bps: product.tax_bps,
                discount: 0,
                returned: 0,
                refunded: 0,
            };
            let of_extra = line.extra(product).map(|extra| OrderLine {
                product_id: extra.id.to_owned(),
                extra_of: Some(product.id.to_owned()),
                name: extra.name.to_owned(),
                category_ids: Vec::new(),
                unit_price: extra.price,
                tax_bps: extra.tax_bps,
                ..of_product.clone()
            });
            lines.push(of_product);
            lines.extend(of_extra);
        }
        let now = clock::now_ms();
        let mut order = Self {
            id,
            session: buyer.session,
            shopper: buyer.shopper,
            name: buyer.name,
            email: buyer.email,
            placed_ms: now,
            updated_ms: now,
            status: Status::Placed,
            payment: buyer.payment,
            delivery: cart.delivery,
            lines,
            delivery_refunded: 0,
            refunded_apart: 0,
            redemption_id: None,
            points_discount: 0,
            reward: None,
            delivery_discount: 0,
            review: None,
            answers: Vec::new(),
        };
        if let Some(agreed) = agreed {
            order.take_off(agreed);
        }
        order
    }

    /// The reward first, which makes one part cheaper; points pay of what is left.
    fn take_off(&mut self, agreed: HeldRedemption) {
        let delivery_price = self.delivery.price();
        if let Some(reward) = &agreed.reward {
            let part = match &reward.line {
                Some(id) => {
                    let line = self.lines.iter_mut().find(|line| line.id() == *id);
                    line.map(|line| (line.unit_price, &mut line.discount))
                }
                None => Some((delivery_price, &mut self.delivery_discount)),
            };
            if let Some((price, discount)) = part {
                *discount = reward.discount.clamp(0, price);
            }
        }
        self.points_discount = agreed.discount.clamp(0, self.value());
        self.redemption_id = Some(agreed.id);
        self.reward = agreed.reward;
    }

    /// Goods with tax and without what a reward took off, in bani.
    pub(crate) fn items(&self) -> i64 {
        self.lines.iter().map(OrderLine::gross).sum()
    }

    /// The delivery with tax and without what a reward took off, in bani.
    pub(crate) fn delivery_gross(&self) -> i64 {
        (self.delivery.price() - self.delivery_discount).max(0)
    }

    /// What the reward took off, in bani.
    pub(crate) fn reward_discount(&self) -> i64 {
        self.delivery_discount + self.lines.iter().map(|line| line.discount).sum::<i64>()
    }

    /// The reward as shoppers read it.
    pub(crate) fn reward_label(&self) -> Option<String> {
        let reward = self.reward.as_ref()?;
        let price = match &reward.line {
            Some(id) => self.lines.iter().find(|line| line.id() == *id).map_or(0, |line| line.unit_price),
            None => self.delivery.price(),
        };
        Some(reward.label(price))
    }

    /// Everything with tax, without what a reward took off, in bani.
    fn value(&self) -> i64 {
        self.items() + self.delivery_gross()
    }

    /// What the shopper paid or will pay, in bani.
    pub(crate) fn paid(&self) -> i64 {
        self.value() - self.points_discount
    }

    /// Money given back so far, in bani.
    pub(crate) fn refunded(&self) -> i64 {
        let lines: i64 = self.lines.iter().map(|line| line.refunded).sum();
        lines + self.delivery_refunded + self.refunded_apart
    }

    /// Money that can still be given back, in bani.
    pub(crate) fn refundable(&self) -> i64 {
        (self.paid() - self.refunded()).max(0)
    }

    /// Whether it may move to `next`: forwards, skipping steps if need be, and to cancelled from anywhere.
    pub(crate) fn may_become(&self, next: Status) -> bool {
        self.status != Status::Cancelled && self.status < next
    }

    /// Moves it on.
    pub(crate) fn become_status(&mut self, next: Status) -> Result<(), String> {
        if !self.may_become(next) {
            return Err(format!("An order that is {} cannot become {}.", self.status.id(), next.id()));
        }
        self.status = next;
        self.touch();
        Ok(())
    }

    /// Takes one unit of a product back, with its extra, and gives back the money that was paid for it. Of what
    /// points paid, Fidela gives back the points: the line's share of the points discount is not money.
    pub(crate) fn return_one(&mut self, product_id: &str) -> Result<(), String> {
        self.must_be_open()?;
        let product = self.lines.iter().find(|line| line.product_id == product_id && line.extra_of.is_none());
        let Some(product) = product else { return Err("This order has no such line.".to_owned()) };
        if product.returned >= product.quantity {
            return Err("Every unit of this line has come back already.".to_owned());
        }
        let gross: Vec<i64> = self.lines.iter().map(OrderLine::gross).collect();
        let shares = share_out(self.points_discount.min(self.items()), &gross);
        let mut refundable = self.refundable();
        for (line, share) in self.lines.iter_mut().zip(shares) {
            let comes_back = line.extra_of.as_deref().unwrap_or(&line.product_id) == product_id;
            if comes_back && line.returned < line.quantity {
                line.returned += 1;
                let due = (line.gross() - share) * i64::from(line.returned) / i64::from(line.quantity);
                let now = (due - line.refunded).clamp(0, refundable);
                line.refunded += now;
                refundable -= now;
            }
        }
        self.touch();
        Ok(())
    }

    /// Gives the price of the delivery back.
    pub(crate) fn refund_delivery(&mut self) -> Result<(), String> {
        self.must_be_open()?;
        let due = (self.delivery_gross() - self.delivery_refunded).min(self.refundable());
        if due <= 0 {
            return Err("There is nothing to give back for the delivery.".to_owned());
        }
        self.delivery_refunded += due;
        self.touch();
        Ok(())
    }

    /// Gives an amount back that belongs to no line.
    pub(crate) fn refund_amount(&mut self, amount: i64) -> Result<(), String> {
        self.must_be_open()?;
        if amount <= 0 || amount > self.refundable() {
            return Err(format!("Between 0.01 lei and {} can be given back.", lei(self.refundable())));
        }
        self.refunded_apart += amount;
        self.touch();
        Ok(())
    }

    /// Keeps what Fidela said, the latest few.
    pub(crate) fn keep_answer(&mut self, answer: Answer) {
        self.answers.push(answer);
        let surplus = self.answers.len().saturating_sub(ANSWERS_MAX);
        self.answers.drain(..surplus);
    }

    /// The order as it is now, whole, in Fidela's shape.
    pub(crate) fn snapshot(&self) -> Value {
        let customer = match &self.shopper {
            Some(id) => json!({ "id": id, "email": self.email }),
            None => json!({ "email": self.email }),
        };
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|line| {
                json!({
                    "id": line.id(), "product_id": line.product_id, "category_ids": line.category_ids,
                    "quantity": line.quantity, "unit_price": line.unit_price, "discount": line.discount,
                    "tax_bps": line.tax_bps, "refunded": line.refunded, "returned": line.returned,
                    "extra_of": line.extra_of,
                })
            })
            .collect();
        json!({
            "id": self.id, "customer": customer, "currency": CURRENCY,
            "placed_at": clock::rfc3339(self.placed_ms), "updated_at": clock::rfc3339(self.updated_ms),
            "status": self.status.id(), "channel": "online", "payment_method": self.payment.id(),
            "prices_include_tax": true, "lines": lines,
            "shipping": {
                "price": self.delivery.price(), "discount": self.delivery_discount, "tax_bps": VAT_STANDARD_BPS,
                "refunded": self.delivery_refunded,
            },
            "discount_codes": [], "redemption_id": self.redemption_id,
            "points_discount": self.points_discount, "refunded": self.refunded(),
        })
    }

    fn must_be_open(&self) -> Result<(), String> {
        let cancelled = self.status == Status::Cancelled;
        if cancelled { Err("The order is cancelled: nothing more can come back.".to_owned()) } else { Ok(()) }
    }

    /// Fidela takes the newest snapshot: two changes within a millisecond still have an order.
    fn touch(&mut self) {
        self.updated_ms = clock::now_ms().max(self.updated_ms + 1);
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
