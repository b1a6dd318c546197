//! *Use points*: a slider over what the rules allow on this cart, decided in the page by the code that decides at
//! the edge; then the points that are held.

use std::sync::Arc;

use fidela_protocol::shopper::{Me, Redemption, RedemptionStatus};
use fidela_rules::Cart;
use fidela_rules::quote::{Bound, Quote, Redeemer, Refusal, quote};
use fidela_ui::slider::Slider;
use fidela_ui::{Sentence, sentences};
use leptos::ev::Event;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::common::earned;
use super::ticket::ticket;
use crate::app::{Store, app, is_open};
use crate::icons::{Icon, icon};
use crate::panel::Place;
use crate::session;
use crate::texts::text;

/// What a decision needs, as it is now.
struct Situation {
    store: &'static Store,
    me: Arc<Me>,
    cart: Arc<Cart>,
}

impl Situation {
    fn now() -> Option<Self> {
        let app = app();
        Some(Self {
            store: app.known_store()?,
            me: app.shopper.with(|shopper| shopper.me().cloned())?,
            cart: app.cart.get()?,
        })
    }

    /// What these points pay; none wished means as many as possible.
    fn quote(&self, points: Option<i64>) -> Result<Quote, Refusal> {
        let redeemer = Redeemer { available: self.me.available, groups: &self.me.groups };
        quote(&self.store.program, &self.cart.basket(), redeemer, points)
    }

    fn order_value(&self) -> i64 {
        self.cart.basket().measure().map_or(0, |measured| measured.value)
    }
}

/// Which of its faces the view shows. Drawn anew only when this changes.
#[derive(Clone, PartialEq)]
enum Face {
    Held(Redemption),
    NoCart,
    Refused(Refusal),
    Choose(Slider, Vec<Bound>),
}

fn face() -> Option<Face> {
    let me = app().shopper.with(|shopper| shopper.me().cloned())?;
    if let Some(held) = me.redemptions.iter().find(|held| is_open(held)) {
        return Some(Face::Held(held.clone()));
    }
    let Some(situation) = Situation::now() else { return Some(Face::NoCart) };
    Some(match situation.quote(None) {
        Err(refusal) => Face::Refused(refusal),
        Ok(most) => {
            let rules = &situation.store.program;
            let least = rules.required_points().fit().unwrap_or(1);
            Face::Choose(Slider::new(least, most.points, rules.redemption.step), most.bounds)
        }
    })
}

pub(crate) fn redeem(_place: Place) -> AnyView {
    let shown = Memo::new(move |_| face());
    let wished = RwSignal::new(None::<i64>);
    let confirmed = move || {
        let store = app().known_store()?;
        let me = app().shopper.with(|shopper| shopper.me().cloned())?;
        let is_confirmed = |held: &&Redemption| held.status == RedemptionStatus::Confirmed;
        Some(me.redemptions.iter().filter(is_confirmed).map(|held| ticket(store, held)).collect::<Vec<_>>())
    };
    let main = move || {
        let store = app().known_store()?;
        Some(match shown.get()? {
            Face::Held(held) => ticket(store, &held),
            Face::NoCart => no_cart(store),
            Face::Refused(refusal) => refused(store, &refusal),
            Face::Choose(slider, bounds) => choose(store, wished, slider, &bounds),
        })
    };
    view! {
        {main}
        {confirmed}
    }
    .into_any()
}

fn no_cart(store: &'static Store) -> AnyView {
    let balance = move || {
        let balance = app().shopper.with(|shopper| shopper.me().map(|me| store.balance(me)))?;
        let key = Sentence::new("redeem.balance").with("balance", fidela_ui::Arg::Words(balance));
        Some(view! { <p class="small">{store.say(&key)}</p> })
    };
    view! {
        <div class="state">
            <span class="badge">{icon(Icon::Bag)}</span>
            <h3>{text("redeem.no_cart.title")}</h3>
            <p>{text("redeem.no_cart")}</p>
            {balance}
        </div>
    }
    .into_any()
}

fn refused(store: &'static Store, refusal: &Refusal) -> AnyView {
    let sentence = store.say(&sentences::refusal(refusal));
    let value = move || {
        Situation::now().map(|now| row(text("redeem.order"), store.formats.money(now.order_value()), ""))
    };
    view! {
        <div class="state">
            <span class="badge">{icon(Icon::Tag)}</span>
            <h3>{text("redeem.refused")}</h3>
            <p part="refusal">{sentence}</p>
        </div>
        <dl class="sums" part="sums">{value}</dl>
        {earns(None)}
    }
    .into_any()
}

