//! The guide to the API (`www/guide/README.md`) says what is so: its commands run in its order, as a reader would
//! paste them, against a server as a reader would start it, and answer what it shows.
//!
//! How the page is read:
//! - ` ```sh ` is run, all of them in one shell; ` ```json ` after it is what it answered. Each `curl` has one.
//! - ` ```sh setup ` says which values are the reader's own: the test has its own for them.
//! - ` ```http ` is what the listener gets next.
//! - In an answer, `…` by itself leaves out fields or items, and within a string stands for anything; what comes
//!   before it up to a `_` is told apart (`sk_…`). The same such string is the same value everywhere, also in the
//!   commands. Moments are any moments, and all else is exact.
#![expect(clippy::panic, reason = "a test that finds what it does not expect panics")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, fs};

use fidela_api_tests::listener::Received;
use fidela_api_tests::server::OPERATOR_KEY;
use fidela_api_tests::{Listener, Server, sign};
use fidela_harness::TempDir;
use serde_json::{Value, json};

/// What runs the samples.
const INTERPRETERS: [(&str, &str); 4] = [("js", "node"), ("php", "php"), ("py", "python3"), ("rb", "ruby")];
/// Ends what a block printed.
const END: &str = "\u{1e}";

/// S0.8: from a new store to the first completed mission, and what comes after it.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_shows_what_happens() {
    let folder = root().join("www/guide");
    let text = fs::read_to_string(folder.join("README.md")).expect("the guide");
    let blocks = blocks(&text);
    let server = Server::own(|config| config);
    let listener = Listener::start().await;
    // Where a reader has put the samples.
    let desk = TempDir::new("guide").expect("a folder");
    for sample in fs::read_dir(folder.join("samples")).expect("samples").flatten() {
        fs::copy(sample.path(), desk.path().join(sample.file_name())).expect("a sample");
    }
    let own = BTreeMap::from([
        ("EDGE", server.url()),
        ("OPERATOR_KEY", OPERATOR_KEY),
        ("EVENTS_URL", listener.url()),
    ]);
    let mut shell = Shell::start(desk.path());
    let mut known = Known::default();
    let mut events = 0;
    for (index, block) in blocks.iter().enumerate() {
        let shown = blocks.get(index + 1).filter(|next| next.kind == "json");
        match block.kind.as_str() {
            "sh setup" => {
                for line in block.text.lines() {
                    let (name, value) = line.split_once('=').expect("NAME=value");
                    let value_here = own.get(name).unwrap_or_else(|| panic!("{block}: who knows {name}?"));
                    shell
                        .run(&format!("{name}='{value_here}'"))
                        .unwrap_or_else(|why| panic!("{block}: {why}"));
                    known.bind(value, value_here);
                }
            }
            "sh" => {
                let printed =
                    shell.run(&known.filled_in(&block.text)).unwrap_or_else(|why| panic!("{block}: {why}"));
                assert_eq!(
                    shown.is_some(),
                    block.text.contains("curl"),
                    "{block}: an answer to each request"
                );
                if let Some(shown) = shown {
                    let answer = serde_json::from_str(&printed)
                        .unwrap_or_else(|error| panic!("{block}: {error} in {printed}"));
                    known.compare(shown, &answer);
                }
            }
            "http" => {
                events += 1;
                let received = listener.until(events).await.pop().expect("an event");
                assert_eq!(listener.received().len(), events, "{block}: one event");
                let (head, body) = block.text.split_once("\n\n").expect("headers and a body");
                for (name, value) in [
                    ("webhook-id", &received.id),
                    ("webhook-timestamp", &received.timestamp),
                    ("webhook-signature", &received.signature),
                ] {
                    assert!(head.contains(&format!("\n{name}: ")) && !value.is_empty(), "{block}: {name}");
                }
                let shown = Block { text: body.to_owned(), ..block.clone() };
                known.compare(&shown, &received.event());
                each_language_checks(&shell, &known, &received);
            }
            _ => {}
        }
    }
    assert_eq!(events, 1, "the guide shows an event");
    for part in ["/v1/stores ", "/v1/missions/library", "/completions", "/confirm", "/v1/webhook_endpoints"] {
        assert!(blocks.iter().any(|block| block.kind == "sh" && block.text.contains(part)), "{part}");
    }
    each_language_signs(&mut shell, &server, &known).await;
    it_is_served(&server).await;
}

