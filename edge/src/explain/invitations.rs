//! Invitations in words: what inviting brings, where the link can be shared, and how far each one is.

use fidela_protocol::referrals::{MyInvitation, MyInvitations, Network, Share};
use fidela_rules::program::Program;
use fidela_rules::referrals::{ReferralRefusal, ReferralState};
use fidela_ui::Sentence;
use fidela_ui::sentences::{Arg, iso};

use super::text;
use crate::config::StoreConfig;
use crate::pages::Scene;
use crate::pictures;
use crate::speech::Speaker;

/// The shopper's page.
pub(crate) fn page(
    edge: &str,
    speaker: &Speaker,
    store: &StoreConfig,
    program: &Program,
    mine: &mut MyInvitations,
) {
    for item in &mut mine.items {
        item.text = state(speaker, item);
    }
    if !mine.enabled {
        return;
    }
    let referrals = &program.referrals;
    let scene = Scene { store, program, speaker, public_url: edge, root: "" };
    let own = |texts: &fidela_rules::sorted::Sorted<fidela_rules::program::Text>, name: &str| {
        let text = text(speaker, texts.get(name))?;
        Some(scene.filled(&text, referrals.invitee_points, None).text())
    };
    let ours = |key| speaker.word(key).to_owned();
    mine.link = format!("{}/r/{}", edge, mine.code);
    mine.title = own(&referrals.invite_page, "title").unwrap_or_else(|| ours("invite.title"));
    mine.body = own(&referrals.invite_page, "body").unwrap_or_else(|| ours("invite.body"));
    mine.gives = speaker.say(&Sentence::new("invite.gives").points(referrals.inviter_points));
    mine.friend_gets = (referrals.invitee_points > 0)
        .then(|| speaker.say(&Sentence::new("invite.friend_gets").points(referrals.invitee_points)));
    let named = |key| speaker.say(&Sentence::new(key).with("store", Arg::Words(store.name.clone())));
    mine.share = Share {
        title: own(&referrals.social, "title").unwrap_or_else(|| store.name.clone()),
        description: own(&referrals.social, "description").unwrap_or_else(|| named("invite.share.text")),
        image: pictures::social(store, program, speaker.tag()).map(|shown| format!("{edge}{}", shown.url)),
    };
    mine.networks = networks(&mine.share, &mine.link, ours("network.email"));
}

/// Plain links, so that no network's script runs on the shop's pages.
fn networks(share: &Share, link: &str, email: String) -> Vec<Network> {
    let words = format!("{} {link}", share.description);
    let link = encoded(link);
    let network =
        |id: &str, name: &str, url: String| Network { id: id.to_owned(), name: name.to_owned(), url };
    vec![
        network("whatsapp", "WhatsApp", format!("https://wa.me/?text={}", encoded(&words))),
        network("facebook", "Facebook", format!("https://www.facebook.com/sharer/sharer.php?u={link}")),
        network(
            "x",
            "X",
            format!("https://x.com/intent/post?text={}&url={link}", encoded(&share.description)),
        ),
        network(
            "telegram",
            "Telegram",
            format!("https://t.me/share/url?url={link}&text={}", encoded(&share.description)),
        ),
        network(
            "email",
            &email,
            format!("mailto:?subject={}&body={}", encoded(&share.title), encoded(&words)),
        ),
    ]
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].into_iter().filter_map(|half| {
                char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase())
            }));
        }
    }
    encoded
}

fn state(speaker: &Speaker, item: &MyInvitation) -> String {
    let sentence = match (item.state, item.reason) {
        (ReferralState::Sent, _) => Sentence::new("invite.state.sent"),
        (ReferralState::Opened, _) => Sentence::new("invite.state.opened"),
        (ReferralState::Registered, _) => Sentence::new("invite.state.registered"),
        (ReferralState::Ordered, _) => Sentence::new("invite.state.ordered"),
        (ReferralState::InReview, _) => match item.review_until {
            Some(day) => Sentence::new("invite.state.in_review").with("date", Arg::Day(iso(day))),
            None => Sentence::new("invite.state.ordered"),
        },
        (ReferralState::Rewarded, _) => Sentence::new("invite.state.rewarded").points(item.points),
        (ReferralState::Expired, _) => Sentence::new("invite.state.expired"),
        (ReferralState::Refused, reason) => Sentence::new(match reason {
            Some(ReferralRefusal::SelfReferral) => "invite.refused.self_referral",
            Some(ReferralRefusal::AlreadyCustomer) => "invite.refused.already_customer",
            Some(ReferralRefusal::AlreadyReferred) => "invite.refused.already_referred",
            Some(ReferralRefusal::LimitReached) => "invite.refused.limit_reached",
            Some(ReferralRefusal::OrderCancelled) => "invite.refused.order_cancelled",
            Some(ReferralRefusal::RefusedByMerchant) | None => "invite.refused.refused_by_merchant",
        }),
    };
    speaker.say(&sentence)
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn texts_go_into_addresses_whole() {
        assert_eq!(encoded("a&b=c d/é\r\n"), "a%26b%3Dc%20d%2F%C3%A9%0D%0A");
        assert_eq!(encoded("A-z_0.~"), "A-z_0.~");
    }
}
