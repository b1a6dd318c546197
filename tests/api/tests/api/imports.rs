//! Spreadsheets: looked at first, then counted once, and taken back as far as it is there.

use fidela_api_tests::server::OPERATOR_KEY;
use fidela_api_tests::{Answer, Ask, Server, Store, With, cart, load, program};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

fn mission(id: &str, more: Value) -> Value {
    let mut mission = json!({
        "id": id, "kind": "custom", "name": "Write a review",
        "points": { "type": "fixed", "points": 50 }, "limit_per_shopper": 3,
    });
    for (name, value) in more.as_object().expect("fields") {
        mission[name] = value.clone();
    }
    mission
}

async fn store_with(missions: &[Value]) -> Store {
    Store::open(program().with("missions", missions.to_vec())).await
}

async fn store() -> Store {
    store_with(&[mission("review", json!({}))]).await
}

const REVIEW: &str = "kind=completions&mission=review";

fn upload(store: &Store, query: &str, file: impl Into<Vec<u8>>) -> Ask {
    store.merchant("POST", &format!("/v1/imports?{query}")).sent_as("text/csv", file.into())
}

/// Uploads a file, and answers the import once everything is done that is done by itself.
pub(crate) async fn uploaded(store: &Store, query: &str, file: impl Into<Vec<u8>>) -> Value {
    let made = upload(store, query, file).send().await.ok(202);
    settled(store, made["id"].as_str().expect("an id")).await
}

async fn look(store: &Store, id: &str) -> Value {
    store.merchant("GET", &format!("/v1/imports/{id}")).send().await.ok(200)
}

