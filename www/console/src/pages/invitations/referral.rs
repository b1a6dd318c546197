//! One invitation in words.

use fidela_protocol::referrals::{InvitedBy, NotSent, Referral, ReferralStep, Signal as Sign};
use fidela_rules::referrals::{ReferralRefusal, ReferralState};
use leptos::prelude::*;

use crate::pages::program::history::who;
use crate::shell::at;
use crate::texts::{self, moment, t, tf, tn};
use crate::ui::{Badge, Tone};

/// The stable word of a state.
pub const fn word(state: ReferralState) -> &'static str {
    match state {
        ReferralState::Sent => "sent",
        ReferralState::Opened => "opened",
        ReferralState::Registered => "registered",
        ReferralState::Ordered => "ordered",
        ReferralState::InReview => "in_review",
        ReferralState::Rewarded => "rewarded",
        ReferralState::Refused => "refused",
        ReferralState::Expired => "expired",
    }
}

/// All of them, in the order of an invitation's way.
pub const STATES: [ReferralState; 8] = [
    ReferralState::Sent,
    ReferralState::Opened,
    ReferralState::Registered,
    ReferralState::Ordered,
    ReferralState::InReview,
    ReferralState::Rewarded,
    ReferralState::Refused,
    ReferralState::Expired,
];

/// A state as a word in a box.
pub fn badge(state: ReferralState) -> AnyView {
    let tone = match state {
        ReferralState::Rewarded => Tone::Good,
        ReferralState::InReview => Tone::Warn,
        ReferralState::Refused => Tone::Bad,
        ReferralState::Expired => Tone::Plain,
        _ => Tone::Info,
    };
    view! { <Badge tone=tone>{t(&format!("invitations.state.{}", word(state)))}</Badge> }.into_any()
}

/// Why one gives nothing, in a sentence.
pub fn reason(reason: ReferralRefusal) -> String {
    t(&format!("invitations.reason.{}", reason.code()))
}

/// Why no letter was sent.
pub fn not_sent(why: NotSent) -> String {
    t(match why {
        NotSent::Declined => "invitations.not_sent.declined",
        NotSent::AlreadyCustomer => "invitations.not_sent.already_customer",
        NotSent::WrittenToOften => "invitations.not_sent.written_to_often",
    })
}

/// What speaks for looking at it.
pub fn sign(sign: Sign) -> String {
    t(match sign {
        Sign::SameNetwork => "invitations.signal.same_network",
        Sign::FriendsShareNetwork => "invitations.signal.friends_share_network",
        Sign::ManyAtOnce => "invitations.signal.many_at_once",
    })
}

/// A shopper, with the way to them.
pub fn shopper(id: &str) -> AnyView {
    let href = at(&format!("shoppers/{}", crate::api::encode(id)));
    view! { <a href=href>{id.to_owned()}</a> }.into_any()
}

/// The friend: somebody with an account, or nobody yet.
pub fn friend(referral: &Referral) -> AnyView {
    match &referral.friend_id {
        Some(id) => shopper(id),
        None => view! { <span class="soft">{t("invitations.nobody_yet")}</span> }.into_any(),
    }
}

/// How somebody was invited.
pub fn via(via: InvitedBy) -> String {
    t(match via {
        InvitedBy::Link => "invitations.via.link",
        InvitedBy::Email => "invitations.via.email",
    })
}

/// A local day.
pub fn day(day: jiff::civil::Date) -> String {
    texts::formats().day(&day.to_string())
}

/// Each step, with its reason, and who decided it.
pub fn steps(steps: &[ReferralStep]) -> AnyView {
    let steps: Vec<_> = steps
        .iter()
        .map(|step| {
            let why = step.reason.map(reason);
            let by = step.who.as_ref().map(|by| tf("invitations.decided_by", &[("who", &who(Some(by)))]));
            let note = step.note.as_ref().map(|note| view! { <q>{note.clone()}</q> });
            let at = moment(&step.at.to_string());
            view! {
                <li>
                    <span class="soft">{at}</span>
                    <span>{badge(step.state)}</span>
                    <span class="step-why">{why} " " {by} " " {note}</span>
                </li>
            }
        })
        .collect();
    view! { <ol class="trail">{steps}</ol> }.into_any()
}

/// What it gave, or would give: nothing where that is nothing.
pub fn points(referral: &Referral) -> Option<String> {
    let (inviter, friend, key) = match (referral.state, referral.terms) {
        (ReferralState::Rewarded, _) => (referral.inviter_points, referral.friend_points, "invitations.gave"),
        (_, Some(terms)) => (terms.inviter_points, terms.invitee_points, "invitations.would_give"),
        _ => return None,
    };
    let points = |n: i64| tn("invitations.n_points", n);
    Some(tf(key, &[("inviter", &points(inviter)), ("friend", &points(friend))]))
}
