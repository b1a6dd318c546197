//! What a store's object does.

use std::collections::BTreeMap;

use fidela_protocol::ids::base32;
use fidela_protocol::merchant::{
    CreateKey, CreateStore, FieldFault, KeyCreated, KeyRow, Page, ProgramVersion, StoreCreated, StoreSettings,
};
use fidela_protocol::messages::Messages;
use fidela_protocol::pictures::Theme;
use fidela_protocol::plan::Plan;
use fidela_protocol::scopes::Scope;
use fidela_protocol::{Code, Problem};
use fidela_rules::program;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use worker::SqlStorageValue;

use super::{StoreCall, StoreOp, endpoints, icons, imports, pictures, plan};
use crate::config::{LiveKey, StoreConfig};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::objects::shard::idempotency;
use crate::platform::crypto;
use crate::platform::storage::Sql;
use crate::{ids, limits, programs, theme};

/// What does not change with the program and the keys.
#[derive(Serialize, Deserialize)]
pub(super) struct Settings {
    store_id: String,
    name: String,
    locale: String,
    origins: Vec<String>,
    pub(super) shards: u16,
    identity_secrets: Vec<String>,
    webhook_secrets: Vec<String>,
    #[serde(default)]
    platform_secrets: BTreeMap<String, Vec<String>>,
    index_key: String,
    #[serde(default)]
    pub(super) theme: Theme,
    #[serde(default)]
    pub(super) plan: Option<Plan>,
    #[serde(default = "expiring_days")]
    expiring_days: u16,
    #[serde(default)]
    messages: Messages,
    revision: u64,
}

const fn expiring_days() -> u16 {
    limits::EXPIRING_DAYS
}

#[derive(Deserialize)]
pub(super) struct JsonRow {
    pub(super) json: String,
}

#[derive(Deserialize)]
struct ProgramRow {
    version: u64,
    since: String,
    json: String,
    warnings: String,
}

#[derive(Deserialize)]
struct StoredKey {
    id: String,
    name: String,
    hash: String,
    created_at: String,
    revoked_at: Option<String>,
    scopes: Option<String>,
}

impl StoredKey {
    /// What it may do; everything, where nothing was said.
    fn scopes(&self) -> Outcome<Vec<Scope>> {
        let Some(scopes) = &self.scopes else { return Ok(Scope::ALL.to_vec()) };
        serde_json::from_str(scopes).map_err(|error| broken("scopes", error))
    }
}

pub(super) fn answer(sql: &Sql, call: StoreCall) -> Outcome<Reply> {
    let StoreCall { now, key, by: _, op } = call;
    match op {
        StoreOp::Create { store, request } => {
            idempotency::keyed(sql, "operator", key, now, || create(sql, &store, &request, now))
        }
        StoreOp::Config => config(sql),
        StoreOp::Program { version } => {
            settings(sql)?;
            let row = program_row(sql, version)?.ok_or(Code::ProgramVersionUnknown)?;
            Reply::json(200, &version_of(row)?)
        }
        StoreOp::PutProgram { program, if_match } => put_program(sql, &program, if_match, now),
        StoreOp::SetPlan { plan } => plan::set(sql, *plan),
        StoreOp::SetSettings { settings } => set_settings(sql, settings),
        StoreOp::SetMessages { messages } => set_messages(sql, *messages),
        StoreOp::LendGrants { shard, lent } => plan::lend(sql, shard, &lent),
        StoreOp::TakeBackGrants { given_back } => plan::take_back(sql, given_back),
        StoreOp::Endpoints => endpoints::list(sql),
        StoreOp::CreateEndpoint { request } => {
            idempotency::keyed(sql, "merchant", key, now, || endpoints::create(sql, request, now))
        }
        StoreOp::RotateSecret { id, keep_old } => {
            idempotency::keyed(sql, "merchant", key, now, || endpoints::rotate_secret(sql, &id, keep_old))
        }
        StoreOp::DeleteEndpoint { id } => endpoints::delete(sql, &id),
        StoreOp::SwitchEndpointOff { id } => endpoints::switch_off(sql, &id, now),
        StoreOp::SetPlatform { platform, secrets } => set_platform(sql, platform, secrets),
        StoreOp::Icons => icons::list(sql),
        StoreOp::Icon { name } => icons::get(sql, &name),
        StoreOp::PutIcon { icon, hash, data } => icons::put(sql, *icon, &hash, data),
        StoreOp::DeleteIcon { name } => icons::delete(sql, &name),
        StoreOp::Pictures => pictures::list(sql),
        StoreOp::Picture { name } => pictures::get(sql, &name),
        StoreOp::PictureBytes { hash } => pictures::bytes(sql, &hash),
        StoreOp::PutPicture { picture, hash, data } => pictures::put(sql, *picture, &hash, data),
        StoreOp::DeletePicture { name } => pictures::delete(sql, &name),
        StoreOp::SetTheme { theme } => pictures::set_theme(sql, *theme),
        StoreOp::Imports => imports::list(sql),
        StoreOp::AddImport { entry } => imports::add(sql, entry),
        StoreOp::NoteImport { entry } => imports::note(sql, &entry),
        StoreOp::ForgetImport { id } => imports::forget(sql, &id),
        StoreOp::Keys => {
            let items: Vec<KeyRow> = keys(sql)?.into_iter().map(key_row).collect::<Outcome<_>>()?;
            Reply::json(200, &Page { items, next: None })
        }
        StoreOp::CreateKey { request } => {
            idempotency::keyed(sql, "merchant", key, now, || create_key(sql, &request, now))
        }
        StoreOp::RevokeKey { id } => revoke_key(sql, &id, now),
    }
}

