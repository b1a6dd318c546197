//! A good request of each route that writes, and a store that has what it needs.

use fidela_api_tests::{Answer, Ask, Store, With, cart, order, program, sign};
use fidela_protocol::routes::{Caller, Id, ROUTES, Repeat, Route};
use serde_json::{Value, json};

/// A good request of a route, in a store that has what it needs.
pub(super) struct Case {
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// A body that is no JSON, with its type.
    pub(super) sent_as: Option<(&'static str, &'static [u8])>,
    /// Where a number stands in the body.
    pub(super) number: Option<&'static str>,
    /// Where a text stands in the body.
    pub(super) text: Option<&'static str>,
}

impl Case {
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None, sent_as: None, number: None, text: None }
    }

    fn sent_as(mut self, kind: &'static str, body: &'static [u8]) -> Self {
        self.sent_as = Some((kind, body));
        self
    }

    fn body(mut self, body: Value, number: Option<&'static str>, text: Option<&'static str>) -> Self {
        self.body = Some(body);
        (self.number, self.text) = (number, text);
        self
    }
}

/// A store with two customers, each with points, an order and a redemption, and a second key.
pub(super) struct Scene {
    pub(super) store: Store,
    pub(super) redemption: Value,
    pub(super) key: String,
    pub(super) endpoint: String,
    pub(super) event: String,
    pub(super) import: String,
    /// Somebody of the team.
    pub(super) member: String,
    /// A secret for shopper tokens that was removed.
    pub(super) secret: String,
    /// An invitation of the first customer's, in review.
    pub(super) referral: String,
    /// Where a letter to the first customer leads whoever wants no more of them.
    pub(super) unsubscribe: String,
    /// The same of an invitation.
    pub(super) decline: String,
}

pub(super) async fn scene() -> Scene {
    let card =
        json!({ "id": "coffee", "orders_required": 1, "reward": { "type": "shipping", "bps": 5_000 } });
    let mission = |id: &str, verify: &str| {
        json!({
            "id": id, "kind": "custom", "points": { "type": "fixed", "points": 5 }, "limit_per_shopper": 3,
            "verify": verify,
        })
    };
    let missions = vec![mission("review", "import_or_api"), mission("follow", "claim")];
    let referrals = json!({ "enabled": true, "review_days": 30 });
    let program =
        program().with("stamp_cards", vec![card]).with("missions", missions).with("referrals", referrals);
    let store = Store::open(program).await;
    for customer in ["c-1", "c-2"] {
        store.customer_with(customer, 1_000).await;
        store.tell(&order(&format!("of-{customer}"), customer, 10_000).with("status", "delivered")).await;
    }
    let redemption = store.held("c-1", 10, &cart(10_000)).await;
    store.held("c-2", 10, &cart(10_000)).await;
    let key = store.merchant("POST", "/v1/keys").json(&json!({ "name": "Second" })).send().await.ok(201);
    store.merchant("PUT", "/v1/icons/leaf").sent_as("image/svg+xml", BEAN).send().await.ok(200);
    store.merchant("PUT", "/v1/pictures/leaf?use=logo").sent_as("image/svg+xml", BEAN).send().await.ok(200);
    let key = key["id"].as_str().expect("an id").to_owned();
    // Told to an address where nobody listens, so that its event stays as it is.
    let endpoint = json!({ "url": "http://127.0.0.1:9/", "events": ["points.earned"] });
    let endpoint = store.merchant("POST", "/v1/webhook_endpoints").json(&endpoint).send().await.ok(201);
    let endpoint = endpoint["id"].as_str().expect("an id").to_owned();
    store.customer_with("c-1", 1).await;
    let path = format!("/v1/webhook_endpoints/{endpoint}/deliveries");
    let told = store.merchant("GET", &path).send().await.ok(200);
    let event = told["items"][0]["id"].as_str().expect("an event").to_owned();
    let letter = json!({ "letter": "mission_completed", "customer_id": "c-1" });
    let letter = store.merchant("POST", "/v1/messages/preview").json(&letter).send().await.ok(200);
    let unsubscribe = fidela_api_tests::mail::unsubscribe_path(letter["text"].as_str().expect("a text"));
    let letter = json!({ "letter": "invitation" });
    let letter = store.merchant("POST", "/v1/messages/preview").json(&letter).send().await.ok(200);
    let decline = fidela_api_tests::mail::decline_path(letter["text"].as_str().expect("a text"));
    let member = json!({ "email": "dan@shop.example", "name": "Dan", "role": "staff" });
    let member = store.merchant("POST", "/v1/team").json(&member).send().await.ok(201);
    let member = member["id"].as_str().expect("an id").to_owned();
    let secret = store.merchant("POST", "/v1/identity_secrets").send().await.ok(201);
    let secret = secret["id"].as_str().expect("an id").to_owned();
    store.merchant("DELETE", &format!("/v1/identity_secrets/{secret}")).send().await.ok(204);
    let import = store.merchant("POST", "/v1/imports?kind=completions&mission=review");
    let import = import.sent_as("text/csv", FILE).send().await.ok(202);
    assert_eq!(import["status"], "ready", "a small file is looked at before the answer");
    let import = import["id"].as_str().expect("an id").to_owned();
    let code = store.shopper("c-1", "GET", "/v1/me/invitations").send().await.ok(200)["code"].clone();
    store.put_customer("friend", json!({ "referral_code": code })).await;
    store.tell(&order("of-friend", "friend", 10_000).with("status", "delivered")).await;
    store.advance("2026-03-10T09:00:00Z").await;
    let referrals = store.merchant("GET", "/v1/referrals?state=in_review").send().await.ok(200);
    let referral = referrals["items"][0]["id"].as_str().expect("an invitation in review").to_owned();
    Scene { store, redemption, key, endpoint, event, import, member, secret, referral, unsubscribe, decline }
}

