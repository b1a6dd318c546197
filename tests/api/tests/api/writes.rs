//! Every route that writes, from the router's own table: told again, told differently, told by others, told
//! wrongly. A route that writes and has no case here fails, and what is refused changes nothing.

mod bodies;
mod scene;

use fidela_api_tests::{Answer, Ask, Store, With, sign};
use fidela_protocol::routes::{Caller, Id, ROUTES, Repeat};
use serde_json::{Value, json};

use scene::{Case, ask, case, has_case, refused, scene, writing};

/// The request of each case is a good one, and has the status that the table says.
#[tokio::test]
async fn every_route_that_writes_has_a_good_request_here() {
    for route in writing() {
        let scene = scene().await;
        let case = has_case(route, &scene);
        assert_eq!(route.request.is_some(), case.body.is_some(), "{}", route.name);
        ask(&scene, route, &case).send().await.ok(route.status);
    }
    let scene = scene().await;
    for route in ROUTES.iter().filter(|route| route.repeat == Repeat::Read) {
        assert!(case(route.id, &scene).is_none(), "{} only reads", route.name);
    }
}

#[tokio::test]
async fn the_same_again_answers_the_same_and_is_done_once() {
    for route in writing() {
        let scene = scene().await;
        let case = has_case(route, &scene);
        let good = ask(&scene, route, &case);
        let first = good.send().await;
        first.ok(route.status);
        let done = scene.store.everything().await;
        for _ in 0..3 {
            let again = good.send().await;
            assert_eq!(again.status, first.status, "{}", route.name);
            assert_eq!(without_news(&again), without_news(&first), "{}", route.name);
        }
        assert_eq!(scene.store.everything().await, done, "{} was done again", route.name);
    }
}

/// A body without what is shown once, and without whether it told anything new.
fn without_news(answer: &Answer) -> Value {
    if answer.body.is_empty() {
        return Value::Null;
    }
    let mut body = answer.json();
    let news = ["secret_key", "identity_secret", "webhook_secret", "secret", "changed", "accounts", "status"];
    for news in news {
        if let Some(fields) = body.as_object_mut() {
            fields.remove(news);
        }
    }
    body
}

#[tokio::test]
async fn a_keyed_write_needs_its_key_and_a_key_is_good_for_one_body() {
    for route in writing().filter(|route| route.repeat == Repeat::Keyed) {
        let scene = scene().await;
        let case = has_case(route, &scene);
        let good = ask(&scene, route, &case);
        refused(&scene, route, "without a key", good.clone().no_header("idempotency-key"))
            .await
            .refused("idempotency_key_missing");
        for (how, key) in [
            ("with an empty key", vec![]),
            ("with a long key", vec![b'k'; 256]),
            ("with a strange key", vec![0xe9]),
        ] {
            let answer = refused(&scene, route, how, good.clone().key(key)).await;
            let code = answer.problem()["code"].clone();
            assert!(
                code == "idempotency_key_invalid"
                    || (how.contains("empty") && code == "idempotency_key_missing"),
                "{code}"
            );
        }
        let longest = format!("{}{}", scene.store.id, "k".repeat(255 - scene.store.id.len()));
        let keyed = good.key(&longest);
        keyed.send().await.ok(route.status);
        let file = case.sent_as.map(|(_, file)| String::from_utf8_lossy(file).into_owned());
        let body = case.body.as_ref().map(Value::to_string).or(file).unwrap_or_default();
        // The same document in other bytes is another body: nobody has to guess what counts.
        let other = keyed.clone().raw(format!("{body} "));
        refused(&scene, route, "with another body", other).await.refused("idempotency_key_reused");
        keyed.send().await.ok(route.status);
    }
}