/// An import that nothing more happens to.
async fn settled(store: &Store, id: &str) -> Value {
    for _ in 0..600 {
        let import = look(store, id).await;
        if matches!(import["status"].as_str(), Some("ready" | "done" | "reverted")) {
            return import;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it does not come to an end: {}", look(store, id).await);
}

pub(crate) async fn does(store: &Store, import: &Value, what: &str) -> Value {
    let id = import["id"].as_str().expect("an id");
    store.merchant("POST", &format!("/v1/imports/{id}/{what}")).send().await.ok(202);
    settled(store, id).await
}

pub(crate) async fn get(store: &Store, import: &Value, rest: &str) -> Answer {
    let path = format!("/v1/imports/{}{rest}", import["id"].as_str().expect("an id"));
    store.merchant("GET", &path).header("accept-language", "en").send().await
}

/// Each row: number, status, points, code.
pub(crate) async fn rows(store: &Store, import: &Value) -> Vec<(i64, String, i64, String)> {
    let page = get(store, import, "/rows?limit=200").await.ok(200);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().expect("items").iter();
    items
        .map(|row| {
            let number = |name: &str| row[name].as_i64().expect("a number");
            (number("row"), text(row, "status"), number("points"), text(row, "code"))
        })
        .collect()
}

pub(crate) fn row(number: i64, status: &str, points: i64, code: &str) -> (i64, String, i64, String) {
    (number, status.to_owned(), points, code.to_owned())
}

pub(crate) async fn available(store: &Store, customer: &str) -> i64 {
    store.balance(customer).await.0
}

pub(crate) fn counts(import: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| import["counts"][*name].as_i64().expect("a number")).collect()
}

const KINDS: [&str; 4] = ["granted", "replayed", "refused", "faulty"];

fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells.iter()) {
            sheet.write_string(at, column, *cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

// S0.3, S0.6, S0.7
#[tokio::test]
async fn a_file_is_looked_at_first_and_counted_when_it_is_said_to() {
    let csv = "Customer ID,Reference\nana,r-1\nana,r-2\nbob,r-1\n".as_bytes().to_vec();
    let rows_of = [["Customer ID", "Reference"], ["ana", "r-1"], ["ana", "r-2"], ["bob", "r-1"]];
    let rows_of: Vec<&[&str]> = rows_of.iter().map(<[&str; 2]>::as_slice).collect();
    for file in [csv, xlsx(&rows_of)] {
        let store = store().await;
        store.put_customer("ana", json!({})).await;
        let before = store.everything().await;
        let import = uploaded(&store, REVIEW, file).await;
        assert_eq!(import["status"], "ready");
        assert_eq!(
            json!([import["rows"], import["points_to_grant"], import["points_granted"]]),
            json!([3, 150, 0])
        );
        assert_eq!(counts(&import, &["grantable", "refused", "faulty"]), [3, 0, 0]);
        assert_eq!(
            import["columns"][1],
            json!({ "field": "reference", "column": "B", "header": "Reference" })
        );
        assert_eq!(store.everything().await, before, "looking changes nothing");
        let done = does(&store, &import, "start").await;
        assert_eq!(done["status"], "done");
        assert_eq!(counts(&done, &KINDS), [3, 0, 0, 0]);
        assert_eq!(
            json!([done["points_granted"], done["points_to_grant"], done["rows_done"]]),
            json!([150, 0, 3])
        );
        assert_eq!((available(&store, "ana").await, available(&store, "bob").await), (100, 50));
        let expected = [row(2, "granted", 50, ""), row(3, "granted", 50, ""), row(4, "granted", 50, "")];
        assert_eq!(rows(&store, &import).await, expected);
        let page = get(&store, &import, "/rows?limit=1&after=2").await.ok(200);
        assert_eq!(json!([page["items"][0]["reference"], page["next"]]), json!(["r-2", "3"]));
        // Told again, it is done; and the list knows.
        assert_eq!(does(&store, &import, "start").await, done);
        let listed = store.merchant("GET", "/v1/imports").send().await.ok(200);
        assert_eq!(
            json!([listed["items"][0]["id"], listed["items"][0]["status"]]),
            json!([import["id"], "done"])
        );
        // The shopper sees it as if it had been told through the API.
        let me = store.shopper("ana", "GET", "/v1/me").send().await.ok(200);
        assert_eq!(me["missions"][0]["done"], 2);
    }
}

// S0.3: the template in each language leads back in.
#[tokio::test]
async fn the_templates_are_files_that_can_be_filled() {
    let store = store().await;
    for (language, header) in [("en", "Email,"), ("ro", "\"Adresă de e-mail\";"), ("pt-BR", "E-mail;")] {
        let path = format!("/v1/imports/template.csv?{REVIEW}");
        let answer = store.merchant("GET", &path).header("accept-language", language).send().await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-disposition").contains("completions.csv"));
        assert!(answer.text().trim_start_matches('\u{feff}').starts_with(header), "{}", answer.text());
        let workbook = store.merchant("GET", "/v1/imports/template.xlsx?kind=balances");
        let workbook = workbook.header("accept-language", language).send().await;
        assert_eq!((workbook.status, &workbook.body[..4]), (200, &b"PK\x03\x04"[..]));
        // Empty, it is a file without rows.
        let import = uploaded(&store, "kind=balances", workbook.body).await;
        assert_eq!(json!([import["rows"], import["status"]]), json!([0, "ready"]));
    }
    store.merchant("GET", "/v1/imports/template.csv").send().await.refused("invalid_query");
}

// S0.5: three times, twice at once, and with rows doubled inside.
#[tokio::test]
async fn nobody_gets_anything_twice_and_limits_hold() {
    let store = store().await;
    let file = "Customer ID;Reference\nana;r-1\nana;r-1\nana;r-2\nana;r-3\nana;r-4\nbob;r-1\n";
    let import = uploaded(&store, REVIEW, file).await;
    let planned = [
        row(2, "grantable", 50, ""),
        row(3, "replayed", 50, ""),
        row(4, "grantable", 50, ""),
        row(5, "grantable", 50, ""),
        row(6, "refused", 0, "mission_limit_reached"),
        row(7, "grantable", 50, ""),
    ];
    assert_eq!(rows(&store, &import).await, planned);
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &KINDS), [4, 1, 1, 0]);
    assert_eq!(counts(&done, &["over_limit"]), [1]);
    for _ in 0..2 {
        let again = uploaded(&store, &format!("{REVIEW}&start=true"), file).await;
        // A row would be refused: it waits for somebody to say so.
        assert_eq!(json!([again["status"], again["points_to_grant"]]), json!(["ready", 0]));
        let again = does(&store, &again, "start").await;
        assert_eq!(counts(&again, &KINDS), [0, 5, 1, 0]);
    }
    let part =
        uploaded(&store, &format!("{REVIEW}&start=true"), "Customer ID\tReference\nbob\tr-1\nbob\tr-2\n")
            .await;
    assert_eq!(part["status"], "done", "nothing was wrong: it went on by itself");
    assert_eq!(counts(&part, &KINDS), [1, 1, 0, 0]);
    assert_eq!((available(&store, "ana").await, available(&store, "bob").await), (150, 100));
    // Two at once, and each started twice at once.
    let fresh = (0..40).map(|n| format!("c-{};x-{n}\n", n % 10)).collect::<Vec<_>>().concat();
    let fresh = format!("Customer ID;Reference\n{fresh}");
    let uploads =
        load::at_once(2, vec![upload(&store, REVIEW, fresh.clone()), upload(&store, REVIEW, fresh)]).await;
    let mut imports = Vec::new();
    for made in uploads {
        imports.push(settled(&store, made.ok(202)["id"].as_str().expect("an id")).await);
    }
    let starts = imports.iter().chain(&imports).map(|import| {
        store.merchant("POST", &format!("/v1/imports/{}/start", import["id"].as_str().expect("an id")))
    });
    for answer in load::at_once(4, starts.collect()).await {
        answer.ok(202);
    }
    let mut granted = 0;
    for import in imports {
        granted += counts(&settled(&store, import["id"].as_str().expect("an id")).await, &["granted"])[0];
    }
    assert_eq!(granted, 30, "ten shoppers, three times each");
    for n in 0..10 {
        assert_eq!(available(&store, &format!("c-{n}")).await, 150);
    }
}