/// A spreadsheet.
const FILE: &[u8] = b"Customer ID,Reference\nc-1,import-1\n";
/// A picture.
const BEAN: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><circle cx=\"4\" cy=\"4\" r=\"3\"/></svg>";

/// What a route is asked, or nothing where it does not write.
pub(super) fn case(id: Id, scene: &Scene) -> Option<Case> {
    let redemption = scene.redemption["id"].as_str().expect("an id");
    let hold = json!({ "points": 5, "cart": cart(10_000) });
    Some(match id {
        Id::CreateStore => {
            let body = json!({ "name": "Another", "shards": 1, "program": program() });
            Case::new("/v1/stores").body(body, Some("/shards"), Some("/name"))
        }
        Id::PutPlan => {
            let body = json!({ "name": "Growth", "quotas": { "stamp_cards": 3 } });
            let path = format!("/v1/stores/{}/plan", scene.store.id);
            Case::new(path).body(body, Some("/quotas/stamp_cards"), Some("/name"))
        }
        Id::PutSettings => {
            let body = json!({ "name": "Shop", "locale": "ro", "origins": [], "expiring_days": 7 });
            Case::new("/v1/settings").body(body, Some("/expiring_days"), Some("/name"))
        }
        Id::PutMessages => {
            let text = json!({ "subject": "Thank you", "body": "Hello {name}" });
            let letters = json!({ "mission_completed": { "texts": { "en": text } } });
            let body = json!({ "sender": { "from_name": "Shop" }, "letters": letters });
            Case::new("/v1/messages").body(body, None, Some("/letters/mission_completed/texts/en/subject"))
        }
        Id::Unsubscribe => Case::new(&scene.unsubscribe),
        Id::DeclineInvitations => Case::new(&scene.decline),
        Id::PutProgram => {
            let body = program().with("/redemption/max_bps", 3_000);
            Case::new("/v1/program").body(body, Some("/points/value/minor"), Some("/currency"))
        }
        Id::PutDraft => {
            let body = json!({ "program": program().with("/redemption/max_bps", 3_000), "based_on": 1 });
            Case::new("/v1/program/draft").body(body, Some("/based_on"), Some("/program"))
        }
        Id::DeleteDraft => Case::new("/v1/program/draft"),
        Id::PutPlatform => {
            let body = json!({ "secrets": ["shpss_0123456789abcdef"] });
            Case::new("/v1/platforms/shopify").body(body, None, Some("/secrets/0"))
        }
        Id::PutIcon => Case::new("/v1/icons/bean").sent_as("image/svg+xml", BEAN),
        Id::PutPicture => Case::new("/v1/pictures/bean?use=logo").sent_as("image/svg+xml", BEAN),
        Id::DeletePicture => Case::new("/v1/pictures/leaf"),
        Id::PutTheme => {
            let body =
                json!({ "accent": "#7a1f5c", "radius": 8, "font": "Inter, sans-serif", "logo": "leaf" });
            Case::new("/v1/theme").body(body, Some("/radius"), None)
        }
        Id::DeleteIcon => Case::new("/v1/icons/leaf"),
        Id::CreateKey => Case::new("/v1/keys").body(json!({ "name": "Third" }), None, Some("/name")),
        Id::RevokeKey => Case::new(format!("/v1/keys/{}", scene.key)),
        Id::CreateIdentitySecret => Case::new("/v1/identity_secrets"),
        Id::DeleteIdentitySecret => Case::new(format!("/v1/identity_secrets/{}", scene.secret)),
        Id::SignIn => {
            let body = json!({ "email": "nobody@shop.example" });
            Case::new("/v1/sign_in").body(body, None, Some("/email"))
        }
        // Without a session there is nothing to be ended; `sessions.rs` shows the rest.
        Id::DeleteSession => Case::new("/v1/session"),
        Id::AddMember => {
            let body = json!({ "email": "eva@shop.example", "name": "Eva", "role": "owner" });
            Case::new("/v1/team").body(body, None, Some("/name"))
        }
        Id::PutMember => {
            let body = json!({ "name": "Dan Pop", "role": "owner" });
            Case::new(format!("/v1/team/{}", scene.member)).body(body, None, Some("/name"))
        }
        Id::RemoveMember => Case::new(format!("/v1/team/{}", scene.member)),
        Id::CreateEndpoint => {
            let body = json!({ "url": "https://shop.example/hook", "description": "ERP" });
            Case::new("/v1/webhook_endpoints").body(body, None, Some("/url"))
        }
        Id::RotateEndpointSecret => {
            let path = format!("/v1/webhook_endpoints/{}/rotate_secret", scene.endpoint);
            Case::new(path).body(json!({ "keep_old": true }), None, None)
        }
        Id::DeleteEndpoint => Case::new(format!("/v1/webhook_endpoints/{}", scene.endpoint)),
        Id::ReplayDelivery => {
            let path = format!("/v1/webhook_endpoints/{}/deliveries/{}/replay", scene.endpoint, scene.event);
            Case::new(path)
        }
        Id::PutOrder => {
            let body = order("1001", "c-1", 10_000).with("status", "delivered");
            Case::new("/v1/orders/1001").body(body, Some("/lines/0/unit_price"), Some("/status"))
        }
        Id::PutCustomer => {
            let body = json!({ "name": "Ana", "updated_at": "2026-03-10T09:00:00Z" });
            Case::new("/v1/customers/c-1").body(body, None, Some("/name"))
        }
        Id::CreateImport => {
            Case::new("/v1/imports?kind=completions&mission=review").sent_as("text/csv", FILE)
        }
        Id::DeleteImport => Case::new(format!("/v1/imports/{}", scene.import)),
        Id::StartImport => Case::new(format!("/v1/imports/{}/start", scene.import)),
        Id::RevertImport => Case::new(format!("/v1/imports/{}/revert", scene.import)),
        Id::CompleteMission => {
            let body = json!({ "customer_id": "c-1", "reference": "r-1", "amount": 100 });
            Case::new("/v1/missions/review/completions").body(body, Some("/amount"), Some("/customer_id"))
        }
        Id::CompleteMyMission => {
            let body = json!({ "reference": "r-1" });
            Case::new("/v1/me/missions/follow/completions").body(body, None, None)
        }
        Id::InviteFriends => {
            let friend = json!({ "first_name": "Bob", "last_name": "Marin", "email": "bob@example.com" });
            let body = json!({ "friends": [friend] });
            Case::new("/v1/me/invitations").body(body, None, Some("/friends/0/first_name"))
        }
        Id::ApproveReferral | Id::RefuseReferral => {
            let how = if id == Id::ApproveReferral { "approve" } else { "refuse" };
            let body = json!({ "note": "looked at" });
            Case::new(format!("/v1/referrals/{}/{how}", scene.referral)).body(body, None, Some("/note"))
        }
        Id::RemoveReward => Case::new("/v1/customers/c-1/rewards/rw_1"),
        Id::EraseCustomer => Case::new("/v1/customers/c-1"),
        Id::EraseGuest => Case::new("/v1/guests/ana%40example.com"),
        Id::AdjustCustomer => {
            let body = json!({ "points": 7, "reason": "a present" });
            Case::new("/v1/customers/c-1/adjustments").body(body, Some("/points"), Some("/reason"))
        }
        Id::CreateRedemption => Case::new("/v1/redemptions").body(
            hold.with("customer_id", "c-1"),
            Some("/cart/lines/0/unit_price"),
            Some("/cart/currency"),
        ),
        Id::ConfirmRedemption => Case::new(format!("/v1/redemptions/{redemption}/confirm")).body(
            json!({ "cart": cart(10_000) }),
            Some("/cart/lines/0/quantity"),
            Some("/cart/lines/0/product_id"),
        ),
        Id::CommitRedemption => Case::new(format!("/v1/redemptions/{redemption}/commit")),
        Id::ReleaseRedemption => Case::new(format!("/v1/redemptions/{redemption}/release")),
        Id::CreateMyRedemption => {
            Case::new("/v1/me/redemptions").body(hold, Some("/points"), Some("/cart/currency"))
        }
        Id::ReleaseMyRedemption => Case::new(format!("/v1/me/redemptions/{redemption}")),
        Id::PlatformWebhook => {
            let data = order("1001", "c-1", 10_000).with("status", "delivered");
            let body = json!({ "type": "order.updated", "data": data });
            let path = format!("/v1/webhooks/{}/generic", scene.store.id);
            Case::new(path).body(body, Some("/data/lines/0/unit_price"), Some("/data/status"))
        }
        Id::AdvanceClock => {
            let body = json!({ "store": scene.store.id, "to": "2026-03-10T09:00:00Z" });
            Case::new("/v1/test/advance").body(body, None, Some("/store"))
        }
        // It only reads; or it is new, and then it has no case yet and fails below.
        _ => return None,
    })
}

