//! What a directory keeps, and the letters that it sends.

use std::cell::Cell;

use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use worker::Env;

use super::{SCHEMA, Welcome};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::mail::{About, ConsoleLetter, Delivery, Transport, compose_for_console};
use crate::objects::store;
use crate::platform::storage::{Sql, Storage};
use crate::platform::{clock, crypto, env};

/// A directory's storage, and how its letters leave.
pub(super) struct Posting {
    storage: Storage,
    env: Env,
    busy: Cell<bool>,
}

/// Somebody who wants to sign in, or is to hear that they are in a team, and whose letters are still to be sent.
#[derive(Deserialize)]
struct Waiting {
    seq: i64,
    person: String,
    email: String,
    locale: Option<String>,
    tries: u32,
    /// Stores whose letter has left.
    sent: String,
    /// A [`Welcome`], where it is no link that they wait for.
    welcome: Option<String>,
}

impl Posting {
    pub(super) const fn new(storage: Storage, env: Env) -> Self {
        Self { storage, env, busy: Cell::new(false) }
    }

    fn write<T>(&self, work: impl FnOnce(&Sql) -> Outcome<T>) -> Outcome<T> {
        self.storage.transaction(|sql| {
            sql.migrate(SCHEMA)?;
            work(sql)
        })
    }

    pub(super) fn join(&self, person: &str, store: &str) -> Outcome<()> {
        self.write(|sql| {
            sql.run(
                "INSERT OR IGNORE INTO membership (person, store) VALUES (?, ?)",
                vec![person.into(), store.into()],
            )
        })
    }

    pub(super) fn leave(&self, person: &str, store: &str) -> Outcome<()> {
        self.write(|sql| {
            let values = vec![person.into(), store.into()];
            sql.run("DELETE FROM membership WHERE person = ? AND store = ?", values)
        })
    }

    /// Writes a request down, whether anybody has the address or not. One that was asked for too often lately gets no
    /// further letter.
    pub(super) fn ask(
        &self,
        person: &str,
        email: &str,
        locale: Option<String>,
        now: Timestamp,
    ) -> Outcome<()> {
        let now_ms = now.as_millisecond();
        self.write(|sql| {
            if !is_free(sql, person, limits::LINKS, now)? {
                return Ok(());
            }
            sql.run(
                "INSERT INTO waiting (person, email, locale, tries, due_ms, sent) VALUES (?, ?, ?, 0, ?, '')",
                vec![person.into(), email.into(), locale.into(), now_ms.into()],
            )
        })
    }

    /// Whether a network may ask for one more link; that it did is written down.
    pub(super) fn knock(&self, network: &str, now: Timestamp) -> Outcome<bool> {
        self.write(|sql| is_free(sql, network, limits::LINKS_OF_NETWORK, now))
    }

    /// Writes down that somebody is to hear that they are in a team, unless they have, or have left.
    pub(super) fn greet(&self, person: &str, email: &str, welcome: &Welcome, now: Timestamp) -> Outcome<()> {
        #[derive(Deserialize)]
        struct Row {
            greeted: Option<String>,
        }
        let told = serde_json::to_string(welcome).map_err(|error| broken("welcome", error))?;
        let Welcome { store, member, .. } = welcome;
        self.write(|sql| {
            let known: Option<Row> = sql.first(
                "SELECT greeted FROM membership WHERE person = ? AND store = ?",
                vec![person.into(), store.as_str().into()],
            )?;
            if known.is_none_or(|known| known.greeted.as_ref() == Some(member)) {
                return Ok(());
            }
            sql.run(
                "UPDATE membership SET greeted = ? WHERE person = ? AND store = ?",
                vec![member.as_str().into(), person.into(), store.as_str().into()],
            )?;
            sql.run(
                "INSERT INTO waiting (person, email, tries, due_ms, sent, welcome) VALUES (?, ?, 0, ?, '', ?)",
                vec![person.into(), email.into(), now.as_millisecond().into(), told.into()],
            )
        })
    }

    /// Has an alarm see to what the time after the answer leaves undone.
    pub(super) async fn wake(&self, now: Timestamp) -> Outcome<()> {
        let now_ms = now.as_millisecond();
        self.storage.alarm_at(now_ms.saturating_add(limits::LINK_RETRY_MS), now_ms).await
    }

    pub(super) async fn by_alarm(&self) -> Outcome<()> {
        if env::var(&self.env, "TEST_CLOCK").as_deref() == Some("1") {
            return Ok(());
        }
        let now = clock::now();
        self.send(now).await?;
        if self.write(|sql| waiting(sql, i64::MAX))?.is_some() {
            self.wake(now).await?;
        }
        Ok(())
    }

    /// Sends the letters that are due by now, one after the other.
    pub(super) async fn send(&self, now: Timestamp) -> Outcome<()> {
        if self.busy.replace(true) {
            // Whoever is at it takes what is new along.
            return Ok(());
        }
        let sent = self.send_due(now).await;
        self.busy.set(false);
        sent
    }

    async fn send_due(&self, now: Timestamp) -> Outcome<()> {
        while let Some(one) = self.write(|sql| waiting(sql, now.as_millisecond()))? {
            let welcome: Option<Welcome> = one
                .welcome
                .as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(|error| broken("welcome", error))?;
            let mut stores = self.write(|sql| stores(sql, &one.person))?;
            // Whoever has left since is not told that they came.
            stores.retain(|store| welcome.as_ref().is_none_or(|welcome| welcome.store == *store));
            let mut later = false;
            let mut done = one.sent.clone();
            for store in stores.iter().filter(|store| !one.sent.contains(store.as_str())) {
                match self.send_one(store, &one, welcome.as_ref(), now).await {
                    Ok(true) => {
                        done.push_str(store);
                        done.push(' ');
                    }
                    Ok(false) => later = true,
                    // One store that cannot be asked keeps nobody from the others.
                    Err(failure) => {
                        super::log(&failure);
                        later = true;
                    }
                }
            }
            self.write(|sql| note(sql, &one, later, &done, now))?;
        }
        Ok(())
    }