/// S0.8: the edge that a shop's developer has been given serves the guide to it.
async fn it_is_served(server: &Server) {
    let http = reqwest::Client::new();
    let page = server.ask(&http, "GET", "/guide").send().await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = "default-src 'none'; style-src 'self'; ";
    assert!(page.header("content-security-policy").starts_with(policy), "nothing in it runs");
    let text = page.text();
    assert!(text.contains("<h1>Guide to the API</h1>") && text.contains("createHmac"), "with its samples");
    let style = text.split_once("<link rel=\"stylesheet\" href=\"").expect("a style").1;
    let style = style.split_once('"').expect("an address").0;
    let style = server.ask(&http, "GET", style).send().await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    // Its one address is the one with a policy.
    server.ask(&http, "GET", "/assets/guide.html").send().await.refused("not_found");
}

/// S0.8, S3.13: a token of each sample is the same shopper's, with a proved address, invited by Ana.
async fn each_language_signs(shell: &mut Shell, server: &Server, known: &Known) {
    let http = reqwest::Client::new();
    for (language, program) in interpreters() {
        let customer = format!("customer-of-{language}");
        let email = format!("{language}@example.com");
        let command = known.filled_in(&format!("{program} token.{language} {customer} {email} pz4vk2m8q1…"));
        let token = shell.run(&command).unwrap_or_else(|why| panic!("token.{language}: {why}"));
        let me = server.ask(&http, "GET", "/v1/me").bearer(token.trim()).send().await.ok(200);
        assert_eq!(me["customer_id"], *customer, "token.{language}");
        let forged = format!("{}x", token.trim());
        server.ask(&http, "GET", "/v1/me").bearer(&forged).send().await.refused("token_invalid");
        let key = shell.run("echo $SK").expect("a variable");
        let told = json!({ "email": email, "reference": format!("review-of-{language}") });
        let ask = server.ask(&http, "POST", "/v1/missions/review/completions").bearer(key.trim());
        let granted = ask.json(&told).send().await.ok(200);
        assert_eq!(granted["customer_id"], *customer, "token.{language}: {granted}");
    }
    // Each of them, and Dan. What shards tell each other takes a moment.
    let ana = shell.run("echo $TOKEN").expect("a variable");
    let friends = interpreters().len() + 1;
    let mut came = Value::Null;
    for _ in 0..100 {
        came = server.ask(&http, "GET", "/v1/me/invitations").bearer(ana.trim()).send().await.ok(200);
        if came["items"].as_array().is_some_and(|items| items.len() == friends) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{friends} friends have come, not {came:#}");
}

/// S0.8: each sample takes an event that is genuine, and nothing else.
fn each_language_checks(shell: &Shell, known: &Known, received: &Received) {
    let secret = known.filled_in("whsec_xVtA…");
    assert!(received.is_signed_by(&secret));
    let old = (received.timestamp.parse::<i64>().expect("seconds") - 301).to_string();
    let another = format!("v1,{}", "A".repeat(43) + "=");
    let old_signature = sign::webhook(&secret, &received.id, &old, &received.body);
    let both = format!("{another} {}", received.signature);
    let other_body = String::from_utf8_lossy(&received.body).replace("\"points\":20", "\"points\":2000");
    assert_ne!(other_body.as_bytes(), received.body);
    let event = received.event();
    let expected = format!("{} {} {}\n", event["type"].as_str().unwrap_or_default(), "ana", 20);
    let cases: [(&str, &str, &str, &[u8], bool); 6] = [
        ("as it came", &received.timestamp, &received.signature, &received.body, true),
        ("with two signatures", &received.timestamp, &both, &received.body, true),
        ("with another signature", &received.timestamp, &another, &received.body, false),
        ("without a signature", &received.timestamp, "", &received.body, false),
        ("of long ago", &old, &old_signature, &received.body, false),
        ("with another body", &received.timestamp, &received.signature, other_body.as_bytes(), false),
    ];
    for (language, program) in interpreters() {
        for (case, timestamp, signature, body, genuine) in cases {
            let mut child = Command::new(program)
                .args([&format!("verify-webhook.{language}"), &received.id, timestamp, signature])
                .env("WEBHOOK_SECRET", &secret)
                .current_dir(&shell.folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("an interpreter");
            child.stdin.take().expect("a pipe").write_all(body).expect("it reads");
            let output = child.wait_with_output().expect("it ends");
            let printed = String::from_utf8_lossy(&output.stdout);
            let why = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.success(), genuine, "verify-webhook.{language}, {case}: {printed}{why}");
            if genuine {
                assert_eq!(printed, expected, "verify-webhook.{language}, {case}");
            } else {
                // Refused in a sentence, not by falling over.
                assert_eq!(why.trim().lines().count(), 1, "verify-webhook.{language}, {case}: {why}");
            }
        }
    }
}

/// Those that are here. In CI as root on Debian, where they can all be installed, none may be missing.
fn interpreters() -> &'static [(&'static str, &'static str)] {
    static HERE: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        let prints = |program: &str, argument: &str| {
            let output = Command::new(program).arg(argument).output().ok()?;
            output.status.success().then_some(output.stdout)
        };
        let root_user = prints("id", "-u").is_some_and(|id| id == b"0\n");
        let in_ci = env::var("CI").is_ok_and(|ci| ci == "true");
        let all_of_them = in_ci && root_user && Path::new("/etc/debian_version").exists();
        let is_here = |(language, program): &(&str, &str)| {
            let runs = prints(program, "--version").is_some();
            assert!(runs || !all_of_them, "there is no {program}: `cargo xtask test` installs it");
            if !runs {
                // Past the test runner, which shows only what fails.
                let line = format!("skipped: samples/*.{language}, because there is no {program}");
                let _ = writeln!(std::io::stderr(), "{line}");
            }
            runs
        };
        INTERPRETERS.into_iter().filter(is_here).collect()
    });
    &HERE
}

