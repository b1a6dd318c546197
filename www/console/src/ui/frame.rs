//! What others have written, as it looks: letters and pages. It stands in a frame that is no part of the console's origin, and
//! nothing in it runs (`/console/frame`, `edge/src/routes/assets.rs`).

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// A document of HTML, shown apart.
#[component]
pub fn Document(
    /// What it is, for whoever does not see it.
    #[prop(into)]
    title: String,
    /// The document.
    #[prop(into)]
    html: Signal<String>,
    /// As narrow as a phone.
    #[prop(optional)]
    phone: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Iframe>::new();
    let there = RwSignal::new(false);
    Effect::new(move |_| {
        let (Some(frame), true) = (node.get(), there.get()) else { return };
        if let Some(window) = frame.content_window() {
            // It has no origin that could be named.
            let _ = window.post_message(&JsValue::from_str(&html.get()), "*");
        }
    });
    view! {
        <iframe
            node_ref=node
            class=if phone { "document phone" } else { "document" }
            title=title
            src="/console/frame"
            sandbox="allow-scripts"
            on:load=move |_| there.set(true)
        ></iframe>
    }
}
