//! `cargo xtask serve`: the edge and the demo shop on this machine.
//!
//! The data directory holds everything that outlives a run: the databases of the durable objects, the operator's
//! key, the demo store's keys, and the shop's own files.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use fidela_harness::{Edge, EdgeConfig, Guarded, http, spawn_guarded};
use serde_json::{Value, json};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::args::Args;
use crate::paths::{hex, root, target};
use crate::run::{cargo, output, run};
use crate::{backup, tools, wasm};

/// How long the shop may take to answer.
const SHOP_START: Duration = Duration::from_secs(20);
/// Open files that we ask for: each object that is awake takes three, and a store has at most 1,024 shards.
const OPEN_FILES_WANTED: u32 = 16_384;
/// A store of the usual 16 shards, and connections, fit into this; below it we warn.
const OPEN_FILES_ENOUGH: u32 = 4_096;

/// Who signs in to the demo store's console.
const OWNER: &str = "owner@demo.example";

struct Options {
    port: u16,
    data: PathBuf,
    operator_key: Option<String>,
    test_clock: bool,
    shop: bool,
}

impl Options {
    fn read(mut args: Args) -> Result<Self> {
        let port = match args.value("--port")? {
            Some(text) => text.parse().ok().filter(|port| (1..u16::MAX).contains(port)),
            None => Some(8787),
        };
        let options = Self {
            port: port.context("--port wants a number from 1 to 65534 (the shop takes the next one)")?,
            data: args.value("--data")?.map_or_else(|| root().join(".fidela/data"), PathBuf::from),
            operator_key: args.value("--operator-key")?,
            test_clock: args.flag("--test-clock"),
            shop: !args.flag("--no-shop"),
        };
        args.done()?;
        Ok(options)
    }
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    let options = Options::read(args)?;
    must_be_free(options.port)?;
    if options.shop {
        must_be_free(options.port + 1)?;
    }
    fs::create_dir_all(&options.data).with_context(|| format!("cannot create {}", options.data.display()))?;
    let _lock = backup::lock(&options.data)?;
    let operator_key = operator_key(&options)?;

    wasm::build_as_before()?;
    let shop_binary = if options.shop { Some(build_shop()?) } else { None };

    // Until here Ctrl-C simply ends us; from here on it ends what we have started first, in order.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;

    let mut config = EdgeConfig::new(&tools::npm_tools()?.workerd()?, &root(), &options.data);
    config.port = Some(options.port);
    config.operator_key = operator_key;
    config.test_clock = options.test_clock;
    // The demo shop listens for webhooks on this machine.
    config.private_network = options.shop;
    config.open_files = open_files();
    let mut edge = Edge::start(config)?;
    println!("edge      {}", edge.url());
    println!("mail      {}/mail shows what shoppers get", edge.url());
    let mut shop = match shop_binary {
        Some(binary) => {
            let (url, shop) = start_shop(&binary, &options, &edge)?;
            println!(
                "console   {}/console/ for {OWNER}; the link to sign in is in the mail above",
                edge.url()
            );
            println!("shop      {url}");
            Some(shop)
        }
        None => None,
    };
    println!("guide     {}/guide", edge.url());
    println!("data      {}", options.data.display());
    println!("operator  the key is in {}", options.data.join("operator-key").display());
    println!("ready");
    std::io::stdout().flush()?;

    loop {
        if signals.pending().next().is_some() {
            break;
        }
        if let Some(why) = edge.ended()? {
            bail!("{why}");
        }
        if let Some(status) = shop.as_mut().map(Guarded::try_wait).transpose()?.flatten() {
            bail!("the demo shop ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // The shop first: it would only complain that its server is gone.
    if let Some(shop) = &mut shop {
        shop.stop()?;
    }
    edge.stop()?;
    println!("stopped; the data stays in {}", options.data.display());
    Ok(ExitCode::SUCCESS)
}

fn must_be_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "port {port} on 127.0.0.1 cannot be used ({error}): stop what listens there, or choose another with --port"
        ),
    }
}

