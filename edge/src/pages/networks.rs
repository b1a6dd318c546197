//! How networks show a link, for whoever writes its texts. No network promises any of this; the numbers are what they
//! showed in November 2026, on a phone.

use fidela_protocol::pages::{NetworkPreview, Tag};

use crate::pictures::{Shown, is_cut};

/// A network: how many characters it shows of a title and of a description.
struct Network {
    id: &'static str,
    name: &'static str,
    title: usize,
    description: usize,
}

const NETWORKS: [Network; 5] = [
    Network { id: "whatsapp", name: "WhatsApp", title: 65, description: 80 },
    Network { id: "facebook", name: "Facebook", title: 88, description: 110 },
    // A picture with the title on it.
    Network { id: "x", name: "X", title: 70, description: 0 },
    Network { id: "telegram", name: "Telegram", title: 120, description: 170 },
    Network { id: "linkedin", name: "LinkedIn", title: 119, description: 0 },
];

/// At most so many characters, cut with an ellipsis at the end of a word, if there is one.
fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let shown = text.char_indices().nth(most.saturating_sub(1)).map_or(end, |(end, _)| end);
    let shown = text.get(..shown).unwrap_or_default();
    let whole_words = shown.rsplit_once(' ').map(|(words, _)| words).filter(|words| !words.is_empty());
    if most == 0 { String::new() } else { [whole_words.unwrap_or(shown), "…"].concat() }
}

/// How each shows a link that says this.
pub(crate) fn all(tags: &[Tag], picture: Option<&Shown>) -> Vec<NetworkPreview> {
    let content =
        |name: &str| tags.iter().find(|tag| tag.name == name).map_or("", |tag| tag.content.as_str());
    let host = content("og:url").split_once("://").map_or("", |(_, rest)| rest);
    let domain = host.split('/').next().unwrap_or_default();
    let image = Some(content("og:image")).filter(|url| !url.is_empty());
    let shown = NETWORKS.into_iter().map(|Network { id, name, title, description }| NetworkPreview {
        id: id.to_owned(),
        name: name.to_owned(),
        title: cut(content("og:title"), title),
        description: cut(content("og:description"), description),
        domain: domain.to_owned(),
        image: image.map(str::to_owned),
        image_is_cut: picture.is_some_and(|picture| is_cut(picture.width, picture.height)),
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_words() {
        assert_eq!(cut("Ana invites you", 15), "Ana invites you");
        assert_eq!(cut("Ana invites you to", 15), "Ana invites…");
        assert_eq!(cut("ăăăăăă", 4), "ăăă…");
        assert_eq!(cut("anything", 0), "");
    }
}
