//! What is asked of the edge, and when: the store once, the shopper's page whenever it may have changed, a hold with
//! a key that is kept before it is sent.

use std::rc::Rc;

use fidela_client::{
    Call, Claimed, Explained, Failure, HISTORY, INVITATIONS, Invited, MeNow, Page, Redemption, Shape, read,
};
use fidela_rules::json::Json;
use fidela_ui::sentences;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, Pages, Shopper, StoreState, app};
use crate::browser;
use crate::config::token_of;
use crate::element;
use crate::signal::Shared;
use crate::texts::text;

/// Coming back to a page twice within this time asks once.
const CALM_MS: f64 = 2_000.0;
/// How often a request whose key is being worked on is sent again.
const TRIES: u32 = 5;
/// And how long it waits before each.
const PAUSE_MS: f64 = 600.0;
/// Where the key of a hold on its way is kept, in the tab's own storage.
const PENDING: &str = "fidela:pending:";
/// Where the key of letters on their way is kept.
const INVITING: &str = "fidela:inviting:";
/// What [`App::claimed`](crate::app::App) says when it is about letters to friends; no mission is called so.
pub(crate) const LETTERS: &str = "\n";
/// And when they have been sent.
pub(crate) const SENT: &str = "\n\n";
/// Where the last thing that arrived and was told is remembered, for each shopper.
const ARRIVED: &str = "fidela:arrived:";

/// Loads everything that a panel shows.
pub(crate) fn load() {
    // Said at once: a panel that is opened meanwhile need not ask as well.
    app().asked_at.set(js_sys::Date::now());
    spawn_local(async {
        let app = app();
        let (_, ()) = (load_store(app).await, load_me(app).await);
        resume(app).await;
    });
}

/// Asks again for what is shown, because somebody looks at the page again.
pub(crate) fn look_again() {
    let app = app();
    let now = js_sys::Date::now();
    if now - app.asked_at.get() < CALM_MS || app.shopper.peek(|who| matches!(who, Shopper::Stranger)) {
        return;
    }
    spawn_local(async {
        let app = crate::app::app();
        if !matches!(app.store.now(), StoreState::Here(_)) {
            let _ = load_store(app).await;
        }
        load_me(app).await;
        // What had no answer the last time may have one now.
        resume(app).await;
    });
}

/// Another tab of this shop held points or let them go.
pub(crate) fn changed(store: &str) {
    if store == app().page.store && app().me_now().is_some() {
        spawn_local(load_me(app()));
    }
}

/// After a failure: from the start.
pub(crate) fn retry() {
    let app = app();
    if !matches!(app.store.now(), StoreState::Here(_)) {
        app.store.set(StoreState::Loading);
    }
    if app.me_now().is_none() {
        app.shopper.set(Shopper::Loading);
    }
    load();
}

/// The page says who is there now.
pub(crate) fn set_shopper(token: Option<String>) {
    let app = app();
    if *app.token.borrow() == token && app.me_now().is_some() {
        return;
    }
    let stays = token.is_some() && app.me_now().is_some();
    *app.token.borrow_mut() = token;
    if !stays {
        app.shopper.set(Shopper::Loading);
    }
    app.history.set(Pages::of(HISTORY));
    app.invite.set(Pages::of(INVITATIONS));
    // It may be somebody else.
    app.arrived.set(String::new());
    load();
}

async fn load_store(app: &'static App) -> Result<(), ()> {
    let kept =
        match app.client.make(&Call::public(&app.page.store, &app.page.locale), None).await.and_then(read) {
            Ok(public) => app.keep_store(public),
            Err(failure) => Err(failure),
        };
    kept.map_err(|failure| {
        // What is there already is better than nothing.
        if !matches!(app.store.now(), StoreState::Here(_)) {
            app.store.set(StoreState::Failed);
            element::fire("error", &[("code", failure.code().into())]);
        }
    })
}

async fn load_me(app: &'static App) {
    app.asked_at.set(js_sys::Date::now());
    let turn = app.asked.get().wrapping_add(1);
    app.asked.set(turn);
    let Some(answer) = signed(app, Call::me()).await else { return };
    if app.asked.get() != turn {
        return;
    }
    match answer.and_then(read) {
        Ok(MeNow { me, now }) => {
            app.ahead_ms.set(browser::parse_moment(&now) - js_sys::Date::now());
            let version = me.program_version;
            // The same again draws nothing anew, and nobody loses the focus.
            if app.me_now().as_deref() != Some(&me) {
                app.shopper.set(Shopper::Here(Rc::new(me)));
                load_page(&app.history, false);
            }
            tell_again(app);
            if app.trouble.peek(|trouble| trouble.as_deref() == Some(text("offline"))) {
                app.trouble.set(None);
            }
            if app.known_store_untracked().is_some_and(|store| store.public.program_version != version) {
                let _ = load_store(app).await;
            }
            show_on_launcher(app);
            tell_arrived();
        }
        Err(failure) => {
            if app.me_now().is_none() {
                app.shopper.set(Shopper::Failed);
                element::fire("error", &[("code", failure.code().into())]);
            } else if !browser::online() {
                app.trouble.set(Some(text("offline").to_owned()));
            }
        }
    }
}

