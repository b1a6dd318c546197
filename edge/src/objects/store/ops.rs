//! What a store's object does.

use std::collections::BTreeMap;

use fidela_protocol::ids::base32;
use fidela_protocol::merchant::{
    CreateKey, CreateStore, KeyCreated, KeyRow, Page, StoreCreated, StoreSettings,
};
use fidela_protocol::messages::Messages;
use fidela_protocol::pictures::Theme;
use fidela_protocol::plan::Plan;
use fidela_protocol::scopes::{Author, Scope};
use fidela_protocol::{Code, Problem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use worker::SqlStorageValue;

use super::{
    StoreCall, StoreOp, audit, endpoints, icons, imports, pictures, plan, secrets, setup, team, versions,
};
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
    pub(super) store_id: String,
    name: String,
    locale: String,
    pub(super) origins: Vec<String>,
    pub(super) shards: u16,
    pub(super) identity_secrets: Vec<String>,
    /// When each of them was made, by its id.
    #[serde(default)]
    pub(super) identity_since: BTreeMap<String, Timestamp>,
    /// Ids of those that were removed lately.
    #[serde(default)]
    pub(super) identity_removed: Vec<String>,
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
    /// It was made without a program: its first one is switched off, and waits for its merchant's.
    #[serde(default)]
    pub(super) without_program: bool,
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

pub(super) fn answer(sql: &Sql, strangers: &setup::Strangers, call: StoreCall) -> Outcome<Reply> {
    let StoreCall { now, key, by, op } = call;
    let by = by.as_ref();
    match op {
        StoreOp::Create { store, request } => {
            idempotency::keyed(sql, "operator", key, now, || create(sql, &store, &request, now))
        }
        StoreOp::Config => config(sql),
        StoreOp::Program { version } => versions::get(sql, version),
        StoreOp::Versions { after, limit } => versions::list(sql, after, limit),
        StoreOp::PutProgram { program, if_match } => versions::put(sql, &program, if_match, by, now),
        StoreOp::Draft => versions::get_draft(sql),
        StoreOp::PutDraft { draft, seen } => versions::put_draft(sql, *draft, seen, by, now),
        StoreOp::DeleteDraft { seen } => versions::delete_draft(sql, seen, now),
        StoreOp::Setup => setup::get(sql, strangers, now),
        StoreOp::NoteTag { origin } => setup::note_tag(sql, &origin, now),
        StoreOp::NoteStranger { origin, signed } => {
            strangers.note(origin, signed, now);
            Ok(Reply::empty(204))
        }
        StoreOp::NoteFirst { is_order } => setup::note_first(sql, is_order, now),
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
        StoreOp::IdentitySecrets => secrets::list(sql),
        StoreOp::CreateIdentitySecret => {
            idempotency::keyed(sql, "merchant", key, now, || secrets::add(sql, now))
        }
        StoreOp::RemoveIdentitySecret { id } => secrets::remove(sql, &id),
        StoreOp::Team => team::list(sql),
        StoreOp::AddMember { request } => {
            idempotency::keyed(sql, "merchant", key, now, || team::add(sql, &request, now))
        }
        StoreOp::PutMember { id, told } => team::put(sql, &id, &told),
        StoreOp::RemoveMember { id } => team::remove(sql, &id, now),
        StoreOp::NewLink { email } => team::new_link(sql, &email, now),
        StoreOp::UseLink { hash } => team::use_link(sql, &hash, now),
        StoreOp::EndSession { member, session, until, everywhere } => {
            team::end_session(sql, &member, &session, until, everywhere, now)
        }
        StoreOp::Note { noted } => {
            let by = by.ok_or_else(|| broken("audit", "nobody did it"))?;
            audit::note(sql, noted, by, now)
        }
        StoreOp::Audit { after, limit } => audit::list(sql, after, limit),
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

fn create(sql: &Sql, store: &str, request: &CreateStore, now: Timestamp) -> Outcome<idempotency::Kept> {
    if sql.first::<JsonRow>("SELECT json FROM setting WHERE name = 'store'", vec![])?.is_some() {
        return Err(Code::AlreadyClaimed.into());
    }
    let placeholder = request.program.is_none().then(programs::placeholder);
    let told = request.program.as_ref().or(placeholder.as_ref()).unwrap_or(&Value::Null);
    let (mut program, warnings) = versions::read(sql, told)?;
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
            identity_since: BTreeMap::new(),
            identity_removed: Vec::new(),
            webhook_secrets: vec![webhook_secret.clone()],
            platform_secrets: BTreeMap::new(),
            index_key: secret()?,
            theme: Theme::default(),
            plan: request.plan.clone(),
            expiring_days: expiring_days(),
            messages: Messages::default(),
            without_program: placeholder.is_some(),
            revision: 1,
        },
    )?;
    versions::insert(sql, 1, (&program, &warnings), Some(&Author::operator()), now)?;
    if let Some(owner) = &request.owner {
        team::insert_owner(sql, owner, now)?;
    }
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
        identity_since: _,
        identity_removed: _,
        webhook_secrets,
        platform_secrets,
        index_key,
        theme,
        plan,
        expiring_days,
        messages,
        without_program: _,
        revision,
    } = settings(sql)?;
    let (team, mut former) = team::known(sql)?;
    let program = versions::row(sql, None)?.ok_or_else(|| broken("store", "it has no program"))?;
    let (live, revoked): (Vec<_>, Vec<_>) = keys(sql)?.into_iter().partition(|key| key.revoked_at.is_none());
    let old = revoked.len().saturating_sub(limits::FORMER_KEYS);
    former.extend(revoked.into_iter().skip(old).map(|key| (key.id, key.name)));
    let live = live.into_iter();
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
        team,
        former,
        ended_sessions: team::ended(sql)?,
        icons: icons::hashes(sql)?,
        pictures: pictures::shown(sql)?,
        theme: theme::published(&theme),
        look: theme,
        plan,
        expiring_days,
        endpoints: endpoints::all(sql)?,
        messages,
        firsts: setup::firsts(sql)?,
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

pub(super) fn moment(text: &str) -> Outcome<Timestamp> {
    text.parse().map_err(|error| broken("a stored moment", error))
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
