//! The merchant's list of shoppers: a narrow row for each, found by any of its columns, and the words that they are
//! searched by. Written with the account; what a row shows is brought to now where something of the account is due.

use fidela_protocol::Code;
use fidela_protocol::merchant::{BalanceNow, CustomerRow};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use worker::SqlStorageValue;

use super::accounts::{Loaded, Profile};
use super::ops::Work;
use super::{Owner, filling};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// A row of the list. `name`: by what people would look it up. `due_ms`: when the row may be out of date.
pub(super) const TABLE: &str = "CREATE TABLE shopper (account TEXT PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL, points INTEGER NOT NULL, spent INTEGER NOT NULL, last_order_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL, due_ms INTEGER, json TEXT NOT NULL) WITHOUT ROWID";
pub(super) const BY_NAME: &str = "CREATE INDEX shopper_name ON shopper (name, account)";
pub(super) const BY_POINTS: &str = "CREATE INDEX shopper_points ON shopper (points, account)";
pub(super) const BY_SPENT: &str = "CREATE INDEX shopper_spent ON shopper (spent, account)";
pub(super) const BY_LAST_ORDER: &str =
    "CREATE INDEX shopper_last_order_ms ON shopper (last_order_ms, account)";
pub(super) const BY_CREATED: &str = "CREATE INDEX shopper_created_ms ON shopper (created_ms, account)";
/// Each word of a shopper's name, e-mail address and id.
pub(super) const WORD: &str = "CREATE TABLE word (word TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (word, account)) WITHOUT ROWID";
/// The newest order of an account.
pub(super) const ORDERS_BY_TIME: &str = "CREATE INDEX orders_time ON orders (account, placed_ms)";

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SortBy {
    /// The shop's id.
    Id,
    /// Name, or e-mail address, or id.
    Name,
    /// Points that can be used.
    Points,
    /// Money spent.
    Spent,
    /// When the newest order was placed; whoever has none first.
    LastOrder,
    /// When the account was first told of.
    Created,
}

impl SortBy {
    const fn column(self) -> &'static str {
        match self {
            Self::Id => "account",
            Self::Name => "name",
            Self::Points => "points",
            Self::Spent => "spent",
            Self::LastOrder => "last_order_ms",
            Self::Created => "created_ms",
        }
    }

    const fn is_text(self) -> bool {
        matches!(self, Self::Id | Self::Name)
    }
}

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// From a number, and below another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    /// The least.
    pub(crate) from: Option<i64>,
    /// More than the most.
    pub(crate) below: Option<i64>,
}

/// Which shoppers a list has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listing {
    /// By what it is sorted.
    pub(crate) sort: SortBy,
    /// Whether the largest come first.
    pub(crate) descending: bool,
    /// After this row: what it was sorted by, and its id.
    pub(crate) after: Option<(Value, String)>,
    /// All of these begin a word of theirs; none: everybody.
    pub(crate) words: Option<Vec<String>>,
    /// Points that can be used.
    pub(crate) points: Range,
    /// Money spent.
    pub(crate) spent: Range,
    /// When the newest order was placed, milliseconds since 1970.
    pub(crate) ordered: Range,
    /// At most so many.
    pub(crate) limit: usize,
}

/// A row with what it was sorted by: as it is stored, which may be a moment older than what is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// What it was sorted by.
    pub(crate) value: Value,
    /// The row.
    pub(crate) row: CustomerRow,
}

/// Words as they are searched: small letters and figures, without accents.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'ø' | 'Ø' => plain.push('o'),
            'ł' | 'Ł' => plain.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'ı' => plain.push('i'),
            other => plain.extend(other.to_lowercase()),
        }
    }
    let parts = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(|word| word.chars().take(limits::WORD_CHARS).collect()).collect()
}

