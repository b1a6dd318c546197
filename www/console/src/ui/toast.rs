//! Short messages that come and go, read aloud when they come.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;

use super::icons::{Icon, icon};
use super::page::Tone;
use crate::api::Failure;
use crate::texts::t;

/// How long one stays; what went wrong stays until it is sent away.
const STAYS: Duration = Duration::from_secs(6);

#[derive(Debug, Clone, PartialEq)]
struct Message {
    id: u32,
    tone: Tone,
    text: String,
}

thread_local! {
    static MESSAGES: ArcRwSignal<Vec<Message>> = ArcRwSignal::new(Vec::new());
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

fn messages() -> ArcRwSignal<Vec<Message>> {
    MESSAGES.with(Clone::clone)
}

fn remove(id: u32) {
    messages().update(|all| all.retain(|message| message.id != id));
}

/// Says something.
pub fn toast(tone: Tone, text: impl Into<String>) {
    let id = NEXT.with(|next| next.replace(next.get().wrapping_add(1)));
    messages().update(|all| all.push(Message { id, tone, text: text.into() }));
    if tone != Tone::Bad {
        set_timeout(move || remove(id), STAYS);
    }
}

/// Says why something came to nothing.
pub fn failed(failure: &Failure) {
    toast(Tone::Bad, failure.sentence());
}

/// Where they are shown, once in the page.
#[component]
pub fn Toasts() -> impl IntoView {
    let all = messages();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || {
                let shown = all.get().into_iter().map(|Message { id, tone, text }| {
                    let (class, picture) = match tone {
                        Tone::Bad => ("toast bad", Icon::Warning),
                        Tone::Warn => ("toast warn", Icon::Warning),
                        _ => ("toast good", Icon::Check),
                    };
                    view! {
                        <div class=class>
                            {icon(picture)}
                            <span>{text}</span>
                            <button type="button" class="icon-button" aria-label=t("shell.dismiss") on:click=move |_| remove(id)>
                                {icon(Icon::Close)}
                            </button>
                        </div>
                    }
                });
                shown.collect::<Vec<_>>()
            }}
        </div>
    }
}
