//! Icons of missions: those that every store has, and where a store's own are.
//!
//! The built-in ones are drawn for this project: a field of 24, a line of 1.5 with round ends, one colour that is
//! `currentColor`. A page that shows one as an `<img>` gets black; as a mask (`mask-image`) it has the text's colour.

use fidela_protocol::library::BuiltInIcon;

use crate::config::StoreConfig;
use crate::library;

/// Name and picture of each.
const BUILT_IN: [(&str, &str); 18] = [
    ("account", include_str!("../icons/account.svg")),
    ("app", include_str!("../icons/app.svg")),
    ("birthday", include_str!("../icons/birthday.svg")),
    ("custom", include_str!("../icons/custom.svg")),
    ("donation", include_str!("../icons/donation.svg")),
    ("event", include_str!("../icons/event.svg")),
    ("gift", include_str!("../icons/gift.svg")),
    ("heart", include_str!("../icons/heart.svg")),
    ("newsletter", include_str!("../icons/newsletter.svg")),
    ("order", include_str!("../icons/order.svg")),
    ("profile", include_str!("../icons/profile.svg")),
    ("review", include_str!("../icons/review.svg")),
    ("share", include_str!("../icons/share.svg")),
    ("social", include_str!("../icons/social.svg")),
    ("star", include_str!("../icons/star.svg")),
    ("survey", include_str!("../icons/survey.svg")),
    ("training", include_str!("../icons/training.svg")),
    ("tutorial", include_str!("../icons/tutorial.svg")),
];
/// What a mission is shown with, if nothing else fits.
const FALLBACK: &str = "custom";

/// The picture of a built-in icon.
pub(crate) fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, picture)| *picture)
}

/// Where a built-in icon is, from this server's root.
pub(crate) fn built_in_address(name: &str) -> String {
    format!("/icons/{name}.svg")
}

/// All that every store has.
pub(crate) fn all_built_in() -> Vec<BuiltInIcon> {
    let listed = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    listed.map(|name| BuiltInIcon { url: built_in_address(&name), name }).collect()
}

/// Where a store's own icon is, from this server's root. The hash of its bytes is in it: another picture has another
/// address, so that each may be kept for ever.
pub(crate) fn own_address(store: &str, name: &str, hash: &str) -> String {
    format!("/i/{store}/{name}.{hash}")
}

/// Where the icon of a mission is, from this server's root: the store's own by that name, the built-in one, or what
/// its kind is shown with.
pub(crate) fn address(store: &StoreConfig, name: Option<&str>, kind: &str) -> String {
    if let Some((name, hash)) = name.and_then(|name| store.icons.get_key_value(name)) {
        return own_address(&store.store_id, name, hash);
    }
    let own = || library::of(kind).map_or(FALLBACK, |kind| kind.icon);
    built_in_address(name.filter(|name| built_in(name).is_some()).unwrap_or_else(own))
}
