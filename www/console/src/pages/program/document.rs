//! The program as it is being edited: one document of JSON for all of the console.
//!
//! [`document()`] is the same for each page that edits a part of it (*Program*, *Missions*, *Invitations*), so that what was
//! typed in one is still there in the other, and all of it is published together. How it is used:
//!
//! ```ignore
//! let doc = document();                               // asks for the program where that has not been done yet
//! doc.view(move || view! {                            // shows that it is on its way, or why it is not to be had
//!     <Toggle label=… value=doc.flag("referrals.enabled", false) on_change=move |on| doc.set("referrals.enabled", on) />
//!     <MoneyField label=… value=doc.int("referrals.order_min") error=doc.fault("referrals.order_min", Unit::Money)
//!         on_change=move |minor| doc.set("referrals.order_min", minor) />
//!     <PublishBar />                                  // how many changes and faults; discard, publish
//! })
//! ```
//!
//! - **By path**: `get`, `int`, `text`, `flag`, `len` are signals of what is at a path; `set` puts something there (`None` and
//!   `null` take it away). Lists: `insert`, `remove` (with [`Document::undo`]), `swap`.
//! - **Faults** are found in the page by `fidela_rules`, the code that decides at the edge, with each change; what the edge
//!   refused besides is kept until its field changes. [`Document::fault`] is the sentence for one field,
//!   [`Document::faults_within`] counts those of a part. Sentences: `program.fault.CODE`, `program.warning.CODE`.
//! - **Publishing** sends `If-Match`. Where somebody else was faster, [`Document::conflict`] has what they published, and
//!   nothing of what was typed is lost: [`Document::rebase`] puts both together.
//!
//! `inputs.rs` has fields that know all of this by themselves: their label and help are `program.f.PATH` (without places) and
//! `program.f.PATH.help`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use fidela_rules::Program;
use fidela_rules::num::MAX;
use fidela_rules::program::{self, Plural};
use fidela_ui::Formats;
use gloo_net::http::Method;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::path;
use crate::api::{self, Call, Failure, Fault};
use crate::texts::{self, find, t, tf};
use crate::ui::{Load, Tone, failed, load, toast};
use crate::{browser, session};

/// `GET` and `PUT /v1/program`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Published {
    /// Counts from 1.
    pub version: u64,
    /// When it came into force.
    pub since: String,
    /// The program, with every default written out.
    pub program: Value,
    /// Who published it: `{kind, id, name}`.
    #[serde(default)]
    pub by: Option<Value>,
}

/// What the rules say of the document as it stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checked {
    /// The program, where nothing is wrong with it.
    pub program: Option<Arc<Program>>,
    /// What is wrong.
    pub faults: Arc<Vec<Fault>>,
    /// What is legal but may surprise.
    pub warnings: Arc<Vec<Fault>>,
}

/// What a number is, where a sentence has to write one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// A number, or no number at all.
    #[default]
    Number,
    /// Minor units.
    Money,
    /// Basis points.
    Percent,
}

/// Somebody else has published meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// What they published.
    pub theirs: Published,
    /// Where both changed the same place.
    pub clashes: Vec<path::Clash>,
}

/// What was taken out of a list last, and where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// The list's path.
    pub list: String,
    /// The place.
    pub at: usize,
    /// The item.
    pub item: Value,
}

/// The program as it is being edited.
#[derive(Clone, Copy)]
pub struct Document {
    asked: Load<Published>,
    value: RwSignal<Value>,
    base: RwSignal<Option<Published>>,
    refused: RwSignal<Vec<(Fault, Value)>>,
    checked: Memo<Checked>,
    conflict: RwSignal<Option<Conflict>>,
    removed: RwSignal<Option<Removed>>,
    publishing: RwSignal<bool>,
}

thread_local! {
    // It outlives each page of the console, and is another one for another store.
    static DOCUMENT: RefCell<Option<(String, Owner, Document)>> = const { RefCell::new(None) };
    static FORMATS: RefCell<Option<([String; 3], Rc<Formats>)>> = const { RefCell::new(None) };
}

