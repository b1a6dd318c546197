//! `/mail`: on a laptop, the letters that were written as files. Who may see the page may read everybody's mail, so
//! it is there only where the deployment says so (`MAIL_PAGE=1`), and not on a public one.

use fidela_protocol::Code;
use maud::html;
use serde::Deserialize;
use worker::Fetcher;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::mail::transport;
use crate::page::{self, May};
use crate::platform::env;

/// What is kept beside each letter.
#[derive(Deserialize)]
struct Shown {
    to: String,
    from: String,
    subject: String,
    at: jiff::Timestamp,
    text: String,
    html: String,
}

fn files(call: &Call) -> Outcome<Fetcher> {
    let open = env::var(&call.env, "MAIL_PAGE").as_deref() == Some("1");
    Ok(transport::files(&call.env).filter(|_| open).ok_or(Code::NotFound)?)
}

/// A file, if it is there.
async fn file(files: &Fetcher, name: &str) -> Outcome<Option<Vec<u8>>> {
    let mut answer = files.fetch(format!("https://mail/{name}"), None).await?;
    match answer.status_code() {
        200 => Ok(Some(answer.bytes().await?)),
        404 => Ok(None),
        status => Err(broken("mail", format!("the disk answered {status}"))),
    }
}

async fn shown(mail: &Fetcher, name: &str) -> Outcome<Option<Shown>> {
    let Some(bytes) = file(mail, &format!("{name}.json")).await? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| broken("letter", error))
}

fn when(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// `GET /mail`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let mail = files(call)?;
    #[derive(Deserialize)]
    struct Entry {
        name: String,
    }
    let listing = file(&mail, "").await?.unwrap_or_else(|| b"[]".to_vec());
    let entries: Vec<Entry> = serde_json::from_slice(&listing).map_err(|error| broken("mail", error))?;
    let names = entries.iter().filter_map(|entry| entry.name.strip_suffix(".eml"));
    let mut names: Vec<&str> = names.collect();
    let all = names.len();
    // Their names begin with the time of their events.
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.truncate(limits::MAILBOX_LETTERS);
    let mut letters = Vec::new();
    for name in names {
        letters.extend(shown(&mail, name).await?.map(|letter| (name, letter)));
    }
    let main = html! {
        h1 { "Sent mail" }
        @if letters.is_empty() {
            p {
                "Nothing has been sent yet. Letters come when a mission gives points, before points expire, and when a "
                "shopper invites a friend."
            }
        } @else if all > letters.len() {
            p.soft { "The newest " (letters.len()) " of " (all) "; the others are files beside the server's data." }
        }
        ul {
            @for (name, letter) in &letters {
                li { a href={ "/mail/" (name) } {
                    strong { (letter.subject) }
                    span { (letter.to) }
                    span.soft { (when(letter.at)) }
                } }
            }
        }
    };
    Ok(page::answer(200, "en", "Sent mail", true, May::Nothing, main))
}

/// `GET /mail/{letter}`.
pub(crate) async fn letter(call: &Call, name: &str) -> Outcome<Answer> {
    let mail = files(call)?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if !plain || name.starts_with('.') {
        return Err(Code::NotFound.into());
    }
    let letter = shown(&mail, name).await?.ok_or(Code::NotFound)?;
    let source = file(&mail, &format!("{name}.eml")).await?.ok_or(Code::NotFound)?;
    match call.query("part") {
        Some("source") => {
            return Ok(
                Answer::bytes(200, "text/plain; charset=utf-8", source).header("cache-control", "no-store")
            );
        }
        Some("html") => {
            // A letter may do nothing but be looked at, and open its links elsewhere.
            let policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                          style-src 'unsafe-inline'; frame-ancestors 'self'";
            return Ok(Answer::bytes(200, "text/html; charset=utf-8", letter.html.into_bytes())
                .header("content-security-policy", policy)
                .header("referrer-policy", "no-referrer")
                .header("cache-control", "no-store"));
        }
        Some(_) => return Err(Code::InvalidQuery.into()),
        None => {}
    }
    let main = html! {
        p { a href="/mail" { "All letters" } }
        h1 { (letter.subject) }
        dl {
            dt { "From" } dd { (letter.from) }
            dt { "To" } dd { (letter.to) }
            dt { "Sent" } dd { (when(letter.at)) }
        }
        iframe title="The letter" src={ "/mail/" (name) "?part=html" } sandbox="allow-popups allow-popups-to-escape-sandbox" {}
        details { summary { "As plain text" } pre tabindex="0" { (letter.text) } }
        details { summary { "Its source" } pre tabindex="0" { (String::from_utf8_lossy(&source)) } }
    };
    Ok(page::answer(200, "en", &letter.subject, true, May::Frame, main))
}
