//! The letter with which a shopper invites a friend: in which words it is written, what names may do to it, and how the
//! friend says no.

use fidela_api_tests::mail::{arrived, decline_path, unsubscribe_path};
use fidela_api_tests::{Ask, Listener, Store, With, long, program};
use serde_json::{Value, json};

use crate::referrals::settle;

/// The usual program, with invitations that give the friend 50 points.
fn inviting() -> Value {
    program().with("referrals", json!({ "enabled": true, "inviter_points": 100, "invitee_points": 50 }))
}

async fn preview(store: &Store, body: Value) -> Value {
    let body = body.with("letter", "invitation");
    store.merchant("POST", "/v1/messages/preview").json(&body).send().await.ok(200)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

// S3.13
#[tokio::test]
async fn an_invitation_reads_well_in_each_language() {
    let store = Store::open(inviting()).await;
    for (locale, subject, from, hello) in [
        ("en", "Ana invites you to Test shop", "Ana via Test shop", "Hello Dan,\n\nAna shops at Test shop"),
        (
            "es",
            "Ana te invita a Test shop",
            "Ana a través de Test shop",
            "Hola Dan:\n\nAna compra en Test shop",
        ),
        (
            "fr",
            "Ana vous invite chez Test shop",
            "Ana via Test shop",
            "Bonjour Dan,\n\nAna achète chez Test shop",
        ),
        (
            "pt-BR",
            "Ana convida você para a Test shop",
            "Ana via Test shop",
            "Olá Dan,\n\nAna compra na Test shop",
        ),
        (
            "ro",
            "Ana te invită la Test shop",
            "Ana prin Test shop",
            "Bună Dan,\n\nAna cumpără de la Test shop",
        ),
    ] {
        let letter = preview(&store, json!({ "locale": locale })).await;
        assert_eq!((text(&letter, "locale"), text(&letter, "subject")), (locale, subject));
        assert!(text(&letter, "from").starts_with(&format!("\"{from}\" <")), "{letter}");
        let words = text(&letter, "text");
        assert!(words.starts_with(hello) && words.contains("50") && !words.contains('{'), "{words}");
        assert!(words.contains("/r/preview\n") && words.contains("/n/"), "{words}");
        let html = text(&letter, "html");
        assert!(html.starts_with(&format!("<!DOCTYPE html><html lang=\"{locale}\" dir=\"ltr\">")), "{html}");
        assert!(html.contains("+50") && html.contains("/r/preview\""), "{html}");
        assert!(!html.contains("class=\"box\""), "no balance is the friend's: {html}");
        assert_eq!(letter["warnings"], json!([]));
    }
    // Where the friend gets nothing, nothing is promised; where an order has to be large enough, it is said.
    let without = inviting().with("/referrals/invitee_points", 0).with("/referrals/order_min", 5_000);
    let version = store.put_program(&without).await;
    let ask = |version: u64| {
        let ask = store.merchant("POST", "/v1/messages/preview");
        let ask = ask.header("fidela-program-version", version.to_string());
        ask.json(&json!({ "letter": "invitation", "locale": "en" }))
    };
    let letter = ask(version).send().await.ok(200);
    assert!(!text(&letter, "text").contains("points"), "{letter}");
    let version = store.put_program(&inviting().with("/referrals/order_min", 5_000)).await;
    let letter = ask(version).send().await.ok(200);
    assert!(text(&letter, "text").contains("a first order of lei\u{a0}50.00 or more"), "{letter}");
}

// S3.13
#[tokio::test]
async fn the_letter_is_the_merchants_to_write() {
    let email = json!({
        "subject": { "ro": "{inviter} și {store}: {points}", "en": "{friend}, look" },
        "body": { "ro": "Salut {friend}!\n\n{link}\n{shop_url}", "en": "Hi {friend},\n\nit is nice here." },
    });
    let store = Store::open(inviting().with("/referrals/email", email)).await;
    let sender = json!({ "sender": { "from_name": "Cafea", "from_email": "hi@shop.example",
        "reply_to": "help@shop.example", "shop_url": "https://shop.example/", "footer": "Strada 1" } });
    store.merchant("PUT", "/v1/messages").json(&sender).send().await.ok(200);
    let letter = preview(&store, json!({ "locale": "ro" })).await;
    assert_eq!(text(&letter, "subject"), "Ana și Test shop: 50 de puncte");
    assert_eq!(text(&letter, "from"), "\"Ana prin Cafea\" <hi@shop.example>");
    let words = text(&letter, "text");
    assert!(
        words.starts_with("Salut Dan!\n\nhttp") && words.contains("\nhttps://shop.example/\n"),
        "{words}"
    );
    // Where the merchant has put the link, it stands once in the text; in HTML it is a button as well.
    assert_eq!(words.matches("/r/preview").count(), 1, "{words}");
    assert_eq!(text(&letter, "html").matches("/r/preview\"").count(), 2, "{letter}");
    assert!(words.contains("\nStrada 1\n"), "{words}");
    // Without the link in it, the letter has it all the same.
    let letter = preview(&store, json!({ "locale": "en" })).await;
    assert!(text(&letter, "text").contains("Open the invitation: http"), "{letter}");
    // Where the merchant has no words for a language, the letter speaks the store's.
    let letter = preview(&store, json!({ "locale": "fr" })).await;
    assert_eq!((text(&letter, "locale"), text(&letter, "subject")), ("en", "Dan, look"));
    // A draft is looked at before it is sent, and what may surprise is said.
    let draft = json!({ "subject": "Psst", "body": "{points} for {friend}" });
    let letter = preview(&store, json!({ "locale": "fr", "text": draft })).await;
    assert_eq!((text(&letter, "locale"), text(&letter, "subject")), ("fr", "Psst"));
    assert!(text(&letter, "text").starts_with("50 points for Dan\n\nOuvrir l’invitation: http"), "{letter}");
    assert_eq!(letter["warnings"], json!([{ "path": "text.body", "code": "link_added" }]));
    // Who invites is one of the store's shoppers; only their first name is told.
    let ana = json!({ "name": "Maria Ionescu", "email": "maria@example.com", "locale": "ro" });
    store.put_customer("c-7", ana).await;
    let letter = preview(&store, json!({ "customer_id": "c-7" })).await;
    assert_eq!(text(&letter, "subject"), "Maria și Test shop: 50 de puncte");
    assert!(!letter.to_string().contains("Ionescu") && !letter.to_string().contains("maria@"), "{letter}");
}

// S3.13
#[tokio::test]
async fn a_letter_that_cannot_be_filled_in_is_refused() {
    let store = Store::open(inviting()).await;
    let email = json!({
        "subject": "Hi {nobody}\r\nBcc: x@y.zz",
        "body": { "en": "{balance} {points} {link} {balance}", "ro": "{A} {x_y} {friend}" },
    });
    let wrong = inviting().with("/referrals/email", email).with("/redemption/step", 0);
    let refused = store.merchant("PUT", "/v1/program").json(&wrong).send().await.refused("invalid_program");
    let faults: Vec<String> = refused["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| format!("{} {}", text(fault, "path"), text(fault, "code")))
        .collect();
    let own = [
        "referrals.email.subject control_character",
        "referrals.email.subject{nobody} unknown_placeholder",
        "referrals.email.body.en{balance} unknown_placeholder",
        "referrals.email.body.ro{x_y} unknown_placeholder",
    ];
    assert_eq!(faults[0], "redemption.step out_of_range", "{faults:?}");
    assert_eq!(faults[1..], own);
    // A preview of a program, and a new store, say the same.
    let wrong = wrong.with("/redemption/step", 1);
    let body = json!({ "program": wrong, "cart": fidela_api_tests::cart(10_000) });
    store.merchant("POST", "/v1/program/preview").json(&body).send().await.refused("invalid_program");
    let body = json!({ "name": "Wrong", "shards": 1, "program": wrong });
    let create = store.anyone("POST", "/v1/stores").bearer("operator").key(format!("wrong-{}", store.id));
    create.json(&body).send().await.refused("invalid_program");
    // Its texts are the program's, and stand nowhere else.
    let told = json!({ "letters": { "invitation": { "enabled": false } } });
    let refused = store.merchant("PUT", "/v1/messages").json(&told).send().await.refused("invalid_body");
    assert_eq!(refused["faults"], json!([{ "path": "letters.invitation", "code": "set_in_program" }]));
    let body = json!({ "letter": "invitation", "text": { "subject": "{name}", "body": "x" } });
    store.merchant("POST", "/v1/messages/preview").json(&body).send().await.refused("invalid_body");
    let state = store.merchant("GET", "/v1/messages").send().await.ok(200);
    assert_eq!(state["placeholders"]["invitation"][0], "friend");
    assert!(text(&state["defaults"]["invitation"]["ro"], "subject").contains("{inviter}"), "{state}");
}

/// Nasty words, put together from pieces, in an order that is always the same.
fn nasty(count: usize) -> Vec<String> {
    let long = "ш".repeat(3_000);
    let word = "x".repeat(998);
    let pieces = [
        "\r\nBcc: evil@evil.example",
        "\nSubject: evil",
        "\r",
        "%0d%0aBcc: evil@evil.example",
        "\u{2028}Bcc: evil@evil.example",
        "\u{2029}",
        "\u{85}To: evil@evil.example",
        "\u{b}\u{c}\u{0}\u{1b}[31m\u{7f}",
        "=?utf-8?Q?=0D=0ABcc:_evil=40evil.example?=",
        "=?utf-8?B?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "</title><a href=\"https://evil.example/\">",
        "<!-- --> ]]> &lt;&#x3c;",
        "{link}{points}{unsubscribe}{{",
        "http://evil.example/",
        "evil.example",
        "\u{202e}gro.live\u{2066}",
        "\u{200b}\u{feff}\u{ad}",
        "\u{e0041}\u{fffe}",
        "\"\\\" <evil@evil.example>, ",
        ";,:()[]@<>",
        "\r\n\r\n--=_boundary\r\nContent-Type: text/html\r\n\r\n",
        "\r\n.\r\nMAIL FROM:<x>\r\n",
        "😀e\u{301}\u{301}\u{301}ﷺ",
        "שלום",
        "Ana",
        " ",
        "",
        &word,
        &long,
    ];
    // A generator of Numerical Recipes: the same words each time, and any that fails can be found again.
    let mut seed = 5_u64;
    let mut roll = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((seed >> 33) % u64::try_from(below).expect("a number")).expect("a number")
    };
    (0..count).map(|_| (0..=roll(4)).map(|_| pieces[roll(pieces.len())]).collect()).collect()
}

/// Whether a text stays on its line and turns nothing.
fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// Where a page's own links lead.
fn links(html: &str) -> Vec<&str> {
    html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

// S3.13
#[tokio::test]
async fn nobodys_words_do_more_than_be_read() {
    let store = Store::open(inviting()).await;
    let own = [format!("{}/r/", store.server.url()), format!("{}/n/", store.server.url())];
    let sound = |letter: &Value| {
        for name in ["from", "subject"] {
            assert!(is_one_line(text(letter, name)), "{letter}");
        }
        let html = text(letter, "html");
        let lower = html.to_lowercase();
        for tag in ["<script", "<img", "<a href=\"https://evil", "onmouseover=\"", "-->"] {
            assert!(!lower.contains(tag), "{tag} in {letter}");
        }
        assert!(links(html).iter().all(|link| own.iter().any(|own| link.starts_with(own))), "{letter}");
        assert!(text(letter, "text").contains(&own[0]), "{letter}");
    };
    let words = nasty(1_000);
    let mut accepted = 0;
    for (i, words) in words.iter().enumerate() {
        // What a merchant writes is refused, or harmless.
        let draft = json!({ "subject": format!("S{words}"), "body": format!("B {words} {{friend}}") });
        let ask = store.merchant("POST", "/v1/messages/preview");
        let answer = ask.json(&json!({ "letter": "invitation", "text": draft })).send().await;
        match answer.status {
            200 => {
                accepted += 1;
                sound(&answer.json());
            }
            _ => drop(answer.refused("invalid_body")),
        }
        // A shop tells names as they are: one that leads somewhere is nobody's.
        if i % 4 == 0 {
            let name: String = words.chars().take(200).collect();
            let update = json!({ "name": name });
            if store.merchant("PUT", "/v1/customers/c-7").json(&update).send().await.status == 200 {
                let letter = preview(&store, json!({ "customer_id": "c-7" })).await;
                sound(&letter);
                assert!(!text(&letter, "subject").contains("evil"), "{letter}");
                assert!(!text(&letter, "from").contains("evil"), "{letter}");
            }
        }
    }
    assert!(
        (100..900).contains(&accepted),
        "{accepted} of them could be sent: some are harmless, some are not"
    );
}

// S3.13
#[tokio::test]
async fn a_friends_no_is_kept_and_can_be_taken_back() {
    let (store, other) = (Store::open(inviting()).await, Store::open(inviting()).await);
    let letter = preview(&store, json!({})).await;
    let path = decline_path(text(&letter, "text"));
    assert!(!path.contains("example") && path.is_ascii(), "{path}");
    let look =
        async |locale: &str| store.anyone("GET", &path).header("accept-language", locale).send().await.text();
    let form = |body: &str| {
        store.anyone("POST", &path).raw(body).header("content-type", "application/x-www-form-urlencoded")
    };
    // Mail scanners look at every link: nothing happens, however often.
    for (locale, tag, words) in [
        ("en-GB,en;q=0.9", "en", "Never write to me again"),
        ("es-MX", "es", "No volver a escribirme"),
        ("fr", "fr", "Ne plus jamais m’écrire"),
        ("pt", "pt-BR", "Nunca mais me escrever"),
        ("de,ro;q=0.5", "ro", "Nu-mi mai scrieți niciodată"),
        // The store's own, where none of ours is theirs.
        ("de", "en", "Never write to me again"),
    ] {
        let page = look(locale).await;
        assert!(page.contains(&format!("<html lang=\"{tag}\"")) && page.contains(words), "{page}");
        assert!(!page.contains("<script") && !page.contains("example.com"), "{page}");
    }
    // With one click in the mail program (RFC 8058), as often as it likes.
    for _ in 0..2 {
        let answer = form("List-Unsubscribe=One-Click").send().await;
        assert_eq!((answer.status, answer.text().as_str()), (200, ""));
        assert!(look("en").await.contains("sends you no more invitations"));
    }
    // The page takes it back, and says no again.
    assert!(form("action=on").send().await.text().contains("Never write to me again"));
    assert!(form("action=off").send().await.text().contains("Allow invitations again"));
    // It is this store's alone, nobody else can make such a link, and a shopper's is another one.
    let (_, own) = path.rsplit_once('.').expect("two parts");
    let shopper = json!({ "letter": "mission_completed" });
    let shopper = store.merchant("POST", "/v1/messages/preview").json(&shopper).send().await.ok(200);
    let shopper = unsubscribe_path(text(&shopper, "text")).replace("/u/", "/n/");
    let of_other = format!("/n/{}.{own}", other.id.trim_start_matches("st_"));
    for wrong in
        ["/n/x", "/n/.", "/n/%00", &path[..path.len() - 4], &path.replace("/n/", "/u/"), &shopper, &of_other]
    {
        assert_eq!(store.anyone("GET", wrong).send().await.status, 404, "{wrong}");
        store.anyone("POST", wrong).raw("action=off").send().await.refused("not_found");
    }
}

/// Somebody invites a friend.
fn invite(store: &Store, customer: &str, first_name: &str, email: &str) -> Ask {
    let friend = json!({ "first_name": first_name, "last_name": "Pop", "email": email });
    let ask = store.shopper(customer, "POST", "/v1/me/invitations").key(store.new_key());
    ask.json(&json!({ "friends": [friend] }))
}

/// An invitation that is taken in: whether there is a letter, nobody is told.
async fn invited(store: &Store, customer: &str, email: &str) {
    let answer = invite(store, customer, "Dan", email).send().await.ok(200);
    assert_eq!((&answer["sent"], &answer["results"][0]["status"]), (&json!(1), &json!("sent")), "{answer}");
    settle(store).await;
}

// S3.13
#[tokio::test]
async fn a_friend_gets_one_letter() {
    let store = Store::open(inviting()).await;
    let listener = Listener::start().await;
    let everything = json!({ "url": listener.url() });
    store.merchant("POST", "/v1/webhook_endpoints").json(&everything).send().await.ok(201);
    let ana = json!({ "name": "Ana Ionescu", "email": "ana@example.com", "locale": "ro" });
    store.put_customer("ana", ana).await;
    let ask = invite(&store, "ana", "Dan", "dan@example.com");
    for _ in 0..3 {
        ask.clone().send().await.ok(200);
        settle(&store).await;
    }
    let letter = arrived(&store, 1).await.remove(0);
    assert_eq!(letter.from, ("Ana prin Test shop".to_owned(), "loyalty@fidela.test".to_owned()));
    assert_eq!(letter.to, ("Dan".to_owned(), "dan@example.com".to_owned()));
    assert_eq!(letter.subject, "Ana te invită la Test shop");
    assert!(letter.text.starts_with("Bună Dan,\n\nAna cumpără de la Test shop"), "{}", letter.text);
    assert!(letter.text.contains("50 de puncte"), "{}", letter.text);
    assert!(letter.html.contains("<html lang=\"ro\"") && letter.html.contains("+50"), "{}", letter.html);
    let decline = decline_path(&letter.text);
    assert_eq!(letter.header("List-Unsubscribe"), format!("<{}{decline}>", store.server.url()));
    assert_eq!(letter.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert_eq!(letter.header("Content-Language"), "ro");
    assert!(letter.id.starts_with("evt_") && letter.id.ends_with("@fidela.test"), "{}", letter.id);
    // Of whom it is from, the first name is told, and of whom it is for, nothing in its links.
    assert!(!letter.raw.contains("Ionescu") && !letter.raw.contains("ana@"), "{}", letter.raw);
    assert!(!decline.contains("dan"), "{decline}");
    // Its link is its own, and not the one that Ana shares.
    let (_, code) = letter.text.split_once("/r/").expect("a link");
    let code = code.split_whitespace().next().expect("a code");
    let shared = store.shopper("ana", "GET", "/v1/me/invitations").send().await.ok(200)["code"].clone();
    assert!(code.len() == 45 && shared != code, "{code} {shared}");
    // The same friend once more is no second letter, and neither is time.
    let again = invite(&store, "ana", "Dan", "DAN@example.com").send().await.ok(200);
    assert_eq!(again["results"][0]["code"], "already_invited", "{again}");
    store.advance("2026-03-14T09:00:00Z").await;
    arrived(&store, 1).await;
    // An inviter whose language is none of ours writes in the store's; one without a name is a friend.
    store.put_customer("uwe", json!({ "locale": "de" })).await;
    invited(&store, "uwe", "eva@example.com").await;
    let letter = arrived(&store, 2).await.remove(1);
    assert_eq!(letter.subject, "A friend invites you to Test shop");
    assert_eq!((letter.from.0.as_str(), letter.header("Content-Language").as_str()), ("Test shop", "en"));
    // Who hears of everything that happens hears nothing of friends.
    let told = listener.received();
    assert!(told.iter().all(|event| event.event()["type"] != "friend.invited"), "{told:?}");
    assert!(told.iter().all(|event| !String::from_utf8_lossy(&event.body).contains("dan@")), "{told:?}");
    // What is no address of one person is told at once.
    for email in ["a,b@example.com", "<dan@example.com>", "dan", "dan@example.com\r\nBcc: x@y.zz", "a:b@c.de"]
    {
        invite(&store, "ana", "Dan", email).send().await.refused("invalid_body");
    }
}

// S3.13
#[tokio::test]
async fn who_has_said_no_gets_no_invitation_from_anybody() {
    let store = Store::open(inviting()).await;
    invited(&store, "ana", "dan@example.com").await;
    let letter = arrived(&store, 1).await.remove(0);
    let path = decline_path(&letter.text);
    let one_click = store.anyone("POST", &path).raw("List-Unsubscribe=One-Click");
    assert_eq!(one_click.clone().send().await.status, 200);
    // Nobody is told of it; the letter is not written, also to another way of writing the address.
    invited(&store, "maria", "dan@example.com").await;
    invited(&store, "ion", "Dan+shop@example.com").await;
    store.advance("2026-04-20T09:00:00Z").await;
    arrived(&store, 1).await;
    // Taken back, it is written again: from then on.
    let page = store.anyone("POST", &path).raw("action=on").send().await;
    assert!(page.text().contains("Never write to me again"), "{}", page.text());
    invited(&store, "radu", "dan@example.com").await;
    let letter = arrived(&store, 2).await.remove(1);
    // The same person has the same link for ever.
    assert_eq!(decline_path(&letter.text), path);
}

// S3.13
#[tokio::test]
async fn no_name_begins_a_header() {
    let email = json!({
        "subject": "{inviter}: {friend} <b>\"x\"</b> =?utf-8?Q?=0D=0ABcc:_x=40y.zz?=",
        "body": "{friend}\r\nFrom {inviter}\r\n.\r\n\r\n--x\r\n{link}",
    });
    let store = Store::open(inviting().with("/referrals/email", email)).await;
    let mut sent = 0;
    for (i, words) in nasty(if long() { 1_000 } else { 250 }).iter().enumerate() {
        let customer = format!("c-{}", i / 10);
        // The shop's own words are not refused where they can be stored at all.
        let name: String = words.chars().take(200).collect();
        let path = format!("/v1/customers/{customer}");
        drop(store.merchant("PUT", &path).json(&json!({ "name": name })).send().await);
        let answer = invite(&store, &customer, words, &format!("friend-{i}@example.com")).send().await;
        match answer.status {
            200 => sent += 1,
            _ => drop(answer.refused("invalid_body")),
        }
    }
    assert!(sent > 0, "some of them are names");
    settle(&store).await;
    for letter in arrived(&store, sent).await {
        for name in ["Bcc", "Cc", "MAIL FROM"] {
            assert_eq!(letter.header(name), "", "{}", letter.raw);
        }
        let (head, _) = letter.raw.split_once("\r\n\r\n").expect("a body");
        for name in ["From:", "To:", "Subject:", "Content-Type:", "List-Unsubscribe:"] {
            assert_eq!(head.split("\r\n").filter(|line| line.starts_with(name)).count(), 1, "{head}");
        }
        assert!(is_one_line(&letter.subject) && is_one_line(&letter.from.0), "{}", letter.raw);
        assert!(is_one_line(&letter.to.0) && letter.to.1.starts_with("friend-"), "{}", letter.raw);
        // What would be decoded is words like any others.
        assert!(letter.subject.contains("=0D=0ABcc:_x=40y.zz"), "{}", letter.subject);
        assert_eq!(letter.from.1, "loyalty@fidela.test");
        assert!(!letter.raw.contains("evil"), "{}", letter.raw);
        assert!(
            letter.raw.is_ascii() && letter.raw.split("\r\n").all(|line| line.len() <= 998),
            "{}",
            letter.raw
        );
        assert!(!letter.html.contains("<b>"), "{}", letter.html);
    }
}
