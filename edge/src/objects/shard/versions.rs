//! The versions of the program that a shard has worked with.

use std::rc::Rc;

use fidela_rules::Program;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{Home, Shard};
use crate::failure::{Outcome, broken};
use crate::objects::store;
use crate::platform::storage::Sql;

/// A version of the program, with its zone resolved.
pub(crate) struct Rules {
    pub(crate) version: u64,
    pub(crate) program: Program,
    pub(crate) zone: TimeZone,
}

impl Shard {
    /// The program in force: from memory, from this object's own table, or from the store.
    pub(super) async fn rules_of(&self, home: &Home, now: Timestamp) -> Outcome<Rc<Rules>> {
        match self.known_rules(self.storage.sql(), home.version)? {
            Some(rules) => Ok(rules),
            None => self.fetch_rules(home, now).await,
        }
    }

    /// A version of the program, as the store tells it.
    async fn fetch_rules(&self, home: &Home, now: Timestamp) -> Outcome<Rc<Rules>> {
        let reply = store::program(&self.env, &home.store, Some(home.version), now).await?;
        #[derive(Deserialize)]
        struct Version {
            version: u64,
            program: serde_json::Value,
        }
        if reply.status != 200 {
            return Err(broken("program", format!("the store answered {}", reply.status)));
        }
        let Version { version, program } = reply.read()?;
        if let Some(rules) = self.known_rules(self.storage.sql(), version)? {
            return Ok(rules);
        }
        let json = program.to_string();
        let rules = read_rules(version, &json)?;
        let number = i64::try_from(version).map_err(|error| broken("version", error))?;
        let values = vec![number.into(), json.into()];
        self.storage.sql().run("INSERT OR IGNORE INTO program VALUES (?, ?)", values)?;
        Ok(self.keep(rules))
    }

    /// A version that this shard has worked with.
    pub(super) fn known_rules(&self, sql: &Sql, version: u64) -> Outcome<Option<Rc<Rules>>> {
        if let Some(rules) = self.rules.borrow().get(&version) {
            return Ok(Some(Rc::clone(rules)));
        }
        #[derive(Deserialize)]
        struct Row {
            json: String,
        }
        let number = i64::try_from(version).map_err(|error| broken("version", error))?;
        let row: Option<Row> =
            sql.first("SELECT json FROM program WHERE version = ?", vec![number.into()])?;
        row.map(|row| Ok(self.keep(read_rules(version, &row.json)?))).transpose()
    }

    fn keep(&self, rules: Rules) -> Rc<Rules> {
        let rules = Rc::new(rules);
        self.rules.borrow_mut().insert(rules.version, Rc::clone(&rules));
        rules
    }
}

fn read_rules(version: u64, json: &str) -> Outcome<Rules> {
    let program: Program = serde_json::from_str(json).map_err(|error| broken("a stored program", error))?;
    Rules::of(version, program)
}

impl Rules {
    /// A program with its zone resolved.
    pub(super) fn of(version: u64, program: Program) -> Outcome<Self> {
        let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
        Ok(Self { version, program, zone })
    }
}