/// The document of the store whose member is signed in.
pub fn document() -> Document {
    let store = untrack(session::current).map(|session| session.store_id).unwrap_or_default();
    let known =
        DOCUMENT.with_borrow(|kept| kept.as_ref().filter(|(of, ..)| *of == store).map(|(.., doc)| *doc));
    if let Some(document) = known {
        return document;
    }
    let owner = Owner::default();
    let document = owner.with(Document::new);
    DOCUMENT.set(Some((store, owner, document)));
    document
}

impl Document {
    fn new() -> Self {
        let value = RwSignal::new(Value::Null);
        let base = RwSignal::new(None::<Published>);
        let refused = RwSignal::new(Vec::<(Fault, Value)>::new());
        let asked = load(|| async { api::get::<Published>("/v1/program").await });
        Effect::new(move |_| {
            if let Some(found) = asked.get()
                && base.with_untracked(Option::is_none)
            {
                value.set(found.program.clone());
                base.set(Some(found));
            }
        });
        let checked = Memo::new(move |_| {
            let mut checked = value.with(|value| check(value, browser::is_zone));
            let besides = refused.with(|refused| {
                let still = refused.iter().filter(|(fault, was)| {
                    value.with(|value| path::get(value, &fault.path).cloned().unwrap_or_default() == *was)
                        && !checked.faults.iter().any(|known| known.path == fault.path)
                });
                still.map(|(fault, _)| fault.clone()).collect::<Vec<_>>()
            });
            if !besides.is_empty() {
                Arc::make_mut(&mut checked.faults).extend(besides);
                checked.program = None;
            }
            checked
        });
        let (conflict, removed) = (RwSignal::new(None), RwSignal::new(None));
        Self { asked, value, base, refused, checked, conflict, removed, publishing: RwSignal::new(false) }
    }

