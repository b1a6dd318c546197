//! Signing in to the console: links by letter, sessions as cookies, and what pages of others cannot do with them.

use fidela_api_tests::console::{add, cookie_of, email, letter_for, own, sign_in, token_of, with_token};
use fidela_api_tests::mail::{arrived, letters};
use fidela_api_tests::{Server, Store, program};
use fidela_protocol::routes::{Caller, ROUTES, Repeat};
use fidela_protocol::scopes::{Role, scope};
use serde_json::json;

const ANA: &str = "ana";

async fn shop() -> Store {
    let store = Store::open(program()).await;
    add(&store, ANA, "Ana", "owner").await;
    store
}

#[tokio::test]
async fn a_link_by_letter_signs_somebody_in_once() {
    let store = shop().await;
    let letter = letter_for(&store, &email(&store, ANA).to_uppercase()).await;
    assert_eq!(letter.to, ("Ana".to_owned(), email(&store, ANA)), "to the address that the team has");
    assert_eq!(letter.subject, "Sign in to Test shop");
    assert!(letter.text.contains(store.server.url()) && letter.html.contains("#token="), "{}", letter.text);
    assert_eq!(letter.header("List-Unsubscribe"), "", "who asked for it wants it");
    let token = token_of(&letter);
    let first = with_token(&store, &token).send().await;
    let session = first.ok(200);
    assert_eq!(session["member"]["email"], email(&store, ANA));
    assert_eq!(session["member"]["role"], "owner");
    assert_eq!(session["store_id"], store.id);
    assert_eq!(session["expires_at"], "2026-03-10T21:00:00Z");
    assert_eq!(session["scopes"].as_array().map(Vec::len), Some(6));
    let set = first.header("set-cookie");
    for part in ["fidela_session=", "Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"] {
        assert!(set.contains(part), "{set}");
    }
    assert_eq!(first.header("cache-control"), "no-store");
    let cookie = cookie_of(&first);
    let again = own(&store, "GET", "/v1/session").header("cookie", &cookie).send().await;
    assert_eq!(again.ok(200), session);
    // A link is good once, whoever has it.
    with_token(&store, &token).send().await.refused("link_invalid");
    // The merchant's routes take it, and nobody keeps what they answer.
    let page = own(&store, "GET", "/v1/settings").header("cookie", &cookie).send().await;
    assert_eq!(page.ok(200)["name"], "Test shop");
    assert_eq!(page.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn letters_are_in_the_language_of_whoever_asks() {
    let store = shop().await;
    let subjects = [
        ("ro", "Conectare la Test shop"),
        ("fr-CA", "Connexion à Test shop"),
        ("pt-BR", "Entre em Test shop"),
        ("es", "Inicia sesión en Test shop"),
        ("xx", "Sign in to Test shop"),
    ];
    for (n, (locale, subject)) in subjects.into_iter().enumerate() {
        let asked = json!({ "email": email(&store, ANA), "locale": locale });
        store.anyone("POST", "/v1/sign_in").json(&asked).send().await.ok(202);
        let subjects: Vec<_> =
            arrived(&store, n + 1).await.into_iter().map(|letter| letter.subject).collect();
        assert!(subjects.iter().any(|known| known == subject), "{subjects:?}");
    }
}

#[tokio::test]
async fn a_link_runs_out_and_cannot_be_made_up() {
    let store = shop().await;
    let token = token_of(&letter_for(&store, ANA).await);
    let (name, secret) = token.split_once('_').expect("a store and a secret");
    let other = shop().await;
    let bad = [
        String::new(),
        "_".to_owned(),
        name.to_owned(),
        format!("{name}_"),
        format!("{name}_{}", "0".repeat(secret.len())),
        format!("{}_{secret}", other.id.trim_start_matches("st_")),
        format!("0000000000000000_{secret}"),
        format!("{name}_{}", secret.to_uppercase()),
        "x".repeat(10_000),
    ];
    for token in bad {
        with_token(&store, &token).send().await.refused("link_invalid");
    }
    store.set_time("2026-03-10T09:15:00Z");
    with_token(&store, &token).send().await.refused("link_invalid");
    store.set_time("2026-03-10T09:14:59Z");
    with_token(&store, &token).send().await.ok(200);
    // Nobody who reads the server's disk finds one: only what it hashes to is kept.
    let token = token_of(&letter_for(&store, ANA).await);
    let (_, secret) = token.split_once('_').expect("a store and a secret");
    let kept =
        walk(store.server.data()).into_iter().filter(|path| !path.to_string_lossy().contains("/mail/"));
    for file in kept {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let found = bytes.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        let is_log = file.extension().is_some_and(|ending| ending == "log");
        assert!(!found || is_log, "{}", file.display());
    }
}

fn walk(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Whether an address is somebody's is not to be seen.
#[tokio::test]
async fn nobody_learns_whose_address_it_is() {
    let store = shop().await;
    let ask = async |address: &str| {
        store.anyone("POST", "/v1/sign_in").json(&json!({ "email": address })).send().await
    };
    let (known, unknown) = (ask(&email(&store, ANA)).await, ask(&email(&store, "nobody")).await);
    known.ok(202);
    known.same_as(&unknown);
    let headers = |answer: &fidela_api_tests::Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(headers(&known), headers(&unknown));
    let letters = arrived(&store, 1).await;
    assert!(letters.iter().all(|letter| letter.to.1 == email(&store, ANA)));
    for wrong in ["", "nobody", "a@b@c", "ana@shop.example\r\nbcc: x@y.example", "<ana@shop.example>"] {
        ask(wrong).await.refused("invalid_body");
    }
    let long = format!("{}@shop.example", "x".repeat(300));
    ask(&long).await.refused("invalid_body");
}

/// Nobody's mailbox is filled, and asking too often looks like asking.
#[tokio::test]
async fn an_address_gets_so_many_letters_an_hour() {
    let store = shop().await;
    for _ in 0..8 {
        store
            .anyone("POST", "/v1/sign_in")
            .json(&json!({ "email": email(&store, ANA) }))
            .send()
            .await
            .ok(202);
    }
    arrived(&store, 5).await;
    store.set_time("2026-03-10T10:00:00Z");
    letter_for(&store, ANA).await;
}

/// Whatever the addresses: of those that nobody has, too, so that nobody learns which there are.
#[tokio::test]
async fn a_network_asks_for_so_many_links_an_hour() {
    let store = shop().await;
    let ask = |n: u32, network: &str| {
        let asked = json!({ "email": format!("p{n}@{}.example", store.id) });
        store.anyone("POST", "/v1/sign_in").header("cf-connecting-ip", network).json(&asked)
    };
    for n in 0..100 {
        ask(n, &format!("2001:db8:77:{n}::1")).send().await.ok(202);
    }
    ask(100, "2001:db8:77::7").send().await.refused("sign_in_limit_reached");
    ask(100, "2001:db8:78::7").send().await.ok(202);
    store.set_time("2026-03-10T12:00:00Z");
    ask(100, "2001:db8:77::7").send().await.ok(202);
}

#[tokio::test]
async fn whoever_is_in_two_teams_gets_a_link_to_each() {
    let (one, two) = (shop().await, Store::open(program()).await);
    let both = email(&one, "both");
    add(&one, &both, "Both", "staff").await;
    let second = add(&two, &both, "Both", "owner").await;
    one.anyone("POST", "/v1/sign_in").json(&json!({ "email": both })).send().await.ok(202);
    let (first, other) = (arrived(&one, 1).await.remove(0), arrived(&two, 1).await.remove(0));
    let session = with_token(&one, &token_of(&first)).send().await.ok(200);
    assert_eq!((&session["store_id"], &session["member"]["role"]), (&json!(one.id), &json!("staff")));
    let answer = with_token(&one, &token_of(&other)).send().await;
    assert_eq!(
        (&answer.ok(200)["store_id"], &answer.ok(200)["member"]["id"]),
        (&json!(two.id), &second["id"])
    );
    // Out of one team, the other stays.
    add(&two, ANA, "Ana", "owner").await;
    let path = format!("/v1/team/{}", second["id"].as_str().expect("an id"));
    two.merchant("DELETE", &path).send().await.ok(204);
    one.anyone("POST", "/v1/sign_in").json(&json!({ "email": both })).send().await.ok(202);
    arrived(&one, 2).await;
    assert_eq!(letters(&two).len(), 1);
}

/// A session is good for one store, and for as long as it says.
#[tokio::test]
async fn a_cookie_is_good_for_its_store_and_its_time() {
    let (store, other) = (shop().await, shop().await);
    let ana = sign_in(&store, ANA).await;
    let get = async |cookie: &str| {
        own(&store, "GET", "/v1/session").header("cookie", format!("fidela_session={cookie}")).send().await
    };
    let value = ana.cookie.strip_prefix("fidela_session=").expect("its name");
    get(value).await.ok(200);
    let parts: Vec<&str> = value.split('.').collect();
    let with = |index: usize, part: &str| {
        let mut parts = parts.clone();
        parts[index] = part;
        parts.join(".")
    };
    let late = "1893456000";
    let bad = [
        with(0, other.id.trim_start_matches("st_")),
        with(0, "0000000000000000"),
        with(1, "mb_0000000000000000"),
        with(2, "2"),
        with(3, "0000000000000000"),
        with(4, late),
        with(5, &"A".repeat(43)),
        with(5, ""),
        value.to_uppercase(),
        parts[..5].join("."),
        format!("{value}.x"),
        "x".repeat(5_000),
        "....".to_owned(),
        ".....".to_owned(),
    ];
    for cookie in bad {
        get(&cookie).await.refused("unauthorized");
    }
    // Among other cookies, and under another name.
    let mixed = format!("a=b; {}; fidela_ref=x", ana.cookie);
    own(&store, "GET", "/v1/session").header("cookie", mixed).send().await.ok(200);
    let renamed = format!("__Host-{}", ana.cookie);
    own(&store, "GET", "/v1/session").header("cookie", renamed).send().await.refused("unauthorized");
    // It reaches its own store alone.
    store.customer_with("c-1", 7).await;
    other.customer_with("c-2", 7).await;
    let page = ana.ask(&store, "GET", "/v1/customers").send().await.ok(200);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["items"][0]["id"], "c-1");
    ana.ask(&store, "GET", "/v1/customers/c-2").send().await.refused("not_found");
    store.set_time("2026-03-10T20:59:59Z");
    get(value).await.ok(200);
    store.set_time("2026-03-10T21:00:00Z");
    get(value).await.refused("unauthorized");
    ana.ask(&store, "GET", "/v1/customers").send().await.refused("unauthorized");
}

#[tokio::test]
async fn signing_out_ends_one_session_and_everywhere_all_of_them() {
    let store = shop().await;
    add(&store, "dan", "Dan", "staff").await;
    let (phone, desk) = (sign_in(&store, ANA).await, sign_in(&store, ANA).await);
    let dan = sign_in(&store, "dan").await;
    let get =
        async |who: &fidela_api_tests::console::Signed| who.ask(&store, "GET", "/v1/session").send().await;
    let out = phone.ask(&store, "DELETE", "/v1/session").send().await;
    out.ok(204);
    assert!(
        out.header("set-cookie").starts_with("fidela_session=; ")
            && out.header("set-cookie").contains("Max-Age=0")
    );
    get(&phone).await.refused("unauthorized");
    phone.ask(&store, "GET", "/v1/settings").send().await.refused("unauthorized");
    get(&desk).await.ok(200);
    // Told again, nothing is left to be done.
    phone.ask(&store, "DELETE", "/v1/session").send().await.ok(204);
    own(&store, "DELETE", "/v1/session").send().await.ok(204);
    let third = sign_in(&store, ANA).await;
    let link = token_of(&letter_for(&store, ANA).await);
    third.ask(&store, "DELETE", "/v1/session?everywhere=maybe").send().await.refused("invalid_query");
    third.ask(&store, "DELETE", "/v1/session?everywhere=true").send().await.ok(204);
    for ended in [&desk, &third] {
        get(ended).await.refused("unauthorized");
    }
    // Also links that were not used yet.
    with_token(&store, &link).send().await.refused("link_invalid");
    get(&dan).await.ok(200);
    // At the same moment of the clock: a new session is a new one.
    store.set_time("2026-03-10T10:00:01Z");
    get(&sign_in(&store, ANA).await).await.ok(200);
}

/// Only the console's own pages can make a browser use its cookie.
#[tokio::test]
async fn pages_of_others_do_nothing_with_a_session() {
    let store = shop().await;
    let ana = sign_in(&store, ANA).await;
    let own_origin = store.server.url().to_owned();
    let other_port = format!("http://127.0.0.1:{}", store.server.port() - 1);
    let same_name = own_origin.replace("127.0.0.1", "localhost");
    let before = store.everything().await;
    let body =
        json!({ "name": "Taken", "locale": "en", "origins": ["https://evil.example"], "expiring_days": 7 });
    let put = || ana.ask(&store, "PUT", "/v1/settings").json(&body);
    let refused = [
        ("without the header", put().no_header("fidela-console")),
        ("with another header", put().header("fidela-console", "true")),
        ("without an origin", put().no_header("origin")),
        ("from nowhere", put().header("origin", "null")),
        ("from another site", put().header("origin", "https://evil.example")),
        ("from another port", put().header("origin", &other_port)),
        ("from another name", put().header("origin", &same_name)),
        ("from a longer name", put().header("origin", format!("{own_origin}.evil.example"))),
        ("by TLS", put().header("origin", own_origin.replace("http:", "https:"))),
        ("as the browser says", put().header("sec-fetch-site", "cross-site")),
        ("as the browser says of another port", put().header("sec-fetch-site", "same-site")),
        (
            "read by another site",
            ana.ask(&store, "GET", "/v1/customers").header("sec-fetch-site", "cross-site"),
        ),
        ("read by another port", ana.ask(&store, "GET", "/v1/session").header("sec-fetch-site", "same-site")),
        ("signed out", ana.ask(&store, "DELETE", "/v1/session").header("origin", &other_port)),
        (
            "signed in to another's store",
            with_token(&store, &token_of(&letter_for(&store, ANA).await)).header("origin", &other_port),
        ),
    ];
    for (how, ask) in refused {
        let answer = ask.send().await;
        assert_eq!(answer.refused("cross_site_request")["status"], 403, "{how}");
        assert_eq!(answer.header("set-cookie"), "", "{how}");
    }
    assert_eq!(store.everything().await, before);
    ana.ask(&store, "GET", "/v1/session").send().await.ok(200);
    put().send().await.ok(200);
    // Whoever shows a key of the store needs none of that, and no page can.
    store.merchant("PUT", "/v1/settings").json(&body).send().await.ok(200);
    // A page of another origin is not told that it may send the header.
    let preflight = store.anyone("OPTIONS", "/v1/settings").header("origin", "https://evil.example");
    let preflight = preflight.header("access-control-request-headers", "fidela-console").send().await;
    assert!(!preflight.header("access-control-allow-headers").contains("fidela-console"));
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
}

/// Each route that writes, by a session without what makes it the console's own: refused before anything else.
#[tokio::test]
async fn no_route_that_writes_takes_a_cookie_alone() {
    let store = shop().await;
    let ana = sign_in(&store, ANA).await;
    for route in ROUTES.iter().filter(|route| route.caller == Caller::Merchant && route.method != "GET") {
        let path = route.path.replace(['{', '}'], "");
        for ask in [
            store.anyone(route.method, &path),
            store.anyone(route.method, &path).header("origin", store.server.url()),
            store.anyone(route.method, &path).header("fidela-console", "1"),
        ] {
            let answer = ask.header("cookie", &ana.cookie).key(store.new_key()).json(&json!({})).send().await;
            answer.refused("cross_site_request");
        }
    }
}

/// What staff may not do is refused by the API, for each route; what they may is not.
#[tokio::test]
async fn staff_is_refused_what_only_owners_may() {
    let store = shop().await;
    add(&store, "dan", "Dan", "staff").await;
    let (ana, dan) = (sign_in(&store, ANA).await, sign_in(&store, "dan").await);
    assert_eq!(dan.session["scopes"], json!(["orders", "customers", "program", "settings"]));
    store.customer_with("c-1", 7).await;
    let before = store.everything().await;
    let mut refused = 0;
    for route in ROUTES {
        let Some(needs) = scope(route.id) else { continue };
        let path = route.path.replace("{customer}", "c-1").replace(['{', '}'], "");
        let is_refused = !Role::Staff.scopes().contains(&needs);
        // What they may is tried with what is no request at all, so that nothing is changed.
        let answer = dan.ask(&store, route.method, &path).json(&json!([])).send().await;
        let code = if answer.status < 400 { String::new() } else { answer.problem()["code"].to_string() };
        assert_eq!(code.contains("scope_missing"), is_refused, "{}: {code}", route.name);
        if is_refused {
            refused += 1;
            assert_eq!((answer.status, answer.json()["needs"].clone()), (403, json!(needs.word())));
            if route.repeat == Repeat::Read {
                ana.ask(&store, route.method, &path).send().await.ok(200);
            }
        }
    }
    assert!(refused >= 14, "{refused}");
    assert_eq!(store.everything().await, before);
}

/// A deployment that the world reaches by TLS has a cookie that travels by nothing else.
#[tokio::test]
async fn behind_tls_the_cookie_is_the_hosts_alone() {
    let public = "https://points.example";
    let server = Server::own(|mut config| {
        config.public_url = Some(public.to_owned());
        config.test_clock()
    });
    let store = Store::on(server, json!({ "shards": 1, "program": program() })).await;
    add(&store, ANA, "Ana", "owner").await;
    let letter = letter_for(&store, ANA).await;
    assert!(letter.text.contains("https://points.example/console/sign-in#token="), "{}", letter.text);
    let answer = with_token(&store, &token_of(&letter)).header("origin", public).send().await;
    answer.ok(200);
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-fidela_session=") && set.contains("; Secure"), "{set}");
    let cookie = cookie_of(&answer);
    own(&store, "GET", "/v1/session").header("cookie", &cookie).send().await.ok(200);
    let plain = cookie.replace("__Host-", "");
    own(&store, "GET", "/v1/session").header("cookie", plain).send().await.refused("unauthorized");
    let out = own(&store, "DELETE", "/v1/session").header("cookie", &cookie).header("origin", public);
    out.send().await.ok(204);
}
