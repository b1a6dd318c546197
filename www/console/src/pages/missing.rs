//! What an address that leads nowhere shows.

use leptos::prelude::*;

use crate::shell::at;
use crate::texts::t;
use crate::ui::{Empty, Page};

/// The page.
#[component]
pub fn Missing() -> impl IntoView {
    view! {
        <Page title=t("shell.missing")>
            <Empty title=t("shell.missing_title") text=t("shell.missing_text")>
                <a class="button" href=at("")>{t("shell.menu.overview")}</a>
            </Empty>
        </Page>
    }
}