/// The row of an account, as it is now.
fn shown(sql: &Sql, loaded: &Loaded) -> Outcome<CustomerRow> {
    #[derive(Deserialize)]
    struct Newest {
        placed_ms: Option<i64>,
    }
    let id = match &loaded.owner {
        Owner::Customer(id) | Owner::Guest(id) => id.clone(),
    };
    let newest: Option<Newest> = if loaded.orders > 0 {
        sql.first(
            "SELECT max(placed_ms) AS placed_ms FROM orders WHERE account = ?",
            vec![loaded.owner.key().into()],
        )?
    } else {
        None
    };
    let last_order = newest.and_then(|newest| newest.placed_ms);
    let balances = loaded.account.balances();
    let Profile { email, name, groups, seen_at, registered_at, .. } = loaded.profile.clone();
    let changed_at = loaded.account.seen().unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(CustomerRow {
        id,
        email,
        name,
        groups,
        balance: BalanceNow { available: balances.available, pending: balances.pending, held: balances.held },
        spent: loaded.spent,
        level: None,
        orders: u64::try_from(loaded.orders).unwrap_or(0),
        last_order_at: last_order.and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok()),
        created_at: seen_at.or(registered_at).unwrap_or(changed_at),
        seen_at: changed_at,
    })
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Stored {
    name: String,
    words: String,
    points: i64,
    spent: i64,
    last_order_ms: i64,
    created_ms: i64,
    due_ms: Option<i64>,
    json: String,
}

const COLUMNS: &str = "name, words, points, spent, last_order_ms, created_ms, due_ms, json";

fn stored(sql: &Sql, owner: &Owner) -> Outcome<Option<Stored>> {
    sql.first(&format!("SELECT {COLUMNS} FROM shopper WHERE account = ?"), vec![owner.key().into()])
}

/// Whether an account has a row.
pub(super) fn is_listed(sql: &Sql, owner: &Owner) -> Outcome<bool> {
    Ok(stored(sql, owner)?.is_some())
}

/// Writes an account's row down, as far as anything of it is new: what is not named is not sorted in anew.
pub(super) fn keep(sql: &Sql, loaded: &Loaded, due_ms: Option<i64>) -> Outcome<()> {
    let Owner::Customer(id) = &loaded.owner else { return Ok(()) };
    let row = shown(sql, loaded)?;
    let texts = [row.name.as_deref(), row.email.as_deref(), Some(id.as_str())];
    let mut own: Vec<String> = Vec::new();
    for word in texts.iter().flatten().flat_map(|text| words(text)) {
        if own.len() < limits::WORDS && !own.contains(&word) {
            own.push(word);
        }
    }
    // A blank before each, so that what begins a word can be looked for.
    let all: String = own.iter().flat_map(|word| [" ", word.as_str()]).collect();
    let called = texts.iter().flatten().map(|text| words(text).join(" ")).find(|name| !name.is_empty());
    let new = Stored {
        name: called.unwrap_or_default(),
        words: all,
        points: row.balance.available,
        spent: row.spent,
        last_order_ms: row.last_order_at.map_or(0, Timestamp::as_millisecond),
        created_ms: row.created_at.as_millisecond(),
        due_ms,
        json: serde_json::to_string(&row).map_err(|error| broken("row", error))?,
    };
    let old = stored(sql, &loaded.owner)?;
    if old.as_ref() == Some(&new) {
        return Ok(());
    }
    let key = loaded.owner.key();
    if old.as_ref().map(|old| &old.words) != Some(&new.words) {
        forget_words(sql, &key, old.as_ref())?;
        for word in &own {
            sql.run(
                "INSERT OR IGNORE INTO word VALUES (?, ?)",
                vec![word.as_str().into(), key.as_str().into()],
            )?;
        }
    }
    let is_new = |same: fn(&Stored, &Stored) -> bool| old.as_ref().is_none_or(|old| !same(old, &new));
    let columns: [(&str, bool, SqlStorageValue); 8] = [
        ("name", is_new(|old, new| old.name == new.name), new.name.as_str().into()),
        ("words", is_new(|old, new| old.words == new.words), new.words.as_str().into()),
        ("points", is_new(|old, new| old.points == new.points), new.points.into()),
        ("spent", is_new(|old, new| old.spent == new.spent), new.spent.into()),
        (
            "last_order_ms",
            is_new(|old, new| old.last_order_ms == new.last_order_ms),
            new.last_order_ms.into(),
        ),
        ("created_ms", is_new(|old, new| old.created_ms == new.created_ms), new.created_ms.into()),
        ("due_ms", is_new(|old, new| old.due_ms == new.due_ms), new.due_ms.into()),
        ("json", is_new(|old, new| old.json == new.json), new.json.as_str().into()),
    ];
    if old.is_none() {
        let mut values = vec![key.into()];
        values.extend(columns.into_iter().map(|(_, _, value)| value));
        return sql.run(
            &format!("INSERT INTO shopper (account, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
            values,
        );
    }
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, _, value) in columns.into_iter().filter(|(_, is_new, _)| *is_new) {
        names.push(format!("{name} = ?"));
        values.push(value);
    }
    values.push(key.into());
    sql.run(&format!("UPDATE shopper SET {} WHERE account = ?", names.join(", ")), values)
}

