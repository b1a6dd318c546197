//! The pages that strangers and invitees see: `/s/{store}` and `/r/{code}` (S3.15, S3.16).

use fidela_api_tests::html::Page;
use fidela_api_tests::nasty::nasty;
use fidela_api_tests::{Answer, Server, Store, With, program};
use serde_json::{Value, json};

use crate::pictures::JPEG;

/// A page weighs no more, compressed and without its pictures.
const WEIGHT: usize = 10_000;
const LANGUAGES: [&str; 5] = ["en", "es", "fr", "pt-BR", "ro"];

/// A program that has something of everything.
fn whole() -> Value {
    let levels = json!([
        { "name": "Bob", "spend_from": 0, "bps": 200 },
        { "name": "Boabă de aur", "spend_from": 100_000, "bps": 500, "order_min": 5_000 },
    ]);
    let cashback = json!({ "id": "levels", "rate": { "type": "cashback", "levels": levels } });
    let card = json!({
        "id": "coffee", "name": "Coffee card", "orders_required": 6, "reward": { "type": "shipping", "bps": 10_000 },
    });
    let mission = |id: &str, show_in: &[&str], name: &str| {
        json!({
            "id": id, "kind": "review", "name": name, "show_in": show_in, "icon": "star",
            "points": { "type": "fixed", "points": 25 },
        })
    };
    program()
        .with("/earning/programs", vec![cashback])
        .with("stamp_cards", vec![card])
        .with("missions", vec![
            mission("review", &["landing"], "Write about a cup"),
            mission("hidden", &["widget"], "Only in the widget"),
        ])
        .with("bonuses", json!({ "registration": { "points": 50, "message": "A welcome from Lut" } }))
        .with("referrals", json!({
            "enabled": true, "inviter_points": 100, "invitee_points": 40, "order_min": 5_000,
            "invite_page": { "title": "Bring a friend to {store}", "body": "They get {points}.\n\nYou get more." },
        }))
}

async fn open(program: Value) -> Store {
    let request = json!({
        "shards": 1, "program": program, "locale": "ro", "origins": ["https://lut.example"],
    });
    Store::on(Server::shared(), request).await
}

async fn landing(store: &Store, rest: &str, language: &str) -> Answer {
    let ask = store.anyone("GET", &format!("/s/{}{rest}", store.id));
    let ask = if language.is_empty() { ask } else { ask.header("accept-language", language) };
    ask.send().await
}

async fn preview(store: &Store, referrals: &Value, locale: &str) -> Value {
    let body = json!({ "referrals": referrals, "locale": locale });
    store.merchant("POST", "/v1/referrals/preview").json(&body).send().await.ok(200)
}

#[track_caller]
fn light(html: &str) {
    let weight = miniz_oxide::deflate::compress_to_vec(html.as_bytes(), 9).len();
    assert!(weight <= WEIGHT, "{weight} bytes");
}

/// What every page of ours keeps to.
#[track_caller]
fn sound(answer: &Answer) -> Page {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "style-src 'sha256-",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    light(&answer.text());
    let page = Page::read(&answer.text());
    assert_eq!(page.all("style").count(), 1);
    for element in &page.elements {
        assert!(
            element.attributes.iter().all(|(name, _)| name != "style" && !name.starts_with("on")),
            "{element:?}"
        );
    }
    page
}

