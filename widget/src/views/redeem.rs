//! *Use points*: a slider over what the rules allow on this cart, decided in the page by the code that decides at
//! the edge; then the points that are held.

use std::rc::Rc;

use fidela_client::{Me, Redemption, RewardNow};
use fidela_rules::Cart;
use fidela_rules::quote::{Bound, Quote, Redeemer, Refusal, quote};
use fidela_rules::reward::{RewardRefusal, TakenOff, taken_off};
use fidela_ui::slider::Slider;
use fidela_ui::{Arg, Sentence, decimal, sentences};

use super::common::{earned, note, state};
use super::ticket::{confirmed, ticket};
use crate::app::{Store, app};
use crate::dom::{El, el, set_value, value_of};
use crate::icons::Icon;
use crate::signal::{Followed, Shared, follow, untracked};
use crate::texts::text;
use crate::{browser, session};

/// What a decision needs, as it is now.
struct Situation {
    store: &'static Store,
    me: Rc<Me>,
    /// The cart without what the reward takes off: points pay of what is left.
    cart: Cart,
    /// What the reward that is chosen takes off.
    off: i64,
}

thread_local! {
    /// The reward that is chosen for the cart. One for all panels of a page, as the cart is.
    static CHOSEN: Shared<Option<String>> = Shared::new(None);
}

impl Situation {
    fn now() -> Option<Self> {
        let (store, me, cart) = (app().known_store()?, app().me()?, app().cart.get()?);
        let mut now = Self { store, me, cart: cart.cart.clone(), off: 0 };
        let chosen = CHOSEN.with(Shared::get);
        let reward = now.me.rewards.iter().find(|reward| Some(&reward.id) == chosen.as_ref());
        if let Some(Ok(off)) = reward.map(|reward| takes_off(now.store, &now.cart, reward)) {
            off.apply(&mut now.cart);
            now.off = off.discount;
        }
        Some(now)
    }

    fn cart(&self) -> &Cart {
        &self.cart
    }

    /// What these points pay; none wished means as many as possible.
    fn quote(&self, points: Option<i64>) -> Result<Quote, Refusal> {
        let redeemer = Redeemer { available: self.me.available, groups: &self.me.groups };
        quote(&self.store.program, &self.cart().basket(), redeemer, points)
    }

    fn order_value(&self) -> i64 {
        self.cart().basket().measure().map_or(0, |measured| measured.value.saturating_add(self.off))
    }
}

/// What a reward takes off a cart.
fn takes_off(store: &Store, cart: &Cart, reward: &RewardNow) -> Result<TakenOff, RewardRefusal> {
    let basket = cart.basket();
    taken_off(&store.program, &reward.terms, &basket, &basket.measure()?)
}

/// Which of its faces the view shows. Drawn anew only when this changes.
#[derive(Clone, PartialEq)]
enum Face {
    Unknown,
    Held(Redemption),
    NoCart,
    Refused(Refusal),
    Choose(Slider),
}

fn face() -> Face {
    let Some(me) = app().me() else { return Face::Unknown };
    if let Some(held) = me.redemptions.iter().find(|held| !held.confirmed) {
        return Face::Held(held.clone());
    }
    let Some(situation) = Situation::now() else { return Face::NoCart };
    match situation.quote(None) {
        Err(refusal) => Face::Refused(refusal),
        Ok(most) => {
            let program = &situation.store.program;
            let least = program.required_points().fit().unwrap_or(1);
            Face::Choose(Slider::new(least, most.points, program.redemption.step))
        }
    }
}

pub(crate) fn redeem() -> Vec<El> {
    let shown = follow(face);
    let wished = Rc::new(Shared::new(None::<i64>));
    let main = move || {
        let Some(store) = app().known_store() else { return Vec::new() };
        match shown.get() {
            Face::Unknown => Vec::new(),
            Face::Held(held) => vec![ticket(store, &held)],
            Face::NoCart => vec![no_cart(store)],
            Face::Refused(refusal) => refused(store, &refusal),
            Face::Choose(slider) => vec![choose(store, &wished, slider)],
        }
    };
    let orders = || {
        let (Some(store), Some(me)) = (app().known_store(), app().me()) else { return Vec::new() };
        me.redemptions.iter().filter(|held| held.confirmed).map(|held| confirmed(store, held)).collect()
    };
    vec![el("div", "slot").inside(rewards), el("div", "slot").inside(main), el("div", "slot").inside(orders)]
}