/// The balance on the launcher, for this page and the next.
fn show_on_launcher(app: &App) {
    if let (Some(store), Some(me)) = (app.known_store_untracked(), app.me_now()) {
        app.page.label(&store.balance(&me));
    }
}

/// Says what arrived of itself since the last time, once, and where somebody sees it.
pub(crate) fn tell_arrived() {
    let app = app();
    let Some(me) = app.me_now().filter(|_| element::is_seen()) else { return };
    let name = [ARRIVED, &app.page.store, &me.customer_id].concat();
    let told = browser::recall(&name).and_then(|told| told.parse::<i64>().ok()).unwrap_or(0);
    let mut news = String::new();
    for toast in fidela_client::toasts(&me.toasts) {
        if toast.id > told {
            news.push_str(&toast.title);
            news.push('\n');
            browser::remember(&name, &toast.id.to_string(), app.page.allowed.get());
        }
    }
    if !news.is_empty() {
        app.announce(news.clone());
        app.arrived.set(news);
    }
}

/// A page of one of the shopper's lists: the first, or the next.
pub(crate) fn load_page(pages: &'static Shared<Pages>, more: bool) {
    let call = pages.peek(|pages| Call::page(pages.list, pages.next.as_deref().filter(|_| more)));
    pages.update(|pages| {
        pages.loading = true;
        pages.failed = false;
    });
    spawn_local(async move {
        let answer = signed(app(), call).await;
        pages.update(|pages| {
            pages.loading = false;
            let page = answer.and_then(Result::ok).and_then(|told| Some((Page::read(&told)?, told)));
            let Some((page, told)) = page else {
                pages.failed = true;
                return;
            };
            if !more {
                pages.items.clear();
            }
            pages.items.extend(page.items);
            pages.next = page.next;
            pages.told = told;
        });
    });
}

/// Why an order earned what it earned: shown, or not any more.
pub(crate) fn explain_order(id: String) {
    let app = app();
    if app.why.peek(|why| why.as_ref().is_some_and(|(shown, _)| *shown == id)) {
        app.why.set(None);
        return;
    }
    app.why.set(Some((id.clone(), Vec::new())));
    spawn_local(async move {
        let told = match signed(app, Call::order(&id)).await {
            Some(Ok(answer)) => read::<Explained>(answer).map(|explained| explained.0).unwrap_or_default(),
            _ => Vec::new(),
        };
        // Another one may have been asked for meanwhile.
        if app.why.peek(|why| why.as_ref().is_some_and(|(shown, _)| *shown == id)) {
            let told = if told.is_empty() { vec![text("error.title").to_owned()] } else { told };
            app.why.set(Some((id, told)));
        }
    });
}

/// A call with the shopper's token: fetched where the page says so, and once more where it ran out. Nothing where
/// nobody is signed in, or no longer; the panel then says so already.
async fn signed(app: &App, call: Call) -> Option<Result<Json, Failure>> {
    let mut fetched = false;
    loop {
        let known = app.token.borrow().clone();
        let token = match (known, &app.page.token_url) {
            (Some(token), _) => token,
            (None, Some(url)) if !fetched => {
                fetched = true;
                match browser::fetch_token(url).await {
                    Err(_) => return Some(Err(Failure::Unreachable)),
                    Ok(answer) => {
                        let Some(token) = token_of(&answer) else {
                            app.shopper.set(Shopper::Stranger);
                            return None;
                        };
                        app.token.replace(Some(token.clone()));
                        token
                    }
                }
            }
            (None, _) => {
                app.shopper.set(Shopper::Stranger);
                return None;
            }
        };
        let answer = app.client.make(&call, Some(&token)).await;
        let Err(Failure::Refused(refused)) = &answer else { return Some(answer) };
        if refused.status != 401 {
            return Some(answer);
        }
        // The page may have given a new one while this was on its way.
        if app.token.borrow().as_ref() != Some(&token) {
            continue;
        }
        if app.page.token_url.is_some() && !fetched {
            app.token.replace(None);
            continue;
        }
        app.shopper.set(Shopper::Expired);
        let expired = refused.code == "token_expired";
        if expired {
            element::fire("token-expired", &[]);
        } else {
            element::fire("error", &[("code", refused.code.as_str().into())]);
        }
        return None;
    }
}