// S0.5: beyond one batch, what a file has above a row counts for it.
#[tokio::test]
async fn a_long_file_is_planned_as_it_will_be_counted() {
    let store = Store::on(
        Server::shared(),
        json!({
            "shards": 16, "program": program().with("missions", vec![mission("review", json!({}))]),
        }),
    )
    .await;
    let lines = (0..1_600).map(|n| format!("c-{},r-{}\n", n % 350, n / 350 % 4)).collect::<Vec<_>>().concat();
    let import = uploaded(&store, REVIEW, format!("Customer ID,Reference\n{lines}")).await;
    // Three each, a fourth is refused, and what comes after it is the first once more.
    let kinds = ["grantable", "replayed", "refused"];
    assert_eq!(counts(&import, &kinds), [1_050, 200, 350]);
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &["granted", "replayed", "refused"]), [1_050, 200, 350]);
    assert_eq!(done["points_granted"], 1_050 * 50);
}

// S0.3, S0.6: every fault with its row and column, and nothing else.
#[tokio::test]
async fn faults_are_told_with_their_place_and_keep_nobody_from_the_others() {
    let store = store_with(&[mission(
        "gift",
        json!({
            "points": { "type": "per_amount", "every": 100, "points": 1 }, "limit_per_shopper": null,
        }),
    )])
    .await;
    let file = "Adresă de e-mail;ID client;Referință;Sumă;Notă\n\
                ;ana;r-1;12,50;bine\n\
                nu-i-adresa;;r-2;10;\n\
                ;bob;;-5;\n\
                ;;r-3;x;\n\
                \n\
                ;ana;r-4;0,10;\n";
    let query = "kind=completions&mission=gift&start=true";
    let made = upload(&store, query, file).header("accept-language", "ro").send().await.ok(202);
    let import = settled(&store, made["id"].as_str().expect("an id")).await;
    assert_eq!(json!([import["status"], import["rows"]]), json!(["ready", 5]));
    assert_eq!(counts(&import, &["grantable", "refused", "faulty"]), [1, 1, 3]);
    assert_eq!(
        json!([import["warnings"][0]["column"], import["warnings"][0]["code"]]),
        json!(["E", "column_unknown"])
    );
    let page = get(&store, &import, "/rows").await.ok(200);
    let mut found = Vec::new();
    for row in page["items"].as_array().expect("items") {
        for fault in row["faults"].as_array().into_iter().flatten() {
            assert!(fault["title"].as_str().is_some_and(|title| title.len() > 10), "{fault}");
            found.push(json!([row["row"], fault["column"], fault["value"], fault["code"]]));
        }
    }
    let expected = json!([
        [3, "A", "nu-i-adresa", "email_invalid"],
        [4, "C", "", "reference_missing"],
        [4, "D", "-5", "amount_negative"],
        [5, null, "", "person_missing"],
        [5, "D", "x", "amount_invalid"],
    ]);
    assert_eq!(Value::from(found), expected);
    // The console's filter: rows of one kind alone, or of some.
    let asked = async |status: &str| {
        let page = get(&store, &import, &format!("/rows?status={status}")).await.ok(200);
        page["items"].as_array().expect("items").iter().map(|row| row["row"].clone()).collect::<Value>()
    };
    assert_eq!(asked("faulty").await, json!([3, 4, 5]));
    assert_eq!(asked("grantable,refused").await, json!([2, 7]));
    assert_eq!(asked("granted").await, json!([]));
    get(&store, &import, "/rows?status=good").await.refused("invalid_query");
    let done = does(&store, &import, "start").await;
    assert_eq!((counts(&done, &KINDS), available(&store, "ana").await), (vec![1, 0, 1, 3], 12));
    let path = format!("/v1/imports/{}/errors.csv", import["id"].as_str().expect("an id"));
    let errors = store.merchant("GET", &path).header("accept-language", "ro").send().await;
    assert_eq!(errors.header("content-type"), "text/csv; charset=utf-8");
    let text = errors.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 7, "{text}");
    assert_eq!(lines[0], "Rând;Coloană;Valoare;Cod;\"Ce este greșit\"");
    assert_eq!(
        lines[1],
        "3;\"A (Adresă de e-mail)\";nu-i-adresa;email_invalid;\"Aceasta nu este o adresă de e-mail.\""
    );
    assert!(lines[6].starts_with("7;;ana;amount_too_small;"), "{}", lines[6]);
}