// S0.1, S3.8, S3.16
#[tokio::test]
async fn the_programs_page_tells_all_of_it_without_a_script() {
    let store = open(whole()).await;
    let answer = landing(&store, "", "en-GB,en;q=0.8").await;
    assert_eq!(answer.status, 200);
    let page = sound(&answer);
    let text = page.text();
    for told in [
        "Test shop",
        "50 points",
        "A welcome from Lut",
        "Up to 5% of your order back",
        "Write about a cup",
        "25 points",
        "Bob",
        "Boabă de aur",
        "from 1,000.00 lei spent",
        "orders from 50.00 lei",
        "5% back",
        "Coffee card",
        "Free delivery",
        "Orders for a reward: 6",
        "1 point = 1.00 lei off a later order",
        "at most 20% of the order",
        "Bring a friend to Test shop",
        "They get 40 points",
        "You get more.",
        "100 points",
        "for you, for each friend",
        "40 points",
        "for your friend",
    ] {
        let plain = |text: &str| text.replace('\u{a0}', " ");
        assert!(plain(&text).contains(told), "{told:?} is not in {text}");
    }
    assert!(!text.contains("Only in the widget"), "{text}");
    assert_eq!(page.all("h1").count(), 1);
    let button = page.all("a").find(|a| a.get("class") == "button").expect("a way to the shop");
    assert_eq!(button.get("href"), "https://lut.example");
    // With a script, the widget; it stores nothing here.
    let script = page.one("script");
    assert_eq!((script.get("src"), script.get("data-store")), ("/fidela.js", store.id.as_str()));
    assert_eq!((script.get("data-consent"), script.text.as_str()), ("ask", ""));
    assert_eq!(page.one("fidela-panel").text, "");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"), "{policy}");
    assert!(policy.contains("img-src 'self'"), "{policy}");
    // It may be found, and each language by its own address.
    assert_eq!(page.meta("robots"), None);
    let alternates: Vec<&str> = page
        .all("link")
        .filter(|link| link.get("rel") == "alternate")
        .map(|link| link.get("hreflang"))
        .collect();
    assert_eq!(alternates, ["en", "es", "fr", "pt-BR", "ro", "x-default"]);
    assert_eq!(answer.header("cache-control"), "public, max-age=60, stale-while-revalidate=60");
    assert_eq!(answer.header("vary"), "accept-language");
    let head = store.anyone("HEAD", &format!("/s/{}", store.id)).send().await;
    assert_eq!((head.status, head.body.len(), head.header("vary")), (200, 0, "accept-language"));
    // Nothing of it is there when the program has it not.
    let plain = open(program()).await;
    let bare = sound(&landing(&plain, "", "en").await).text();
    for absent in ["Levels", "Stamp cards", "Missions", "Invite friends", "register"] {
        assert!(!bare.contains(absent), "{absent} is in {bare}");
    }
    plain.anyone("GET", "/s/st_0000000000000000").send().await.refused("not_found");
}

// S3.16
#[tokio::test]
async fn pages_speak_the_readers_language() {
    let store = open(whole()).await;
    for (rest, accepted, expected) in [
        ("", "", "ro"),
        ("", "de-DE,zh;q=0.5", "ro"),
        ("", "fr-CA,en;q=0.5", "fr"),
        ("", "pt", "pt-BR"),
        ("?lang=es", "fr", "es"),
        ("?lang=pt-BR", "", "pt-BR"),
        ("?lang=xx", "en", "en"),
        ("?lang=%22%3E%3Cscript%3E", "en", "en"),
    ] {
        let page = sound(&landing(&store, rest, accepted).await);
        assert_eq!(page.one("html").get("lang"), expected, "{rest} {accepted}");
        assert_eq!(page.one("script").get("data-locale"), expected);
    }
    let mut headings = Vec::new();
    for language in LANGUAGES {
        let page = sound(&landing(&store, &format!("?lang={language}"), "").await);
        let switch: Vec<_> = page.all("a").filter(|a| !a.get("hreflang").is_empty()).collect();
        let to: Vec<&str> = switch.iter().map(|a| a.get("lang")).collect();
        assert_eq!(to, LANGUAGES);
        let here: Vec<&str> =
            switch.iter().filter(|a| a.get("aria-current") == "true").map(|a| a.get("hreflang")).collect();
        assert_eq!(here, [language]);
        assert_eq!(switch[0].get("href"), format!("/s/{}?lang=en", store.id));
        // No key stands where its words should.
        let text = page.text();
        assert!(!text.contains("landing.") && !text.contains("invited.") && !text.contains('{'), "{text}");
        headings.push(page.one("h1").text.clone());
        let html = preview(&store, &whole()["referrals"], language).await["html"]
            .as_str()
            .expect("a page")
            .to_owned();
        let page = Page::read(&html);
        let text = page.text();
        assert!(!text.contains("page.") && !text.contains("invited.") && !text.contains('{'), "{text}");
        assert_eq!(page.one("html").get("lang"), language);
        headings.push(page.one("h1").text.clone());
    }
    headings.sort();
    headings.dedup();
    assert_eq!(headings.len(), 10, "{headings:?}");
}