fn root() -> PathBuf {
    PathBuf::from(env::var_os("FIDELA_ROOT").expect("FIDELA_ROOT: run this through `cargo xtask test`"))
}

/// What stands between two fences.
#[derive(Debug, Clone)]
struct Block {
    line: usize,
    kind: String,
    text: String,
}

impl std::fmt::Display for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "www/guide/README.md:{}", self.line)
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(kind), None) => {
                open = Some(Block { line: index + 1, kind: kind.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none() && !blocks.is_empty(), "fences come in pairs");
    blocks
}

/// One shell for the whole page: what a block sets, the next one has.
struct Shell {
    folder: PathBuf,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Shell {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new("sh");
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("a shell");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { folder: folder.to_owned(), child, input, output }
    }

    /// What a block prints, or why it failed.
    fn run(&mut self, block: &str) -> Result<String, String> {
        let ended = format!("printf '\\n{END}%s\\n' $?");
        let said = writeln!(self.input, "{block}\n{ended}").and_then(|()| self.input.flush());
        said.map_err(|error| error.to_string())?;
        let mut printed = String::new();
        loop {
            let mut line = String::new();
            match self.output.read_line(&mut line) {
                Ok(0) => return Err(format!("the shell has ended after {printed}")),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
            if let Some(status) = line.strip_prefix(END) {
                // The line break before the mark is ours.
                printed.pop();
                return if status == "0\n" {
                    Ok(printed)
                } else {
                    Err(format!("{block} ended with {status}"))
                };
            }
            printed.push_str(&line);
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the page's placeholders stand for.
#[derive(Debug, Default)]
struct Known(BTreeMap<String, String>);

impl Known {
    fn bind(&mut self, shown: &str, real: &str) {
        self.0.insert(shown.to_owned(), real.to_owned());
    }

    /// A command with what was answered before.
    fn filled_in(&self, text: &str) -> String {
        let known = self.0.iter().filter(|(shown, _)| shown.contains('…'));
        let text = known.fold(text.to_owned(), |text, (shown, real)| text.replace(shown, real));
        assert!(!text.contains('…'), "nothing has answered what this stands for: {text}");
        text
    }

    fn compare(&mut self, shown: &Block, real: &Value) {
        let expected = serde_json::from_str(&with_gaps(&shown.text));
        let expected = expected.unwrap_or_else(|error| panic!("{shown}: {error}"));
        if let Err(why) = self.same(&expected, real) {
            panic!("{shown}: {why}; the whole answer is\n{real:#}");
        }
    }

    fn same(&mut self, shown: &Value, real: &Value) -> Result<(), String> {
        match (shown, real) {
            (Value::Object(shown), Value::Object(real)) => {
                for (name, shown) in shown.iter().filter(|(name, _)| *name != "…") {
                    let real = real.get(name).ok_or_else(|| format!("`{name}` is not there"))?;
                    self.same(shown, real).map_err(|why| format!("{name}: {why}"))?;
                }
                let untold = real.keys().find(|name| !shown.contains_key(*name));
                match untold {
                    Some(name) if !shown.contains_key("…") => Err(format!("`{name}` is not shown")),
                    _ => Ok(()),
                }
            }
            (Value::Array(shown), Value::Array(real)) => {
                let (shown, shortened) = match shown.split_last() {
                    Some((last, rest)) if last == "…" => (rest, true),
                    _ => (shown.as_slice(), false),
                };
                if shown.len() > real.len() || (!shortened && shown.len() < real.len()) {
                    return Err(format!("{} items, not {}", real.len(), shown.len()));
                }
                let mut pairs = shown.iter().zip(real).enumerate();
                pairs.try_for_each(|(i, (shown, real))| {
                    self.same(shown, real).map_err(|why| format!("[{i}]: {why}"))
                })
            }
            (Value::String(shown), Value::String(real)) => self.same_text(shown, real),
            _ if shown == real => Ok(()),
            _ => Err(format!("{real}, not {shown}")),
        }
    }

    fn same_text(&mut self, shown: &str, real: &str) -> Result<(), String> {
        let is_moment = |text: &str| text.parse::<jiff::Timestamp>().is_ok();
        if shown == real || (is_moment(shown) && is_moment(real)) {
            return Ok(());
        }
        if let Some(known) = self.0.get(shown) {
            return if known == real { Ok(()) } else { Err(format!("{real:?}, but {shown} was {known:?}")) };
        }
        let Some((before, after)) = shown.split_once('…') else {
            return Err(format!("{real:?}, not {shown:?}"));
        };
        // Of an id, what comes after its kind is another each time; of a sentence, nothing is.
        let is_sentence = before.contains(' ');
        let fixed = if is_sentence { before } else { &before[..before.rfind('_').map_or(0, |at| at + 1)] };
        if !real.starts_with(fixed) || !real.ends_with(after) {
            return Err(format!("{real:?}, not like {shown:?}"));
        }
        self.bind(shown, real);
        Ok(())
    }
}

/// JSON in which a lone `…` is written so that it can be read as JSON.
fn with_gaps(text: &str) -> String {
    let mut result = String::new();
    let mut open = Vec::new();
    let (mut in_string, mut escaped) = (false, false);
    for letter in text.chars() {
        match letter {
            '"' if !escaped => in_string = !in_string,
            '{' | '[' if !in_string => open.push(letter),
            '}' | ']' if !in_string => drop(open.pop()),
            '…' if !in_string => {
                result.push_str(if open.last() == Some(&'{') { r#""…": null"# } else { r#""…""# });
                continue;
            }
            _ => {}
        }
        escaped = in_string && letter == '\\' && !escaped;
        result.push(letter);
    }
    result
}

/// The test itself can fail: each of these is another answer.
#[test]
fn another_answer_is_seen() {
    let shown = |text: &str| serde_json::from_str::<Value>(&with_gaps(text)).expect("JSON");
    let check = |text: &str, real: Value| Known::default().same(&shown(text), &real);
    let real = json!({ "id": "rd_1", "at": "2026-01-02T03:04:05Z", "points": 3, "list": [1, 2] });
    for same in [
        r#"{ "id": "rd_x…", "at": "2020-01-01T00:00:00Z", "points": 3, "list": [1, 2] }"#,
        r#"{ "points": 3, … }"#,
        r#"{ "list": [1, …], … }"#,
    ] {
        check(same, real.clone()).unwrap_or_else(|why| panic!("{same}: {why}"));
    }
    for other in [
        r#"{ "points": 3 }"#,
        r#"{ "points": 4, … }"#,
        r#"{ "points": "3", … }"#,
        r#"{ "id": "sk_x…", … }"#,
        r#"{ "at": "then", … }"#,
        r#"{ "list": [1], … }"#,
        r#"{ "list": [2, …], … }"#,
        r#"{ "list": [1, 2, 3, …], … }"#,
        r#"{ "left": 1, … }"#,
    ] {
        assert!(check(other, real.clone()).is_err(), "{other}");
    }
    let twice = shown(r#"["rd_x…", "rd_x…"]"#);
    assert!(Known::default().same(&twice, &json!(["rd_1", "rd_1"])).is_ok());
    assert!(Known::default().same(&twice, &json!(["rd_1", "rd_2"])).is_err(), "one name, one thing");
}