/// Each route that writes. What can be done once is refused afterwards, and has tests of its own.
pub(super) fn writing() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| !matches!(route.repeat, Repeat::Read | Repeat::Once))
}

/// A request of whoever may call the route, with a key if it takes one.
pub(super) fn ask(scene: &Scene, route: &Route, case: &Case) -> Ask {
    let body = case.body.as_ref().map(|body| body.to_string().into_bytes());
    raw(scene, route, case, body)
}

pub(super) fn raw(scene: &Scene, route: &Route, case: &Case, body: Option<Vec<u8>>) -> Ask {
    let store = &scene.store;
    let ask = store.anyone(route.method, &case.path);
    let ask = if route.repeat == Repeat::Keyed { ask.key(store.new_key()) } else { ask };
    let ask = match route.caller {
        Caller::Anyone | Caller::Member | Caller::TestClock => ask,
        Caller::Operator => ask.bearer(fidela_api_tests::server::OPERATOR_KEY).key(format!(
            "{}-{}",
            store.id,
            store.new_key()
        )),
        Caller::Merchant => ask.bearer(&store.secret_key),
        Caller::Shopper => ask.bearer(&store.token("c-1")),
        Caller::Platform => {
            let at = store.now().as_second().to_string();
            let signature =
                sign::webhook(&store.webhook_secret, "msg_1", &at, body.as_deref().unwrap_or_default());
            ask.header("webhook-id", "msg_1")
                .header("webhook-timestamp", at)
                .header("webhook-signature", signature)
        }
    };
    match (body, case.sent_as) {
        (Some(body), _) => ask.raw(body),
        (None, Some((kind, body))) => ask.sent_as(kind, body),
        (None, None) => ask,
    }
}

/// Asserts that something is refused and changes nothing.
pub(super) async fn refused(scene: &Scene, route: &Route, how: &str, ask: Ask) -> Answer {
    let before = scene.store.everything().await;
    // A body that is too large is refused before it has come: the server may hang up while it is still being sent.
    let mut answer = ask.try_send().await;
    for _ in 0..3 {
        if answer.is_ok() {
            break;
        }
        answer = ask.try_send().await;
    }
    let answer = answer.unwrap_or_else(|error| panic!("{} {how}: {error:?}", route.name));
    println!("{} {how}: {} {}", route.name, answer.status, answer.text());
    answer.problem();
    assert_eq!(scene.store.everything().await, before, "{} {how} has changed something", route.name);
    answer
}

pub(super) fn has_case(route: &Route, scene: &Scene) -> Case {
    case(route.id, scene).unwrap_or_else(|| panic!("{} writes and has no case", route.name))
}
