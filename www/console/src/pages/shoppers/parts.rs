//! What is known of a shopper, part by part.

use fidela_protocol::merchant::CustomerDetail;
use fidela_protocol::missions::{MissionNow, MissionState};
use fidela_protocol::referrals::Referral;
use fidela_protocol::shopper::{CardNow, Redemption, RewardNow};
use fidela_rules::referrals::ReferralState;
use leptos::prelude::*;

use super::change::Change;
use super::detail::{Shown, path};
use super::words;
use crate::api;
use crate::shell::at;
use crate::texts::{self, t, tf};
use crate::ui::{Badge, Button, Card, Icon, Kind, Tone, load};

fn day(day: &impl ToString) -> String {
    texts::formats().day(&day.to_string())
}

/// Who it is.
#[component]
pub(super) fn Facts(known: CustomerDetail) -> impl IntoView {
    let me = &known.me;
    let level = me.level.as_ref().map(|level| {
        let name = level.name.as_ref().map_or_else(|| t("shoppers.no_level"), words);
        let next = level.next.as_ref().map(|next| {
            let to = next.name.as_ref().map(words).unwrap_or_default();
            tf("shoppers.to_next_level", &[("money", &texts::money(next.missing)), ("level", &to)])
        });
        (name, next)
    });
    let facts: Vec<(String, String)> = [
        Some((t("shoppers.spent"), texts::money(me.spent))),
        Some((t("shoppers.orders_known"), texts::number(i64::try_from(known.orders).unwrap_or(0)))),
        known.registered_at.map(|at| (t("shoppers.registered"), texts::day_of(&at.to_string()))),
        known.birthday.map(|on| (t("shoppers.birthday"), day(&on))),
        (!me.groups.is_empty()).then(|| (t("shoppers.groups"), me.groups.join(", "))),
        known.mail_off_at.map(|at| (t("shoppers.mail_off"), texts::day_of(&at.to_string()))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let facts: Vec<_> =
        facts.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect();
    view! {
        <Card title=t("shoppers.who")>
            <dl class="facts">
                {level.map(|(name, next)| view! {
                    <dt>{t("shoppers.level")}</dt>
                    <dd><Badge tone=Tone::Info>{name}</Badge>{next.map(|next| view! { <span class="soft block">{next}</span> })}</dd>
                })}
                {facts}
            </dl>
        </Card>
    }
}

/// What comes and what goes, by day.
#[component]
pub(super) fn Expiring(known: CustomerDetail) -> impl IntoView {
    let rows = |days: &[fidela_protocol::shopper::DayPoints]| -> Vec<_> {
        days.iter().map(|one| view! { <dt>{day(&one.on)}</dt><dd>{super::points(one.points)}</dd> }).collect()
    };
    let (coming, going) = (rows(&known.me.pending_days), rows(&known.me.expiring));
    let none = coming.is_empty() && going.is_empty();
    view! {
        <Card title=t("shoppers.days")>
            {none.then(|| view! { <p class="soft">{t("shoppers.no_days")}</p> })}
            {(!coming.is_empty()).then(|| view! { <h3>{t("shoppers.usable_on")}</h3><dl class="facts">{coming}</dl> })}
            {(!going.is_empty()).then(|| view! { <h3>{t("shoppers.expiring")}</h3><dl class="facts">{going}</dl> })}
        </Card>
    }
}

// S1.4
/// Stamp cards, with how far each is.
#[component]
pub(super) fn Cards(known: CustomerDetail, shown: Shown) -> impl IntoView {
    let cards: Vec<_> = known.me.cards.iter().map(|card| stamp_card(card, shown)).collect();
    (!cards.is_empty())
        .then(|| view! { <Card title=t("shoppers.cards")><ul class="tiles">{cards}</ul></Card> })
}

fn stamp_card(card: &CardNow, shown: Shown) -> AnyView {
    let name =
        card.name.as_ref().map(words).filter(|name| !name.is_empty()).unwrap_or_else(|| card.id.clone());
    let (has, needs) = (card.stamps, card.orders_required.max(1));
    let share = has.clamp(0, needs).saturating_mul(100) / needs;
    let says = tf("shoppers.stamps_of", &[("n", &texts::number(has)), ("of", &texts::number(needs))]);
    let change = Change::Stamps { card: card.id.clone(), name: name.clone() };
    view! {
        <li class="tile">
            <div class="tile-head"><strong>{name}</strong>{(!card.enabled).then(|| view! { <Badge>{t("shell.off")}</Badge> })}</div>
            <div class="meter" role="meter" aria-label=says.clone() aria-valuemin="0" aria-valuemax=needs.to_string() aria-valuenow=has.clamp(0, needs).to_string()>
                <span style:inline-size=format!("{share}%")></span>
            </div>
            <span>{says}</span>
            <span class="soft">{card.gives.clone()}</span>
            <Button kind=Kind::Plain on_press=move |()| shown.change.set(Some(change.clone()))>{t("shoppers.change_stamps")}</Button>
        </li>
    }
    .into_any()
}

/// Rewards that can be used or are kept for a cart.
#[component]
pub(super) fn Rewards(known: CustomerDetail, shown: Shown) -> impl IntoView {
    let rewards: Vec<_> = known.me.rewards.iter().map(|reward| one_reward(reward, shown)).collect();
    (!rewards.is_empty())
        .then(|| view! { <Card title=t("shoppers.rewards")><ul class="tiles">{rewards}</ul></Card> })
}

fn one_reward(reward: &RewardNow, shown: Shown) -> AnyView {
    let change = Change::Reward { id: reward.id.clone(), gives: reward.gives.clone() };
    let is_held = reward.status == "held";
    view! {
        <li class="tile">
            <div class="tile-head">
                <strong>{reward.gives.clone()}</strong>
                <Badge tone=if is_held { Tone::Info } else { Tone::Good }>{t(if is_held { "shoppers.reward.held" } else { "shoppers.reward.issued" })}</Badge>
            </div>
            <span class="soft">{tf("shoppers.since", &[("day", &texts::day_of(&reward.issued_at.to_string()))])}</span>
            <Button picture=Icon::Bin on_press=move |()| shown.change.set(Some(change.clone()))>{t("shoppers.remove_reward")}</Button>
        </li>
    }
    .into_any()
}

/// Points that carts keep.
#[component]
pub(super) fn Holds(known: CustomerDetail) -> impl IntoView {
    let holds: Vec<_> = known.me.redemptions.iter().map(hold).collect();
    (!holds.is_empty()).then(|| {
        view! { <Card title=t("shoppers.holds") help=t("shoppers.holds_help")><ul class="tiles">{holds}</ul></Card> }
    })
}

fn hold(held: &Redemption) -> AnyView {
    let until = tf("shoppers.until", &[("at", &texts::moment(&held.expires_at.to_string()))]);
    view! {
        <li class="tile">
            <div class="tile-head"><strong>{super::points(held.points)}</strong><code>{held.code.clone()}</code></div>
            <span>{tf("shoppers.takes_off", &[("money", &texts::money(held.discount))])}</span>
            <span class="soft">{until}</span>
        </li>
    }
    .into_any()
}

/// Missions.
#[component]
pub(super) fn Missions(known: CustomerDetail) -> impl IntoView {
    let missions: Vec<_> = known.me.missions.iter().map(mission).collect();
    (!missions.is_empty())
        .then(|| view! { <Card title=t("shell.menu.missions")><ul class="tiles">{missions}</ul></Card> })
}

fn mission(mission: &MissionNow) -> AnyView {
    let (tone, state) = match mission.state {
        MissionState::Done => (Tone::Good, "done"),
        MissionState::Open => (Tone::Plain, "open"),
        MissionState::Soon => (Tone::Info, "soon"),
    };
    let details = mission.details.join(" · ");
    view! {
        <li class="tile">
            <div class="tile-head"><strong>{mission.title.clone()}</strong><Badge tone=tone>{t(&format!("shoppers.mission.{state}"))}</Badge></div>
            <span>{mission.gives.clone()}</span>
            {(!details.is_empty()).then(|| view! { <span class="soft">{details}</span> })}
        </li>
    }
    .into_any()
}

// S3.14
/// What became of the invitations of a shopper.
#[component]
pub(super) fn Invitations(#[prop(into)] id: String) -> impl IntoView {
    let found = load(move || {
        let path = path(&id, "/invitations?limit=20");
        async move { api::get::<api::Page<Referral>>(&path).await }
    });
    view! {
        <Card title=t("shell.menu.invitations")>
            {found.view(|page| {
                let rows: Vec<_> = page.items.iter().map(invitation).collect();
                if rows.is_empty() {
                    view! { <p class="soft">{t("shoppers.no_invitations")}</p> }.into_any()
                } else {
                    view! { <ul class="order-list">{rows}</ul> }.into_any()
                }
            })}
        </Card>
    }
}

fn invitation(referral: &Referral) -> AnyView {
    let tone = match referral.state {
        ReferralState::Rewarded => Tone::Good,
        ReferralState::Refused | ReferralState::Expired => Tone::Bad,
        ReferralState::InReview => Tone::Warn,
        _ => Tone::Plain,
    };
    let state = serde_json::to_value(referral.state).ok().and_then(|word| word.as_str().map(str::to_owned));
    let state = t(&format!("shoppers.invited.{}", state.unwrap_or_default()));
    let friend = referral.friend_id.clone();
    let points = referral.inviter_points;
    view! {
        <li>
            <div class="order-head">
                <span class="who">
                    {match friend {
                        Some(id) => {
                            let href = at(&format!("shoppers/{}", api::encode(&id)));
                            view! { <a href=href>{id}</a> }.into_any()
                        }
                        None => view! { <span>{t("shoppers.friend")}</span> }.into_any(),
                    }}
                    <span class="soft">{texts::day_of(&referral.at.to_string())}</span>
                </span>
                <Badge tone=tone>{state}</Badge>
                {(points > 0).then(|| view! { <span class="order-earned">{super::points(points)}</span> })}
            </div>
        </li>
    }
    .into_any()
}
