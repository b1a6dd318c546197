//! `/console/sign-in`: a link by e-mail, and what the link leads to.

use leptos::prelude::*;

use crate::texts::t;
use crate::{api, session};

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    view! { <main class="center"><h1>{t("shell.sign_in")}</h1></main> }
}

/// Signs out; `everywhere`: on every device.
pub async fn sign_out(everywhere: bool) {
    let path = if everywhere { "/v1/session?everywhere=true" } else { "/v1/session" };
    if api::delete(path).await.is_ok() {
        session::ended();
    }
}