/// Rewards that can be used: one for a cart, chosen or not. Drawn anew with the cart, not with the choice: whoever
/// chose keeps the focus.
fn rewards() -> Vec<El> {
    let (Some(store), Some(me), Some(cart)) = (app().known_store(), app().me(), app().cart.get()) else {
        return Vec::new();
    };
    let is_free = me.redemptions.iter().all(|held| held.confirmed);
    let free = me.rewards.iter().filter(|reward| is_free && !reward.held);
    let picks: Vec<El> = free.map(|reward| pick(store, &cart.cart, reward)).collect();
    if picks.is_empty() {
        return picks;
    }
    vec![el("section", "").part("rewards").with(el("h3", "").text(text("rewards.title"))).all(picks)]
}

fn pick(store: &Store, cart: &Cart, reward: &RewardNow) -> El {
    let shown = match takes_off(store, cart, reward) {
        Ok(off) => less(store, off.discount),
        Err(RewardRefusal::RewardProductNotInCart) => text("reward.no_product").to_owned(),
        Err(RewardRefusal::NoShipping) => text("reward.no_shipping").to_owned(),
        Err(_) => text("reward.nothing").to_owned(),
    };
    let (own, id) = (reward.id.clone(), reward.id.clone());
    let is_chosen = |id: &String| CHOSEN.with(|chosen| chosen.with(|chosen| chosen.as_ref() == Some(id)));
    let tick = el("input", "")
        .attr("type", "checkbox")
        .follow(move |tick| browser::tick(tick, is_chosen(&own)))
        .on("change", move |_| {
            let next = (!untracked(|| is_chosen(&id))).then(|| id.clone());
            CHOSEN.with(|chosen| chosen.set(next));
        });
    let words = el("span", "grow").text(&reward.gives);
    el("label", "row pick").part("reward").with(tick).with(words).with(el("span", "small").text(&shown))
}

/// Money that is taken off.
fn less(store: &Store, money: i64) -> String {
    "−".to_owned() + &store.formats.money(money)
}

fn no_cart(store: &'static Store) -> El {
    let balance = move || {
        app().me().map_or_else(String::new, |me| {
            let balance = Arg::Words(store.balance(&me));
            store.say(&Sentence::new("redeem.balance").with("balance", balance))
        })
    };
    state(Icon::Bag, text("redeem.no_cart.title"), text("redeem.no_cart"))
        .with(el("p", "small").text_from(balance))
}

fn refused(store: &'static Store, refusal: &Refusal) -> Vec<El> {
    let sentence = store.say(&sentences::refusal(refusal));
    let order = || Situation::now().map_or(0, |now| now.order_value());
    let sums = el("dl", "sums")
        .part("sums")
        .with(row(text("redeem.order"), "", move || store.formats.money(order())));
    vec![
        state(Icon::Tag, text("redeem.refused"), &sentence).part("refusal"),
        sums,
        el("div", "slot").inside(|| earns(0)),
        // With a reward alone there is something to use all the same.
        el("div", "slot").inside(move || {
            let off = Situation::now().map_or(0, |now| now.off);
            if off > 0 { vec![action(store, Rc::new(|| 0))] } else { Vec::new() }
        }),
    ]
}

fn row(label: &str, class: &str, value: impl Fn() -> String + 'static) -> El {
    el("div", class).with(el("dt", "").text(label)).with(el("dd", "").text_from(value))
}

