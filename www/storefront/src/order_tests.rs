use super::{Buyer, Order, Payment, Status};
use crate::cart::Cart;
use crate::catalog::PRODUCTS;

/// Two mugs (50.00 each), one coffee (62.00), courier (15.00); 20.00 paid with points.
fn order(shopper: Option<&str>) -> Order {
    let mut cart = Cart::default();
    cart.add(&PRODUCTS[0], 2);
    cart.add(&PRODUCTS[6], 1);
    let buyer = Buyer {
        session: "s".to_owned(),
        shopper: shopper.map(str::to_owned),
        name: "Ana".to_owned(),
        email: "ana@example.com".to_owned(),
        payment: Payment::Card,
    };
    Order::place("LM-1".to_owned(), &cart, buyer, Some("rd_1".to_owned()), 2_000)
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
