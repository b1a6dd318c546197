//! `/r/{code}`: the page that invitees open, and what it says to networks (S3.15, S3.16). Who invites is said to
//! whoever opens the page, and to no network: a link that is shared is seen by many.

use fidela_protocol::pages::Tag;
use fidela_protocol::referrals::ReferralDoor;
use fidela_ui::Sentence;
use fidela_ui::sentences::Arg;
use maud::{Markup, html};

use super::{STYLE, Scene, languages, short};
use crate::page::Page;
use crate::pictures;

/// What the page says.
struct Words {
    title: String,
    paragraphs: Vec<Markup>,
}

fn words(scene: &Scene<'_>, invitation: &ReferralDoor) -> Words {
    let texts = &scene.program.referrals.landing_page;
    let inviter = invitation.inviter.as_deref().map(short).filter(|name| !name.is_empty());
    let own = |key| match inviter {
        Some(_) => scene.word(key).to_owned(),
        None => scene.word(&format!("{key}_by_nobody")).to_owned(),
    };
    let fill = |text: &str| scene.filled(text, invitation.invitee_points, inviter.as_deref());
    let title = scene.own(texts, "title").map_or_else(|| own("invited.title"), str::to_owned);
    let body = scene.own(texts, "body").unwrap_or_else(|| scene.word("invited.body"));
    Words { title: fill(&title).line(), paragraphs: fill(body).paragraphs() }
}

/// A present: points, what they are worth, and when they come.
type Gift = (String, Option<String>, String);

/// What the friend gets.
fn gifts(scene: &Scene<'_>, invitation: &ReferralDoor) -> Vec<Gift> {
    let program = scene.program;
    let gift = |points: i64, when: String| -> Gift {
        let shown = scene.points(points);
        let worth = scene.worth(points).filter(|money| *money != shown);
        let worth = worth.map(|money| Sentence::new("invited.worth").with("money", Arg::Words(money)));
        (shown, worth.map(|worth| scene.say(&worth)), when)
    };
    let mut gifts = Vec::new();
    if invitation.invitee_points > 0 {
        let when = match program.referrals.order_min {
            0 => scene.word("invited.first_order").to_owned(),
            least => scene.say(&Sentence::new("invited.first_order_from").money(least)),
        };
        gifts.push(gift(invitation.invitee_points, when));
    }
    if let Some(bonus) = program.bonuses.registration.as_ref().filter(|bonus| bonus.points > 0) {
        gifts.push(gift(bonus.points, scene.word("invited.registered").to_owned()));
    }
    gifts
}

/// The whole page of an invitation that can be used, handed on as what it is made of.
pub(crate) fn render<T>(
    scene: &Scene<'_>,
    code: &str,
    invitation: &ReferralDoor,
    then: impl FnOnce(&Page<'_>) -> T,
) -> T {
    let Words { title, paragraphs } = words(scene, invitation);
    let gifts = gifts(scene, invitation);
    let store = scene.store_name();
    let path = format!("{}/r/{code}", scene.root);
    let picture = pictures::social(scene.store, scene.program, scene.speaker.tag());
    let label = scene.filled(scene.word("page.to_shop"), 0, None).line();
    let body = html! {
        main.invitation {
            div.card {
                @if let Some(picture) = picture {
                    img.picture src={ (scene.root) (picture.url) } width=(picture.width) height=(picture.height) alt="";
                }
                div.inner {
                    (scene.brand())
                    h1 dir="auto" { (title) }
                    @for paragraph in &paragraphs { p dir="auto" { (paragraph) } }
                    @if !gifts.is_empty() {
                        ul.gifts { @for (points, worth, when) in &gifts { li {
                            div { strong { (points) } @if let Some(worth) = worth { span { (worth) } } }
                            span { (when) }
                        } } }
                    }
                    a.button href={ (path) "/go" } rel="nofollow" { (label) }
                    p.small { a href={ (scene.root) "/s/" (scene.store.store_id) "?lang=" (scene.speaker.tag()) } { (scene.word("invited.how")) } }
                }
            }
        }
        (languages(&path, scene.speaker.tag()))
    };
    let tags = tags(scene, code, invitation.invitee_points);
    let head = html! {
        (scene.mark())
        @for Tag { name, content } in &tags {
            @if name.starts_with("og:") { meta property=(name) content=(content); } @else { meta name=(name) content=(content); }
        }
    };
    then(&Page {
        status: 200,
        language: scene.speaker.tag(),
        // What a network takes where it reads none of the tags: nobody is named here either.
        title: &store,
        head,
        indexed: false,
        look: &scene.store.look,
        style: STYLE,
        body,
    })
}

/// What networks show of the link: by Open Graph, and what X has of its own.
pub(crate) fn tags(scene: &Scene<'_>, code: &str, points: i64) -> Vec<Tag> {
    let texts = &scene.program.referrals.social;
    let fill = |text: &str| scene.filled(text, points, None).line();
    let own = |name: &str, key: &str| fill(scene.own(texts, name).unwrap_or_else(|| scene.word(key)));
    let title = own("title", "invited.social.title");
    let key = if points > 0 { "invited.social.description" } else { "invited.body" };
    let description = own("description", key);
    let picture = pictures::social(scene.store, scene.program, scene.speaker.tag());
    let mut tags = Vec::new();
    let mut tag = |name: &str, content: &str| {
        tags.push(Tag { name: name.to_owned(), content: content.to_owned() });
    };
    tag("description", &description);
    tag("og:type", "website");
    tag("og:site_name", &scene.store_name());
    tag("og:locale", territory(scene.speaker.tag()));
    tag("og:url", &format!("{}/r/{code}", scene.public_url));
    tag("og:title", &title);
    tag("og:description", &description);
    tag("twitter:card", if picture.is_some() { "summary_large_image" } else { "summary" });
    tag("twitter:title", &title);
    tag("twitter:description", &description);
    if let Some(picture) = picture {
        let url = format!("{}{}", scene.public_url, picture.url);
        tag("og:image", &url);
        tag("og:image:type", &picture.kind);
        tag("og:image:width", &picture.width.to_string());
        tag("og:image:height", &picture.height.to_string());
        tag("og:image:alt", &title);
        tag("twitter:image", &url);
        tag("twitter:image:alt", &title);
    }
    tags
}

/// Open Graph names languages with a country.
fn territory(tag: &str) -> &'static str {
    match tag {
        "es" => "es_ES",
        "fr" => "fr_FR",
        "pt-BR" => "pt_BR",
        "ro" => "ro_RO",
        _ => "en_US",
    }
}