    /// Shows something once the program is there.
    pub fn view<V: IntoView + 'static>(self, show: impl Fn() -> V + Send + Sync + 'static) -> AnyView {
        let is_there = Memo::new(move |_| self.base.with(Option::is_some));
        let view = move || {
            if is_there.get() { show().into_any() } else { self.asked.view(|_| ()).into_any() }
        };
        view.into_any()
    }

    /// Asks for the program in force anew; what was typed stays, on top of it.
    pub fn refresh(self) {
        leptos::task::spawn_local(async move {
            if let Ok(theirs) = api::get::<Published>("/v1/program").await {
                self.rebase_on(theirs);
            }
        });
    }

    // What is there.

    /// All of it, as it stands.
    pub fn value(self) -> Signal<Value> {
        self.value.into()
    }

    /// All of it, anew: what a draft or an earlier version has.
    pub fn replace(self, value: Value) {
        self.removed.set(None);
        self.value.set(value);
    }

    /// The version that is being edited.
    pub fn base(self) -> Signal<Option<Published>> {
        self.base.into()
    }

    /// What is at a path.
    pub fn get(self, at: impl Into<String>) -> Signal<Option<Value>> {
        let at = at.into();
        Memo::new(move |_| self.value.with(|value| path::get(value, &at).cloned())).into()
    }

    /// What is at a path now, without following it.
    pub fn peek(self, at: &str) -> Option<Value> {
        self.value.with_untracked(|value| path::get(value, at).cloned())
    }

    /// A number.
    pub fn int(self, at: impl Into<String>) -> Signal<Option<i64>> {
        let at = at.into();
        Memo::new(move |_| self.value.with(|value| path::get(value, &at).and_then(Value::as_i64))).into()
    }

    /// A text or a word; empty where there is none.
    pub fn text(self, at: impl Into<String>) -> Signal<String> {
        let at = at.into();
        let read =
            move |value: &Value| path::get(value, &at).and_then(Value::as_str).unwrap_or_default().to_owned();
        Memo::new(move |_| self.value.with(&read)).into()
    }

    /// A word that has a default.
    pub fn word(self, at: impl Into<String>, otherwise: &'static str) -> Signal<String> {
        let found = self.text(at);
        let word = move || Some(found.get()).filter(|word| !word.is_empty());
        Signal::derive(move || word().unwrap_or_else(|| otherwise.to_owned()))
    }

    /// A switch.
    pub fn flag(self, at: impl Into<String>, otherwise: bool) -> Signal<bool> {
        let at = at.into();
        let read = move |value: &Value| path::get(value, &at).and_then(Value::as_bool).unwrap_or(otherwise);
        Memo::new(move |_| self.value.with(&read)).into()
    }

    /// How long a list is.
    pub fn len(self, at: impl Into<String>) -> Signal<usize> {
        let at = at.into();
        Memo::new(move |_| self.value.with(|value| path::list(value, &at).len())).into()
    }

    // What is done with it.

    /// Puts something at a path; `None` and `null` take it away.
    pub fn set(self, at: impl AsRef<str>, new: impl Into<Value>) {
        let (at, new) = (at.as_ref(), new.into());
        self.value.update(|value| path::set(value, at, new));
    }

    /// Puts an item into a list; a list that is not there is made.
    pub fn insert(self, list: &str, at: usize, item: Value) {
        self.value.update(|value| {
            let mut items = path::list(value, list).to_vec();
            items.insert(at.min(items.len()), item);
            path::set(value, list, Value::Array(items));
        });
    }

    /// Takes an item out of a list; [`Self::undo`] puts it back.
    pub fn remove(self, list: &str, at: usize) {
        let mut items = self.value.with_untracked(|value| path::list(value, list).to_vec());
        if at < items.len() {
            let item = items.remove(at);
            self.set(list, Value::Array(items));
            self.removed.set(Some(Removed { list: list.to_owned(), at, item }));
        }
    }

    /// What was taken out of a list last.
    pub fn removed(self) -> Signal<Option<Removed>> {
        self.removed.into()
    }

    /// Puts what was taken out last where it was.
    pub fn undo(self) {
        if let Some(Removed { list, at, item }) = self.removed.get_untracked() {
            self.insert(&list, at, item);
            self.removed.set(None);
        }
    }

    /// Moves an item of a list to another place.
    pub fn shift(self, list: &str, from: usize, to: usize) {
        let mut items = self.value.with_untracked(|value| path::list(value, list).to_vec());
        if from < items.len() && to < items.len() && from != to {
            let item = items.remove(from);
            items.insert(to, item);
            self.set(list, Value::Array(items));
        }
    }

    /// As it was published.
    pub fn discard(self) {
        self.removed.set(None);
        self.refused.set(Vec::new());
        self.conflict.set(None);
        if let Some(base) = self.base.get_untracked() {
            self.value.set(base.program);
        }
    }

    // What is wrong with it.

    /// What the rules say of it.
    pub fn checked(self) -> Memo<Checked> {
        self.checked
    }

    /// What is wrong with one field, in words.
    pub fn fault(self, at: impl Into<String>, unit: Unit) -> MaybeProp<String> {
        let at = at.into();
        let found = Memo::new(move |_| {
            self.checked.with(|checked| {
                let own = checked.faults.iter().find(|fault| is_at(&fault.path, &at));
                own.map(|fault| sentence("fault", fault, unit))
            })
        });
        MaybeProp::derive(move || found.get())
    }

    /// What may surprise of one field, in words.
    pub fn warning(self, at: impl Into<String>) -> MaybeProp<String> {
        let at = at.into();
        let found = Memo::new(move |_| {
            self.checked.with(|checked| {
                let own = checked.warnings.iter().find(|warning| is_at(&warning.path, &at));
                own.map(|warning| sentence("warning", warning, Unit::Number))
            })
        });
        MaybeProp::derive(move || found.get())
    }

    /// How many faults a part has: `bonuses`, `stamp_cards[1]`.
    pub fn faults_within(self, above: impl Into<String>) -> Signal<usize> {
        let above = above.into();
        let count = move |checked: &Checked| {
            checked.faults.iter().filter(|fault| path::is_within(&fault.path, &above)).count()
        };
        Memo::new(move |_| self.checked.with(&count)).into()
    }

    /// Where it differs from what is published.
    pub fn changes(self) -> Memo<Vec<String>> {
        Memo::new(move |_| {
            self.base.with(|base| {
                let base = base.as_ref().map_or(&Value::Null, |base| &base.program);
                self.value.with(|value| path::changes(base, value))
            })
        })
    }

    // What is published.

    /// Whether it is on its way.
    pub fn publishing(self) -> Signal<bool> {
        self.publishing.into()
    }

    /// What somebody else published meanwhile.
    pub fn conflict(self) -> RwSignal<Option<Conflict>> {
        self.conflict
    }

    /// Publishes it, as the version after the one that was edited.
    pub fn publish(self) {
        let Some(base) = self.base.get_untracked() else { return };
        if self.publishing.get_untracked() {
            return;
        }
        self.publishing.set(true);
        leptos::task::spawn_local(async move {
            let sent = self.value.get_untracked();
            let call = Call::new(Method::PUT, "/v1/program").if_match(base.version);
            let answer = match call.json(&sent).await {
                Ok(response) => api::read::<Published>(response).await,
                Err(failure) => Err(failure),
            };
            self.publishing.set(false);
            match answer {
                Ok(published) => self.published(&sent, published).await,
                Err(failure) if failure.code() == "version_conflict" => self.overtaken().await,
                Err(failure) => self.was_refused(&failure),
            }
        });
    }

    /// It is in force. What was typed since it was sent stays.
    async fn published(self, sent: &Value, published: Published) {
        let now = self.value.get_untracked();
        let (merged, _) = path::merge(sent, &now, &published.program);
        self.refused.set(Vec::new());
        self.removed.set(None);
        self.conflict.set(None);
        self.value.set(merged);
        self.base.set(Some(published));
        toast(Tone::Good, t("program.published"));
        if let Some(session) = untrack(session::current) {
            let _ = session::learn_formats(&session.locale).await;
        }
    }

    async fn overtaken(self) {
        match api::get::<Published>("/v1/program").await {
            Ok(theirs) => {
                let base = self.base.get_untracked().map(|base| base.program).unwrap_or_default();
                let (_, clashes) =
                    self.value.with_untracked(|mine| path::merge(&base, mine, &theirs.program));
                self.conflict.set(Some(Conflict { theirs, clashes }));
            }
            Err(failure) => failed(&failure),
        }
    }

    fn was_refused(self, failure: &Failure) {
        let faults = failure.faults().to_vec();
        if faults.is_empty() {
            failed(failure);
            return;
        }
        let was = |fault: &Fault| {
            self.value.with_untracked(|value| path::get(value, &fault.path).cloned().unwrap_or_default())
        };
        self.refused.set(faults.into_iter().map(|fault| (fault.clone(), was(&fault))).collect());
    }

    /// After a conflict: what both have changed together, on top of what is published now. Where both changed the same
    /// place it is as it was typed here.
    pub fn rebase(self) {
        if let Some(Conflict { theirs, .. }) = self.conflict.get_untracked() {
            self.rebase_on(theirs);
        }
    }

    /// The same, on top of a version.
    pub fn rebase_on(self, theirs: Published) {
        let base = self.base.get_untracked().map(|base| base.program).unwrap_or_default();
        let (merged, _) = self.value.with_untracked(|mine| path::merge(&base, mine, &theirs.program));
        self.conflict.set(None);
        self.value.set(merged);
        self.base.set(Some(theirs));
    }

    /// After a conflict: what somebody else published, and nothing of what was typed here.
    pub fn take_theirs(self) {
        if let Some(Conflict { theirs, .. }) = self.conflict.get_untracked() {
            self.base.set(Some(theirs));
            self.discard();
        }
    }

    // How its numbers are written: in its own currency, which may not be the published one's.

    /// How the document writes numbers, money and days.
    pub fn formats(self) -> Rc<Formats> {
        let text = |at: &str| self.text_now(at);
        let names = self.value.with(|value| path::get(value, "points.name").cloned().unwrap_or_default());
        let key = [text("currency"), text("timezone"), names.to_string()];
        let known = FORMATS.with_borrow(|kept| {
            kept.as_ref().filter(|(of, _)| *of == key).map(|(_, formats)| Rc::clone(formats))
        });
        if let Some(formats) = known {
            return formats;
        }
        let [currency, zone, _] = &key;
        let well_formed = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        let currency = if well_formed { currency.clone() } else { texts::currency() };
        let zone = if browser::is_zone(zone) { zone.clone() } else { texts::zone() };
        let names: BTreeMap<String, Plural> = serde_json::from_value(names).unwrap_or_default();
        let home = untrack(session::current).map_or_else(|| "en".to_owned(), |session| session.locale);
        let formats = Rc::new(Formats::new(texts::locale(), &home, &currency, &zone, names));
        FORMATS.set(Some((key, Rc::clone(&formats))));
        formats
    }

    fn text_now(self, at: &str) -> String {
        self.value.with(|value| path::get(value, at).and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Minor units of the document's currency.
    pub fn money(self, minor: i64) -> String {
        self.formats().money(minor)
    }
}

/// What the rules say of a document.
fn check(value: &Value, zone_exists: impl Fn(&str) -> bool) -> Checked {
    let warned = |path: String, code: &str| Fault { path, code: code.to_owned(), min: None, max: None };
    match program::read(value, zone_exists) {
        Ok((program, warnings)) => Checked {
            program: Some(Arc::new(program)),
            faults: Arc::default(),
            warnings: Arc::new(warnings.into_iter().map(|one| warned(one.path, one.code)).collect()),
        },
        Err(faults) => {
            let fault = |fault: program::Fault| Fault {
                path: fault.path,
                code: fault.code.to_owned(),
                min: fault.min,
                max: fault.max,
            };
            Checked {
                program: None,
                faults: Arc::new(faults.into_iter().map(fault).collect()),
                ..Checked::default()
            }
        }
    }
}

/// Whether a fault is a field's own: at its path, or in braces behind it.
fn is_at(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
}

/// A fault or a warning in words: `program.fault.out_of_range`.
pub fn sentence(what: &str, fault: &Fault, unit: Unit) -> String {
    let write = |number: Option<i64>| {
        let number = number.unwrap_or_default();
        match unit {
            Unit::Number => texts::number(number),
            Unit::Money => document().money(number),
            Unit::Percent => texts::percent(number),
        }
    };
    // What no number may exceed is nothing that a merchant has to read.
    let suffix = match (fault.code.as_str(), fault.max) {
        ("out_of_range", Some(MAX) | None) => "_min",
        _ => "",
    };
    let key = format!("program.{what}.{}{suffix}", fault.code);
    let place = fault.path.split_once('{').map_or("", |(_, place)| place.trim_end_matches('}'));
    let values = [("min", write(fault.min)), ("max", write(fault.max)), ("place", place.to_owned())];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if find(&key).is_some() { tf(&key, &values) } else { tf("program.fault.other", &[("code", &fault.code)]) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // S2.6, S3.1
    #[test]
    fn all_faults_are_found_at_once_at_their_places() {
        let document = json!({
            "currency": "RON", "timezone": "Europe/Bucharest", "points": { "value": { "points": 0, "minor": 100 } },
            "earning": { "programs": [{ "id": "a", "rate": { "type": "per_amount", "every": "abc", "points": 1 } }] }
        });
        let checked = check(&document, |_| true);
        let found: Vec<_> =
            checked.faults.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
        assert_eq!(
            found,
            [
                ("points.value.points", "out_of_range"),
                ("earning.programs[0].rate.every", "whole_number_expected")
            ]
        );
        assert!(checked.program.is_none());
    }

    #[test]
    fn what_stands_in_braces_belongs_to_its_field() {
        assert!(is_at("referrals.email.body.en{x}", "referrals.email.body.en"));
        assert!(!is_at("referrals.email.body.en", "referrals.email.body"));
        assert!(!is_at("stamp_cards[10].id", "stamp_cards[1"));
    }
}