pub(super) fn settings(sql: &Sql) -> Outcome<Settings> {
    let row: JsonRow =
        sql.first("SELECT json FROM setting WHERE name = 'store'", vec![])?.ok_or(Code::NotFound)?;
    serde_json::from_str(&row.json).map_err(|error| broken("settings", error))
}

pub(super) fn save(sql: &Sql, settings: &Settings) -> Outcome<()> {
    let json = serde_json::to_string(settings).map_err(|error| broken("settings", error))?;
    sql.run("INSERT OR REPLACE INTO setting VALUES ('store', ?)", vec![json.into()])
}

/// Something that the Worker in front keeps has changed.
pub(super) fn bump(sql: &Sql) -> Outcome<()> {
    let mut settings = settings(sql)?;
    settings.revision = settings.revision.saturating_add(1);
    save(sql, &settings)
}

/// Reads a program, or says every fault.
fn read_program(sql: &Sql, document: &Value) -> Outcome<(fidela_rules::Program, Vec<program::Warning>)> {
    let (program, mut warnings) = programs::read(document)?;
    warnings.extend(icons::unknown(sql, &program)?);
    warnings.extend(pictures::unknown(sql, &program)?);
    Ok((program, warnings))
}

fn create(sql: &Sql, store: &str, request: &CreateStore, now: Timestamp) -> Outcome<idempotency::Kept> {
    if sql.first::<JsonRow>("SELECT json FROM setting WHERE name = 'store'", vec![])?.is_some() {
        return Err(Code::AlreadyClaimed.into());
    }
    let (mut program, warnings) = read_program(sql, &request.program)?;
    program.switch_on(None, now);
    plan::check(request.plan.as_ref(), None, &program)?;
    let secret = || -> Outcome<String> { Ok(crypto::to_base64url(&crypto::random::<32>()?)) };
    let identity_secret = secret()?;
    let webhook_secret = format!("whsec_{}", crypto::to_base64(&crypto::random::<24>()?));
    save(
        sql,
        &Settings {
            store_id: store.to_owned(),
            name: request.name.clone(),
            locale: request.locale.clone(),
            origins: request.origins.clone(),
            shards: request.shards,
            identity_secrets: vec![identity_secret.clone()],
            webhook_secrets: vec![webhook_secret.clone()],
            platform_secrets: BTreeMap::new(),
            index_key: secret()?,
            theme: Theme::default(),
            plan: request.plan.clone(),
            expiring_days: expiring_days(),
            messages: Messages::default(),
            revision: 1,
        },
    )?;
    insert_program(sql, 1, &program, &warnings, now)?;
    let (_, secret_key) = insert_key(sql, store, "First key", None, now)?;
    let created = StoreCreated {
        store_id: store.to_owned(),
        secret_key: Some(secret_key),
        identity_secret: Some(identity_secret),
        webhook_secret: Some(webhook_secret),
        program_version: 1,
    };
    let again =
        StoreCreated { secret_key: None, identity_secret: None, webhook_secret: None, ..created.clone() };
    idempotency::Kept::with_secret(201, &created, &again)
}