/// Holds so many points, a reward, or both for the cart.
pub(crate) fn redeem(points: i64, reward: Option<&str>) {
    let app = app();
    let Some(cart) = app.cart.now() else { return };
    if app.busy.now() {
        return;
    }
    let mut body = ["{\"cart\":", &cart.told, ",\"points\":", &points.to_string()].concat();
    if let Some(reward) = reward {
        // The edge made this id: nothing in it needs to be escaped.
        body = body + ",\"reward_id\":\"" + reward + "\"";
    }
    body.push('}');
    begin(app, "");
    spawn_local(async move {
        let pending = pending(&holding(app));
        // One whose answer never came goes first: it may hold points already.
        let (key, body) = match pending {
            Some(old) => old,
            None => (browser::uuid(), body),
        };
        hold(app, &key, &body).await;
        app.busy.set(false);
    });
}

/// Sends again what the tab had sent before it was reloaded.
async fn resume(app: &'static App) {
    if app.me_now().is_none() || app.busy.now() {
        return;
    }
    app.busy.set(true);
    if let Some((key, body)) = pending(&holding(app)) {
        hold(app, &key, &body).await;
    }
    if let Some((key, body)) = pending(&inviting(app)) {
        letters(app, &key, &body).await;
    }
    app.busy.set(false);
}

/// Sends what has a key, and again while the same is being worked on. It is kept before it is sent: whatever happens
/// now, the same key goes with the same request, until there is an answer to it.
async fn insist(app: &App, name: &str, key: &str, body: &str, call: Call) -> Option<Result<Json, Failure>> {
    // The hash of a body is not enough to send it again after a reload, so the body itself is kept.
    browser::storage_set(name, &[key, "\n", body].concat(), app.page.allowed.get());
    let mut tries = 0;
    loop {
        let answer = signed(app, call.clone()).await;
        tries += 1;
        match &answer {
            Some(Err(failure)) if failure.is_in_use() && tries < TRIES => browser::wait(PAUSE_MS).await,
            // The token ran out: the request waits for another one.
            None => return answer,
            Some(Err(failure)) if failure.is_open() => return answer,
            Some(_) => {
                browser::storage_remove(name);
                return answer;
            }
        }
    }
}

/// Writes to friends.
pub(crate) fn invite(body: String) {
    let app = app();
    if app.busy.now() {
        return;
    }
    begin(app, LETTERS);
    spawn_local(async move {
        // The same friends again, whose answer never came: the same request. Nobody is written to twice.
        let old = pending(&inviting(app)).filter(|(_, old)| *old == body);
        let key = old.map_or_else(browser::uuid, |(key, _)| key);
        letters(app, &key, &body).await;
        app.busy.set(false);
    });
}

async fn letters(app: &'static App, key: &str, body: &str) {
    let answer = insist(app, &inviting(app), key, body, Call::invite(key, body)).await;
    match answer.map(|answer| answer.and_then(read)) {
        None => {}
        Some(Ok(Invited(answers))) => {
            for (at, no) in answers.iter().enumerate() {
                browser::answer_friend(&[&at.to_string(), ".email"].concat(), no.as_deref());
            }
            if answers.iter().any(Option::is_none) {
                app.claimed.set(SENT.to_owned());
                app.announce(text("invite.sent").to_owned());
            }
            load_page(&app.invite, false);
        }
        Some(Err(failure)) => {
            let fields = if let Failure::Refused(refused) = &failure { refused.fields() } else { Vec::new() };
            for path in &fields {
                let fault = if path.ends_with("email") { "invite.fault.email" } else { "invite.fault" };
                browser::answer_friend(path, Some(text(fault)));
            }
            if fields.is_empty() {
                fail(app, &failure);
            }
        }
    }
}

async fn hold(app: &'static App, key: &str, body: &str) {
    let answer = insist(app, &holding(app), key, body, Call::hold(key, body)).await;
    match answer.map(|answer| answer.and_then(read)) {
        // The token ran out: the request waits for another one.
        None => {}
        Some(Ok(redemption)) => {
            held(app, &redemption).await;
        }
        Some(Err(failure)) => {
            // Points that are gone were used elsewhere: say so, and show what is left.
            if matches!(failure.code(), "insufficient_points" | "below_minimum_points" | "nothing_to_redeem")
            {
                load_me(app).await;
            }
            fail(app, &failure);
        }
    }
}

/// A hold for this cart that the page has not heard of: it was reloaded before its shop could be told, or another tab
/// made it. A shop's server takes the same one twice.
pub(crate) fn tell_again(app: &App) {
    let Some(me) = app.me_now() else { return };
    let held = me.redemptions.iter().find(|held| !held.confirmed && *app.told.borrow() != held.id);
    if let Some(held) = held.filter(|_| app.cart.peek(Option::is_some)) {
        tell(app, held);
    }
}

