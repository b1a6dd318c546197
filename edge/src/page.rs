//! Pages for people that the Worker writes itself: one shell for all of them, with a style that is allowed by its hash
//! and scripts only where one says so.

use fidela_protocol::pictures::Theme;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::answer::Answer;
use crate::platform::crypto;
use crate::theme;

/// What they look like; the colours come from the store's theme.
const STYLE: &str = "
*{box-sizing:border-box}
body{margin:0;min-block-size:100vh;display:grid;place-items:center;padding:1.5rem 1rem;background:var(--ground);color:var(--text);font:1.0625rem/1.55 var(--font)}
main{inline-size:min(34rem,100%);background:var(--surface);border-radius:1.25rem;padding:clamp(1.5rem,6vw,3rem);overflow-wrap:anywhere}
main.wide{inline-size:min(60rem,100%);align-self:start}
h1{margin:0 0 1rem;font-size:clamp(1.4rem,5vw,1.9rem);line-height:1.25;letter-spacing:-.015em}
h2{margin:2rem 0 .5rem;font-size:1.0625rem}
p{margin:0 0 1.25rem}
a{color:var(--ink)}
.soft,dt{color:var(--soft)}
button{font:inherit;font-weight:600;border:0;border-radius:.75rem;padding:.75rem 1.5rem;background:var(--accent);color:var(--on);cursor:pointer}
button.quiet{background:none;color:var(--text);box-shadow:inset 0 0 0 1px var(--line)}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
ul{margin:0;padding:0;list-style:none}
li{border-block-start:1px solid var(--line)}
li a{display:block;padding:.875rem 0;color:inherit;text-decoration:none}
li a:hover strong{text-decoration:underline}
li strong,li span{display:block}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 1.5rem}
dd{margin:0}
iframe{display:block;inline-size:100%;block-size:46rem;border:1px solid var(--line);border-radius:.75rem;background:#fff}
pre{margin:0;padding:1rem;overflow:auto;max-block-size:40rem;background:var(--ground);border-radius:.75rem;font-size:.875rem;white-space:pre-wrap}
summary{cursor:pointer;font-weight:600;padding:.75rem 0}
";

/// What else a page may do, beside being looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Nothing.
    Nothing,
    /// Send its forms back to us.
    Post,
    /// Show a page of ours within it.
    Frame,
    /// Show pictures of ours.
    Pictures,
    /// Show pictures of ours, and carry the widget.
    Widget,
}

impl May {
    /// What its policy says beyond what every page's says.
    const fn policy(self) -> &'static str {
        match self {
            Self::Nothing => "form-action 'none'",
            Self::Post => "form-action 'self'",
            Self::Frame => "form-action 'none'; frame-src 'self'",
            Self::Pictures => "form-action 'none'; img-src 'self'",
            Self::Widget => {
                "form-action 'none'; img-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
            }
        }
    }
}

/// A page.
pub(crate) struct Page<'p> {
    pub(crate) status: u16,
    /// Its language's tag.
    pub(crate) language: &'p str,
    pub(crate) title: &'p str,
    /// What else stands in its head.
    pub(crate) head: Markup,
    /// Whether search engines may show it.
    pub(crate) indexed: bool,
    pub(crate) look: &'p Theme,
    /// What it looks like beyond what every page does.
    pub(crate) style: &'p str,
    pub(crate) body: Markup,
}

impl Page<'_> {
    fn style(&self) -> String {
        [&theme::style(self.look), STYLE, self.style].concat()
    }

    /// As a document.
    pub(crate) fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang=(self.language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    @if !self.indexed { meta name="robots" content="noindex"; }
                    title { (self.title) }
                    (self.head)
                    style { (PreEscaped(self.style())) }
                }
                body { (self.body) }
            }
        };
        page.into_string()
    }

    /// As an answer, which says how long it may be kept.
    pub(crate) fn answer(&self, may: May, cache: &str) -> Answer {
        let hash = crypto::to_base64(&crypto::sha256(self.style().as_bytes()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; {}; frame-ancestors 'none'",
            may.policy()
        );
        Answer::bytes(self.status, "text/html; charset=utf-8", self.html().into_bytes())
            .header("content-security-policy", policy)
            .header("referrer-policy", "no-referrer")
            .header("cache-control", cache)
    }
}

/// A page of our own, in a language.
pub(crate) fn answer(status: u16, language: &str, title: &str, wide: bool, may: May, main: Markup) -> Answer {
    let body = html! { main.wide[wide] { (main) } };
    let (look, head) = (&Theme::default(), html! {});
    let page = Page { status, language, title, head, indexed: false, look, style: "", body };
    page.answer(may, "no-store")
}
