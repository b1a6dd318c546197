//! Who asks, and how they want the page: session, shopper, and the choices that demos and tests make by
//! address (`?csp=`, `?locale=`, `?token=`) and keep in cookies.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, HeaderValue, ORIGIN, SET_COOKIE,
};
use axum::http::{HeaderMap, Method, StatusCode, Uri, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::pages::{Problem, problem_page};
use crate::shopper::Shopper;
use crate::state::{Session, random_id};

/// The cookie of the session: `HttpOnly`, and `SameSite=Lax` against forged forms.
const SESSION_COOKIE: &str = "lumo";
/// How long a browser keeps a cookie, in seconds: 30 days.
const COOKIE_MAX_AGE_S: u32 = 30 * 24 * 60 * 60;
/// Where Fidela's script keeps whose invitation led here, for whoever registers.
const REFERRAL_COOKIE: &str = "fidela_ref";
/// The longest word that a choice is, in bytes.
const CHOICE_MAX_BYTES: usize = 40;
/// The longest that an invitation is, in bytes: anybody can write a cookie.
const REFERRAL_MAX_BYTES: usize = 100;
/// The languages of the widget.
pub(crate) const LOCALES: [&str; 5] = ["en", "ro", "fr", "es", "pt-BR"];

/// Which content security policy the pages carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Csp {
    /// The strictest one that Fidela needs: the default, so that nobody forgets it.
    #[default]
    Strict,
    /// The same without `'wasm-unsafe-eval'`: the widget has to do without wasm.
    NoWasm,
    /// None, as most shops have it.
    Off,
}

impl Csp {
    /// Its word in the address and the cookie.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::NoWasm => "no-wasm",
            Self::Off => "off",
        }
    }
}

/// How the widget learns who is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TokenMode {
    /// The token is in the page (`data-shopper`).
    #[default]
    Inline,
    /// The widget fetches it (`data-token-url`).
    Url,
    /// The token in the page ran out an hour ago.
    Expired,
}

impl TokenMode {
    /// Its word in the address and the cookie.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Url => "url",
            Self::Expired => "expired",
        }
    }
}

/// Choices that hold for every page.
#[derive(Clone, Debug)]
pub(crate) struct Prefs {
    /// The policy.
    pub(crate) csp: Csp,
    /// The widget's language.
    pub(crate) locale: &'static str,
    /// The token's way.
    pub(crate) token: TokenMode,
}

impl Prefs {
    /// The address decides, then the cookie, then the default.
    fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let chosen = |name| in_query(uri, name).or_else(|| cookie(headers, name)).unwrap_or_default();
        let csp = match chosen("csp") {
            "no-wasm" => Csp::NoWasm,
            "off" => Csp::Off,
            _ => Csp::Strict,
        };
        let token = match chosen("token") {
            "url" => TokenMode::Url,
            "expired" => TokenMode::Expired,
            _ => TokenMode::Inline,
        };
        let locale = chosen("locale");
        let locale = LOCALES.into_iter().find(|known| locale.eq_ignore_ascii_case(known)).unwrap_or("en");
        Self { csp, locale, token }
    }
}

/// One request of one visitor.
#[derive(Clone)]
pub(crate) struct Visit {
    /// The id in the cookie; new where the browser brought none.
    pub(crate) session_id: String,
    /// What the shop remembers of it.
    pub(crate) session: Session,
    /// Who is signed in.
    pub(crate) shopper: Option<Shopper>,
    /// The choices.
    pub(crate) prefs: Prefs,
    /// Whose invitation led here, as Fidela's script has kept it.
    pub(crate) referral: Option<String>,
    /// The path, so that navigation can mark where one is.
    pub(crate) path: String,
}

/// Put into the request by [`around_pages`], so that one request has one session id.
#[derive(Clone)]
struct SessionId(String);

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Some(SessionId(session_id)) = parts.extensions.get().cloned() else {
            return Err(Problem::Broken("a page was asked for outside of its session".to_owned()));
        };
        let (session, shopper) = app
            .store
            .read(|data| {
                let session = data.sessions.get(&session_id).cloned().unwrap_or_default();
                let shopper = session.shopper.as_ref().and_then(|id| data.shoppers.get(id)).cloned();
                (session, shopper)
            })
            .await;
        let prefs = Prefs::of(&parts.headers, &parts.uri);
        let referral = cookie(&parts.headers, REFERRAL_COOKIE);
        let referral = referral.filter(|word| is_plain(word, REFERRAL_MAX_BYTES)).map(str::to_owned);
        Ok(Self { session_id, session, shopper, prefs, referral, path: parts.uri.path().to_owned() })
    }
}

