use super::{Buyer, Order, Payment, Status};
use crate::cart::Cart;
use crate::catalog::PRODUCTS;
use crate::held::{HeldRedemption, HeldReward};

fn buyer(shopper: Option<&str>) -> Buyer {
    Buyer {
        session: "s".to_owned(),
        shopper: shopper.map(str::to_owned),
        name: "Ana".to_owned(),
        email: "ana@example.com".to_owned(),
        payment: Payment::Card,
    }
}

fn held(points: i64, reward: Option<(i64, Option<&str>)>) -> HeldRedemption {
    let reward = reward.map(|(discount, line)| HeldReward {
        id: "rw_1".to_owned(),
        card: "coffee-card".to_owned(),
        discount,
        line: line.map(str::to_owned),
    });
    let (id, code) = ("rd_1".to_owned(), "LUT-1".to_owned());
    HeldRedemption { id, code, points, discount: points * 100, tax: 0, expires_at: None, reward }
}

/// Two mugs (50.00 each), one coffee (62.00), courier (15.00); 20.00 paid with points.
fn order(shopper: Option<&str>) -> Order {
    let mut cart = Cart::default();
    cart.add(&PRODUCTS[0], 2);
    cart.add(&PRODUCTS[6], 1);
    Order::place("LM-1".to_owned(), &cart, buyer(shopper), Some(held(20, None)))
}

/// Two coffees (62.00 each) with their wrapping (8.00 each), courier (15.00), and a reward.
fn order_with(points: i64, reward: (i64, Option<&str>)) -> Order {
    let mut cart = Cart::default();
    cart.add(&PRODUCTS[6], 2);
    cart.set_extra(&PRODUCTS[6], true);
    Order::place("LM-2".to_owned(), &cart, buyer(Some("ana")), Some(held(points, Some(reward))))
}

#[test]
fn snapshot_is_whole() {
    let told = order(Some("ana")).snapshot();
    assert_eq!(told["customer"], serde_json::json!({ "id": "ana", "email": "ana@example.com" }));
    assert_eq!(told["status"], "placed");
    assert_eq!(told["payment_method"], "card");
    assert_eq!(told["lines"][0]["quantity"], 2);
    assert_eq!(told["shipping"]["price"], 1_500);
    assert_eq!(told["redemption_id"], "rd_1");
    assert_eq!(told["points_discount"], 2_000);
    assert_eq!(told["placed_at"], told["updated_at"]);
}

#[test]
fn guests_have_no_id() {
    let told = order(None).snapshot();
    assert_eq!(told["customer"], serde_json::json!({ "email": "ana@example.com" }));
}

#[test]
fn moves_forwards_only_and_later_each_time() {
    let mut order = order(None);
    let placed = order.updated_ms;
    order.become_status(Status::Paid).expect("placed to paid");
    let paid = order.updated_ms;
    order.become_status(Status::Delivered).expect("paid to delivered");
    assert!(placed < paid && paid < order.updated_ms);
    assert!(order.become_status(Status::Paid).is_err());
    order.become_status(Status::Cancelled).expect("anything to cancelled");
    assert!(order.become_status(Status::Cancelled).is_err());
    assert!(order.return_one("mug-lut").is_err());
}

#[test]
fn what_points_paid_is_not_given_back_in_money() {
    let mut order = order(None);
    assert_eq!(order.paid(), 15_700);
    order.return_one("mug-lut").expect("first mug");
    // 20.00 over 100.00 and 62.00: 12.35 fall on the mugs, so (100.00 − 12.35) / 2 on one.
    assert_eq!((order.lines[0].returned, order.lines[0].refunded), (1, 4_382));
    order.return_one("mug-lut").expect("second mug");
    assert_eq!(order.lines[0].refunded, 8_765);
    assert!(order.return_one("mug-lut").is_err());
    order.return_one("coffee-guji").expect("the coffee");
    assert_eq!(order.refunded(), 16_200 - 2_000);
    order.refund_delivery().expect("the delivery");
    assert_eq!(order.refunded(), order.paid());
    assert!(order.refund_amount(1).is_err());
}

#[test]
fn never_gives_back_more_than_was_paid() {
    let mut order = order(None);
    assert!(order.refund_amount(15_701).is_err());
    order.refund_amount(15_000).expect("most of it");
    order.return_one("mug-lut").expect("a mug");
    assert_eq!(order.snapshot()["refunded"], 15_700);
    assert_eq!(order.lines[0].refunded, 700);
}

#[test]
fn a_reward_is_the_discount_of_its_line() {
    let order = order_with(10, (6_200, Some("coffee-guji")));
    assert_eq!(order.reward_label().as_deref(), Some("Free Guji, Ethiopia"));
    assert_eq!((order.reward_discount(), order.paid()), (6_200, 15_500 - 6_200 - 1_000));
    let told = order.snapshot();
    assert_eq!((&told["redemption_id"], &told["points_discount"]), (&"rd_1".into(), &1_000.into()));
    assert_eq!(told["lines"][0]["discount"], 6_200);
    // The wrapping of the free coffee is paid for.
    assert_eq!(
        (&told["lines"][1]["extra_of"], &told["lines"][1]["discount"]),
        (&"coffee-guji".into(), &0.into())
    );
    assert_eq!(told["lines"][1]["id"], "coffee-guji-gift-wrap");
    assert_eq!(told["shipping"]["discount"], 0);
}

#[test]
fn a_reward_is_the_discount_of_the_delivery() {
    let mut order = order_with(0, (750, None));
    assert_eq!(order.reward_label().as_deref(), Some("Reward: delivery"));
    let told = order.snapshot();
    assert_eq!((&told["shipping"]["discount"], &told["points_discount"]), (&750.into(), &0.into()));
    assert_eq!(order.paid(), 14_000 + 750);
    order.refund_delivery().expect("what was paid for it");
    assert_eq!(order.delivery_refunded, 750);
    assert!(order.refund_delivery().is_err());
}

#[test]
fn what_a_reward_took_off_is_not_given_back_in_money() {
    let mut order = order_with(0, (6_200, Some("coffee-guji")));
    order.return_one("coffee-guji").expect("one coffee and its wrapping");
    // Two coffees for the price of one: half of it goes back, and the wrapping's own price.
    let came_back = order.lines.iter().map(|line| (line.returned, line.refunded)).collect::<Vec<_>>();
    assert_eq!(came_back, [(1, 3_100), (1, 800)]);
    order.return_one("coffee-guji").expect("the other");
    assert!(order.return_one("coffee-guji").is_err());
    assert!(order.return_one("gift-wrap").is_err());
    order.refund_delivery().expect("the delivery");
    assert_eq!((order.refunded(), order.refundable()), (order.paid(), 0));
}

#[test]
fn never_takes_off_more_than_a_part_costs() {
    let order = order_with(9_999, (99_999, Some("coffee-guji")));
    assert_eq!((order.lines[0].discount, order.paid()), (6_200, 0));
}

#[test]
fn an_order_from_before_there_were_rewards_is_still_read() {
    let mut old = serde_json::to_value(order(None)).expect("an order");
    for field in ["reward", "delivery_discount"] {
        old.as_object_mut().expect("an object").remove(field);
    }
    old["lines"][0].as_object_mut().expect("a line").retain(|key, _| key != "discount" && key != "extra_of");
    let read: Order = serde_json::from_value(old).expect("an old order");
    assert_eq!(read.paid(), 15_700);
}