// S0.6: what is no spreadsheet is refused with its reason, and nothing is kept.
#[tokio::test]
async fn a_bad_file_is_refused_whole() {
    let store = store().await;
    let before = store.everything().await;
    for (file, code) in [
        (Vec::new(), "file_empty"),
        (b"%PDF-1.7 and so on".to_vec(), "file_pdf"),
        (b"PK\x03\x04 and nothing".to_vec(), "file_damaged"),
        (b"<html><body>".to_vec(), "file_html"),
        (b"one,two\n1,2\n".to_vec(), "header_missing"),
        (b"Customer ID,Reference\nana,\"r-1\n".to_vec(), "quote_not_closed"),
        ([b"Customer ID,Reference\n".to_vec(), b"ana,x\n".repeat(100_001)].concat(), "too_many_rows"),
    ] {
        let ask = upload(&store, REVIEW, file).header("accept-language", "fr");
        let refused = ask.send().await.refused("import_file_invalid");
        assert_eq!(refused["fault"]["code"], code, "{refused}");
        assert!(refused["fault"]["title"].as_str().is_some_and(|title| title.ends_with('.')), "{refused}");
    }
    let large = announced(&store, (20 << 20) + 1).await;
    assert!(large.starts_with("HTTP/1.1 413 ") && large.contains("import_too_large"), "{large}");
    for query in ["", "kind=orders", "kind=completions", "kind=balances&mission=review"] {
        upload(&store, query, "Email\n").send().await.refused("invalid_query");
    }
    upload(&store, "kind=completions&mission=no", "Email\n").send().await.refused("mission_not_found");
    assert_eq!(store.merchant("GET", "/v1/imports").send().await.ok(200)["items"], json!([]));
    assert_eq!(store.everything().await, before);
}

// S0.5: the same upload is the same import; another file needs another key.
#[tokio::test]
async fn an_upload_that_is_sent_again_is_the_same_import() {
    let store = store().await;
    let ask = upload(&store, REVIEW, "Customer ID;Reference\nana;r-1\n");
    let first = ask.send().await.ok(202);
    assert_eq!(ask.send().await.ok(202), first);
    let other = ask.clone().sent_as("text/csv", "Customer ID;Reference\nana;r-2\n");
    other.send().await.refused("idempotency_key_reused");
    assert_eq!(look(&store, first["id"].as_str().expect("an id")).await["rows"], 1);
    // Another store does not know it, and cannot tell it from one that never was.
    let stranger = self::store().await;
    for (method, rest) in [
        ("GET", ""),
        ("GET", "/rows"),
        ("GET", "/errors.csv"),
        ("POST", "/start"),
        ("POST", "/revert"),
        ("DELETE", ""),
    ] {
        let path = |id: &str| format!("/v1/imports/{id}{rest}");
        let theirs = stranger.merchant(method, &path(first["id"].as_str().expect("an id"))).send().await;
        theirs.refused("not_found");
        theirs.same_as(&stranger.merchant(method, &path("im_0000")).send().await);
    }
    // Forgotten, it is gone; what it granted would have stayed.
    let done = does(&store, &first, "start").await;
    let path = format!("/v1/imports/{}", done["id"].as_str().expect("an id"));
    store.merchant("DELETE", &path).send().await.ok(204);
    store.merchant("DELETE", &path).send().await.ok(204);
    store.merchant("GET", &path).send().await.refused("not_found");
    assert_eq!(store.merchant("GET", "/v1/imports").send().await.ok(200)["items"], json!([]));
    assert_eq!(available(&store, "ana").await, 50);
}