/// Who may not call: nobody, strangers, and other callers' credentials.
#[tokio::test]
async fn whoever_may_not_write_changes_nothing() {
    let (mut scene, mut other) = (scene().await, scene().await);
    for route in writing() {
        let case = has_case(route, &scene);
        let good = ask(&scene, route, &case);
        let store = &scene.store;
        let (shopper, secret) = (store.token("c-1"), &store.secret_key);
        let unknown_secret = format!("{}zz", &secret[..secret.len() - 2]);
        let no_such_store = format!("sk_0000000000000000_{}", "0".repeat(32));
        let wrong: Vec<(&str, Ask, &str)> = match route.caller {
            Caller::Anyone | Caller::Member | Caller::TestClock => continue,
            Caller::Operator => vec![
                ("without a token", good.clone().no_header("authorization"), "unauthorized"),
                ("with a wrong key", good.clone().bearer("0perator"), "unauthorized"),
                ("as a merchant", good.clone().bearer(secret), "unauthorized"),
            ],
            Caller::Merchant => vec![
                ("without a token", good.clone().no_header("authorization"), "unauthorized"),
                ("with an unknown secret", good.clone().bearer(&unknown_secret), "unauthorized"),
                ("of no store", good.clone().bearer(&no_such_store), "unauthorized"),
                ("as a shopper", good.clone().bearer(&shopper), "unauthorized"),
                ("as the operator", good.clone().bearer("operator"), "unauthorized"),
                (
                    "by another scheme",
                    good.clone().header("authorization", format!("Basic {secret}")),
                    "unauthorized",
                ),
                (
                    "with a signed store id",
                    good.clone().bearer(&format!("sk_{}_", &store.id[3..])),
                    "unauthorized",
                ),
            ],
            Caller::Shopper => {
                let mut wrong = vec![
                    ("without a token", good.clone().no_header("authorization"), "unauthorized"),
                    ("as a merchant", good.clone().bearer(secret), "token_invalid"),
                ];
                wrong.extend(
                    bad_tokens(store, &other.store)
                        .into_iter()
                        .map(|(how, token, code)| (how, good.clone().bearer(&token), code)),
                );
                wrong
            }
            Caller::Platform => {
                let body = case.body.as_ref().expect("a body").to_string();
                let at = store.now().as_second().to_string();
                let by_other = sign::webhook(&other.store.webhook_secret, "msg_1", &at, body.as_bytes());
                vec![
                    ("without a signature", good.clone().no_header("webhook-signature"), "signature_invalid"),
                    ("without an id", good.clone().no_header("webhook-id"), "signature_invalid"),
                    ("without a time", good.clone().no_header("webhook-timestamp"), "signature_invalid"),
                    (
                        "by another store",
                        good.clone().header("webhook-signature", by_other),
                        "signature_invalid",
                    ),
                    (
                        "with another body",
                        good.clone().raw(body.replace("10000", "99000")),
                        "signature_invalid",
                    ),
                ]
            }
        };
        for (how, ask, code) in wrong {
            refused(&scene, route, how, ask).await.refused(code);
        }
        std::mem::swap(&mut scene, &mut other);
    }
}

