//! `/console`: where a merchant arrives.

use leptos::prelude::*;

use crate::session;
use crate::shell::at;
use crate::texts::t;
use crate::ui::{Card, Page};

/// The page.
#[component]
pub fn Overview() -> impl IntoView {
    let name = session::current().map(|session| session.store_name).unwrap_or_default();
    view! {
        <Page title=name>
            <Card><a class="button primary" href=at("start")>{t("shell.menu.start")}</a></Card>
        </Page>
    }
}