fn row(label: &'static str, value: String, class: &'static str) -> AnyView {
    view! {
        <div class=class>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// What this cart will earn, with so much of it paid with points.
fn earns(discount: Option<Memo<i64>>) -> AnyView {
    (move || {
        let Situation { store, me, cart } = Situation::now()?;
        let discount = discount.map_or(0, |discount| discount.get());
        let points = earned(store, &cart, &me.groups, me.spent, discount)?;
        Some(view! {
            <p class="note" part="earns">
                {icon(Icon::Star)}
                <span>{store.say(&Sentence::new("redeem.earns").points(points))}</span>
            </p>
        })
    })
    .into_any()
}

fn choose(store: &'static Store, wished: RwSignal<Option<i64>>, slider: Slider, bounds: &[Bound]) -> AnyView {
    let asked = Memo::new(move |_| slider.settle(wished.get().unwrap_or(slider.max)));
    // Points and discount of what is asked for: a pair, or the refusal in its place.
    let quoted = Memo::new(move |_| {
        let answer = Situation::now().map(|now| now.quote(Some(asked.get())));
        match answer {
            Some(Ok(quote)) => Ok((quote.points, quote.discount)),
            Some(Err(refusal)) => Err(Some(refusal)),
            None => Err(None),
        }
    });
    let points = Memo::new(move |_| quoted.with(|quoted| quoted.as_ref().map_or(0, |quote| quote.0)));
    let discount = Memo::new(move |_| quoted.with(|quoted| quoted.as_ref().map_or(0, |quote| quote.1)));
    let off = move || store.formats.money(discount.get());
    let minus = move || format!("−{}", off());
    let total = move || Situation::now().map_or(0, |now| now.order_value().saturating_sub(discount.get()));
    let left = move || {
        let available = app().shopper.with(|shopper| shopper.me().map_or(0, |me| me.available));
        store.points(available.saturating_sub(points.get()))
    };
    let spoken =
        move || store.say(&Sentence::new("redeem.spoken").points(points.get()).money(discount.get()));
    let refusal = move || {
        quoted.get().err().flatten().map(|refusal| {
            let sentence = store.say(&sentences::refusal(&refusal));
            view! { <p class="small">{sentence}</p> }
        })
    };
    let bounds: Vec<AnyView> = bounds
        .iter()
        .filter_map(sentences::bound)
        .map(|bound| view! { <li>{store.say(&bound)}</li> }.into_any())
        .collect();
    let action = move || store.say(&Sentence::new("redeem.use").points(points.get()));
    view! {
        <section class="choose" part="choose">
            <div class="hero">
                <h3 class="label">{text("redeem.discount")}</h3>
                <p class="big">
                    <span class="number">{off}</span>
                </p>
            </div>
            {inputs(store, wished, slider, asked, spoken)}
            <ul class="bounds" id="bounds" part="limits">{bounds}</ul>
            {refusal}
            <dl class="sums" part="sums">
                {move || Situation::now().map(|now| row(text("redeem.order"), store.formats.money(now.order_value()), ""))}
                {move || row(text("redeem.points_discount"), minus(), "accent")}
                {move || row(text("redeem.total"), store.formats.money(total()), "total")}
                {move || row(text("redeem.left"), left(), "quiet")}
            </dl>
            {earns(Some(discount))}
            <button
                class="primary wide"
                part="button redeem"
                type="button"
                aria-disabled=move || (app().busy.get() || points.get() <= 0).to_string()
                on:click=move |_| {
                    if points.get_untracked() > 0 {
                        session::redeem(points.get_untracked());
                    }
                }
            >
                {action}
            </button>
        </section>
    }
    .into_any()
}

/// The slider and the field beside it: two ways to say one number.
fn inputs(
    store: &'static Store,
    wished: RwSignal<Option<i64>>,
    slider: Slider,
    asked: Memo<i64>,
    spoken: impl Fn() -> String + Copy + Send + 'static,
) -> AnyView {
    let track: NodeRef<Div> = NodeRef::new();
    // By CSSOM: a page's policy that forbids inline styles allows it.
    Effect::new(move |_| {
        if let Some(track) = track.get() {
            let filled = format!("{}%", decimal_tenths(slider.filled(asked.get())));
            let _ = web_sys::HtmlElement::style(&track).set_property("--filled", &filled);
        }
    });
    let field: NodeRef<Input> = NodeRef::new();
    let slid = move |event: Event| {
        if let Some(at) = value_of(&event).and_then(|value| value.parse().ok()) {
            wished.set(Some(slider.settle(at)));
        }
    };
    // While a number is typed, only one that may stand is taken; the rest waits for the end of it.
    let typed = move |event: Event| {
        let value = value_of(&event).and_then(|typed| typed.parse::<i64>().ok());
        if let Some(value) = value.filter(|value| slider.settle(*value) == *value) {
            wished.set(Some(value));
            app().announce(spoken());
        }
    };
    let done = move |event: Event| {
        if let Some(value) = value_of(&event).and_then(|typed| slider.parse(&typed)) {
            wished.set(Some(value));
        }
        if let Some(field) = field.get_untracked() {
            field.set_value(&asked.get_untracked().to_string());
        }
        app().announce(spoken());
    };
    let (min, max, step) = (slider.min.to_string(), slider.max.to_string(), slider.step.to_string());
    view! {
        <div class="slide" node_ref=track>
            <label class="unseen" for="slider">{text("redeem.slider")}</label>
            <input
                type="range"
                id="slider"
                part="slider"
                min=min.clone()
                max=max.clone()
                step=step.clone()
                prop:value=move || asked.get().to_string()
                aria-valuetext=spoken
                aria-describedby="bounds"
                on:input=slid
            />
            <div class="ends" aria-hidden="true">
                <span>{store.formats.number(slider.min)}</span>
                <span>{store.formats.number(slider.max)}</span>
            </div>
        </div>
        <div class="field">
            <label for="field">{text("redeem.field")}</label>
            <input
                type="number"
                inputmode="numeric"
                id="field"
                part="field"
                min=min
                max=max
                step=step
                node_ref=field
                prop:value=move || asked.get().to_string()
                aria-describedby="bounds"
                on:input=typed
                on:change=done
            />
        </div>
    }
    .into_any()
}

fn value_of(event: &Event) -> Option<String> {
    Some(event.target()?.dyn_into::<HtmlInputElement>().ok()?.value())
}

/// Thousandths as a percentage: 255 is `25.5`.
fn decimal_tenths(thousandths: i64) -> String {
    fidela_ui::decimal::of_minor(thousandths, 1)
}