fn forget_words(sql: &Sql, key: &str, old: Option<&Stored>) -> Outcome<()> {
    for word in old.iter().flat_map(|old| old.words.split(' ')).filter(|word| !word.is_empty()) {
        sql.run("DELETE FROM word WHERE word = ? AND account = ?", vec![word.into(), key.into()])?;
    }
    Ok(())
}

/// Takes an account off the list.
pub(super) fn forget(sql: &Sql, owner: &Owner) -> Outcome<()> {
    let key = owner.key();
    forget_words(sql, &key, stored(sql, owner)?.as_ref())?;
    sql.run("DELETE FROM shopper WHERE account = ?", vec![key.into()])
}

/// Conditions with their values.
#[derive(Default)]
struct Where {
    conditions: Vec<String>,
    values: Vec<SqlStorageValue>,
}

impl Where {
    fn add(&mut self, condition: String, value: impl Into<SqlStorageValue>) {
        self.conditions.push(condition);
        self.values.push(value.into());
    }

    fn range(&mut self, column: &str, range: Range) {
        if let Some(from) = range.from {
            self.add(format!("{column} >= ?"), from);
        }
        if let Some(below) = range.below {
            self.add(format!("{column} < ?"), below);
        }
    }

    fn text(&self) -> String {
        if self.conditions.is_empty() { "1".to_owned() } else { self.conditions.join(" AND ") }
    }
}

