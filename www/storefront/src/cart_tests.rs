use super::{Cart, Delivery};
use crate::catalog::{GIFT_WRAP, PRODUCTS};
use crate::held::{HeldRedemption, HeldReward};

fn cart() -> Cart {
    let mut cart = Cart::default();
    cart.add(&PRODUCTS[0], 2);
    cart.add(&PRODUCTS[6], 1);
    cart
}

fn held(discount: i64) -> HeldRedemption {
    let (id, code) = ("rd_1".to_owned(), "LUT-1".to_owned());
    HeldRedemption { id, code, points: 20, discount, tax: 0, expires_at: None, reward: None }
}

fn with_reward(points_discount: i64, reward_discount: i64, line: Option<&str>) -> HeldRedemption {
    let (id, card) = ("rw_1".to_owned(), "coffee-card".to_owned());
    let reward = HeldReward { id, card, discount: reward_discount, line: line.map(str::to_owned) };
    HeldRedemption { points: points_discount / 100, reward: Some(reward), ..held(points_discount) }
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
    assert_eq!((cart.units(), cart.points_discount(), cart.total()), (1, 6_200, 0));
}

#[test]
fn a_reward_comes_off_beside_points() {
    let mut cart = cart();
    cart.redemption = Some(with_reward(2_000, 6_200, Some("coffee-guji")));
    assert_eq!((cart.reward_discount(), cart.points_discount(), cart.total()), (6_200, 2_000, 9_500));
    cart.redemption = Some(with_reward(0, 750, None));
    assert_eq!((cart.reward_discount(), cart.points_discount(), cart.total()), (750, 0, 16_950));
    // The points are worth more than the reward leaves.
    cart.redemption = Some(with_reward(99_900, 750, None));
    assert_eq!((cart.points_discount(), cart.total()), (16_950, 0));
}

#[test]
fn a_reward_leaves_with_what_it_is_for() {
    let mut cart = cart();
    cart.set_extra(&PRODUCTS[6], true);
    cart.redemption = Some(with_reward(0, 6_200, Some("coffee-guji")));
    assert_eq!(cart.take_unplaced(), None);
    // Only the coffee is free: its wrapping is not.
    assert_eq!(cart.total(), 10_000 + 800 + 1_500);
    cart.set("coffee-guji", 0);
    let gone = cart.take_unplaced().expect("no coffee, no reward");
    assert_eq!((gone.id.as_str(), cart.redemption.is_none(), cart.total()), ("rd_1", true, 11_500));
    cart.redemption = Some(with_reward(500, 750, None));
    assert_eq!(cart.take_unplaced(), None);
    cart.delivery = Delivery::PickUp;
    assert!(cart.take_unplaced().is_some());
    // Points alone have their place in every cart.
    cart.redemption = Some(held(500));
    assert_eq!(cart.take_unplaced(), None);
}

#[test]
fn an_extra_is_a_line_of_its_own() {
    let mut cart = cart();
    cart.set_extra(&PRODUCTS[0], true);
    assert_eq!(cart.items(), 16_200 + 2 * GIFT_WRAP.price);
    let told = cart.to_fidela();
    assert_eq!(told["lines"].as_array().map(Vec::len), Some(3));
    let extra = &told["lines"][1];
    assert_eq!((&extra["id"], &extra["product_id"]), (&"mug-lut-gift-wrap".into(), &"gift-wrap".into()));
    assert_eq!((&extra["extra_of"], &extra["quantity"]), (&"mug-lut".into(), &2.into()));
    assert!(told["lines"][0].get("extra_of").is_none());
    // What has no extra gets none.
    cart.add(&PRODUCTS[2], 1);
    cart.set_extra(&PRODUCTS[2], true);
    assert_eq!(cart.to_fidela()["lines"].as_array().map(Vec::len), Some(4));
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
    let points = other.fingerprint();
    assert_ne!(one.fingerprint(), points);
    other.redemption = Some(with_reward(2_000, 750, None));
    assert_ne!(other.fingerprint(), points);
}

#[test]
fn speaks_fidelas_shape() {
    let told = cart().to_fidela();
    assert_eq!(told["lines"][1]["tax_bps"], 900);
    assert_eq!(told["lines"][0]["category_ids"][0], "ceramics");
    assert_eq!(told["shipping"]["price"], 1_500);
}
