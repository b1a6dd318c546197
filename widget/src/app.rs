//! What all panels of a page share: the script tag, the texts, the store, the shopper, the cart.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use crate::config::Page;
use crate::signal::Shared;
use fidela_client::{Client, Failure, HISTORY, INVITATIONS, Me, PublicStore};
use fidela_rules::json::Json;
use fidela_rules::program;
use fidela_rules::program::{Display, Program};
use fidela_ui::{Formats, Sentence, Texts};

/// A store's public data, with what reads and writes it.
pub(crate) struct Store {
    pub(crate) public: PublicStore,
    pub(crate) program: Program,
    pub(crate) formats: Formats,
}

/// What is known of the store. It is loaded once, and again when its rules have changed.
#[derive(Clone, Copy)]
pub(crate) enum StoreState {
    Loading,
    Failed,
    Here(&'static Store),
}

/// Who looks at the page.
#[derive(Clone)]
pub(crate) enum Shopper {
    /// Not asked yet, or on the way.
    Loading,
    /// Nobody is signed in to the shop.
    Stranger,
    /// The token ran out, and the page has given no other.
    Expired,
    /// The edge did not answer, or not well.
    Failed,
    /// Somebody.
    Here(Rc<Me>),
}

impl Shopper {
    pub(crate) fn me(&self) -> Option<&Rc<Me>> {
        if let Self::Here(me) = self { Some(me) } else { None }
    }
}

/// One of the shopper's lists, as far as it is loaded.
pub(crate) struct Pages {
    /// Where it is read.
    pub(crate) list: &'static str,
    /// What the last answer said, beside items among it; null: there was none.
    pub(crate) told: Json,
    pub(crate) items: Vec<Json>,
    pub(crate) next: Option<String>,
    pub(crate) loading: bool,
    pub(crate) failed: bool,
}

impl Pages {
    pub(crate) fn of(list: &'static str) -> Self {
        Self { list, told: Json::Null, items: Vec::new(), next: None, loading: false, failed: false }
    }
}

/// What is in the cart: as the page told it, which is what goes to the edge, and as the rules read it.
pub(crate) struct CartNow {
    pub(crate) told: String,
    pub(crate) cart: fidela_rules::Cart,
}

/// One per page.
pub(crate) struct App {
    pub(crate) page: Page,
    pub(crate) texts: Texts,
    pub(crate) client: Client,
    pub(crate) token: RefCell<Option<String>>,
    pub(crate) store: Shared<StoreState>,
    pub(crate) shopper: Shared<Shopper>,
    pub(crate) history: Shared<Pages>,
    pub(crate) invite: Shared<Pages>,
    pub(crate) cart: Shared<Option<Rc<CartNow>>>,
    /// The order whose points are explained, and why they are what they are, once that is known.
    pub(crate) why: Shared<Option<(String, Vec<String>)>>,
    /// What the live region says.
    pub(crate) said: Shared<String>,
    /// What went wrong with the last thing the shopper did.
    pub(crate) trouble: Shared<Option<String>>,
    /// The mission that it is about, if it is about one, or the letters.
    pub(crate) claimed: Shared<String>,
    /// What arrived of itself and is being told, a sentence in each line.
    pub(crate) arrived: Shared<String>,
    /// Something is being sent.
    pub(crate) busy: Shared<bool>,
    /// Milliseconds that the edge's clock is ahead of the page's.
    pub(crate) ahead_ms: Cell<f64>,
    /// When the shopper's page was last asked for, by the page's clock.
    pub(crate) asked_at: Cell<f64>,
    /// Counts the answers that were asked for: an older one that comes late is not shown.
    pub(crate) asked: Cell<u32>,
    /// The hold that this page heard of last.
    pub(crate) told: RefCell<String>,
}

thread_local! {
    static APP: OnceCell<&'static App> = const { OnceCell::new() };
}

/// The page's one app. `entry.js` starts it before it mounts anything.
#[expect(clippy::expect_used, reason = "nothing is mounted or called before `start`")]
pub(crate) fn app() -> &'static App {
    APP.with(|app| *app.get().expect("started"))
}

/// Makes the page's one app; a second time changes nothing.
pub(crate) fn start(page: Page, texts: Texts) -> &'static App {
    APP.with(|app| {
        *app.get_or_init(|| {
            let client = Client::new(&page.edge, &page.store, &page.locale);
            let token = RefCell::new(page.token.clone());
            Box::leak(Box::new(App {
                page,
                texts,
                client,
                token,
                store: Shared::new(StoreState::Loading),
                shopper: Shared::new(Shopper::Loading),
                history: Shared::new(Pages::of(HISTORY)),
                invite: Shared::new(Pages::of(INVITATIONS)),
                cart: Shared::new(None),
                why: Shared::new(None),
                said: Shared::new(String::new()),
                trouble: Shared::new(None),
                claimed: Shared::new(String::new()),
                arrived: Shared::new(String::new()),
                busy: Shared::new(false),
                ahead_ms: Cell::new(0.0),
                asked_at: Cell::new(0.0),
                asked: Cell::new(0),
                told: RefCell::default(),
            }))
        })
    })
}

impl App {
    /// The store, once it is here; a panel that asks is told when it comes.
    pub(crate) fn known_store(&self) -> Option<&'static Store> {
        if let StoreState::Here(store) = self.store.get() { Some(store) } else { None }
    }

    /// The store, if it is here at this moment.
    pub(crate) fn known_store_untracked(&self) -> Option<&'static Store> {
        if let StoreState::Here(store) = self.store.now() { Some(store) } else { None }
    }

    /// Keeps the store's public data; a program that this page cannot read is no store.
    pub(crate) fn keep_store(&self, public: PublicStore) -> Result<(), Failure> {
        let mut program = program::read_published(&public.program).ok_or(Failure::Unreadable)?;
        let formats = Formats::new(
            &self.page.locale,
            &public.locale,
            &program.currency,
            &program.timezone,
            std::mem::take(&mut program.points.name),
        );
        // Kept for the page's life: it is replaced only when a merchant saves other rules meanwhile.
        self.store.set(StoreState::Here(Box::leak(Box::new(Store { public, program, formats }))));
        Ok(())
    }

    /// A sentence for those who hear the page.
    pub(crate) fn announce(&self, text: String) {
        self.said.set(text);
    }

    /// The shopper, if known.
    pub(crate) fn me(&self) -> Option<Rc<Me>> {
        self.shopper.with(|shopper| shopper.me().cloned())
    }

    /// The shopper as known at this moment.
    pub(crate) fn me_now(&self) -> Option<Rc<Me>> {
        self.shopper.peek(|shopper| shopper.me().cloned())
    }

    /// The edge's time, in milliseconds.
    pub(crate) fn now_ms(&self) -> f64 {
        js_sys::Date::now() + self.ahead_ms.get()
    }
}

impl Store {
    /// A sentence with its numbers.
    pub(crate) fn say(&self, sentence: &Sentence) -> String {
        self.formats.say(&app().texts, sentence)
    }

    /// Points with their word.
    pub(crate) fn points(&self, points: i64) -> String {
        self.formats.points(&app().texts, points)
    }

    /// A balance as the store shows it: points, or what they are worth.
    pub(crate) fn balance(&self, me: &Me) -> String {
        match self.program.points.display {
            Display::Points => self.points(me.available),
            Display::Money => self.formats.money(me.available_value),
        }
    }

    /// What points are worth, minor units.
    pub(crate) fn worth(&self, points: i64) -> i64 {
        self.program.points.value.value_of(points.max(0).into()).fit().unwrap_or(0)
    }
}