fn config(sql: &Sql) -> Outcome<Reply> {
    let Settings {
        store_id,
        name,
        locale,
        origins,
        shards,
        identity_secrets,
        webhook_secrets,
        platform_secrets,
        index_key,
        theme,
        plan,
        expiring_days,
        messages,
        revision,
    } = settings(sql)?;
    let program = program_row(sql, None)?.ok_or_else(|| broken("store", "it has no program"))?;
    let live = keys(sql)?.into_iter().filter(|key| key.revoked_at.is_none());
    let live =
        live.map(|key| Ok(LiveKey { scopes: key.scopes()?, id: key.id, name: key.name, hash: key.hash }));
    let config = StoreConfig {
        store_id,
        name,
        locale,
        origins,
        shards,
        identity_secrets,
        webhook_secrets,
        platform_secrets,
        index_key,
        keys: live.collect::<Outcome<_>>()?,
        icons: icons::hashes(sql)?,
        pictures: pictures::shown(sql)?,
        theme: theme::published(&theme),
        look: theme,
        plan,
        expiring_days,
        endpoints: endpoints::all(sql)?,
        messages,
        program_version: program.version,
        program: serde_json::from_str(&program.json).map_err(|error| broken("program", error))?,
        revision,
        read: std::cell::OnceCell::new(),
    };
    Reply::json(200, &config)
}

fn set_settings(sql: &Sql, told: StoreSettings) -> Outcome<Reply> {
    let mut settings = settings(sql)?;
    let before = serde_json::to_value(&settings).ok();
    let StoreSettings { name, locale, origins, expiring_days } = told.clone();
    settings = Settings { name, locale, origins, expiring_days, ..settings };
    if serde_json::to_value(&settings).ok() != before {
        save(sql, &settings)?;
        bump(sql)?;
    }
    Reply::json(200, &told)
}

