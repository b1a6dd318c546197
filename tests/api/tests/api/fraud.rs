//! What people try with invitations, each stopped before points are paid; and that honest families are paid.

use fidela_api_tests::{Store, With, order};
use serde_json::{Value, json};

use crate::referrals::{
    code_of, delivered, invitations, inviting, listed, points, register, settle, tell, with_ana,
};

/// After a year of everything that could be paid.
async fn a_year_later(store: &Store) {
    store.advance("2027-03-10T09:00:00Z").await;
}

/// A friend who registers with Ana's code under an address, and orders: Ana's points, and the reason.
async fn after(email: &str) -> (i64, Value) {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    store
        .put_customer("ana", json!({ "email": "ana.pop@gmail.com", "updated_at": "2026-03-10T09:00:00Z" }))
        .await;
    register(&store, "ana-2", &code, email).await;
    tell(&store, &delivered(&store, "1", "ana-2", 10_000)).await;
    a_year_later(&store).await;
    (points(&store, "ana").await, listed(&store, "").await[0][3].clone())
}

// S3.13
#[tokio::test]
async fn nobody_invites_themselves() {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    register(&store, "ana", &code, "ana@example.com").await;
    assert_eq!(listed(&store, "").await, [json!(["ana", "ana", "refused", "self_referral"])]);
    for (trick, email) in [
        ("the same address", "ana.pop@gmail.com"),
        ("letter case", "Ana.Pop@GMail.com"),
        ("a tag", "ana.pop+friend@gmail.com"),
        ("dots", "a.n.a.p.o.p@googlemail.com"),
        ("letters that look the same", "\u{430}na.p\u{43e}p@gmail.com"),
        ("a domain that looks the same", "ana.pop@gm\u{430}il.com"),
    ] {
        assert_eq!(after(email).await, (0, json!("self_referral")), "{trick}");
    }
    assert_eq!(after("ana.popa@gmail.com").await, (100, Value::Null), "another address");
}

// S3.13
#[tokio::test]
async fn an_old_customer_is_no_new_friend() {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    // An account that was there; one that says when it was made; one whose owner has ordered as a guest.
    store.set_time("2026-03-01T09:00:00Z");
    store.put_customer("old", json!({ "email": "old@example.com" })).await;
    let guest =
        delivered(&store, "g-1", "x", 10_000).with("customer", json!({ "email": "guest@example.com" }));
    store.tell(&guest).await;
    store.set_time("2026-03-10T09:00:00Z");
    register(&store, "old", &code, "old@example.com").await;
    store
        .put_customer("older", json!({ "referral_code": code, "registered_at": "2020-01-01T00:00:00Z" }))
        .await;
    let claims =
        store.claims("guest").with("referral_code", code.as_str()).with("email", "guest@example.com");
    let token = store.sign(&claims.with("email_verified", true));
    store.with_token(&token, "GET", "/v1/me").send().await.ok(200);
    // A second account, under an address that is a customer's.
    register(&store, "second", &code, "OLD+2@example.com").await;
    for friend in ["old", "older", "guest", "second"] {
        tell(&store, &delivered(&store, &format!("o-{friend}"), friend, 10_000)).await;
    }
    a_year_later(&store).await;
    let list = listed(&store, "").await;
    assert_eq!(list.len(), 4, "{list:?}");
    assert!(list.iter().all(|one| one[3] == "already_customer"), "{list:?}");
    assert_eq!(points(&store, "ana").await, 0);
}

// S3.13
#[tokio::test]
async fn the_first_inviter_keeps_the_friend_and_rings_pay_nobody() {
    let (store, anas) = with_ana(inviting(&json!({}))).await;
    register(&store, "bob", &anas, "bob@example.com").await;
    let bobs = code_of(&store, "bob").await;
    store.put_customer("eve", json!({ "email": "eve@example.com" })).await;
    let eves = code_of(&store, "eve").await;
    register(&store, "bob", &eves, "bob@example.com").await;
    tell(&store, &delivered(&store, "1", "bob", 10_000)).await;
    // Round in a ring: Bob invites Ana, and Carl, who invites Ana.
    register(&store, "ana", &bobs, "ana@example.com").await;
    register(&store, "carl", &bobs, "carl@example.com").await;
    register(&store, "ana", &code_of(&store, "carl").await, "ana@example.com").await;
    tell(&store, &delivered(&store, "2", "ana", 10_000)).await;
    let earned = points(&store, "ana").await;
    a_year_later(&store).await;
    assert_eq!(points(&store, "ana").await, earned + 100, "for Bob alone");
    assert_eq!((points(&store, "eve").await, points(&store, "carl").await), (0, 0));
    assert_eq!(listed(&store, "?inviter=eve").await, [json!(["eve", "bob", "refused", "already_referred"])]);
    let of_bob = listed(&store, "?inviter=bob&state=refused").await;
    assert!(of_bob.iter().all(|one| one[1] == "ana"), "{of_bob:?}");
    // A letter that was sent before the link was followed was first.
    let friends = json!({ "friends": [{ "first_name": "Dora", "email": "dora@example.com" }] });
    store.shopper("eve", "POST", "/v1/me/invitations").json(&friends).send().await.ok(200);
    settle(&store).await;
    store.set_time("2027-03-12T09:00:00Z");
    register(&store, "dora", &anas, "dora@example.com").await;
    assert_eq!(invitations(&store, "eve").await["items"][0]["state"], "registered");
    assert_eq!(listed(&store, "?inviter=ana&state=refused").await[0][3], "already_referred");
}

