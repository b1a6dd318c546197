//! Dialogs: the browser's own, which keeps the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;

use super::button::{Button, Kind};
use super::fields::{TextField, next_id};
use super::icons::{Icon, icon};
use crate::texts::{t, tf};

/// A dialog over the page. `open` is whether it is there; Escape and its cross set it to false.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What stands in it; made anew each time it is opened.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let id = next_id();
    let heading = id.clone();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=node class="dialog" aria-labelledby=heading on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2 id=id>{title}</h2>
                <button type="button" class="icon-button" aria-label=t("shell.close") on:click=move |_| open.set(false)>
                    {icon(Icon::Close)}
                </button>
            </div>
            <div class="dialog-body">{move || open.get().then(|| children())}</div>
        </dialog>
    }
}

/// Asks before something that cannot be taken back. With a `word`, that has to be typed first.
#[component]
pub fn Confirm(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// What is asked.
    #[prop(into)]
    title: Signal<String>,
    /// What will happen, and what will not come back.
    #[prop(into)]
    text: Signal<String>,
    /// What the button says.
    #[prop(into)]
    action: String,
    /// What has to be typed.
    #[prop(optional, into)]
    word: Option<String>,
    /// Whether it is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Does it. The dialog is closed by whoever does it, once it is done.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog open=open title=title>
            {
                let typed = RwSignal::new(String::new());
                let wanted = word.clone();
                let is_ready = {
                    let wanted = wanted.clone();
                    move || wanted.as_ref().is_none_or(|wanted| typed.get().trim() == wanted)
                };
                let blocked = Signal::derive({ let is_ready = is_ready.clone(); move || !is_ready() });
                let action = action.clone();
                view! {
                    <form on:submit=move |event| {
                        event.prevent_default();
                        if is_ready() { on_confirm.run(()); }
                    }>
                        <p>{text}</p>
                        {wanted.map(|word| view! {
                            <TextField label=tf("shell.type_to_confirm", &[("word", &word)]) value=typed on_input=move |text| typed.set(text) />
                        })}
                        <div class="buttons">
                            <Button on_press=move |()| open.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=Kind::Danger busy=busy disabled=blocked>{action}</Button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}
