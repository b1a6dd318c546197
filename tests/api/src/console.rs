//! Somebody of a store's team, signed in as the console does it.

use serde_json::{Value, json};

use crate::http::{Answer, Ask};
use crate::mail::{Letter, arrived, letters};
use crate::store::Store;

/// Somebody's session.
#[derive(Debug, Clone)]
pub struct Signed {
    /// `name=value`.
    pub cookie: String,
    /// `GET /v1/session`, as it began.
    pub session: Value,
}

impl Signed {
    /// A request of the console, with a key if the route wants one.
    pub fn ask(&self, store: &Store, method: &str, path: &str) -> Ask {
        own(store, method, path).header("cookie", &self.cookie).key(store.new_key())
    }
}

/// A request of a page of the server's own.
pub fn own(store: &Store, method: &str, path: &str) -> Ask {
    let ask =
        store.anyone(method, path).header("fidela-console", "1").header("sec-fetch-site", "same-origin");
    if method == "GET" { ask } else { ask.header("origin", store.server.url()) }
}

/// Somebody's address, of this store alone: addresses belong to the whole deployment.
pub fn email(store: &Store, who: &str) -> String {
    format!("{who}@{}.example", store.id.trim_start_matches("st_"))
}

/// Lets somebody in.
pub async fn add(store: &Store, who: &str, name: &str, role: &str) -> Value {
    let email = if who.contains('@') { who.to_owned() } else { email(store, who) };
    let asked = json!({ "email": email, "name": name, "role": role });
    store.merchant("POST", "/v1/team").json(&asked).send().await.ok(201)
}

/// Asks for a link, and answers the letter that comes.
pub async fn letter_for(store: &Store, who: &str) -> Letter {
    let email = if who.contains('@') { who.to_owned() } else { email(store, who) };
    let before = letters(store);
    let asked = json!({ "email": email });
    store.anyone("POST", "/v1/sign_in").json(&asked).send().await.ok(202);
    let after = arrived(store, before.len() + 1).await;
    after.into_iter().find(|letter| !before.contains(letter)).expect("a new letter")
}

/// The token of a letter's link.
pub fn token_of(letter: &Letter) -> String {
    let (_, rest) = letter.text.split_once("/console/sign-in#token=").expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

/// Begins a session with a token.
pub fn with_token(store: &Store, token: &str) -> Ask {
    own(store, "POST", "/v1/session").json(&json!({ "token": token }))
}

/// Signs somebody in, by the letter that they get.
pub async fn sign_in(store: &Store, who: &str) -> Signed {
    let token = token_of(&letter_for(store, who).await);
    let answer = with_token(store, &token).send().await;
    let session = answer.ok(200);
    Signed { cookie: cookie_of(&answer), session }
}

/// The cookie that an answer sets.
pub fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    set.split(';').next().expect("a cookie").to_owned()
}