// S0.3: by e-mail, for customers and for whoever will prove it.
#[tokio::test]
async fn rows_by_address_wait_or_find_their_customer() {
    let store = store().await;
    let sign_in = async |customer: &str, email: &str| {
        let claims = store.claims(customer).with("email", email).with("email_verified", true);
        store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    };
    sign_in("ana", "ana@example.com").await;
    let file = "Email;Reference\nAna@example.com;r-1\nnew@example.com;r-1\ngone@example.com;r-1\n";
    let import = uploaded(&store, REVIEW, file).await;
    assert_eq!(counts(&import, &["grantable", "will_wait"]), [1, 2]);
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &["granted", "waiting"]), [1, 2]);
    sign_in("new", "new@example.com").await;
    assert_eq!((available(&store, "ana").await, available(&store, "new").await), (50, 50));
    // Who is erased is in no row any more: nobody is left to be named.
    store.merchant("DELETE", "/v1/customers/ana").send().await.ok(204);
    let left = get(&store, &import, "/rows?limit=200").await.text();
    assert!(!left.to_lowercase().contains("ana@example.com") && left.contains("new@example.com"), "{left}");
    // Taken back from the others, wherever they are by now.
    let reverted = does(&store, &import, "revert").await;
    assert_eq!(json!([reverted["points_taken_back"], reverted["points_missing"]]), json!([100, 0]));
    assert_eq!(available(&store, "new").await, 0);
    sign_in("gone", "gone@example.com").await;
    assert_eq!(available(&store, "gone").await, 0);
}

// S0.7: taken back as far as it is there, and counted again when it comes again.
#[tokio::test]
async fn an_import_can_be_taken_back() {
    let store =
        store_with(&[mission("review", json!({ "points": { "type": "fixed", "points": 100 } }))]).await;
    let file = "Customer ID,Reference\nana,r-1\nbob,r-1\ncid,r-1\n";
    let import = uploaded(&store, &format!("{REVIEW}&start=true"), file).await;
    assert_eq!(import["status"], "done");
    // One has spent some, one of them was told before by the API as well.
    store.held("bob", 20, &cart(10_000)).await;
    let reverted = does(&store, &import, "revert").await;
    assert_eq!(reverted["status"], "reverted");
    assert_eq!(json!([reverted["points_taken_back"], reverted["points_missing"]]), json!([280, 20]));
    assert_eq!(does(&store, &import, "revert").await, reverted, "natural");
    let all = get(&store, &import, "/rows").await.ok(200);
    assert_eq!(json!([all["items"][1]["points"], all["items"][1]["missing"]]), json!([80, 20]));
    for customer in ["ana", "bob", "cid"] {
        assert_eq!(available(&store, customer).await, 0);
    }
    let path = format!("/v1/imports/{}/start", import["id"].as_str().expect("an id"));
    store.merchant("POST", &path).send().await.refused("import_reverted");
    // Once more: what was taken comes again, and what was not taken not.
    let again = uploaded(&store, &format!("{REVIEW}&start=true"), file).await;
    assert_eq!(counts(&again, &["granted"]), [3]);
    assert_eq!((available(&store, "ana").await, available(&store, "bob").await), (100, 80));
    // The first one takes back nothing of what the second one told.
    assert_eq!(does(&store, &import, "revert").await, reverted);
    assert_eq!(available(&store, "ana").await, 100);
    // What the API had told is not the import's to take.
    let told = json!({ "customer_id": "dan", "reference": "r-9" });
    store.merchant("POST", "/v1/missions/review/completions").json(&told).send().await.ok(200);
    let replayed =
        uploaded(&store, &format!("{REVIEW}&start=true"), "Customer ID,Reference\ndan,r-9\n").await;
    assert_eq!(counts(&replayed, &KINDS), [0, 1, 0, 0]);
    assert_eq!(does(&store, &replayed, "revert").await["points_taken_back"], 0);
    assert_eq!(available(&store, "dan").await, 100);
}

