//! Fields of forms. Each has a label, perhaps a sentence of help, and says what is wrong with it; what it holds belongs to
//! whoever uses it.

use std::cell::Cell;

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::texts::tn;

thread_local! {
    static IDS: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element of the page has.
pub fn next_id() -> String {
    let id = IDS.with(|ids| ids.replace(ids.get().wrapping_add(1)));
    format!("f{id}")
}

/// Ids of a field's parts, and what the field says of them.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The control's own id.
    pub id: String,
    help: String,
    wrong: String,
    has_help: bool,
    error: MaybeProp<String>,
}

impl Frame {
    /// Of a field with or without help, and perhaps a fault.
    pub fn new(help: &str, error: MaybeProp<String>) -> Self {
        let id = next_id();
        Self { help: format!("{id}h"), wrong: format!("{id}e"), has_help: !help.is_empty(), id, error }
    }

    /// What describes the control, for `aria-describedby`.
    pub fn described(&self) -> impl Fn() -> Option<String> + Clone + use<> {
        let Self { help, wrong, has_help, error, .. } = self.clone();
        move || {
            let parts = [has_help.then_some(help.clone()), error.get().map(|_| wrong.clone())];
            let ids: Vec<_> = parts.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    }

    /// Whether it is wrong, for `aria-invalid`.
    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + use<> {
        let error = self.error;
        move || error.get().map(|_| "true")
    }

    /// The label, the control, its help and what is wrong with it.
    pub fn around(self, label: String, help: String, control: AnyView) -> AnyView {
        let Self { id, help: help_id, wrong, error, .. } = self;
        view! {
            <div class="field" class:wrong=move || error.get().is_some()>
                <label for=id>{label}</label>
                {control}
                {(!help.is_empty()).then(|| view! { <p class="help" id=help_id>{help}</p> })}
                {move || {
                    let wrong = wrong.clone();
                    error.get().map(|text| view! { <p class="fault" id=wrong>{icon(Icon::Warning)}{text}</p> })
                }}
            </div>
        }
        .into_any()
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// What is in it.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    on_input: Callback<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// `email`, `url`, `search`, `date`…
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands behind it: a unit.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
    /// What it may be filled in with by the browser.
    #[prop(optional)]
    autocomplete: &'static str,
    /// An example, where a label does not say enough.
    #[prop(optional, into)]
    placeholder: String,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: &'static str,
    /// Takes what is there when the field is left.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// Whether nothing can be typed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let frame = Frame::new(&help, error);
    let control = view! {
        <span class="control" class:has-unit=move || unit.get().is_some()>
            <input
                id=frame.id.clone()
                type=kind
                autocomplete=if autocomplete.is_empty() { "off" } else { autocomplete }
                inputmode=(!inputmode.is_empty()).then_some(inputmode)
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                disabled=move || disabled.get()
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
                on:blur=move |_| {
                    if let Some(on_leave) = on_leave {
                        on_leave.run(());
                    }
                }
            />
            {move || unit.get().map(|unit| view! { <span class="unit">{unit}</span> })}
        </span>
    }
    .into_any();
    frame.around(label, help, control)
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What it is.
    #[prop(into)]
    label: String,
    /// What is in it.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    on_input: Callback<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// How many lines are seen.
    #[prop(default = 4)]
    rows: u32,
) -> impl IntoView {
    let frame = Frame::new(&help, error);
    let control = view! {
        <textarea
            id=frame.id.clone()
            rows=rows
            aria-describedby=frame.described()
            aria-invalid=frame.invalid()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
        ></textarea>
    }
    .into_any();
    frame.around(label, help, control)
}

/// A switch.
#[component]
pub fn Toggle(
    /// What it switches.
    #[prop(into)]
    label: String,
    /// Whether it is on.
    #[prop(into)]
    value: Signal<bool>,
    /// Takes what it was switched to.
    #[prop(into)]
    on_change: Callback<bool>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether it cannot be switched.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let frame = Frame::new(&help, error);
    let help_id = frame.help.clone();
    view! {
        <div class="field toggle">
            <label for=frame.id.clone()>
                <input
                    id=frame.id.clone()
                    type="checkbox"
                    role="switch"
                    aria-describedby=frame.described()
                    aria-invalid=frame.invalid()
                    disabled=move || disabled.get()
                    prop:checked=move || value.get()
                    on:change=move |event| on_change.run(event_target_checked(&event))
                />
                <span class="track" aria-hidden="true"></span>
                <span>{label}</span>
            </label>
            {(!help.is_empty()).then(|| view! { <p class="help" id=help_id>{help}</p> })}
            {move || error.get().map(|text| view! { <p class="fault">{icon(Icon::Warning)}{text}</p> })}
        </div>
    }
}

/// What can be chosen: its value and its name.
pub type Choice = (String, String);

/// One of several.
#[component]
pub fn Select(
    /// What is chosen.
    #[prop(into)]
    label: String,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value of the one that is.
    #[prop(into)]
    value: Signal<String>,
    /// Takes the value that was chosen.
    #[prop(into)]
    on_change: Callback<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
) -> impl IntoView {
    let frame = Frame::new(&help, error);
    let control = view! {
        <span class="control select">
            <select
                id=frame.id.clone()
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                on:change=move |event| on_change.run(event_target_value(&event))
            >
                {move || {
                    let chosen = value.get();
                    let options = choices.get().into_iter().map(move |(value, name)| {
                        let is_chosen = value == chosen;
                        view! { <option value=value prop:selected=is_chosen>{name}</option> }
                    });
                    options.collect::<Vec<_>>()
                }}
            </select>
        </span>
    }
    .into_any();
    frame.around(label, help, control)
}

/// How many fields are wrong, read aloud when it changes; nothing where none is.
#[component]
pub fn Problems(
    /// How many.
    #[prop(into)]
    count: Signal<usize>,
) -> impl IntoView {
    let sentence = move || match i64::try_from(count.get()) {
        Ok(0) | Err(_) => String::new(),
        Ok(count) => tn("shell.errors", count),
    };
    view! { <p class="problems" role="alert">{sentence}</p> }
}