/// Tokens that are not good, and why.
fn bad_tokens(store: &Store, other: &Store) -> Vec<(&'static str, String, &'static str)> {
    let claims = store.claims("c-1");
    let good = store.sign(&claims);
    let now = store.now().as_second();
    let header = |alg: &str| json!({ "alg": alg, "typ": "JWT" });
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let tampered = sign::unsigned(&header("HS256"), &claims.clone().with("sub", "c-2"));
    let strange = |claim: &str, value: Value| store.sign(&claims.clone().with(claim, value));
    vec![
        (
            "with an expired token",
            store.sign(&claims.clone().with("iat", now - 10).with("exp", now)),
            "token_expired",
        ),
        (
            "with another store's audience",
            store.sign(&claims.clone().with("aud", other.id.clone())),
            "token_invalid",
        ),
        ("with no store's audience", strange("aud", json!("st_0000000000000000")), "token_invalid"),
        (
            "with another store's token",
            other.sign(&other.claims("c-1").with("aud", store.id.clone())),
            "token_invalid",
        ),
        ("with an unknown secret", sign::jwt("secret", &claims), "token_invalid"),
        ("with an empty secret", sign::jwt("", &claims), "token_invalid"),
        ("with alg none", format!("{}.", sign::unsigned(&header("none"), &claims)), "token_invalid"),
        (
            "with alg None and a signature",
            sign::jwt_with_header(&store.identity_secret, &header("None"), &claims),
            "token_invalid",
        ),
        (
            "with HS512",
            sign::jwt_with_header(&store.identity_secret, &header("HS512"), &claims),
            "token_invalid",
        ),
        ("without alg", sign::jwt_with_header(&store.identity_secret, &json!({}), &claims), "token_invalid"),
        ("without a signature", signed.to_owned(), "token_invalid"),
        ("with an empty signature", format!("{signed}."), "token_invalid"),
        ("with half a signature", format!("{signed}.{}", &signature[..signature.len() / 2]), "token_invalid"),
        ("with other claims", format!("{tampered}.{signature}"), "token_invalid"),
        ("good for more than a day", strange("exp", json!(now + 86_401)), "token_invalid"),
        ("from the future", store.sign(&claims.clone().with("iat", now + 61)), "token_invalid"),
        ("without a subject", store.sign(&claims.clone().without("sub")), "token_invalid"),
        ("with an empty subject", strange("sub", json!("")), "token_invalid"),
        ("with a number as subject", strange("sub", json!(1)), "token_invalid"),
        ("without exp", store.sign(&claims.clone().without("exp")), "token_invalid"),
        ("with a text as exp", strange("exp", json!("tomorrow")), "token_invalid"),
        ("with a list of audiences", strange("aud", json!([store.id])), "token_invalid"),
        ("with 65 groups", strange("groups", json!(vec!["g"; 65])), "token_invalid"),
        ("with a long token", strange("name", json!("x".repeat(20_000))), "token_invalid"),
        ("with one word", "x".to_owned(), "token_invalid"),
        ("with dots", "..".to_owned(), "token_invalid"),
    ]
}