/// What this cart will earn, with so much of it paid with points.
fn earns(discount: i64) -> Vec<El> {
    let Some(now) = Situation::now() else { return Vec::new() };
    let points = earned(now.store, now.cart(), &now.me.groups, now.me.spent, discount);
    let line = points.map(|points| now.store.say(&Sentence::new("redeem.earns").points(points)));
    line.map(|line| note(Icon::Star, &line).part("earns")).into_iter().collect()
}

/// What is asked for, and what it comes to.
#[derive(Clone, PartialEq)]
struct Asked {
    /// Where the slider stands.
    at: i64,
    /// Points that are used: never more, and fewer where the last of them would buy nothing.
    points: i64,
    discount: i64,
    /// The order's value before it, and before what the reward takes off.
    order: i64,
    off: i64,
    /// The balance after it.
    left: i64,
    refusal: Option<Refusal>,
    /// What keeps it from being more.
    bounds: Vec<Bound>,
}

impl Asked {
    fn now(at: i64) -> Self {
        let nothing =
            Self { at, points: 0, discount: 0, order: 0, off: 0, left: 0, refusal: None, bounds: Vec::new() };
        let Some(now) = Situation::now() else { return nothing };
        let (order, off, available) = (now.order_value(), now.off, now.me.available);
        match now.quote(Some(at)) {
            Ok(Quote { points, discount, bounds, .. }) => {
                let left = available.saturating_sub(points);
                Self { points, discount, order, off, left, bounds, ..nothing }
            }
            Err(refusal) => Self { order, off, left: available, refusal: Some(refusal), ..nothing },
        }
    }
}

fn choose(store: &'static Store, wished: &Rc<Shared<Option<i64>>>, slider: Slider) -> El {
    let wish = Rc::clone(wished);
    let asked = follow(move || Asked::now(slider.settle(wish.get().unwrap_or(slider.max))));
    let money = |of: fn(&Asked) -> i64| {
        let asked = Rc::clone(&asked);
        move || store.formats.money(asked.with(of))
    };
    let binding = Rc::clone(&asked);
    // Told where they bind: below the most, nothing but the shopper's wish does.
    let bounds = move || {
        let sentences: Vec<_> =
            binding.with(|asked| asked.bounds.iter().filter_map(sentences::bound).collect());
        sentences.iter().map(|bound| el("li", "").text(&store.say(bound))).collect()
    };
    let (refusal, earning, left, acting) =
        (Rc::clone(&asked), Rc::clone(&asked), Rc::clone(&asked), Rc::clone(&asked));
    let discount = Rc::clone(&asked);
    let rewarded = Rc::clone(&asked);
    // Among the sums only where there is one.
    let reward = move || match rewarded.with(|asked| asked.off) {
        0 => Vec::new(),
        off => vec![row(text("redeem.reward"), "accent", move || less(store, off))],
    };
    let sums = el("dl", "sums")
        .part("sums")
        .with(row(text("redeem.order"), "", money(|asked| asked.order)))
        .inside(reward)
        .with(row(text("redeem.points_discount"), "accent", move || {
            less(store, discount.with(|asked| asked.discount))
        }))
        .with(row(
            text("redeem.total"),
            "total",
            money(|asked| asked.order.saturating_sub(asked.discount.saturating_add(asked.off))),
        ))
        .with(row(text("redeem.left"), "quiet", move || store.points(left.with(|asked| asked.left))));
    let hero = el("div", "hero off-hero").with(el("h3", "label").text(text("redeem.discount"))).with(
        el("p", "big")
            .with(el("span", "number").text_from(money(|asked| asked.discount.saturating_add(asked.off)))),
    );
    el("section", "choose")
        .part("choose")
        .with(hero)
        .all(inputs(store, wished, slider, &asked))
        .with(el("ul", "bounds").part("limits").attr("id", "bounds").inside(bounds))
        .slot(move || {
            let refusal = refusal.with(|asked| asked.refusal);
            refusal
                .map(|refusal| el("p", "small").text(&store.say(&sentences::refusal(&refusal))))
                .into_iter()
                .collect()
        })
        .with(sums)
        .slot(move || earns(earning.with(|asked| asked.discount)))
        .with(action(store, Rc::new(move || acting.with(|asked| asked.points))))
}

