//! Pieces that more than one view shows.

use fidela_rules::Order;
use fidela_rules::earn::{Earner, Look, earn, in_groups, in_window};
use fidela_rules::order::{Channel, PaymentMethod};
use fidela_rules::program::Text;
use fidela_ui::{Sentence, sentences};
use leptos::prelude::*;
use serde_json::Value;

use crate::app::{Store, app};
use crate::icons::{Icon, icon};
use crate::texts::text;

/// Where content will be, while it is on its way: of the same size, so that nothing jumps.
pub(crate) fn skeleton() -> AnyView {
    view! {
        <div class="body" aria-busy="true">
            <p class="unseen">{text("loading")}</p>
            <div class="bone tall"></div>
            <div class="bone"></div>
            <div class="bone"></div>
            <div class="bone"></div>
        </div>
    }
    .into_any()
}

/// A state without content: what it is, what it means, and what can be done.
pub(crate) fn message(
    shown: Icon,
    heading: &'static str,
    line: &'static str,
    action: Option<(&'static str, fn())>,
) -> AnyView {
    let action = action.map(|(label, run)| {
        view! {
            <button class="primary" part="button" type="button" on:click=move |_| run()>
                {label}
            </button>
        }
    });
    view! {
        <div class="body">
            <div class="state">
                <span class="badge">{icon(shown)}</span>
                <h3>{heading}</h3>
                <p>{line}</p>
                {action}
            </div>
        </div>
    }
    .into_any()
}

/// What strangers see: what the program gives, and that signing in is worth it.
pub(crate) fn stranger() -> AnyView {
    let Some(store) = app().known_store() else { return skeleton() };
    let message = store.public.registration.as_ref().map(|bonus| {
        let own = bonus.message.as_ref().and_then(|message| localized(message));
        own.unwrap_or_else(|| store.say(&Sentence::new("stranger.bonus").points(bonus.points)))
    });
    let message = message.map(|message| {
        view! {
            <p class="note gift">
                {icon(Icon::Gift)}
                <span>{message}</span>
            </p>
        }
    });
    let paused = (!store.program.enabled)
        .then(|| view! { <p class="note">{icon(Icon::Pause)}<span>{text("paused")}</span></p> });
    let cart = move || {
        let cart = app().cart.get()?;
        let store = app().known_store()?;
        let points = earned(store, &cart, &[], 0, 0)?;
        Some(view! {
            <p class="note">
                {icon(Icon::Cart)}
                <span>{store.say(&Sentence::new("stranger.cart").points(points))}</span>
            </p>
        })
    };
    let worth = store.program.points.value;
    let worth = store.say(&Sentence::new("stranger.worth").points(worth.points).money(worth.minor));
    view! {
        <div class="body" part="body">
            <div class="hero">
                <h3 class="lead">{text("stranger.title")}</h3>
                <p>{text("stranger.sign_in")}</p>
            </div>
            {paused}
            {message}
            {cart}
            {earning(store, None)}
            <p class="small">{worth}</p>
        </div>
    }
    .into_any()
}

/// The ways to earn that are open today to a shopper of these groups; to a stranger, those that are open to all.
pub(crate) fn earning(store: &'static Store, groups: Option<&[String]>) -> AnyView {
    let today = store.formats.today();
    let is_on = store.program.enabled;
    let rows: Vec<AnyView> = store
        .program
        .earning
        .programs
        .iter()
        .filter(|one| is_on && one.enabled && in_window(today, one.from, one.until))
        .filter(|one| in_groups(&one.groups, groups.unwrap_or_default()))
        .map(|one| {
            let gives = store.say(&sentences::rate(&one.rate));
            let name = one.name.as_ref().map(|name| name.get(store.formats.locale()).to_owned());
            let mut details: Vec<String> = sentences::conditions(one).iter().map(|c| store.say(c)).collect();
            let title = match name {
                Some(name) if !name.is_empty() && name != gives => {
                    details.insert(0, gives);
                    name
                }
                _ => gives,
            };
            let details =
                (!details.is_empty()).then(|| view! { <span class="small">{details.join(" · ")}</span> });
            view! {
                <li class="row">
                    <span class="badge">{icon(Icon::Plus)}</span>
                    <span class="grow">{title}{details}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <section part="earning">
            <h3>{text("earn.title")}</h3>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

/// What a cart will earn once it is an order that is awarded, with so much of it paid with points; nothing where
/// it earns nothing.
pub(crate) fn earned(
    store: &Store,
    cart: &fidela_rules::Cart,
    groups: &[String],
    spent_before: i64,
    points_discount: i64,
) -> Option<i64> {
    let order = Order {
        id: String::new(),
        customer: None,
        currency: cart.currency.clone(),
        // Its local day is said apart, by the store's clock.
        placed_at: jiff::Timestamp::UNIX_EPOCH,
        updated_at: None,
        status: store.program.earning.award_statuses.first().cloned().unwrap_or_default(),
        channel: Channel::Online,
        payment_method: PaymentMethod::Other,
        prices_include_tax: cart.prices_include_tax,
        lines: cart.lines.clone(),
        shipping: cart.shipping,
        discount_codes: Vec::new(),
        redemption_id: None,
        reward_id: None,
        points_discount: fidela_rules::num::Given(points_discount),
        refunded: None,
    };
    let earner = Earner { groups, spent_before };
    let award = earn(&store.program, &order, earner, store.formats.today(), Look::First);
    (award.points > 0).then_some(award.points)
}

/// A text of the merchant's in the page's language: one for all, or one per locale.
pub(crate) fn localized(value: &Value) -> Option<String> {
    let found = match value {
        Value::String(text) => text.clone(),
        Value::Object(by_locale) => {
            let texts = by_locale
                .iter()
                .filter_map(|(locale, text)| Some((locale.clone(), text.as_str()?.to_owned())))
                .collect();
            Text::ByLocale(texts).get(&app().page.locale).to_owned()
        }
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}