/// The given key, which is kept for the next time; or the kept one; or a new one.
fn operator_key(options: &Options) -> Result<String> {
    let path = options.data.join("operator-key");
    let kept = fs::read_to_string(&path).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
    let key = match (&options.operator_key, kept) {
        (Some(given), Some(kept)) if *given == kept => return Ok(kept),
        (Some(given), _) => given.clone(),
        (None, Some(kept)) => return Ok(kept),
        (None, None) => random_hex(24)?,
    };
    ensure!(!key.trim().is_empty(), "--operator-key wants a key");
    write_secret(&path, &format!("{key}\n"))?;
    Ok(key)
}

fn random_hex(bytes: usize) -> Result<String> {
    use std::io::Read;
    let mut buffer = vec![0; bytes];
    fs::File::open("/dev/urandom")?.read_exact(&mut buffer)?;
    Ok(hex(&buffer))
}

/// Writes a file that only its owner may read, whole or not at all.
fn write_secret(path: &Path, text: &str) -> Result<()> {
    let draft = path.with_extension("draft");
    crate::paths::remove(&draft)?;
    let mut file = fs::File::options().create_new(true).write(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(&draft, path)?)
}

/// How many open files to start workerd with, or `None` to leave the limit as it is.
fn open_files() -> Option<u32> {
    let limit = |kind: &str| {
        let text = output(Command::new("sh").args(["-c", &format!("ulimit -{kind}n")])).unwrap_or_default();
        text.trim().parse::<u32>().unwrap_or(u32::MAX)
    };
    let (soft, hard) = (limit("S"), limit("H"));
    let wanted = OPEN_FILES_WANTED.min(hard);
    if soft.max(wanted) < OPEN_FILES_ENOUGH {
        println!(
            "limit: at most {hard} open files here, three per shard that is awake: enough for stores of 16 shards; \
             raise `ulimit -Hn` to {OPEN_FILES_WANTED} for more"
        );
    }
    (wanted > soft).then_some(wanted)
}

fn build_shop() -> Result<PathBuf> {
    let target = target()?;
    let shop = target.join("debug/fidela-storefront");
    if !shop.exists() {
        println!("build: cargo compiles fidela-storefront for the first time (a minute)");
    }
    run(cargo().args(["build", "--quiet", "--package", "fidela-storefront", "--target-dir"]).arg(&target))?;
    Ok(shop)
}

