//! Pages that a store's invitees and strangers see: `/r/{code}` and `/s/{store}`. They are made of what the store has
//! said, in the reader's language, and ask nobody: whoever calls has looked everything up.
//!
//! What merchants and shoppers write stands in them as text and as values of attributes, escaped by `maud`, and nowhere
//! else. Colours come through `theme`, which writes only what it has read.

pub(crate) mod invitation;
pub(crate) mod networks;
pub(crate) mod program;

use fidela_protocol::pictures::Theme;
use fidela_rules::Program;
use fidela_rules::num::Wide;
use fidela_rules::program::{Display, Text};
use fidela_rules::sorted::Sorted;
use fidela_ui::Sentence;
use maud::{Markup, html};

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::mail::{Filled, Value, clean, fill};
use crate::page::{May, Page};
use crate::speech::{self, Speaker};
use crate::{limits, pictures};

/// What these pages look like, beyond what every page does.
const STYLE: &str = include_str!("style.css");
/// What each language calls itself.
const NAMES: [(&str, &str); 5] =
    [("en", "English"), ("es", "Español"), ("fr", "Français"), ("pt-BR", "Português"), ("ro", "Română")];

/// The language of a page: the one that `?lang=` names, the first of `Accept-Language` that we speak, or the store's.
pub(crate) fn language(call: &Call, home: &str) -> &'static str {
    let accepted = || speech::tag_of(&call.header("accept-language").unwrap_or_default());
    let asked = call.query("lang").and_then(speech::tag_of).or_else(accepted);
    asked.or_else(|| speech::tag_of(home)).unwrap_or("en")
}

/// What a page is made of.
pub(crate) struct Scene<'s> {
    pub(crate) store: &'s StoreConfig,
    pub(crate) program: &'s Program,
    pub(crate) speaker: &'s Speaker,
    /// Where this server is.
    pub(crate) public_url: &'s str,
    /// What stands before addresses from this server's root: nothing on its own pages.
    pub(crate) root: &'s str,
}

impl Scene<'_> {
    /// Words of ours.
    fn word<'t>(&'t self, key: &'t str) -> &'t str {
        self.speaker.word(key)
    }

    /// A sentence with its numbers.
    fn say(&self, sentence: &Sentence) -> String {
        self.speaker.say(sentence)
    }

    /// The store's name on one line.
    fn store_name(&self) -> String {
        short(&self.store.name)
    }

    /// Points as money; nothing where they are worth less than the smallest coin.
    fn worth(&self, points: i64) -> Option<String> {
        let minor = self.program.points.value.value_of(Wide::of(points)).fit().ok();
        minor.filter(|minor| *minor > 0).map(|minor| self.speaker.write().0.money(minor))
    }

    /// Points as the store shows them.
    fn points(&self, points: i64) -> String {
        let (formats, texts) = self.speaker.write();
        let money = (self.program.points.display == Display::Money).then(|| self.worth(points)).flatten();
        money.unwrap_or_else(|| formats.points(texts, points))
    }

    /// Where the shop is, if anybody has said it.
    fn shop(&self) -> Option<&str> {
        shop(self.store)
    }

    /// What the merchant says in this language, if it is anything.
    fn own<'t>(&self, texts: &'t Sorted<Text>, name: &str) -> Option<&'t str> {
        texts.get(name).map(|text| text.get(self.speaker.tag())).filter(|text| !text.trim().is_empty())
    }

    /// A text with its places filled: `{store}`, `{points}` (what the friend gets), and, where somebody may be named,
    /// `{inviter}`.
    pub(crate) fn filled(&self, text: &str, points: i64, inviter: Option<&str>) -> Filled {
        fill(text, |name| match name {
            "store" => Some(Value::Words(self.store_name())),
            "points" => Some(Value::Words(self.points(points))),
            "inviter" => inviter.map(|name| Value::Words(name.to_owned())),
            _ => None,
        })
    }

    /// The logo, or the store's name.
    fn brand(&self) -> Markup {
        let name = self.store_name();
        html! {
            p.brand {
                @if let Some(logo) = pictures::logo(self.store) {
                    img src={ (self.root) (logo.url) } alt=(name) width=(logo.width) height=(logo.height);
                } @else {
                    (name)
                }
            }
        }
    }

    /// What browsers show beside the title: they would ask for one anyway.
    fn mark(&self) -> Markup {
        html! { link rel="icon" type="image/svg+xml" href={ (self.root) "/icons/star.svg" }; }
    }

    /// The way to the shop, where one is known.
    fn to_shop(&self) -> Markup {
        let label = self.filled(self.word("page.to_shop"), 0, None).line();
        html! { @if let Some(shop) = self.shop() { p.go { a.button href=(shop) { (label) } } } }
    }
}

/// Where a shop is: what its letters say, or else its first origin.
pub(crate) fn shop(store: &StoreConfig) -> Option<&str> {
    store.messages.sender.shop_url.as_deref().or_else(|| store.origins.first().map(String::as_str))
}

/// Somebody's words on one line that is not too long.
fn short(words: &str) -> String {
    let words = clean(words);
    match words.char_indices().nth(limits::NAME_CHARS) {
        None => words,
        Some((end, _)) => [words.get(..end).unwrap_or_default(), "…"].concat(),
    }
}

/// The same page in other languages.
fn languages(path: &str, now: &str) -> Markup {
    html! {
        nav.languages aria-label=(speech::word_in(now, "page.languages")) {
            ul {
                @for (tag, name) in NAMES {
                    li { a href={ (path) "?lang=" (tag) } hreflang=(tag) lang=(tag) aria-current=[(tag == now).then_some("true")] { (name) } }
                }
            }
        }
    }
}

/// A page that says why there is nothing, and leads on where it can.
pub(crate) fn sorry(
    status: u16,
    language: &str,
    scene: Option<&Scene<'_>>,
    kind: &str,
    path: &str,
) -> Answer {
    let key = |part: &str| format!("invited.{kind}.{part}");
    let word = |part: &str| match scene {
        Some(scene) => scene.filled(scene.word(&key(part)), 0, None).line(),
        None => speech::word_in(language, &key(part)),
    };
    let title = word("title");
    let body = html! {
        main.invitation {
            div.card { div.inner {
                @if let Some(scene) = scene { (scene.brand()) }
                h1 { (title) }
                p { (word("line")) }
                @if let Some(scene) = scene { (scene.to_shop()) }
            } }
        }
        (languages(path, language))
    };
    let none = Theme::default();
    let look = scene.map_or(&none, |scene| &scene.store.look);
    let page = Page {
        status,
        language,
        title: &title,
        head: html! { link rel="icon" type="image/svg+xml" href="/icons/star.svg"; },
        indexed: false,
        look,
        style: STYLE,
        body,
    };
    page.answer(May::Pictures, "no-store")
}