fn tell(app: &App, redemption: &Redemption) {
    app.told.replace(redemption.id.clone());
    element::fire(
        "redeemed",
        &[
            ("id", redemption.id.as_str().into()),
            ("code", redemption.code.as_str().into()),
            ("points", whole(redemption.points)),
            ("discount", whole(redemption.discount)),
            ("reward_discount", whole(redemption.reward.unwrap_or(0))),
            ("expires_at", redemption.expires_at.as_str().into()),
        ],
    );
}

async fn held(app: &'static App, redemption: &Redemption) {
    tell(app, redemption);
    browser::tell(&app.page.store);
    load_me(app).await;
    app.announce(text("ticket.done").to_owned());
}

/// Gives held points back.
pub(crate) fn release(id: String) {
    act(Call::release(&id), id, String::new(), false);
}

/// The shopper says that a mission is done.
pub(crate) fn claim(mission: String, once: bool) {
    // Where there can be several, there is one a day: sent again, it is the same one.
    let store = app().known_store_untracked().filter(|_| !once);
    let day = store.map(|store| sentences::iso(store.formats.today()));
    act(Call::claim(&mission, day.as_deref()), String::new(), mission, day.is_some());
}

/// Sends what a shopper did, and shows what came of it: a hold of this id was let go, or a mission was done.
fn act(call: Call, hold: String, mission: String, daily: bool) {
    let app = app();
    if app.busy.now() {
        return;
    }
    begin(app, &mission);
    spawn_local(async move {
        if let Some(answer) = signed(app, call).await {
            if answer.is_ok() {
                if mission.is_empty() {
                    element::fire("released", &[("id", hold.as_str().into())]);
                }
                browser::tell(&app.page.store);
                // First: what arrives with it is told after it.
                app.announce(
                    text(if mission.is_empty() { "ticket.released" } else { "mission.done" }).to_owned(),
                );
            }
            let is_open = matches!(&answer, Err(failure) if failure.is_open());
            if !is_open && answer.is_err() {
                // It may be over, or done in another tab. Where its card is gone, the panel says why.
                app.claimed.set(String::new());
            }
            // A claim whose answer was lost stays to be sent again, with its button.
            if !is_open || mission.is_empty() {
                load_me(app).await;
            }
            match answer {
                Err(failure) => fail(app, &failure),
                // One that can be done once is seen to be done; of the others, one a day counts.
                Ok(answer) if daily && Claimed::read(&answer).is_some_and(|claimed| claimed.replayed) => {
                    say_trouble(app, text("mission.tomorrow").to_owned());
                }
                Ok(_) => app.claimed.set(String::new()),
            }
        }
        app.busy.set(false);
    });
}

/// Something is being done, perhaps about a mission: what went wrong before is over.
fn begin(app: &App, mission: &str) {
    app.busy.set(true);
    app.trouble.set(None);
    app.claimed.set(mission.to_owned());
}

/// What was done failed: the page hears its code, the shopper reads why.
fn fail(app: &App, failure: &Failure) {
    element::fire("error", &[("code", failure.code().into())]);
    say_trouble(app, explain(app, failure));
}

fn say_trouble(app: &App, sentence: String) {
    app.announce(sentence.clone());
    app.trouble.set(Some(sentence));
}

/// A failure in a sentence: ours where we know the code, the edge's own otherwise.
fn explain(app: &App, failure: &Failure) -> String {
    let Failure::Refused(refused) = failure else {
        let key = if browser::online() { "error.unreachable" } else { "offline" };
        return text(key).to_owned();
    };
    if refused.code == "insufficient_points" {
        return text("refusal.used_elsewhere").to_owned();
    }
    let known = sentences::refusal_of(&refused.code, |name| refused.number(name));
    match (known, app.known_store_untracked()) {
        (Some(refusal), Some(store)) => store.say(&sentences::refusal(&refusal)),
        _ if refused.title.is_empty() => text("error.unreachable").to_owned(),
        _ => refused.title.clone(),
    }
}

/// Where a hold on its way is kept.
fn holding(app: &App) -> String {
    [PENDING, &app.page.store].concat()
}

/// And letters: each shopper's own, because they are sent in their name.
fn inviting(app: &App) -> String {
    let me = app.me_now();
    [INVITING, &app.page.store, me.as_ref().map_or("", |me| &me.customer_id)].concat()
}

/// A request whose answer has not come: its key and its body.
fn pending(name: &str) -> Option<(String, String)> {
    let kept = browser::storage_get(name)?;
    let (key, body) = kept.split_once('\n')?;
    Some((key.to_owned(), body.to_owned()))
}

/// A number of ours as one of JavaScript's: not one of its big ones, which `i64` would become.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "within ±(2^53 − 1)")]
fn whole(n: i64) -> JsValue {
    JsValue::from_f64(n as f64)
}