fn start_shop(binary: &Path, options: &Options, edge: &Edge) -> Result<(String, Guarded)> {
    let store = demo_store(options, edge)?;
    let field = |key: &str| {
        let value = store.get(key).and_then(Value::as_str);
        value.map(str::to_owned).with_context(|| format!("the demo store has no {key}"))
    };
    let port = options.port + 1;
    let url = format!("http://127.0.0.1:{port}");
    let data = options.data.canonicalize()?.join("shop");
    fs::create_dir_all(&data)?;
    let mut command = Command::new(binary);
    command
        .env("FIDELA_URL", edge.url())
        .env("FIDELA_STORE", field("store_id")?)
        .env("FIDELA_SECRET_KEY", field("secret_key")?)
        .env("FIDELA_IDENTITY_SECRET", field("identity_secret")?)
        .env("FIDELA_WEBHOOK_SECRET", field("webhook_secret").unwrap_or_default())
        .env("SHOP_PORT", port.to_string())
        .env("SHOP_DATA", data);
    let mut shop = spawn_guarded(&mut command).context("cannot start the demo shop")?;
    let started_at = Instant::now();
    while !http::request("GET", &url, "/", &[], &[]).is_ok_and(|answer| answer.status < 500) {
        if let Some(status) = shop.try_wait()? {
            bail!("the demo shop ended with {status}");
        }
        ensure!(
            started_at.elapsed() < SHOP_START,
            "the demo shop does not answer on {url} after {SHOP_START:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok((url, shop))
}

/// Gives the demo's offer of the week its days, the week from today, and its tasting those of the week after: whenever
/// the demo is made.
fn run_this_week(program: &mut Value) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(since).ok().and_then(|since| jiff::Timestamp::from_second(since).ok());
    let today = now.unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
    let programs = program.pointer_mut("/earning/programs").and_then(Value::as_array_mut);
    for offer in programs.into_iter().flatten().filter(|offer| offer["id"] == "brewing-week") {
        offer["from"] = today.to_string().into();
        offer["until"] = today.saturating_add(jiff::Span::new().days(6)).to_string().into();
    }
    let missions = program.get_mut("missions").and_then(Value::as_array_mut);
    for mission in missions.into_iter().flatten().filter(|mission| mission["id"] == "tasting") {
        for (key, days) in [("from", 7), ("until", 13)] {
            mission[key] = today.saturating_add(jiff::Span::new().days(days)).to_string().into();
        }
    }
}

/// The demo store's ids and secrets: kept ones, or those of a store that is made now.
fn demo_store(options: &Options, edge: &Edge) -> Result<Value> {
    let path = options.data.join("demo-store.json");
    let shop = options.port + 1;
    if let Ok(text) = fs::read_to_string(&path) {
        let store: Value = serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged: remove it", path.display()))?;
        // A store takes browsers from its shop's address alone, and a shop on another port is another shop.
        let made_for = store.get("shop_port").and_then(Value::as_u64);
        if let Some(port) = made_for.filter(|&port| port != u64::from(shop)) {
            bail!(
                "the demo store in {} was made for a shop on port {port}: serve it with --port {}, or name \
                 another directory with --data",
                options.data.display(),
                port.saturating_sub(1)
            );
        }
        return Ok(store);
    }
    let program = fs::read(root().join("www/storefront/demo-program.json"))
        .context("www/storefront/demo-program.json")?;
    let mut program: Value = serde_json::from_slice(&program).context("www/storefront/demo-program.json")?;
    run_this_week(&mut program);
    let body = json!({
        "name": "Demo shop",
        "owner": { "email": OWNER, "name": "Ana" },
        "locale": "ro",
        "origins": [format!("http://127.0.0.1:{shop}"), format!("http://localhost:{shop}")],
        "program": program,
    });
    // A new key each time: if an answer was lost, its secrets are too, and another store is better than none.
    let key = format!("demo-{}", random_hex(8)?);
    let bearer = format!("Bearer {}", edge.config().operator_key);
    let headers =
        [("authorization", bearer.as_str()), ("idempotency-key", &key), ("content-type", "application/json")];
    let answer = http::request("POST", edge.url(), "/v1/stores", &headers, body.to_string().as_bytes())?;
    ensure!(answer.ok(), "POST /v1/stores answered {}: {}", answer.status, answer.text());
    let mut store: Value = serde_json::from_slice(&answer.body)?;
    let secret_key = store["secret_key"].as_str().context("POST /v1/stores answered no secret_key")?;
    // Its letters lead back to the shop.
    let sender = json!({ "shop_url": format!("http://127.0.0.1:{shop}/"), "footer": "Demo shop\nStrada Exemplului 1, București" });
    let bearer = format!("Bearer {secret_key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = json!({ "sender": sender }).to_string();
    let answer = http::request("PUT", edge.url(), "/v1/messages", &headers, body.as_bytes())?;
    ensure!(answer.ok(), "PUT /v1/messages answered {}: {}", answer.status, answer.text());
    store["shop_port"] = shop.into();
    write_secret(&path, &serde_json::to_string_pretty(&store)?)?;
    println!("store     made the demo store {}", store["store_id"].as_str().unwrap_or_default());
    Ok(store)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::run_this_week;

    #[test]
    fn the_offer_of_the_week_runs_for_a_week() {
        let program = include_str!("../../../www/storefront/demo-program.json");
        let mut program: Value = serde_json::from_str(program).expect("JSON");
        run_this_week(&mut program);
        let offers = program["earning"]["programs"].as_array().expect("programs");
        let dated: Vec<_> = offers.iter().filter(|offer| offer.get("from").is_some()).collect();
        let day = |key: &str| dated[0][key].as_str().and_then(|day| day.parse::<jiff::civil::Date>().ok());
        let (from, until) = (day("from").expect("a day"), day("until").expect("a day"));
        let tasting =
            program["missions"].as_array().and_then(|all| all.iter().find(|one| one["id"] == "tasting"));
        let day = |key: &str| tasting?[key].as_str()?.parse::<jiff::civil::Date>().ok();
        assert!(day("from").expect("a day") > until && day("until") > day("from"));
        assert_eq!((dated.len(), from.until(until).map(|span| span.get_days()).ok()), (1, Some(6)));
    }
}
