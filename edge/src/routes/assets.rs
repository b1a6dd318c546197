//! Static files: the loader and what it loads. Names with a hash in them never change.

use fidela_protocol::Code;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::platform::crypto;

/// The guide to the API, by its one address.
const PAGE: &str = "guide.html";
/// It has nothing that runs, and one style sheet.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The merchant's console, whichever of its pages is asked for: it shows them itself.
const CONSOLE: &str = "console/index.html";
/// It runs what we have built and nothing else, talks to us alone, and stands in nobody's frame.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The widget, in a frame of the console.
const CONSOLE_PREVIEW: &str = "console/preview.html";
/// The same, and only the console may have it in a frame.
const PREVIEW_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Where the console shows what others have written: letters, and pages of invitations.
const FRAME: &str = "/console/frame";
/// It takes a document from the page around it and shows it. Nothing in that document runs, and nothing leads away from it.
const FRAME_SCRIPT: &str = "onmessage=({source,data})=>{if(source!==parent||typeof data!=='string')return;\
     const shown=new DOMParser().parseFromString(data,'text/html');\
     document.replaceChild(document.adoptNode(shown.documentElement),document.documentElement)};\
     addEventListener('click',event=>{if(event.target.closest?.('a'))event.preventDefault()},true)";

/// `/console/frame`: in a sandbox, whoever asks for it. It has no origin, so that it reaches nothing of the console.
fn frame() -> Answer {
    let hash = crypto::to_base64(&crypto::sha256(FRAME_SCRIPT.as_bytes()));
    let policy = format!(
        "sandbox allow-scripts; default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; \
         img-src 'self' https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    );
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Fidela</title><script>{FRAME_SCRIPT}</script></html>"
    );
    Answer::bytes(200, "text/html; charset=utf-8", page.into_bytes())
        .header("content-security-policy", policy)
        .header("referrer-policy", "no-referrer")
        .header("cache-control", "no-cache")
}

/// A file, precompressed where the browser takes that.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    if call.path == FRAME && matches!(call.method.as_str(), "GET" | "HEAD") {
        return Ok(frame());
    }
    let (file, cache) = match call.path.as_str() {
        // Its name is in merchants' pages for ever, so it is looked at again every ten minutes.
        "/fidela.js" => ("fidela.js".to_owned(), "public, max-age=600"),
        // Generated from the code and checked in; a test fails when it is stale.
        "/openapi.json" => ("openapi.json".to_owned(), "public, max-age=600"),
        // The guide to the API; its style is one of the hashed files.
        "/guide" => (PAGE.to_owned(), "public, max-age=600"),
        path => {
            let plain = |prefix| path.strip_prefix(prefix).filter(|file| is_plain(file) && *file != PAGE);
            if let Some(file) = plain("/console/assets/") {
                (format!("console/{file}"), "public, max-age=31536000, immutable")
            } else if path == "/console/preview" {
                (CONSOLE_PREVIEW.to_owned(), "no-cache")
            } else if path == "/console" || path.starts_with("/console/") {
                (CONSOLE.to_owned(), "no-cache")
            } else {
                let file = plain("/assets/").ok_or(Code::NotFound)?;
                (file.to_owned(), "public, max-age=31536000, immutable")
            }
        }
    };
    let file = file.as_str();
    if call.method != "GET" && call.method != "HEAD" {
        return Err(Code::MethodNotAllowed.into());
    }
    let kind = content_type(file).ok_or(Code::NotFound)?;
    let takes_brotli = call.header("accept-encoding").is_some_and(|takes| takes.contains("br"));
    let mut compressed = None;
    if takes_brotli {
        compressed = read(call, &format!("{file}.br")).await?;
    }
    let is_compressed = compressed.is_some();
    let body = match compressed {
        Some(body) => body,
        None => read(call, file).await?.ok_or(Code::NotFound)?,
    };
    let answer =
        Answer::bytes(200, kind, body).header("cache-control", cache).header("vary", "accept-encoding");
    let answer = if file.starts_with("console/") {
        answer.header("cross-origin-resource-policy", "same-origin")
    } else {
        // What shops' pages load.
        answer
            .header("cross-origin-resource-policy", "cross-origin")
            .header("access-control-allow-origin", "*")
    };
    let answer = match file {
        PAGE => answer.header("content-security-policy", PAGE_POLICY),
        CONSOLE => answer
            .header("content-security-policy", CONSOLE_POLICY)
            .header("cross-origin-opener-policy", "same-origin")
            .header("referrer-policy", "same-origin"),
        CONSOLE_PREVIEW => {
            answer.header("content-security-policy", PREVIEW_POLICY).header("referrer-policy", "same-origin")
        }
        _ => answer,
    };
    Ok(if is_compressed { answer.header("content-encoding", "br") } else { answer })
}

/// One name, without a way up or down.
fn is_plain(file: &str) -> bool {
    !file.is_empty()
        && !file.contains("..")
        && file.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn content_type(file: &str) -> Option<&'static str> {
    Some(match file.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        "json" => "application/json",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}

/// A file of the assets, or none.
pub(super) async fn read(call: &Call, file: &str) -> Outcome<Option<Vec<u8>>> {
    let mut response = call.env.service("ASSETS")?.fetch(format!("http://assets/{file}"), None).await?;
    if response.status_code() != 200 {
        return Ok(None);
    }
    Ok(Some(response.bytes().await?))
}
