//! The draft that the team shares: what is typed is saved by itself, found again on another device, and not lost where
//! two people type at once.
//!
//! `sync()` keeps the document and `/v1/program/draft` together for as long as the page is open; [`DraftState`] says how
//! far it is, and shows the conflicts.

use std::cell::RefCell;
use std::time::Duration;

use fidela_protocol::drafts::{ProgramDraft, PutDraft};
use fidela_protocol::merchant::ProgramVersion;
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;

use super::conflict::Conflicts;
use super::document::document;
use super::history::who;
use super::path::{self, Clash};
use crate::api::{self, Answer, Call, Failure};
use crate::session;
use crate::texts::{moment, t, tf};

/// How long somebody has not typed before it is saved.
const CALM: Duration = Duration::from_millis(1_200);

/// Somebody else has saved the draft meanwhile, and both changed the same place.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftConflict {
    /// As both found it.
    pub before: Value,
    /// What the other saved.
    pub theirs: ProgramDraft,
    /// Both together; where both changed the same place, as it was typed here.
    pub merged: Value,
    /// Those places.
    pub clashes: Vec<Clash>,
}

/// How far the draft is.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// As the edge has it.
    Still,
    /// On its way.
    Saving,
    /// It could not be saved, and why.
    Failed(String),
}

/// The document and the draft, together.
#[derive(Clone, Copy)]
pub struct DraftSync {
    /// As the edge has it; none until it was asked.
    known: RwSignal<Option<ProgramDraft>>,
    state: RwSignal<State>,
    conflict: RwSignal<Option<DraftConflict>>,
    turn: StoredValue<u32>,
}

thread_local! {
    // It outlives each page of the console, as the document does.
    static SYNC: RefCell<Option<(String, Owner, DraftSync)>> = const { RefCell::new(None) };
}

/// That of the store whose member is signed in.
pub fn sync() -> DraftSync {
    let store = untrack(session::current).map(|session| session.store_id).unwrap_or_default();
    let known =
        SYNC.with_borrow(|kept| kept.as_ref().filter(|(of, ..)| *of == store).map(|(.., sync)| *sync));
    if let Some(sync) = known {
        return sync;
    }
    let owner = Owner::default();
    let sync = owner.with(DraftSync::new);
    SYNC.set(Some((store, owner, sync)));
    sync
}

async fn ask() -> Answer<ProgramDraft> {
    api::get("/v1/program/draft").await
}

