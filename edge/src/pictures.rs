//! Pictures of a store's pages: where they are, and what networks do to them.

use fidela_protocol::pictures::{Picture, PictureUse};
use fidela_rules::program::Program;
use serde::{Deserialize, Serialize};

use crate::config::StoreConfig;

/// What pages need to know of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    /// Where it is, from this server's root.
    pub(crate) url: String,
    /// What it is for.
    pub(crate) used_for: PictureUse,
    /// As `Content-Type` says it.
    pub(crate) kind: String,
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
}

impl Shown {
    /// Of what the API tells of a picture.
    pub(crate) fn of(picture: Picture) -> Self {
        let Picture { url, used_for, kind, width, height, .. } = picture;
        Self { url, used_for, kind, width, height }
    }
}

/// Where a picture is, from this server's root. The hash of its bytes is all of it: another picture has another
/// address, so that each may be kept for ever.
pub(crate) fn address(store: &str, hash: &str, extension: &str) -> String {
    format!("/pictures/{store}/{hash}.{extension}")
}

/// The store's logo, if there is one.
pub(crate) fn logo(store: &StoreConfig) -> Option<&Shown> {
    let name = store.look.logo.as_ref()?;
    store.pictures.get(name).filter(|shown| shown.used_for == PictureUse::Logo)
}

/// What networks show of an invitation's link, in a language.
pub(crate) fn social<'s>(store: &'s StoreConfig, program: &Program, locale: &str) -> Option<&'s Shown> {
    let name = program.referrals.social.get("image")?.get(locale);
    store.pictures.get(name).filter(|shown| shown.used_for == PictureUse::Social)
}

/// Whether networks cut a picture: they show 1.91:1, and what differs by less than a thirtieth is not seen.
pub(crate) fn is_cut(width: u32, height: u32) -> bool {
    let share = u64::from(width).saturating_mul(100).checked_div(height.into()).unwrap_or(0);
    !(185..=197).contains(&share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_the_networks_shape_is_near_enough() {
        for (width, height, cut) in [
            (1200, 630, false),
            (1200, 628, false),
            (600, 315, false),
            (1920, 1080, true),
            (1000, 1000, true),
            (2200, 1000, true),
            (1, 0, true),
        ] {
            assert_eq!(is_cut(width, height), cut, "{width} × {height}");
        }
    }
}