/// Surrounds every page: gives it a session, refuses forms of other origins, sets the headers.
pub(crate) async fn around_pages(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let prefs = Prefs::of(headers, request.uri());
    let mut cookies = Vec::new();
    for name in ["csp", "locale", "token"] {
        cookies.extend(
            in_query(request.uri(), name)
                .filter(|word| is_plain(word, CHOICE_MAX_BYTES))
                .map(|value| set_cookie(name, value)),
        );
    }
    let mut response = if !reading && is_foreign(headers) {
        let sentence = "This form came from another site, so the shop did not act on it.";
        (StatusCode::FORBIDDEN, problem_page("Not from here", sentence)).into_response()
    } else {
        let known = cookie(headers, SESSION_COOKIE).filter(|id| is_session_id(id)).map(str::to_owned);
        let id = match known {
            Some(id) => id,
            None => match random_id::<16>() {
                Ok(id) => {
                    cookies.push(session_cookie(&id));
                    id
                }
                Err(error) => return Problem::from(error).into_response(),
            },
        };
        request.extensions_mut().insert(SessionId(id));
        next.run(request).await
    };
    let headers = response.headers_mut();
    // Signing in answers with a session of its own, which must not be overwritten.
    let own_session = headers.get_all(SET_COOKIE).iter().any(|it| it.as_bytes().starts_with(b"lumo="));
    for cookie in cookies.iter().filter(|it| !(own_session && it.starts_with("lumo="))) {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            headers.append(SET_COOKIE, value);
        }
    }
    let policy = policy(prefs.csp, &app.config.fidela_origin);
    if let Some(value) = policy.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        headers.insert(CONTENT_SECURITY_POLICY, value);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("x-frame-options", "DENY"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// The header's text. What Fidela asks of a shop is in it, and nothing more.
fn policy(csp: Csp, edge: &str) -> Option<String> {
    let wasm = match csp {
        Csp::Strict => " 'wasm-unsafe-eval'",
        Csp::NoWasm => "",
        Csp::Off => return None,
    };
    Some(format!(
        "default-src 'self'; script-src 'self' {edge}{wasm}; style-src 'self'; connect-src {edge} 'self'; \
         img-src 'self' {edge}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ))
}

/// Whether the browser says that the request was started by a page of another origin. `SameSite` alone does
/// not see the difference between two ports of one host.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    text(ORIGIN).is_some_and(|origin| {
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_none() || host != text(HOST)
    })
}

/// The value of a cookie. The shop's own cookies need no decoding.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A plain value in the address. The choices are words that need no decoding.
fn in_query<'a>(uri: &'a Uri, name: &str) -> Option<&'a str> {
    let mut pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Whether it is a short plain word: such words go into cookies and back.
fn is_plain(word: &str, max: usize) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=max).contains(&word.len()) && word.bytes().all(plain)
}

fn is_session_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn set_cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Lax")
}

/// The line that gives a browser its session.
pub(crate) fn session_cookie(id: &str) -> String {
    set_cookie(SESSION_COOKIE, id)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Uri};

    use super::{Csp, Prefs, is_foreign, policy};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_address_decides_before_the_cookie() {
        let headers = headers(&[("cookie", "lumo=x; csp=off; locale=ro")]);
        let prefs = Prefs::of(&headers, &Uri::from_static("/?csp=no-wasm"));
        assert_eq!((prefs.csp, prefs.locale), (Csp::NoWasm, "ro"));
    }

    #[test]
    fn forms_of_others_are_seen() {
        assert!(!is_foreign(&headers(&[])));
        assert!(!is_foreign(&headers(&[("host", "127.0.0.1:3000"), ("origin", "http://127.0.0.1:3000")])));
        assert!(is_foreign(&headers(&[("host", "127.0.0.1:3000"), ("origin", "http://127.0.0.1:8787")])));
        assert!(is_foreign(&headers(&[("origin", "null")])));
        assert!(is_foreign(&headers(&[("sec-fetch-site", "same-site")])));
    }

    #[test]
    fn wasm_is_allowed_by_name_only() {
        let strict = policy(Csp::Strict, "http://e").expect("a policy");
        assert!(strict.contains("script-src 'self' http://e 'wasm-unsafe-eval';"));
        assert!(!strict.contains("unsafe-inline"));
        assert!(policy(Csp::NoWasm, "http://e").expect("a policy").contains("script-src 'self' http://e;"));
        assert_eq!(policy(Csp::Off, "http://e"), None);
    }
}
