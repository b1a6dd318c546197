//! `/v1/team` and `/v1/identity_secrets`: who gets in.

use fidela_api_tests::console::{add, email, sign_in};
use fidela_api_tests::mail::{letters, welcomes};
use fidela_api_tests::server::OPERATOR_KEY;
use fidela_api_tests::{Server, Store, program, sign};
use serde_json::{Value, json};

fn path(member: &Value) -> String {
    format!("/v1/team/{}", member["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn people_are_let_in_changed_and_let_out() {
    let store = Store::open(program()).await;
    let team = async || store.merchant("GET", "/v1/team").send().await.ok(200)["items"].clone();
    assert_eq!(team().await, json!([]), "a store of old has nobody");
    let ana = add(&store, "ana", "Ana", "owner").await;
    store.set_time("2026-03-10T09:00:05Z");
    let dan = add(&store, "Dan@shop.example", "Dan", "staff").await;
    assert_eq!(team().await, json!([ana, dan]));
    let again = json!({ "email": "DAN@shop.example", "name": "Other", "role": "owner" });
    store.merchant("POST", "/v1/team").json(&again).send().await.refused("already_in_team");
    let told = json!({ "name": "Dan Pop", "role": "owner" });
    let put = store.merchant("PUT", &path(&dan)).json(&told).send().await.ok(200);
    assert_eq!(
        (&put["name"], &put["role"], &put["email"]),
        (&json!("Dan Pop"), &json!("owner"), &json!("Dan@shop.example"))
    );
    for _ in 0..2 {
        store.merchant("DELETE", &path(&dan)).send().await.ok(204);
    }
    assert_eq!(team().await, json!([ana]));
    store.merchant("PUT", &path(&dan)).json(&told).send().await.refused("not_found");
    // Their address is free again, and they are somebody else now.
    let back = add(&store, "dan@shop.example", "Dan", "staff").await;
    assert_ne!(back["id"], dan["id"]);
    store.merchant("DELETE", "/v1/team/mb_0000000000000000").send().await.refused("not_found");
    for (field, value) in [("email", "nobody"), ("email", "a b@c.example"), ("name", " "), ("role", "king")] {
        let mut asked = json!({ "email": "eva@shop.example", "name": "Eva", "role": "staff" });
        asked[field] = json!(value);
        store.merchant("POST", "/v1/team").json(&asked).send().await.refused("invalid_body");
    }
}

#[tokio::test]
async fn a_store_keeps_an_owner() {
    let store = Store::open(program()).await;
    let ana = add(&store, "ana", "Ana", "owner").await;
    let dan = add(&store, "dan@shop.example", "Dan", "staff").await;
    let staff = json!({ "name": "Ana", "role": "staff" });
    store.merchant("DELETE", &path(&ana)).send().await.refused("last_owner");
    store.merchant("PUT", &path(&ana)).json(&staff).send().await.refused("last_owner");
    store
        .merchant("PUT", &path(&ana))
        .json(&json!({ "name": "Ana-Maria", "role": "owner" }))
        .send()
        .await
        .ok(200);
    store.merchant("PUT", &path(&dan)).json(&json!({ "name": "Dan", "role": "owner" })).send().await.ok(200);
    store.merchant("PUT", &path(&ana)).json(&staff).send().await.ok(200);
    store.merchant("DELETE", &path(&dan)).send().await.refused("last_owner");
    store.merchant("DELETE", &path(&ana)).send().await.ok(204);
}

#[tokio::test]
async fn whoever_is_let_out_is_out_at_once_and_a_role_counts_at_once() {
    let store = Store::open(program()).await;
    add(&store, "ana", "Ana", "owner").await;
    let dan = add(&store, "dan", "Dan", "owner").await;
    let session = sign_in(&store, "dan").await;
    session.ask(&store, "GET", "/v1/keys").send().await.ok(200);
    store.merchant("PUT", &path(&dan)).json(&json!({ "name": "Dan", "role": "staff" })).send().await.ok(200);
    session.ask(&store, "GET", "/v1/keys").send().await.refused("scope_missing");
    let told = session.ask(&store, "GET", "/v1/session").send().await.ok(200);
    assert_eq!(told["member"]["role"], "staff");
    store.merchant("DELETE", &path(&dan)).send().await.ok(204);
    session.ask(&store, "GET", "/v1/session").send().await.refused("unauthorized");
    session.ask(&store, "GET", "/v1/customers").send().await.refused("unauthorized");
    // And no link leads back in.
    let before = letters(&store).len();
    let asked = json!({ "email": email(&store, "dan") });
    store.anyone("POST", "/v1/sign_in").json(&asked).send().await.ok(202);
    let asked = json!({ "email": email(&store, "ana") });
    store.anyone("POST", "/v1/sign_in").json(&asked).send().await.ok(202);
    let letters = fidela_api_tests::mail::arrived(&store, before + 1).await;
    let to = |who: &str| letters.iter().filter(|letter| letter.to.1 == email(&store, who)).count();
    assert_eq!((to("dan"), to("ana")), (1, 1), "the one before, and hers");
}

#[tokio::test]
async fn whoever_is_let_in_hears_of_it_once() {
    let store = Store::open(program()).await;
    let asked = json!({ "email": email(&store, "ana"), "name": "Ana Pop", "role": "owner" });
    let key = store.new_key();
    for time in ["2026-03-10T09:00:00Z", "2026-03-10T09:01:00Z"] {
        // Letters of one moment would be one file.
        store.set_time(time);
        store.merchant("POST", "/v1/team").key(&key).json(&asked).send().await.ok(201);
    }
    store.merchant("POST", "/v1/team").json(&asked).send().await.refused("already_in_team");
    // Ana, whom a key let in, lets in Dan.
    let session = sign_in(&store, "ana").await;
    let asked = json!({ "email": email(&store, "dan"), "name": "Dan", "role": "staff" });
    session.ask(&store, "POST", "/v1/team").json(&asked).send().await.ok(201);
    let arrived = async |count: usize| {
        for _ in 0..500 {
            if welcomes(&store).len() >= count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        welcomes(&store)
    };
    let letters = arrived(2).await;
    let of = |who: &str| letters.iter().find(|letter| letter.to.1 == email(&store, who)).expect("a letter");
    assert_eq!(letters.len(), 2, "{letters:#?}");
    assert_eq!(of("ana").to.0, "Ana Pop");
    assert_eq!(of("ana").subject, "You are in the team of Test shop");
    assert!(of("ana").text.contains("because Test shop added this address"), "{}", of("ana").text);
    assert!(of("dan").text.contains("because Ana Pop added this address"), "{}", of("dan").text);
    let link = format!("{}/console/sign-in", store.server.url());
    assert!(of("dan").text.contains(&link) && !of("dan").raw.contains("token="), "{}", of("dan").text);
    // Who left and comes again is greeted again.
    let team = store.merchant("GET", "/v1/team").send().await.ok(200);
    let dan = team["items"].as_array().expect("items").iter().find(|one| one["name"] == "Dan").expect("Dan");
    store.merchant("DELETE", &path(dan)).send().await.ok(204);
    store.merchant("POST", "/v1/team").json(&asked).send().await.ok(201);
    assert_eq!(arrived(3).await.len(), 3);
}

#[tokio::test]
async fn a_new_store_has_its_owner() {
    let server = Server::shared();
    let boss = format!("boss-{}@shop.example", server.next_store());
    let owner = json!({ "email": boss, "name": "Boss" });
    let store = Store::on(server, json!({ "shards": 1, "program": program(), "owner": owner })).await;
    let team = store.merchant("GET", "/v1/team").send().await.ok(200);
    assert_eq!(team["items"][0]["role"], "owner");
    let session = sign_in(&store, &boss).await.session;
    assert_eq!(session["member"]["name"], "Boss");
    for owner in [
        json!({ "email": "x", "name": "Boss" }),
        json!({ "email": "x@y.example", "name": "" }),
        json!("x@y.example"),
    ] {
        let body = json!({ "name": "Shop", "shards": 1, "program": program(), "owner": owner });
        let ask = store.anyone("POST", "/v1/stores").bearer(OPERATOR_KEY).key(format!("{}-bad", store.id));
        ask.json(&body).send().await.refused("invalid_body");
    }
}

#[tokio::test]
async fn a_team_has_so_many_people() {
    let store = Store::open(program()).await;
    for n in 0..100 {
        add(&store, &format!("p{n}@shop.example"), "Somebody", "staff").await;
    }
    let asked = json!({ "email": "more@shop.example", "name": "More", "role": "staff" });
    let refused = store.merchant("POST", "/v1/team").json(&asked).send().await.refused("too_many_members");
    assert_eq!(refused["limit"], 100);
}

/// Whoever may let people in lets in nobody who may more than they.
#[tokio::test]
async fn nobody_makes_somebody_mightier_than_themselves() {
    let store = Store::open(program()).await;
    let ana = add(&store, "ana", "Ana", "owner").await;
    let asked = json!({ "name": "Doors", "scopes": ["orders", "customers", "program", "settings", "keys"] });
    let key = store.merchant("POST", "/v1/keys").json(&asked).send().await.ok(201);
    let key = key["secret_key"].as_str().expect("shown once").to_owned();
    let ask = |method: &str, path: &str, body: Value| {
        store.anyone(method, path).bearer(&key).key(store.new_key()).json(&body)
    };
    let owner = json!({ "email": "eva@shop.example", "name": "Eva", "role": "owner" });
    assert_eq!(ask("POST", "/v1/team", owner).send().await.refused("scope_missing")["needs"], "erase");
    let staff = json!({ "email": "eva@shop.example", "name": "Eva", "role": "staff" });
    let eva = ask("POST", "/v1/team", staff).send().await.ok(201);
    ask("PUT", &path(&eva), json!({ "name": "Eva", "role": "owner" })).send().await.refused("scope_missing");
    ask("PUT", &path(&ana), json!({ "name": "Ana", "role": "owner" })).send().await.refused("scope_missing");
}

#[tokio::test]
async fn secrets_for_tokens_are_replaced_one_after_the_other() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 5).await;
    let me = async |secret: &str| {
        store.with_token(&sign::jwt(secret, &store.claims("c-7")), "GET", "/v1/me").send().await
    };
    let list = async || store.merchant("GET", "/v1/identity_secrets").send().await.ok(200)["items"].clone();
    let first = list().await[0].clone();
    assert!(store.identity_secret.ends_with(first["ends_with"].as_str().expect("its end")));
    let one = format!("/v1/identity_secrets/{}", first["id"].as_str().expect("an id"));
    store.merchant("DELETE", &one).send().await.refused("last_secret");
    let ask = store.merchant("POST", "/v1/identity_secrets").key("rotate");
    let made = ask.send().await.ok(201);
    let second = made["identity_secret"].as_str().expect("shown once").to_owned();
    assert_eq!(made["created_at"], "2026-03-10T09:00:00Z");
    assert_eq!(ask.send().await.ok(201)["identity_secret"], Value::Null, "once");
    store.merchant("POST", "/v1/identity_secrets").send().await.refused("too_many_secrets");
    let text = store.merchant("GET", "/v1/identity_secrets").send().await.text();
    assert!(!text.contains(&second) && !text.contains(&store.identity_secret), "{text}");
    // Both are good until the old one is removed.
    me(&store.identity_secret).await.ok(200);
    me(&second).await.ok(200);
    for _ in 0..2 {
        store.merchant("DELETE", &one).send().await.ok(204);
    }
    me(&store.identity_secret).await.refused("token_invalid");
    me(&second).await.ok(200);
    assert_eq!(list().await[0]["id"], made["id"]);
    store.merchant("DELETE", "/v1/identity_secrets/is_0000000000000000").send().await.refused("not_found");
}