/// What is answered to a file of so many bytes, of which none has come yet.
async fn announced(store: &Store, bytes: usize) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", store.server.port())).await;
    let mut stream = stream.expect("a connection");
    let head = format!(
        "POST /v1/imports?{REVIEW} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         idempotency-key: large\r\ncontent-length: {bytes}\r\n\r\n",
        store.secret_key
    );
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut answer = vec![0; 4_096];
    let read = stream.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

pub(crate) async fn plan(store: &Store, plan: Value) {
    let path = format!("/v1/stores/{}/plan", store.id);
    store.anyone("PUT", &path).bearer(OPERATOR_KEY).json(&plan).send().await.ok(204);
}

// The plan lets imports or not, and so many grants in a month.
#[tokio::test]
async fn the_plan_holds_for_imports() {
    let store = store().await;
    plan(&store, json!({ "name": "Small", "features": ["custom_missions"] })).await;
    let refused = upload(&store, REVIEW, "Customer ID,Reference\nana,r-1\n").send().await;
    assert_eq!(refused.refused("plan_limit_reached")["what"], "imports");
    let features = ["custom_missions", "imports"];
    plan(&store, json!({ "name": "M", "features": features, "quotas": { "grants_per_month": 3 } })).await;
    let lines = (0..5).map(|n| format!("c-{n},r\n")).collect::<Vec<_>>().concat();
    let import = uploaded(&store, REVIEW, format!("Customer ID,Reference\n{lines}")).await;
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &["granted", "refused", "over_plan"]), [3, 2, 2]);
    assert_eq!(rows(&store, &import).await[4].3, "plan_limit_reached");
    // With more, the rest of it.
    plan(&store, json!({ "name": "L", "features": features, "quotas": { "grants_per_month": 10 } })).await;
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &["granted", "refused", "over_plan"]), [5, 0, 0]);
    assert_eq!(available(&store, "c-4").await, 50);
}

// S0.3: balances that a merchant brings along.
#[tokio::test]
async fn balances_come_along_once_and_can_be_taken_back() {
    let mut rules = program().with(
        "earning",
        json!({
            "award_statuses": ["delivered"], "programs": [], "registration": { "points": 500 },
        }),
    );
    rules["missions"] = json!([{
        "id": "join", "kind": "create_account", "points": { "type": "fixed", "points": 70 }, "verify": "automatic",
    }]);
    rules["earning"].as_object_mut().expect("fields").remove("registration");
    rules["earning"]["programs"] = program()["earning"]["programs"].clone();
    let store = Store::open(rules).await;
    store.put_customer("bob", json!({ "name": "Bob", "birthday": "1980-01-01" })).await;
    let before = store.everything().await;
    let file = "Customer ID;Email;Points;Last day;Spent;Registered at;Birthday;Name\n\
                ana;ana@example.com;1200;2026-12-31;1250.50;2024-05-17;1990-05-17;Ana\n\
                ana;;300;2026-05-31;;;;\n\
                bob;;10;;;2020-01-01;1999-09-09;Robert\n\
                cid;;5;2026-01-01;;;;\n\
                ;nobody@example.com;5;2026-01-01;;;;\n\
                ana;;300;2026-05-31;;;;\n";
    let import = uploaded(&store, "kind=balances", file).await;
    let planned = [
        row(2, "grantable", 1_200, ""),
        row(3, "grantable", 300, ""),
        row(4, "grantable", 10, ""),
        row(5, "refused", 0, "last_day_over"),
        row(6, "refused", 0, "last_day_over"),
        row(7, "replayed", 300, ""),
    ];
    assert_eq!(rows(&store, &import).await, planned);
    assert_eq!(store.everything().await, before, "looking changes nothing");
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &KINDS), [3, 1, 2, 0]);
    let ana = store.detail("ana").await;
    assert_eq!(
        json!([ana["available"], ana["spent"], ana["name"], ana["birthday"]]),
        json!([1_500, 125_050, "Ana", "1990-05-17"])
    );
    let bob = store.detail("bob").await;
    assert_eq!(
        json!([bob["available"], bob["name"], bob["birthday"]]),
        json!([10, "Bob", "1980-01-01"]),
        "what the shop said is newer"
    );
    let once = store.everything().await;
    // The same file again gives nothing; another one for the same customers is refused.
    let again = uploaded(&store, "kind=balances&start=true", file).await;
    let again = does(&store, &again, "start").await;
    assert_eq!(counts(&again, &["granted", "replayed"]), [0, 4]);
    let other = uploaded(&store, "kind=balances", "Customer ID;Points\nana;1\n").await;
    assert_eq!(rows(&store, &other).await, [row(2, "refused", 0, "balance_already_opened")]);
    assert_eq!(store.everything().await, once);
    // Their last day is the file's.
    store.advance("2026-06-01T12:00:00Z").await;
    assert_eq!(available(&store, "ana").await, 1_200);
    let reverted = does(&store, &import, "revert").await;
    assert_eq!(json!([reverted["points_taken_back"], reverted["points_missing"]]), json!([1_210, 300]));
    let ana = store.detail("ana").await;
    assert_eq!(json!([ana["available"], ana["spent"]]), json!([0, 0]));
    // Then another file may say it.
    let other = uploaded(&store, "kind=balances&start=true", "Customer ID;Points\nana;7\n").await;
    assert_eq!((counts(&other, &["granted"]), available(&store, "ana").await), (vec![1], 7));
}