// S3.13
#[tokio::test]
async fn no_more_in_a_month_than_the_program_says() {
    let (store, code) = with_ana(inviting(&json!({ "max_per_month": 2, "review_days": 0 }))).await;
    for n in 0..4 {
        let friend = format!("friend-{n}");
        register(&store, &friend, &code, &format!("{friend}@example.com")).await;
        tell(&store, &delivered(&store, &format!("o-{n}"), &friend, 10_000)).await;
    }
    assert_eq!(points(&store, "ana").await, 200);
    let refused = listed(&store, "?state=refused").await;
    assert!(refused.len() == 2 && refused.iter().all(|one| one[3] == "limit_reached"), "{refused:?}");
    // The friends did what they were asked to: theirs they have.
    assert_eq!(points(&store, "friend-3").await, points(&store, "friend-0").await);
    store.advance("2026-04-02T09:00:00Z").await;
    register(&store, "april", &code, "april@example.com").await;
    tell(&store, &delivered(&store, "o-april", "april", 10_000)).await;
    assert_eq!(points(&store, "ana").await, 300);
}

// S3.13
#[tokio::test]
async fn codes_that_were_not_made_here_and_visits_that_are_over_are_nobodys() {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    let (other, others) = with_ana(inviting(&json!({}))).await;
    drop(other);
    let guess = format!("{}{}", &code[..code.len() - 4], "0000");
    for (n, told) in [
        guess.as_str(),
        others.as_str(),
        "",
        "x",
        "ana",
        &code.to_uppercase(),
        &format!("{code}-20522-90-aaaaaaaa"),
        &format!("{code}-20522-90"),
        &format!("{code}-"),
        &"9".repeat(200),
    ]
    .into_iter()
    .enumerate()
    {
        let friend = format!("friend-{n}");
        let claims = store.claims(&friend).with("referral_code", told);
        let answer = store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await;
        assert!(answer.status == 200 || told.is_empty(), "{told}: {}", answer.text());
        tell(&store, &delivered(&store, &format!("o-{n}"), &friend, 10_000)).await;
    }
    a_year_later(&store).await;
    assert_eq!(listed(&store, "").await, Vec::<Value>::new());
    assert_eq!(points(&store, "ana").await, 0);
}

/// Twenty pairs who share an address each with everybody else: they are looked at for a week, and paid.
// S3.13
#[tokio::test]
async fn families_behind_one_address_are_all_paid() {
    let store = Store::open(inviting(&json!({ "review_days": 0 }))).await;
    let at_home = |ask: fidela_api_tests::Ask| ask.header("cf-connecting-ip", "203.0.113.7");
    for pair in 0..20 {
        let (inviter, friend) = (format!("inviter-{pair}"), format!("friend-{pair}"));
        store.put_customer(&inviter, json!({ "email": format!("{inviter}@example.com") })).await;
        let mine = at_home(store.shopper(&inviter, "GET", "/v1/me/invitations")).send().await.ok(200);
        let code = mine["code"].as_str().expect("a code");
        let claims =
            store.claims(&friend).with("referral_code", code).with("email", format!("{friend}@example.com"));
        at_home(store.with_token(&store.sign(&claims), "GET", "/v1/me")).send().await.ok(200);
        settle(&store).await;
        store.tell(&order(&format!("o-{pair}"), &friend, 10_000).with("status", "delivered")).await;
    }
    settle(&store).await;
    let page = store.merchant("GET", "/v1/referrals?signals=true&limit=200").send().await.ok(200);
    let items = page["items"].as_array().expect("items");
    assert_eq!(items.len(), 20, "all of them are to be looked at");
    assert!(items.iter().all(|item| item["signals"] == json!(["same_network"])), "{}", items[0]);
    assert!(items.iter().all(|item| item["review_until"] == "2026-03-17"), "{}", items[0]);
    assert!(!page.to_string().contains("203.0"), "no address is kept");
    store.advance("2026-03-17T09:00:00Z").await;
    for pair in 0..20 {
        assert_eq!(points(&store, &format!("inviter-{pair}")).await, 100, "pair {pair}");
    }
}

// S3.13
#[tokio::test]
async fn many_friends_at_once_are_looked_at_first() {
    let (store, code) = with_ana(inviting(&json!({ "review_days": 0 }))).await;
    for n in 0..7 {
        let claims = store
            .claims(&format!("friend-{n}"))
            .with("referral_code", code.as_str())
            .with("email", format!("friend-{n}@example.com"));
        let ask = store.with_token(&store.sign(&claims), "GET", "/v1/me");
        ask.header("cf-connecting-ip", format!("198.51.{n}.1")).send().await.ok(200);
        settle(&store).await;
    }
    let page = store.merchant("GET", "/v1/referrals?signals=true").send().await.ok(200);
    let signals: Vec<&Value> =
        page["items"].as_array().expect("items").iter().map(|i| &i["signals"]).collect();
    assert_eq!(signals, [&json!(["many_at_once"]), &json!(["many_at_once"])]);
}