impl DraftSync {
    fn new() -> Self {
        let sync = Self {
            known: RwSignal::new(None),
            state: RwSignal::new(State::Still),
            conflict: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        let doc = document();
        let base = Memo::new(move |_| doc.base().with(|base| base.as_ref().map(|base| base.version)));
        // The draft comes onto the program in force; and once something was published it is another one.
        Effect::new(move |_| {
            if base.get().is_some() {
                leptos::task::spawn_local(async move { sync.begin().await });
            }
        });
        Effect::new(move |_| {
            doc.value().track();
            let is_known = sync.known.with_untracked(Option::is_some);
            if is_known && sync.conflict.with_untracked(Option::is_none) {
                sync.save_soon();
            }
        });
        sync
    }

    /// What both have changed at the same place.
    pub fn conflict(self) -> RwSignal<Option<DraftConflict>> {
        self.conflict
    }

    async fn begin(self) {
        let doc = document();
        let Ok(draft) = ask().await else { return };
        let first = self.known.with_untracked(Option::is_none);
        let Some(base) = doc.base().get_untracked() else { return };
        let is_untouched = path::plain(&doc.value().get_untracked()) == path::plain(&base.program);
        if first && draft.saved && is_untouched {
            let program = if draft.based_on == base.version {
                draft.program.clone()
            } else {
                // Somebody has published since it was begun: it goes on from there.
                let path = format!("/v1/program/versions/{}", draft.based_on);
                let begun =
                    api::get::<ProgramVersion>(&path).await.map_or(Value::Null, |version| version.program);
                path::merge(&begun, &draft.program, &base.program).0
            };
            self.known.set(Some(draft));
            doc.replace(program);
        } else {
            self.known.set(Some(draft));
            self.save_soon();
        }
    }

    fn save_soon(self) {
        let this = self.turn.with_value(|turn| turn.wrapping_add(1));
        self.turn.set_value(this);
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(this) {
                    leptos::task::spawn_local(async move { self.save().await });
                }
            },
            CALM,
        );
    }

    async fn save(self) {
        if self.state.get_untracked() == State::Saving {
            // Once it has come back, what was typed meanwhile follows.
            self.save_soon();
            return;
        }
        let doc = document();
        let (Some(known), Some(base)) = (self.known.get_untracked(), doc.base().get_untracked()) else {
            return;
        };
        let mine = doc.value().get_untracked();
        let is_clean = path::plain(&mine) == path::plain(&base.program);
        let is_saved = known.saved
            && path::plain(&mine) == path::plain(&known.program)
            && known.based_on == base.version;
        if doc.publishing().get_untracked() || is_saved || is_clean && !known.saved {
            return;
        }
        self.state.set(State::Saving);
        let answer = if is_clean {
            let gone = Call::new(Method::DELETE, "/v1/program/draft").if_match(known.revision).send().await;
            match gone {
                Ok(_) => ask().await,
                Err(failure) => Err(failure),
            }
        } else {
            let body = PutDraft { program: mine.clone(), based_on: Some(base.version) };
            match Call::new(Method::PUT, "/v1/program/draft").if_match(known.revision).json(&body).await {
                Ok(response) => api::read::<ProgramDraft>(response).await,
                Err(failure) => Err(failure),
            }
        };
        match answer {
            Ok(saved) => {
                self.state.set(State::Still);
                self.known.set(Some(saved));
            }
            Err(failure) => self.refused(&failure, &known, &mine),
        }
    }

    fn refused(self, failure: &Failure, known: &ProgramDraft, mine: &Value) {
        let theirs = match failure {
            Failure::Refused(problem) if problem.code == "version_conflict" => problem
                .more
                .get("draft")
                .and_then(|draft| serde_json::from_value::<ProgramDraft>(draft.clone()).ok()),
            _ => None,
        };
        let Some(theirs) = theirs else {
            self.state.set(State::Failed(failure.sentence()));
            return;
        };
        self.state.set(State::Still);
        let (merged, clashes) = path::merge(&known.program, mine, &theirs.program);
        if clashes.is_empty() {
            // They worked on something else: both are there now, and saved together.
            self.known.set(Some(theirs));
            document().replace(merged);
            self.save_soon();
        } else {
            self.conflict.set(Some(DraftConflict { before: known.program.clone(), theirs, merged, clashes }));
        }
    }

    /// After a conflict: both together.
    pub fn keep_both(self) {
        if let Some(conflict) = self.conflict.get_untracked() {
            self.conflict.set(None);
            self.known.set(Some(conflict.theirs));
            document().replace(conflict.merged);
            self.save_soon();
        }
    }

    /// After a conflict: what the other saved.
    pub fn take_theirs(self) {
        if let Some(conflict) = self.conflict.get_untracked() {
            self.conflict.set(None);
            document().replace(conflict.theirs.program.clone());
            self.known.set(Some(conflict.theirs));
        }
    }
}

/// How far the draft is, in words; and the dialogs of its conflicts. For the bar of a page that edits the program.
#[component]
pub fn DraftState() -> impl IntoView {
    let sync = sync();
    let said = move || match sync.state.get() {
        State::Saving => t("history.draft_saving"),
        State::Failed(why) => tf("history.draft_unsaved", &[("why", &why)]),
        State::Still => sync
            .known
            .get()
            .filter(|draft| draft.saved)
            .map(|draft| {
                let when = moment(&draft.updated_at.to_string());
                tf("history.draft_saved", &[("when", &when), ("who", &who(draft.by.as_ref()))])
            })
            .unwrap_or_default(),
    };
    view! {
        <span class="draft-state soft" role="status">{said}</span>
        <Conflicts />
    }
}