/// The same told again is no change.
fn set_messages(sql: &Sql, messages: Messages) -> Outcome<Reply> {
    let settings = settings(sql)?;
    if settings.messages != messages {
        save(sql, &Settings { messages, ..settings })?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

fn set_platform(sql: &Sql, platform: String, secrets: Vec<String>) -> Outcome<Reply> {
    let mut settings = settings(sql)?;
    if settings.platform_secrets.get(&platform).map_or(&[][..], Vec::as_slice) != secrets.as_slice() {
        settings.platform_secrets.insert(platform, secrets);
        save(sql, &settings)?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

fn program_row(sql: &Sql, version: Option<u64>) -> Outcome<Option<ProgramRow>> {
    const COLUMNS: &str = "SELECT version, since, json, warnings FROM program";
    match version.map(i64::try_from) {
        Some(Ok(version)) => sql.first(&format!("{COLUMNS} WHERE version = ?"), vec![version.into()]),
        Some(Err(_)) => Ok(None),
        None => sql.first(&format!("{COLUMNS} ORDER BY version DESC LIMIT 1"), vec![]),
    }
}

fn version_of(row: ProgramRow) -> Outcome<ProgramVersion> {
    let unreadable = |error: serde_json::Error| broken("program", error);
    let warnings: Vec<(String, String)> = serde_json::from_str(&row.warnings).map_err(unreadable)?;
    Ok(ProgramVersion {
        version: row.version,
        since: moment(&row.since)?,
        program: serde_json::from_str(&row.json).map_err(unreadable)?,
        warnings: warnings
            .into_iter()
            .map(|(path, code)| FieldFault { path, code, min: None, max: None })
            .collect(),
    })
}

fn moment(text: &str) -> Outcome<Timestamp> {
    text.parse().map_err(|error| broken("a stored moment", error))
}

fn insert_program(
    sql: &Sql,
    version: u64,
    program: &fidela_rules::Program,
    warnings: &[program::Warning],
    now: Timestamp,
) -> Outcome<()> {
    let unwritable = |error: serde_json::Error| broken("program", error);
    let json = serde_json::to_string(program).map_err(unwritable)?;
    let warnings: Vec<_> = warnings.iter().map(|warning| (&warning.path, warning.code)).collect();
    let warnings = serde_json::to_string(&warnings).map_err(unwritable)?;
    let version = i64::try_from(version).map_err(|error| broken("version", error))?;
    sql.run(
        "INSERT INTO program VALUES (?, ?, ?, ?)",
        vec![version.into(), now.to_string().into(), json.into(), warnings.into()],
    )
}

fn put_program(sql: &Sql, document: &Value, if_match: Option<u64>, now: Timestamp) -> Outcome<Reply> {
    let current = program_row(sql, None)?.ok_or(Code::NotFound)?;
    let (mut program, warnings) = read_program(sql, document)?;
    let old: fidela_rules::Program =
        serde_json::from_str(&current.json).map_err(|error| broken("program", error))?;
    program.switch_on(Some(&old), now);
    let json = serde_json::to_string(&program).map_err(|error| broken("program", error))?;
    // Told again after an answer that was lost: the same program is in force already.
    if json == current.json {
        return Reply::json(200, &version_of(current)?);
    }
    if let Some(edited) = if_match.filter(|edited| *edited != current.version) {
        let problem =
            Problem::new(Code::VersionConflict).with("edited", edited).with("version", current.version);
        return Err(problem.into());
    }
    plan::check(settings(sql)?.plan.as_ref(), Some(&old), &program)?;
    let version = current.version.saturating_add(1);
    insert_program(sql, version, &program, &warnings, now)?;
    bump(sql)?;
    let row = program_row(sql, None)?.ok_or_else(|| broken("program", "it is not there after its insert"))?;
    Reply::json(200, &version_of(row)?)
}

fn keys(sql: &Sql) -> Outcome<Vec<StoredKey>> {
    sql.rows(
        "SELECT id, name, hash, created_at, revoked_at, scopes FROM secret_key ORDER BY created_at, id",
        vec![],
    )
}

fn key_row(key: StoredKey) -> Outcome<KeyRow> {
    let revoked_at = key.revoked_at.as_deref().map(moment).transpose()?;
    let scopes = key.scopes()?;
    Ok(KeyRow { id: key.id, name: key.name, scopes, created_at: moment(&key.created_at)?, revoked_at })
}

fn insert_key(
    sql: &Sql,
    store: &str,
    name: &str,
    scopes: Option<&[Scope]>,
    now: Timestamp,
) -> Outcome<(KeyRow, String)> {
    let secret_key = ids::new_secret_key(store)?;
    let id = format!("key_{}", base32(&crypto::random::<10>()?));
    // In the table's order, each once.
    let scopes =
        scopes.map(|scopes| Scope::ALL.iter().copied().filter(|scope| scopes.contains(scope)).collect());
    let written: Option<String> = scopes
        .as_ref()
        .map(|scopes: &Vec<Scope>| serde_json::to_string(scopes).map_err(|error| broken("scopes", error)))
        .transpose()?;
    let scopes = scopes.unwrap_or_else(|| Scope::ALL.to_vec());
    let row = KeyRow { id, name: name.to_owned(), scopes, created_at: now, revoked_at: None };
    sql.run(
        "INSERT INTO secret_key (id, name, hash, created_at, scopes) VALUES (?, ?, ?, ?, ?)",
        vec![
            row.id.as_str().into(),
            row.name.as_str().into(),
            crypto::sha256_hex(secret_key.as_bytes()).into(),
            now.to_string().into(),
            written.map_or(SqlStorageValue::Null, Into::into),
        ],
    )?;
    Ok((row, secret_key))
}

fn create_key(sql: &Sql, request: &CreateKey, now: Timestamp) -> Outcome<idempotency::Kept> {
    let store = settings(sql)?.store_id;
    if keys(sql)?.iter().filter(|key| key.revoked_at.is_none()).count() >= limits::KEYS {
        return Err(Problem::new(Code::TooManyKeys).with("limit", limits::KEYS).into());
    }
    let (key, secret_key) = insert_key(sql, &store, &request.name, request.scopes.as_deref(), now)?;
    bump(sql)?;
    let created = KeyCreated { key, secret_key: Some(secret_key) };
    let again = KeyCreated { secret_key: None, ..created.clone() };
    idempotency::Kept::with_secret(201, &created, &again)
}

fn revoke_key(sql: &Sql, id: &str, now: Timestamp) -> Outcome<Reply> {
    let known = keys(sql)?;
    let key = known.iter().find(|key| key.id == id).ok_or(Code::NotFound)?;
    if key.revoked_at.is_none() {
        if known.iter().filter(|key| key.revoked_at.is_none()).count() == 1 {
            return Err(Code::LastKey.into());
        }
        sql.run(
            "UPDATE secret_key SET revoked_at = ? WHERE id = ?",
            vec![now.to_string().into(), id.into()],
        )?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}