// S3.15
#[tokio::test]
async fn networks_are_told_what_the_merchant_says_and_nobodys_name() {
    let store = open(whole()).await;
    let upload = store.merchant("PUT", "/v1/pictures/cup").sent_as("image/jpeg", JPEG);
    let picture = upload.send().await.ok(200);
    let draft = json!({
        "enabled": true, "invitee_points": 40,
        "social": {
            "image": "cup", "title": { "en": "A cup at {store}", "ro": "O cafea la {store}" }, "description": "{points} \"for\" <you>",
        },
        "landing_page": { "title": "{inviter} says: come", "body": "Dear friend,\n\n{points} wait.\nBye" },
    });
    let before = store.everything().await;
    let told = preview(&store, &draft, "ro").await;
    assert_eq!(store.everything().await, before, "a preview changes nothing");
    assert_eq!((&told["locale"], &told["warnings"]), (&json!("ro"), &json!([])));
    let html = told["html"].as_str().expect("a page");
    light(html);
    let page = Page::read(html);
    let meta = |name: &str| page.meta(name).unwrap_or_else(|| panic!("{name} is not told: {html}"));
    let url = meta("og:url");
    let host = url.strip_suffix("/r/preview").expect("an address of this server");
    assert!(host.starts_with("http"), "{url}");
    let image = format!("{host}{}", picture["url"].as_str().expect("an address"));
    for (name, content) in [
        ("og:type", "website"),
        ("og:site_name", "Test shop"),
        ("og:locale", "ro_RO"),
        ("og:title", "O cafea la Test shop"),
        ("og:description", "40 de puncte \"for\" <you>"),
        ("og:image", &image),
        ("og:image:type", "image/jpeg"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:image:alt", "O cafea la Test shop"),
        ("twitter:card", "summary_large_image"),
        ("twitter:title", "O cafea la Test shop"),
        ("twitter:image", &image),
        ("robots", "noindex"),
    ] {
        assert_eq!(meta(name).replace('\u{a0}', " "), content, "{name}");
        let tag = told["tags"].as_array().expect("tags").iter().find(|tag| tag["name"] == name);
        assert!(tag.is_some() || name == "robots", "{name} is not among the tags");
    }
    // Whoever opens it reads who invites; no network does.
    assert_eq!(page.one("h1").text, "Ana says: come");
    assert!(page.text().contains(" wait."), "{}", page.text());
    assert!(!page.one("title").text.contains("Ana"));
    assert!(!page.all("meta").any(|meta| meta.get("content").contains("Ana")));
    assert_eq!(page.all("script").count(), 0);
    for network in told["networks"].as_array().expect("networks") {
        assert_eq!(
            (&network["image"], &network["image_is_cut"]),
            (&json!(image), &json!(false)),
            "{network}"
        );
        assert_eq!(network["domain"], host.split("://").nth(1).expect("a host"));
        assert_eq!(network["title"], "O cafea la Test shop");
    }
    // Without texts and picture there are ours, and a small card.
    let told = preview(&store, &json!({ "enabled": true }), "en").await;
    let page = Page::read(told["html"].as_str().expect("a page"));
    assert_eq!(page.meta("twitter:card"), Some("summary"));
    assert_eq!(page.meta("og:image"), None);
    assert_eq!(page.meta("og:title"), Some("An invitation to Test shop"));
    assert_eq!(page.one("h1").text, "Ana invites you to Test shop");
    let long = "word ".repeat(60);
    let told = preview(
        &store,
        &json!({ "enabled": true, "social": { "image": "none", "title": &long[..200] } }),
        "en",
    )
    .await;
    assert_eq!(told["warnings"], json!([{ "path": "referrals.social.image", "code": "unknown_picture" }]));
    let x = told["networks"].as_array().expect("networks").iter().find(|one| one["id"] == "x").expect("X");
    assert!(
        x["title"].as_str().is_some_and(|title| title.ends_with("word…") && title.chars().count() <= 70),
        "{x}"
    );
}

// S3.16
#[tokio::test]
async fn a_draft_with_faults_is_refused_with_each_place() {
    let store = open(whole()).await;
    let ask = |body: &Value| store.merchant("POST", "/v1/referrals/preview").json(body);
    let draft = json!({
        "enabled": "yes", "landing_page": { "title": "{nobody}" }, "social": { "title": { "ro": "{inviter}" } },
    });
    let refused = ask(&json!({ "referrals": draft })).send().await.refused("invalid_program");
    let mut paths: Vec<&str> =
        refused["faults"].as_array().expect("faults").iter().filter_map(|one| one["path"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        ["referrals.enabled", "referrals.landing_page.title{nobody}", "referrals.social.title.ro{inviter}"]
    );
    let refused = ask(&json!({ "locale": "de" })).send().await.refused("invalid_body");
    assert_eq!(refused["faults"][0]["code"], "unknown_locale");
    ask(&json!({ "draft": 1 })).send().await.refused("invalid_body");
    store.anyone("POST", "/v1/referrals/preview").json(&json!({})).send().await.refused("unauthorized");
    // Nothing said: as it is.
    let told = ask(&json!({})).send().await.ok(200);
    assert_eq!(told["locale"], "ro");
    // S3.16: the page where shoppers invite is seen as well, with its places filled in.
    let draft =
        json!({ "enabled": true, "inviter_points": 70, "invite_page": { "title": "Tell of {store}" } });
    let told = ask(&json!({ "referrals": draft, "locale": "en" })).send().await.ok(200);
    let invite = &told["invite"];
    assert!(
        invite["title"].as_str().is_some_and(|title| title.starts_with("Tell of ") && !title.contains('{'))
    );
    assert!(invite["gives"].as_str().is_some_and(|gives| gives.contains("70")), "{invite}");
    assert!(invite["body"].as_str().is_some_and(|body| !body.is_empty()) && invite["friend_gets"].is_null());
}

// What others have written is shown where nothing of it runs, and that is no part of the console.
#[tokio::test]
async fn the_frame_for_what_others_have_written_is_a_sandbox() {
    let store = open(whole()).await;
    let answer = store.anyone("GET", "/console/frame").send().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("sandbox allow-scripts; default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("allow-same-origin") && policy.contains("frame-ancestors 'self'"), "{policy}");
    store.anyone("POST", "/console/frame").send().await.refused("method_not_allowed");
}

/// Where a merchant can write something that these pages show.
fn with_texts(text: &str, name: &str) -> Value {
    let program = whole()
        .with("/earning/programs/0/name", name)
        .with("/earning/programs/0/rate/levels/1/name", name)
        .with("/stamp_cards/0/name", name)
        .with("/missions/0/name", name)
        .with("/missions/0/description", text)
        .with("/bonuses/registration/message", text)
        .with("/points/name", json!({ "en": { "other": name.chars().take(40).collect::<String>() } }));
    let both = json!({ "title": name, "body": text });
    program
        .with("/referrals/invite_page", both.clone())
        .with("/referrals/landing_page", both)
        .with("/referrals/social", json!({ "title": name, "description": text }))
}

/// A thousand strings in every text: the page has no element and no attribute more than with harmless words.
// S3.15, S3.16
#[tokio::test]
async fn whatever_is_written_stays_words() {
    let store = open(whole()).await;
    let settings = |name: &str| json!({ "name": name, "locale": "en", "origins": ["https://lut.example"], "expiring_days": 30 });
    let shapes = async |text: &str, name: &str| {
        store.merchant("PUT", "/v1/settings").json(&settings(name)).send().await.ok(200);
        let program = with_texts(text, name);
        store.put_program(&program).await;
        let page = landing(&store, "?lang=en", "").await;
        let preview = preview(&store, &program["referrals"], "en").await;
        let html = preview["html"].as_str().expect("a page").to_owned();
        light(&html);
        (sound(&page), Page::read(&html))
    };
    // Harmless words, as many paragraphs as any of the others has: one.
    let (landing, invitation) = shapes("words", "words").await;
    let harmless = (landing.shape(), invitation.shape());
    let count = if std::env::var_os("FIDELA_QUICK").is_some() { 200 } else { 1_000 };
    for text in nasty(count, 150) {
        if text
            .trim_matches(|c: char| c.is_whitespace() || "\u{202e}\u{2066}\u{feff}\u{200f}".contains(c))
            .is_empty()
        {
            continue;
        }
        let (landing, invitation) = shapes(&text, &text).await;
        assert_eq!(landing.shape(), harmless.0, "/s/ with {text:?}");
        assert_eq!(invitation.shape(), harmless.1, "/r/ with {text:?}");
        let title = invitation.meta("og:title").expect("a title");
        assert!(
            !title.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)),
            "{title:?}"
        );
    }
}

/// The code of a shopper's link.
async fn code_of(store: &Store, customer: &str) -> String {
    let mine = store.shopper(customer, "GET", "/v1/me/invitations").send().await.ok(200);
    mine["code"].as_str().expect("a code").to_owned()
}

async fn invited(store: &Store, path: &str, language: &str) -> Answer {
    store.anyone("GET", &format!("/r/{path}")).header("accept-language", language).send().await
}

/// How often a shopper's link was opened.
async fn opened(store: &Store, customer: &str) -> Value {
    store.shopper(customer, "GET", "/v1/me/invitations").send().await.ok(200)["opened"].clone()
}

// S3.15, S3.16
#[tokio::test]
async fn an_invitation_says_who_invites_and_what_there_is_to_get() {
    let store = open(whole()).await;
    store.merchant("PUT", "/v1/pictures/cup").sent_as("image/jpeg", JPEG).send().await.ok(200);
    store.put_program(&whole().with("/referrals/social", json!({ "image": "cup" }))).await;
    store
        .put_customer("ana", json!({ "name": "Ana Maria Popescu", "email": "ana.popescu@example.com" }))
        .await;
    let code = code_of(&store, "ana").await;
    let answer = invited(&store, &code, "en").await;
    assert_eq!(answer.status, 200);
    let page = sound(&answer);
    assert_eq!(page.one("h1").text, "Ana invites you to Test shop");
    let text = page.text().replace('\u{a0}', " ");
    for told in [
        "40 points",
        "worth 40.00 lei",
        "after your first order from 50.00 lei",
        "50 points",
        "when you register",
    ] {
        assert!(text.contains(told), "{told:?} is not in {text}");
    }
    // Of whoever invites, the first name, and that only to people.
    for secret in ["Popescu", "Maria", "ana.popescu", "ana\""] {
        assert!(!answer.text().contains(secret), "{secret} is in {}", answer.text());
    }
    assert!(
        !page.one("title").text.contains("Ana")
            && !page.all("meta").any(|meta| meta.get("content").contains("Ana"))
    );
    assert_eq!(page.meta("robots"), Some("noindex"));
    assert!(page.meta("og:url").is_some_and(|url| url.ends_with(&format!("/r/{code}"))));
    assert_eq!(page.meta("twitter:card"), Some("summary_large_image"));
    let image = page.meta("og:image").expect("a picture");
    // Where shoppers invite, the texts have their places filled as well.
    let mine = store.shopper("ana", "GET", "/v1/me/invitations").send().await.ok(200);
    assert_eq!(mine["title"], "Bring a friend to Test shop");
    assert!(
        mine["body"]
            .as_str()
            .is_some_and(|body| body.starts_with("They get 40") && body.ends_with("You get more."))
    );
    let path = &image[image.find("/pictures/").expect("a picture of ours")..];
    assert_eq!(page.all("img").next().expect("the picture").get("src"), path);
    assert_eq!(store.anyone("GET", path).send().await.header("content-type"), "image/jpeg");
    // No script at all, and one way on.
    assert_eq!(page.all("script").count() + page.all("fidela-panel").count(), 0);
    assert!(!answer.header("content-security-policy").contains("script-src"));
    let buttons: Vec<&str> =
        page.all("a").filter(|a| a.get("class") == "button").map(|a| a.get("href")).collect();
    assert_eq!(buttons, [format!("/r/{code}/go")]);
    assert_eq!(answer.header("cache-control"), "public, max-age=60, stale-while-revalidate=60");
    assert_eq!(answer.header("vary"), "accept-language");
    for language in LANGUAGES {
        let page = sound(&invited(&store, &format!("{code}?lang={language}"), "").await);
        assert_eq!(page.one("html").get("lang"), language);
        assert!(page.one("h1").text.contains("Ana") && page.one("h1").text.contains("Test shop"));
    }
    // Somebody without a name invites as well.
    store.put_customer("nobody", json!({})).await;
    let code = code_of(&store, "nobody").await;
    assert_eq!(sound(&invited(&store, &code, "en").await).one("h1").text, "You are invited to Test shop");
}

// S3.14, S3.15
#[tokio::test]
async fn going_on_to_the_shop_takes_the_visit_along_and_looking_does_not() {
    let store = open(whole()).await;
    store.put_customer("ana", json!({ "name": "Ana" })).await;
    let code = code_of(&store, "ana").await;
    let path = format!("/r/{code}/go");
    sound(&invited(&store, &code, "en").await);
    store.anyone("HEAD", &format!("/r/{code}")).send().await.ok(200);
    let head = store.anyone("HEAD", &path).no_redirect().send().await;
    assert_eq!(head.status, 303);
    let ahead =
        store.anyone("GET", &path).header("sec-purpose", "prefetch;prerender").no_redirect().send().await;
    assert_eq!(ahead.status, 303);
    assert_eq!(opened(&store, "ana").await, 0, "nobody has gone yet");
    let gone = store.anyone("GET", &path).no_redirect().send().await;
    assert_eq!((gone.status, gone.header("cache-control")), (303, "no-store"));
    assert_eq!(opened(&store, "ana").await, 1);
    let to = gone.header("location");
    // 2026-03-10 is day 20522, and a link is remembered for 90 days, if not said.
    let (shop, visit) = to.split_once("?fidela_ref=").expect("a visit");
    assert_eq!(shop, "https://lut.example/");
    let (told, mac) = visit.rsplit_once('-').expect("a proof");
    assert_eq!((told, mac.len()), (format!("{code}-20522-90").as_str(), 8));
    // Late at night it is the next day in Bucharest.
    store.set_time("2026-03-10T22:30:00Z");
    let later = store.anyone("GET", &path).no_redirect().send().await;
    assert!(later.header("location").contains(&format!("{code}-20523-90-")), "{}", later.header("location"));
    // An address of the shop's own keeps what it has.
    let sender = json!({ "shop_url": "https://lut.example/shop?from=mail#top" });
    store.merchant("PUT", "/v1/messages").json(&json!({ "sender": sender })).send().await.ok(200);
    let gone = store.anyone("GET", &path).no_redirect().send().await;
    assert!(
        gone.header("location")
            .starts_with(&format!("https://lut.example/shop?from=mail&fidela_ref={code}-")),
        "{}",
        gone.header("location")
    );
    assert!(gone.header("location").ends_with("#top"));
    // A store that has said no address leads to its own page here.
    let homeless = Store::open(whole()).await;
    homeless.put_customer("ana", json!({ "name": "Ana" })).await;
    let code = code_of(&homeless, "ana").await;
    let gone = homeless.anyone("GET", &format!("/r/{code}/go")).no_redirect().send().await;
    assert_eq!(gone.header("location"), format!("/s/{}", homeless.id));
}

/// A page that says there is nothing, in a language, and what it is called.
#[track_caller]
fn sorry(answer: &Answer, status: u16) -> (Page, String) {
    assert_eq!((answer.status, answer.header("cache-control")), (status, "no-store"));
    let page = sound(answer);
    assert_eq!(page.meta("robots"), Some("noindex"));
    let title = page.one("h1").text.clone();
    (page, title)
}

// S3.16
#[tokio::test]
async fn an_invitation_that_is_no_more_says_so_and_leads_to_the_shop() {
    let store = open(whole()).await;
    store.put_customer("ana", json!({ "name": "Ana" })).await;
    let code = code_of(&store, "ana").await;
    let last = if code.ends_with('0') { "4" } else { "0" };
    let other = format!("{}{last}", &code[..code.len() - 1]);
    // Known to nobody; a code of this store leads to its shop, anything else nowhere.
    for rest in ["", "/go"] {
        let (page, title) =
            sorry(&store.anyone("GET", &format!("/r/{other}{rest}?lang=en")).send().await, 404);
        assert_eq!(title, "There is no such invitation");
        assert_eq!(page.all("a").filter(|a| a.get("href") == "https://lut.example").count(), 1);
    }
    for nothing in [
        "x",
        "0000000000000000000000000000000000000000000000",
        "%3Cscript%3E",
        &code[..44],
        &code.to_uppercase(),
    ] {
        let (page, title) = sorry(&invited(&store, nothing, "ro").await, 404);
        assert_eq!(title, "Nu există această invitație", "{nothing}");
        assert_eq!(page.all("a").filter(|a| !a.get("href").starts_with("/r/")).count(), 0);
    }
    // Switched off, it may be there again.
    for off in [whole().with("/referrals/enabled", false), whole().with("enabled", false)] {
        store.put_program(&off).await;
        let (_, title) = sorry(&invited(&store, &code, "en").await, 404);
        assert_eq!(title, "No invitations at the moment");
        sorry(&store.anyone("GET", &format!("/r/{code}/go")).no_redirect().send().await, 404);
    }
    store.put_program(&whole()).await;
    assert_eq!(invited(&store, &code, "en").await.status, 200);
    // By letter: used by one friend, and run out.
    let friend = |email: &str| json!({ "first_name": "Bob", "last_name": "Pop", "email": email });
    let friends = json!({ "friends": [friend("bob@example.com"), friend("eve@example.com")] });
    store.shopper("ana", "POST", "/v1/me/invitations").json(&friends).send().await.ok(200);
    let letters = fidela_api_tests::mail::arrived(&store, 2).await;
    let code_in = |letter: &fidela_api_tests::mail::Letter| {
        let (_, rest) = letter.text.split_once("/r/").expect("a link");
        rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
    };
    let codes: Vec<String> = letters.iter().map(code_in).collect();
    for code in &codes {
        let page = sound(&invited(&store, code, "en").await);
        assert!(!page.text().contains("Bob"), "who is invited is nobody else's business");
    }
    let claims =
        store.claims("bob").with("referral_code", codes[0].as_str()).with("email", "bob@example.com");
    store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    store.advance(&store.now().to_string()).await;
    let (page, title) = sorry(&invited(&store, &codes[0], "en").await, 410);
    assert_eq!(title, "This invitation has been used");
    assert_eq!(page.all("a").filter(|a| a.get("href") == "https://lut.example").count(), 1);
    store.advance("2026-07-01T00:00:00Z").await;
    let (_, title) = sorry(&invited(&store, &codes[1], "en").await, 410);
    assert_eq!(title, "This invitation has run out");
    sorry(&store.anyone("GET", &format!("/r/{}/go", codes[1])).no_redirect().send().await, 410);
    // The link of a shopper does not run out.
    assert_eq!(invited(&store, &code, "en").await.status, 200);
}

/// Names of shoppers are words as well.
// S3.16
#[tokio::test]
async fn whatever_somebody_is_called_stays_words() {
    let store = open(whole()).await;
    let page = async |name: &str| {
        store.put_customer("ana", json!({ "name": name })).await;
        let code = code_of(&store, "ana").await;
        sound(&invited(&store, &code, "en").await)
    };
    let harmless = page("Ana").await.shape();
    for name in nasty(200, 150) {
        if name
            .split_whitespace()
            .next()
            .is_none_or(|first| first.chars().all(|c| "\u{202e}\u{2066}\u{feff}\u{200f}".contains(c)))
        {
            continue;
        }
        assert_eq!(page(&name).await.shape(), harmless, "{name:?}");
    }
}