    /// Sends one letter; `false`: it may be sent later.
    async fn send_one(
        &self,
        store: &str,
        one: &Waiting,
        welcome: Option<&Welcome>,
        now: Timestamp,
    ) -> Outcome<bool> {
        let letter = match welcome {
            Some(welcome) => ConsoleLetter {
                id: format!("welcome-{}", welcome.member),
                at: now,
                email: one.email.clone(),
                name: welcome.name.clone(),
                locale: None,
                about: About::Welcome { by: welcome.by.clone() },
            },
            None => match self.link(store, one, now).await? {
                Some(letter) => letter,
                // They have left, or were never let in.
                None => return Ok(true),
            },
        };
        let config = store::config(&self.env, store, now).await?;
        let Some((letter, url)) = compose_for_console(&self.env, &config, &letter) else {
            worker::console_error!(
                "{}",
                serde_json::json!({ "event": "console_letter", "cause": "there is no MAIL_FROM" })
            );
            return Ok(true);
        };
        if welcome.is_none() && env::var(&self.env, "MAIL_PAGE").as_deref() == Some("1") {
            // On a laptop, whoever reads the log reads the letters, too.
            worker::console_log!("{}", serde_json::json!({ "event": "sign_in_link", "link": url }));
        }
        let Some(transport) = Transport::of(&self.env) else { return Ok(true) };
        Ok(match transport.send(&letter, now).await? {
            Delivery::Sent => true,
            Delivery::Later(_) => false,
            Delivery::Never(status) => {
                let line =
                    serde_json::json!({ "event": "console_letter", "cause": "refused", "status": status });
                worker::console_error!("{line}");
                true
            }
        })
    }

    /// A letter with a link for whoever has an address, if somebody has.
    async fn link(&self, store: &str, one: &Waiting, now: Timestamp) -> Outcome<Option<ConsoleLetter>> {
        let Some(link) = store::new_link(&self.env, store, &one.email, now).await? else { return Ok(None) };
        let name = store.strip_prefix("st_").ok_or_else(|| broken("directory", "it names no store"))?;
        // The letter is the same however often it is sent by one request; its link is another each time.
        let id = crypto::sha256_hex(link.secret.as_bytes());
        Ok(Some(ConsoleLetter {
            id: format!("sign-in-{}", id.get(..16).unwrap_or_default()),
            at: now,
            email: link.email,
            name: link.name,
            locale: one.locale.clone(),
            about: About::SignIn { token: format!("{name}_{}", link.secret) },
        }))
    }
}

/// Whether somebody, or a network, has asked for less than `most` links of late; one that may is written down.
fn is_free(sql: &Sql, who: &str, most: usize, now: Timestamp) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Count {
        n: usize,
    }
    let oldest = now.checked_sub(limits::LINKS_MINUTES.minutes()).unwrap_or(Timestamp::UNIX_EPOCH);
    sql.run(
        "DELETE FROM asked WHERE person = ? AND at_ms <= ?",
        vec![who.into(), oldest.as_millisecond().into()],
    )?;
    sql.run(
        "DELETE FROM asked WHERE seq <= (SELECT MAX(seq) FROM asked) - ?",
        vec![limits::ASKED_FOR.into()],
    )?;
    let lately: Option<Count> =
        sql.first("SELECT COUNT(*) AS n FROM asked WHERE person = ?", vec![who.into()])?;
    if lately.is_some_and(|lately| lately.n >= most) {
        return Ok(false);
    }
    sql.run(
        "INSERT INTO asked (person, at_ms) VALUES (?, ?)",
        vec![who.into(), now.as_millisecond().into()],
    )?;
    Ok(true)
}

/// Notes what has been sent to somebody; what may still be sent waits.
fn note(sql: &Sql, one: &Waiting, later: bool, sent: &str, now: Timestamp) -> Outcome<()> {
    let tries = one.tries.saturating_add(1);
    if !later || tries >= limits::LINK_TRIES {
        return sql.run("DELETE FROM waiting WHERE seq = ?", vec![one.seq.into()]);
    }
    let due_ms = now.as_millisecond().saturating_add(limits::LINK_RETRY_MS);
    sql.run(
        "UPDATE waiting SET tries = ?, due_ms = ?, sent = ? WHERE seq = ?",
        vec![i64::from(tries).into(), due_ms.into(), sent.into(), one.seq.into()],
    )
}

fn waiting(sql: &Sql, up_to_ms: i64) -> Outcome<Option<Waiting>> {
    let up_to_ms = up_to_ms.min(limits::MOST_ROWS);
    sql.first(
        "SELECT seq, person, email, locale, tries, sent, welcome FROM waiting WHERE due_ms <= ? ORDER BY seq LIMIT 1",
        vec![up_to_ms.into()],
    )
}

fn stores(sql: &Sql, person: &str) -> Outcome<Vec<String>> {
    #[derive(Deserialize)]
    struct Row {
        store: String,
    }
    let rows: Vec<Row> = sql.rows(
        "SELECT store FROM membership WHERE person = ? ORDER BY store LIMIT ?",
        vec![person.into(), limits::STORES_OF_ONE.into()],
    )?;
    Ok(rows.into_iter().map(|row| row.store).collect())
}
