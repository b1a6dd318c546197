//! Fields of forms. Each has a label, perhaps a sentence of help, and says what is wrong with it; what it holds belongs to
//! whoever uses it.

use std::cell::Cell;

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::texts::{self, t, tn};

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

/// A number as it is typed and as it is kept: while somebody types, what they typed stands as it is.
#[component]
fn Typed(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<Option<i64>>,
    #[prop(into)] on_change: Callback<Option<i64>>,
    #[prop(into)] help: String,
    #[prop(into)] error: MaybeProp<String>,
    #[prop(into)] unit: MaybeProp<String>,
    digits: usize,
) -> impl IntoView {
    let typed = RwSignal::new(None::<String>);
    let unreadable = RwSignal::new(false);
    let shown = Signal::derive(move || {
        typed.get().unwrap_or_else(|| value.get().map_or_else(String::new, |number| written(number, digits)))
    });
    let error =
        MaybeProp::derive(move || if unreadable.get() { Some(t("shell.not_a_number")) } else { error.get() });
    view! {
        <TextField
            label=label
            value=shown
            help=help
            error=error
            unit=unit
            inputmode=if digits == 0 { "numeric" } else { "decimal" }
            on_input=move |text: String| {
                let read = read_number(&text, digits);
                unreadable.set(read.is_err());
                typed.set(Some(text));
                if let Ok(number) = read {
                    on_change.run(number);
                }
            }
            on_leave=move |()| {
                if !unreadable.get_untracked() {
                    typed.set(None);
                }
            }
        />
    }
}

/// Minor units as they are typed: with the point of the reader's language where that is a comma.
pub(crate) fn written(number: i64, digits: usize) -> String {
    let text = fidela_ui::decimal::of_minor(number, digits);
    let text = match text.split_once('.') {
        // 12.00 is 12.
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => text,
    };
    if matches!(texts::locale(), "en") { text } else { text.replace('.', ",") }
}

/// What was typed is no number, or has more digits after its point than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoNumber;

/// What was typed, as a number with so many digits after its point: nothing where nothing was typed. A point and a comma are the same, whichever the reader's language has; groups are parted by spaces or by
/// the one of both that comes first.
pub(crate) fn read_number(text: &str, digits: usize) -> Result<Option<i64>, NoNumber> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\'').collect();
    if text.is_empty() {
        return Ok(None);
    }
    let negative = text.starts_with(['-', '−']);
    let text = text.trim_start_matches(['-', '−', '+']);
    let last = text.rfind([',', '.']);
    let (whole, fraction) = match last {
        // A single mark with three digits behind it parts groups where the number has no such fraction.
        Some(at) => {
            let (whole, fraction) = text.split_at(at);
            let fraction = fraction.get(1..).unwrap_or_default();
            let parts_groups = fraction.len() == 3 && digits < 3;
            if parts_groups { (text, "") } else { (whole, fraction) }
        }
        None => (text, ""),
    };
    let whole: String = whole.chars().filter(|letter| !matches!(letter, ',' | '.')).collect();
    let fraction = fraction.trim_end_matches('0');
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty()
        || !is_digits(&whole)
        || !is_digits(fraction)
        || fraction.len() > digits
    {
        return Err(NoNumber);
    }
    let number: i64 = format!("{whole}{fraction:0<digits$}").parse().map_err(|_| NoNumber)?;
    Ok(Some(if negative { -number } else { number }))
}

/// A whole number.
#[component]
pub fn NumberField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// What is in it.
    #[prop(into)]
    value: Signal<Option<i64>>,
    /// Takes what was typed, as soon as it can be read; `None`: nothing.
    #[prop(into)]
    on_change: Callback<Option<i64>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// What stands behind it.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
) -> impl IntoView {
    view! { <Typed label value on_change help error unit digits=0 /> }
}

/// Money of the store's currency, in minor units, typed as people write it.
#[component]
pub fn MoneyField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// Minor units.
    #[prop(into)]
    value: Signal<Option<i64>>,
    /// Takes minor units.
    #[prop(into)]
    on_change: Callback<Option<i64>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The currency (ISO 4217), where it is another than the store's.
    #[prop(optional, into)]
    currency: MaybeProp<String>,
) -> impl IntoView {
    let formats = texts::formats();
    let unit = MaybeProp::derive(move || Some(currency.get().unwrap_or_else(texts::currency)));
    view! { <Typed label value on_change help error unit digits=formats.digits() /> }
}

/// A share, in basis points, typed in percent.
#[component]
pub fn PercentField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// Basis points.
    #[prop(into)]
    value: Signal<Option<i64>>,
    /// Takes basis points.
    #[prop(into)]
    on_change: Callback<Option<i64>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
) -> impl IntoView {
    view! { <Typed label value on_change help error unit="%" digits=2 /> }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let check = |text: &str, digits, number: Result<Option<i64>, NoNumber>| {
            assert_eq!(read_number(text, digits), number, "{text}");
        };
        check("", 2, Ok(None));
        check(" 12 ", 2, Ok(Some(1_200)));
        check("12,5", 2, Ok(Some(1_250)));
        check("12.50", 2, Ok(Some(1_250)));
        check("1.234,56", 2, Ok(Some(123_456)));
        check("1,234.56", 2, Ok(Some(123_456)));
        check("1 234,56", 2, Ok(Some(123_456)));
        check("1.234", 2, Ok(Some(123_400)));
        check("1,000", 0, Ok(Some(1_000)));
        check("1.5", 0, Err(NoNumber));
        check("0.125", 3, Ok(Some(125)));
        check("12.345", 2, Ok(Some(1_234_500)));
        check("12.3456", 2, Err(NoNumber));
        check("-3", 0, Ok(Some(-3)));
        check("abc", 2, Err(NoNumber));
        check(",", 2, Err(NoNumber));
        check("99999999999999999999", 0, Err(NoNumber));
    }
}