// Rows name people: they are kept for 90 days from when nothing more happened, and what they came to for longer.
#[tokio::test]
async fn rows_are_forgotten_some_time_after_the_import_has_ended() {
    let store = store().await;
    let file = "Customer ID,Email,Reference\nana,,r-1\nana,,r-2\n,no-address,r-1\n";
    let done = does(&store, &uploaded(&store, REVIEW, file).await, "start").await;
    let other = "Customer ID,Reference\nbob,r-1\n";
    let ready = uploaded(&store, REVIEW, other).await;
    let reverted =
        does(&store, &uploaded(&store, &format!("{REVIEW}&start=true"), other).await, "revert").await;
    let until = store.now() + jiff::SignedDuration::from_hours(90 * 24);
    let listed = store.merchant("GET", "/v1/imports").send().await.ok(200);
    for import in [&done, &ready, &reverted, &listed["items"][0]] {
        assert_eq!(import["rows_until"].as_str().map(fidela_api_tests::moment), Some(until), "{import}");
    }
    let before = until - jiff::SignedDuration::from_secs(1);
    store.advance(&before.to_string()).await;
    assert_eq!(rows(&store, &done).await.len(), 3);
    assert!(get(&store, &done, "/errors.csv").await.text().contains("no-address"));

    store.advance(&until.to_string()).await;
    for import in [&done, &ready, &reverted] {
        for rest in ["/rows", "/errors.csv"] {
            get(&store, import, rest).await.refused("import_forgotten");
        }
        let left = look(&store, import["id"].as_str().expect("an id")).await;
        for (name, value) in import.as_object().expect("fields") {
            let expected = if name == "columns" { json!([]) } else { value.clone() };
            assert_eq!(left[name], expected, "{name}");
        }
    }
    let ask = |import: &Value, what: &str| {
        let id = import["id"].as_str().expect("an id").to_owned();
        store.merchant("POST", &format!("/v1/imports/{id}/{what}"))
    };
    for (import, what) in [(&done, "revert"), (&ready, "start"), (&ready, "revert")] {
        ask(import, what).send().await.refused("import_forgotten");
    }
    // What there is nothing to be done for is answered as ever.
    for (import, what) in [(&done, "start"), (&reverted, "revert")] {
        assert_eq!(ask(import, what).send().await.ok(202)["status"], import["status"]);
    }
    assert_eq!((available(&store, "ana").await, available(&store, "bob").await), (100, 0));
    let again = uploaded(&store, &format!("{REVIEW}&start=true"), other).await;
    assert_eq!(counts(&again, &["granted"]), [1], "its file may come once more");
}

// On a server with the wall clock, the rest is done by alarm.
#[tokio::test]
async fn a_real_server_goes_on_by_alarm() {
    let server = Server::own(|config| config);
    let missions = vec![mission("review", json!({ "limit_per_shopper": null }))];
    let store =
        Store::on(server, json!({ "shards": 16, "program": program().with("missions", missions) })).await;
    let lines = (0..6_000).map(|n| format!("c-{},r-{n}\n", n % 500)).collect::<Vec<_>>().concat();
    let made = upload(&store, REVIEW, format!("Customer ID,Reference\n{lines}")).send().await.ok(202);
    let import = settled(&store, made["id"].as_str().expect("an id")).await;
    assert_eq!(counts(&import, &["grantable"]), [6_000]);
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &["granted"]), [6_000]);
    assert_eq!(available(&store, "c-7").await, 600);
}
