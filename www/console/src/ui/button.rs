//! Buttons.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::browser;
use crate::texts::t;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Primary,
    /// One of several.
    #[default]
    Plain,
    /// What should hardly be seen.
    Quiet,
    /// What cannot be taken back.
    Danger,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button. While it is `busy` it says so and takes no press.
#[component]
pub fn Button(
    /// What pressing it does; nothing for one that sends its form.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: Kind,
    /// Its picture, before its words.
    #[prop(optional, into)]
    picture: Option<Icon>,
    /// Whether what it asked for is on its way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Says what it is where its words do not.
    #[prop(optional, into)]
    label: Option<String>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let sends = on_press.is_none();
    view! {
        <button
            type=if sends { "submit" } else { "button" }
            class=kind.class()
            class:busy=busy
            aria-busy=move || busy.get().then_some("true")
            aria-label=label
            disabled=move || disabled.get()
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(on_press) = on_press {
                    on_press.run(());
                }
            }
        >
            {picture.map(icon)}
            <span>{children()}</span>
        </button>
    }
}

/// Copies a text, and says that it did.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let press = move || {
        leptos::task::spawn_local(async move {
            if browser::copy(&text.get_untracked()).await {
                set_copied.set(true);
                set_timeout(move || set_copied.set(false), std::time::Duration::from_secs(2));
            }
        });
    };
    view! {
        <button type="button" class="button" on:click=move |_| press()>
            {move || icon(if copied.get() { Icon::Check } else { Icon::Copy })}
            <span aria-live="polite">{move || t(if copied.get() { "shell.copied" } else { "shell.copy" })}</span>
        </button>
    }
}
