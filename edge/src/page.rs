//! Pages for people that the Worker writes itself: no script, a style that is allowed by its hash, and nothing else.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::answer::Answer;
use crate::platform::crypto;

/// What they look like.
const STYLE: &str = "
:root{color-scheme:light dark;--accent:#0f6b63;--on:#fff;--text:#1b1f1e;--soft:#5b6562;--surface:#fff;--ground:#f1f3f2;--line:#d9dedc}
@media(prefers-color-scheme:dark){:root{--accent:#6fd3c4;--on:#05231f;--text:#eef2f0;--soft:#a7b1ae;--surface:#1b201f;--ground:#101413;--line:#39413f}}
*{box-sizing:border-box}
body{margin:0;min-block-size:100vh;display:grid;place-items:center;padding:1.5rem 1rem;background:var(--ground);color:var(--text);font:1.0625rem/1.55 system-ui,sans-serif}
main{inline-size:min(34rem,100%);background:var(--surface);border-radius:1.25rem;padding:clamp(1.5rem,6vw,3rem);overflow-wrap:anywhere}
main.wide{inline-size:min(60rem,100%);align-self:start}
h1{margin:0 0 1rem;font-size:clamp(1.4rem,5vw,1.9rem);line-height:1.25;letter-spacing:-.015em}
h2{margin:2rem 0 .5rem;font-size:1.0625rem}
p{margin:0 0 1.25rem}
a{color:var(--accent)}
.soft,dt{color:var(--soft)}
button{font:inherit;font-weight:600;border:0;border-radius:.75rem;padding:.75rem 1.5rem;background:var(--accent);color:var(--on);cursor:pointer}
button.quiet{background:none;color:var(--text);box-shadow:inset 0 0 0 1px var(--line)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
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
}

/// A page, in a language.
pub(crate) fn answer(status: u16, language: &str, title: &str, wide: bool, may: May, main: Markup) -> Answer {
    let page = html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main.wide[wide] { (main) } }
        }
    };
    let hash = crypto::to_base64(&crypto::sha256(STYLE.as_bytes()));
    let form = if may == May::Post { "'self'" } else { "'none'" };
    let frame = if may == May::Frame { "; frame-src 'self'" } else { "" };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action {form}; frame-ancestors 'none'{frame}"
    );
    Answer::bytes(status, "text/html; charset=utf-8", page.into_string().into_bytes())
        .header("content-security-policy", policy)
        .header("referrer-policy", "no-referrer")
        .header("cache-control", "no-store")
}