/// How a list is gone through: the way with the fewest rows, as far as that is known soon.
enum Way {
    /// In the order of the list, until the page is full.
    InOrder,
    /// The few within a range of this column, sorted afterwards.
    Few(&'static str),
    /// The few with this word, sorted afterwards.
    Word(String),
}

const WITH_WORD: &str = "SELECT account FROM word WHERE word >= ? AND word < ?";

fn word_range(word: &str) -> Vec<SqlStorageValue> {
    vec![word.into(), format!("{word}\u{10ffff}").into()]
}

/// How many rows a query has, as far as that matters.
fn few(sql: &Sql, rows: &str, mut values: Vec<SqlStorageValue>) -> Outcome<i64> {
    #[derive(Deserialize)]
    struct Count {
        n: i64,
    }
    values.push(limits::FEW_ROWS.into());
    let count: Option<Count> = sql.first(&format!("SELECT count(*) AS n FROM ({rows} LIMIT ?)"), values)?;
    Ok(count.map_or(0, |count| count.n))
}

fn way(sql: &Sql, asked: &Listing) -> Outcome<Way> {
    let mut best = (limits::FEW_ROWS, Way::InOrder);
    for word in asked.words.iter().flatten() {
        let rows = few(sql, WITH_WORD, word_range(word))?;
        if rows < best.0 {
            best = (rows, Way::Word(word.clone()));
        }
    }
    let ranges = [("points", asked.points), ("spent", asked.spent), ("last_order_ms", asked.ordered)];
    for (column, range) in ranges {
        if range == Range::default() || column == asked.sort.column() {
            continue;
        }
        let mut within = Where::default();
        within.range(column, range);
        let rows = few(sql, &format!("SELECT account FROM shopper WHERE {}", within.text()), within.values)?;
        if rows < best.0 {
            best = (rows, Way::Few(column));
        }
    }
    Ok(best.1)
}

/// A shard's part of `GET /v1/customers`.
pub(super) fn list(work: Work<'_>, asked: &Listing) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Found {
        account: String,
        number: Option<i64>,
        text: Option<String>,
        due_ms: Option<i64>,
        json: String,
    }
    if filling::step(work)? {
        return filling::not_ready();
    }
    if asked.words.as_ref().is_some_and(Vec::is_empty) {
        return Reply::json(200, &Vec::<Listed>::new());
    }
    let column = asked.sort.column();
    let mut found = Where::default();
    let from = match way(work.sql, asked)? {
        Way::InOrder if asked.sort == SortBy::Id => "shopper NOT INDEXED".to_owned(),
        Way::InOrder => format!("shopper INDEXED BY shopper_{column}"),
        Way::Few(column) => format!("shopper INDEXED BY shopper_{column}"),
        Way::Word(word) => {
            found.values = word_range(&word);
            format!("(SELECT DISTINCT account AS key FROM ({WITH_WORD})) CROSS JOIN shopper ON account = key")
        }
    };
    for word in asked.words.iter().flatten() {
        found.add("instr(words, ?) > 0".to_owned(), format!(" {word}"));
    }
    found.range("points", asked.points);
    found.range("spent", asked.spent);
    found.range("last_order_ms", asked.ordered);
    let (beyond, order) = if asked.descending { ("<", "DESC") } else { (">", "ASC") };
    if let Some((value, id)) = &asked.after {
        let key = format!("c:{id}");
        if asked.sort == SortBy::Id {
            found.add(format!("account {beyond} ?"), key);
        } else {
            let value: SqlStorageValue = match (value, asked.sort.is_text()) {
                (Value::Number(number), false) => (*number).into(),
                (Value::Text(text), true) => text.as_str().into(),
                _ => return Err(Code::InvalidQuery.into()),
            };
            found.add(format!("({column}, account) {beyond} (?, ?)"), value);
            found.values.push(key.into());
        }
    }
    let (number, text) = if asked.sort.is_text() { ("NULL", column) } else { (column, "NULL") };
    let sorted = if asked.sort == SortBy::Id {
        format!("account {order}")
    } else {
        format!("{column} {order}, account {order}")
    };
    let statement = format!(
        "SELECT account, {number} AS number, {text} AS text, due_ms, json FROM {from} WHERE {} ORDER BY {sorted} LIMIT ?",
        found.text()
    );
    found.values.push(i64::try_from(asked.limit).unwrap_or(i64::MAX).into());
    let rows: Vec<Found> = work.sql.rows(&statement, found.values)?;
    let listed = rows.into_iter().map(|found| {
        let value = match (found.number, found.text) {
            (Some(number), _) => Value::Number(number),
            (None, text) => Value::Text(text.unwrap_or_default()),
        };
        let is_due = found.due_ms.is_some_and(|due_ms| due_ms <= work.now.as_millisecond());
        let row = match Owner::of_key(&found.account).filter(|_| is_due) {
            Some(owner) => {
                let mut loaded = Loaded::load(work.sql, owner)?;
                loaded.bring_to(work.rules, work.now);
                shown(work.sql, &loaded)?
            }
            None => serde_json::from_str(&found.json).map_err(|error| broken("row", error))?,
        };
        Ok(Listed { value, row })
    });
    Reply::json(200, &listed.collect::<Outcome<Vec<_>>>()?)
}