/// The button that asks for the points, the reward, or both; it stays in sight however long the rest is.
fn action(store: &'static Store, points: Rc<dyn Fn() -> i64>) -> El {
    let has_reward = || Situation::now().is_some_and(|now| now.off > 0);
    let (counted, asked) = (Rc::clone(&points), Rc::clone(&points));
    let label = move || {
        let key = match (has_reward(), points()) {
            (true, 0) => "redeem.use_reward",
            (true, _) => "redeem.use_both",
            (false, _) => "redeem.use",
        };
        store.say(&Sentence::new(key).points(points()))
    };
    let nothing = move || counted() <= 0 && !has_reward();
    let button = el("button", "primary wide")
        .part("button redeem")
        .attr("type", "button")
        .attr_from("aria-disabled", move || (app().busy.get() || nothing()).to_string())
        .text_from(label)
        .click(move || {
            untracked(|| {
                let reward = CHOSEN.with(Shared::now).filter(|_| has_reward());
                if asked() > 0 || reward.is_some() {
                    session::redeem(asked(), reward.as_deref());
                }
            });
        });
    el("div", "action").with(button)
}

/// The slider and the field beside it: two ways to say one number.
fn inputs(
    store: &'static Store,
    wished: &Rc<Shared<Option<i64>>>,
    slider: Slider,
    asked: &Rc<Followed<Asked>>,
) -> Vec<El> {
    let at = |asked: &Rc<Followed<Asked>>| {
        let asked = Rc::clone(asked);
        move || asked.with(|asked| asked.at.to_string())
    };
    let (told, tracked, done) = (Rc::clone(asked), Rc::clone(asked), Rc::clone(asked));
    let spoken = move |asked: &Asked| {
        store.say(&Sentence::new("redeem.spoken").points(asked.points).money(asked.discount))
    };
    let control = |kind: &str, id: &str| {
        el("input", "")
            .attr("type", kind)
            .attr("id", id)
            .part(id)
            .attr("min", &slider.min.to_string())
            .attr("max", &slider.max.to_string())
            .attr("step", &slider.step.to_string())
            .attr("aria-describedby", "bounds")
    };
    let slid = Rc::clone(wished);
    let range = control("range", "slider")
        .attr_from("value", at(asked))
        .attr_from("aria-valuetext", move || told.with(spoken))
        .on("input", move |event| {
            if let Ok(at) = value_of(&event).parse() {
                slid.set(Some(slider.settle(at)));
            }
        });
    let (typed, settled) = (Rc::clone(wished), Rc::clone(wished));
    let field = control("number", "field").attr("inputmode", "numeric").attr_from("value", at(asked));
    let field = field
        // While a number is typed, only one that may stand is taken; the rest waits for the end of it.
        .on("input", move |event| {
            let value = value_of(&event).parse::<i64>().ok();
            if let Some(value) = value.filter(|value| slider.settle(*value) == *value) {
                typed.set(Some(value));
            }
        })
        .on("change", move |event| {
            let value = slider.parse(&value_of(&event)).unwrap_or(done.peek(|asked| asked.at));
            settled.set(Some(value));
            set_value(&event, &value.to_string());
            app().announce(spoken(&Asked::now(value)));
        });
    let ends = [slider.min, slider.max].map(|end| el("span", "").text(&store.formats.number(end)));
    let slide = el("div", "slide")
        .with(el("label", "unseen").attr("for", "slider").text(text("redeem.slider")))
        .with(range)
        .with(el("div", "ends").attr("aria-hidden", "true").all(ends.into()));
    let slide = slide.follow(move |track| {
        let filled = slider.filled(tracked.with(|asked| asked.at));
        browser::set_property(track, "--filled", &(decimal::of_minor(filled, 1) + "%"));
    });
    let label = el("label", "").attr("for", "field").text(text("redeem.field"));
    vec![slide, el("div", "field").with(label).with(field)]
}
