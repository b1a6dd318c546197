//! The program's page, `/s/{store}`: how points are earned and used, without JavaScript. The launcher leads here
//! where a browser refuses wasm.

use fidela_protocol::Code;
use fidela_rules::Program;
use fidela_rules::program::ShowIn;
use fidela_ui::sentences;
use maud::{DOCTYPE, PreEscaped, html};

use crate::answer::Answer;
use crate::auth;
use crate::call::Call;
use crate::failure::{Outcome, broken};
use crate::platform::crypto;
use crate::{explain, speech};

/// The page's only style. It is allowed by its hash, and nothing else is.
const STYLE: &str = "
:root{color-scheme:light dark;--accent:#4f46e5;--text:#1f2430;--soft:#5b6272;--surface:#fff;--ground:#f5f5f7}
@media(prefers-color-scheme:dark){:root{--accent:#a5b4fc;--text:#eceef4;--soft:#aab1c0;--surface:#1d2029;--ground:#13151b}}
*{box-sizing:border-box}
body{margin:0;min-block-size:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--text);
font:1.0625rem/1.55 system-ui,sans-serif}
main{inline-size:min(34rem,100%);background:var(--surface);border-radius:1.25rem;padding:clamp(1.5rem,6vw,3rem);
box-shadow:0 1px 2px #0001,0 12px 40px #0000000f}
p.store{margin:0;color:var(--soft)}
h1{margin:.25rem 0 1.5rem;font-size:clamp(1.6rem,5vw,2.1rem);line-height:1.2;letter-spacing:-.02em}
h2{margin:1.75rem 0 .5rem;font-size:1.0625rem}
ul{margin:0;padding:0;list-style:none}
li{padding:.75rem 0;border-block-start:1px solid color-mix(in srgb,var(--text) 12%,transparent)}
li strong{display:block;font-weight:600}
li span{color:var(--soft)}
p.bonus{border-inline-start:3px solid var(--accent);margin:0 0 1rem;padding-inline-start:1rem}
";

/// Today, by the store's clock.
fn local_day(call: &Call, program: &Program) -> Outcome<jiff::civil::Date> {
    let zone = jiff::tz::TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
    Ok(zone.to_datetime(call.now).date())
}

/// `GET /s/{store}`.
pub(crate) async fn page(call: &Call, store: &str) -> Outcome<Answer> {
    let store = auth::store(call, store).await?.ok_or(Code::NotFound)?;
    let program: Program =
        serde_json::from_value(store.program.clone()).map_err(|error| broken("program", error))?;
    let speech = speech::Speaker::of(call, &store);
    let say = |sentence| speech.say(&sentence);
    let today = local_day(call, &program)?;
    let running = program.earning.programs.iter().filter(|earning| {
        earning.enabled && fidela_rules::earn::in_window(today, earning.from, earning.until)
    });
    let missions = explain::missions::shown(&speech, &store, &program, ShowIn::Landing, today);
    let worth = program.points.value;
    let bonus = program.bonuses.registration.as_ref();
    let title = speech.word("stranger.title");
    let worth = say(sentences::Sentence::new("stranger.worth").points(worth.points).money(worth.minor));
    let page = html! {
        (DOCTYPE)
        html lang=(speech.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – " (store.name) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    p.store { (store.name) }
                    h1 { (title) }
                    @if !program.enabled {
                        p { (speech.word("paused")) }
                    }
                    @if let Some(bonus) = bonus {
                        p.bonus {
                            (say(sentences::Sentence::new("stranger.bonus").points(bonus.points)))
                            @if let Some(message) = &bonus.message { br; (message.get(speech.tag())) }
                        }
                    }
                    h2 { (speech.word("earn.title")) }
                    ul {
                        @for earning in running {
                            li {
                                strong { (say(sentences::rate(&earning.rate))) }
                                @for condition in sentences::conditions(earning) { span { (say(condition)) " " } }
                            }
                        }
                    }
                    @if !missions.is_empty() {
                        h2 { (speech.word("landing.missions")) }
                        ul {
                            @for mission in &missions {
                                li {
                                    strong { (mission.title) }
                                    span { (mission.gives) @for detail in &mission.details { " · " (detail) } }
                                    @if !mission.text.is_empty() { br; span { (mission.text) } }
                                }
                            }
                        }
                    }
                    @if program.redemption.enabled {
                        h2 { (speech.word("tab.redeem")) }
                        ul { li { strong { (worth) } } }
                    }
                    p.store { (speech.word("stranger.sign_in")) }
                }
            }
        }
    };
    let hash = crypto::to_base64(&crypto::sha256(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Ok(Answer::bytes(200, "text/html; charset=utf-8", page.into_string().into_bytes())
        .header("content-security-policy", policy)
        .header("referrer-policy", "no-referrer")
        .header("vary", "accept-language")
        .header("cache-control", "public, max-age=60"))
}