/// Another store's things, and another shopper's, answer exactly as ones that do not exist.
#[tokio::test]
async fn what_is_anothers_is_as_if_it_did_not_exist() {
    let (scene, other) = (scene().await, scene().await);
    for route in writing() {
        let mine = case(route.id, &scene).expect("a case");
        let never_made = match route.id {
            Id::RevokeKey => scene.key.clone(),
            Id::RotateEndpointSecret | Id::DeleteEndpoint | Id::ReplayDelivery => scene.endpoint.clone(),
            Id::StartImport | Id::RevertImport | Id::DeleteImport => scene.import.clone(),
            Id::ConfirmRedemption
            | Id::CommitRedemption
            | Id::ReleaseRedemption
            | Id::ReleaseMyRedemption => scene.redemption["id"].as_str().expect("an id").to_owned(),
            Id::ApproveReferral | Id::RefuseReferral => scene.referral.clone(),
            Id::PutMember | Id::RemoveMember => scene.member.clone(),
            Id::DeleteIdentitySecret => scene.secret.clone(),
            Id::AdjustCustomer | Id::RemoveReward => "/c-1/".to_owned(),
            // Ids of these are the shop's own: in another store they are other things, which the next test shows.
            // Or they name nothing that could be another's.
            Id::PutPlan
            | Id::PutSettings
            | Id::PutMessages
            | Id::Unsubscribe
            | Id::DeclineInvitations
            | Id::PutProgram
            | Id::PutDraft
            | Id::DeleteDraft
            | Id::PutPlatform
            | Id::PutIcon
            | Id::DeleteIcon
            | Id::PutPicture
            | Id::DeletePicture
            | Id::PutTheme
            | Id::CreateKey
            | Id::CreateIdentitySecret
            | Id::AddMember
            | Id::SignIn
            | Id::DeleteSession
            | Id::CreateEndpoint
            | Id::CreateImport
            | Id::PutOrder
            | Id::PutCustomer
            | Id::EraseCustomer
            | Id::EraseGuest
            | Id::CreateRedemption
            | Id::CreateStore
            | Id::CreateMyRedemption
            | Id::CompleteMission
            | Id::CompleteMyMission
            | Id::InviteFriends
            | Id::PlatformWebhook
            | Id::AdvanceClock => continue,
            _ => panic!("{}: whose is it?", route.name),
        };
        let (stranger, nothing) = match route.id {
            // Another store's customer is nobody here, and so is one that never was.
            Id::AdjustCustomer | Id::RemoveReward => {
                (mine.path.replace("/c-1/", "/c-3/"), mine.path.replace("/c-1/", "/c-4/"))
            }
            _ => (mine.path.clone(), mine.path.replace(&never_made, &like(&never_made))),
        };
        let at = |path: &str| Case { path: path.to_owned(), body: mine.body.clone(), ..Case::new("") };
        let before = scene.store.everything().await;
        let theirs = refused(&other, route, "of another store", ask(&other, route, &at(&stranger))).await;
        let nobodys = refused(&other, route, "of nobody", ask(&other, route, &at(&nothing))).await;
        theirs.same_as(&nobodys);
        assert_eq!(theirs.status, 404);
        assert_eq!(scene.store.everything().await, before, "{} reached into another store", route.name);
    }
    // Another shopper of the same store, in the same shard.
    let store = &scene.store;
    let id = scene.redemption["id"].as_str().expect("an id");
    let before = store.everything().await;
    let theirs = store.shopper("c-2", "DELETE", &format!("/v1/me/redemptions/{id}")).send().await;
    let nobodys = store.shopper("c-2", "DELETE", &format!("/v1/me/redemptions/{}", like(id))).send().await;
    theirs.refused("hold_not_found");
    theirs.same_as(&nobodys);
    assert_eq!(store.everything().await, before);
    for (theirs, nobodys) in [("c-3", "c-4"), (id, &like(id))] {
        let path = if theirs == id { "/v1/redemptions/" } else { "/v1/customers/" };
        let theirs = other.store.merchant("GET", &format!("{path}{theirs}")).send().await;
        let nobodys = other.store.merchant("GET", &format!("{path}{nobodys}")).send().await;
        theirs.problem();
        theirs.same_as(&nobodys);
    }
    let public = |store: &str| scene.store.anyone("GET", &format!("/v1/stores/{store}/public"));
    public(&like(&scene.store.id)).send().await.same_as(&public("st_x").send().await);
    public(&like(&scene.store.id)).send().await.refused("not_found");
}

/// An id of the same form that was never made.
fn like(id: &str) -> String {
    let (head, last) = id.split_at(id.len() - 6);
    format!("{head}{}", last.chars().rev().map(|c| if c == '0' { '4' } else { '0' }).collect::<String>())
}

/// The same ids in two stores are two things.
#[tokio::test]
async fn stores_share_nothing() {
    let (scene, other) = (scene().await, scene().await);
    let before = scene.store.everything().await;
    for id in [
        Id::PutOrder,
        Id::PutCustomer,
        Id::AdjustCustomer,
        Id::CreateRedemption,
        Id::CreateMyRedemption,
        Id::PutProgram,
        Id::PutDraft,
        Id::CreateKey,
        Id::CreateIdentitySecret,
        Id::AddMember,
        Id::PutMember,
        Id::RemoveMember,
        Id::CreateEndpoint,
        Id::EraseGuest,
        Id::PutSettings,
        Id::PutMessages,
        Id::PutPlatform,
        Id::PutIcon,
        Id::PutPicture,
        Id::PutTheme,
        Id::EraseCustomer,
    ] {
        let route = writing().find(|route| route.id == id).expect("it writes");
        ask(&other, route, &has_case(route, &other)).send().await.ok(route.status);
        assert_eq!(scene.store.everything().await, before, "{}", route.name);
    }
}
